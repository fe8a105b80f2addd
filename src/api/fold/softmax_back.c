/* SPDX-License-Identifier: MIT */
/*
 * Softmax and its kin, backward: a sum over each line, then dx of its elements.  Sums are
 * in double, of 64-bit types in two parts, in an order that the length alone decides.
 */
#include "api/fold/fold.h"
#include "api/fold/softmax.h"

#include <math.h>

typedef enum { PRODUCTS, NEGATIVE_PRODUCTS, PRESENT, SUPPORTED, NOTHING } backward_kind;

typedef struct {
  backward_kind kind;
  ramp_lines lines;
  ramp_floats_back floats;
  const ramp_line_loops *loops;
  const ramp_line_loops
      *infinite; /* for lines whose sum numbers of two parts cannot be */
} backward;

/* ------------------------------------------------------------------ from the output */

static void load(const backward *b, const ramp_line *line, size_t at, size_t n, double *y,
                 double *dy) {
  ramp_line_load(line, RAMP_LINE_IN, at, n, b->kind == PRESENT ? -INFINITY : 0, y);
  ramp_line_load(line, RAMP_LINE_DY, at, n, 0, dy);
}

static ramp_two_parts sum_line(const backward *b, const ramp_line_loops *loops,
                               const ramp_line *line) {
  double y[RAMP_CHUNK], dy[RAMP_CHUNK], count = 0;
  ramp_line_sums sums = {{0}, {0}, {0}};
  for (size_t at = 0, n; at < b->lines.length; at += n) {
    n = ramp_chunk_at(&b->lines, at);
    size_t filled = ramp_chunk_filled(n);
    load(b, line, at, n, y, dy);
    if (b->kind == PRESENT)
      loops->present(filled, y, dy, &sums);
    else if (b->kind == SUPPORTED)
      loops->supported(filled, y, dy, &sums);
    else
      loops->products(filled, y, dy, &sums);
  }
  for (int j = 0; j < RAMP_LANES; j++)
    count += sums.count[j];
  ramp_two_parts total = loops->total(&sums);
  return count > 0 ? loops->quotient(total, count) : total;
}

/* hardmax does not depend on x, but a NaN is not lost. */
static void nothing_back(size_t n, const double *y, const double *dy, double *dx) {
  for (size_t i = 0; i < n; i++)
    dx[i] = isnan(y[i]) || isnan(dy[i]) ? NAN : 0;
}

static void back_chunk(backward_kind kind, const ramp_line_loops *loops, size_t n,
                       const double *y, const double *dy, ramp_two_parts sum,
                       double *dx) {
  if (kind == PRODUCTS || kind == NEGATIVE_PRODUCTS)
    loops->products_back(n, y, dy, sum, kind == PRODUCTS ? 1 : -1, dx);
  if (kind == PRESENT) loops->present_back(n, y, dy, sum, dx);
  if (kind == SUPPORTED) loops->supported_back(n, y, dy, sum, dx);
  if (kind == NOTHING) nothing_back(n, y, dy, dx);
}

static void back_line(const backward *b, const ramp_line *line) {
  double y[RAMP_CHUNK], dy[RAMP_CHUNK];
  const ramp_line_loops *loops = b->loops;
  ramp_two_parts sum = {0, 0};
  if (b->kind != NOTHING) sum = sum_line(b, loops, line);
  if (!isfinite(sum.high)) {
    loops = b->infinite;
    sum = sum_line(b, loops, line);
  }
  for (size_t at = 0, n; at < b->lines.length; at += n) {
    n = ramp_chunk_at(&b->lines, at);
    load(b, line, at, n, y, dy);
    back_chunk(b->kind, loops, ramp_chunk_filled(n), y, dy, sum, y);
    ramp_line_mask(line, at, n, 0, y);
    ramp_line_store(line, at, n, y);
  }
}

/* Lines of floats go from floats to floats, where their sum is finite. */
static bool back_floats(const backward *b, const ramp_line *line) {
  switch (b->kind) {
  case PRODUCTS:
  case NEGATIVE_PRODUCTS:
    return ramp_floats_products_back(&b->floats, line);
  case PRESENT:
    return ramp_floats_present_back(&b->floats, line);
  default:
    return false;
  }
}

static void back_lines(const void *work, size_t begin, size_t end) {
  const backward *b = work;
  for (size_t i = begin; i < end; i++) {
    ramp_line line = ramp_line_of(&b->lines, i);
    if (!back_floats(b, &line)) back_line(b, &line);
  }
}

static ramp_status run(backward_kind kind, int axis, const ramp_view *y,
                       const ramp_view *mask, const ramp_view *dy, const ramp_view *dx) {
  const ramp_softmax_kernels *kernels = ramp_kernels_in_use()->softmax;
  const ramp_view *role[RAMP_LINE_ROLES] = {[RAMP_LINE_OUT] = dx,
                                            [RAMP_LINE_IN] = y,
                                            [RAMP_LINE_DY] = dy,
                                            [RAMP_LINE_MASK] = mask};
  bool narrow = y->type != RAMP_F64;
  backward b = {.kind = kind,
                .lines = ramp_lines_of(axis, role),
                .loops = narrow ? kernels->working : kernels->extended,
                .infinite = kernels->working};
  b.floats = ramp_floats_back_of(&b.lines, kind == NEGATIVE_PRODUCTS ? -1 : 1);
  ramp_share_units(b.lines.lines, b.lines.lines * b.lines.length, back_lines, &b);
  return RAMP_OK;
}

#define BACKWARD(code, kind)                                                             \
  ramp_status ramp_##code##_backward(const ramp_fold *fold, int axis,                    \
                                     const ramp_view *kept, const ramp_view *mask,       \
                                     const ramp_view *dy, const ramp_view *dx) {         \
    (void)fold;                                                                          \
    return run(kind, axis, kept, mask, dy, dx);                                          \
  }
BACKWARD(softmax, PRODUCTS)
BACKWARD(softmin, NEGATIVE_PRODUCTS)
BACKWARD(softmax_one, PRODUCTS)
BACKWARD(log_softmax, PRESENT)
BACKWARD(sparsemax, SUPPORTED)
BACKWARD(hardmax, NOTHING)

/* ------------------------------------------------------------------ log_sum_exp */

/* dx = dy softmax(x), with the dy of the line. */
static void log_sum_back_line(const ramp_softmax_call *call, size_t index) {
  ramp_line line = ramp_line_of(&call->lines, index);
  ramp_powers powers;
  double dy[RAMP_LANES], dx[RAMP_CHUNK];
  ramp_line unmasked = line;
  unmasked.at[RAMP_LINE_MASK] = NULL; /* dy has one element a line */
  ramp_line_load(&unmasked, RAMP_LINE_DY, 0, 1, 0, dy);
  ramp_softmax_call chosen = *call;
  if (!isfinite(dy[0])) chosen.loops = ramp_kernels_in_use()->softmax->working;
  ramp_line_facts facts = ramp_softmax_look(&chosen, &line, &powers);
  bool nan = facts.unordered || (facts.empty && call->empty_nan);
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    if (nan || facts.empty) {
      for (size_t i = 0; i < n; i++)
        dx[i] = nan ? NAN : 0;
    } else {
      ramp_softmax_powers(&chosen, &line, &facts, at, n, &powers);
      chosen.loops->shares(ramp_chunk_filled(n), powers.x, facts.reference, dy[0],
                           powers.high, powers.low, facts.others, call->narrow, dx);
    }
    ramp_line_mask(&line, at, n, 0, dx);
    ramp_line_store(&line, at, n, dx);
  }
}

static void log_sum_back_lines(const void *work, size_t begin, size_t end) {
  for (size_t line = begin; line < end; line++)
    log_sum_back_line(work, line);
}

ramp_status ramp_log_sum_exp_backward(const ramp_fold *fold, int axis, const ramp_view *x,
                                      const ramp_view *mask, const ramp_view *dy,
                                      const ramp_view *dx) {
  const ramp_softmax_kernels *kernels = ramp_kernels_in_use()->softmax;
  const ramp_view *role[RAMP_LINE_ROLES] = {[RAMP_LINE_OUT] = dx,
                                            [RAMP_LINE_IN] = x,
                                            [RAMP_LINE_DY] = dy,
                                            [RAMP_LINE_MASK] = mask};
  bool narrow = x->type != RAMP_F64;
  ramp_softmax_call call = {.kind = RAMP_LOG_SUM,
                            .empty_nan = fold->empty_nan,
                            .narrow = narrow,
                            .lines = ramp_lines_of(axis, role),
                            .loops = narrow ? kernels->working : kernels->extended};
  ramp_share_units(call.lines.lines, call.lines.lines * call.lines.length,
                   log_sum_back_lines, &call);
  return RAMP_OK;
}
