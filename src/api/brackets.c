/* SPDX-License-Identifier: MIT */
/* Which functions have a slope that pairs of floats enclose, or are quotients
   (kernels/brackets.c), and what loops are told of them. */
#include "api/compute.h"

#include <math.h>
#include <string.h>

/* Slopes of these magnitudes have parts without underflow or overflow. */
#define SLOPE_LEAST 0x1p-60
#define SLOPE_MOST 0x1p60

/* What low d loses by underflow is less, at most 2^-150; and it is normal, as CPUs are
   slow with numbers that are not. */
#define GUARD 0x1p-120f

/* The last bit of a slope is 2^-52 of it, and that of d 2^-23 of d: from this on, the
   last bit of their product is not below that of the smallest float, 2^-149. */
#define EXACT_FROM 0x1p-72

/* The slope in three parts, of which the first is the float next to it; false where the
   second is one bit at most: then a product may be on the middle of two floats.  Rounded
   by a call: gcc 12 (-O3) takes a pair of conversions to float and back for none. */
static bool split(double slope, ramp_bracket *b) {
  double high = ramp_in_type(RAMP_F32, slope), below = slope - high;
  double middle = ramp_in_type(RAMP_F32, below);
  float exact_from = (float)(EXACT_FROM / slope);
  memcpy(&b->exact_from, &exact_from, sizeof exact_from);
  b->high = (float)high;
  b->middle = (float)middle;
  b->rest = (float)(below - middle);
  int exponent;
  return below != 0 && fabs(frexp(below, &exponent)) != 0.5;
}

static float float_up_to(double slope) {
  float nearest = (float)slope;
  return nearest > slope ? nextafterf(nearest, 0) : nearest;
}

/* The largest float up to the slope and, around the rest, ends that are far enough apart
   for the rounding of low and of low d, and for that of a double's product; not below 0,
   so that with infinities they are infinite, too, or differ. */
static void enclose(double slope, ramp_bracket *b) {
  b->high = float_up_to(slope);
  double above = slope - b->high, margin = above * 0x1p-21 + slope * 0x1p-48;
  b->low[0] = above > margin ? (float)(above - margin) : 0;
  b->low[1] = (float)(above + margin);
  b->guard = GUARD;
}

/* Slopes next to a fraction p/q, p above q and q small, such as 11/48 = 11/3 2^-4, have
   products next to the middle of two floats, with many of the numbers that q divides.
   Whether q divides 3 x 3 x 5 x 7 x 11: then that times the slope is next to a number of
   few bits; of less than 12 where p is below q. */
static bool has_many_middles(double slope) {
  double multiple = slope * (3 * 3 * 5 * 7 * 11);
  float few = (float)multiple;
  uint32_t bits;
  memcpy(&bits, &few, sizeof bits);
  return fabs(multiple - few) <= multiple * 0x1p-46 && bits % 4096 != 0;
}

/* Bits of dy that a slope of 0 or 1 keeps; another slope has no such bits. */
static bool keeps(double slope, uint32_t *bits) {
  *bits = slope == 1 ? UINT32_MAX : (uint32_t)1 << 31;
  return slope == 1 || (slope == 0 && !signbit(slope));
}

/* Whether f is slope x on each side of 0. */
static bool passes_zero(const ramp_function *f, const ramp_arguments *a) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  double zero = 0, y;
  if (ramp_function_all_kinks(f, kinks) != 1 || kinks[0].at != 0) return false;
  ramp_kernels_in_use()->extended[ramp_function_kernel(f)].forward(a, 1, &zero, &y);
  return y == 0;
}

/* The first two parts alone, where they are enough: middle x is normal up to `upper`. */
static bool set_two_products(double slope, ramp_bracket *b) {
  b->high = float_up_to(slope);
  b->middle = (float)(slope - b->high);
  b->upper = (float)(-0x1p-125 / b->middle);
  return b->upper >= -1 && ramp_two_products_suffice(slope, b->high, b->middle);
}

static bool set_forward(const ramp_function *f, const ramp_arguments *a, int limits,
                        ramp_bracket *b, enum ramp_bracket_kind *kind) {
  if (limits != 1 || a->slope[1] != 1 || !passes_zero(f, a)) return false;
  *kind = RAMP_BRACKET_TWO_PRODUCTS;
  if (set_two_products(a->slope[0], b)) return true;
  *kind = RAMP_BRACKET_FORWARD;
  return split(a->slope[0], b);
}

static bool set_backward(const ramp_arguments *a, int limits, ramp_bracket *b,
                         enum ramp_bracket_kind *kind) {
  bool two = limits == 2;
  *kind = two ? RAMP_BRACKET_TWO_LIMITS : RAMP_BRACKET_ONE_LIMIT;
  if (has_many_middles(a->slope[two])) return false;
  if (!keeps(a->slope[limits], &b->kept_above)) return false;
  if (two && !keeps(a->slope[0], &b->kept_below)) return false;
  b->lower = (float)a->limit[0];
  b->upper = (float)a->limit[two];
  enclose(a->slope[two], b);
  return true;
}

const ramp_bracket_loops *ramp_brackets_of(const ramp_function *f, bool goes_back,
                                           const ramp_arguments *a, int limits,
                                           ramp_bracket *b) {
  const ramp_bracket_loops *loops = ramp_kernels_in_use()->brackets;
  if (!loops->plain || (limits != 1 && limits != 2)) return NULL;
  double slope = a->slope[limits == 2];
  if (!(slope >= SLOPE_LEAST && slope <= SLOPE_MOST)) return NULL;
  enum ramp_bracket_kind kind;
  bool set =
      goes_back ? set_backward(a, limits, b, &kind) : set_forward(f, a, limits, b, &kind);
  return set ? &loops[kind] : NULL;
}

/* See kernels/brackets.c: quotients by more lose bits that the loop counts on. */
#define DIVISOR_MOST 8
#define NUDGE 0x1p-42

/* Whether slope x + 1/2 is (x + d/2)/d but for the rounding of the slope, and the kinks
   are where the loop has them. */
static bool set_hard_sigmoid(const ramp_function *f, ramp_bracket *b) {
  double slope = f->parameter[0], offset = f->parameter[1], d = rint(1 / slope);
  ramp_kink kinks[RAMP_KINKS_MAX];
  if (offset != 0.5 || !(d >= 1 && d <= DIVISOR_MOST) || slope != 1 / d) return false;
  if (ramp_function_all_kinks(f, kinks) != 2 || kinks[0].at != -d / 2 ||
      kinks[1].at != d / 2)
    return false;
  double excess = fma(slope, d, -1);
  b->divisor = (float)d;
  b->nudge = (float)(excess == 0 ? 0 : copysign(NUDGE, excess));
  return true;
}

const ramp_bracket_loops *ramp_odd_quotients_of(const ramp_function *f, ramp_bracket *b) {
  const ramp_bracket_loops *loops = ramp_kernels_in_use()->brackets;
  bool set = loops->plain && ramp_function_kernel(f) == RAMP_KERNEL_hard_sigmoid &&
             set_hard_sigmoid(f, b) && b->nudge != 0;
  return set ? &loops[RAMP_BRACKET_ODD_HARD_SIGMOID] : NULL;
}

const ramp_bracket_loops *ramp_quotients_of(const ramp_function *f, ramp_bracket *b) {
  const ramp_bracket_loops *loops = ramp_kernels_in_use()->brackets;
  enum ramp_kernel_number kernel = ramp_function_kernel(f);
  if (!loops->plain) return NULL;
  if (kernel == RAMP_KERNEL_hard_swish) return &loops[RAMP_BRACKET_HARD_SWISH];
  if (kernel != RAMP_KERNEL_hard_sigmoid || !set_hard_sigmoid(f, b)) return NULL;
  return &loops[RAMP_BRACKET_HARD_SIGMOID];
}
