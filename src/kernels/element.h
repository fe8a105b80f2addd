/* SPDX-License-Identifier: MIT */
/*
 * What loops over arrays share, for one instruction set and one arithmetic: what arrays
 * hold, what a loop is told, NaN, kinks, derivatives of 0.  Included by units that define
 * RAMP_ARITHMETIC_... and none other.
 */
#ifndef RAMP_ELEMENT_H
#define RAMP_ELEMENT_H

#include "kernels/kernels.h"

#ifdef RAMP_ARITHMETIC_fast
#include "functions/fast/formulas.h"
#else
#include "functions/formulas.h"
#endif

/* What the arrays hold.  Bounded loops widen and round within the loop, so that these
   overlap with the formula. */
#ifdef RAMP_ARITHMETIC_bounded
typedef float element;
#else
typedef real element;
#endif

typedef real formula(real x, const given *p);

typedef struct {
  real parameter[RAMP_PARAMETERS_MAX], kink[RAMP_KINKS_MAX], at_kink[RAMP_KINKS_MAX];
} narrowed;

/* A stage of a block, or, as STAGE_ALL, of any number of elements. */
typedef struct {
  stage_end end;
  real (*kept)[STAGE_BLOCK];
} stage;
static const stage at_once = {STAGE_ALL, NULL};

INLINE narrowed narrow(const ramp_arguments *a) {
  narrowed n;
  for (int i = 0; i < RAMP_PARAMETERS_MAX; i++)
    n.parameter[i] = (real)a->parameter[i];
  for (int i = 0; i < RAMP_KINKS_MAX; i++) {
    n.kink[i] = (real)a->kink[i];
    n.at_kink[i] = (real)a->at_kink[i];
  }
  return n;
}

/* For element i. */
INLINE given given_at(const narrowed *a, const stage *s, size_t i) {
  return (given){a->parameter, s->end, s->kept, i};
}

INLINE bool has_results(const stage *s) {
  return s->end == STAGE_ALL || s->end == STAGE_RESULT;
}

#ifdef RAMP_ARITHMETIC_fast

/* Formulas know nothing of NaN. */
INLINE real unless_nan(real x, real result) { return x == x ? result : REAL_NAN; }

/* slope dy, where a 0 of one blocks an infinite other one: then the product is no number,
   and x and dy are. */
INLINE real gradient_of(real x, real slope, real dy) {
  real product = slope * dy;
  real zero = from_bits((bits_of(slope) ^ bits_of(dy)) & ~((real_bits)-1 >> 1));
  product = product == product ? product : zero;
  return __builtin_isunordered(x, dy) ? REAL_NAN : product;
}

#else

/* a or, where that holds, b.  By masks: GCC would join the ternary operator with those of
   the formula. */
INLINE real or_where(bool holds, real a, real b) {
  real_bits mask = -(real_bits)holds;
  return from_bits((bits_of(a) & ~mask) | (bits_of(b) & mask));
}

/* Rounding to the caller's type makes the NaN of working arithmetic canonical. */
INLINE real canonical(real a) {
#if defined RAMP_ARITHMETIC_working
  return a;
#elif defined RAMP_ARITHMETIC_single
  return or_where(a != a, a, REAL_NAN);
#else
  return a != a ? REAL_NAN : a;
#endif
}

/* Below it a derivative counts as 0.  Working arithmetic's e^-x stops short of 0. */
#if defined RAMP_ARITHMETIC_working
#define LEAST_SLOPE 1e-300
#elif defined RAMP_ARITHMETIC_extended
#define LEAST_SLOPE __DBL_DENORM_MIN__
#else
#define LEAST_SLOPE __FLT_DENORM_MIN__
#endif

/* A derivative of 0 blocks even an infinite dy, but not a NaN: 1 with the sign of dy
   takes its place.  So does a dy of 0 an infinite derivative, which floats never have. */
INLINE real passed_back(real slope, real dy) {
#ifdef RAMP_ARITHMETIC_bounded
  return slope * dy;
#else
#ifndef RAMP_ARITHMETIC_single
  real limit = by_sign(absolute(dy) - __DBL_DENORM_MIN__, 1, REAL_INFINITY);
  slope = within(slope, limit);
#endif
  real one = from_bits((bits_of(dy) & ~((real_bits)-1 >> 1)) | bits_of(1));
  real factor = by_sign(absolute(slope) - LEAST_SLOPE, one, dy);
  return canonical(factor * slope * (dy == dy ? 1 : REAL_NAN));
#endif
}

/* Formulas, and slope_of(), make NaN of NaN; those of single arithmetic need not. */
INLINE real unless_nan(real x, real result) {
#ifdef RAMP_ARITHMETIC_single
  return or_where(__builtin_isunordered(x, result), result, REAL_NAN);
#else
  (void)x;
  return canonical(result);
#endif
}
INLINE real gradient_of(real x, real slope, real dy) {
  (void)x;
  return passed_back(slope, dy);
}

#endif

/* `kinks` is how many the row has: a constant at every call. */
INLINE real slope_of(formula *derivative, int kinks, real x, const narrowed *a,
                     const given *p) {
  real slope = derivative(x, p);
  for (int i = 0; i < kinks; i++)
    slope = x == a->kink[i] ? a->at_kink[i] : slope;
#if defined RAMP_ARITHMETIC_bounded || defined RAMP_ARITHMETIC_fast
  return slope;
#else
  return slope * (x == x ? 1 : REAL_NAN);
#endif
}

#ifdef RAMP_ARITHMETIC_working
/* What an element adds to the gradient of a parameter.  A factor of 0 blocks even an
   infinite other one, but not a NaN. */
INLINE real term_of(real x, real slope, real dy) {
  real term = by_sign(absolute(slope) - LEAST_SLOPE, 0, slope * dy);
  term = by_sign(absolute(dy) - __DBL_DENORM_MIN__, 0, term);
  return term * (x == x ? 1 : REAL_NAN) * (dy == dy ? 1 : REAL_NAN);
}
#endif

#endif
