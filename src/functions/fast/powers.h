/* SPDX-License-Identifier: MIT */
/*
 * e^y in float, for the fast precision: a quotient that is divided once, at the end of a
 * formula, or a polynomial where a formula has no division.  A y up to 120 in magnitude
 * is welcome: powers are lifted by 2^64, so that none is subnormal before a formula's
 * last operation takes the 2^64 out again.  Constants come from
 * tools/fast_constants.sollya.
 */
#ifndef RAMP_FAST_POWERS_H
#define RAMP_FAST_POWERS_H

#include "functions/stages.h"

INLINE real with_sign(real a, real sign) { return __builtin_copysignf(a, sign); }
INLINE real multiply_add(real a, real b, real c) { return __builtin_fmaf(a, b, c); }

/* x where it does not pass the limit, else the limit.  Floats of one sign are ordered as
   their bits are, and a minimum of integers is one operation everywhere; a NaN becomes
   the limit, and the loop puts it back.  `high` is above 0, `low` below. */
INLINE real at_most_high(real x, real high) {
  signed_bits a = (signed_bits)bits_of(x), limit = (signed_bits)bits_of(high);
  return from_bits((real_bits)(a < limit ? a : limit));
}
INLINE real at_least_low(real x, real low) {
  real_bits a = bits_of(x), limit = bits_of(low);
  return from_bits(a < limit ? a : limit);
}
INLINE real magnitude_at_most(real x, real high) {
  return at_least_low(absolute(x), high);
}
INLINE real above_0(real x) {
  signed_bits a = (signed_bits)bits_of(x);
  return from_bits((real_bits)(a > 0 ? a : 0));
}

/* Adding it changes nothing, not even the sign of a 0. */
#define NOTHING -0.0f

#define LOG2_E 0x1.715476p0f
#define LN2 0x1.62e43p-1f
#define LN2_REST -0x1.05c61p-29f
#define TO_WHOLE 0x1.8p23f /* adding it rounds to a whole number in the lowest bits */

#define LIFTED 0x1p64f
#define LOWERED 0x1p-64f
/* e^-y is 0 in float, also times 2^20, for y beyond it; and no lifted power is
   subnormal. */
#define POWER_END 120.0f

/* A number of two parts. */
typedef struct {
  real high, low;
} pair;

/* y + low = k ln 2 + r, |r| <= ln2/2; k in the lowest bits of `shifted`. */
typedef struct {
  real r, shifted;
} reduced;

INLINE reduced reduce(pair y, const given *p) {
  real shifted = multiply_add(y.high, LOG2_E, TO_WHOLE), k = shifted - TO_WHOLE;
  real r = multiply_add(-k, LN2, y.high);
  r += multiply_add(-k, LN2_REST, y.low);
  return (reduced){cut(p, STAGE_ARGUMENT, KEPT_REDUCED, r),
                   cut(p, STAGE_ARGUMENT, KEPT_SHIFTED, shifted)};
}

INLINE real power_of_two(real shifted, real_bits lift) {
  return from_bits((bits_of(shifted) + 127 + lift) << 23);
}

/* e^y = upper/lower, or 2^lift times that, with the power of two apart: e^r is
   (c + r)/(c - r) with c = r coth(r/2), which is even in r. */
typedef struct {
  real upper, lower, r, c, power;
} growth;

INLINE growth growth_of(pair y, real_bits lift, const given *p) {
  reduced k = reduce(y, p);
  real z = k.r * k.r, c = multiply_add(-0x1.6b0e18p-9f, z, 0x1.555546p-3f);
  c = cut(p, STAGE_SERIES, KEPT_SERIES, multiply_add(c, z, 2));
  real power = power_of_two(k.shifted, lift);
  return (growth){(c + k.r) * power, c - k.r, k.r, c, power};
}

/* (e^y - 1) lower, with all its digits near 0, too; the growth has a lift of 2^64, or of
   2^0 where `lowered` is 1. */
INLINE real excess(growth e, real lowered) {
  real less = multiply_add(e.power, lowered, -1);
  return multiply_add(less, e.c, multiply_add(e.power, lowered, 1) * e.r);
}

/* e^y = power (1 + excess), or 2^lift times that, where no division follows. */
typedef struct {
  real excess, power;
} exponential;

INLINE exponential exponential_of(pair y, real_bits lift, const given *p) {
  reduced k = reduce(y, p);
  real q = multiply_add(0x1.6d5426p-10f, k.r, 0x1.122a2ap-7f);
  q = multiply_add(q, k.r, 0x1.5554e2p-5f);
  q = multiply_add(q, k.r, 0x1.5554acp-3f);
  q = multiply_add(q, k.r, 0.5f);
  real excess = multiply_add(q * k.r, k.r, k.r);
  return (exponential){cut(p, STAGE_SERIES, KEPT_SERIES, excess),
                       power_of_two(k.shifted, lift)};
}

INLINE real times_exponential(real a, exponential e) {
  return multiply_add(a, e.excess, a) * e.power;
}

/* factor e^y for a factor whose product with a power of two is exact. */
INLINE exponential scaled(real factor, exponential e) {
  return (exponential){e.excess, factor * e.power};
}
INLINE real value_of(exponential e) { return multiply_add(e.power, e.excess, e.power); }

/* factor (e^y - 1) of a scaled exponential, with all digits near 0, too. */
INLINE real less(exponential e, real factor) {
  return multiply_add(e.power, e.excess, e.power - factor);
}

INLINE real lifted_power(pair y, const given *p) {
  return value_of(exponential_of(y, 64, p));
}

/* Products exact to about twice as many digits. */
INLINE pair pair_product(real a, pair b) {
  real high = a * b.high;
  return (pair){high, multiply_add(a, b.low, multiply_add(a, b.high, -high))};
}

INLINE pair square_of(pair a) {
  real high = a.high * a.high;
  return (pair){high,
                multiply_add(2 * a.high, a.low, multiply_add(a.high, a.high, -high))};
}

INLINE pair negative(pair a) { return (pair){-a.high, -a.low}; }

/* root - a, exactly. */
INLINE pair difference(real root, real a) {
  real high = root - a, part = high - root;
  return (pair){high, (root - (high - part)) - (a + part)};
}

#endif
