/* SPDX-License-Identifier: MIT */
/* The arc tangent.  Constants come from tools/constants.sollya. */
#ifndef RAMP_ARCTAN_H
#define RAMP_ARCTAN_H

#include "functions/algebraic.h"

/* q with atan(u)/u = 1 + z q(z), z = u^2, for |u| <= 1/2. */
INLINE real arctan_polynomial(real z) {
  real z2 = z * z, z4 = z2 * z2;
#ifdef RAMP_ARITHMETIC_extended
  real a = multiply_add(0x1.999999999984fp-3, z, -0x1.5555555555555p-2);
  real b = multiply_add(0x1.c71c71c0aba81p-4, z, -0x1.24924924865c1p-3);
  real c = multiply_add(0x1.3b1398f5215acp-4, z, -0x1.745d16497b79p-4);
  real d = multiply_add(0x1.e1be389e366c2p-5, z, -0x1.110f8183415a7p-4);
  real e = multiply_add(0x1.7f8aa9365217bp-5, z, -0x1.ae07709234f6bp-5);
  real f = multiply_add(0x1.ee0ffbadb0c05p-6, z, -0x1.48e8b26ae5301p-5);
  real g = multiply_add(0x1.2f7fa984f50a4p-8, z, -0x1.0f932d9af60e8p-6);
  e = multiply_add(multiply_add(g, z2, f), z2, e);
#else
  real a = multiply_add(0x1.9999999998e53p-3, z, -0x1.5555555555554p-2);
  real b = multiply_add(0x1.c71c717797a39p-4, z, -0x1.249249240badcp-3);
  real c = multiply_add(0x1.3b1294fd33ad5p-4, z, -0x1.745d0b12492c6p-4);
  real d = multiply_add(0x1.e09ba35595082p-5, z, -0x1.11008f75c2a69p-4);
  real e = multiply_add(0x1.5f4462423a87fp-5, z, -0x1.a69f5edae58dp-5);
  real f = multiply_add(0x1.6f385a2146ccfp-7, z, -0x1.db94b07d4bf0dp-6);
  e = multiply_add(f, z2, e);
#endif
  real low = multiply_add(b, z2, a), middle = multiply_add(d, z2, c);
  return multiply_add(multiply_add(e, z4, middle), z4, low);
}

#define HALF_PI 0x1.921fb54442d18p0
#define HALF_PI_LOW 0x1.1a62633145c07p-54

/* With a = |x|, it is atan(a) below 1/2, pi/4 + atan((a - 1)/(a + 1)) up to 2, and from
   there on pi/2 + atan(-1/a); one division serves all.  Beyond 2^64 it is pi/2 in every
   type. */
INLINE real arctan_value(real x, const given *p) {
  real a = magnitude_at_most(x, 0x1p64), small = a - 0.5, large = 2 - a;
  number one = number_of(1), of_a = number_of(a);
  real upper = by_sign(large, -1, by_sign(small, a, a - 1));
  number lower = choose_by_sign(small, one, sum(1, of_a));
  number u = quotient(number_of(upper), choose_by_sign(large, of_a, lower));
  real turn = by_sign(large, 1, by_sign(small, 0, 0.5)); /* exact products with pi/2 */
  u = cut_number(p, STAGE_ARGUMENT, KEPT_ONE, u);
  real z = u.high * u.high, base = turn * HALF_PI, high = base + u.high;
  real low =
      multiply_add(u.high * z, cut(p, STAGE_SERIES, KEPT_OTHER, arctan_polynomial(z)),
                   turn * HALF_PI_LOW);
#ifdef RAMP_ARITHMETIC_extended
  low += u.low;
#endif
  pair value = {high, (u.high - (high - base)) + low};
  return with_sign(finite_pair_to_odd(value), x);
}

INLINE real arctan_derivative(real x, const given *p) {
  (void)p;
  return inverse_quadratic_of(x, 1);
}

#endif
