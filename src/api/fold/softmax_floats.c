/* SPDX-License-Identifier: MIT */
/* Softmax and log_softmax backward over lines of floats, from floats to floats: the bits
   that chunks of doubles come to, by loops that need not wait for memory. */
#include "api/fold/softmax.h"
#include "api/streamed.h"

#include <math.h>
#include <string.h>

/* How much of a line is computed, at most, before it is seen whether all of it is
   decided, and where dx replaces an input. */
enum { PART = 4096, BLOCK = 256 };

/* What follows the sums asks for the next line, or at least for what is so far ahead. */
enum { NEXT_AT_LEAST = 8192 };

ramp_floats_back ramp_floats_back_of(const ramp_lines *l, double sign) {
  size_t unit = sizeof(float), bytes = l->length * unit;
  ramp_floats_back b = {.possible = l->type == RAMP_F32 && l->out_size == unit &&
                                    l->operand[RAMP_LINE_MASK] < 0,
                        .sign = sign,
                        .in_place = l->in_place};
  bool follow = l->walk.axes > 0;
  for (int role = RAMP_LINE_OUT; role <= RAMP_LINE_DY && b.possible; role++) {
    const ramp_operand *o = &l->walk.operand[l->operand[role]];
    b.possible = l->step[role] == (int64_t)unit;
    follow = follow && o->stride[0] == (int64_t)bytes;
  }
  if (!follow || !ramp_is_large(l->lines * bytes)) return b;
  b.ahead = STREAM_AHEAD;
  b.next = bytes < NEXT_AT_LEAST ? NEXT_AT_LEAST : bytes;
  b.streams = !l->in_place;
  return b;
}

/* ------------------------------------------------------------------ one line */

/* Some floats of a line, and what is summed of all of it. */
typedef struct {
  size_t n;
  const float *y, *dy;
  float *dx;
  double sum;
} floats;

/* `streams`: whole rows to where a line of cache begins. */
typedef void back_part(const ramp_floats_back *b, const floats *part, bool streams);

static void products_part(const ramp_floats_back *b, const floats *f, bool streams) {
  const ramp_line_loops *loops = ramp_kernels_in_use()->softmax->working;
  if (streams)
    loops->float_products_stream(f->n, f->y, f->dy, f->sum, b->sign, f->dx, b->next);
  else
    loops->float_products_back(f->n, f->y, f->dy, f->sum, b->sign, f->dx);
}

static void exact_part(const ramp_floats_back *b, const floats *f, bool streams) {
  (void)b, (void)streams;
  ramp_kernels_in_use()->softmax->working->float_present_back(f->n, f->y, f->dy, f->sum,
                                                              f->dx);
}

static void present_part(const ramp_floats_back *b, const floats *f, bool streams) {
  const ramp_quick_softmax *quick = ramp_kernels_in_use()->softmax->quick;
  bool decided =
      streams ? quick->bounded_present_stream(f->n, f->y, f->dy, f->sum, f->dx, b->next)
              : quick->bounded_present_back(f->n, f->y, f->dy, f->sum, f->dx);
  if (!decided) exact_part(b, f, streams);
}

static floats part_of(const floats *line, size_t at, size_t n) {
  return (floats){n, line->y + at, line->dy + at, line->dx + at, line->sum};
}

/* n < RAMP_LANES results that begin at `first`, out of the row that begins at `row`: its
   other results' places stay as they are. */
static void back_some(const ramp_floats_back *b, const floats *line, back_part *back,
                      size_t row, size_t first, size_t n) {
  float dx[RAMP_LANES];
  floats part = part_of(line, row, RAMP_LANES);
  if (n == 0) return;
  part.dx = dx;
  back(b, &part, false);
  memcpy(line->dx + first, dx + (first - row), n * sizeof *dx);
}

static void back_streaming(const ramp_floats_back *b, const floats *line,
                           back_part *back) {
  size_t at = stream_head(line->dx) / sizeof *line->dx;
  back_some(b, line, back, 0, 0, at);
  for (size_t n; line->n - at >= RAMP_LANES; at += n) {
    n = (line->n - at) / RAMP_LANES * RAMP_LANES;
    if (n > PART) n = PART;
    floats part = part_of(line, at, n);
    back(b, &part, true);
  }
  back_some(b, line, back, line->n - RAMP_LANES, at, line->n - at);
}

/* No part of several is shorter than a row.  An input that dx replaces is read before. */
static void back_parts(const ramp_floats_back *b, const floats *line, back_part *back) {
  float block[BLOCK + RAMP_LANES];
  size_t most = b->in_place ? BLOCK : PART;
  for (size_t at = 0, n; at < line->n; at += n) {
    n = line->n - at < most + RAMP_LANES ? line->n - at : most;
    floats part = part_of(line, at, n);
    if (b->in_place) part.dx = block;
    back(b, &part, false);
    if (b->in_place) memcpy(line->dx + at, block, n * sizeof *block);
  }
}

static bool back_by(const ramp_floats_back *b, const floats *line, back_part *back) {
  if (!isfinite(line->sum)) return false;
  if (b->streams && line->n >= 2 * RAMP_LANES)
    back_streaming(b, line, back);
  else
    back_parts(b, line, back);
  return true;
}

static bool floats_of(const ramp_line *line, floats *f) {
  for (int role = RAMP_LINE_OUT; role <= RAMP_LINE_DY; role++)
    if ((uintptr_t)line->at[role] % sizeof(float) != 0) return false;
  *f = (floats){.n = line->lines->length,
                .y = (const float *)(const void *)line->at[RAMP_LINE_IN],
                .dy = (const float *)(const void *)line->at[RAMP_LINE_DY],
                .dx = (float *)(void *)line->at[RAMP_LINE_OUT]};
  return true;
}

bool ramp_floats_products_back(const ramp_floats_back *b, const ramp_line *line) {
  floats f;
  if (!b->possible || !floats_of(line, &f)) return false;
  f.sum =
      ramp_kernels_in_use()->softmax->working->float_products(f.n, f.y, f.dy, b->ahead);
  return back_by(b, &f, products_part);
}

bool ramp_floats_present_back(const ramp_floats_back *b, const ramp_line *line) {
  const ramp_softmax_kernels *kernels = ramp_kernels_in_use()->softmax;
  floats f;
  if (!b->possible || !floats_of(line, &f)) return false;
  bool bounded = kernels->quick->bounded_present(f.n, f.y, f.dy, b->ahead, &f.sum);
  if (!bounded) f.sum = kernels->working->float_present(f.n, f.y, f.dy);
  return back_by(b, &f, bounded && f.n >= RAMP_LANES ? present_part : exact_part);
}
