/* SPDX-License-Identifier: MIT */
/* Bounded formulas made of e^x. */
#ifndef RAMP_SIGMOIDS_H
#define RAMP_SIGMOIDS_H

#include "functions/elementary.h"

/* e^-|x|, so that ties of what is made of it are decided towards 1/2. */
INLINE ratio sigmoid_decay(real x, const given *p) {
  return ties_inwards(decay(absolute(x), p), x);
}

/* e/(1 + e) or 1/(1 + e) for e = e^-|x|: whichever side of 0 x is on; lifted for x <
   -600. */
INLINE number sigmoid_of_decay(ratio e, real x) {
  return quotient(choose_by_sign(x, e.upper, e.lower), total(e));
}

INLINE real sigmoid_value(real x, const given *p) {
  return lowered(x, rounded(sigmoid_of_decay(sigmoid_decay(x, p), x)));
}

/* e/(1 + e)^2, lifted for a > 600. */
INLINE real bell(real a, const given *p) {
  ratio e = decay(a, p);
  number d = total(e);
  return rounded(quotient(product(e.upper, e.lower), product(d, d)));
}

INLINE real sigmoid_derivative(real x, const given *p) {
  return lowered(-absolute(x), bell(absolute(x), p));
}

/* -m/(2 + m) with m = e^(-2|x|) - 1: nothing cancels. */
INLINE real tanh_value(real x, const given *p) {
  ratio m = decay_minus_one(2 * absolute(x), p);
  number d = sum(2 * m.lower.high, m.upper);
  return with_sign(rounded(quotient(negative(m.upper), d)), x);
}

INLINE real tanh_derivative(real x, const given *p) {
  real a = 2 * absolute(x);
  return lowered(-a, 4 * bell(a, p));
}

#endif
