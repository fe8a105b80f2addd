/* SPDX-License-Identifier: MIT */
/*
 * Adding terms to interleaved sums, compiled once per instruction set: term i goes to
 * sum[(at + i) % period].  Sums that lie side by side are added to side by side, so that
 * their order of addition is that of the terms whatever the vectors' width.
 */
#include "kernels/element.h"

typedef double term_loop(double x, double dy);

INLINE double slope_term(double x, double dy) {
  return term_of(x, prelu_by_slope(x, NULL), dy);
}
INLINE double plain_term(double x, double dy) {
  (void)dy;
  return x;
}

/* n terms to sum[0] .. sum[n - 1]. */
INLINE void add_run(term_loop *term, size_t n, const double *restrict x,
                    const double *restrict dy, double *restrict sum) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    sum[i] += term(x[i], dy[i]);
}

INLINE void add_terms(term_loop *term, size_t n, const double *x, const double *dy,
                      size_t at, size_t period, double *sum) {
  for (size_t i = 0; i < n;) {
    size_t run = period - at < n - i ? period - at : n - i;
    if (run == RAMP_LANES)
      add_run(term, RAMP_LANES, x + i, dy + i, sum + at);
    else
      add_run(term, run, x + i, dy + i, sum + at);
    i += run;
    at = 0;
  }
}

static void add(size_t n, const double *term, size_t at, size_t period, double *sum) {
  add_terms(plain_term, n, term, term, at, period, sum);
}

static void add_by_slope(size_t n, const double *x, const double *dy, size_t at,
                         size_t period, double *sum) {
  add_terms(slope_term, n, x, dy, at, period, sum);
}

#define JOINED(a, b, c) a##b##_##c
#define TERMS_OF(variant) JOINED(ramp, _terms, variant)
const ramp_term_loops TERMS_OF(RAMP_VARIANT) = {add, add_by_slope};
