/* SPDX-License-Identifier: MIT */
/*
 * The quick loops of softmax.h, compiled once per instruction set: from floats to
 * intervals.  Which of the numbers within an interval's error they find may differ from
 * one CPU to another; what is decided by an interval may not.
 */
#define RAMP_ARITHMETIC_working
#include "kernels/halves.h"
#include "kernels/power_rows.h"
#include "kernels/softmax.h"
#include "kernels/stream.h"

enum { LANES = RAMP_LANES };

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

/* Rows of powers are `apart`. */
INLINE void add_bounded_powers(size_t rows, size_t stride, const float *x, size_t ahead,
                               size_t apart, double *powers, ramp_lane_sums *sums,
                               uint32_t *largest) {
  uint32_t most[LANES];
  for (int j = 0; j < LANES; j++)
    most[j] = largest[j];
  while (rows > 0) {
    double sum[LANES] = {0};
    size_t now = rows_now(rows);
    add_bounded_rows(now, stride, x, ahead, apart, powers, sum, most);
    add_rows(sum, sums);
    rows -= now;
    x += now * stride;
    powers += now * apart;
  }
  for (int j = 0; j < LANES; j++)
    largest[j] = most[j];
}

static void bounded_powers_loop(size_t rows, size_t stride, const float *x,
                                double *powers, ramp_lane_sums *sums, uint32_t *largest) {
  add_bounded_powers(rows, stride, x, 0, LANES, powers, sums, largest);
}

static void shifted_powers_loop(size_t rows, size_t stride, const float *x,
                                const double *reference, double *powers,
                                ramp_lane_sums *sums) {
  while (rows > 0) {
    double sum[LANES] = {0};
    size_t now = rows_now(rows);
    add_shifted_rows(now, stride, x, reference, powers, sum);
    add_rows(sum, sums);
    rows -= now;
    x += now * stride;
    powers += now * LANES;
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

/* Bits of a row, in as many registers as it takes: beside stores past the caches
   compilers leave an array in memory, behind all that is on its way there. */
#if defined __AVX512F__
enum { VECTOR = 64 };
#elif defined __AVX2__
enum { VECTOR = 32 };
#else
enum { VECTOR = 16 };
#endif
enum { ROW = LANES * sizeof(uint32_t), VECTORS = ROW / VECTOR };
typedef uint32_t vector_of_bits __attribute__((vector_size(VECTOR)));
typedef struct {
  vector_of_bits part[VECTORS];
} row_of_bits;

/* The bits in which two rows differ. */
INLINE void add_difference(const float *low, const float *high, row_of_bits *apart) {
#pragma GCC unroll 4
  for (int i = 0; i < VECTORS; i++) {
    vector_of_bits a, b;
    memcpy(&a, (const char *)low + i * VECTOR, VECTOR);
    memcpy(&b, (const char *)high + i * VECTOR, VECTOR);
    apart->part[i] |= a ^ b;
  }
}

INLINE void add_bits(const row_of_bits *apart, uint32_t *unsafe) {
  uint32_t bits[LANES];
  memcpy(bits, apart, sizeof bits);
  for (int j = 0; j < LANES; j++)
    unsafe[j] |= bits[j];
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

/* The same past the caches. */
INLINE void stream_shares(size_t rows, const double *powers,
                          const ramp_interval *restrict interval, float *y,
                          uint32_t *unsafe) {
  row_of_bits apart = {{{0}}};
  for (size_t r = 0; r < rows; r++, powers += LANES, y += LANES) {
    float low[LANES], high[LANES];
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      low[j] = (float)(powers[j] * interval->lower[j]);
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      high[j] = (float)(powers[j] * interval->upper[j]);
    add_difference(low, high, &apart);
    stream_line(y, low);
  }
  add_bits(&apart, unsafe);
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

/* The same past the caches. */
INLINE void stream_differences(size_t rows, const float *x,
                               const ramp_interval *restrict interval, float *y,
                               uint32_t *unsafe) {
  row_of_bits apart = {{{0}}};
  for (size_t r = 0; r < rows; r++, x += LANES, y += LANES) {
    float low[LANES], high[LANES];
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      low[j] = (float)(x[j] - interval->lower[j]);
#pragma omp simd
    for (int j = 0; j < LANES; j++)
      high[j] = (float)(x[j] - interval->upper[j]);
    add_difference(low, high, &apart);
    stream_line(y, low);
  }
  add_bits(&apart, unsafe);
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

/* ------------------------------------------------------------------ whole lines */

/* What is computed of a line, a page, before as much is stored of the one before. */
enum { PAGE_ROWS = 64 };

/* Rows from `row` on, as far as there are any. */
INLINE void store_page(const ramp_past_line *past, size_t row) {
  if (row >= past->rows) return;
  size_t left = past->rows - row, rows = left < PAGE_ROWS ? left : PAGE_ROWS;
  size_t at = row * LANES;
  if (past->powers)
    stream_shares(rows, past->powers + at, past->interval, past->y + at, past->unsafe);
  else
    stream_differences(rows, past->x + at, past->interval, past->y + at, past->unsafe);
}

/* One row of its own, of which lanes from `first` to before `end` count. */
INLINE void add_edge(const float *x, int first, int end, double *powers, double *total,
                     uint32_t *magnitude) {
  double sum[LANES] = {0};
  add_bounded_rows(1, LANES, x, 0, LANES, powers, sum, magnitude);
  for (int j = 0; j < LANES; j++)
    total[j] += j >= first && j < end ? sum[j] : 0;
}

INLINE double bounded_line(size_t n, const float *x, size_t head, size_t apart,
                           double *powers, const ramp_past_line *past, size_t ahead,
                           float *largest) {
  ramp_lane_sums sums = {{0}, {0}};
  uint32_t magnitude[LANES] = {0}, most = 0;
  size_t rows = (n - head) / LANES, rest = (n - head) % LANES,
         page = past ? PAGE_ROWS : rows,
         end = past && past->rows > rows ? past->rows : rows;
  double total[LANES];
  for (size_t row = 0; row < end; row += page) {
    size_t left = row < rows ? rows - row : 0;
    if (past) store_page(past, row);
    add_bounded_powers(left < page ? left : page, LANES, x + head + row * LANES, ahead,
                       apart, powers + row * apart, &sums, magnitude);
  }
  for (size_t j = 0; j < LANES; j++)
    total[j] = sums.high[j] + sums.low[j];
  double *edge = powers + rows * apart;
  if (head) add_edge(x, 0, (int)head, edge, total, magnitude);
  if (rest)
    add_edge(x + n - LANES, LANES - (int)rest, LANES, head ? edge + apart : edge, total,
             magnitude);
  for (size_t j = 0; j < LANES; j++)
    most = magnitude[j] > most ? magnitude[j] : most;
  memcpy(largest, &most, sizeof most);
  return ramp_total_of_lanes(total);
}

static double bounded_line_loop(size_t n, const float *x, size_t head, size_t apart,
                                double *powers, const ramp_past_line *past,
                                float *largest) {
  return past ? bounded_line(n, x, head, apart, powers, past, STREAM_AHEAD, largest)
              : bounded_line(n, x, head, apart, powers, NULL, 0, largest);
}

/* ------------------------------------------------------------------ backward */

/* Bits of all y, joined so that they tell whether one is positive, and the largest
   magnitude, NaN and infinities included. */
typedef struct {
  int32_t positive[LANES];
  uint32_t largest[LANES];
} seen;

/* Element i, for i < n <= LANES, to lane i. */
INLINE void add_present(size_t n, const float *restrict y, const float *restrict dy,
                        double *restrict sum, seen *restrict met) {
#pragma omp simd
  for (size_t j = 0; j < n; j++) {
    int32_t bits = (int32_t)bits_of_float(y[j]);
    uint32_t magnitude = (uint32_t)bits & 0x7fffffff;
    met->positive[j] = bits > met->positive[j] ? bits : met->positive[j];
    met->largest[j] = magnitude > met->largest[j] ? magnitude : met->largest[j];
    sum[j] += dy[j];
  }
}

INLINE bool sum_present(size_t n, const float *y, const float *dy, bool far, size_t ahead,
                        double *total) {
  double sum[LANES] = {0};
  seen met = {{0}, {0}};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    if (far) stream_ask_line(y + i, ahead), stream_ask_line(dy + i, ahead);
    add_present(LANES, y + i, dy + i, sum, &met);
  }
  add_present(n - i, y + i, dy + i, sum, &met);
  uint32_t beyond = 0;
  for (int j = 0; j < LANES; j++)
    beyond |= (met.positive[j] > 0) | (met.largest[j] > bits_of_float(RAMP_BACK_BOUND));
  *total = ramp_total_of_lanes(sum);
  return !beyond;
}

static bool bounded_present_sum(size_t n, const float *y, const float *dy, size_t ahead,
                                double *total) {
  return ahead ? sum_present(n, y, dy, true, ahead, total)
               : sum_present(n, y, dy, false, 0, total);
}

/* What e^y is multiplied by for both ends of the interval in which the unfused double is:
   rounding is monotonic, so fusing makes no difference.  A sum of 0 leaves no -0. */
typedef struct {
  double lower, upper;
} factors;

INLINE factors factors_of(double sum) {
  return (factors){-sum * (1 + RAMP_BACK_ERROR) + 0.0,
                   -sum * (1 - RAMP_BACK_ERROR) + 0.0};
}

/* Powers first, and then the results, are found sooner than both together: CPUs look
   ahead as far as some 500 operations. */
enum { ROWS_BACK = 4 };

INLINE void present_back_rows(size_t rows, const float *y, const float *dy, factors f,
                              float *dx, uint32_t *restrict apart) {
  double powers[ROWS_BACK * LANES];
  powers_of_rows(rows, y, powers);
  for (size_t i = 0; i < rows * LANES; i += LANES) {
    float row[LANES];
#pragma omp simd
    for (size_t j = 0; j < LANES; j++)
      apart[j] |= settle(multiply_add(powers[i + j], f.lower, dy[i + j]),
                         multiply_add(powers[i + j], f.upper, dy[i + j]), &row[j]);
#pragma omp simd
    for (size_t j = 0; j < LANES; j++)
      dx[i + j] = row[j];
  }
}

INLINE void stream_present_back(size_t rows, const float *y, const float *dy,
                                size_t ahead, factors f, float *dx, row_of_bits *apart) {
  double powers[ROWS_BACK * LANES];
  powers_of_rows(rows, y, powers);
  for (size_t i = 0; i < rows * LANES; i += LANES) {
    float low[LANES], high[LANES];
    stream_ask_line(y + i, ahead);
    stream_ask_line(dy + i, ahead);
#pragma omp simd
    for (size_t j = 0; j < LANES; j++)
      low[j] = (float)multiply_add(powers[i + j], f.lower, dy[i + j]);
#pragma omp simd
    for (size_t j = 0; j < LANES; j++)
      high[j] = (float)multiply_add(powers[i + j], f.upper, dy[i + j]);
    add_difference(low, high, apart);
    stream_line(dx + i, low);
  }
}

INLINE bool is_together(const uint32_t *apart) {
  uint32_t any = 0;
  for (int j = 0; j < LANES; j++)
    any |= apart[j];
  return !any;
}

static bool bounded_present_back_loop(size_t n, const float *y, const float *dy,
                                      double sum, float *dx) {
  enum { STEP = ROWS_BACK * LANES };
  const factors f = factors_of(sum);
  uint32_t apart[LANES] = {0};
  size_t i = 0;
  for (; i + STEP <= n; i += STEP)
    present_back_rows(ROWS_BACK, y + i, dy + i, f, dx + i, apart);
  for (; i + LANES <= n; i += LANES)
    present_back_rows(1, y + i, dy + i, f, dx + i, apart);
  if (i < n)
    present_back_rows(1, y + n - LANES, dy + n - LANES, f, dx + n - LANES, apart);
  return is_together(apart);
}

static bool bounded_present_stream_loop(size_t n, const float *y, const float *dy,
                                        double sum, float *dx, size_t ahead) {
  enum { STEP = ROWS_BACK * LANES };
  const factors f = factors_of(sum);
  row_of_bits all = {{{0}}};
  uint32_t apart[LANES] = {0};
  size_t i = 0;
  for (; i + STEP <= n; i += STEP)
    stream_present_back(ROWS_BACK, y + i, dy + i, ahead, f, dx + i, &all);
  for (; i < n; i += LANES)
    stream_present_back(1, y + i, dy + i, ahead, f, dx + i, &all);
  add_bits(&all, apart);
  return is_together(apart);
}

#define JOINED(a, b, c) a##b##_##c
#define QUICK_SOFTMAX_OF(variant) JOINED(ramp_quick, _softmax, variant)
extern const ramp_quick_softmax QUICK_SOFTMAX_OF(RAMP_VARIANT);
const ramp_quick_softmax QUICK_SOFTMAX_OF(RAMP_VARIANT) = {
    .bounded_powers = bounded_powers_loop,
    .bounded_line = bounded_line_loop,
    .power_error = POWER_ERROR,
    .shifted_powers = shifted_powers_loop,
    .maxima = maxima_loop,
    .shares = shares_loop,
    .bounded_differences = bounded_differences_loop,
    .share_ends = share_ends_loop,
    .difference_ends = difference_ends_loop,
    .settle_ends = settle_ends_loop,
    .logarithms = logarithms_loop,
    .bounded_present = bounded_present_sum,
    .bounded_present_back = bounded_present_back_loop,
    .bounded_present_stream = bounded_present_stream_loop,
};
