/* SPDX-License-Identifier: MIT */
/* Less than a register's bytes, to and from a block of that size, compiled once per
   instruction set.  A block that was put together by smaller stores would keep the
   register waiting: hence masks. */
#include "kernels/few.h"
#include "kernels/kernels.h"

#include <string.h>

#if defined __AVX__
#include <immintrin.h>
#endif

#if defined __AVX512BW__
static __mmask64 first(size_t bytes) { return ~(__mmask64)0 >> (64 - bytes); }

static void take(size_t bytes, const void *from, void *block) {
  _mm512_storeu_si512(block, _mm512_maskz_loadu_epi8(first(bytes), from));
}

static void put(size_t bytes, const void *block, void *to) {
  _mm512_mask_storeu_epi8(to, first(bytes), _mm512_loadu_si512(block));
}

#define FEW                                                                              \
  { FEW_BYTES, take, put }
#elif defined __AVX2__
/* Masks are of four bytes; two may remain. */
static void take(size_t bytes, const void *from, void *block) {
  static const int32_t ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  const int words = (int)(bytes / 4);
  __m256i mask = _mm256_loadu_si256((const __m256i *)(ones + 8 - words));
  __m256i taken = _mm256_maskload_epi32(from, mask);
  if (bytes % 4) {
    uint16_t last;
    memcpy(&last, (const char *)from + bytes - 2, 2);
    __m256i place = _mm256_cmpeq_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                                       _mm256_set1_epi32(words));
    taken = _mm256_or_si256(taken, _mm256_and_si256(place, _mm256_set1_epi32(last)));
  }
  _mm256_storeu_si256(block, taken);
}

static void put(size_t bytes, const void *block, void *to) { memcpy(to, block, bytes); }

#define FEW                                                                              \
  { FEW_BYTES, take, put }
#else
#define FEW                                                                              \
  { FEW_BYTES, NULL, NULL }
#endif

#define JOINED(a, b, c) a##b##_##c
#define FEW_OF(variant) JOINED(ramp, _few, variant)
extern const ramp_few FEW_OF(RAMP_VARIANT);
const ramp_few FEW_OF(RAMP_VARIANT) = FEW;
