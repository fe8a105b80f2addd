/* SPDX-License-Identifier: MIT */
/*
 * The loops of the fast precision, from floats to floats, for one instruction set:
 * compiled once for each that has fused operations, with RAMP_VARIANT naming it, and once
 * more with RAMP_STREAMING.
 */
#include "kernels/arrays.h"

/* `kinks` is how many the row has: a constant at every call. */
INLINE real slope_of(formula *derivative, int kinks, real x, const narrowed *a) {
  real slope = derivative(x, a->parameter);
  for (int i = 0; i < kinks; i++)
    slope = x == a->kink[i] ? a->at_kink[i] : slope;
  return slope;
}

/* Formulas know nothing of NaN. */
INLINE real unless_nan(real x, real result) { return x == x ? result : REAL_NAN; }

/* slope dy, where a 0 of one blocks an infinite other one: then the product is no number,
   and x and dy are. */
INLINE real passed_back(real x, real slope, real dy) {
  real product = slope * dy;
  real zero = from_bits((bits_of(slope) ^ bits_of(dy)) & ~((real_bits)-1 >> 1));
  product = product == product ? product : zero;
  return __builtin_isunordered(x, dy) ? REAL_NAN : product;
}

/* `omp simd` tells that no element depends on another, also where y is x. */
INLINE void forward_loop(formula *of, int points, const ramp_arguments *arguments,
                         size_t n, const element *x, const element *dy, element *y) {
  const narrowed a = narrow(arguments);
  (void)points, (void)dy;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = unless_nan(x[i], of(x[i], a.parameter));
}

INLINE void derivative_loop(formula *of, int points, const ramp_arguments *arguments,
                            size_t n, const element *x, const element *dy, element *y) {
  const narrowed a = narrow(arguments);
  (void)dy;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = unless_nan(x[i], slope_of(of, points, x[i], &a));
}

INLINE void backward_loop(formula *of, int points, const ramp_arguments *arguments,
                          size_t n, const element *x, const element *dy, element *dx) {
  const narrowed a = narrow(arguments);
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = passed_back(x[i], slope_of(of, points, x[i], &a), dy[i]);
}

/* ------------------------------------------------------------------ the table */

#define NO_ROW(...)
#define ROW_SELECTION NO_ROW
#define ROW_ONE_STEP NO_ROW
#define ROW_ROUNDED NO_ROW
#define ROW_SMOOTH(...) ROW
#define NO_KINKS
#define KINK(at, left, right) +1
#define ALIAS(...)
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 kinks, ...)                                                             \
  ROW_##arithmetic(name, 0 kinks)

/* One set of loops per row. */
#define ROW(name, kinks)                                                                 \
  static void name##_forward(const ramp_arguments *a, size_t n, const void *x,           \
                             void *y) {                                                  \
    over_array(forward_loop, name##_value, 0, a, n, x, NULL, y);                         \
  }                                                                                      \
  static void name##_derivative_of(const ramp_arguments *a, size_t n, const void *x,     \
                                   void *y) {                                            \
    over_array(derivative_loop, name##_derivative, kinks, a, n, x, NULL, y);             \
  }                                                                                      \
  static void name##_backward(const ramp_arguments *a, size_t n, const void *x,          \
                              const void *dy, void *dx) {                                \
    over_array(backward_loop, name##_derivative, kinks, a, n, x, dy, dx);                \
  }
#include "functions/functions.def"
#undef ROW

#define ROW(name, kinks)                                                                 \
  [RAMP_KERNEL_##name] = {name##_forward, name##_derivative_of, name##_backward},
#define JOINED(a, b) a##b
#ifdef RAMP_STREAMING
#define LOOPS_OF(variant) JOINED(ramp_streaming_fast_loops_, variant)
#else
#define LOOPS_OF(variant) JOINED(ramp_fast_loops_, variant)
#endif
const ramp_loops LOOPS_OF(RAMP_VARIANT)[RAMP_KERNELS] = {
#include "functions/functions.def"
};
