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
INLINE real softsign_value(real x, const real *p) {
  (void)p;
  real a = magnitude_at_most(x, 0x1p60);
  return with_sign(quotient_to_odd(number_of(a), sum(1, number_of(a))), x);
}

INLINE real softsign_derivative(real x, const real *p) {
  (void)p;
  return inverse_square_to_odd(sum(1, number_of(magnitude_at_most(x, REAL_MAX))));
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

/* For |b| <= |a|. */
INLINE pair pair_sum(pair a, real b) {
  real high = a.high + b;
  return (pair){high, (b - (high - a.high)) + a.low};
}

INLINE pair pair_product(pair a, pair b) {
  real high = a.high * b.high, cross = a.high * b.low + a.low * b.high;
  return (pair){high, product_error(a.high, b.high, high) + cross};
}

INLINE pair inverse_of(pair a) {
  real i = 1 / a.high;
  return (pair){i, -i * (product_error(i, a.high, 1) + i * a.low)};
}

INLINE pair pair_by_sign(real x, pair a, pair b) {
  return (pair){by_sign(x, a.high, b.high), by_sign(x, a.low, b.low)};
}

/* ------------------------------------------------------------------ 1 + t^2 */

/* Beyond it what falls as 1/t is 0 in narrow types, and as 1/t^2 also in working
   arithmetic; its square is a double. */
#define SQUARE_END 0x1p505

/* t = |factor x|.  f64 has results for larger t, too.  Beyond 2^120, where 1 is nothing
   to t^2, `one` is 0 and t is scaled by a power of two, as the result then has to be. */
typedef struct {
  real t, one, scale;
} scaled;

INLINE scaled scale_large(real x, real factor, real power) {
  real t = absolute(x * factor);
#ifdef RAMP_ARITHMETIC_extended
  real near = 0x1p120 - t, scale = by_sign(near, power, 1);
  t = magnitude_at_most(x * scale * factor, SQUARE_END);
  return (scaled){t, by_sign(near, 0, 1), scale};
#else
  (void)power;
  return (scaled){magnitude_at_most(t, SQUARE_END), 1, 1};
#endif
}
/* 1/t may then be had from t up to 2^1024, or its third power from t up to 2^700. */
#define FOR_INVERSE 0x1p-600
#define FOR_POWERS 0x1p-300

/* The square of a narrow type's number is exact. */
INLINE pair one_plus_square(real one, real t) {
  real square = t * t, high = one + square, part = high - one;
  real low = (one - (high - part)) + (square - part);
#ifdef RAMP_ARITHMETIC_extended
  low += product_error(t, t, square);
#endif
  return (pair){high, low};
}

INLINE pair inverse_square(scaled s) { return inverse_of(one_plus_square(s.one, s.t)); }

/* `excess` is what the square has beyond root^2. */
typedef struct {
  real root, excess;
} rooted;

INLINE rooted root_of(pair square) {
  real root = __builtin_sqrt(square.high);
  return (rooted){root, square.low - product_error(root, root, square.high)};
}

INLINE rooted root_of_scaled(scaled s) { return root_of(one_plus_square(s.one, s.t)); }

INLINE pair pair_of_root(rooted r) { return (pair){r.root, r.excess / (2 * r.root)}; }

INLINE pair inverse_root(scaled s) {
  rooted r = root_of_scaled(s);
  real i = 1 / r.root;
  return (pair){i, -i * (product_error(i, r.root, 1) + 0.5 * i * i * r.excess)};
}

/* a/sqrt(1 + t^2) for t <= 2^60. */
INLINE real over_root(real a, real t) {
  scaled s = {t, 1, 1};
  return pair_to_odd(pair_product((pair){a, 0}, inverse_root(s)));
}

/* t/sqrt(1 + t^2), which is 1 beyond 2^60. */
INLINE real projected(real t) {
  real a = magnitude_at_most(t, 0x1p60);
  return over_root(a, a);
}

/* ------------------------------------------------------------------ isru, isrlu */

/* Beyond 2^60/root it is 1/root in every type. */
INLINE real isru_value(real x, const real *p) {
  real root = __builtin_sqrt(p[0]), a = magnitude_at_most(x, 0x1p60 / root);
  return with_sign(over_root(a, root * a), x);
}

/* 1/sqrt(1 + alpha x^2)^3, lifted by 2^256 so that it is rounded once below the normal
   numbers. */
INLINE real isru_derivative(real x, const real *p) {
  real t = magnitude_at_most(__builtin_sqrt(p[0]) * x, SQUARE_END);
  pair i = inverse_root((scaled){t, 1, 1}), square = pair_product(i, i);
  pair lifted = {square.high * 0x1p256, square.low * 0x1p256};
  return pair_to_odd(pair_product(lifted, i)) * 0x1p-256;
}
INLINE real isru_by_alpha(real x, const real *p) {
  real y = isru_value(x, p);
  return -0.5 * (y * y * y);
}

INLINE real isrlu_value(real x, const real *p) { return by_sign(x, isru_value(x, p), x); }
INLINE real isrlu_derivative(real x, const real *p) {
  return by_sign(x, isru_derivative(x, p), 1);
}
INLINE real isrlu_by_alpha(real x, const real *p) {
  return by_sign(x, isru_by_alpha(x, p), 0);
}

/* ------------------------------------------------------------------ squareplus */

/* With c = sqrt(b)/2 and u = x/(2c) it is c w for u > 0 and c/w for u < 0, where w =
   |u| + sqrt(1 + u^2): nothing cancels. */
INLINE real squareplus_unit(const real *p) { return 0.5 * __builtin_sqrt(p[0]); }

INLINE real squareplus_value(real x, const real *p) {
  real c = squareplus_unit(p), inverse = 0.5 / c;
  scaled s = scale_large(x, inverse, FOR_INVERSE);
  pair root = pair_of_root(root_of_scaled(s)), w = pair_sum(root, s.t);
  pair either = pair_by_sign(x, inverse_of(w), w);
  real value = c * pair_to_odd(either) * s.scale;
  return by_sign(0x1p60 - x * inverse, x, value);
}

/* 1/(2 w sqrt(1 + u^2)) for u < 0, and 1 less that for u > 0. */
INLINE real squareplus_derivative(real x, const real *p) {
  scaled s = scale_large(x, 0.5 / squareplus_unit(p), FOR_POWERS);
  pair root = pair_of_root(root_of_scaled(s)), w = pair_sum(root, s.t);
  pair i = inverse_of(pair_product((pair){2 * root.high, 2 * root.low}, w));
  i.high *= s.scale * s.scale;
  i.low *= s.scale * s.scale;
  return pair_to_odd(pair_by_sign(x, i, pair_sum((pair){1, -i.low}, -i.high)));
}

/* 1/(4 sqrt(x^2 + b)) */
INLINE real squareplus_by_b(real x, const real *p) {
  real c = squareplus_unit(p), u = absolute(x * (0.5 / c));
  real root = 2 * c * root_of(one_plus_square(1, magnitude_at_most(u, 0x1p60))).root;
  return 0.25 / by_sign(0x1p60 - u, absolute(x), root);
}

/* ------------------------------------------------------------------ radial */

INLINE real multiquadric_value(real x, const real *p) {
  real t = absolute(p[0] * x), near = magnitude_at_most(t, 0x1p60);
  rooted r = root_of(one_plus_square(1, near));
#ifdef RAMP_ARITHMETIC_extended
  real value = pair_to_odd(pair_of_root(r));
#else
  real value = to_odd(r.root, r.excess);
#endif
  return by_sign(0x1p60 - t, t, value);
}
INLINE real multiquadric_derivative(real x, const real *p) {
  return with_sign(p[0] * projected(p[0] * x), x);
}
INLINE real multiquadric_by_eps(real x, const real *p) {
  return absolute(x) * projected(p[0] * x);
}

INLINE real inverse_quadratic_of(real x, real factor) {
  scaled s = scale_large(x, factor, FOR_POWERS);
  return pair_to_odd(inverse_square(s)) * s.scale * s.scale;
}

INLINE real inverse_quadratic_value(real x, const real *p) {
  return inverse_quadratic_of(x, p[0]);
}
/* -2 eps t/(1 + t^2)^2 */
INLINE real inverse_quadratic_derivative(real x, const real *p) {
  scaled s = scale_large(x, p[0], FOR_POWERS);
  pair i = inverse_square(s), t = {s.t, 0};
  real power = pair_to_odd(pair_product(t, pair_product(i, i)));
  return with_sign(2 * p[0] * power * s.scale * s.scale * s.scale, -x);
}
/* -2/eps (t/(1 + t^2))^2 = -2/eps/(t + 1/t)^2, which no t makes overflow. */
INLINE real inverse_quadratic_by_eps(real x, const real *p) {
  real t = absolute(p[0] * x), half = 1 / (t + 1 / t);
  return -2 * (half * half / p[0]);
}

INLINE real inverse_multiquadric_value(real x, const real *p) {
  scaled s = scale_large(x, p[0], FOR_INVERSE);
  return pair_to_odd(inverse_root(s)) * s.scale;
}
/* -eps t/sqrt(1 + t^2)^3 */
INLINE real inverse_multiquadric_derivative(real x, const real *p) {
  scaled s = scale_large(x, p[0], FOR_POWERS);
  pair i = inverse_root(s), t = {s.t, 0};
  real power = pair_to_odd(pair_product(t, pair_product(i, pair_product(i, i))));
  return with_sign(p[0] * power * s.scale * s.scale, -x);
}
INLINE real inverse_multiquadric_by_eps(real x, const real *p) {
  real slope = projected(p[0] * x);
  return -(slope * slope * inverse_multiquadric_value(x, p) / p[0]);
}

#endif
