/* SPDX-License-Identifier: MIT */
/*
 * Formulas of tanh and cosh that are like a power of x near 0.  From |x| = 1 on e^-2|x|
 * serves them; below it would cancel, and a coth a does: a power series with no poles
 * near.  Each is addend + upper/lower on both sides, so one division serves both.
 * Constants come from tools/constants.sollya.
 */
#ifndef RAMP_HYPERBOLIC_H
#define RAMP_HYPERBOLIC_H

#include "functions/sigmoids.h"

/* h with a coth a = 1 + h(z), z = a^2, for a in [0, 1]: tanh a = a/(1 + h). */
INLINE number coth_polynomial_of(number square) {
  real z = square.high, z2 = z * z, z4 = z2 * z2;
#ifdef RAMP_ARITHMETIC_extended
  real a = multiply_add(0x1.1566abc0115ddp-9, z, -0x1.6c16c16c16c17p-6);
  real b = multiply_add(0x1.66a8f2c0b33d9p-16, z, -0x1.bbd779335650dp-13);
  real c = multiply_add(0x1.d6db1b5934741p-23, z, -0x1.22805d60c3a71p-19);
  real d = multiply_add(0x1.3525a5a310a9cp-29, z, -0x1.7da24cdb0f44p-26);
  real e = multiply_add(0x1.7640ca552f855p-36, z, -0x1.f0e2eb519f434p-33);
  e = multiply_add(-0x1.8e51dc1856dffp-40, z2, e);
  real low = multiply_add(b, z2, a), middle = multiply_add(d, z2, c);
  real rest = multiply_add(multiply_add(e, z4, middle), z4, low);
  number third =
      normalised(0x1.5555555555555p-2, multiply_add(rest, z, 0x1.5555555555555p-56));
  return product(square, third);
#else
  real a = multiply_add(-0x1.6c16c16c16a72p-6, z, 0x1.5555555555555p-2);
  real b = multiply_add(-0x1.bbd779261b906p-13, z, 0x1.1566abbffe051p-9);
  real c = multiply_add(-0x1.2280115aed029p-19, z, 0x1.66a8f03947567p-16);
  real d = multiply_add(-0x1.7d0f3ddeb2a3ap-26, z, 0x1.d6cf965192641p-23);
  real e = multiply_add(-0x1.be63665299fbdp-33, z, 0x1.30593ae178d31p-29);
  e = multiply_add(0x1.bcb7c0c22aa12p-37, z2, e);
  real low = multiply_add(b, z2, a), middle = multiply_add(d, z2, c);
  return number_of(z * multiply_add(multiply_add(e, z4, middle), z4, low));
#endif
}

INLINE number coth_polynomial(number square, const given *p) {
  return cut_number(p, STAGE_ARGUMENT, KEPT_ONE, coth_polynomial_of(square));
}

/* b with atanh(s)/s = 1 + s^2 b(s^2), for s in [0, 0.2137]. */
INLINE real short_logarithm_polynomial(real z) {
  real z2 = z * z, z4 = z2 * z2;
#ifdef RAMP_ARITHMETIC_extended
  real a = multiply_add(0x1.9999999999c33p-3, z, 0x1.5555555555555p-2);
  real b = multiply_add(0x1.c71c71f4488cep-4, z, 0x1.2492492463d9p-3);
  real c = multiply_add(0x1.3b15061d0d3fap-4, z, 0x1.745d0c44e46c2p-4);
  real d = multiply_add(0x1.dff9249f0c46ap-5, z, 0x1.1102f1ed4fcd7p-4);
  d = multiply_add(0x1.e9bb645ed1d2ap-5, z2, d);
#else
  real a = multiply_add(0x1.999999999a5f7p-3, z, 0x1.5555555555555p-2);
  real b = multiply_add(0x1.c71c73dfd6422p-4, z, 0x1.2492492313e5ep-3);
  real c = multiply_add(0x1.3b34e0aef294bp-4, z, 0x1.745c614bbdaebp-4);
  real d = multiply_add(0x1.1c671852fbc6cp-4, z, 0x1.0dbf38a9310e9p-4);
#endif
  return multiply_add(multiply_add(d, z2, c), z4, multiply_add(b, z2, a));
}

/* A 64-bit result below 2^-400 is lifted by 2^300, so that it is rounded once below the
   normal numbers. */
INLINE real lift_of_small(real a, real power) {
#ifdef RAMP_ARITHMETIC_extended
  return by_sign(a - 0x1p-200, power, 1);
#else
  (void)a, (void)power;
  return 1;
#endif
}

/* Near 0 a power of x falls exactly on the middle between two numbers for many x, or so
   does its product with a gradient, and the term that decides, towards 0, is below the
   last bit of a double.  This factor, less than 1 by its last bit, stands for it: other
   numbers are farther away from the middle. */
INLINE real ties_to_zero(real a) {
#ifdef RAMP_ARITHMETIC_extended
  (void)a;
  return 1;
#else
  return from_bits(bits_of(1) - ((bits_of(a) - bits_of(0x1p-20)) >> 63));
#endif
}

INLINE number square_of(real a, real factor) {
  return product(number_of(a * factor), number_of(a));
}

/* (1 + h)^2 */
INLINE number one_plus_squared(number h) {
#ifdef RAMP_ARITHMETIC_extended
  return sum(1, product(h, sum(2, h)));
#else
  return number_of(multiply_add(h.high, 2 + h.high, 1));
#endif
}
INLINE number total_squared(ratio e) {
  number d = total(e);
  return product(d, d);
}

/* Of e^-2a nothing is left in any type. */
#define FAR_END 50
INLINE ratio far_decay(real a, const given *p) {
  return decay(2 * UNBOUNDED_WITHIN(a, FAR_END), p);
}

/* The side of 1 that a is on: its sign is set below. */
INLINE number quotient_at(real side, ratio near, ratio far) {
  return quotient(choose_by_sign(side, near.upper, far.upper),
                  choose_by_sign(side, near.lower, far.lower));
}

INLINE real near_or_far(real a, ratio near, real near_addend, ratio far,
                        real far_addend) {
  real side = a - 1, addend = by_sign(side, near_addend, far_addend);
  real value = rounded(sum(addend, quotient_at(side, near, far)));
  return value * ties_to_zero(a) * lift_of_small(a, 0x1p-300);
}

/* Numbers of two parts cannot be infinite: where f(x) is x to the last bit, that is
   chosen. */
INLINE real or_very_large(real a, real value) {
#ifdef RAMP_ARITHMETIC_extended
  return by_sign(0x1p60 - a, a, value);
#else
  (void)a;
  return value;
#endif
}

/* ------------------------------------------------------------------ tanh_shrink */

/* From 2^24 on a - 1 is the middle between two floats, and what e^-2a adds decides: it
   stops falling at a = 9, where a - 1 is a float and that much less than its last bit. */
#ifdef RAMP_ARITHMETIC_extended
#define SHRINK_END FAR_END
#else
#define SHRINK_END 9
#endif

/* a h/(1 + h), or a - 1 + 2e/(1 + e) with e = e^-2a. */
INLINE real tanh_shrink_value(real x, const given *p) {
  real a = absolute(x);
  number h = coth_polynomial(square_of(a, 1), p),
         lifted = number_of(a * lift_of_small(a, 0x1p300));
  ratio e = decay(2 * UNBOUNDED_WITHIN(a, SHRINK_END), p);
  ratio near = {product(lifted, h), sum(1, h)};
  ratio far = {times_power(e.upper, 2), total(e)};
  return with_sign(or_very_large(a, near_or_far(a, near, 0, far, a - 1)), x);
}

/* tanh^2: a^2/(1 + h)^2, or 1 - 4e/(1 + e)^2. */
INLINE real tanh_shrink_derivative(real x, const given *p) {
  real a = absolute(x);
  number h = coth_polynomial(square_of(a, 1), p);
  ratio e = far_decay(a, p);
  ratio near = {square_of(a, lift_of_small(a, 0x1p300)), one_plus_squared(h)};
  ratio far = {times_power(product(e.upper, e.lower), -4), total_squared(e)};
  return near_or_far(a, near, 0, far, 1);
}

/* ------------------------------------------------------------------ log_cosh */

/* 2 atanh(tanh(a/2)^2), or a - ln 2 + 2 atanh(e/(2 + e)) with e = e^-2a. */
INLINE real log_cosh_value(real x, const given *p) {
  real a = absolute(x), side = a - 1, half = 0.5 * a;
  number h = coth_polynomial(square_of(half, 1), p);
  ratio e = far_decay(a, p);
  ratio near = {square_of(half, lift_of_small(a, 0x1p300)), one_plus_squared(h)};
  ratio far = {e.upper, sum(2 * e.lower.high, e.upper)};
  number s = quotient_at(side, near, far);
#ifdef RAMP_ARITHMETIC_extended
  real lowering = lift_of_small(a, 0x1p-300), z = s.high * lowering * s.high * lowering;
  number l = normalised(s.high, s.low + s.high * (z * short_logarithm_polynomial(z)));
  l = sum(by_sign(side, 0, -LN2_HIGH), times_power(l, 2));
  l.low -= by_sign(side, 0, LN2_LOW);
  return or_very_large(a, rounded(sum(by_sign(side, 0, a), l)) * lowering);
#else
  real z = s.high * s.high, ratio = multiply_add(z, short_logarithm_polynomial(z), 1);
  real l = multiply_add(2 * s.high * ties_to_zero(a), ratio, by_sign(side, 0, -LN2_LOW));
  return by_sign(side, 0, a - LN2_HIGH) + l;
#endif
}

INLINE real log_cosh_derivative(real x, const given *p) {
  return tanh_value(x, p) * ties_to_zero(absolute(x));
}

/* ------------------------------------------------------------------ lisht */

/* a^2/(1 + h), or a - 2 a e/(1 + e) with e = e^-2a. */
INLINE real lisht_value(real x, const given *p) {
  real a = absolute(x), lift = lift_of_small(a, 0x1p300);
  number h = coth_polynomial(square_of(a, 1), p);
  ratio e = far_decay(a, p);
  ratio near = {square_of(a, lift), sum(1, h)};
  number removed = product(number_of(-2 * UNBOUNDED_WITHIN(a, FAR_END)), e.upper);
  return or_very_large(a, near_or_far(a, near, 0, (ratio){removed, total(e)}, a));
}

/* z + h (1 + h) */
INLINE number lisht_bend(number h, number z) {
#ifdef RAMP_ARITHMETIC_extended
  number bend = sum(z.high, product(h, sum(1, h)));
  bend.low += z.low;
  return bend;
#else
  return number_of(multiply_add(h.high, 1 + h.high, z.high));
#endif
}

/* lower factor - upper, where in extended arithmetic lower is 1. */
INLINE number lisht_excess(ratio e, real factor) {
#ifdef RAMP_ARITHMETIC_extended
  return sum(factor, negative(e.upper));
#else
  return number_of(multiply_add(e.lower.high, factor, -e.upper.high));
#endif
}

/* 2a - a (a^2 + h (1 + h))/(1 + h)^2, or 1 + 2e (2a - 1 - e)/(1 + e)^2. */
INLINE real lisht_derivative(real x, const given *p) {
  real a = absolute(x), end = UNBOUNDED_WITHIN(a, FAR_END);
  number z = square_of(a, 1), h = coth_polynomial(z, p);
  real lifted = a * lift_of_small(a, 0x1p300);
  ratio e = far_decay(a, p);
  ratio near = {product(number_of(-lifted), lisht_bend(h, z)), one_plus_squared(h)};
  number above = product(times_power(e.upper, 2), lisht_excess(e, 2 * end - 1));
  ratio far = {above, total_squared(e)};
  return with_sign(near_or_far(a, near, 2 * lifted, far, 1), x);
}

#endif
