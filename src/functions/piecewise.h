/* SPDX-License-Identifier: MIT */
/*
 * Formulas of pieces of lines and parabolas, of more than one operation.  Those of floats
 * often fall exactly on the middle between two floats, so no error is dropped: every
 * result is either exact or rounded to odd, and then rounded once.
 */
#ifndef RAMP_PIECEWISE_H
#define RAMP_PIECEWISE_H

#include "functions/selections.h"

/* ------------------------------------------------------------------ lines */

INLINE real rrelu_slope(const given *p) {
  return p->parameter[0] / 2 + p->parameter[1] / 2;
}
INLINE real rrelu_value(real x, const given *p) {
  return sloped_below_0(x, rrelu_slope(p));
}
INLINE real rrelu_derivative(real x, const given *p) {
  return x > 0 ? 1 : rrelu_slope(p);
}
INLINE real rrelu_by_lower(real x, const given *p) {
  return leaky_relu_by_slope(x, p) / 2;
}
INLINE real rrelu_by_upper(real x, const given *p) { return rrelu_by_lower(x, p); }

/* The ends are where the table has its kinks, in double: beyond them, and there, the
   value is 0 and 1. */
INLINE real hard_sigmoid_lowest(const given *p) {
  return at_least(-p->parameter[1] / p->parameter[0], -REAL_MAX);
}
INLINE real hard_sigmoid_highest(const given *p) {
  return at_most((1 - p->parameter[1]) / p->parameter[0], REAL_MAX);
}
INLINE real hard_sigmoid_value(real x, const given *p) {
  real near = x <= hard_sigmoid_lowest(p) ? -REAL_INFINITY : x;
  near = near >= hard_sigmoid_highest(p) ? REAL_INFINITY : near;
  return at_most(
      at_least(product_sum_to_odd(p->parameter[0], near, 0, p->parameter[1]), 0), 1);
}
/* `inner` between the ends, else 0. */
INLINE real within_hard_sigmoid(real x, const given *p, real inner) {
  real above = by_sign(hard_sigmoid_lowest(p) - x, inner, 0);
  return by_sign(x - hard_sigmoid_highest(p), above, 0);
}
INLINE real hard_sigmoid_derivative(real x, const given *p) {
  return within_hard_sigmoid(x, p, p->parameter[0]);
}
INLINE real hard_sigmoid_by_slope(real x, const given *p) {
  return within_hard_sigmoid(x, p, x);
}
INLINE real hard_sigmoid_by_offset(real x, const given *p) {
  return within_hard_sigmoid(x, p, 1);
}

/* `lower` below t_l, `upper` above t_r, `inner` between them. */
INLINE real srelu_piece(real x, const given *p, real lower, real inner, real upper) {
  return by_sign(x - p->parameter[0], lower, by_sign(p->parameter[2] - x, upper, inner));
}
/* A slope of 0 must not meet an infinite x. */
INLINE real srelu_value(real x, const given *p) {
  real lowest = p->parameter[1] == 0 ? p->parameter[0] : -REAL_INFINITY;
  real highest = p->parameter[3] == 0 ? p->parameter[2] : REAL_INFINITY;
  real near = at_most(at_least(x, lowest), highest);
  real from = by_sign(x - p->parameter[0], p->parameter[0], p->parameter[2]),
       slope = by_sign(x - p->parameter[0], p->parameter[1], p->parameter[3]);
  real beyond = near - from, rest = sum_error(near, -from, beyond);
  real line = product_sum_to_odd(slope, beyond, rest, from);
  return srelu_piece(x, p, line, x, line);
}
INLINE real srelu_derivative(real x, const given *p) {
  return srelu_piece(x, p, p->parameter[1], 1, p->parameter[3]);
}
INLINE real srelu_by_t_l(real x, const given *p) {
  return srelu_piece(x, p, 1 - p->parameter[1], 0, 0);
}
INLINE real srelu_by_a_l(real x, const given *p) {
  return srelu_piece(x, p, x - p->parameter[0], 0, 0);
}
INLINE real srelu_by_t_r(real x, const given *p) {
  return srelu_piece(x, p, 0, 0, 1 - p->parameter[3]);
}
INLINE real srelu_by_a_r(real x, const given *p) {
  return srelu_piece(x, p, 0, 0, x - p->parameter[2]);
}

/* ------------------------------------------------------------------ parabolas */

/* (high + rest)/6, where rest is below the last bit of high. */
INLINE real sixth_to_odd(real high, real rest) {
  real sixth = high * 0x1.5555555555555p-3;
  return sum_to_odd(sixth, (rest - product_error(sixth, 6, high)) * 0x1.5555555555555p-3);
}

/* x (x + 3)/6 between -3 and 3. */
INLINE real hard_swish_value(real x, const given *p) {
  (void)p;
  real near = within(x, 3), sign = by_sign(-3 - x, x, 0);
  real factor = near + 3, rest = near - (factor - 3), square = near * factor;
  real left = product_error(near, factor, square) + near * rest;
  return by_sign(3 - x, x, with_sign(sixth_to_odd(square, left), sign));
}
/* Of a float 2x + 3 is exact wherever a sixth of it is near the middle between two. */
INLINE real hard_swish_derivative(real x, const given *p) {
  (void)p;
  real twice = x + x, six = twice + 3;
#ifdef RAMP_ARITHMETIC_extended
  real inner = sixth_to_odd(six, sum_error(twice, 3, six));
#else
  real inner = six * 0x1.5555555555555p-3;
#endif
  return by_sign(x + 3, 0, by_sign(3 - x, 1, inner));
}

/* A float's square is exact in double. */
INLINE real relu_squared_value(real x, const given *p) {
  real above = relu_value(x, p);
  return above * above;
}
INLINE real relu_squared_derivative(real x, const given *p) {
  return 2 * relu_value(x, p);
}

/* A scale of 0 must not meet an infinite x. */
INLINE real star_relu_highest(const given *p) {
  return where_zero(p->parameter[0], 1, REAL_INFINITY);
}
INLINE real star_relu_value(real x, const given *p) {
  real above = at_most(relu_value(x, p), star_relu_highest(p)),
       scaled = p->parameter[0] * above;
  return product_sum_to_odd(above, scaled, product_error(p->parameter[0], above, scaled),
                            p->parameter[1]);
}
INLINE real star_relu_derivative(real x, const given *p) {
  real above = magnitude_at_most(x, star_relu_highest(p));
  return by_sign(x, 0, product_to_odd(2 * p->parameter[0], above));
}
INLINE real star_relu_by_scale(real x, const given *p) {
  return relu_squared_value(x, p);
}
INLINE real star_relu_by_bias(real x, const given *p) {
  (void)x, (void)p;
  return 1;
}

/* ((x + 1)/2)^2 between -1 and 1. */
INLINE real sparse_plus_value(real x, const given *p) {
  (void)p;
  real near = within(x, 1), twice = near + 1, rest = near - (twice - 1);
  real half = twice / 2, square = half * half;
  real value = sum_to_odd(square, product_error(half, half, square) + half * rest);
  return by_sign(1 - x, x, value);
}
INLINE real sparse_plus_derivative(real x, const given *p) {
  return sparse_sigmoid_value(x, p);
}

#endif
