/* SPDX-License-Identifier: MIT */
/* x Phi(x), Phi the normal distribution, in float. */
#ifndef RAMP_FAST_NORMAL_H
#define RAMP_FAST_NORMAL_H

#include "functions/fast/gates.h"

/* e^(-a^2/2) is 0 in float beyond it. */
#define NORMAL_END 14.6f
#define INVERSE_ROOT_TWO_PI 0x1.988454p-2f

/* e^(-a^2/2) 2^64. */
INLINE exponential normal_power(real a) {
  real half = 0.5f * a, square = half * a;
  return exponential_of((pair){-square, multiply_add(-half, a, square)}, 64);
}

/* max(x, 0) - a Phi(-a), where Phi(-a) is e^(-a^2/2) times a quotient of polynomials. */
INLINE real gelu_value(real x, const real *p) {
  (void)p;
  real a = magnitude_at_most(x, NORMAL_END);
  real q = multiply_add(0x1.11c546p-6f, a, 0x1.4184fep-3f);
  q = multiply_add(q, a, 0x1.5d53c2p-1f);
  q = multiply_add(q, a, 0x1.94c58p0f);
  q = multiply_add(q, a, 0x1.bb0b1cp0f);
  real s = multiply_add(0x1.c5661p-20f, a, 0x1.10850cp-6f);
  s = multiply_add(s, a, 0x1.448946p-3f);
  s = multiply_add(s, a, 0x1.43ef9cp-1f);
  s = multiply_add(s, a, 0x1.617f5cp0f);
  real above = a * q, rest = times_exponential(above, normal_power(a)) / (above + s);
  return with_sign(multiply_add(rest, -LOWERED * INVERSE_ROOT_TWO_PI, above_0(x)), x);
}

/* Phi(-a) - a phi(a), which has a root a0: e^(-a^2/2) (a0 - a) q(w). Above 0 it is what 1
   has beyond the derivative. */
#define GELU_ROOT ((pair){0x1.80ead2p-1f, -0x1.a03fd4p-27f})

INLINE real gelu_derivative(real x, const real *p) {
  (void)p;
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
                                 normal_power(a)) /
               q;
  return by_sign(x, slope, 1 - slope);
}

#endif
