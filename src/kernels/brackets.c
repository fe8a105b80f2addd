/* SPDX-License-Identifier: MIT */
/*
 * Products with a slope that no float holds, over floats.  Where a result is not known to
 * be right, or a number is NaN, a loop returns false and its results do not count.
 *
 * Forward: the slope is high + middle + rest, exactly, and (middle + rest) x is rounded
 * to odd.  The middle between two floats, less high x, is even in that precision, as high
 * is the float next to the slope; so the last rounding is that of the exact product.
 * Most slopes, and nearly all that are written with one digit, have no float for which
 * fl(high x + fl(middle x)) is another one (api/two_products.c).
 *
 * Backward, where a double's product counts, by Ziv's strategy: two pairs of floats
 * enclose the slope so closely that nearly always both products round to the same float,
 * which then is the right one.  In one of some 2^22 elements they do not; with slopes
 * next to fractions such as 11/48, in one of a dozen.  A pair's product is one rounding
 * of high d + low d; the guard outweighs what low d has lost where that underflows.
 *
 * Quotients by a small integer: the float next to one leaves a remainder that a float
 * holds, and of which a share is added.
 *
 * Only with fused operations: without them doubles are faster.  Compiled once per
 * instruction set.
 */
#define RAMP_ARITHMETIC_single
#include "functions/arithmetic.h"
#include "kernels/kernels.h"
#include "kernels/stream.h"

#if defined __FMA__ || defined __ARM_FEATURE_FMA
enum { SIGN = INT32_MIN, MAGNITUDE = INT32_MAX, INFINITE = 0x7F800000 };

/* The sum behind `sum` and `error`, which is less than its last bit, rounded to odd, or
   to one of its odd neighbours: it is never on the middle of floats less high d, as the
   slope has more bits than that. */
INLINE float to_odd(float sum, float error) {
  uint32_t inwards = (bits_of(sum) ^ bits_of(error)) >> 31;
  return from_bits((bits_of(sum) - inwards) | 1);
}

INLINE float exact_product(const ramp_bracket *b, float d) {
  float sum = __builtin_fmaf(b->middle, d, b->rest * d);
  float error = __builtin_fmaf(b->rest, d, __builtin_fmaf(b->middle, d, -sum));
  return __builtin_fmaf(b->high, d, to_odd(sum, error));
}

/* x where that is not below 0, else its product, of 0 or what is large enough to lose
   nothing. */
INLINE bool forward_loop(const ramp_bracket *bracket, size_t n, const float *x,
                         const float *dy, float *y) {
  const ramp_bracket b = *bracket;
  uint32_t least = UINT32_MAX, most = 0;
  (void)dy;
#pragma omp simd reduction(min : least) reduction(max : most)
  for (size_t i = 0; i < n; i++) {
    uint32_t magnitude = bits_of(x[i]) & (uint32_t)MAGNITUDE, but_0 = magnitude - 1;
    least = but_0 < least ? but_0 : least;
    most = magnitude > most ? magnitude : most;
    y[i] = x[i] >= 0 ? x[i] : exact_product(&b, x[i]);
  }
  return least >= b.exact_from && most < INFINITE;
}

/* Bits of numbers up to `upper`, less those of it, are up to those of -infinity; bits of
   numbers between it and 0, whose products lose some, and of NaN are beyond. */
INLINE bool two_products_loop(const ramp_bracket *bracket, size_t n, const float *x,
                              const float *dy, float *y) {
  const ramp_bracket b = *bracket;
  const uint32_t first = bits_of(b.upper), last = bits_of(-REAL_INFINITY) - first;
  uint32_t most = 0;
  (void)dy;
#pragma omp simd reduction(max : most)
  for (size_t i = 0; i < n; i++) {
    float here = x[i], product = __builtin_fmaf(b.high, here, b.middle * here);
    uint32_t behind = here >= 0 ? 0 : bits_of(here) - first;
    y[i] = here >= 0 ? here : product;
    most = behind > most ? behind : most;
  }
  return most <= last;
}

INLINE float product(const ramp_bracket *b, int end, float d, float guard) {
  return __builtin_fmaf(b->high, d, __builtin_fmaf(b->low[end], d, guard));
}

/* The product where x is in the piece that has the slope, else what is kept of dy. */
INLINE bool backward_loop(int limits, const ramp_bracket *bracket, size_t n,
                          const float *x, const float *dy, float *dx) {
  const ramp_bracket b = *bracket;
  uint32_t undecided = 0;
#pragma omp simd reduction(| : undecided)
  for (size_t i = 0; i < n; i++) {
    float d = dy[i];
    float guard = from_bits((bits_of(d) & (uint32_t)SIGN) | bits_of(b.guard));
    float least = product(&b, 0, d, -guard), most = product(&b, 1, d, guard);
    bool scaled = x[i] <= b.upper && d != 0;
    uint32_t kept = b.kept_above;
    if (limits == 2) {
      kept = x[i] <= b.upper ? b.kept_below : kept;
      scaled = scaled && x[i] > b.lower;
    }
    float rest = from_bits(bits_of(d) & kept);
    float one = scaled ? least : rest, other = scaled ? most : rest;
    dx[i] = one;
    undecided |= bits_of(one) ^ bits_of(other);
    undecided |= __builtin_isunordered(x[i], d) ? 1u : 0u;
  }
  return undecided == 0;
}

INLINE bool backward_1_loop(const ramp_bracket *b, size_t n, const float *x,
                            const float *dy, float *dx) {
  return backward_loop(1, b, n, x, dy, dx);
}

INLINE bool backward_2_loop(const ramp_bracket *b, size_t n, const float *x,
                            const float *dy, float *dx) {
  return backward_loop(2, b, n, x, dy, dx);
}

/* ------------------------------------------------------------------ quotients */

/* (sum + rest)/d, where rest is below the last bit of the sum. */
INLINE float quotient(float sum, float rest, float d) {
  float inverse = 1 / d, near = sum * inverse;
  return __builtin_fmaf(__builtin_fmaf(-d, near, sum) + rest, inverse, near);
}

/* What rounding took from x + half, for x that is no larger. */
INLINE float rest_of(float x, float half, float sum) { return x - (sum - half); }

/* The exact x + d/2 and d times a middle between two floats are multiples of the last bit
   of x or of half of y's, at least 2^-40 from LEAST on.  So nearer than that they are
   equal, and the slope decides, which is not 1/d: the nudge is less than 2^-40, and more
   than the remainder's error, at most 2^-43. */
#define LEAST 0x1p-16f

INLINE bool hard_sigmoid_loop(const ramp_bracket *bracket, size_t n, const float *x,
                              const float *dy, float *y) {
  const float d = bracket->divisor, half = d / 2, nudge = bracket->nudge;
  const uint32_t least = bits_of(LEAST) - 1;
  uint32_t undecided = 0;
  (void)dy;
#pragma omp simd reduction(| : undecided)
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = bits_of(x[i]), but_0 = (bits & (uint32_t)MAGNITUDE) - 1;
    float outwards = from_bits(bits_of(nudge) ^ (bits & (uint32_t)SIGN));
    float sum = x[i] + half, rest = rest_of(x[i], half, sum) + outwards;
    float inner = quotient(sum, rest, d);
    bool above = x[i] > -half, far = inner >= LEAST;
    inner = above ? inner : 0;
    y[i] = x[i] >= half ? 1 : inner;
    undecided |= (above && !far ? 1u : 0u) | (but_0 < least ? 1u : 0u);
    undecided |= x[i] != x[i] ? 1u : 0u;
  }
  return undecided == 0;
}

/* The same for x of 11 bits or less, where inner is never so small, rounded to odd: so a
   remainder of no more than the nudge tells the side of a middle in narrower types. */
INLINE bool odd_hard_sigmoid_loop(const ramp_bracket *bracket, size_t n, const float *x,
                                  const float *dy, float *y) {
  const float d = bracket->divisor, half = d / 2, nudge = bracket->nudge;
  (void)dy;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    float outwards = from_bits(bits_of(nudge) ^ (bits_of(x[i]) & (uint32_t)SIGN));
    float sum = x[i] + half, rest = rest_of(x[i], half, sum) + outwards;
    float near = quotient(sum, rest, d);
    float inner = to_odd(near, __builtin_fmaf(-d, near, sum) + rest);
    inner = x[i] > -half ? inner : 0;
    inner = x[i] >= half ? 1 : inner;
    y[i] = x[i] == x[i] ? inner : REAL_NAN;
  }
  return true;
}

/* The error of the remainder is at most 2^-44 of the product. */
#define SHARE 0x1p-43f
#define LEAST_FACTOR 0x1p-60f

INLINE bool hard_swish_loop(const ramp_bracket *bracket, size_t n, const float *x,
                            const float *dy, float *y) {
  const uint32_t least = bits_of(LEAST_FACTOR) - 1;
  uint32_t undecided = 0;
  (void)bracket, (void)dy;
#pragma omp simd reduction(| : undecided)
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = bits_of(x[i]), but_0 = (bits & (uint32_t)MAGNITUDE) - 1;
    float sum = x[i] + 3, product = x[i] * sum;
    float rest = __builtin_fmaf(x[i], sum, -product);
    rest = __builtin_fmaf(x[i], rest_of(x[i], 3, sum), rest);
    float one = quotient(product, __builtin_fmaf(product, -SHARE, rest), 6);
    float other = quotient(product, __builtin_fmaf(product, SHARE, rest), 6);
    bool inside = x[i] > -3 && x[i] < 3;
    float inner =
        from_bits((bits_of(one) & (uint32_t)MAGNITUDE) | (bits & (uint32_t)SIGN));
    inner = x[i] > -3 ? inner : 0;
    y[i] = x[i] >= 3 ? x[i] : inner;
    undecided |= inside ? bits_of(one) ^ bits_of(other) : 0;
    undecided |= (but_0 < least ? 1u : 0u) | (x[i] != x[i] ? 1u : 0u);
  }
  return undecided == 0;
}

typedef bool loop_body(const ramp_bracket *b, size_t n, const float *x, const float *dy,
                       float *out);

/* The same with results stored past the caches; n is a multiple of the chunk, and out
   begins at a line. */
enum { PART = 512, CHUNK = STREAM_CHUNK / sizeof(float) };

INLINE bool streamed(loop_body *body, const ramp_bracket *b, size_t n, const float *x,
                     const float *dy, float *out) {
  _Alignas(STREAM_LINE) float part[PART];
  bool decided = true;
  for (size_t at = 0; at < n; at += PART) {
    size_t here = n - at < PART ? n - at : PART;
    decided &= body(b, here, x + at, dy ? dy + at : dy, part);
    for (size_t i = 0; i < here; i += CHUNK)
      stream_chunk(out + at + i, part + i);
  }
  return decided;
}

INLINE bool over_rows(loop_body *body, const ramp_bracket *b, const size_t n[2],
                      ramp_band x, ramp_band dy, ramp_band out) {
  bool decided = true;
  for (size_t row = 0; row < n[1]; row++) {
    decided &= body(b, n[0], (const float *)(const void *)x.first,
                    (const float *)(const void *)dy.first, (float *)(void *)out.first);
    x.first += x.step;
    if (dy.first) dy.first += dy.step;
    out.first += out.step;
  }
  return decided;
}

#define LOOPS(name)                                                                      \
  static bool brackets_##name##_loop(const ramp_bracket *b, size_t n, const float *x,    \
                                     const float *dy, float *out) {                      \
    return name##_loop(b, n, x, dy, out);                                                \
  }                                                                                      \
  static bool streaming_##name##_loop(const ramp_bracket *b, size_t n, const float *x,   \
                                      const float *dy, float *out) {                     \
    return streamed(name##_loop, b, n, x, dy, out);                                      \
  }                                                                                      \
  static bool name##_rows(const ramp_bracket *b, const size_t n[2], ramp_band x,         \
                          ramp_band dy, ramp_band out) {                                 \
    return over_rows(name##_loop, b, n, x, dy, out);                                     \
  }
LOOPS(forward)
LOOPS(two_products)
LOOPS(backward_1)
LOOPS(backward_2)
LOOPS(hard_sigmoid)
LOOPS(odd_hard_sigmoid)
LOOPS(hard_swish)

#define ENTRY(name)                                                                      \
  { brackets_##name##_loop, streaming_##name##_loop, name##_rows }
#else
#define ENTRY(name)                                                                      \
  { NULL, NULL, NULL }
#endif

#define JOINED(a, b) a##b
#define BRACKETS_OF(variant) JOINED(ramp_brackets_, variant)
const ramp_bracket_loops BRACKETS_OF(RAMP_VARIANT)[RAMP_BRACKETS] = {
    [RAMP_BRACKET_FORWARD] = ENTRY(forward),
    [RAMP_BRACKET_TWO_PRODUCTS] = ENTRY(two_products),
    [RAMP_BRACKET_ONE_LIMIT] = ENTRY(backward_1),
    [RAMP_BRACKET_TWO_LIMITS] = ENTRY(backward_2),
    [RAMP_BRACKET_HARD_SIGMOID] = ENTRY(hard_sigmoid),
    [RAMP_BRACKET_ODD_HARD_SIGMOID] = ENTRY(odd_hard_sigmoid),
    [RAMP_BRACKET_HARD_SWISH] = ENTRY(hard_swish)};
