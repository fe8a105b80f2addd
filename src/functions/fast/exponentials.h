/* SPDX-License-Identifier: MIT */
/* e^x and e^(-x^2), in float. */
#ifndef RAMP_FAST_EXPONENTIALS_H
#define RAMP_FAST_EXPONENTIALS_H

#include "functions/fast/powers.h"

/* The power of two goes up to 2^128, so for x above 0 it is not lifted but lowered. */
INLINE real exp_value(real x, const given *p) {
  real near = at_least_low(at_most_high(x, 90), -POWER_END);
  real_bits lift = bits_of(by_sign(near, from_bits(64), from_bits(-64u)));
  return value_of(exponential_of((pair){near, NOTHING}, lift, p)) *
         by_sign(near, LOWERED, LIFTED);
}
INLINE real exp_derivative(real x, const given *p) { return exp_value(x, p); }

/* eps x, its square, and e^-square 2^64; beyond 11 that is 0 in float. */
typedef struct {
  pair u;
  real power;
} bell_curve;

INLINE bell_curve gaussian_curve(real x, real eps, const given *p) {
  real end = 11 / eps, near = at_least_low(at_most_high(x, end), -end);
  pair u = pair_product(near, (pair){eps, 0});
  return (bell_curve){u, lifted_power(negative(square_of(u)), p)};
}

INLINE real gaussian_value(real x, const given *p) {
  return gaussian_curve(x, p->parameter[0], p).power * LOWERED;
}
INLINE real gaussian_derivative(real x, const given *p) {
  bell_curve g = gaussian_curve(x, p->parameter[0], p);
  return -2 * p->parameter[0] * g.u.high * g.power * LOWERED;
}

#endif
