/* SPDX-License-Identifier: MIT */
/*
 * Softmax, log_softmax and log_sum_exp by the quick loops.  A panel is rows of RAMP_LANES
 * floats: either one line, whose neighbours are side by side, or as many lines side by
 * side, for lines that are short or lie across the memory.  The last row of one line may
 * be shorter.  Lines that cannot be decided so are left to the exact loops.
 */
#include "api/fold/softmax.h"
#include "api/tensor/copy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = RAMP_LANES, CHUNK_ROWS = RAMP_CHUNK / RAMP_LANES };

/* Powers are kept from one pass to the next: those of a short line on the stack, those of
   longer ones in memory that is asked for; beyond that they are computed again. */
enum { KEPT_ON_STACK = 4096, KEPT_AT_MOST = 1 << 16 };

typedef struct {
  const ramp_softmax_call *call;
  bool across; /* a lane is a line */
  size_t rows;
  int lanes; /* across: lines; else those of the last row */
  char *x[LANES], *y[LANES], *mask[LANES];
  bool
      overlapping; /* the last row begins within the one before, and repeats some of it */
  bool shifted;    /* there is a reference */
  ramp_interval interval;
  double total[LANES];
  double *powers; /* of all rows, or of a chunk */
  bool kept;
} panel;

/* Some rows as floats: whole ones, or the last one where it is cut short. */
typedef struct {
  size_t first, rows, stride;
  bool cut;
  const float *x;
} floats;

/* ------------------------------------------------------------------ addresses */

/* A last row that is cut short need not be copied where it can be whole. */
static bool can_overlap(const panel *p) {
  const ramp_lines *l = &p->call->lines;
  int64_t unit = sizeof(float);
  return !p->across && p->lanes < LANES && l->length >= LANES && l->type == RAMP_F32 &&
         !p->mask[0] && !p->call->negative && !l->in_place &&
         l->step[RAMP_LINE_IN] == unit && l->step[RAMP_LINE_OUT] == unit &&
         ((uintptr_t)p->x[0] | (uintptr_t)p->y[0]) % sizeof(float) == 0;
}

/* Not all of it: lanes beyond the lines stay as they are. */
static void set_panel(panel *p, size_t line, size_t lines) {
  const ramp_lines *l = &p->call->lines;
  p->rows = p->across ? l->length : (l->length + LANES - 1) / LANES;
  p->lanes = p->across ? (int)lines : (int)(l->length - (p->rows - 1) * LANES);
  p->shifted = false;
  for (size_t j = 0; j < (p->across ? lines : 1); j++) {
    p->x[j] = ramp_line_at(l, RAMP_LINE_IN, line + j);
    p->y[j] = ramp_line_at(l, RAMP_LINE_OUT, line + j);
    p->mask[j] = ramp_line_at(l, RAMP_LINE_MASK, line + j);
  }
  p->overlapping = can_overlap(p);
}

/* Of the elements of one line the first in some rows. */
static size_t element_of(const panel *p, const floats *f) {
  return f->cut && p->overlapping ? p->call->lines.length - LANES : f->first * LANES;
}

/* Whether lanes follow one another at equal distances, and at which. */
static bool lanes_apart(char *const *lane, int lanes, int64_t *distance) {
  *distance = lanes > 1 ? lane[1] - lane[0] : 0;
  for (int j = 2; j < lanes; j++)
    if (lane[j] - lane[j - 1] != *distance) return false;
  return true;
}

/* The elements of some rows, to or from memory in which rows have LANES of them. */
static void transfer(const panel *p, size_t size, char *const *lane, int64_t step,
                     size_t first, size_t rows, char *block, bool to_block) {
  int64_t unit = (int64_t)size, distance;
  if (!p->across) {
    size_t at = first * LANES, left = p->call->lines.length - at;
    size_t n = left < rows * LANES ? left : rows * LANES;
    ramp_plane inside = {block, {unit, 0}},
               outside = {lane[0] + (int64_t)at * step, {step, 0}};
    ramp_copy(size, (size_t[]){n, 1}, to_block ? inside : outside,
              to_block ? outside : inside);
    return;
  }
  bool even = lanes_apart(lane, p->lanes, &distance);
  for (int j = 0; j < (even ? 1 : p->lanes); j++) {
    ramp_plane inside = {block + j * unit, {unit * LANES, unit}},
               outside = {lane[j] + (int64_t)first * step, {step, distance}};
    size_t n[2] = {rows, even ? (size_t)p->lanes : 1};
    ramp_copy(size, n, to_block ? inside : outside, to_block ? outside : inside);
  }
}

/* How far rows are apart, in elements, where their lanes are neighbours in memory, all of
   them; else 0. */
static size_t rows_apart(const panel *p, size_t size, char *const *lane, int64_t step,
                         const floats *f) {
  int64_t unit = (int64_t)size, distance;
  if (((uintptr_t)lane[0] & (size - 1)) != 0) return 0;
  if (!p->across) return step == unit && (!f->cut || p->overlapping) ? LANES : 0;
  bool dense = p->lanes == LANES && lanes_apart(lane, LANES, &distance) &&
               distance == unit && step > 0 && step % unit == 0;
  return dense ? (size_t)(step / unit) : 0;
}

/* ------------------------------------------------------------------ x as floats */

static void apply_mask(const panel *p, const floats *f, float *x) {
  int64_t step = p->call->lines.step[RAMP_LINE_MASK];
  size_t length = p->call->lines.length;
  if (!p->mask[0]) return;
  for (size_t r = 0; r < f->rows; r++)
    for (size_t j = 0; j < LANES; j++) {
      size_t at = p->across ? f->first + r : (f->first + r) * LANES + j;
      bool there = p->across ? j < (size_t)p->lanes : at < length;
      const char *mask = p->mask[p->across && there ? j : 0];
      if (there && mask[(int64_t)at * step] == 0) x[r * LANES + j] = -INFINITY;
    }
}

/* Lanes without an element repeat the first one. */
static void pad(const panel *p, const floats *f, float *x) {
  if (!p->across && !f->cut) return;
  for (size_t r = 0; r < f->rows; r++)
    for (size_t j = (size_t)p->lanes; j < LANES; j++)
      x[r * LANES + j] = x[r * LANES];
}

/* Which rows come next. */
static void take_rows(const panel *p, size_t first, floats *f) {
  bool cut = !p->across && p->lanes < LANES;
  size_t left = p->rows - first - cut;
  f->first = first;
  f->cut = left == 0;
  f->rows = left == 0 ? 1 : left < CHUNK_ROWS ? left : CHUNK_ROWS;
}

static void load_block(const panel *p, const floats *f, float *block) {
  const ramp_lines *l = &p->call->lines;
  uint16_t narrow[RAMP_CHUNK];
  bool wide = l->type == RAMP_F32;
  void *elements = wide ? (void *)block : narrow;
  memset(elements, 0, f->rows * LANES * l->size);
  transfer(p, l->size, p->x, l->step[RAMP_LINE_IN], f->first, f->rows, elements, true);
  if (!wide) ramp_kernels_in_use()->to_float[l->type](f->rows * LANES, narrow, block);
  for (size_t i = 0; p->call->negative && i < f->rows * LANES; i++)
    block[i] = -block[i];
  apply_mask(p, f, block);
  pad(p, f, block);
}

/* Rows from `first` on, where they lie or in `block`. */
static void load(const panel *p, size_t first, float *block, floats *f) {
  const ramp_lines *l = &p->call->lines;
  int64_t step = l->step[RAMP_LINE_IN];
  take_rows(p, first, f);
  size_t apart = rows_apart(p, l->size, p->x, step, f);
  if (apart && l->type == RAMP_F32 && !p->mask[0] && !p->call->negative) {
    size_t at = p->across ? first : element_of(p, f);
    f->x = (const float *)(const void *)(p->x[0] + (int64_t)at * step);
    f->stride = apart;
    return;
  }
  load_block(p, f, block);
  f->x = block;
  f->stride = LANES;
}

/* ------------------------------------------------------------------ powers */

static double *powers_at(const panel *p, size_t row) {
  return p->powers + (p->kept ? row * LANES : 0);
}

/* Of a row that is cut short only its lanes count; of one that overlaps the last ones. */
static void add_lanes(const panel *p, const ramp_lane_sums *row, ramp_lane_sums *sums) {
  int first = p->overlapping ? LANES - p->lanes : 0;
  for (int j = first; j < first + p->lanes; j++) {
    sums->high[j] += row->high[j];
    sums->low[j] += row->low[j];
  }
}

/* Powers of rows, their sums, and the largest |x|, which shifted ones do not tell. */
static void compute_powers(panel *p, const floats *f, ramp_lane_sums *sums,
                           uint32_t *largest) {
  const ramp_quick_softmax *quick = p->call->quick;
  ramp_lane_sums row = {{0}, {0}}, *to = f->cut ? &row : sums;
  double *powers = powers_at(p, f->first);
  if (p->shifted)
    quick->shifted_powers(f->rows, f->stride, f->x, p->interval.reference, powers, to);
  else
    quick->bounded_powers(f->rows, f->stride, f->x, powers, to, largest);
  if (f->cut) add_lanes(p, &row, sums);
}

static void sum_powers(panel *p, ramp_lane_sums *sums, uint32_t *largest) {
  float block[RAMP_CHUNK];
  floats f;
  for (int j = 0; j < LANES; j++)
    sums->high[j] = sums->low[j] = 0;
  for (size_t row = 0; row < p->rows; row += f.rows) {
    load(p, row, block, &f);
    compute_powers(p, &f, sums, largest);
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
static double reference_of(const panel *p, float largest) {
  if (!p->call->one) return largest;
  return largest == -INFINITY ? NAN : largest < 0 ? 0 : largest;
}

/* The largest of each line, for all its lanes. */
static void find_references(panel *p) {
  float block[RAMP_CHUNK], largest[LANES];
  for (int j = 0; j < LANES; j++)
    largest[j] = -INFINITY;
  floats f;
  for (size_t row = 0; row < p->rows; row += f.rows) {
    load(p, row, block, &f);
    p->call->quick->maxima(f.rows, f.stride, f.x, largest);
  }
  float most = -INFINITY;
  for (int j = 0; j < LANES; j++)
    most = largest[j] > most ? largest[j] : most;
  for (int j = 0; j < LANES; j++)
    p->interval.reference[j] = reference_of(p, p->across ? largest[j] : most);
}

/* One line's number for all its lanes. */
static void spread(double number, double *lane) {
  for (int j = 0; j < LANES; j++)
    lane[j] = number;
}

static double tree(const double *lane) {
  double eight[8], four[4];
  for (int j = 0; j < 8; j++)
    eight[j] = lane[j] + lane[j + 8];
  for (int j = 0; j < 4; j++)
    four[j] = eight[j] + eight[j + 4];
  return (four[0] + four[2]) + (four[1] + four[3]);
}

static void add_one(panel *p) {
  const float zero[LANES] = {0};
  double powers[LANES];
  ramp_lane_sums one = {{0}, {0}};
  p->call->quick->shifted_powers(1, LANES, zero, p->interval.reference, powers, &one);
  for (int j = 0; j < LANES; j++)
    p->total[j] += powers[j];
}

/* The lanes' sums as one, where they are one line's; and the 1 of softmax_one. */
static void set_totals(panel *p, const ramp_lane_sums *sums) {
  for (int j = 0; j < LANES; j++)
    p->total[j] = sums->high[j] + sums->low[j];
  if (!p->across) spread(tree(p->total), p->total);
  if (p->call->one) add_one(p);
}

static void sum_up(panel *p) {
  uint32_t largest[LANES] = {0};
  ramp_lane_sums sums;
  for (int j = 0; j < LANES; j++)
    p->interval.reference[j] = 0;
  sum_powers(p, &sums, largest);
  if (!is_bounded(largest)) {
    p->shifted = true;
    find_references(p);
    sum_powers(p, &sums, largest);
  }
  set_totals(p, &sums);
}

/* ------------------------------------------------------------------ intervals */

static void set_logarithms(panel *p) {
  double logarithm[LANES];
  p->call->quick->logarithms(p->total, logarithm);
  for (int j = 0; j < LANES; j++) {
    p->interval.lower[j] = logarithm[j] + RAMP_LOGARITHM_ERROR;
    p->interval.upper[j] = logarithm[j] - RAMP_LOGARITHM_ERROR;
  }
}

static void set_factors(panel *p) {
  double error = p->shifted ? RAMP_SHIFTED_ERROR : RAMP_BOUNDED_ERROR;
  if (!p->across) {
    double share = 1 / p->total[0];
    spread(share * (1 - error), p->interval.lower);
    spread(share * (1 + error), p->interval.upper);
    return;
  }
  for (int j = 0; j < LANES; j++) {
    double share = 1 / p->total[j];
    p->interval.lower[j] = share * (1 - error);
    p->interval.upper[j] = share * (1 + error);
  }
}

/* Lanes that are out of the ordinary become unsafe. */
static void set_interval(panel *p, uint32_t *unsafe) {
  if (p->call->kind == RAMP_SHARES)
    set_factors(p);
  else
    set_logarithms(p);
  for (int j = 0; j < LANES; j++)
    unsafe[j] |= !(p->total[j] > 0 && p->total[j] < INFINITY);
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
static void settle(const panel *p, const floats *f, size_t stride, void *y,
                   uint32_t *unsafe) {
  const ramp_quick_softmax *quick = p->call->quick;
  const ramp_interval *ends = &p->interval;
  bool shares = p->call->kind == RAMP_SHARES, wide = p->call->lines.type == RAMP_F32;
  const double *powers = powers_at(p, f->first);
  double lower[RAMP_CHUNK], upper[RAMP_CHUNK];
  if (wide && shares) {
    quick->shares(f->rows, powers, ends, stride, y, unsafe);
    return;
  }
  if (wide && !p->shifted) {
    quick->bounded_differences(f->rows, f->stride, f->x, ends, stride, y, unsafe);
    return;
  }
  if (shares)
    quick->share_ends(f->rows, powers, ends, lower, upper);
  else
    quick->difference_ends(f->rows, f->stride, f->x, ends, lower, upper);
  if (wide)
    quick->settle_ends(f->rows, lower, upper, stride, y, unsafe);
  else
    settle_narrow(p->call->lines.type, f->rows, lower, upper, y, unsafe);
}

/* y is written, or only seen whether it could be. */
static void finish_rows(const panel *p, const floats *f, bool write, uint32_t *unsafe) {
  const ramp_lines *l = &p->call->lines;
  int64_t step = l->step[RAMP_LINE_OUT];
  size_t apart = rows_apart(p, l->size, p->y, step, f);
  float block[RAMP_CHUNK];
  bool direct = write && apart && (l->type == RAMP_F32 || apart == LANES);
  if (direct) {
    size_t at = p->across ? f->first : element_of(p, f);
    settle(p, f, apart, p->y[0] + (int64_t)at * step, unsafe);
    return;
  }
  settle(p, f, LANES, block, unsafe);
  if (write) transfer(p, l->size, p->y, step, f->first, f->rows, (char *)block, false);
}

static void finish_lines(panel *p, bool write, uint32_t *unsafe) {
  float block[RAMP_CHUNK];
  floats f;
  for (size_t row = 0; row < p->rows; row += f.rows) {
    bool shares = p->call->kind == RAMP_SHARES;
    if (shares && p->kept)
      take_rows(p, row, &f);
    else
      load(p, row, block, &f);
    if (shares && !p->kept) {
      ramp_lane_sums unused = {{0}, {0}};
      uint32_t largest[LANES] = {0};
      compute_powers(p, &f, &unused, largest);
    }
    finish_rows(p, &f, write, unsafe);
  }
}

/* log_sum_exp: one number a line. */
static void finish_logarithms(const panel *p, bool write, uint32_t *unsafe) {
  const ramp_lines *l = &p->call->lines;
  double lower[LANES], upper[LANES];
  char low[LANES * sizeof(float)], high[LANES * sizeof(float)];
  for (int j = 0; j < LANES; j++) {
    double reference = p->interval.reference[j], rounding = fabs(reference) * 0x1p-52;
    lower[j] = reference + p->interval.upper[j] - rounding;
    upper[j] = reference + p->interval.lower[j] + rounding;
  }
  l->round(LANES, lower, low);
  l->round(LANES, upper, high);
  for (int j = 0; j < (p->across ? p->lanes : 1); j++) {
    size_t at = (size_t)j * l->size;
    unsafe[j] |= memcmp(low + at, high + at, l->size) != 0;
    if (write) memcpy(p->y[j], low + at, l->size);
  }
}

static void finish(panel *p, bool write, uint32_t *unsafe) {
  if (p->call->kind == RAMP_LOG_SUM)
    finish_logarithms(p, write, unsafe);
  else
    finish_lines(p, write, unsafe);
}

/* ------------------------------------------------------------------ panels */

/* Lines that the quick loops cannot decide; all of a panel's where the others would be
   written over. */
static void run_panel(panel *p, size_t first_line) {
  uint32_t unsafe[LANES] = {0}, any = 0;
  sum_up(p);
  set_interval(p, unsafe);
  bool in_place = p->call->lines.in_place;
  finish(p, !in_place, unsafe);
  for (int j = 0; j < (p->across ? p->lanes : LANES); j++)
    any |= unsafe[j];
  if (in_place && !any) finish(p, true, unsafe);
  for (int j = 0; j < (p->across ? p->lanes : 1); j++)
    if (p->across && !in_place ? unsafe[j] : any)
      ramp_softmax_exact(p->call, first_line + (size_t)j);
}

/* Short lines side by side fill the lanes; so do lines whose neighbours are next to each
   other in memory, while their own elements are not. */
enum { SHORT = 64 };

bool ramp_softmax_across(const ramp_lines *l) {
  const ramp_operand *in = &l->walk.operand[l->operand[RAMP_LINE_IN]];
  bool neighbours = l->walk.axes > 0 && in->stride[0] == (int64_t)l->size;
  bool scattered = l->step[RAMP_LINE_IN] != (int64_t)l->size;
  return l->lines > 1 && (l->length < SHORT || (scattered && neighbours));
}

void ramp_softmax_quick(const ramp_softmax_call *call, size_t begin, size_t end) {
  bool across = ramp_softmax_across(&call->lines);
  size_t lines = across ? LANES : 1, length = call->lines.length;
  size_t powers = across ? length * LANES : (length + LANES - 1) / LANES * LANES;
  double on_stack[KEPT_ON_STACK], *asked_for = NULL;
  if (powers > KEPT_ON_STACK && powers <= KEPT_AT_MOST)
    asked_for = malloc(powers * sizeof *asked_for);
  panel p;
  p.call = call;
  p.across = across;
  p.powers = asked_for ? asked_for : on_stack;
  p.kept = asked_for || powers <= KEPT_ON_STACK;
  for (size_t line = begin; line < end; line += lines) {
    size_t left = end - line;
    set_panel(&p, line, left < lines ? left : lines);
    run_panel(&p, line);
  }
  free(asked_for);
}
