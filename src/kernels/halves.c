/* SPDX-License-Identifier: MIT */
/*
 * Floats to 16 bits by Ziv's strategy, compiled once per instruction set: a float that is
 * known to within some units of its last place tells the 16 bits of what it stands for,
 * unless the middle between two such numbers is as close. Where it is, or a product's
 * factors leave the range in which that is known, the result is RAMP_UNDECIDED.
 */
#include "kernels/halves.h"
#include "kernels/kernels.h"

#include <string.h>

#ifdef __F16C__
#include <immintrin.h>
#endif

enum { MAGNITUDE = INT32_MAX, INFINITE = 0x7f800000, NORMAL = 0x00800000 };

static inline uint16_t later(uint16_t a, uint16_t b) { return a > b ? a : b; }

/* ------------------------------------------------------------------ bf16 */

/* Both differ by 2^16: of the middle, 0x8000 in the lower half, and of so many units. */
typedef struct {
  uint32_t first, width;
} middle;

static inline middle middle_of(float margin) {
  uint32_t units = margin > 0 ? (uint32_t)margin : 0;
  return (middle){(0x8000 - units) << 16, 2 * units << 16};
}

/* Never a tie, which is undecided; and a NaN is canonical already. */
static inline uint16_t bf16_unless(uint32_t undecided, float y, middle m) {
  uint32_t bits = bits_of_float(y), nearest = (bits + 0x8000) >> 16;
  undecided |= (bits << 16) - m.first <= m.width;
  return (uint16_t)(undecided ? RAMP_UNDECIDED : nearest);
}

static bool bf16_round_loop(size_t n, const float *y, float margin, uint16_t *out) {
  const middle m = middle_of(margin);
  uint16_t last = 0;
#pragma omp simd reduction(max : last)
  for (size_t i = 0; i < n; i++) {
    out[i] = bf16_unless(0, y[i], m);
    last = later(last, out[i]);
  }
  return last < RAMP_UNDECIDED;
}

/* A slope below the normal numbers is known to some 2^-149, and may be 0 for one that is
   not: times 1 that does not show. */
static bool bf16_multiply_loop(size_t n, const float *slope, const uint16_t *dy,
                               float margin, uint16_t *dx) {
  const middle m = middle_of(margin);
  const uint32_t one = 0x3f800000;
  uint16_t last = 0;
#pragma omp simd reduction(max : last)
  for (size_t i = 0; i < n; i++) {
    float d = float_from_bf16(dy[i]), product = slope[i] * d;
    uint32_t least = (bits_of_float(slope[i]) & MAGNITUDE) < NORMAL;
    uint32_t large = (bits_of_float(d) & MAGNITUDE) > one;
    uint32_t special = (bits_of_float(product) & MAGNITUDE) >= INFINITE;
    dx[i] = bf16_unless((least & large) | special, product, m);
    last = later(last, dx[i]);
  }
  return last < RAMP_UNDECIDED;
}

static bool bf16_scale_loop(size_t n, const uint16_t *v, float slope, float margin,
                            uint16_t *out) {
  const middle m = middle_of(margin);
  uint16_t last = 0;
#pragma omp simd reduction(max : last)
  for (size_t i = 0; i < n; i++) {
    out[i] = bf16_unless(0, slope * float_from_bf16(v[i]), m);
    last = later(last, out[i]);
  }
  return last < RAMP_UNDECIDED;
}

/* NaN need not stay one. */
static inline uint16_t bf16_nearest(float y) {
  uint32_t bits = bits_of_float(y);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float product_of(float v, ramp_half_factor by) {
  return __builtin_fmaf(by.high, v, by.middle * v);
}

static void bf16_product_loop(size_t n, const uint16_t *v, ramp_half_factor by,
                              uint16_t *out) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    out[i] = bf16_nearest(product_of(float_from_bf16(v[i]), by));
}

static void bf16_widen_loop(size_t n, const uint16_t *x, float *y) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = float_from_bf16(x[i]);
}

/* ------------------------------------------------------------------ f16 */

/* Factors that lead to both ends of where the result is, their own rounding included. */
typedef struct {
  float least, most;
} ends;

static inline ends ends_of(float margin) {
  float share = (margin + 1) * 0x1p-23f;
  return (ends){1 - share, 1 + share};
}

static inline uint16_t f16_unless(uint32_t undecided, float y, ends e) {
  uint16_t nearest = f16_from_float(y * e.least);
  undecided |= nearest != f16_from_float(y * e.most);
  return (uint16_t)(undecided ? RAMP_UNDECIDED : nearest);
}

/* By the CPU's own conversions as many elements as fill registers. */
#if defined __AVX512BW__
enum { WIDTH = 16 };

static inline bool store_ends(__m512 y, __mmask16 undecided, ends e, uint16_t *out) {
  enum { NEAREST = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC };
  __m256i least = _mm512_cvtps_ph(_mm512_mul_ps(y, _mm512_set1_ps(e.least)), NEAREST);
  __m256i most = _mm512_cvtps_ph(_mm512_mul_ps(y, _mm512_set1_ps(e.most)), NEAREST);
  undecided |= _mm256_cmpneq_epi16_mask(least, most);
  __m256i all = _mm256_set1_epi16((short)RAMP_UNDECIDED);
  _mm256_storeu_si256((void *)out, _mm256_mask_mov_epi16(least, undecided, all));
  return undecided == 0;
}

static inline void widen_register(const uint16_t *x, float *y) {
  _mm512_storeu_ps(y, _mm512_cvtph_ps(_mm256_loadu_si256((const void *)x)));
}

static inline bool round_register(const float *y, ends e, uint16_t *out) {
  return store_ends(_mm512_loadu_ps(y), 0, e, out);
}

static inline bool scale_register(const uint16_t *v, ends e, uint16_t *out) {
  __m512 wide = _mm512_cvtph_ps(_mm256_loadu_si256((const void *)v));
  return store_ends(wide, 0, e, out);
}

static inline void product_register(const uint16_t *v, ramp_half_factor by,
                                    uint16_t *out) {
  enum { NEAREST = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC };
  __m512 wide = _mm512_cvtph_ps(_mm256_loadu_si256((const void *)v));
  __m512 low = _mm512_mul_ps(wide, _mm512_set1_ps(by.middle));
  __m512 y = _mm512_fmadd_ps(wide, _mm512_set1_ps(by.high), low);
  _mm256_storeu_si256((void *)out, _mm512_cvtps_ph(y, NEAREST));
}

static inline bool multiply_register(const float *slope, const uint16_t *dy, ends e,
                                     uint16_t *dx) {
  __m512 d = _mm512_cvtph_ps(_mm256_loadu_si256((const void *)dy));
  __m512 product = _mm512_mul_ps(_mm512_loadu_ps(slope), d);
  return store_ends(product, _mm512_cmp_ps_mask(product, product, _CMP_UNORD_Q), e, dx);
}
#elif defined __F16C__
enum { WIDTH = 8 };

static inline bool store_ends(__m256 y, __m128i undecided, ends e, uint16_t *out) {
  enum { NEAREST = _MM_FROUND_TO_NEAREST_INT };
  __m128i least = _mm256_cvtps_ph(_mm256_mul_ps(y, _mm256_set1_ps(e.least)), NEAREST);
  __m128i most = _mm256_cvtps_ph(_mm256_mul_ps(y, _mm256_set1_ps(e.most)), NEAREST);
  __m128i all = _mm_set1_epi16((short)RAMP_UNDECIDED);
  undecided = _mm_or_si128(undecided, _mm_xor_si128(all, _mm_cmpeq_epi16(least, most)));
  _mm_storeu_si128((void *)out, _mm_or_si128(least, undecided));
  return _mm_testz_si128(undecided, undecided);
}

static inline void widen_register(const uint16_t *x, float *y) {
  _mm256_storeu_ps(y, _mm256_cvtph_ps(_mm_loadu_si128((const void *)x)));
}

static inline bool round_register(const float *y, ends e, uint16_t *out) {
  return store_ends(_mm256_loadu_ps(y), _mm_setzero_si128(), e, out);
}

static inline bool scale_register(const uint16_t *v, ends e, uint16_t *out) {
  __m256 wide = _mm256_cvtph_ps(_mm_loadu_si128((const void *)v));
  return store_ends(wide, _mm_setzero_si128(), e, out);
}

static inline void product_register(const uint16_t *v, ramp_half_factor by,
                                    uint16_t *out) {
  __m256 wide = _mm256_cvtph_ps(_mm_loadu_si128((const void *)v));
  __m256 low = _mm256_mul_ps(wide, _mm256_set1_ps(by.middle));
  __m256 y = _mm256_fmadd_ps(wide, _mm256_set1_ps(by.high), low);
  _mm_storeu_si128((void *)out, _mm256_cvtps_ph(y, _MM_FROUND_TO_NEAREST_INT));
}

static inline bool multiply_register(const float *slope, const uint16_t *dy, ends e,
                                     uint16_t *dx) {
  __m256 d = _mm256_cvtph_ps(_mm_loadu_si128((const void *)dy));
  __m256 product = _mm256_mul_ps(_mm256_loadu_ps(slope), d);
  __m256i no_number = _mm256_castps_si256(_mm256_cmp_ps(product, product, _CMP_UNORD_Q));
  __m128i undecided = _mm_packs_epi32(_mm256_castsi256_si128(no_number),
                                      _mm256_extracti128_si256(no_number, 1));
  return store_ends(product, undecided, e, dx);
}
#endif

#ifdef __F16C__
static inline size_t widen_registers(size_t n, const uint16_t *x, float *y) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH)
    widen_register(x + i, y + i);
  return i;
}

static inline size_t round_registers(size_t n, const float *y, ends e, uint16_t *out,
                                     bool *decided) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH)
    *decided &= round_register(y + i, e, out + i);
  return i;
}

static inline size_t scale_registers(size_t n, const uint16_t *v, ends e, uint16_t *out,
                                     bool *decided) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH)
    *decided &= scale_register(v + i, e, out + i);
  return i;
}

static inline size_t product_registers(size_t n, const uint16_t *v, ramp_half_factor by,
                                       uint16_t *out) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH)
    product_register(v + i, by, out + i);
  return i;
}

static inline size_t multiply_registers(size_t n, const float *slope, const uint16_t *dy,
                                        ends e, uint16_t *dx, bool *decided) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH)
    *decided &= multiply_register(slope + i, dy + i, e, dx + i);
  return i;
}
#else
#define widen_registers(...) 0
#define round_registers(...) 0
#define multiply_registers(...) 0
#define scale_registers(...) 0
#define product_registers(...) 0
#endif

static void f16_widen_loop(size_t n, const uint16_t *x, float *y) {
  size_t done = widen_registers(n, x, y);
#pragma omp simd
  for (size_t i = done; i < n; i++)
    y[i] = float_from_f16(x[i]);
}

static bool f16_round_loop(size_t n, const float *y, float margin, uint16_t *out) {
  const ends e = ends_of(margin);
  bool decided = true;
  size_t done = round_registers(n, y, e, out, &decided);
  uint16_t last = 0;
#pragma omp simd reduction(max : last)
  for (size_t i = done; i < n; i++) {
    out[i] = f16_unless(0, y[i], e);
    last = later(last, out[i]);
  }
  return decided && last < RAMP_UNDECIDED;
}

/* dy is 65504 at most, or infinite, so that a slope below the normal numbers gives 0, or
   no number. */
static bool f16_multiply_loop(size_t n, const float *slope, const uint16_t *dy,
                              float margin, uint16_t *dx) {
  const ends e = ends_of(margin);
  bool decided = true;
  size_t done = multiply_registers(n, slope, dy, e, dx, &decided);
  uint16_t last = 0;
#pragma omp simd reduction(max : last)
  for (size_t i = done; i < n; i++) {
    float product = slope[i] * float_from_f16(dy[i]);
    dx[i] = f16_unless(product != product, product, e);
    last = later(last, dx[i]);
  }
  return decided && last < RAMP_UNDECIDED;
}

/* The ends' own rounding is another half unit. */
static bool f16_scale_loop(size_t n, const uint16_t *v, float slope, float margin,
                           uint16_t *out) {
  ends e = ends_of(margin + 0.5f);
  e.least *= slope;
  e.most *= slope;
  bool decided = true;
  size_t done = scale_registers(n, v, e, out, &decided);
  uint16_t last = 0;
#pragma omp simd reduction(max : last)
  for (size_t i = done; i < n; i++) {
    out[i] = f16_unless(0, float_from_f16(v[i]), e);
    last = later(last, out[i]);
  }
  return decided && last < RAMP_UNDECIDED;
}

static void f16_product_loop(size_t n, const uint16_t *v, ramp_half_factor by,
                             uint16_t *out) {
  size_t done = product_registers(n, v, by, out);
#pragma omp simd
  for (size_t i = done; i < n; i++)
    out[i] = f16_from_float(product_of(float_from_f16(v[i]), by));
}

/* ------------------------------------------------------------------ what is open */

/* One or more bits for each of the next elements, the first lowest: whether it is
   undecided. */
#if defined __AVX512BW__
enum { LOOKED_AT = 32, BITS = 1 };

static inline uint64_t open_bits(const uint16_t *out) {
  __m512i all = _mm512_set1_epi16((short)RAMP_UNDECIDED);
  return _mm512_cmpeq_epi16_mask(_mm512_loadu_si512(out), all);
}
#elif defined __AVX2__
enum { LOOKED_AT = 16, BITS = 2 };

static inline uint64_t open_bits(const uint16_t *out) {
  __m256i all = _mm256_set1_epi16((short)RAMP_UNDECIDED);
  __m256i here = _mm256_loadu_si256((const void *)out);
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi16(here, all));
}
#else
enum { LOOKED_AT = 4, BITS = 16 };

/* A complement is 0 where adding 0x7fff to its lower bits, or itself, has no bit 15. */
static inline uint64_t open_bits(const uint16_t *out) {
  const uint64_t lower = 0x7fff7fff7fff7fff;
  uint64_t four;
  memcpy(&four, out, sizeof four);
  four = ~four;
  return ~(((four & lower) + lower) | four) & ~lower;
}
#endif

static size_t undecided(size_t n, const uint16_t *out, uint16_t *place) {
  size_t found = 0, i = 0;
  for (; i + LOOKED_AT <= n; i += LOOKED_AT)
    for (uint64_t open = open_bits(out + i); open;) {
      size_t at = (size_t)__builtin_ctzll(open) / BITS;
      place[found++] = (uint16_t)(i + at);
      open &= ~((((uint64_t)1 << (BITS - 1) << 1) - 1) << at * BITS);
    }
  for (; i < n; i++)
    if (out[i] == RAMP_UNDECIDED) place[found++] = (uint16_t)i;
  return found;
}

#define JOINED(a, b) a##b
#define HALVES_OF(variant) JOINED(ramp_halves_, variant)
extern const ramp_halves HALVES_OF(RAMP_VARIANT)[];
const ramp_halves HALVES_OF(RAMP_VARIANT)[4] = {
    [RAMP_F16] = {f16_widen_loop, f16_round_loop, f16_multiply_loop, f16_scale_loop,
                  f16_product_loop, undecided},
    [RAMP_BF16] = {bf16_widen_loop, bf16_round_loop, bf16_multiply_loop, bf16_scale_loop,
                   bf16_product_loop, undecided}};
