/* SPDX-License-Identifier: MIT */
/*
 * The quick loops of softmax.h, compiled once per instruction set: from floats to
 * intervals.  Which of the numbers within an interval's error they find may differ from
 * one CPU to another; what is decided by an interval may not.
 */
#define RAMP_ARITHMETIC_working
#include "kernels/softmax.h"

#include "functions/powers.h"

enum { LANES = RAMP_LANES };

INLINE uint32_t bits_of_float(float a) {
  union {
    float number;
    uint32_t bits;
  } both = {.number = a};
  return both.bits;
}

/* Adds what 16 rows come to; what rounding takes from their sum is kept. */
INLINE void add_rows(const double *rows, ramp_lane_sums *sums) {
#pragma omp simd
  for (int j = 0; j < LANES; j++) {
    double high = sums->high[j], sum = high + rows[j];
    sums->low[j] += sum_error(high, rows[j], sum);
    sums->high[j] = sum;
  }
}

/* Few enough rows that their sum is right to 2^-49. */
enum { ROWS_TOGETHER = 16 };

INLINE size_t rows_now(size_t rows) {
  return rows < ROWS_TOGETHER ? rows : ROWS_TOGETHER;
}

static void bounded_powers_loop(size_t rows, size_t stride, const float *x,
                                double *powers, ramp_lane_sums *sums, uint32_t *largest) {
  uint32_t most[LANES];
  for (int j = 0; j < LANES; j++)
    most[j] = largest[j];
  while (rows > 0) {
    double sum[LANES] = {0};
    size_t now = rows_now(rows);
    for (size_t r = 0; r < now; r++, x += stride, powers += LANES)
#pragma omp simd
      for (int j = 0; j < LANES; j++) {
        uint32_t magnitude = bits_of_float(x[j]) & 0x7fffffff;
        most[j] = magnitude > most[j] ? magnitude : most[j];
        double e = power(x[j], QUICK);
        powers[j] = e;
        sum[j] += e;
      }
    add_rows(sum, sums);
    rows -= now;
  }
  for (int j = 0; j < LANES; j++)
    largest[j] = most[j];
}

static void shifted_powers_loop(size_t rows, size_t stride, const float *x,
                                const double *reference, double *powers,
                                ramp_lane_sums *sums) {
  while (rows > 0) {
    double sum[LANES] = {0};
    size_t now = rows_now(rows);
    for (size_t r = 0; r < now; r++, x += stride, powers += LANES)
#pragma omp simd
      for (int j = 0; j < LANES; j++) {
        double e = power(at_least(x[j] - reference[j], -DECAY_END), IN_FULL);
        powers[j] = e;
        sum[j] += e;
      }
    add_rows(sum, sums);
    rows -= now;
  }
}

static void maxima_loop(size_t rows, size_t stride, const float *x, float *largest) {
  float most[LANES];
  for (int j = 0; j < LANES; j++)
    most[j] = largest[j];
  for (size_t r = 0; r < rows; r++, x += stride)
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      most[j] = x[j] > most[j] ? x[j] : most[j];
  for (int j = 0; j < LANES; j++)
    largest[j] = most[j];
}

/* ------------------------------------------------------------------ intervals */

/* Stores one end, and tells in which bits the float next to the other one differs. */
INLINE uint32_t settle(double lower, double upper, float *y) {
  float low = (float)lower, high = (float)upper;
  *y = low;
  return bits_of_float(low) ^ bits_of_float(high);
}

static void shares_loop(size_t rows, const double *powers,
                        const ramp_interval *restrict interval, size_t stride, float *y,
                        uint32_t *unsafe) {
  uint32_t apart[LANES] = {0};
  for (size_t r = 0; r < rows; r++, powers += LANES, y += stride)
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      apart[j] |=
          settle(powers[j] * interval->lower[j], powers[j] * interval->upper[j], &y[j]);
  for (int j = 0; j < LANES; j++)
    unsafe[j] |= apart[j];
}

static void share_ends_loop(size_t rows, const double *powers,
                            const ramp_interval *restrict interval,
                            double *restrict lower, double *restrict upper) {
  for (size_t r = 0; r < rows; r++, powers += LANES, lower += LANES, upper += LANES)
#pragma omp simd
    for (int j = 0; j < LANES; j++) {
      lower[j] = powers[j] * interval->lower[j];
      upper[j] = powers[j] * interval->upper[j];
    }
}

static void bounded_differences_loop(size_t rows, size_t x_stride, const float *x,
                                     const ramp_interval *restrict interval,
                                     size_t stride, float *y, uint32_t *unsafe) {
  uint32_t apart[LANES] = {0};
  for (size_t r = 0; r < rows; r++, x += x_stride, y += stride)
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      apart[j] |= settle(x[j] - interval->lower[j], x[j] - interval->upper[j], &y[j]);
  for (int j = 0; j < LANES; j++)
    unsafe[j] |= apart[j];
}

/* Of rounding x - reference and the difference. */
#define WIDER 0x1p-51

static void difference_ends_loop(size_t rows, size_t stride, const float *x,
                                 const ramp_interval *restrict interval,
                                 double *restrict lower, double *restrict upper) {
  for (size_t r = 0; r < rows; r++, x += stride, lower += LANES, upper += LANES)
#pragma omp simd
    for (int j = 0; j < LANES; j++) {
      double below = x[j] - interval->reference[j]; /* no larger than 0 */
      lower[j] = multiply_add(below, 1 + WIDER, -interval->lower[j]);
      upper[j] = multiply_add(below, 1 - WIDER, -interval->upper[j]);
    }
}

static void settle_ends_loop(size_t rows, const double *lower, const double *upper,
                             size_t stride, float *y, uint32_t *unsafe) {
  uint32_t apart[LANES] = {0};
  for (size_t r = 0; r < rows; r++, lower += LANES, upper += LANES, y += stride)
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      apart[j] |= settle(lower[j], upper[j], &y[j]);
  for (int j = 0; j < LANES; j++)
    unsafe[j] |= apart[j];
}

static void logarithms_loop(const double *sum, double *result) {
#pragma omp simd
  for (int j = 0; j < LANES; j++)
    result[j] = logarithm(number_of(sum[j])).high;
}

#define JOINED(a, b, c) a##b##_##c
#define QUICK_SOFTMAX_OF(variant) JOINED(ramp_quick, _softmax, variant)
extern const ramp_quick_softmax QUICK_SOFTMAX_OF(RAMP_VARIANT);
const ramp_quick_softmax QUICK_SOFTMAX_OF(RAMP_VARIANT) = {
    .bounded_powers = bounded_powers_loop,
    .shifted_powers = shifted_powers_loop,
    .maxima = maxima_loop,
    .shares = shares_loop,
    .bounded_differences = bounded_differences_loop,
    .share_ends = share_ends_loop,
    .difference_ends = difference_ends_loop,
    .settle_ends = settle_ends_loop,
    .logarithms = logarithms_loop,
};
