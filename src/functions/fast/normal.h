/* SPDX-License-Identifier: MIT */
/* x Phi(x), Phi the normal distribution, in float. */
#ifndef RAMP_FAST_NORMAL_H
#define RAMP_FAST_NORMAL_H

#include "functions/fast/gates.h"

/* e^(-a^2/2) is 0 in float beyond it. */
#define NORMAL_END 14.6f
#define INVERSE_ROOT_TWO_PI 0x1.988454p-2f

/* e^(-a^2/2) 2^lift. */
INLINE exponential normal_power(real a, real_bits lift, const given *p) {
  real half = 0.5f * a, square = half * a;
  return exponential_of((pair){-square, multiply_add(-half, a, square)}, lift, p);
}

/* 1/INVERSE_ROOT_TWO_PI. */
#define ROOT_TWO_PI ((pair){0x1.40d932p1f, -0x1.331f68p-24f})

/* max(x, 0) - a Phi(-a), with Phi(-a) = e^(-a^2/2) q/(sqrt(2 pi) a q + s): what q has
   lost is lost below as well where a is large. */
INLINE real gelu_value(real x, const given *p) {
  real a = magnitude_at_most(x, NORMAL_END);
  real q = multiply_add(0x1.e09e9ap-7f, a, 0x1.1a3902p-3f);
  q = multiply_add(q, a, 0x1.32a1b4p-1f);
  q = multiply_add(q, a, 0x1.634ca8p0f);
  q = multiply_add(q, a, 0x1.84e4c8p0f);
  real s = multiply_add(0x1.f2cc5p-19f, a, 0x1.2bceb6p-5f);
  s = multiply_add(s, a, 0x1.650852p-2f);
  s = multiply_add(s, a, 0x1.645f44p0f);
  s = multiply_add(s, a, 0x1.84e4c8p1f);
  pair wide = pair_product(a, ROOT_TWO_PI);
  real d = multiply_add(wide.high, q, multiply_add(wide.low, q, s));
  /* Lifted where the power is small, but not where a is. */
  real_bits lift = bits_of(by_sign(a - 1, from_bits(0), from_bits(64)));
  real tail = times_exponential(q, normal_power(a, lift, p)) / d;
  real factor = a * by_sign(a - 1, 1, LOWERED);
  return with_sign(multiply_add(tail, -factor, above_0(x)), x);
}

/* Phi(-a) - a phi(a), which has a root a0: e^(-a^2/2) (a0 - a) q(w). Above 0 it is what 1
   has beyond the derivative. */
#define GELU_ROOT ((pair){0x1.80ead2p-1f, -0x1.a03fd4p-27f})

INLINE real gelu_derivative(real x, const given *p) {
  real a = magnitude_at_most(x, NORMAL_END);
  real q = multiply_add(0x1.e57232p-6f, a, 0x1.e787d8p-3f);
  q = multiply_add(q, a, 0x1.a8528cp-1f);
  q = multiply_add(q, a, 0x1.6ba48p0f);
  q = multiply_add(q, a, 0x1.fb424ep-1f);
  real s = multiply_add(0x1.232bfep-7f, a, 0x1.0f7c2ap-4f);
  s = multiply_add(s, a, 0x1.9fcaaap-3f);
  s = multiply_add(s, a, 0x1.0dffdcp-2f);
  real h = (GELU_ROOT.high - a) + GELU_ROOT.low;
  real slope = times_exponential(h * LOWERED * multiply_add(INVERSE_ROOT_TWO_PI, q, s),
                                 normal_power(a, 64, p)) /
               q;
  return by_sign(x, slope, 1 - slope);
}

#endif
