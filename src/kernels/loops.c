/* SPDX-License-Identifier: MIT */
/*
 * The loops over arrays, for one instruction set and one arithmetic: compiled once for
 * each (CMakeLists.txt), with RAMP_VARIANT and RAMP_ARITHMETIC naming them.  A loop and
 * its tail share one body.  With RAMP_STREAMING the results are stored past the caches.
 */
#include "kernels/element.h"
#include "kernels/stream.h"

/* `omp simd` tells that no element depends on another, also where y is x. */
INLINE void forward_loop(formula *value, const ramp_arguments *arguments, size_t n,
                         const element *x, element *y) {
  const narrowed a = narrow(arguments);
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = (element)canonical(value(x[i], a.parameter));
}

INLINE void derivative_loop(formula *derivative, int kinks,
                            const ramp_arguments *arguments, size_t n, const element *x,
                            element *y) {
  const narrowed a = narrow(arguments);
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = (element)canonical(slope_of(derivative, kinks, x[i], &a));
}

INLINE void backward_loop(formula *derivative, int kinks, const ramp_arguments *arguments,
                          size_t n, const element *x, const element *dy, element *dx) {
  const narrowed a = narrow(arguments);
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = (element)passed_back(slope_of(derivative, kinks, x[i], &a), dy[i]);
}

/* ------------------------------------------------------------------ streaming */

#ifdef RAMP_STREAMING
enum { CHUNK = STREAM_CHUNK / sizeof(element) };

/* Elements up to the first line of y, but no more than n. */
INLINE size_t head_of(const element *y, size_t n) {
  size_t head = stream_head(y) / sizeof(element);
  return head < n ? head : n;
}

INLINE void forward_array(formula *value, const ramp_arguments *a, size_t n,
                          const element *x, element *y) {
  _Alignas(STREAM_LINE) element part[CHUNK];
  size_t i = head_of(y, n);
  forward_loop(value, a, i, x, y);
  for (; i + CHUNK <= n; i += CHUNK) {
    forward_loop(value, a, CHUNK, x + i, part);
    stream_chunk(y + i, part);
  }
  forward_loop(value, a, n - i, x + i, y + i);
}

INLINE void derivative_array(formula *derivative, int kinks, const ramp_arguments *a,
                             size_t n, const element *x, element *y) {
  _Alignas(STREAM_LINE) element part[CHUNK];
  size_t i = head_of(y, n);
  derivative_loop(derivative, kinks, a, i, x, y);
  for (; i + CHUNK <= n; i += CHUNK) {
    derivative_loop(derivative, kinks, a, CHUNK, x + i, part);
    stream_chunk(y + i, part);
  }
  derivative_loop(derivative, kinks, a, n - i, x + i, y + i);
}

INLINE void backward_array(formula *derivative, int kinks, const ramp_arguments *a,
                           size_t n, const element *x, const element *dy, element *dx) {
  _Alignas(STREAM_LINE) element part[CHUNK];
  size_t i = head_of(dx, n);
  backward_loop(derivative, kinks, a, i, x, dy, dx);
  for (; i + CHUNK <= n; i += CHUNK) {
    backward_loop(derivative, kinks, a, CHUNK, x + i, dy + i, part);
    stream_chunk(dx + i, part);
  }
  backward_loop(derivative, kinks, a, n - i, x + i, dy + i, dx + i);
}
#else
#define forward_array forward_loop
#define derivative_array derivative_loop
#define backward_array backward_loop
#endif

/* ------------------------------------------------------------------ parameters */

/* Parameters have sums in working arithmetic alone. */
#if defined RAMP_ARITHMETIC_working && !defined RAMP_ARITHMETIC_bounded
#define SUMS_BY_PARAMETER

/* Element i, for i < n <= RAMP_LANES, to sum[i]. */
INLINE void sum_lanes(formula *by, const real *p, size_t n, const real *restrict x,
                      const real *restrict dy, real *restrict sum) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    sum[i] += term_of(x[i], by(x[i], p), dy[i]);
}

INLINE void sum_loop(formula *by, const ramp_arguments *a, size_t n, const real *x,
                     const real *dy, real *sum) {
  const real *p = a->parameter;
  size_t i = 0;
  for (; i + RAMP_LANES <= n; i += RAMP_LANES)
    sum_lanes(by, p, RAMP_LANES, x + i, dy + i, sum);
  sum_lanes(by, p, n - i, x + i, dy + i, sum);
}
#endif

/* Which rows this arithmetic computes. */
#define NO_KINKS
#define KINK(at, left, right) +1
#if defined RAMP_ARITHMETIC_extended
#define ROW_SELECTION(...) ROW(__VA_ARGS__)
#define ROW_ROUNDED(...) ROW(__VA_ARGS__)
#elif defined RAMP_ARITHMETIC_working
#define ROW_SELECTION(...)
#define ROW_ROUNDED(...) ROW(__VA_ARGS__)
#else
#define ROW_SELECTION(...) ROW(__VA_ARGS__)
#define ROW_ROUNDED(...)
#endif
#define ROW_ONE_STEP(...) ROW(__VA_ARGS__)
#define ALIAS(...)
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 kinks, ...)                                                             \
  ROW_##arithmetic(name, 0 kinks)

/* One set of loops per row. */
#define ROW(name, kinks)                                                                 \
  static void name##_forward(const ramp_arguments *a, size_t n, const void *x,           \
                             void *y) {                                                  \
    forward_array(name##_value, a, n, x, y);                                             \
  }                                                                                      \
  static void name##_derivative_of(const ramp_arguments *a, size_t n, const void *x,     \
                                   void *y) {                                            \
    derivative_array(name##_derivative, kinks, a, n, x, y);                              \
  }                                                                                      \
  static void name##_backward(const ramp_arguments *a, size_t n, const void *x,          \
                              const void *dy, void *dx) {                                \
    backward_array(name##_derivative, kinks, a, n, x, dy, dx);                           \
  }
#include "functions/functions.def"
#undef ROW

#define ROW(name, kinks)                                                                 \
  [RAMP_KERNEL_##name] = {name##_forward, name##_derivative_of, name##_backward},
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
