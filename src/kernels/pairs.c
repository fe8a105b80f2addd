/* SPDX-License-Identifier: MIT */
/*
 * Loops over pairs of arrays: sums, and lines whose slope left of 0 is another number for
 * each element.  Compiled once per instruction set and arithmetic: extended over double,
 * single over float.
 */
#include "kernels/element.h"
#include "kernels/stream.h"

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
    y[i] = canonical(sloped_below_0(x[i], slope[i]));
}

/* At 0 a mixture of the slope and 1; in double, for a float of it would be rounded twice
   where it is passed back. */
INLINE double mixed(real slope, double mix) {
  return mix == 1 ? 1 : (double)slope + mix * (1 - (double)slope);
}

/* The rule takes a number from the interval between both at 0: the one of least
   magnitude, or a mixture.  A constant at every call. */
INLINE real slope_at(real x, real slope, bool least, double mix) {
  real at_kink = least ? at_most(at_least(slope, 0), 1) : (real)mixed(slope, mix);
  real by_side = prelu_derivative(x, &(given){.parameter = &slope});
  real chosen = x == 0 ? at_kink : by_side;
  return chosen * (x == x ? 1 : REAL_NAN);
}

INLINE void derivative_loop(bool least, double mix, size_t n, const real *x,
                            const real *slope, real *y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = canonical(slope_at(x[i], slope[i], least, mix));
}

static void pair_derivative_of(ramp_kink_rule rule, double mix, size_t n, const void *x,
                               const void *slope, void *y) {
  if (rule == RAMP_KINK_MIX)
    derivative_loop(false, mix, n, x, slope, y);
  else
    derivative_loop(true, 0, n, x, slope, y);
}

/* A dy of 0 blocks an infinite slope, too. */
INLINE real slope_for(real slope, real dy) {
  real limit = by_sign(absolute(dy) - REAL_LEAST, 1, REAL_INFINITY);
  return at_most(at_least(slope, -limit), limit);
}

INLINE real back_at(real x, real slope, real dy, bool least, double mix) {
  real passing = slope_for(slope_at(x, slope, least, mix), dy);
  return passed_back(passing, dy);
}

INLINE void least_backward_loop(size_t n, const real *x, const real *slope,
                                const real *dy, real *dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    dx[i] = back_at(x[i], slope[i], dy[i], true, 0);
}

INLINE void mixed_backward_loop(double mix, size_t n, const real *x, const real *slope,
                                const real *dy, real *dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    const double at_kink = mixed(slope[i], mix);
    const bool is_product = (x[i] == 0) & (at_kink != 0) & (dy[i] != 0);
    const real once = canonical((real)(at_kink * dy[i])),
               whole = back_at(x[i], slope[i], dy[i], false, mix);
    dx[i] = is_product ? once : whole;
  }
}

static void pair_backward(ramp_kink_rule rule, double mix, size_t n, const void *x,
                          const void *slope, const void *dy, void *dx) {
  if (rule == RAMP_KINK_MIX)
    mixed_backward_loop(mix, n, x, slope, dy, dx);
  else
    least_backward_loop(n, x, slope, dy, dx);
}

/* ------------------------------------------------------------------ floats */

/* Floats go back to x and to the slope in one pass, while memory brings the next. */
#ifdef RAMP_ARITHMETIC_single
enum { CHUNK = STREAM_CHUNK / sizeof(float) };

/* What was met, in sign bits. */
typedef struct {
  uint32_t not_finite, zero;
} facts;

INLINE uint32_t magnitude_of(float a) { return bits_of(a) & 0x7fffffff; }
INLINE uint32_t not_finite(float a) { return magnitude_of(a) + 0x00800000; }

/* dx by a slope, or by 1 right of 0, where nothing is to be blocked or made canonical. */
INLINE facts side_part(size_t n, const float *x, const float *slope, const float *dy,
                       float *restrict dx) {
  uint32_t infinite = 0, zero = 0;
#pragma omp simd reduction(| : infinite, zero)
  for (size_t i = 0; i < n; i++) {
    dx[i] = by_sign(0 - x[i], 1, slope[i]) * dy[i];
    infinite |= not_finite(x[i]) | not_finite(dx[i]);
    zero |= magnitude_of(x[i]) - 1;
  }
  return (facts){infinite, zero};
}

/* The same with the least rule at 0. */
INLINE uint32_t kink_part(size_t n, const float *x, const float *slope, const float *dy,
                          float *restrict dx) {
  uint32_t infinite = 0;
#pragma omp simd reduction(| : infinite)
  for (size_t i = 0; i < n; i++) {
    dx[i] = slope_at(x[i], slope[i], true, 0) * dy[i];
    infinite |= not_finite(x[i]) | not_finite(dx[i]);
  }
  return infinite;
}

typedef double term(float x, float dy);

/* dy min(x, 0), which is exact. */
INLINE double finite_term(float x, float dy) { return (double)at_most(x, 0) * dy; }

/* A factor of 0 blocks an infinite other one, but not a NaN. */
INLINE double any_term(float x, float dy) {
  bool counts = (!(x >= 0) & !(dy == 0)) | (x != x) | (dy != dy);
  return (double)(counts ? x : 0) * (double)(counts ? dy : 0);
}

/* Element i to sum[i]. */
INLINE void add_run(term *term_of, size_t n, const float *x, const float *dy,
                    double *restrict sum) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    sum[i] += term_of(x[i], dy[i]);
}

/* To sum[at] and on, round about. */
INLINE void add_part(term *term_of, size_t n, const float *x, const float *dy,
                     ramp_lanes *to) {
  for (size_t i = 0, run; i < n; i += run) {
    run = to->period - to->at < n - i ? to->period - to->at : n - i;
    if (run == RAMP_LANES)
      add_run(term_of, RAMP_LANES, x + i, dy + i, to->sum + to->at);
    else if (run == CHUNK)
      add_run(term_of, CHUNK, x + i, dy + i, to->sum + to->at);
    else
      add_run(term_of, run, x + i, dy + i, to->sum + to->at);
    to->at = to->at + run == to->period ? 0 : to->at + run;
  }
}

/* dx, and terms to the lanes; whether dx is right. */
INLINE bool back_part(size_t n, const float *x, const float *slope, const float *dy,
                      float *dx, ramp_lanes *to) {
  facts met = side_part(n, x, slope, dy, dx);
  if (met.zero >> 31) met.not_finite = kink_part(n, x, slope, dy, dx);
  bool finite = met.not_finite >> 31 == 0;
  if (finite)
    add_part(finite_term, n, x, dy, to);
  else
    add_part(any_term, n, x, dy, to);
  return finite;
}

static bool float_backward(size_t n, const float *x, const float *slope, const float *dy,
                           float *dx, bool streams, const ramp_lanes *lanes) {
  _Alignas(STREAM_LINE) float block[CHUNK];
  ramp_lanes to = *lanes;
  size_t part = streams ? stream_head(dx) / sizeof *dx : CHUNK;
  bool right = true;
  for (size_t i = 0; i < n; i += part, part = CHUNK) {
    if (part > n - i) part = n - i;
    bool past = streams && part == CHUNK;
    if (past) stream_ask(x + i), stream_ask(dy + i);
    float *out = past ? block : dx + i;
    right &= part == CHUNK ? back_part(CHUNK, x + i, slope + i, dy + i, out, &to)
                           : back_part(part, x + i, slope + i, dy + i, out, &to);
    if (past) stream_chunk(dx + i, block);
  }
  return right;
}
#else
#define float_backward NULL
#endif

/* ------------------------------------------------------------------ streaming */

static void pair_stream(size_t n, const void *input, const void *slopes, void *out) {
  enum { PART = STREAM_CHUNK / sizeof(real) };
  _Alignas(STREAM_LINE) real block[PART];
  const real *x = input, *slope = slopes;
  real *y = out;
  size_t i = stream_head(y) / sizeof(real);
  if (i > n) i = n;
  pair_forward(i, x, slope, y);
  for (; i + PART <= n; i += PART) {
    stream_ask(x + i);
    pair_forward(PART, x + i, slope + i, block);
    stream_chunk(y + i, block);
  }
  pair_forward(n - i, x + i, slope + i, y + i);
}

#define JOINED(a, b, c) a##b##_##c
#define PAIRS_OF(variant, arithmetic) JOINED(ramp_pairs_, variant, arithmetic)
const ramp_pair_loops PAIRS_OF(RAMP_VARIANT, RAMP_ARITHMETIC) = {
    sum_of_pair,        pair_forward,  pair_stream,
    pair_derivative_of, pair_backward, float_backward};
