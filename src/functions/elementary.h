/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic and elementary functions that formulas are made of.
 *
 * A unit that includes this file has chosen its arithmetic:
 *   extended  real is double and a `number` carries a second part below the last bit of the first,
 *             so that a 64-bit result is rounded little more than once
 *   working   real is double, a number is one double: results of 32 bits and less, rounded once
 *   single    real is float, a number is one float
 * Every function here is branch-free, so that loops over it become vector code.  Constants come
 * from tools/constants.sollya.
 */
#ifndef RAMP_ELEMENTARY_H
#define RAMP_ELEMENTARY_H

#include <stdint.h>

#if defined RAMP_ARITHMETIC_extended || defined RAMP_ARITHMETIC_working
typedef double real;
#define REAL_MAX __DBL_MAX__
#elif defined RAMP_ARITHMETIC_single
typedef float real;
#define REAL_MAX __FLT_MAX__
#endif
/* Formulas must be inlined into their loops for these to become vector code. */
#define INLINE static inline __attribute__((always_inline))

#define REAL_INFINITY ((real)__builtin_inf())
#define REAL_NAN ((real)__builtin_nan(""))

#ifdef RAMP_ARITHMETIC_single
typedef uint32_t real_bits;
typedef int32_t signed_bits;
#else
typedef uint64_t real_bits;
typedef int64_t signed_bits;
#endif

INLINE real_bits bits_of(real a) {
  union {
    real number;
    real_bits bits;
  } both = {.number = a};
  return both.bits;
}

INLINE real from_bits(real_bits bits) {
  union {
    real_bits bits;
    real number;
  } both = {.bits = bits};
  return both.number;
}

/* a where the sign of x is set, else b.  By masks, not by the ternary operator, wherever a or b took
   some computing: compilers turn that into a branch around the computation, or mask each step
   of it, and the loop loses its vector form or its speed.  "a where x > limit" is
   by_sign(limit - x, a, b). */
INLINE real by_sign(real x, real a, real b) {
  real_bits mask = (real_bits)((signed_bits)bits_of(x) >> (8 * sizeof(real) - 1));
  return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}

/* The limit where x is beyond it; else x, also where x is NaN. */
INLINE real at_most(real x, real limit) { return x > limit ? limit : x; }
INLINE real at_least(real x, real limit) { return x < limit ? limit : x; }

#ifndef RAMP_ARITHMETIC_single

INLINE real absolute(real a) { return __builtin_fabs(a); }
INLINE real with_sign(real a, real sign) { return __builtin_copysign(a, sign); }

/* |x|, or the limit where that is less; NaN stays NaN.  By its sign bits: behind a comparison with a
   constant, GCC computes the whole formula for the constant and branches. */
INLINE real magnitude_at_most(real x, real limit) {
  real a = absolute(x);
  return by_sign(limit - a, limit, a);
}

/* a b + c, rounded once where the CPU can. */
INLINE real multiply_add(real a, real b, real c) {
#if defined __FMA__ || defined __ARM_FEATURE_FMA
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* What rounding took from a b, exactly but for underflow.  Without fused multiply-add the factors
   are split by their bits, which cannot overflow. */
INLINE real product_error(real a, real b, real product) {
#if defined __FMA__ || defined __ARM_FEATURE_FMA
  return __builtin_fma(a, b, -product);
#else
  const uint64_t upper = ~((UINT64_C(1) << 27) - 1);
  real a1 = from_bits(bits_of(a) & upper), b1 = from_bits(bits_of(b) & upper);
  real a2 = a - a1, b2 = b - b1;
  return ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
#endif
}

/* A result to be rounded once more, to fewer digits: where it is inexact, its last bit becomes odd,
   so that the second rounding sees on which side of a middle it lies.  `error` is what the exact
   result has beyond it; only its sign, and whether it is 0, count. */
INLINE real to_odd(real result, real error) {
#ifdef RAMP_ARITHMETIC_extended
  (void)error;
  return result;
#else
  real_bits twice = bits_of(error) << 1, inexact = (twice | -twice) >> 63;
  real_bits beyond = (bits_of(result) ^ bits_of(error)) >> 63 & inexact;
  real odd = from_bits((bits_of(result) - beyond) | inexact);
  return by_sign(REAL_MAX - absolute(result), result, odd); /* an infinity has no error */
#endif
}

INLINE real product_to_odd(real a, real b) {
  real result = a * b;
  return to_odd(result, product_error(a, b, result));
}

/* ------------------------------------------------------------------ numbers */

#ifdef RAMP_ARITHMETIC_extended

typedef struct {
  real high, low; /* the number is their sum; low is at most about an ulp of high */
} number;

INLINE number number_of(real a) { return (number){a, 0}; }
INLINE real rounded(number a) { return a.high + a.low; }
INLINE number normalised(real high, real low) {
  real sum = high + low;
  return (number){sum, low - (sum - high)};
}

INLINE number negative(number a) { return (number){-a.high, -a.low}; }

INLINE number sum(real a, number b) {
  real high = a + b.high, part = high - a;
  return normalised(high, ((a - (high - part)) + (b.high - part)) + b.low);
}

INLINE number product(number a, number b) {
  real high = a.high * b.high;
  real low = product_error(a.high, b.high, high) + (a.high * b.low + a.low * b.high);
  return normalised(high, low);
}

INLINE number quotient(number a, number b) {
  real high = a.high / b.high;
  real rest = a.low - product_error(high, b.high, a.high) - high * b.low;
  return normalised(high, rest / b.high);
}

INLINE number choose_by_sign(real x, number a, number b) {
  return (number){by_sign(x, a.high, b.high), by_sign(x, a.low, b.low)};
}

#else

typedef struct {
  real high;
} number;

INLINE number number_of(real a) { return (number){a}; }
INLINE real rounded(number a) { return a.high; }
INLINE number negative(number a) { return (number){-a.high}; }
INLINE number sum(real a, number b) { return (number){a + b.high}; }
INLINE number product(number a, number b) { return (number){a.high * b.high}; }
INLINE number quotient(number a, number b) { return (number){a.high / b.high}; }
INLINE number choose_by_sign(real x, number a, number b) {
  return (number){by_sign(x, a.high, b.high)};
}

#endif

/* 1/d^2, for d > 0. */
INLINE real inverse_square_to_odd(number d) {
  number inverse = quotient(number_of(1), d);
#ifdef RAMP_ARITHMETIC_extended
  return rounded(product(inverse, inverse));
#else
  real i = inverse.high, square = i * i;
  real missing = -i * product_error(i, d.high, 1);
  return to_odd(square, product_error(i, i, square) + 2 * i * missing);
#endif
}

/* a/b, for b > 0. */
INLINE real quotient_to_odd(number a, number b) {
  number q = quotient(a, b);
  return to_odd(rounded(q), -product_error(q.high, b.high, a.high));
}

/* ------------------------------------------------------------------ exponential */

/* x = k ln 2 + r + rest with |r| <= ln2/2.  Extended arithmetic has 2^(k + lift), working
   arithmetic k in the lowest bits of `shifted`, and no rest. */
typedef struct {
  real r;
#ifdef RAMP_ARITHMETIC_extended
  real rest, power;
#else
  real shifted;
#endif
} reduced;

/* Below it every type's e^x is 0; in working arithmetic 2^k must stay a normal double. */
#ifdef RAMP_ARITHMETIC_extended
#define LOWEST_EXPONENT -800.0
#else
#define LOWEST_EXPONENT -708.0
#endif

#define LOG2_E 0x1.71547652b82fep0
#define LN2_HIGH 0x1.62e42feep-1 /* 32 bits: its product with k is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33
#define TO_WHOLE 0x1.8p52 /* adding it rounds to a whole number in the lowest bits */

INLINE reduced reduce(real x, real lift) {
  real shifted = multiply_add(x, LOG2_E, TO_WHOLE);
  real k = shifted - TO_WHOLE;
  real high = multiply_add(-k, LN2_HIGH, x); /* exact */
  reduced result;
#ifdef RAMP_ARITHMETIC_extended
  real low = k * LN2_LOW;
  result.r = high - low;
  result.rest = (high - result.r) - low;
  result.power = from_bits((bits_of(shifted + lift) + 1023) << 52);
#else
  (void)lift;
  result.r = multiply_add(-k, LN2_LOW, high);
  result.shifted = shifted;
#endif
  return result;
}

#ifdef RAMP_ARITHMETIC_working
/* The same of -a, with -r for r: negating a first would cost an operation. */
INLINE reduced reduce_negated(real a) {
  real shifted = multiply_add(a, -LOG2_E, TO_WHOLE);
  real k = shifted - TO_WHOLE;
  real r = multiply_add(k, LN2_LOW, multiply_add(k, LN2_HIGH, a));
  return (reduced){.r = r, .shifted = shifted};
}
#endif

/* 2^k. */
INLINE real power_of(reduced a) {
#ifdef RAMP_ARITHMETIC_extended
  return a.power;
#else
  return from_bits((bits_of(a.shifted) + 1023) << 52);
#endif
}

#ifdef RAMP_ARITHMETIC_working
/* y 2^k for y around 1, by the bits. */
INLINE real scaled(real y, reduced a) {
  return from_bits(bits_of(y) + (bits_of(a.shifted) << 52));
}
#endif

/* q with e^r = 1 + r + r^2 q(r); its four-term pieces are independent of each other, so that a CPU
   computes them side by side. */
INLINE real exponential_polynomial(real r) {
  real z = r * r, w = z * z;
#ifdef RAMP_ARITHMETIC_extended
  real a = multiply_add(0x1.5555555555555p-3, r, 0.5);
  real b = multiply_add(0x1.111111111137ep-7, r, 0x1.5555555555556p-5);
  real c = multiply_add(0x1.a01a019ea915cp-13, r, 0x1.6c16c16c15fedp-10);
  real d = multiply_add(0x1.71de4054d57d4p-19, r, 0x1.a01a01a821bb5p-16);
  real e = multiply_add(0x1.ae4d9a0ee2333p-26, r, 0x1.27e4d7f8d101bp-22);
  real f = multiply_add(0x1.817b61dcba3a1p-33, r, 0x1.1f79242caec42p-29);
  e = multiply_add(f, z, e);
#else
  real a = multiply_add(0x1.5555555555558p-3, r, 0x1.0000000000001p-1);
  real b = multiply_add(0x1.111111110f8c7p-7, r, 0x1.5555555553cb1p-5);
  real c = multiply_add(0x1.a01a01afc4de3p-13, r, 0x1.6c16c178be1d1p-10);
  real d = multiply_add(0x1.71ddf759c2883p-19, r, 0x1.a019b869d19c2p-16);
  real e = multiply_add(0x1.af621eeed163fp-26, r, 0x1.2892327b304e5p-22);
#endif
  real low = multiply_add(b, z, a), middle = multiply_add(d, z, c);
  return multiply_add(multiply_add(e, w, middle), w, low);
}

/* e^x of 64 bits loses its last bits below e^-708.  So extended arithmetic lifts e^x by 2^256 for
   x below -600, where what a formula then does with it is linear, and lowers the result at the
   end.  Results of 32 bits are 0 long before. */
INLINE real exponential_lift(real x) {
#ifdef RAMP_ARITHMETIC_extended
  return by_sign(x + 600, 256, 0);
#else
  (void)x;
  return 0;
#endif
}

INLINE real lowered(real x, real result) {
#ifdef RAMP_ARITHMETIC_extended
  real_bits exponents = bits_of(by_sign(x + 600, from_bits((real_bits)256 << 52), 0));
  return result * from_bits(bits_of(1) - exponents);
#else
  (void)x;
  return result;
#endif
}

/* e^x for x from LOWEST_EXPONENT to 709, lifted: the caller hands its result to lowered(). */
INLINE number exponential_core(real x) {
  reduced a = reduce(x, exponential_lift(x));
  real q = exponential_polynomial(a.r);
#ifdef RAMP_ARITHMETIC_extended
  real high = 1 + a.r;
  number e = normalised(high, (a.r - (high - 1)) + (a.rest + a.r * a.r * q));
  return (number){e.high * a.power, e.low * a.power};
#else
  return (number){scaled(multiply_add(multiply_add(q, a.r, 1), a.r, 1), a)};
#endif
}

/* e^x for x <= 709. */
INLINE number exponential(real x) {
  return exponential_core(at_least(x, LOWEST_EXPONENT));
}

/* e^x - 1 for x <= 709; the caller restores the sign of a zero. */
INLINE number exponential_minus_one(real x) {
  reduced a = reduce(at_least(x, -708), 0);
  real tail = a.r * a.r * exponential_polynomial(a.r), whole = power_of(a) - 1;
#ifdef RAMP_ARITHMETIC_extended
  real lost = a.power - (whole + 1), linear = a.power * a.r;
  real high = whole + linear;
  tail = lost + a.power * (a.rest + tail);
  return normalised(high, (linear - (high - whole)) + tail);
#else
  return (number){multiply_add(power_of(a), a.r + tail, whole)};
#endif
}

/* A quotient not yet divided: functions of e^-a divide once, at their end. */
typedef struct {
  number upper, lower;
} ratio;

/* upper + lower, where in extended arithmetic lower is whole. */
INLINE number total(ratio e) { return sum(e.lower.high, e.upper); }

#ifdef RAMP_ARITHMETIC_working

/* c with e^r = (c + r)/(c - r), that is r coth(r/2): even, so five coefficients do. */
INLINE real exponential_even(real r) {
  real z = r * r;
  real c = multiply_add(0x1.63ed0f38618fbp-25, z, -0x1.bbd527354b5a9p-20);
  c = multiply_add(c, z, 0x1.1566ab5867b84p-14);
  c = multiply_add(c, z, -0x1.6c16c16c09d62p-9);
  c = multiply_add(c, z, 0x1.5555555555553p-3);
  return multiply_add(c, z, 2);
}

#endif

/* e^-a for a >= 0. */
INLINE ratio decay(real a) {
  a = at_most(a, -LOWEST_EXPONENT);
#ifdef RAMP_ARITHMETIC_extended
  return (ratio){exponential_core(-a), number_of(1)};
#else
  reduced k = reduce_negated(a);
  real c = exponential_even(k.r);
  return (ratio){number_of(scaled(c - k.r, k)), number_of(c + k.r)};
#endif
}

/* e^-a - 1 for a >= 0, exact to the last bits near 0, too. */
INLINE ratio decay_minus_one(real a) {
#ifdef RAMP_ARITHMETIC_extended
  return (ratio){exponential_minus_one(-a), number_of(1)};
#else
  reduced k = reduce(-at_most(a, -LOWEST_EXPONENT), 0);
  real c = exponential_even(k.r), power = power_of(k);
  real upper = multiply_add(power - 1, c, (power + 1) * k.r);
  return (ratio){number_of(upper), number_of(c - k.r)};
#endif
}

/* 1/(1 + e^-x) is 1/2 + x/4 - x^3/48: near 0 it falls exactly on the middle between two floats, and
   the term that decides is below the last bit of a double.  There e = e^-|x| becomes larger by a
   few of its last bits, which is less than other floats are away from the middle: such ties are
   decided towards 1/2, and those of silu's derivative with them. */
INLINE ratio ties_inwards(ratio e, real x) {
#ifdef RAMP_ARITHMETIC_extended
  (void)x;
#else
  real_bits shift = (bits_of(absolute(x)) - bits_of(0x1p-9)) >> 60; /* 12 to 15, or 0 */
  e.upper.high = from_bits(bits_of(e.upper.high) + shift);
#endif
  return e;
}

/* Numbers of two parts cannot be infinite: where f(x) is x for all x > 800, that is chosen. */
INLINE real or_large(real x, real value) {
#ifdef RAMP_ARITHMETIC_extended
  return by_sign(800 - x, x, value);
#else
  (void)x;
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
INLINE number logarithm_of_one_plus(ratio e, real addend) {
  number s = quotient(e.upper, sum(2 * e.lower.high, e.upper));
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
