/* SPDX-License-Identifier: MIT */
/*
 * What sums of powers are made of: e^d for many d without a division, and the logarithm
 * of a sum.  Constants come from tools/constants.sollya.
 */
#ifndef RAMP_POWERS_H
#define RAMP_POWERS_H

#include "functions/elementary.h"

/* ------------------------------------------------------------------ powers */

#ifndef RAMP_ARITHMETIC_extended

/* e^d for |d| <= DECAY_END, right to 2^-48 and, when QUICK, k 2^-55 for k = d/ln 2;
   exactly 1 for d = 0; NaN stays NaN.  A sum asks for e^d alone, so no other division
   could take that of e^-a in: the square of a polynomial of degree 8 is quicker. */
INLINE real power(real d, decay_care care) {
  real shifted = multiply_add(d, LOG2_E, TO_WHOLE);
  real k = shifted - TO_WHOLE;
  real r = care == QUICK && FUSED
               ? multiply_add(k, -LN2, d)
               : multiply_add(k, -LN2_LOW, multiply_add(k, -LN2_HIGH, d));
  real z = r * r;
  real first = multiply_add(0x1.ffffffffffd6ap-2, r, 1);
  real second = multiply_add(0x1.555555568073bp-6, r, 0x1.000000000066ep-3);
  real third = multiply_add(0x1.1111082b2b85ep-12, r, 0x1.55555550ba611p-9);
  real fourth = multiply_add(0x1.a07d91f93d6d9p-20, r, 0x1.6c16dde336a34p-16);
  fourth = multiply_add(0x1.9fd1d9db039b8p-24, z, fourth);
  third = multiply_add(fourth, z, third);
  second = multiply_add(third, z, second);
  real root = multiply_add(second, z, first); /* e^(r/2) */
  return from_bits(bits_of(root * root) + (bits_of(shifted) << 52));
}

#endif

/* ------------------------------------------------------------------ logarithm */

/* log(s) for a normal s > 0, to a double's last bits of the larger of |log s| and 1. */
INLINE number logarithm(number s) {
  real_bits exponent = bits_of(s.high) >> 52;
  real k = from_bits(bits_of(0x1p52) | exponent) - (0x1p52 + 1023);
  number fraction = times_power(s, from_bits((2046 - exponent) << 52));
  ratio beyond_one = {sum(-1, fraction), number_of(1)};
  number result = logarithm_of_one_plus(beyond_one, k * LN2_HIGH, &NOTHING_GIVEN);
  return sum(k * LN2_LOW, result);
}

/* log(1 + t) for t >= 0, with all its digits for the least t. */
INLINE number logarithm_beyond_one(number t) {
  number small = choose_by_sign(t.high - 1, t, number_of(0));
  number near_one =
      logarithm_of_one_plus((ratio){small, number_of(1)}, 0, &NOTHING_GIVEN);
  return choose_by_sign(t.high - 1, near_one, logarithm(sum(1, t)));
}

#endif
