/* SPDX-License-Identifier: MIT */
/* Formulas of quotients and square roots, in float. */
#ifndef RAMP_FAST_ALGEBRAIC_H
#define RAMP_FAST_ALGEBRAIC_H

#include "functions/fast/powers.h"

/* Beyond it 1 + t^2 is t^2, and the root of that t. */
#define SQUARE_END 0x1p40f

INLINE real softsign_value(real x, const given *p) {
  (void)p;
  real a = magnitude_at_most(x, SQUARE_END);
  return with_sign(a / (1 + a), x);
}
INLINE real softsign_derivative(real x, const given *p) {
  (void)p;
  real inverse = 1 / (1 + absolute(x));
  return inverse * inverse;
}

/* 1 + t^2 for t up to SQUARE_END. */
INLINE real one_plus_square(real t) {
  real near = at_least_low(t, SQUARE_END);
  return multiply_add(near, near, 1);
}

/* 1/t beyond SQUARE_END, in place of what 1 + t^2 gives. */
INLINE real or_inverse(real t, real value, real general) {
  return by_sign(SQUARE_END - t, value, general);
}

/* ------------------------------------------------------------------ isru, isrlu */

/* Beyond SQUARE_END it is 1/sqrt(alpha). */
INLINE real isru_value(real x, const given *p) {
  real a = magnitude_at_most(x, SQUARE_END);
  return with_sign(a / __builtin_sqrtf(multiply_add(p->parameter[0] * a, a, 1)), x);
}
/* Beyond 2^54 it is next to 0. */
INLINE real isru_derivative(real x, const given *p) {
  real a = magnitude_at_most(x, 0x1p54f),
       square = multiply_add(p->parameter[0] * a, a, 1);
  return 1 / square / __builtin_sqrtf(square);
}

INLINE real isrlu_value(real x, const given *p) {
  return by_sign(x, isru_value(x, p), x);
}
INLINE real isrlu_derivative(real x, const given *p) {
  return by_sign(x, isru_derivative(x, p), 1);
}

/* ------------------------------------------------------------------ squareplus */

/* sqrt(a^2 + b) */
INLINE real root_of_sum(real a, real b) {
  real near = at_least_low(a, SQUARE_END);
  return or_inverse(a, a, __builtin_sqrtf(multiply_add(near, near, b)));
}

/* (a + root)/2, or b/2/(a + root) left of 0. */
INLINE real squareplus_value(real x, const given *p) {
  real a = absolute(x), half = 0.5f * a + 0.5f * root_of_sum(a, p->parameter[0]);
  return by_sign(x, 0.25f * p->parameter[0] / half, half);
}
/* b/2/(root (a + root)) left of 0, and 1 less that. */
INLINE real squareplus_derivative(real x, const given *p) {
  real a = absolute(x), near = at_least_low(a, SQUARE_END);
  real square = multiply_add(near, near, p->parameter[0]), root = __builtin_sqrtf(square);
  real d = or_inverse(a, a, multiply_add(near, root, square));
  real quotient = or_inverse(a, 1, 0.5f * p->parameter[0]) / d;
  real slope = quotient * or_inverse(a, quotient * (0.25f * p->parameter[0]), 1);
  return by_sign(x, slope, 1 - slope);
}

/* ------------------------------------------------------------------ radial */

INLINE real multiquadric_value(real x, const given *p) {
  real t = absolute(p->parameter[0] * x);
  return or_inverse(t, t, __builtin_sqrtf(one_plus_square(t)));
}
INLINE real multiquadric_derivative(real x, const given *p) {
  real t = magnitude_at_most(p->parameter[0] * x, SQUARE_END);
  return with_sign(p->parameter[0] * t / __builtin_sqrtf(one_plus_square(t)), x);
}

/* 1/(1 + t^2), and the inverse i of t where that is large, so that i^2 is. */
INLINE real inverse_quadratic_of(real t) {
  real inverse = 1 / or_inverse(t, t, one_plus_square(t));
  return inverse * or_inverse(t, inverse, 1);
}

INLINE real inverse_quadratic_value(real x, const given *p) {
  return inverse_quadratic_of(absolute(p->parameter[0] * x));
}
/* -2 eps t/(1 + t^2)^2, or -2 eps/t^3 where a float has no more of it. */
INLINE real inverse_quadratic_derivative(real x, const given *p) {
  const real end = 0x1p20f;
  real t = absolute(p->parameter[0] * x), near = at_least_low(t, end), z = near * near;
  real d = by_sign(end - t, t, multiply_add(z, 2 + z, 1));
  real quotient = by_sign(end - t, 1, near) / d;
  real size = 2 * p->parameter[0] * quotient;
  return with_sign(by_sign(end - t, size * quotient * quotient, size), -x);
}

/* 1/eps/|x| where t may be infinite. */
INLINE real inverse_multiquadric_value(real x, const given *p) {
  real t = absolute(p->parameter[0] * x), far = absolute(1 / p->parameter[0]);
  return or_inverse(t, far, 1) /
         or_inverse(t, absolute(x), __builtin_sqrtf(one_plus_square(t)));
}
/* -eps t/sqrt(1 + t^2)^3, or -eps/t^2 where a float has no more of it. */
INLINE real inverse_multiquadric_derivative(real x, const given *p) {
  const real end = 0x1p20f;
  real t = absolute(p->parameter[0] * x), near = at_least_low(t, end);
  real square = multiply_add(near, near, 1), d = square * __builtin_sqrtf(square);
  real quotient = by_sign(end - t, 1, near) / by_sign(end - t, t, d);
  real size = p->parameter[0] * quotient * by_sign(end - t, quotient, 1);
  return with_sign(size, -x);
}

#endif
