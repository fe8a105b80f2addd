/* SPDX-License-Identifier: MIT */
/*
 * Formulas of quotients and square roots.  What a product, a quotient or a root loses by
 * rounding is known, so these carry it along, in every arithmetic: f64 is rounded little
 * more than once, and what narrower types round has an odd last bit where it is inexact,
 * so that ties are decided by terms far below it.
 */
#ifndef RAMP_ALGEBRAIC_H
#define RAMP_ALGEBRAIC_H

#include "functions/elementary.h"

/* Beyond 2^60 it is 1 in every type. */
INLINE real softsign_value(real x, const given *p) {
  (void)p;
  real a = absolute(UNBOUNDED_WITHIN(x, 0x1p60));
  return with_sign(quotient_to_odd(number_of(a), sum(1, number_of(a))), x);
}

INLINE real softsign_derivative(real x, const given *p) {
  (void)p;
  real a = absolute(UNBOUNDED_WITHIN(x, REAL_MAX));
  return inverse_square_to_odd(sum(1, number_of(a)));
}

/* ------------------------------------------------------------------ pairs */

/* high + low, where low is at most a few ulps of high. */
typedef struct {
  real high, low;
} pair;

INLINE real pair_to_odd(pair a) {
  real result = a.high + a.low;
  return to_odd(result, a.low - (result - a.high));
}

INLINE real finite_pair_to_odd(pair a) {
  real result = a.high + a.low;
  return finite_to_odd(result, a.low - (result - a.high));
}

/* For |b| <= |a|. */
INLINE pair pair_sum(pair a, real b) {
  real high = a.high + b;
  return (pair){high, (b - (high - a.high)) + a.low};
}

INLINE pair pair_product(pair a, pair b) {
  real high = a.high * b.high, cross = a.high * b.low + a.low * b.high;
  return (pair){high, product_error(a.high, b.high, high) + cross};
}

INLINE pair times_power_of_two(pair a, real power) {
  return (pair){a.high * power, a.low * power};
}

INLINE pair inverse_of(pair a) {
  real i = 1 / a.high;
  return (pair){i, -i * (product_error(i, a.high, 1) + i * a.low)};
}

INLINE pair pair_by_sign(real x, pair a, pair b) {
  return (pair){by_sign(x, a.high, b.high), by_sign(x, a.low, b.low)};
}

INLINE pair pair_at_most(pair a, real limit) {
  return pair_by_sign(limit - a.high, (pair){limit, 0}, a);
}

/* Of a parameter. */
INLINE pair square_root(real a) {
  real root = __builtin_sqrt(a);
  return (pair){root, -0.5 * product_error(root, root, a) / root};
}

/* factor a; narrow types have functions whose default parameters make this exact. */
INLINE pair stretched(real a, pair factor) {
  real t = a * factor.high;
#ifdef RAMP_ARITHMETIC_extended
  return (pair){t, product_error(a, factor.high, t) + a * factor.low};
#else
  return (pair){t, 0};
#endif
}

/* ------------------------------------------------------------------ 1 + t^2 */

/* Its square is a double.  For larger t what falls as 1/t^2 is 0 in narrow types. */
#define SQUARE_END 0x1p505

/* t of one_plus_square().  f64 has results for larger t, too: beyond 2^150, where 1 is
   nothing to t^2, `one` is 0 and t is scaled by a power of two, as the result then has to
   be. */
typedef struct {
  pair t;
  real one, scale;
} scaled;
/* 1/t may then be had from t up to 2^1100, or its third power from t up to 2^750. */
#define FOR_INVERSE 0x1p-600
#define FOR_POWERS 0x1p-250

/* t = factor a, also where that overflows: the larger of the two is scaled. */
INLINE scaled scale_large(real a, pair factor, real power) {
#ifdef RAMP_ARITHMETIC_extended
  real near = 0x1p150 - a * factor.high, scale = by_sign(near, power, 1);
  real side = a - factor.high;
  factor = times_power_of_two(factor, by_sign(side, scale, 1));
  pair t = stretched(a * by_sign(side, 1, scale), factor);
  return (scaled){pair_at_most(t, SQUARE_END), by_sign(near, 0, 1), scale};
#else
  (void)power;
  return (scaled){pair_at_most(stretched(a, factor), SQUARE_END), 1, 1};
#endif
}

INLINE scaled unscaled(pair t) { return (scaled){t, 1, 1}; }

INLINE pair one_plus_square(scaled s) {
  real t = s.t.high, square = t * t, high = s.one + square;
  real low = sum_error(s.one, square, high);
#ifdef RAMP_ARITHMETIC_extended
  low += product_error(t, t, square) + 2 * t * s.t.low;
#endif
  return (pair){high, low};
}

INLINE pair inverse_square(scaled s) { return inverse_of(one_plus_square(s)); }

/* The root of 1 + t^2; `excess` is what that has beyond high^2. */
typedef struct {
  real high, excess;
} rooted;

INLINE rooted root_of(scaled s) {
  pair square = one_plus_square(s);
  real root = __builtin_sqrt(square.high);
  return (rooted){root, square.low - product_error(root, root, square.high)};
}

INLINE pair pair_of_root(rooted r) { return (pair){r.high, 0.5 * r.excess / r.high}; }

INLINE pair inverse_root(scaled s) {
  rooted r = root_of(s);
  real i = 1 / r.high;
  return (pair){i, -i * (product_error(i, r.high, 1) + 0.5 * i * i * r.excess)};
}

/* t/sqrt(1 + t^2), which is 1 beyond 2^60. */
INLINE real projected(pair t) {
  t = pair_at_most(t, 0x1p60);
  return pair_to_odd(pair_product(t, inverse_root(unscaled(t))));
}

/* ------------------------------------------------------------------ isru, isrlu */

/* Beyond 2^60/sqrt(alpha) it is 1/sqrt(alpha) in every type. */
INLINE real isru_value(real x, const given *p) {
  pair root = square_root(p->parameter[0]),
       a = {magnitude_at_most(x, 0x1p60 / root.high), 0};
  pair inverse = inverse_root(unscaled(stretched(a.high, root)));
  return with_sign(pair_to_odd(pair_product(a, inverse)), x);
}

/* 1/sqrt(1 + alpha x^2)^3, lifted by 2^256 so that it is rounded once below the normal
   numbers. */
INLINE real isru_derivative(real x, const given *p) {
  pair t = stretched(absolute(x), square_root(p->parameter[0]));
  pair i = inverse_root(unscaled(pair_at_most(t, SQUARE_END)));
  pair lifted = times_power_of_two(pair_product(i, i), 0x1p256);
  return pair_to_odd(pair_product(lifted, i)) * 0x1p-256;
}
INLINE real isru_by_alpha(real x, const given *p) {
  real y = isru_value(x, p);
  return -0.5 * (y * y * y);
}

INLINE real isrlu_value(real x, const given *p) {
  return by_sign(x, isru_value(x, p), x);
}
INLINE real isrlu_derivative(real x, const given *p) {
  return by_sign(x, isru_derivative(x, p), 1);
}
INLINE real isrlu_by_alpha(real x, const given *p) {
  return by_sign(x, isru_by_alpha(x, p), 0);
}

/* ------------------------------------------------------------------ squareplus */

/* With c = sqrt(b)/2, u = |x|/(2c) and w = u + sqrt(1 + u^2) it is c w for x > 0 and c/w
   for x < 0: nothing cancels.  Beyond u = 2^60 that is x and (b/4)/|x|. */
INLINE real squareplus_value(real x, const given *p) {
  real a = absolute(x);
  pair root = square_root(p->parameter[0]), u = stretched(a, inverse_of(root));
  real near = 0x1p60 - u.high;
  u = pair_at_most(u, 0x1p60);
  pair w = pair_sum(pair_of_root(root_of(unscaled(u))), u.high);
  w.low += u.low;
  pair inverse = inverse_of(pair_by_sign(near, (pair){a, 0}, w));
  inverse.low = by_sign(near, 0, inverse.low);
  pair factor =
      pair_by_sign(near, (pair){p->parameter[0], 0}, times_power_of_two(root, 2));
  real value = 0.25 * pair_to_odd(pair_product(factor, pair_by_sign(x, inverse, w)));
#ifdef RAMP_ARITHMETIC_extended
  value = by_sign(near, 0.25 * p->parameter[0] / a, value); /* rounded once alone */
#endif
  return by_sign(by_sign(x, 1, near), x, value);
}

/* 1/(2 w sqrt(1 + u^2)) for x < 0, and 1 less that for x > 0. */
INLINE real squareplus_derivative(real x, const given *p) {
  pair inverse = inverse_of(square_root(p->parameter[0]));
  scaled s = scale_large(absolute(x), inverse, FOR_POWERS);
  pair root = pair_of_root(root_of(s)), w = pair_sum(root, s.t.high);
  w.low += s.t.low;
  pair i = inverse_of(pair_product(times_power_of_two(root, 2), w));
  i = times_power_of_two(i, s.scale * s.scale);
  return pair_to_odd(pair_by_sign(x, i, pair_sum((pair){1, -i.low}, -i.high)));
}

/* 1/(4 sqrt(x^2 + b)) */
INLINE real squareplus_by_b(real x, const given *p) {
  real root = __builtin_sqrt(p->parameter[0]), a = absolute(x), u = a / root;
  real near = root * root_of(unscaled((pair){magnitude_at_most(u, 0x1p60), 0})).high;
  return 0.25 / by_sign(0x1p60 - u, a, near);
}

/* ------------------------------------------------------------------ radial */

/* t = eps |x| */
INLINE pair radius(real x, const given *p) {
  return stretched(absolute(x), (pair){p->parameter[0], 0});
}

INLINE real multiquadric_value(real x, const given *p) {
  pair t = radius(x, p);
  rooted r = root_of(unscaled(pair_at_most(t, 0x1p60)));
#ifdef RAMP_ARITHMETIC_extended
  real value = pair_to_odd(pair_of_root(r));
#else
  real value = to_odd(r.high, r.excess);
#endif
  return by_sign(0x1p60 - t.high, t.high, value);
}
INLINE real multiquadric_derivative(real x, const given *p) {
  return with_sign(p->parameter[0] * projected(radius(x, p)), x);
}
INLINE real multiquadric_by_eps(real x, const given *p) {
  return absolute(x) * projected(radius(x, p));
}

INLINE scaled scaled_radius(real x, real eps, real power) {
  return scale_large(absolute(x), (pair){eps, 0}, power);
}

INLINE real inverse_quadratic_of(real x, real eps) {
  scaled s = scaled_radius(x, eps, FOR_POWERS);
  return finite_pair_to_odd(inverse_square(s)) * s.scale * s.scale;
}

INLINE real inverse_quadratic_value(real x, const given *p) {
  return inverse_quadratic_of(x, p->parameter[0]);
}
/* -2 eps t/(1 + t^2)^2, in factors that do not overflow whatever eps is. */
INLINE real inverse_quadratic_derivative(real x, const given *p) {
  scaled s = scaled_radius(x, p->parameter[0], FOR_POWERS);
  pair i = inverse_square(s),
       slope = pair_product((pair){p->parameter[0] * s.scale, 0}, i);
  pair rest = times_power_of_two(pair_product(s.t, i), 2 * s.scale * s.scale);
  return with_sign(pair_to_odd(pair_product(slope, rest)), -x);
}
/* -2/eps (t/(1 + t^2))^2 = -2/eps/(t + 1/t)^2, which no t makes overflow. */
INLINE real inverse_quadratic_by_eps(real x, const given *p) {
  real t = absolute(p->parameter[0] * x), half = 1 / (t + 1 / t);
  return -2 * (half * half / p->parameter[0]);
}

INLINE real inverse_multiquadric_value(real x, const given *p) {
  scaled s = scaled_radius(x, p->parameter[0], FOR_INVERSE);
  return pair_to_odd(inverse_root(s)) * s.scale;
}
/* -eps t/sqrt(1 + t^2)^3, in such factors, too. */
INLINE real inverse_multiquadric_derivative(real x, const given *p) {
  scaled s = scaled_radius(x, p->parameter[0], FOR_INVERSE);
  pair i = inverse_root(s), slope = pair_product(s.t, i);
  i = times_power_of_two(i, s.scale);
#ifndef RAMP_ARITHMETIC_extended
  i = pair_by_sign(SQUARE_END - absolute(p->parameter[0] * x), (pair){0, 0}, i);
#endif
  pair change = pair_product(i, pair_product((pair){p->parameter[0], 0}, i));
  return with_sign(pair_to_odd(pair_product(slope, change)), -x);
}
INLINE real inverse_multiquadric_by_eps(real x, const given *p) {
  real slope = projected(radius(x, p));
  return -(slope * slope * inverse_multiquadric_value(x, p) / p->parameter[0]);
}

#endif
