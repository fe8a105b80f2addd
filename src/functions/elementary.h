/* SPDX-License-Identifier: MIT */
/*
 * Elementary functions that formulas are made of, in extended and in working arithmetic:
 * e^-a, e^-a - 1 and log(1 + e^-a).  Branch-free, as the arithmetic is.  Constants come
 * from tools/constants.sollya.
 */
#ifndef RAMP_ELEMENTARY_H
#define RAMP_ELEMENTARY_H

#include "functions/stages.h"

#ifndef RAMP_ARITHMETIC_single

/* ------------------------------------------------------------------ exponential */

#define LOG2_E 0x1.71547652b82fep0
#define LN2 0x1.62e42fefa39efp-1
#define LN2_HIGH 0x1.62e42feep-1 /* 32 bits: its product with k is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33
#define TO_WHOLE 0x1.8p52 /* adding it rounds to a whole number in the lowest bits */

/* A quotient not yet divided: functions of e^-a divide once, at their end. */
typedef struct {
  number upper, lower;
} ratio;

/* upper + lower, where in extended arithmetic lower is whole. */
INLINE number total(ratio e) { return sum(e.lower.high, e.upper); }

/* How well e^-(a + low) is needed in working arithmetic: QUICK is right to k 2^-55, which
   grows to 2^-48 for the last floats above 0, and IN_FULL for functions that are e^-a
   and little more; both without low.  OF_SUM has it. */
typedef enum { QUICK, IN_FULL, OF_SUM } decay_care;

/* Beyond it e^-a is 0 in every type of the arithmetic. */
#ifdef RAMP_ARITHMETIC_extended
#define DECAY_END 800
#else
#define DECAY_END 708
#endif

#ifdef RAMP_ARITHMETIC_extended

/* e^x of 64 bits loses its last bits below e^-708, and 2^k leaves its exponents above
   e^709.  So it is lifted by 2^256 for x below -600 and by 2^-256 for x above 600, where
   what a formula then does with it is linear, and the formula lowers or raises its
   result at the end.  Results of 32 bits are 0 or infinite long before. */
INLINE real_bits lift_below(real x) {
  return bits_of(by_sign(x + 600, from_bits(256), 0));
}
INLINE real_bits lift_of(real x) { return lift_below(x) - lift_below(-x); }

INLINE real lowered(real x, real result) {
  return result * from_bits(bits_of(1) - (lift_below(x) << 52));
}
INLINE real raised(real x, real result) {
  return result * from_bits(bits_of(1) + (lift_below(-x) << 52));
}

/* x + low = k ln 2 + r + rest with |r| <= ln2/2, and 2^(k + lift). */
typedef struct {
  real r, rest, power;
} reduced;

INLINE reduced reduce(real x, real low, real_bits lift) {
  real shifted = multiply_add(x, LOG2_E, TO_WHOLE);
  real k = shifted - TO_WHOLE;
  real high = multiply_add(-k, LN2_HIGH, x), ln2_low = k * LN2_LOW; /* high is exact */
  reduced result;
  result.r = high - ln2_low;
  result.rest = ((high - result.r) - ln2_low) + low;
  result.power = from_bits((bits_of(shifted) + lift + 1023) << 52);
  return result;
}

/* q with e^r = 1 + r + r^2 q(r); its pieces are independent of each other, so that a
   CPU computes them side by side. */
INLINE real exponential_polynomial(real r) {
  real z = r * r, w = z * z;
  real a = multiply_add(0x1.5555555555555p-3, r, 0.5);
  real b = multiply_add(0x1.111111111137ep-7, r, 0x1.5555555555556p-5);
  real c = multiply_add(0x1.a01a019ea915cp-13, r, 0x1.6c16c16c15fedp-10);
  real d = multiply_add(0x1.71de4054d57d4p-19, r, 0x1.a01a01a821bb5p-16);
  real e = multiply_add(0x1.ae4d9a0ee2333p-26, r, 0x1.27e4d7f8d101bp-22);
  real f = multiply_add(0x1.817b61dcba3a1p-33, r, 0x1.1f79242caec42p-29);
  e = multiply_add(f, z, e);
  real low = multiply_add(b, z, a), middle = multiply_add(d, z, c);
  return multiply_add(multiply_add(e, w, middle), w, low);
}

/* e^-(a + low), lifted; |low| is at most some last bits of a.  Beyond |a| = 800 it is 0
   or infinite in every type. */
INLINE ratio decay_with_care(real a, real low, decay_care care, const given *p) {
  (void)care, (void)p;
  real x = -within(a, DECAY_END);
  reduced k = reduce(x, -low, lift_of(x));
  real high = 1 + k.r;
  real tail = k.r * k.r * exponential_polynomial(k.r);
  real rest = multiply_add(k.rest, k.r + tail, k.rest); /* e^r rest */
  number e = normalised(high, (k.r - (high - 1)) + (tail + rest));
  return (ratio){{e.high * k.power, e.low * k.power}, number_of(1)};
}

/* e^-(a + low) - 1 for a >= 0, with all its digits near 0, too. */
INLINE ratio decay_of_sum_minus_one(real a, real low, const given *p) {
  (void)p;
  reduced k = reduce(-at_most(a, 708), -low, 0);
  real tail = k.r * k.r * exponential_polynomial(k.r), whole = k.power - 1;
  real rest = multiply_add(k.rest, k.r + tail, k.rest); /* e^r rest */
  real lost = k.power - (whole + 1), linear = k.power * k.r;
  real high = whole + linear;
  tail = lost + k.power * (tail + rest);
  return (ratio){normalised(high, (linear - (high - whole)) + tail), number_of(1)};
}
INLINE ratio decay_minus_one(real a, const given *p) {
  return decay_of_sum_minus_one(a, 0, p);
}

#else

INLINE real lowered(real x, real result) {
  (void)x;
  return result;
}
INLINE real raised(real x, real result) { return lowered(x, result); }

/* -(a + low) = k ln 2 - r with |r| <= ln2/2, k in the lowest bits of `shifted`; c with
   e^-r = (c - r)/(c + r), that is r coth(r/2). */
typedef struct {
  real r, c, shifted;
} reduced;

/* c is even in r, so five coefficients do.  A CPU waits here for one result after the
   other, so the chain is kept short: QUICK takes k ln 2 by one fused product.  In every
   narrow type e^-a is 0 beyond 708, where 2^k is still normal. */
INLINE reduced reduce(real a, real low, decay_care care, const given *p) {
  a = UNBOUNDED_AT_MOST(a, DECAY_END);
  real shifted = multiply_add(a, -LOG2_E, TO_WHOLE);
  real k = shifted - TO_WHOLE;
  real first = multiply_add(k, LN2_HIGH, a);
  real r = care == OF_SUM           ? first + multiply_add(k, LN2_LOW, low)
           : care == QUICK && FUSED ? multiply_add(k, LN2, a)
                                    : multiply_add(k, LN2_LOW, first);
  r = cut(p, STAGE_ARGUMENT, KEPT_REDUCED, r);
  shifted = cut(p, STAGE_ARGUMENT, KEPT_SHIFTED, shifted);
  real z = r * r, w = z * z;
  real lowest = multiply_add(0x1.5555555555553p-3, z, 2);
  real middle = multiply_add(0x1.1566ab5867b84p-14, z, -0x1.6c16c16c09d62p-9);
  real high = multiply_add(0x1.63ed0f38618fbp-25, z, -0x1.bbd527354b5a9p-20);
  real c = multiply_add(multiply_add(high, w, middle), w, lowest);
  return (reduced){r, cut(p, STAGE_SERIES, KEPT_SERIES, c), shifted};
}

/* e^-(a + low) for |a| <= DECAY_END or a above it; 2^k comes in by the bits. */
INLINE ratio decay_with_care(real a, real low, decay_care care, const given *p) {
  reduced k = reduce(a, low, care, p);
  real upper = from_bits(bits_of(k.c - k.r) + (bits_of(k.shifted) << 52));
  return (ratio){number_of(upper), number_of(k.c + k.r)};
}

/* e^-a - 1 for a >= 0, with all its digits near 0, too. */
INLINE ratio decay_minus_one(real a, const given *p) {
  reduced k = reduce(a, 0, QUICK, p);
  real power = from_bits((bits_of(k.shifted) + 1023) << 52);
  real upper = multiply_add(power - 1, k.c, -((power + 1) * k.r));
  return (ratio){number_of(upper), number_of(k.c + k.r)};
}
INLINE ratio decay_of_sum_minus_one(real a, real low, const given *p) {
  (void)low;
  return decay_minus_one(a, p);
}

#endif

INLINE ratio decay(real a, const given *p) { return decay_with_care(a, 0, QUICK, p); }
INLINE ratio decay_in_full(real a, const given *p) {
  return decay_with_care(a, 0, IN_FULL, p);
}
INLINE ratio decay_of_sum(real a, real low, const given *p) {
  return decay_with_care(a, low, OF_SUM, p);
}

/* 1/(1 + e^-x) is 1/2 + x/4 - x^3/48: near 0 it falls exactly on the middle between
   two floats, and the term that decides is below the last bit of a double.  There e =
   e^-|x| becomes larger by a few of its last bits, which is less than other floats are
   away from the middle: such ties are decided towards 1/2, and those of silu's
   derivative with them. */
INLINE ratio ties_inwards(ratio e, real x) {
#ifdef RAMP_ARITHMETIC_extended
  (void)x;
#else
  real_bits shift = (bits_of(absolute(x)) - bits_of(0x1p-9)) >> 60; /* 12 to 15, or 0 */
  e.upper.high = from_bits(bits_of(e.upper.high) + shift);
#endif
  return e;
}

/* Numbers of two parts cannot be infinite: where f(x) is x for all t > 760, that is
   chosen. */
INLINE real or_large(real t, real x, real value) {
#ifdef RAMP_ARITHMETIC_extended
  return by_sign(760 - t, x, value);
#else
  (void)t, (void)x;
  return value;
#endif
}

/* ------------------------------------------------------------------ logarithm */

/* b with atanh(s)/s = 1 + s^2 b(s^2), for s in [0, 1/3]. */
INLINE real logarithm_polynomial(real z) {
#ifdef RAMP_ARITHMETIC_extended
  real b = 0x1.329acfaeb3aafp-4;
  b = multiply_add(b, z, 0x1.42ab925b6ab7bp-5);
  b = multiply_add(b, z, 0x1.b84313eda37acp-5);
  b = multiply_add(b, z, 0x1.e130e30ae1d14p-5);
  b = multiply_add(b, z, 0x1.1114a1e2e5bb2p-4);
  b = multiply_add(b, z, 0x1.3b13a6553137dp-4);
  b = multiply_add(b, z, 0x1.745d16ae9ee61p-4);
  b = multiply_add(b, z, 0x1.c71c71ce0bd11p-4);
  b = multiply_add(b, z, 0x1.2492492483f1bp-3);
  b = multiply_add(b, z, 0x1.9999999999b13p-3);
  return multiply_add(b, z, 0x1.5555555555555p-2);
#else
  real b = 0x1.4b01657ae785ap-4;
  b = multiply_add(b, z, 0x1.688b10a98bae2p-5);
  b = multiply_add(b, z, 0x1.eb8ad6cf27f81p-5);
  b = multiply_add(b, z, 0x1.10acebf82e711p-4);
  b = multiply_add(b, z, 0x1.3b18a76c29cap-4);
  b = multiply_add(b, z, 0x1.745cf14f351d2p-4);
  b = multiply_add(b, z, 0x1.c71c726c342ddp-4);
  b = multiply_add(b, z, 0x1.24924923df5fep-3);
  b = multiply_add(b, z, 0x1.999999999a27ep-3);
  return multiply_add(b, z, 0x1.555555555555bp-2);
#endif
}

/* addend + log(1 + e) for e in [0, 1]: no exponent has to be taken apart. */
INLINE number logarithm_of_one_plus(ratio e, real addend, const given *p) {
  number s = quotient(e.upper, sum(2 * e.lower.high, e.upper));
  s = cut_number(p, STAGE_QUOTIENT, KEPT_ONE, s);
  real z = s.high * s.high;
#ifdef RAMP_ARITHMETIC_extended
  number half = normalised(s.high, s.low + s.high * (z * logarithm_polynomial(z)));
  return sum(addend, (number){2 * half.high, 2 * half.low});
#else
  real ratio = multiply_add(z, logarithm_polynomial(z), 1);
  return (number){multiply_add(s.high + s.high, ratio, addend)};
#endif
}

#endif
#endif
