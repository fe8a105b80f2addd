/* SPDX-License-Identifier: MIT */
/* hard_swish for 16 bits: in floats that are right to some units, by Ziv's strategy
   (halves.c), and bf16's way back.  Compiled once per instruction set. */
#include "kernels/halves.h"
#include "kernels/kernels.h"

#define SIXTH 0x1.555556p-3f

/* Within 4 units: below 0 x + 3 is exact where it is small. */
static void hard_swish_forward(const ramp_arguments *a, size_t n, const void *input,
                               void *output) {
  const float *x = input;
  float *y = output;
  (void)a;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    float inner = x[i] * (x[i] + 3) * SIXTH;
    inner = x[i] > -3 ? inner : 0;
    inner = x[i] >= 3 ? x[i] : inner;
    y[i] = x[i] == x[i] ? inner : __builtin_nanf("");
  }
}

/* Within 3 units. */
static void hard_swish_derivative_of(const ramp_arguments *a, size_t n, const void *input,
                                     void *output) {
  const float kink[2] = {(float)a->kink[0], (float)a->kink[1]};
  const float at_kink[2] = {(float)a->at_kink[0], (float)a->at_kink[1]};
  const float *x = input;
  float *y = output;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    float inner = (x[i] + x[i] + 3) * SIXTH;
    inner = x[i] > -3 ? inner : 0;
    inner = x[i] >= 3 ? 1 : inner;
    inner = x[i] == kink[0] ? at_kink[0] : inner;
    inner = x[i] == kink[1] ? at_kink[1] : inner;
    y[i] = x[i] == x[i] ? inner : __builtin_nanf("");
  }
}

/* Backward in bf16.  A double's product with a double's slope is rounded, so a tie turns
   where that product is not exact: where the slope, |2x + 3|/6, lacks a third or two of a
   double's last bit, and that is not lost in the product.  Cutting as much of a float's
   last bit from the slope turns the same ties: what the float next to the slope lacks
   tells which it is, as a float has an odd number of bits less than a double.  Where dy
   is 1.5 the product itself must be a tie, as it is of doubles, so 2^-8 less is cut; and
   nothing where x is so near 0 that no product is in the middle of two numbers, but some
   are next to it.  All dx were compared with those of doubles. */
#define CUT (SIXTH * (1 - 0x1p-8f))
#define LEAST_TIE 0x1p-8f

/* By masks: GCC makes the ternary operator a branch around the formula. */
static inline uint32_t only_where(bool holds, uint32_t bits) {
  return bits & -(uint32_t)holds;
}

static inline uint32_t dx_of(float x, float dy, ramp_bends bends) {
  const uint32_t sign = 0x80000000;
  uint32_t six = bits_of_float(__builtin_fmaf(2, x, 3));
  six = only_where(x > bends.low, six) & ~only_where(x > bends.high, UINT32_MAX);
  six |= only_where(x > bends.high, bits_of_float(6));
  float size = float_from_bits(six & ~sign), slope = size * SIXTH;
  float rest = __builtin_fmaf(-6, slope, size);
  float one = rest * -CUT, two = rest * (2 * CUT), cut = one < two ? one : two;
  bool may_be_tie = __builtin_fabsf(x) >= LEAST_TIE;
  cut = float_from_bits(only_where(may_be_tie, bits_of_float(cut)));
  uint32_t bits = bits_of_float(__builtin_fmaf(slope, dy, cut * dy));
  bits = (bits & ~sign) | ((bits_of_float(dy) ^ six) & sign);
  return bits + 0x7fff + (bits >> 16 & 1);
}

enum { MAGNITUDE = 0x7fff, INFINITE = 0x7f80, LEAST_DY = 27 << 7 }; /* 2^-100 */

static bool hard_swish_backward_loop(ramp_bends bends, size_t n, const uint16_t *x,
                                     const uint16_t *dy, uint16_t *dx) {
  uint16_t least = UINT16_MAX, most = 0, most_x = 0;
#pragma omp simd reduction(min : least) reduction(max : most, most_x)
  for (size_t i = 0; i < n; i++) {
    uint16_t size = dy[i] & MAGNITUDE, but_0 = (uint16_t)(size - 1);
    uint16_t size_x = x[i] & MAGNITUDE;
    least = but_0 < least ? but_0 : least;
    most = size > most ? size : most;
    most_x = size_x > most_x ? size_x : most_x;
    dx[i] = (uint16_t)(dx_of(float_from_bf16(x[i]), float_from_bf16(dy[i]), bends) >> 16);
  }
  return least >= LEAST_DY - 1 && most < INFINITE && most_x <= INFINITE;
}

#define JOINED(a, b) a##b
#define HARD_SWISH_OF(variant) JOINED(ramp_hard_swish_, variant)
extern const ramp_hard_swish HARD_SWISH_OF(RAMP_VARIANT);
const ramp_hard_swish HARD_SWISH_OF(RAMP_VARIANT) = {
    {.forward = hard_swish_forward, .derivative = hard_swish_derivative_of},
    hard_swish_backward_loop};
