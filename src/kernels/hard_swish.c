/* SPDX-License-Identifier: MIT */
/* hard_swish in floats that are right to some units, for 16 bits by Ziv's strategy
   (halves.c).  Compiled once per instruction set. */
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

#define JOINED(a, b) a##b
#define HARD_SWISH_OF(variant) JOINED(ramp_hard_swish_, variant)
extern const ramp_loops HARD_SWISH_OF(RAMP_VARIANT);
const ramp_loops HARD_SWISH_OF(RAMP_VARIANT) = {.forward = hard_swish_forward,
                                                .derivative = hard_swish_derivative_of};
