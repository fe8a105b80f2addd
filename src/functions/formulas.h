/* SPDX-License-Identifier: MIT */
/*
 * Every function of functions.def: its value and, next to it, its derivative.
 *
 * A formula is branch-free and takes one `real` x and the parameters p[0], p[1], ... of
 * its row. The loops around it (kernels/loops.c) see to what all functions share, so a
 * formula need not:
 *   NaN     a value of NaN is NaN, by arithmetic or by at_most() and at_least(), of any
 *           sign and payload; the derivative there is replaced by the loop
 *   kinks   the derivative at a kink of the table is replaced by what the kink rule says
 * It does see to infinities, zeros and their signs, and must never come to inf * 0.
 */
#ifndef RAMP_FORMULAS_H
#define RAMP_FORMULAS_H

#include "functions/elementary.h"

/* ------------------------------------------------------------------ selections */

INLINE real identity_value(real x, const real *p) {
  (void)p;
  return x;
}
INLINE real identity_derivative(real x, const real *p) {
  (void)x, (void)p;
  return 1;
}

INLINE real relu_value(real x, const real *p) {
  (void)p;
  return x <= 0 ? 0 : x;
}
INLINE real relu_derivative(real x, const real *p) {
  (void)p;
  return x > 0 ? 1 : 0;
}

INLINE real clip_value(real x, const real *p) {
  return at_most(x <= p[0] ? p[0] : x, p[1]);
}
INLINE real clip_derivative(real x, const real *p) {
  return (x > p[0] ? 1 : 0) * (real)(x < p[1] ? 1 : 0);
}

#ifndef RAMP_ARITHMETIC_single

/* ------------------------------------------------------------------ piecewise linear */

/* A slope of 0 must not meet an infinite x. */
INLINE real leaky_relu_value(real x, const real *p) {
  real lowest = p[0] == 0 ? -1 : -REAL_INFINITY;
  return by_sign(x, product_to_odd(p[0], at_least(x, lowest)), x);
}
INLINE real leaky_relu_derivative(real x, const real *p) { return x > 0 ? 1 : p[0]; }

/* ------------------------------------------------------------------ sigmoid and kin */

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

/* Beyond 2^60 it is 1 in every type. */
INLINE real softsign_value(real x, const real *p) {
  (void)p;
  real a = magnitude_at_most(x, 0x1p60);
  return with_sign(quotient_to_odd(number_of(a), sum(1, number_of(a))), x);
}

INLINE real softsign_derivative(real x, const real *p) {
  (void)p;
  return inverse_square_to_odd(sum(1, number_of(magnitude_at_most(x, REAL_MAX))));
}

/* ----------------------------------------------------------------- rectifiers, smooth */

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
#endif
