/* SPDX-License-Identifier: MIT */
/*
 * Softmax, log_softmax and log_sum_exp by the quick loops: the powers of a panel, their
 * sums, and the intervals in which results lie.  Lines that cannot be decided so are left
 * to the exact loops.
 */
#include "api/fold/panel.h"
#include "api/fold/softmax.h"
#include "api/fold/softmax_whole.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = RAMP_LANES };

/* Powers are kept from one pass to the next: those of a short line on the stack, those of
   longer ones in memory that is asked for; beyond that they are computed again. */
enum { KEPT_ON_STACK = 4096, KEPT_AT_MOST = 1 << 16 };

/* A panel's lines on their way. */
typedef struct {
  const ramp_softmax_call *call;
  ramp_panel panel;
  bool beyond;  /* some |x| is known to be larger than RAMP_POWERS_BOUND */
  bool shifted; /* there is a reference */
  ramp_interval interval;
  double total[LANES];
  double *powers; /* of all rows, or of a chunk */
  bool kept;
} batch;

/* ------------------------------------------------------------------ powers */

static double *powers_at(const batch *b, size_t row) {
  return b->powers + (b->kept ? row * LANES : 0);
}

/* Of a row that is cut short only its lanes count; of one that overlaps the last ones. */
static void add_lanes(const batch *b, const ramp_lane_sums *row, ramp_lane_sums *sums) {
  int first = b->panel.overlapping ? LANES - b->panel.lanes : 0;
  for (int j = first; j < first + b->panel.lanes; j++) {
    sums->high[j] += row->high[j];
    sums->low[j] += row->low[j];
  }
}

/* Powers of rows, their sums, and the largest |x|, which shifted ones do not tell. */
static void compute_powers(batch *b, const ramp_rows *r, ramp_lane_sums *sums,
                           uint32_t *largest) {
  const ramp_quick_softmax *quick = b->call->quick;
  ramp_lane_sums row = {{0}, {0}}, *to = r->cut ? &row : sums;
  double *powers = powers_at(b, r->first);
  if (b->shifted)
    quick->shifted_powers(r->rows, r->stride, r->x, b->interval.reference, powers, to);
  else
    quick->bounded_powers(r->rows, r->stride, r->x, powers, to, largest);
  if (r->cut) add_lanes(b, &row, sums);
}

static void sum_powers(batch *b, ramp_lane_sums *sums, uint32_t *largest) {
  float block[RAMP_CHUNK];
  ramp_rows r;
  for (int j = 0; j < LANES; j++)
    sums->high[j] = sums->low[j] = 0;
  for (size_t row = 0; row < b->panel.rows; row += r.rows) {
    ramp_panel_load(&b->panel, row, block, &r);
    ramp_panel_expect(&b->panel, &r);
    compute_powers(b, &r, sums, largest);
  }
}

static bool is_bounded(const uint32_t *largest) {
  const float limit = RAMP_POWERS_BOUND;
  uint32_t bits;
  memcpy(&bits, &limit, sizeof bits);
  bool bounded = true;
  for (int j = 0; j < LANES; j++)
    bounded &= largest[j] <= bits;
  return bounded;
}

/* At least 0 for softmax_one; a line without elements is left to the exact loops. */
static double reference_of(const batch *b, float largest) {
  if (!b->call->one) return largest;
  return largest == -INFINITY ? NAN : largest < 0 ? 0 : largest;
}

/* The largest of each line, for all its lanes. */
static void find_references(batch *b) {
  float block[RAMP_CHUNK], largest[LANES];
  for (int j = 0; j < LANES; j++)
    largest[j] = -INFINITY;
  ramp_rows r;
  for (size_t row = 0; row < b->panel.rows; row += r.rows) {
    ramp_panel_load(&b->panel, row, block, &r);
    ramp_panel_expect(&b->panel, &r);
    b->call->quick->maxima(r.rows, r.stride, r.x, largest);
  }
  float most = -INFINITY;
  for (int j = 0; j < LANES; j++)
    most = largest[j] > most ? largest[j] : most;
  for (int j = 0; j < LANES; j++)
    b->interval.reference[j] = reference_of(b, b->panel.across ? largest[j] : most);
}

static void add_one(batch *b) {
  const float zero[LANES] = {0};
  double powers[LANES];
  ramp_lane_sums one = {{0}, {0}};
  b->call->quick->shifted_powers(1, LANES, zero, b->interval.reference, powers, &one);
  for (int j = 0; j < LANES; j++)
    b->total[j] += powers[j];
}

/* The lanes' sums as one, where they are one line's; and the 1 of softmax_one. */
static void set_totals(batch *b, const ramp_lane_sums *sums) {
  for (int j = 0; j < LANES; j++)
    b->total[j] = sums->high[j] + sums->low[j];
  if (!b->panel.across) {
    ramp_add_lanes(b->total, LANES, 1);
    ramp_spread(b->total[0], b->total);
  }
  if (b->call->one) add_one(b);
}

static void sum_up(batch *b) {
  uint32_t largest[LANES] = {0};
  ramp_lane_sums sums;
  b->shifted = false;
  for (int j = 0; j < LANES; j++)
    b->interval.reference[j] = 0;
  if (!b->beyond) sum_powers(b, &sums, largest);
  if (b->beyond || !is_bounded(largest)) {
    b->shifted = true;
    find_references(b);
    sum_powers(b, &sums, largest);
  }
  set_totals(b, &sums);
}

/* ------------------------------------------------------------------ intervals */

static void set_logarithms(const ramp_softmax_call *call, const double *total,
                           ramp_interval *interval) {
  double logarithm[LANES];
  call->quick->logarithms(total, logarithm);
  for (int j = 0; j < LANES; j++) {
    interval->lower[j] = logarithm[j] + RAMP_LOGARITHM_ERROR;
    interval->upper[j] = logarithm[j] - RAMP_LOGARITHM_ERROR;
  }
}

static void set_factors(const double *total, bool same, double error,
                        ramp_interval *interval) {
  if (same) {
    double share = 1 / total[0];
    ramp_spread(share * (1 - error), interval->lower);
    ramp_spread(share * (1 + error), interval->upper);
    return;
  }
  for (int j = 0; j < LANES; j++) {
    double share = 1 / total[j];
    interval->lower[j] = share * (1 - error);
    interval->upper[j] = share * (1 + error);
  }
}

void ramp_softmax_interval(const ramp_softmax_call *call, const double *total, bool same,
                           double error, ramp_interval *interval, uint32_t *unsafe) {
  if (call->kind == RAMP_SHARES)
    set_factors(total, same, error, interval);
  else
    set_logarithms(call, total, interval);
  for (int j = 0; j < LANES; j++)
    unsafe[j] |= !(total[j] > 0 && total[j] < INFINITY);
}

/* ------------------------------------------------------------------ results */

/* Both ends rounded to 16 bits; lanes where they differ become unsafe. */
static void settle_narrow(ramp_type type, size_t rows, const double *lower,
                          const double *upper, uint16_t *y, uint32_t *unsafe) {
  uint16_t high[RAMP_CHUNK];
  ramp_conversion *round = ramp_kernels_in_use()->from_double[type];
  round(rows * LANES, lower, y);
  round(rows * LANES, upper, high);
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < LANES; j++)
      unsafe[j] |= y[r * LANES + j] ^ high[r * LANES + j];
}

/* Rows of y in its type. */
static void settle(const batch *b, const ramp_rows *r, size_t stride, void *y,
                   uint32_t *unsafe) {
  const ramp_quick_softmax *quick = b->call->quick;
  const ramp_interval *ends = &b->interval;
  bool shares = b->call->kind == RAMP_SHARES, wide = b->call->lines.type == RAMP_F32;
  const double *powers = powers_at(b, r->first);
  double lower[RAMP_CHUNK], upper[RAMP_CHUNK];
  if (wide && shares) {
    quick->shares(r->rows, powers, ends, stride, y, unsafe);
    return;
  }
  if (wide && !b->shifted) {
    quick->bounded_differences(r->rows, r->stride, r->x, ends, stride, y, unsafe);
    return;
  }
  if (shares)
    quick->share_ends(r->rows, powers, ends, lower, upper);
  else
    quick->difference_ends(r->rows, r->stride, r->x, ends, lower, upper);
  if (wide)
    quick->settle_ends(r->rows, lower, upper, stride, y, unsafe);
  else
    settle_narrow(b->call->lines.type, r->rows, lower, upper, y, unsafe);
}

/* y is written, or only seen whether it could be. */
static void finish_rows(const batch *b, const ramp_rows *r, bool write,
                        uint32_t *unsafe) {
  float block[RAMP_CHUNK];
  size_t stride;
  void *place = write ? ramp_panel_place(&b->panel, r, &stride) : NULL;
  if (place) {
    settle(b, r, stride, place, unsafe);
    return;
  }
  settle(b, r, LANES, block, unsafe);
  if (write) ramp_panel_store(&b->panel, r, block);
}

static void finish_lines(batch *b, bool write, uint32_t *unsafe) {
  float block[RAMP_CHUNK];
  ramp_rows r;
  for (size_t row = 0; row < b->panel.rows; row += r.rows) {
    bool shares = b->call->kind == RAMP_SHARES;
    if (shares && b->kept)
      ramp_panel_take(&b->panel, row, &r);
    else
      ramp_panel_load(&b->panel, row, block, &r);
    if (shares && !b->kept) {
      ramp_lane_sums unused = {{0}, {0}};
      uint32_t largest[LANES] = {0};
      compute_powers(b, &r, &unused, largest);
    }
    finish_rows(b, &r, write, unsafe);
  }
}

/* log_sum_exp: one number a line. */
static void finish_logarithms(const batch *b, bool write, uint32_t *unsafe) {
  const ramp_lines *l = &b->call->lines;
  double lower[LANES], upper[LANES];
  char low[LANES * sizeof(float)], high[LANES * sizeof(float)];
  for (int j = 0; j < LANES; j++) {
    double reference = b->interval.reference[j], rounding = fabs(reference) * 0x1p-52;
    lower[j] = reference + b->interval.upper[j] - rounding;
    upper[j] = reference + b->interval.lower[j] + rounding;
  }
  l->round(LANES, lower, low);
  l->round(LANES, upper, high);
  for (int j = 0; j < (b->panel.across ? b->panel.lanes : 1); j++) {
    size_t at = (size_t)j * l->size;
    unsafe[j] |= memcmp(low + at, high + at, l->size) != 0;
    if (write) memcpy(b->panel.y[j], low + at, l->size);
  }
}

static void finish(batch *b, bool write, uint32_t *unsafe) {
  if (b->call->kind == RAMP_LOG_SUM)
    finish_logarithms(b, write, unsafe);
  else
    finish_lines(b, write, unsafe);
}

/* ------------------------------------------------------------------ lines */

/* Lines that the quick loops cannot decide; all of a panel's where the others would be
   written over. */
static void run_batch(batch *b, size_t first_line) {
  uint32_t unsafe[LANES] = {0}, any = 0;
  sum_up(b);
  double bounded_error =
      ramp_bounded_error(b->call->quick->power_error, RAMP_POWERS_BOUND);
  ramp_softmax_interval(b->call, b->total, !b->panel.across,
                        b->shifted ? RAMP_SHIFTED_ERROR : bounded_error, &b->interval,
                        unsafe);
  bool in_place = b->call->lines.in_place;
  finish(b, !in_place, unsafe);
  for (int j = 0; j < (b->panel.across ? b->panel.lanes : LANES); j++)
    any |= unsafe[j];
  if (in_place && !any) finish(b, true, unsafe);
  for (int j = 0; j < (b->panel.across ? b->panel.lanes : 1); j++)
    if (b->panel.across && !in_place ? unsafe[j] : any)
      ramp_softmax_exact(b->call, first_line + (size_t)j);
}

void ramp_softmax_quick(const ramp_softmax_call *call, size_t begin, size_t end) {
  batch b = {.call = call, .panel = ramp_panel_of(&call->lines, call->negative)};
  size_t lines = b.panel.across ? LANES : 1, length = call->lines.length;
  size_t powers =
      b.panel.across ? length * LANES : length / LANES * LANES + RAMP_EDGES * LANES;
  bool needed = call->kind == RAMP_SHARES;
  enum { EDGES = RAMP_EDGES * LANES };
  _Alignas(64) double on_stack[KEPT_ON_STACK + EDGES], *asked_for = NULL;
  if (needed && powers > KEPT_ON_STACK + EDGES && powers <= KEPT_AT_MOST + EDGES)
    asked_for = aligned_alloc(64, powers * sizeof *asked_for);
  b.powers = asked_for ? asked_for : on_stack;
  b.kept = asked_for || (needed && powers <= KEPT_ON_STACK + EDGES);
  ramp_whole_lines whole =
      ramp_whole_lines_of(call, &b.panel, b.kept || !needed ? b.powers : NULL);
  for (size_t line = begin; line < end; line += lines) {
    size_t left = end - line;
    if (ramp_whole_line(&whole, line, &b.beyond)) continue;
    ramp_panel_set(&b.panel, line, left < lines ? left : lines);
    run_batch(&b, line);
  }
  ramp_whole_end(&whole);
  free(asked_for);
}
