/* SPDX-License-Identifier: MIT */
/*
 * The line loops of softmax.h, for one instruction set and one arithmetic, working or
 * extended; compiled with RAMP_UNFUSED, so that each gives the same bits on every CPU.
 */
#include "kernels/softmax.h"
#include "kernels/stream.h"

#include "functions/powers.h"

enum { LANES = RAMP_LANES };

/* ------------------------------------------------------------------ numbers */

#ifdef RAMP_ARITHMETIC_extended
INLINE number number_of_parts(ramp_two_parts a) { return (number){a.high, a.low}; }
INLINE number number_of_sum(real a, real b) {
  real high = a + b;
  return (number){high, sum_error(a, b, high)};
}
#else
INLINE number number_of_parts(ramp_two_parts a) { return (number){a.high + a.low}; }
INLINE number number_of_sum(real a, real b) { return (number){a + b}; }
#endif
INLINE ramp_two_parts parts_of(number a) {
  return (ramp_two_parts){a.high, second_part(a)};
}

INLINE number number_of_lane(const ramp_line_sums *sums, size_t j) {
  return number_of_parts((ramp_two_parts){sums->high[j], sums->low[j]});
}
INLINE void set_lane(ramp_line_sums *sums, size_t j, number a) {
  sums->high[j] = a.high;
  sums->low[j] = second_part(a);
}

/* The nearest double; or, where `narrow` has its sign bit set, the nearest that is odd
   unless it is exact. */
INLINE real rounded_for(number a, real narrow) {
  real nearest = rounded(a);
  real odd = always_to_odd(nearest, (a.high - nearest) + second_part(a));
  return by_sign(narrow, odd, nearest);
}

INLINE real sign_of(bool narrow) { return narrow ? -1 : 1; }

/* 0, or NaN where a is. */
INLINE real nan_of(real a) { return a == a ? 0 : REAL_NAN; }

/* x - reference, for x <= reference; where it is infinite it has no second part. */
INLINE number difference(real x, real reference) {
  number d = number_of_sum(x, -reference);
#ifdef RAMP_ARITHMETIC_extended
  d.low = by_sign(REAL_MAX - absolute(d.high), 0, d.low);
#endif
  return d;
}

/* ------------------------------------------------------------------ powers */

/* e^d for d <= 0, lifted where lift_below() says so; 0 where it is 0 in every type. */
INLINE number power_of(number d) {
#ifdef RAMP_ARITHMETIC_extended
  number e = decay_of_sum(-d.high, -d.low, &NOTHING_GIVEN).upper;
#else
  number e = {power(at_least(d.high, -DECAY_END), IN_FULL)};
#endif
  real beyond = DECAY_END + d.high;
  return choose_by_sign(beyond, number_of(0), e);
}

INLINE number power_lowered(number d) {
  number e = power_of(d);
#ifdef RAMP_ARITHMETIC_extended
  e.low = lowered(d.high, e.low);
#endif
  e.high = lowered(d.high, e.high);
  return e;
}

static bool maxima(size_t n, const double *x, double *largest) {
  double most[LANES];
  uint64_t unordered[LANES] = {0};
  for (int j = 0; j < LANES; j++)
    most[j] = largest[j];
  for (size_t i = 0; i < n; i += LANES)
#pragma omp simd
    for (int j = 0; j < LANES; j++) {
      double here = x[i + (size_t)j];
      most[j] = here > most[j] ? here : most[j];
      unordered[j] |= here != here;
    }
  uint64_t any = 0;
  for (int j = 0; j < LANES; j++) {
    largest[j] = most[j];
    any |= unordered[j];
  }
  return any != 0;
}

static void powers_loop(size_t n, const double *x, double reference, double *high,
                        double *low, ramp_line_sums *sums) {
  for (size_t i = 0; i < n; i += LANES)
#pragma omp simd
    for (size_t j = 0; j < LANES; j++) {
      number d = difference(x[i + j], reference), e = power_of(d);
      high[i + j] = e.high;
      low[i + j] = second_part(e);
      number below = power_lowered(d);
      below = choose_by_sign(d.high, below, number_of(0));
      set_lane(sums, j, sum_of(number_of_lane(sums, j), below));
      sums->count[j] += by_sign(d.high, 0, 1);
    }
}

static void shares_loop(size_t n, const double *x, double reference, double factor,
                        const double *high, const double *low, ramp_two_parts others,
                        bool narrow, double *y) {
  number all = sum(1, number_of_parts(others));
  real rounding = sign_of(narrow), unless_blocked = nan_of(factor);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real d = x[i] - reference;
    number e = number_of_parts((ramp_two_parts){high[i], low[i]});
    number share = quotient(product(number_of(factor), e), all);
    real result = lowered(d, rounded_for(share, rounding));
    real limit = absolute(e.high) - __DBL_DENORM_MIN__; /* 0 blocks an infinite factor */
    y[i] = by_sign(limit, unless_blocked, result);
  }
}

static void differences_loop(size_t n, const double *x, double reference,
                             ramp_two_parts logarithm, bool narrow, double *y) {
  number subtracted = number_of_parts((ramp_two_parts){-logarithm.high, -logarithm.low});
  real rounding = sign_of(narrow);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    number d = difference(x[i], reference);
    real result = rounded_for(sum_of(d, subtracted), rounding);
    y[i] = by_sign(REAL_MAX - absolute(d.high), d.high, result);
  }
}

/* ------------------------------------------------------------------ sparsemax */

static void excesses_loop(size_t n, const double *x, double reference, double limit,
                          ramp_line_sums *sums) {
  for (size_t i = 0; i < n; i += LANES)
#pragma omp simd
    for (size_t j = 0; j < LANES; j++) {
      number d = difference(x[i + j], reference);
      real above = limit - d.high; /* negative where d is above */
      number term = choose_by_sign(above, d, number_of(0));
      set_lane(sums, j, sum_of(number_of_lane(sums, j), term));
      sums->count[j] += by_sign(above, 1, 0);
    }
}

static void projections_loop(size_t n, const double *x, double reference,
                             ramp_two_parts threshold, bool narrow, double *y) {
  number subtracted = number_of_parts((ramp_two_parts){-threshold.high, -threshold.low});
  real rounding = sign_of(narrow);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    /* The threshold is at least -1; an infinity would leave a NaN of either sign. */
    number d = difference(x[i], reference);
    d = choose_by_sign(d.high + 2, number_of(-2), d);
    number excess = sum_of(d, subtracted);
    real result = rounded_for(excess, rounding);
    y[i] = by_sign(-excess.high, result, 0);
  }
}

/* ------------------------------------------------------------------ backward */

/* y slope, where a y of 0 blocks even an infinite slope, but not a NaN of dy. */
INLINE number blocked_product(real y, number slope, real dy) {
  number result = product(number_of(y), slope), blocked = number_of(nan_of(dy));
  return choose_by_sign(absolute(y) - __DBL_DENORM_MIN__, blocked, result);
}

static void products_loop(size_t n, const double *y, const double *dy,
                          ramp_line_sums *sums) {
  for (size_t i = 0; i < n; i += LANES)
#pragma omp simd
    for (size_t j = 0; j < LANES; j++) {
      number term = blocked_product(y[i + j], number_of(dy[i + j]), dy[i + j]);
      set_lane(sums, j, sum_of(number_of_lane(sums, j), term));
    }
}

/* Whether y is not -inf: positive then, else negative. */
INLINE real presence(real y) { return y + REAL_MAX; }

static void present_loop(size_t n, const double *restrict y, const double *restrict dy,
                         ramp_line_sums *restrict sums) {
  for (size_t i = 0; i < n; i += LANES)
#pragma omp simd
    for (size_t j = 0; j < LANES; j++) {
      number term = number_of(by_sign(presence(y[i + j]), 0, dy[i + j]));
      set_lane(sums, j, sum_of(number_of_lane(sums, j), term));
    }
}

static void supported_loop(size_t n, const double *y, const double *dy,
                           ramp_line_sums *sums) {
  for (size_t i = 0; i < n; i += LANES)
#pragma omp simd
    for (size_t j = 0; j < LANES; j++) {
      number term = number_of(by_sign(0 - y[i + j], dy[i + j], 0));
      set_lane(sums, j, sum_of(number_of_lane(sums, j), term));
      sums->count[j] += by_sign(0 - y[i + j], 1, 0);
    }
}

static void products_back_loop(size_t n, const double *y, const double *dy,
                               ramp_two_parts sum, double sign, double *dx) {
  number subtracted = number_of_parts((ramp_two_parts){-sum.high, -sum.low});
  real unless_blocked = nan_of(sum.high);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    number slope = sum_of(number_of(dy[i]), subtracted);
    dx[i] = sign * rounded(blocked_product(y[i], slope, dy[i])) + unless_blocked;
  }
}

static void present_back_loop(size_t n, const double *y, const double *dy,
                              ramp_two_parts sum, double *dx) {
  number subtracted = number_of_parts((ramp_two_parts){-sum.high, -sum.low});
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    number d = number_of(at_most(y[i], 0)), e = power_lowered(d);
    number result = sum_of(number_of(dy[i]), product(e, subtracted));
    dx[i] = by_sign(presence(y[i]), 0, rounded(result)) + nan_of(y[i]);
  }
}

static void supported_back_loop(size_t n, const double *y, const double *dy,
                                ramp_two_parts mean, double *dx) {
  number subtracted = number_of_parts((ramp_two_parts){-mean.high, -mean.low});
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real result = rounded(sum_of(number_of(dy[i]), subtracted));
    dx[i] = by_sign(0 - y[i], result, 0) + nan_of(y[i]);
  }
}

/* A finite sum has met nothing that a y of 0 would have to block. */
#ifdef RAMP_ARITHMETIC_extended
#define float_products_sum NULL
#define float_products_back_loop NULL
#define float_products_stream_loop NULL
#define float_present_sum NULL
#define float_present_back_loop NULL
#else
typedef double float_term(double y, double dy);

INLINE double product_term(double y, double dy) { return y * dy; }
INLINE double present_term(double y, double dy) {
  return by_sign(presence(y), 0, dy) + nan_of(y);
}

/* Element i, for i < n <= LANES, to lane i. */
INLINE void add_terms(float_term *term, size_t n, const float *restrict y,
                      const float *restrict dy, double *restrict sum) {
#pragma omp simd
  for (size_t j = 0; j < n; j++)
    sum[j] += term(y[j], dy[j]);
}

INLINE double sum_floats(float_term *term, size_t n, const float *y, const float *dy,
                         bool far, size_t ahead) {
  double sum[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    if (far) stream_ask_line(y + i, ahead), stream_ask_line(dy + i, ahead);
    add_terms(term, LANES, y + i, dy + i, sum);
  }
  add_terms(term, n - i, y + i, dy + i, sum);
  return ramp_total_of_lanes(sum);
}

static double float_products_sum(size_t n, const float *y, const float *dy,
                                 size_t ahead) {
  return ahead ? sum_floats(product_term, n, y, dy, true, ahead)
               : sum_floats(product_term, n, y, dy, false, 0);
}
static double float_present_sum(size_t n, const float *y, const float *dy) {
  return sum_floats(present_term, n, y, dy, false, 0);
}

INLINE void products_back_row(size_t n, const float *y, const float *dy, double sum,
                              double sign, float *dx) {
#pragma omp simd
  for (size_t j = 0; j < n; j++)
    dx[j] = (float)(sign * ((double)y[j] * ((double)dy[j] - sum)) + 0.0); /* never -0 */
}

static void float_products_back_loop(size_t n, const float *y, const float *dy,
                                     double sum, double sign, float *dx) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    products_back_row(LANES, y + i, dy + i, sum, sign, dx + i);
  if (n < LANES)
    products_back_row(n, y, dy, sum, sign, dx);
  else if (i < n)
    products_back_row(LANES, y + n - LANES, dy + n - LANES, sum, sign, dx + n - LANES);
}

static void float_products_stream_loop(size_t n, const float *y, const float *dy,
                                       double sum, double sign, float *dx, size_t ahead) {
  for (size_t i = 0; i < n; i += LANES) {
    float row[LANES];
    stream_ask_line(y + i, ahead);
    stream_ask_line(dy + i, ahead);
    products_back_row(LANES, y + i, dy + i, sum, sign, row);
    stream_line(dx + i, row);
  }
}

static void float_present_back_loop(size_t n, const float *y, const float *dy, double sum,
                                    float *dx) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real e = power_lowered(number_of(at_most(y[i], 0))).high;
    real result = (double)dy[i] + e * -sum;
    dx[i] = (float)(by_sign(presence(y[i]), 0, result) + 0.0);
  }
}
#endif

/* ------------------------------------------------------------------ one number */

static ramp_two_parts tree(const ramp_line_sums *sums) {
  ramp_line_sums part = *sums;
  for (size_t width = LANES / 2; width > 0; width /= 2)
    for (size_t j = 0; j < width; j++)
      set_lane(&part, j,
               sum_of(number_of_lane(&part, j), number_of_lane(&part, j + width)));
  return parts_of(number_of_lane(&part, 0));
}

static ramp_two_parts sum_with(double a, ramp_two_parts b) {
  return parts_of(sum(a, number_of_parts(b)));
}

static ramp_two_parts quotient_by(ramp_two_parts a, double b) {
  return parts_of(quotient(number_of_parts(a), number_of(b)));
}

static ramp_two_parts logarithm_of_all(ramp_two_parts others) {
  return parts_of(logarithm_beyond_one(number_of_parts(others)));
}

/* Of one that equals the reference, the rest is what is not 1; of another one, nothing
   much cancels. */
static double share_of_rest(double x, double reference, double factor,
                            ramp_two_parts others) {
  number d = difference(x, reference), rest = number_of_parts(others);
  number whole = sum(1, rest);
  number without = sum_of(whole, negative(power_lowered(d)));
  rest = choose_by_sign(d.high, without, rest);
  return rounded(quotient(product(number_of(factor), rest), whole));
}

static double rounded_parts(ramp_two_parts a, bool narrow) {
  return rounded_for(number_of_parts(a), sign_of(narrow));
}

#define JOINED(a, b, c) a##b##_##c
#define LINE_LOOPS_OF(variant, arithmetic) JOINED(ramp_line_loops_, variant, arithmetic)
extern const ramp_line_loops LINE_LOOPS_OF(RAMP_VARIANT, RAMP_ARITHMETIC);
const ramp_line_loops LINE_LOOPS_OF(RAMP_VARIANT, RAMP_ARITHMETIC) = {
    .maxima = maxima,
    .powers = powers_loop,
    .shares = shares_loop,
    .differences = differences_loop,
    .excesses = excesses_loop,
    .projections = projections_loop,
    .products = products_loop,
    .present = present_loop,
    .supported = supported_loop,
    .products_back = products_back_loop,
    .float_products = float_products_sum,
    .float_products_back = float_products_back_loop,
    .float_products_stream = float_products_stream_loop,
    .float_present = float_present_sum,
    .float_present_back = float_present_back_loop,
    .present_back = present_back_loop,
    .supported_back = supported_back_loop,
    .total = tree,
    .sum = sum_with,
    .quotient = quotient_by,
    .logarithm_beyond_one = logarithm_of_all,
    .share_of_rest = share_of_rest,
    .rounded = rounded_parts,
};
