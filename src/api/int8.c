/* SPDX-License-Identifier: MIT */
/*
 * Functions of 8-bit integers: 256 results, computed once, and looked up.
 *
 * A scale is a float, so that a double holds every input scale (q - zero_point), and
 * every middle between two results (m + 1/2) scale, exactly.  The 64-bit value of f then
 * tells on which side of a middle the exact one lies, unless it is the middle itself.
 * Then either it is a tie; or a product was rounded to one; or f is so near to a line
 * (softplus to x, sigmoid to 1) that a double cannot tell them apart.  On which side of
 * such a line f runs shows further along.
 */
#include "api/compute.h"
#include "api/status.h"

#include <math.h>
#include <string.h>

/* ------------------------------------------------------------------ checks */

static const struct {
  const char *name;
  int least, greatest;
} ranges[] = {[RAMP_INT8] = {"int8", -128, 127}, [RAMP_UINT8] = {"uint8", 0, 255}};

static ramp_status check_quantisation(const ramp_quantisation *q, const char *name) {
  if (!q)
    return ramp_fail(RAMP_NULL_POINTER, "the quantisation of %s is a null pointer", name);
  if (q->type != RAMP_INT8 && q->type != RAMP_UINT8)
    return ramp_fail(RAMP_INVALID_QUANTISATION,
                     "the integers of %s are of type %d, which is neither RAMP_INT8 nor "
                     "RAMP_UINT8",
                     name, (int)q->type);
  if (!(isfinite(q->scale) && q->scale > 0))
    return ramp_fail(RAMP_INVALID_QUANTISATION,
                     "the scale of %s is %g, but must be finite and above 0", name,
                     (double)q->scale);
  int least = ranges[q->type].least, greatest = ranges[q->type].greatest;
  if (q->zero_point < least || q->zero_point > greatest)
    return ramp_fail(RAMP_INVALID_QUANTISATION,
                     "the zero point of %s is %d, but must be one of %s, from %d to %d",
                     name, q->zero_point, ranges[q->type].name, least, greatest);
  return RAMP_OK;
}

static ramp_status check_table(const ramp_function *f, const ramp_quantisation *from,
                               const ramp_quantisation *to) {
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = check_quantisation(from, "x");
  if (status == RAMP_OK) status = check_quantisation(to, "y");
  return status;
}

static ramp_status check_bytes(size_t count, ramp_array array) {
  if (count > PTRDIFF_MAX)
    return ramp_fail(RAMP_TOO_LARGE, "%zu bytes do not fit into memory", count);
  if (count > 0 && !array.data)
    return ramp_fail(RAMP_NULL_POINTER, "%s is a null pointer", array.name);
  return RAMP_OK;
}

static ramp_status check_map(size_t count, ramp_array x, ramp_array y) {
  ramp_status status = check_bytes(count, x);
  if (status == RAMP_OK) status = check_bytes(count, y);
  if (status != RAMP_OK || x.data == y.data) return status;
  return ramp_check_apart(y, count, x, count);
}

/* ------------------------------------------------------------------ on the middle */

static double value_at(const ramp_function *f, double x) {
  ramp_forward(f, RAMP_F64, 1, &x, &x);
  return x;
}

static double slope_at(const ramp_function *f, double x) {
  ramp_derivative(f, RAMP_F64, 1, &x, &x);
  return x;
}

static int sign(double a) { return (a > 0) - (a < 0); }

/* What rounding took from a - b. */
static double difference_error(double a, double b, double difference) {
  double part = difference - a;
  return (a - (difference - part)) - (b + part);
}

/* For functions of lines: the sign of f(x) - middle, exactly, from 0 or from the last
   kink on the way from 0 to x.  Without rounding 0.01 is not 1/100. */
static int side_of_piece(const ramp_function *f, double x, double middle) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  double from = 0;
  for (int i = 0; i < n; i++)
    if (fabs(kinks[i].at) > fabs(from) && fabs(kinks[i].at) <= fabs(x) &&
        sign(kinks[i].at) == sign(x))
      from = kinks[i].at;
  double value = value_at(f, from), slope = slope_at(f, x);
  double run = x - from, rise = value - middle;
  double rest =
      difference_error(value, middle, rise) + slope * difference_error(x, from, run);
  return sign(fma(slope, run, rise) + rest);
}

/* slope (x - at) + value. */
typedef struct {
  double at, value, slope;
} line;

/* The line that f seems to be at x: one of a slope of few digits, if it meets 0 in a
   double, or else a constant. */
static line line_of(const ramp_function *f, double x, double value) {
  double slope = (float)slope_at(f, x);
  double at_zero = fma(-slope, x, value);
  bool plain = fma(slope, x, at_zero) == value && fma(-slope, x, value - at_zero) == 0;
  return (line){x, value, plain ? slope : 0};
}

/* -1, 0 or 1: f(x) below the line, too near to tell, or above it. */
static int side_of(const ramp_function *f, line l, double x) {
  double y = value_at(f, x), on_line = fma(l.slope, x - l.at, l.value);
  double size = fmax(fmax(fabs(y), fabs(on_line)), fabs(l.value));
  double away = y - on_line;
  return fabs(away) <= size * 0x1p-51 ? 0 : sign(away);
}

/* Whether f has a kink between a and b. */
static bool kink_between(const ramp_function *f, double a, double b) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  for (int i = 0; i < n; i++)
    if (fmin(a, b) <= kinks[i].at && kinks[i].at <= fmax(a, b)) return true;
  return false;
}

/* The side on which f leaves the line first, going out from l.at in steps of factors
   of 2; 0 if it stays on it up to a kink, 0 or infinity. */
static int side_along(const ramp_function *f, line l, double factor) {
  for (double x = l.at * factor; x != 0 && isfinite(x); x *= factor) {
    if (kink_between(f, l.at, x)) return 0;
    int side = side_of(f, l, x);
    if (side) return side;
  }
  return 0;
}

/* -1, 0 or 1: where the exact f(x) lies whose 64-bit value is a middle.  A selection is
   exact; what is rounded once and not made of lines, or not on a line around x, misses a
   middle by less than a double tells only by chance. */
static int side_of_middle(const ramp_function *f, double x, double middle) {
  double bound = ramp_function_row_at(f->row)->f64_value_bound;
  ramp_function_shape shape;
  ramp_function_shape_of(f, &shape);
  if (x == 0 || bound == 0) return 0;
  if (shape.properties & RAMP_SHAPE_LINEAR) return side_of_piece(f, x, middle);
  line l = line_of(f, x, middle);
  if (bound <= 0.5 || side_of(f, l, x * (1 - 0x1p-10))) return 0;
  int side = side_along(f, l, 0.5);
  return side ? side : side_along(f, l, 2);
}

/* ------------------------------------------------------------------ the table */

/* y / scale to the nearest whole number, ties to even, for the exact y. */
static double nearest_multiple(const ramp_function *f, double x, double y, float scale) {
  double below = floor(y / (double)scale);
  if (!(fabs(below) < 1024)) return below;
  double middle = (below + 0.5) * (double)scale;
  int side = y < middle ? -1 : y > middle ? 1 : side_of_middle(f, x, middle);
  bool up = side > 0 || (side == 0 && fmod(below, 2) != 0);
  return below + up;
}

static uint8_t entry(const ramp_function *f, double x, double y,
                     const ramp_quantisation *to) {
  double q = nearest_multiple(f, x, y, to->scale) + to->zero_point;
  q = fmax(q, ranges[to->type].least);
  return (uint8_t)(int)fmin(q, ranges[to->type].greatest);
}

static void fill_table(const ramp_function *f, const ramp_quantisation *from,
                       const ramp_quantisation *to, uint8_t table[256]) {
  double x[256], y[256];
  for (int byte = 0; byte < 256; byte++) {
    int q = from->type == RAMP_INT8 ? (int8_t)byte : byte;
    x[byte] = (double)from->scale * (q - from->zero_point);
  }
  ramp_job forward = ramp_job_of(f, RAMP_F64, RAMP_FORWARD);
  ramp_job_run(&forward, 256, (char *)x, NULL, (char *)y);
  for (int byte = 0; byte < 256; byte++)
    table[byte] = entry(f, x[byte], y[byte], to);
}

/* ------------------------------------------------------------------ ramp.h */

ramp_status ramp_int8_table(const ramp_function *f, const ramp_quantisation *from,
                            const ramp_quantisation *to, uint8_t table[256]) {
  ramp_status status = check_table(f, from, to);
  if (status != RAMP_OK) return status;
  if (!table) return ramp_fail(RAMP_NULL_POINTER, "table is a null pointer");
  ramp_environment caller = ramp_environment_enter();
  fill_table(f, from, to, table);
  ramp_environment_leave(&caller);
  return RAMP_OK;
}

typedef struct {
  const uint8_t *table, *x;
  uint8_t *y;
} work;

static void map_part(const void *all, size_t begin, size_t end) {
  const work w = *(const work *)all;
  for (size_t i = begin; i < end; i++)
    w.y[i] = w.table[w.x[i]];
}

ramp_status ramp_int8_map(const uint8_t table[256], size_t count, const void *x,
                          void *y) {
  ramp_array in = {"x", x, RAMP_F64}, out = {"y", y, RAMP_F64};
  ramp_status status = check_map(count, in, out);
  if (status != RAMP_OK) return status;
  if (!table) return ramp_fail(RAMP_NULL_POINTER, "table is a null pointer");
  ramp_array entries = {"table", table, RAMP_F64};
  status = count ? ramp_check_apart(out, count, entries, 256) : RAMP_OK;
  if (status != RAMP_OK || count == 0) return status;
  work w = {table, x, y};
  ramp_share(count, map_part, &w);
  return RAMP_OK;
}

ramp_status ramp_forward_int8(const ramp_function *f, const ramp_quantisation *from,
                              const ramp_quantisation *to, size_t count, const void *x,
                              void *y) {
  uint8_t table[256];
  ramp_status status = check_table(f, from, to);
  if (status == RAMP_OK)
    status =
        check_map(count, (ramp_array){"x", x, RAMP_F64}, (ramp_array){"y", y, RAMP_F64});
  if (status == RAMP_OK) status = ramp_int8_table(f, from, to, table);
  return status == RAMP_OK ? ramp_int8_map(table, count, x, y) : status;
}
