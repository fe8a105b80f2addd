/* SPDX-License-Identifier: MIT */
/* Smooth formulas that are near x for large x, and near a constant for small. */
#ifndef RAMP_RECTIFIERS_H
#define RAMP_RECTIFIERS_H

#include "functions/sigmoids.h"

/* Beyond 700 softplus is x in every type.  A bounded x does not bound t. */
INLINE real softplus_value(real x, const real *p) {
  real t = p[0] * x, near = at_most(t, 700);
  ratio e = decay(magnitude_at_most(near, DECAY_END));
  number l = logarithm_of_one_plus(e, at_least(near, 0));
  real general = lowered(near, rounded(l)) / p[0];
  return by_sign(700 - t, x, general);
}
INLINE real softplus_derivative(real x, const real *p) {
  real t = p[0] * x;
  return sigmoid_value(within(t, DECAY_END), p);
}
/* (t s(t) - log(1 + e^t))/beta^2 with s the sigmoid.  It is even in t, and for t < 0
   nothing cancels. */
INLINE real softplus_by_beta(real x, const real *p) {
  real a = absolute(p[0] * x), near = at_most(a, DECAY_END);
  ratio e = decay(near);
  real linear = near * rounded(quotient(e.upper, total(e)));
  real sum = linear + rounded(logarithm_of_one_plus(e, 0));
  return by_sign(DECAY_END - a, 0, -sum / p[0] / p[0]);
}

INLINE real elu_value(real x, const real *p) {
  ratio e = decay_minus_one(absolute(x));
  number m = quotient(e.upper, e.lower);
  real below = with_sign(rounded(product(number_of(p[0]), m)), -1);
  return by_sign(x, below, x);
}
INLINE real elu_derivative(real x, const real *p) {
  ratio e = decay_in_full(absolute(x));
  real below = rounded(quotient(product(number_of(p[0]), e.upper), e.lower));
  return by_sign(x, lowered(x, below), 1);
}
INLINE real elu_by_alpha(real x, const real *p) {
  (void)p;
  ratio e = decay_minus_one(absolute(x));
  return by_sign(x, rounded(quotient(e.upper, e.lower)), 0);
}

/* x sigmoid(x).  For subnormal x a float has x/2 in its middle and x^2/4 decides
   upwards; UPWARDS is far below the last bit of any normal float. */
#define UPWARDS 0x1p-176

INLINE real silu_value(real x, const real *p) {
  (void)p;
#ifdef RAMP_ARITHMETIC_extended
  real near = at_least(x, -800);
  ratio e = decay(absolute(x));
  real value = lowered(x, rounded(product(number_of(near), sigmoid_of_decay(e, x))));
#else
  real near = UNBOUNDED_AT_LEAST(x, -DECAY_END);
  ratio e = decay(near);
  real value = multiply_add(near, e.lower.high, UPWARDS) / total(e).high;
#endif
  return or_large(x, with_sign(value, x));
}

/* Near its root silu' is (x - root) q(x - root): a 64-bit result keeps all its digits
   there.  For narrower ones the general formula does. */
INLINE real silu_derivative_near_root(real x, real general) {
#ifdef RAMP_ARITHMETIC_extended
  real h = (x + 0x1.474973c84120bp0) + 0x1.f8d74bc9ac154p-54;
  real q = -0x1.bc5985b5a72ddp-19;
  q = multiply_add(q, h, -0x1.f133b18420568p-16);
  q = multiply_add(q, h, -0x1.56ff819b7cb6ep-15);
  q = multiply_add(q, h, 0x1.8574076190476p-13);
  q = multiply_add(q, h, 0x1.a2a7c1c794cep-11);
  q = multiply_add(q, h, 0x1.098e940286448p-13);
  q = multiply_add(q, h, -0x1.b0f82c478c0b9p-8);
  q = multiply_add(q, h, -0x1.f2d0e32bc5cdap-7);
  q = multiply_add(q, h, 0x1.353eb573c9e96p-6);
  q = multiply_add(q, h, 0x1.2c563458cc0adp-3);
  q = multiply_add(q, h, 0x1.be1410460527fp-3);
  return by_sign(absolute(h) - 0.125, h * q, general);
#else
  (void)x;
  return general;
#endif
}

/* s (1 + x (1 - s)) with s = a/(a + b) and 1 - s = b/(a + b), of which one is the
   sigmoid of |x|: in narrow types with a single division. */
INLINE real silu_derivative(real x, const real *p) {
  (void)p;
  real near = UNBOUNDED_WITHIN(x, 800);
  ratio e = sigmoid_decay(near);
  number a = choose_by_sign(x, e.upper, e.lower), b = choose_by_sign(x, e.lower, e.upper);
  number d = total(e);
#ifdef RAMP_ARITHMETIC_extended
  number inverse = quotient(number_of(1), d);
  number bracket = sum(1, product(number_of(near), product(b, inverse)));
  number value = product(product(a, inverse), bracket);
  return silu_derivative_near_root(x, lowered(near, rounded(value)));
#else
  return a.high * multiply_add(near, b.high, d.high) / (d.high * d.high);
#endif
}

#endif
