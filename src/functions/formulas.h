/* SPDX-License-Identifier: MIT */
/*
 * Every function of functions.def: its value and, next to it, its derivative.
 *
 * A formula is branch-free and takes one `real` x and the parameters p[0], p[1], ... of its row.
 * The loops around it (kernels/loops.c) see to what all functions share, so a formula need not:
 *   NaN     x is not NaN, or the result is thrown away
 *   kinks   the derivative at a kink of the table is replaced by what the kink rule says
 * It does see to infinities, zeros and their signs, and must never come to inf * 0.
 */
#ifndef RAMP_FORMULAS_H
#define RAMP_FORMULAS_H

#include "functions/elementary.h"

/* ------------------------------------------------------------------ selections */

static inline real identity_value(real x, const real *p) {
  (void)p;
  return x;
}
static inline real identity_derivative(real x, const real *p) {
  (void)x, (void)p;
  return 1;
}

static inline real relu_value(real x, const real *p) {
  (void)p;
  return x > 0 ? x : 0;
}
static inline real relu_derivative(real x, const real *p) {
  (void)p;
  return x > 0 ? 1 : 0;
}

static inline real clip_value(real x, const real *p) {
  return smaller(larger(x, p[0]), p[1]);
}
static inline real clip_derivative(real x, const real *p) {
  return (x > p[0]) & (x < p[1]) ? 1 : 0;
}

#ifndef RAMP_ARITHMETIC_single

/* ------------------------------------------------------------------ piecewise linear */

/* A slope of 0 must not meet an infinite x. */
static inline real leaky_relu_value(real x, const real *p) {
  real lowest = p[0] == 0 ? -1 : -REAL_INFINITY;
  return x > 0 ? x : p[0] * larger(x, lowest);
}
static inline real leaky_relu_derivative(real x, const real *p) {
  return x > 0 ? 1 : p[0];
}

/* ------------------------------------------------------------------ sigmoid and kin */

/* 1/2 + x/4 - x^3/48 + x^5/480 - ..., for |x| < NEAR_ZERO: ties of 32 bits fall on the right side. */
#define NEAR_ZERO 0x1p-10

static inline real sigmoid_near_zero(real x) {
  real z = x * x;
  return 0.5 +
         x * (0.25 - multiply_add(z, multiply_add(z, -1.0 / 480, 1.0 / 48), TIE_SHIFT));
}

/* e/(1 + e) or 1/(1 + e) for e = e^-|x|: whichever side of 0 x is on; lifted for x < -600. */
static inline number sigmoid_number(real x) {
  number e = exponential(-absolute(x));
  return quotient(choose(x < 0, e, number_of(1)), sum(1, e));
}

static inline real sigmoid_value(real x, const real *p) {
  (void)p;
  real general = lowered(x, rounded(sigmoid_number(x)));
  return absolute(x) < NEAR_ZERO ? sigmoid_near_zero(x) : general;
}

static inline real sigmoid_derivative(real x, const real *p) {
  (void)p;
  real a = -absolute(x);
  number e = exponential(a), d = sum(1, e);
  return lowered(a, rounded(quotient(e, product(d, d))));
}

/* -m/(2 + m) with m = e^(-2|x|) - 1: nothing cancels. */
static inline real tanh_value(real x, const real *p) {
  (void)p;
  number m = exponential_minus_one(-2 * absolute(x));
  return with_sign(rounded(quotient(negative(m), sum(2, m))), x);
}

static inline real tanh_derivative(real x, const real *p) {
  (void)p;
  real a = -2 * absolute(x);
  number q = exponential(a), d = sum(1, q);
  return lowered(a, 4 * rounded(quotient(q, product(d, d))));
}

/* ------------------------------------------------------------------ rectifiers, smooth */

/* Beyond 800 softplus is x in every type. */
static inline real softplus_value(real x, const real *p) {
  real t = p[0] * x, near = smaller(t, 800);
  number l = logarithm_of_one_plus(exponential(-absolute(near)));
  real general = lowered(near, rounded(sum(larger(near, 0), l))) / p[0];
  return t > 800 ? x : general;
}
static inline real softplus_derivative(real x, const real *p) {
  return sigmoid_value(p[0] * x, p);
}

static inline real elu_value(real x, const real *p) {
  number m = exponential_minus_one(smaller(x, 0));
  real below = with_sign(rounded(product(number_of(p[0]), m)), -1);
  return x > 0 ? x : (x == 0 ? x : below);
}
static inline real elu_derivative(real x, const real *p) {
  real e = rounded(product(number_of(p[0]), exponential(smaller(x, 0))));
  return x > 0 ? 1 : lowered(x, e);
}

/* x/2 + x^2/4 - x^4/48 + x^6/480; below 0 and above it the second term decides ties upwards. */
static inline real silu_near_zero(real x) {
  real half = x * 0.5, z = half * half;
  real second = z * multiply_add(z, multiply_add(z, 2.0 / 15, -1.0 / 3), 1);
  return with_sign(half + larger(second, absolute(half) * TIE_SHIFT), x);
}

/* Beyond 800 silu is x or 0 in every type. */
static inline real silu_value(real x, const real *p) {
  (void)p;
  real near = smaller(larger(x, -800), 800);
  real general = lowered(near, rounded(product(number_of(near), sigmoid_number(near))));
  real value = x > 800 ? x : general;
  return absolute(x) < NEAR_ZERO ? silu_near_zero(x) : value;
}

/* 1/2 + x/2 - x^3/12 + x^5/80 */
static inline real silu_derivative_near_zero(real x) {
  real z = x * x;
  return 0.5 +
         x * (0.5 - multiply_add(z, multiply_add(z, -1.0 / 80, 1.0 / 12), TIE_SHIFT));
}

/* Near its root silu' is (x - root) q(x - root): a 64-bit result keeps all its digits there.  For
   narrower ones the general formula does. */
static inline real silu_derivative_near_root(real x, real general) {
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
  return absolute(h) < 0.125 ? h * q : general;
#else
  (void)x;
  return general;
#endif
}

/* s (1 + x (1 - s)), where 1 - s is the sigmoid of -x. */
static inline real silu_derivative(real x, const real *p) {
  (void)p;
  real near = smaller(larger(x, -800), 800);
  number e = exponential(-absolute(near));
  number inner = quotient(number_of(1), sum(1, e)), outer = product(e, inner);
  number s = choose(near < 0, outer, inner), rest = choose(near < 0, inner, outer);
  number bracket = sum(1, product(number_of(near), rest));
  real general = lowered(near, rounded(product(s, bracket)));
  real value = silu_derivative_near_root(x, general);
  return absolute(x) < NEAR_ZERO ? silu_derivative_near_zero(x) : value;
}

#endif
#endif
