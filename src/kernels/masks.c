/* SPDX-License-Identifier: MIT */
/*
 * One bit an element: packing comparisons into bytes, and spreading them out again,
 * compiled once per instruction set.  Bit i % 8 of byte i / 8 belongs to element i, on
 * every CPU.  No compiler finds the instruction that gathers signs, so eight elements at
 * a time are written for each instruction set; elsewhere a plain loop does.
 */
#include "kernels/kernels.h"

#include <string.h>

#if defined __SSE2__
#include <immintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

/* ------------------------------------------------------------------ eight at a time */

/* Bits of the eight elements that are not at most `limit`: NaN is not. */
#if defined __AVX512VL__
static inline unsigned beyond_f32(const float *x, float limit) {
  return _mm256_cmp_ps_mask(_mm256_loadu_ps(x), _mm256_set1_ps(limit), _CMP_NLE_UQ);
}
static inline unsigned beyond_f64(const double *x, double limit) {
  return _mm512_cmp_pd_mask(_mm512_loadu_pd(x), _mm512_set1_pd(limit), _CMP_NLE_UQ);
}
#elif defined __AVX__
static inline unsigned beyond_f32(const float *x, float limit) {
  __m256 bound = _mm256_set1_ps(limit);
  return (unsigned)_mm256_movemask_ps(
      _mm256_cmp_ps(_mm256_loadu_ps(x), bound, _CMP_NLE_UQ));
}
static inline unsigned beyond_f64(const double *x, double limit) {
  __m256d bound = _mm256_set1_pd(limit);
  __m256d low = _mm256_cmp_pd(_mm256_loadu_pd(x), bound, _CMP_NLE_UQ);
  __m256d high = _mm256_cmp_pd(_mm256_loadu_pd(x + 4), bound, _CMP_NLE_UQ);
  return (unsigned)(_mm256_movemask_pd(low) | _mm256_movemask_pd(high) << 4);
}
#elif defined __SSE2__
static inline unsigned beyond_f32(const float *x, float limit) {
  __m128 bound = _mm_set1_ps(limit);
  int low = _mm_movemask_ps(_mm_cmpnle_ps(_mm_loadu_ps(x), bound));
  int high = _mm_movemask_ps(_mm_cmpnle_ps(_mm_loadu_ps(x + 4), bound));
  return (unsigned)(low | high << 4);
}
static inline unsigned beyond_f64(const double *x, double limit) {
  __m128d bound = _mm_set1_pd(limit);
  int bits = 0;
  for (int i = 0; i < 8; i += 2)
    bits |= _mm_movemask_pd(_mm_cmpnle_pd(_mm_loadu_pd(x + i), bound)) << i;
  return (unsigned)bits;
}
#elif defined __aarch64__
/* Bits of the eight that are clear, among masks of all ones. */
static inline unsigned clear_of(uint16x8_t set) {
  static const uint8_t bit[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  return vaddv_u8(vbic_u8(vld1_u8(bit), vmovn_u16(set)));
}
static inline unsigned beyond_f32(const float *x, float limit) {
  float32x4_t bound = vdupq_n_f32(limit);
  uint32x4_t low = vcleq_f32(vld1q_f32(x), bound);
  uint32x4_t high = vcleq_f32(vld1q_f32(x + 4), bound);
  return clear_of(vcombine_u16(vmovn_u32(low), vmovn_u32(high)));
}
static inline uint32x4_t four_within_f64(const double *x, float64x2_t bound) {
  uint64x2_t low = vcleq_f64(vld1q_f64(x), bound);
  uint64x2_t high = vcleq_f64(vld1q_f64(x + 2), bound);
  return vcombine_u32(vmovn_u64(low), vmovn_u64(high));
}
static inline unsigned beyond_f64(const double *x, double limit) {
  float64x2_t bound = vdupq_n_f64(limit);
  uint16x4_t low = vmovn_u32(four_within_f64(x, bound));
  uint16x4_t high = vmovn_u32(four_within_f64(x + 4, bound));
  return clear_of(vcombine_u16(low, high));
}
#else
static inline unsigned beyond_f32(const float *x, float limit) {
  unsigned bits = 0;
  for (int i = 0; i < 8; i++)
    bits |= (unsigned)!(x[i] <= limit) << i;
  return bits;
}
static inline unsigned beyond_f64(const double *x, double limit) {
  unsigned bits = 0;
  for (int i = 0; i < 8; i++)
    bits |= (unsigned)!(x[i] <= limit) << i;
  return bits;
}
#endif

/* ------------------------------------------------------------------ whole registers */

/* As many of the mask's bytes as come in whole registers of floats, or of elements to
   spread; returns how many these are. */
#if defined __AVX512BW__
static size_t pack_wide_f32(size_t bytes, const float *x, float limit, uint8_t *mask) {
  const __m512 bound = _mm512_set1_ps(limit);
  size_t i = 0;
  for (; i + sizeof(__mmask16) <= bytes; i += sizeof(__mmask16)) {
    __mmask16 bits = _mm512_cmp_ps_mask(_mm512_loadu_ps(x + 8 * i), bound, _CMP_NLE_UQ);
    memcpy(mask + i, &bits, sizeof bits);
  }
  return i;
}
static size_t spread_wide_16(size_t bytes, const uint8_t *mask, uint16_t clear,
                             uint16_t set, uint16_t *y) {
  const __m512i cleared = _mm512_set1_epi16((short)clear),
                other = _mm512_set1_epi16((short)set);
  size_t i = 0;
  for (; i + sizeof(__mmask32) <= bytes; i += sizeof(__mmask32)) {
    __mmask32 bits;
    memcpy(&bits, mask + i, sizeof bits);
    _mm512_storeu_si512(y + 8 * i, _mm512_mask_blend_epi16(bits, cleared, other));
  }
  return i;
}
static size_t spread_wide_32(size_t bytes, const uint8_t *mask, uint32_t clear,
                             uint32_t set, uint32_t *y) {
  const __m512i cleared = _mm512_set1_epi32((int)clear),
                other = _mm512_set1_epi32((int)set);
  size_t i = 0;
  for (; i + sizeof(__mmask16) <= bytes; i += sizeof(__mmask16)) {
    __mmask16 bits;
    memcpy(&bits, mask + i, sizeof bits);
    _mm512_storeu_si512(y + 8 * i, _mm512_mask_blend_epi32(bits, cleared, other));
  }
  return i;
}
#else
#define pack_wide_f32(bytes, x, limit, mask) 0
#define spread_wide_16(bytes, mask, clear, set, y) 0
#define spread_wide_32(bytes, mask, clear, set, y) 0
#endif
#define pack_wide_f64(bytes, x, limit, mask) 0
#define spread_wide_64(bytes, mask, clear, set, y) 0

/* ------------------------------------------------------------------ arrays */

/* The last few elements stand among others that are at most any limit. */
#define PACK(name, element, beyond, wide)                                                \
  static void name(size_t n, const void *input, double limit, uint8_t *mask) {           \
    const element *x = input;                                                            \
    element last[8], bound = (element)limit;                                             \
    size_t whole = n / 8;                                                                \
    for (size_t i = wide(whole, x, bound, mask); i < whole; i++)                         \
      mask[i] = (uint8_t)beyond(x + 8 * i, bound);                                       \
    if (n % 8 == 0) return;                                                              \
    for (int i = 0; i < 8; i++)                                                          \
      last[i] = -(element)__builtin_inf();                                               \
    memcpy(last, x + 8 * whole, n % 8 * sizeof *x);                                      \
    mask[whole] = (uint8_t)beyond(last, bound);                                          \
  }
PACK(pack_f32, float, beyond_f32, pack_wide_f32)
PACK(pack_f64, double, beyond_f64, pack_wide_f64)

#define SPREAD(name, element, wide)                                                      \
  static inline void name##_byte(unsigned bits, element clear, element set, int n,       \
                                 element *y) {                                           \
    _Pragma("omp simd") for (int i = 0; i < n; i++) y[i] = bits & 1u << i ? set : clear; \
  }                                                                                      \
  static void name(size_t n, const uint8_t *mask, const void *values, void *output) {    \
    const element *value = values;                                                       \
    element clear = value[0], set = value[1], *y = output;                               \
    for (size_t i = wide(n / 8, mask, clear, set, y); i < n / 8; i++)                    \
      name##_byte(mask[i], clear, set, 8, y + 8 * i);                                    \
    if (n % 8) name##_byte(mask[n / 8], clear, set, (int)(n % 8), y + n / 8 * 8);        \
  }
SPREAD(spread_16, uint16_t, spread_wide_16)
SPREAD(spread_32, uint32_t, spread_wide_32)
SPREAD(spread_64, uint64_t, spread_wide_64)

static size_t count_equal(size_t n, const double *x, double to) {
  size_t equal = 0;
#pragma omp simd reduction(+ : equal)
  for (size_t i = 0; i < n; i++)
    equal += x[i] == to;
  return equal;
}

#define JOINED(a, b, c) a##b##_##c
#define MASKS_OF(variant) JOINED(ramp, _masks, variant)
const ramp_mask_kernels MASKS_OF(RAMP_VARIANT) = {
    .pack_f32 = pack_f32,
    .pack_f64 = pack_f64,
    .spread = {[RAMP_F64] = spread_64,
               [RAMP_F32] = spread_32,
               [RAMP_F16] = spread_16,
               [RAMP_BF16] = spread_16},
    .count_equal = count_equal,
};
