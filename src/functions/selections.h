/* SPDX-License-Identifier: MIT */
/* Formulas that pick among their input and parameters, and those of one product or sum:
   in float or double alike. */
#ifndef RAMP_SELECTIONS_H
#define RAMP_SELECTIONS_H

#include "functions/elementary.h"

INLINE real identity_value(real x, const given *p) {
  (void)p;
  return x;
}
INLINE real identity_derivative(real x, const given *p) {
  (void)x, (void)p;
  return 1;
}

INLINE real relu_value(real x, const given *p) {
  (void)p;
  return positive_part(x);
}
INLINE real relu_derivative(real x, const given *p) {
  (void)p;
  return x > 0 ? 1 : 0;
}

INLINE real clip_value(real x, const given *p) {
  return at_most(raised_to(x, p->parameter[0]), p->parameter[1]);
}
INLINE real clip_derivative(real x, const given *p) {
  return (x > p->parameter[0] ? 1 : 0) * (real)(x < p->parameter[1] ? 1 : 0);
}
INLINE real clip_by_low(real x, const given *p) { return x < p->parameter[0] ? 1 : 0; }
INLINE real clip_by_high(real x, const given *p) { return x > p->parameter[1] ? 1 : 0; }

INLINE real step_value(real x, const given *p) {
  (void)p;
  real above = only_where(x > 0, 1);
#ifdef RAMP_ARITHMETIC_single
  return above;
#else
  return x == x ? above : x;
#endif
}
INLINE real step_derivative(real x, const given *p) {
  (void)x, (void)p;
  return 0;
}

/* Zeros and NaN stay. */
INLINE real sign_value(real x, const given *p) {
  const real_bits sign = ~((real_bits)-1 >> 1);
  (void)p;
  return __builtin_islessgreater(x, 0) ? from_bits((bits_of(x) & sign) | bits_of(1)) : x;
}
INLINE real sign_derivative(real x, const given *p) {
  (void)x, (void)p;
  return 0;
}

INLINE real abs_value(real x, const given *p) {
  (void)p;
  return absolute(x);
}
INLINE real abs_derivative(real x, const given *p) {
  (void)p;
  return x > 0 ? 1 : -1;
}

INLINE real threshold_value(real x, const given *p) {
  return x <= p->parameter[0] ? p->parameter[1] : x;
}
INLINE real threshold_derivative(real x, const given *p) {
  return x > p->parameter[0] ? 1 : 0;
}
INLINE real threshold_by_theta(real x, const given *p) {
  (void)x, (void)p;
  return 0;
}
INLINE real threshold_by_value(real x, const given *p) {
  return x <= p->parameter[0] ? 1 : 0;
}

INLINE real hard_shrink_value(real x, const given *p) {
  return only_where(!(absolute(x) <= p->parameter[0]), x);
}
INLINE real hard_shrink_derivative(real x, const given *p) {
  return absolute(x) > p->parameter[0] ? 1 : 0;
}
INLINE real hard_shrink_by_lambda(real x, const given *p) {
  (void)x, (void)p;
  return 0;
}

/* ------------------------------------------------------------------ one step */

INLINE real soft_shrink_value(real x, const given *p) {
  return x - at_most(at_least(x, -p->parameter[0]), p->parameter[0]);
}
INLINE real soft_shrink_derivative(real x, const given *p) {
  return absolute(x) > p->parameter[0] ? 1 : 0;
}
INLINE real soft_shrink_by_lambda(real x, const given *p) {
  return by_sign(p->parameter[0] - absolute(x), by_sign(x, 1, -1), 0);
}

/* A slope of 0 must not meet an infinite x. */
INLINE real sloped_below_0(real x, real slope) {
  real lowest = where_zero(slope, -1, -REAL_INFINITY);
  return by_sign(x, product_to_odd(slope, at_least(x, lowest)), x);
}

INLINE real leaky_relu_value(real x, const given *p) {
  return sloped_below_0(x, p->parameter[0]);
}
INLINE real leaky_relu_derivative(real x, const given *p) {
  return x > 0 ? 1 : p->parameter[0];
}
INLINE real leaky_relu_by_slope(real x, const given *p) {
  (void)p;
  return at_most(x, 0);
}

INLINE real prelu_value(real x, const given *p) { return leaky_relu_value(x, p); }
INLINE real prelu_derivative(real x, const given *p) {
  return leaky_relu_derivative(x, p);
}
INLINE real prelu_by_slope(real x, const given *p) { return leaky_relu_by_slope(x, p); }

INLINE real sparse_sigmoid_value(real x, const given *p) {
  (void)p;
  return at_most(positive_part(x + 1), 2) * (real)0.5;
}
INLINE real sparse_sigmoid_derivative(real x, const given *p) {
  (void)p;
  return absolute(x) < 1 ? (real)0.5 : 0;
}

#endif
