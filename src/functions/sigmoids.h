/* SPDX-License-Identifier: MIT */
/* Bounded formulas made of e^x. */
#ifndef RAMP_SIGMOIDS_H
#define RAMP_SIGMOIDS_H

#include "functions/elementary.h"

/* e^-|x|, so that ties of what is made of it are decided towards 1/2. */
INLINE ratio sigmoid_decay(real x) { return ties_inwards(decay(absolute(x)), x); }

/* e/(1 + e) or 1/(1 + e) for e = e^-|x|: whichever side of 0 x is on; lifted for x <
   -600. */
INLINE number sigmoid_of_decay(ratio e, real x) {
  return quotient(choose_by_sign(x, e.upper, e.lower), total(e));
}

INLINE real sigmoid_value(real x, const real *p) {
  (void)p;
  return lowered(x, rounded(sigmoid_of_decay(sigmoid_decay(x), x)));
}

/* e/(1 + e)^2, lifted for a > 600. */
INLINE real bell(real a) {
  ratio e = decay(a);
  number d = total(e);
  return rounded(quotient(product(e.upper, e.lower), product(d, d)));
}

INLINE real sigmoid_derivative(real x, const real *p) {
  (void)p;
  return lowered(-absolute(x), bell(absolute(x)));
}

/* -m/(2 + m) with m = e^(-2|x|) - 1: nothing cancels. */
INLINE real tanh_value(real x, const real *p) {
  (void)p;
  ratio m = decay_minus_one(2 * absolute(x));
  number d = sum(2 * m.lower.high, m.upper);
  return with_sign(rounded(quotient(negative(m.upper), d)), x);
}

INLINE real tanh_derivative(real x, const real *p) {
  (void)p;
  real a = 2 * absolute(x);
  return lowered(-a, 4 * bell(a));
}

#endif
