/* SPDX-License-Identifier: MIT */
/* The arctangent and its derivative 1/(1 + x^2), in float. */
#ifndef RAMP_FAST_ARCTAN_H
#define RAMP_FAST_ARCTAN_H

#include "functions/fast/algebraic.h"

/* arctan(u) for |u| <= tan(pi/8), with u = a; u = (a - 1)/(a + 1) and pi/4 added; or
   u = -1/a and pi/2 added. */
INLINE real arctan_value(real x, const given *p) {
  real a = absolute(x), small = a - 0x1.a8279ap-2f, large = 0x1.3504f4p1f - a;
  real upper = by_sign(large, -1, by_sign(small, a, a - 1));
  real lower = by_sign(large, a, by_sign(small, 1, a + 1));
  real u = cut(p, STAGE_ARGUMENT, KEPT_ONE, upper / lower), z = u * u;
  real b = multiply_add(-0x1.0828fp-4f, z, 0x1.b7ff5ap-4f);
  b = multiply_add(b, z, -0x1.241e9ap-3f);
  b = multiply_add(b, z, 0x1.999714p-3f);
  b = multiply_add(b, z, -0x1.555554p-2f);
  real turn = by_sign(large, 1, by_sign(small, 0, 0.5f));
  real low = multiply_add(turn, -0x1.777a5cp-25f, multiply_add(u * z, b, u));
  return with_sign(multiply_add(turn, 0x1.921fb6p0f, low), x);
}

INLINE real arctan_derivative(real x, const given *p) {
  (void)p;
  return inverse_quadratic_of(absolute(x));
}

#endif
