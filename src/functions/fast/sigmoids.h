/* SPDX-License-Identifier: MIT */
/* Bounded formulas made of e^x, in float. */
#ifndef RAMP_FAST_SIGMOIDS_H
#define RAMP_FAST_SIGMOIDS_H

#include "functions/fast/powers.h"

/* 1/(1 + e^-t), e^-t = upper/lower: below 0 as above nothing cancels, and the last
   division alone may be subnormal. */
INLINE real sigmoid_of(pair t, const given *p) {
  pair y = {at_most_high(at_least_low(-t.high, -40), POWER_END), -t.low};
  growth e = growth_of(y, -64u, p);
  real lower = e.lower * LOWERED;
  return lower / (lower + e.upper);
}

INLINE real sigmoid_value(real x, const given *p) {
  return sigmoid_of((pair){x, NOTHING}, p);
}

/* factor e/(1 + e)^2 with e = e^-a. */
INLINE real bell(real a, real factor, const given *p) {
  real lifted = lifted_power((pair){-at_least_low(a, POWER_END), NOTHING}, p);
  real e = lifted * LOWERED;
  return lifted * (factor * LOWERED) / multiply_add(e, 2 + e, 1);
}

INLINE real sigmoid_derivative(real x, const given *p) { return bell(absolute(x), 1, p); }

/* m/(2 + m) with m = e^2x - 1. */
INLINE real tanh_value(real x, const given *p) {
  real near = at_least_low(at_most_high(x, 20), -20);
  real m = less(exponential_of((pair){2 * near, NOTHING}, 0, p), 1);
  return with_sign(m / (2 + m), x);
}

INLINE real tanh_derivative(real x, const given *p) {
  return bell(2 * absolute(x), 4, p);
}

#endif
