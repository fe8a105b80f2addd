/* SPDX-License-Identifier: MIT */
/*
 * Derivatives of functions made of lines, whose slopes are numbers of the loop's
 * arithmetic: which slope depends on how many limits x is beyond, and nothing else.  One
 * comparison and two choices a limit, whatever the function; compiled once per
 * instruction set, and once more with RAMP_STREAMING.
 */
#include "kernels/arrays.h"

typedef struct {
  real limit[RAMP_LIMITS_MAX], slope[RAMP_LIMITS_MAX + 1];
  real_bits kept[RAMP_LIMITS_MAX + 1]; /* bits of dy: a slope of 0 takes its sign alone */
} pieces;

INLINE pieces pieces_of(int limits, const ramp_arguments *a) {
  pieces p;
  for (int k = 0; k < limits; k++)
    p.limit[k] = (real)a->limit[k];
  for (int k = 0; k <= limits; k++) {
    p.slope[k] = (real)a->slope[k];
    p.kept[k] = p.slope[k] == 0 ? ~((real_bits)-1 >> 1) : (real_bits)-1;
  }
  return p;
}

INLINE void derivative_loop(formula *of, int points, const ramp_arguments *arguments,
                            const stage *s, size_t n, const element *x, const element *dy,
                            element *y) {
  const pieces p = pieces_of(points, arguments);
  (void)of, (void)s, (void)dy;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real slope = p.slope[0];
    for (int k = 0; k < points; k++)
      slope = x[i] > p.limit[k] ? p.slope[k + 1] : slope;
    y[i] = or_where(x[i] != x[i], slope, REAL_NAN);
  }
}

INLINE void backward_loop(formula *of, int points, const ramp_arguments *arguments,
                          const stage *s, size_t n, const element *x, const element *dy,
                          element *dx) {
  const pieces p = pieces_of(points, arguments);
  (void)of, (void)s;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real slope = p.slope[0];
    real_bits kept = p.kept[0];
    for (int k = 0; k < points; k++) {
      slope = x[i] > p.limit[k] ? p.slope[k + 1] : slope;
      kept = x[i] > p.limit[k] ? p.kept[k + 1] : kept;
    }
    real product = slope * from_bits(bits_of(dy[i]) & kept);
    dx[i] = __builtin_isunordered(x[i], dy[i]) ? REAL_NAN : product;
  }
}

#define LINES(limits)                                                                    \
  static void lines_##limits##_derivative_of(const ramp_arguments *a, size_t n,          \
                                             const void *x, void *y) {                   \
    over_array_unrolled(derivative_loop, NULL, limits, a, n, x, y);                      \
  }                                                                                      \
  static void lines_##limits##_backward(const ramp_arguments *a, size_t n,               \
                                        const void *x, const void *dy, void *dx) {       \
    over_array(backward_loop, NULL, limits, a, n, x, dy, dx);                            \
  }                                                                                      \
  ROWS_LOOP(lines_##limits##_derivative, over_rows_unrolled, derivative_loop, NULL,      \
            limits)                                                                      \
  ROWS_LOOP(lines_##limits##_backward, over_rows, backward_loop, NULL, limits)
LINES(0)
LINES(1)
LINES(2)
LINES(3)
LINES(4)

#define ENTRY(limits)                                                                    \
  {                                                                                      \
    .derivative = lines_##limits##_derivative_of, .backward = lines_##limits##_backward, \
    .derivative_rows = ROWS_OF(lines_##limits##_derivative),                             \
    .backward_rows = ROWS_OF(lines_##limits##_backward)                                  \
  }
#define JOINED(a, b) a##b
#ifdef RAMP_STREAMING
#define LINES_OF(variant) JOINED(ramp_streaming_lines_, variant)
#else
#define LINES_OF(variant) JOINED(ramp_lines_, variant)
#endif
const ramp_loops LINES_OF(RAMP_VARIANT)[RAMP_LIMITS_MAX + 1] = {
    ENTRY(0), ENTRY(1), ENTRY(2), ENTRY(3), ENTRY(4)};
