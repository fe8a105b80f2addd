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
  real q = multiply_add(0x1.1587b4p-6f, a, 0x1.45ef48p-3f);
  q = multiply_add(q, a, 0x1.621fcep-1f);
  q = multiply_add(q, a, 0x1.9a5476p0f);
  q = multiply_add(q, a, 0x1.c1209ep0f);
  real s = multiply_add(0x1.cb9ff8p-20f, a, 0x1.144314p-6f);
  s = multiply_add(s, a, 0x1.48fe2cp-3f);
  s = multiply_add(s, a, 0x1.486266p-1f);
  s = multiply_add(s, a, 0x1.665a12p0f);
  real above = a * q, rest = times_exponential(above, normal_power(a)) / (above + s);
  return with_sign(multiply_add(rest, -LOWERED * INVERSE_ROOT_TWO_PI, above_0(x)), x);
}

/* Phi(-a) - a phi(a), which has a root a0: e^(-a^2/2) (a0 - a) q(w). Above 0 it is what 1
   has beyond the derivative. */
#define GELU_ROOT ((pair){0x1.80ead2p-1f, -0x1.a03fd4p-27f})

INLINE real gelu_derivative(real x, const real *p) {
  (void)p;
  real a = magnitude_at_most(x, NORMAL_END);
  real q = multiply_add(0x1.e9fbb4p-6f, a, 0x1.ec1656p-3f);
  q = multiply_add(q, a, 0x1.ac49ccp-1f);
  q = multiply_add(q, a, 0x1.6f0a94p0f);
  q = multiply_add(q, a, 1);
  real s = multiply_add(0x1.25e4aap-7f, a, 0x1.1205bcp-4f);
  s = multiply_add(s, a, 0x1.a3ad82p-3f);
  s = multiply_add(s, a, 0x1.1085ep-2f);
  real h = (GELU_ROOT.high - a) + GELU_ROOT.low;
  real slope = times_exponential(h * LOWERED * multiply_add(INVERSE_ROOT_TWO_PI, q, s),
                                 normal_power(a)) /
               q;
  return by_sign(x, slope, 1 - slope);
}

#endif
