/* SPDX-License-Identifier: MIT */
/*
 * The loops over arrays, for one instruction set and one arithmetic: compiled once for
 * each (CMakeLists.txt), with RAMP_VARIANT and RAMP_ARITHMETIC naming them.  A loop and
 * its tail share one body.  With RAMP_STREAMING the results are stored past the caches.
 */
#include "kernels/arrays.h"
#include "kernels/few.h"

/* `omp simd` tells that no element depends on another, also where y is x. */
INLINE void forward_loop(formula *of, int points, const ramp_arguments *arguments,
                         const stage *s, size_t n, const element *x, const element *dy,
                         element *y) {
  const narrowed a = narrow(arguments);
  (void)points, (void)dy;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const given p = given_at(&a, s, i);
    real value = of(x[i], &p);
    if (has_results(s)) y[i] = (element)unless_nan(x[i], value);
  }
}

/* Functions of single arithmetic are made of lines, whose derivatives are in lines.c. */
#ifndef RAMP_ARITHMETIC_single
INLINE void derivative_loop(formula *of, int points, const ramp_arguments *arguments,
                            const stage *s, size_t n, const element *x, const element *dy,
                            element *y) {
  const narrowed a = narrow(arguments);
  (void)dy;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const given p = given_at(&a, s, i);
    real slope = slope_of(of, points, x[i], &a, &p);
    if (has_results(s)) y[i] = (element)unless_nan(x[i], slope);
  }
}

INLINE void backward_loop(formula *of, int points, const ramp_arguments *arguments,
                          const stage *s, size_t n, const element *x, const element *dy,
                          element *dx) {
  const narrowed a = narrow(arguments);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const given p = given_at(&a, s, i);
    real slope = slope_of(of, points, x[i], &a, &p);
    if (has_results(s)) dx[i] = (element)gradient_of(x[i], slope, dy[i]);
  }
}

/* What both formulas compute, the compiler sees once; fast ones are quicker in stages,
   one after the other. */
#ifndef RAMP_ARITHMETIC_fast
#define TOGETHER
INLINE void both_loop(formula *of, formula *derivative, int kinks,
                      const ramp_arguments *arguments, size_t n, const element *x,
                      element *y, element *slope) {
  const narrowed a = narrow(arguments);
  const given p = {.parameter = a.parameter};
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real here = x[i];
    y[i] = (element)unless_nan(here, of(here, &p));
    slope[i] = (element)unless_nan(here, slope_of(derivative, kinks, here, &a, &p));
  }
}
#endif
#endif

/* ------------------------------------------------------------------ parameters */

/* Parameters have sums in working arithmetic alone. */
#if defined RAMP_ARITHMETIC_working && !defined RAMP_ARITHMETIC_bounded
#define SUMS_BY_PARAMETER

/* Element i, for i < n <= RAMP_LANES, to sum[i]. */
INLINE void sum_lanes(formula *by, const given *p, size_t n, const real *restrict x,
                      const real *restrict dy, real *restrict sum) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    sum[i] += term_of(x[i], by(x[i], p), dy[i]);
}

INLINE void sum_loop(formula *by, const ramp_arguments *a, size_t n, const real *x,
                     const real *dy, real *sum) {
  const narrowed own = narrow(a);
  const given p = {.parameter = own.parameter};
  size_t i = 0;
  for (; i + RAMP_LANES <= n; i += RAMP_LANES)
    sum_lanes(by, &p, RAMP_LANES, x + i, dy + i, sum);
  sum_lanes(by, &p, n - i, x + i, dy + i, sum);
}
#endif

/* Which rows this arithmetic computes. */
#define NO_KINKS
#define KINK(at, left, right) +1
#if defined RAMP_ARITHMETIC_extended
#define ROW_SELECTION(...) LIGHT_ROW(__VA_ARGS__)
#define ROW_ROUNDED(...) ROW(__VA_ARGS__)
#elif defined RAMP_ARITHMETIC_working
#define ROW_SELECTION(...)
#define ROW_ROUNDED(...) ROW(__VA_ARGS__)
#elif defined RAMP_ARITHMETIC_fast
#define ROW_SELECTION(...)
#define ROW_ROUNDED(...)
#else
#define ROW_SELECTION(...) ROW(__VA_ARGS__)
#define ROW_ROUNDED(...)
#endif
#if defined RAMP_ARITHMETIC_fast
#define ROW_ONE_STEP(...)
#define ROW_SMOOTH(...) ROW
#elif defined RAMP_ARITHMETIC_extended
#define ROW_ONE_STEP(...) LIGHT_ROW(__VA_ARGS__)
#define ROW_SMOOTH(...) ROW_ROUNDED
#else
#define ROW_ONE_STEP(...) ROW(__VA_ARGS__)
#define ROW_SMOOTH(...) ROW_ROUNDED
#endif
#define ALIAS(...)
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 kinks, ...)                                                             \
  ROW_##arithmetic(name, 0 kinks)

/* One register of elements, or two, as calls of few have, is computed by code of its own,
   which needs no register for the constants of the next: loops in stages keep so many
   that what is left over waits for them.  Not by Clang, which unrolls so short a loop
   before it would find the vectors. */
#if FEW_BYTES > 0 && defined RAMP_STAGED && !defined RAMP_STREAMING && !defined __clang__
enum { REGISTER = FEW_BYTES / sizeof(element) };

typedef void register_loop(const ramp_arguments *a, const element *x, const element *dy,
                           element *out);

INLINE bool in_registers(register_loop *loop, const ramp_arguments *a, size_t n,
                         const element *x, const element *dy, element *out) {
  if (n != REGISTER && n != 2 * REGISTER) return false;
  loop(a, x, dy, out);
  if (n > REGISTER) loop(a, x + REGISTER, dy ? dy + REGISTER : dy, out + REGISTER);
  return true;
}

#define REGISTER_LOOP(name, body, of, points)                                            \
  static __attribute__((noinline)) void register_##name(                                 \
      const ramp_arguments *a, const element *x, const element *dy, element *out) {      \
    body(of, points, a, &at_once, REGISTER, x, dy, out);                                 \
  }
#else
#define REGISTER_LOOP(...)
#define in_registers(...) false
#endif

/* One set of loops per row. */
#define MAP(name, body, of, points)                                                      \
  REGISTER_LOOP(name, body, of, points)                                                  \
  static void name(const ramp_arguments *a, size_t n, const void *x, void *y) {          \
    if (in_registers(register_##name, a, n, x, NULL, y)) return;                         \
    over_array(body, of, points, a, n, x, NULL, y);                                      \
  }
#define GRADIENT(name, body, of, points)                                                 \
  REGISTER_LOOP(name, body, of, points)                                                  \
  static void name(const ramp_arguments *a, size_t n, const void *x, const void *dy,     \
                   void *dx) {                                                           \
    if (in_registers(register_##name, a, n, x, dy, dx)) return;                          \
    over_array(body, of, points, a, n, x, dy, dx);                                       \
  }
#ifdef RAMP_ARITHMETIC_single
#define ROW(name, kinks)                                                                 \
  static void name##_forward(const ramp_arguments *a, size_t n, const void *x,           \
                             void *y) {                                                  \
    over_array_unrolled(forward_loop, name##_value, 0, a, n, x, y);                      \
  }                                                                                      \
  ROWS_LOOP(name##_forward, over_rows_unrolled, forward_loop, name##_value, 0)
#else
#define ROW(name, kinks)                                                                 \
  MAP(name##_forward, forward_loop, name##_value, 0)                                     \
  MAP(name##_derivative_of, derivative_loop, name##_derivative, kinks)                   \
  GRADIENT(name##_backward, backward_loop, name##_derivative, kinks)                     \
  BOTH(name, kinks)
#define LIGHT_ROW(name, kinks)                                                           \
  ROW(name, kinks)                                                                       \
  ROWS_LOOP(name##_forward, over_rows_unrolled, forward_loop, name##_value, 0)           \
  ROWS_LOOP(name##_derivative, over_rows_unrolled, derivative_loop, name##_derivative,   \
            kinks)                                                                       \
  ROWS_LOOP(name##_backward, over_rows, backward_loop, name##_derivative, kinks)
#endif
#ifdef TOGETHER
#define BOTH(name, kinks)                                                                \
  static void name##_both_loop(const ramp_arguments *a, size_t n, const void *x,         \
                               void *y, void *slope) {                                   \
    both_loop(name##_value, name##_derivative, kinks, a, n, x, y, slope);                \
  }
#else
#define BOTH(name, kinks)
#endif
#include "functions/functions.def"
#undef ROW
#undef LIGHT_ROW

#ifdef RAMP_ARITHMETIC_single
#define ROW(name, kinks)                                                                 \
  [RAMP_KERNEL_##                                                                        \
      name] = {.forward = name##_forward, .forward_rows = ROWS_OF(name##_forward)},
#elif defined TOGETHER
#define ROW(name, kinks)                                                                 \
  [RAMP_KERNEL_##name] = {.forward = name##_forward,                                     \
                          .derivative = name##_derivative_of,                            \
                          .backward = name##_backward,                                   \
                          .both = name##_both_loop},
#define LIGHT_ROW(name, kinks)                                                           \
  [RAMP_KERNEL_##name] = {.forward = name##_forward,                                     \
                          .derivative = name##_derivative_of,                            \
                          .backward = name##_backward,                                   \
                          .both = name##_both_loop,                                      \
                          .forward_rows = ROWS_OF(name##_forward),                       \
                          .derivative_rows = ROWS_OF(name##_derivative),                 \
                          .backward_rows = ROWS_OF(name##_backward)},
#else
#define ROW(name, kinks)                                                                 \
  [RAMP_KERNEL_##name] = {.forward = name##_forward,                                     \
                          .derivative = name##_derivative_of,                            \
                          .backward = name##_backward},
#endif
#define JOINED(a, b, c) a##b##_##c
#ifdef RAMP_STREAMING
#define LOOPS_OF(variant, arithmetic) JOINED(ramp_streaming_loops_, variant, arithmetic)
#else
#define LOOPS_OF(variant, arithmetic) JOINED(ramp_loops_, variant, arithmetic)
#endif
const ramp_loops LOOPS_OF(RAMP_VARIANT, RAMP_ARITHMETIC)[RAMP_KERNELS] = {
#include "functions/functions.def"
};
#undef FUNCTION

#ifdef SUMS_BY_PARAMETER
#define NO_PARAMETERS
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 ...)                                                                    \
  parameters
#define PARAMETER(function, name, value, domain)                                         \
  static void function##_by_##name##_sum(const ramp_arguments *a, size_t n,              \
                                         const double *x, const double *dy,              \
                                         double *sum) {                                  \
    sum_loop(function##_by_##name, a, n, x, dy, sum);                                    \
  }
#include "functions/functions.def"
#undef PARAMETER
#undef FUNCTION

#define PARAMETER(function, name, value, domain) function##_by_##name##_sum,
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 ...)                                                                    \
  [RAMP_KERNEL_##name] = {parameters},
#define SUMS_OF(variant) JOINED(ramp_sums, , variant)
const ramp_parameter_sums SUMS_OF(RAMP_VARIANT)[RAMP_KERNELS] = {
#include "functions/functions.def"
};
#endif
