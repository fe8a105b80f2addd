/* SPDX-License-Identifier: MIT */
/*
 * e^x of rows of RAMP_LANES numbers, for the quick loops of softmax.  With AVX-512 the
 * eighths of a power of 2 fit into a register and are looked up there, which leaves half
 * of the polynomial; no compiler finds that in a plain loop.  Elsewhere it is power().
 */
#ifndef RAMP_POWER_ROWS_H
#define RAMP_POWER_ROWS_H

#include "functions/powers.h"
#include "kernels/halves.h"
#include "kernels/kernels.h"
#include "kernels/stream.h"

#if defined __AVX512DQ__
#include <immintrin.h>

enum { HALF = RAMP_LANES / 2 };

/* 2^(j/8); its bits less those that j adds where 8 i + j is shifted to add i to the
   exponent. */
#define EIGHTH(j, bits) ((bits) - (j##LL << 49))
INLINE __m512d eighths(void) {
  return _mm512_castsi512_pd(
      _mm512_setr_epi64(EIGHTH(0, 0x3ff0000000000000), EIGHTH(1, 0x3ff172b83c7d517b),
                        EIGHTH(2, 0x3ff306fe0a31b715), EIGHTH(3, 0x3ff4bfdad5362a27),
                        EIGHTH(4, 0x3ff6a09e667f3bcd), EIGHTH(5, 0x3ff8ace5422aa0db),
                        EIGHTH(6, 0x3ffae89f995ad3ad), EIGHTH(7, 0x3ffd5818dcfba487)));
}

/* What a QUICK power is wrong by at most, relatively, but for k's part: its polynomial by
   2^-49.2, and four roundings. */
#define POWER_ERROR 0x1.2p-49

/* power(), with k = 8 d/ln 2. */
INLINE __m512d half_a_row(__m512d d, decay_care care) {
#define EACH(number) _mm512_set1_pd(number)
  __m512d shifted = _mm512_fmadd_pd(d, EACH(8 * LOG2_E), EACH(TO_WHOLE));
  __m512d k = _mm512_sub_pd(shifted, EACH(TO_WHOLE));
  __m512d r = care == QUICK ? _mm512_fmadd_pd(k, EACH(-LN2 / 8), d)
                            : _mm512_fmadd_pd(k, EACH(-LN2_LOW / 8),
                                              _mm512_fmadd_pd(k, EACH(-LN2_HIGH / 8), d));
  __m512d z = _mm512_mul_pd(r, r), first = _mm512_add_pd(r, EACH(1));
  __m512d second =
      _mm512_fmadd_pd(EACH(0x1.55555548e1fedp-3), r, EACH(0x1.fffffffffedfdp-2));
  __m512d third =
      _mm512_fmadd_pd(EACH(0x1.1115bbca15d7fp-7), r, EACH(0x1.55555590375c5p-5));
  third = _mm512_fmadd_pd(EACH(0x1.6c0ecff1c394dp-10), z, third);
  second = _mm512_fmadd_pd(third, z, second);
  __m512i whole = _mm512_castpd_si512(shifted),
          eighth = _mm512_castpd_si512(_mm512_permutexvar_pd(whole, eighths()));
  __m512d scale =
      _mm512_castsi512_pd(_mm512_add_epi64(eighth, _mm512_slli_epi64(whole, 49)));
  return _mm512_mul_pd(_mm512_fmadd_pd(second, z, first), scale);
#undef EACH
}

/* powers = e^x of rows, no more than fit into a sum that is right to 2^-49; the sum of
   each lane, and the largest |x|, as bits.  What lies so many bytes ahead is asked for,
   unless that is 0. */
INLINE void add_bounded_rows(size_t rows, size_t stride, const float *x, size_t ahead,
                             size_t apart, double *powers, double *sum,
                             uint32_t *largest) {
  __m512d low = _mm512_loadu_pd(sum), high = _mm512_loadu_pd(sum + HALF);
  __m512i most = _mm512_loadu_si512(largest);
  for (size_t r = 0; r < rows; r++, x += stride, powers += apart) {
    if (ahead) stream_ask_line(x, ahead);
    __m512d first = half_a_row(_mm512_cvtps_pd(_mm256_loadu_ps(x)), QUICK),
            second = half_a_row(_mm512_cvtps_pd(_mm256_loadu_ps(x + HALF)), QUICK);
    __m512i magnitudes =
        _mm512_and_si512(_mm512_loadu_si512(x), _mm512_set1_epi32(0x7fffffff));
    most = _mm512_max_epu32(most, magnitudes);
    _mm512_storeu_pd(powers, first);
    _mm512_storeu_pd(powers + HALF, second);
    low = _mm512_add_pd(low, first);
    high = _mm512_add_pd(high, second);
  }
  _mm512_storeu_pd(sum, low);
  _mm512_storeu_pd(sum + HALF, high);
  _mm512_storeu_si512(largest, most);
}

/* The same of e^(x - reference), without the largest. */
INLINE void add_shifted_rows(size_t rows, size_t stride, const float *x,
                             const double *reference, double *powers, double *sum) {
  for (size_t half = 0; half < RAMP_LANES; half += HALF) {
    const __m512d from = _mm512_loadu_pd(reference + half),
                  end = _mm512_set1_pd(-DECAY_END);
    __m512d all = _mm512_loadu_pd(sum + half);
    for (size_t r = 0; r < rows; r++) {
      __m512d d = _mm512_cvtps_pd(_mm256_loadu_ps(x + r * stride + half));
      d = _mm512_max_pd(end, _mm512_sub_pd(d, from)); /* of NaN: the second */
      __m512d power = half_a_row(d, IN_FULL);
      _mm512_storeu_pd(powers + r * RAMP_LANES + half, power);
      all = _mm512_add_pd(all, power);
    }
    _mm512_storeu_pd(sum + half, all);
  }
}

INLINE void powers_of_rows(size_t rows, const float *y, double *powers) {
  for (size_t i = 0; i < rows * RAMP_LANES; i += HALF)
    _mm512_storeu_pd(powers + i,
                     half_a_row(_mm512_cvtps_pd(_mm256_loadu_ps(y + i)), QUICK));
}

#else

/* The same of power(): 2^-48.1, and eight roundings at most. */
#define POWER_ERROR 0x1.3p-48

INLINE void add_bounded_rows(size_t rows, size_t stride, const float *x, size_t ahead,
                             size_t apart, double *powers, double *sum,
                             uint32_t *largest) {
  for (size_t r = 0; r < rows; r++, x += stride, powers += apart) {
    if (ahead) stream_ask_line(x, ahead);
#pragma omp simd
    for (int j = 0; j < RAMP_LANES; j++) {
      uint32_t magnitude = bits_of_float(x[j]) & 0x7fffffff;
      largest[j] = magnitude > largest[j] ? magnitude : largest[j];
      double e = power(x[j], QUICK);
      powers[j] = e;
      sum[j] += e;
    }
  }
}

INLINE void add_shifted_rows(size_t rows, size_t stride, const float *x,
                             const double *reference, double *powers, double *sum) {
  for (size_t r = 0; r < rows; r++, x += stride, powers += RAMP_LANES)
#pragma omp simd
    for (int j = 0; j < RAMP_LANES; j++) {
      double e = power(at_least(x[j] - reference[j], -DECAY_END), IN_FULL);
      powers[j] = e;
      sum[j] += e;
    }
}

INLINE void powers_of_rows(size_t rows, const float *y, double *powers) {
  for (size_t r = 0; r < rows; r++, y += RAMP_LANES, powers += RAMP_LANES)
#pragma omp simd
    for (int j = 0; j < RAMP_LANES; j++)
      powers[j] = power(y[j], QUICK);
}

#endif
#endif
