/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that are a function of seed and counter alone, and slopes made of them;
 * compiled once per instruction set.  The generator is Philox4x32-10 of Salmon, Moraes,
 * Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), as a loop over
 * counters that compilers make vectors of; the tests hold it against Random123.
 */
#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* The counter is 128 bits, of which a block uses the number of the block and of the
   stream. */
typedef struct {
  uint32_t c0, c1, c2, c3;
} philox;

INLINE philox next_round(philox x, uint32_t key0, uint32_t key1) {
  uint64_t a = (uint64_t)x.c0 * 0xD2511F53, b = (uint64_t)x.c2 * 0xCD9E8D57;
  return (philox){(uint32_t)(b >> 32) ^ x.c1 ^ key0, (uint32_t)b,
                  (uint32_t)(a >> 32) ^ x.c3 ^ key1, (uint32_t)a};
}

INLINE philox ten_rounds(philox x, uint32_t key0, uint32_t key1) {
#pragma GCC unroll 10
  for (uint32_t i = 0; i < 10; i++)
    x = next_round(x, key0 + i * 0x9E3779B9, key1 + i * 0xBB67AE85);
  return x;
}

static void random_words(uint64_t seed, uint32_t stream, size_t n,
                         const uint64_t *restrict block, uint32_t *restrict word) {
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    philox x = {(uint32_t)block[i], (uint32_t)(block[i] >> 32), 0, stream};
    x = ten_rounds(x, key0, key1);
    word[4 * i] = x.c0;
    word[4 * i + 1] = x.c1;
    word[4 * i + 2] = x.c2;
    word[4 * i + 3] = x.c3;
  }
}

/* The bits stand for the middle of one of equal parts of (0, 1): never 0, never 1.
   Rounding may not lead beyond the upper bound. */
INLINE double slope_of(double u, double lower, double upper) {
  double slope = lower + (upper - lower) * u;
  return slope > upper ? upper : slope;
}

static void slopes_f32(size_t n, const uint32_t *word, double lower, double upper,
                       float *slope) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    slope[i] = (float)slope_of(((double)word[i] + 0.5) * 0x1p-32, lower, upper);
}

/* The first word has the upper bits, so that u is that of slopes_f32(), more closely: 52
   bits, for the middle of a part to be a double. */
static void slopes_f64(size_t n, const uint32_t *word, const uint32_t *lower_word,
                       double lower, double upper, double *slope) {
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    double above = (double)word[i] * 0x1p-32,
           below = ((double)(lower_word[i] >> 12) + 0.5) * 0x1p-52;
    slope[i] = slope_of(above + below, lower, upper);
  }
}

#define JOINED(a, b, c) a##b##_##c
#define DRAWS_OF(variant) JOINED(ramp, _draws, variant)
const ramp_draw_loops DRAWS_OF(RAMP_VARIANT) = {random_words, slopes_f32, slopes_f64};
