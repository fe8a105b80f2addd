/* SPDX-License-Identifier: MIT */
/*
 * Loops over pairs of arrays: sums, and lines whose slope left of 0 is another number for
 * each element.  Compiled once per instruction set and arithmetic: extended over double,
 * single over float.
 */
#include "kernels/element.h"

static void sum_of_pair(size_t n, const void *first, const void *second, void *out) {
  const real *a = first, *b = second;
  real *y = out;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = canonical(a[i] + b[i]);
}

static void pair_forward(size_t n, const void *input, const void *slopes, void *out) {
  const real *x = input, *slope = slopes;
  real *y = out;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = canonical(prelu_value(x[i], slope + i));
}

/* At 0 the rule takes a number from the interval between the slope and 1: the one of
   least magnitude, or a mixture.  A constant at every call. */
INLINE real slope_at(real x, real slope, bool least, real mix) {
  real at_kink = least      ? at_most(at_least(slope, 0), 1)
                 : mix == 1 ? 1
                            : slope + mix * (1 - slope);
  real by_side = prelu_derivative(x, &slope);
  real chosen = x == 0 ? at_kink : by_side;
  return chosen * (x == x ? 1 : REAL_NAN);
}

INLINE void derivative_loop(bool least, real mix, size_t n, const real *x,
                            const real *slope, real *y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = canonical(slope_at(x[i], slope[i], least, mix));
}

static void pair_derivative_of(ramp_kink_rule rule, double mix, size_t n, const void *x,
                               const void *slope, void *y) {
  if (rule == RAMP_KINK_MIX)
    derivative_loop(false, (real)mix, n, x, slope, y);
  else
    derivative_loop(true, 0, n, x, slope, y);
}

/* A dy of 0 blocks an infinite slope, too. */
INLINE real slope_for(real slope, real dy) {
  real limit = by_sign(absolute(dy) - REAL_LEAST, 1, REAL_INFINITY);
  return at_most(at_least(slope, -limit), limit);
}

INLINE void backward_loop(bool least, real mix, size_t n, const real *x,
                          const real *slope, const real *dy, real *dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real passing = slope_for(slope_at(x[i], slope[i], least, mix), dy[i]);
    dx[i] = passed_back(passing, dy[i]);
  }
}

static void pair_backward(ramp_kink_rule rule, double mix, size_t n, const void *x,
                          const void *slope, const void *dy, void *dx) {
  if (rule == RAMP_KINK_MIX)
    backward_loop(false, (real)mix, n, x, slope, dy, dx);
  else
    backward_loop(true, 0, n, x, slope, dy, dx);
}

#define JOINED(a, b, c) a##b##_##c
#define PAIRS_OF(variant, arithmetic) JOINED(ramp_pairs_, variant, arithmetic)
const ramp_pair_loops PAIRS_OF(RAMP_VARIANT, RAMP_ARITHMETIC) = {
    sum_of_pair, pair_forward, pair_derivative_of, pair_backward};
