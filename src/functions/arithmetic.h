/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic that formulas are written in.
 *
 * A unit that includes this file has chosen one:
 *   extended  real is double and a `number` carries a second part below the last bit of
 *             the first, so that a 64-bit result is rounded little more than once
 *   working   real is double, a number is one double: results of 32 bits and less,
 *             rounded once
 *   bounded   working, where the caller has seen that |x| <= RAMP_BOUND: the limits that
 *             keep formulas in range, and the care for NaN, can go
 *   single    real is float: functions that only select among numbers, or round once
 *   fast      real is float, with fused operations: the formulas of functions/fast
 * Everything here is branch-free, so that loops over it become vector code.
 */
#ifndef RAMP_ARITHMETIC_H
#define RAMP_ARITHMETIC_H

#include <stdbool.h>
#include <stdint.h>

#ifdef RAMP_ARITHMETIC_bounded
#define RAMP_ARITHMETIC_working
#endif

#if defined RAMP_ARITHMETIC_extended || defined RAMP_ARITHMETIC_working
typedef double real;
#define REAL_MAX __DBL_MAX__
#define REAL_LEAST __DBL_DENORM_MIN__
#elif defined RAMP_ARITHMETIC_single || defined RAMP_ARITHMETIC_fast
typedef float real;
#define REAL_MAX __FLT_MAX__
#define REAL_LEAST __FLT_DENORM_MIN__
#endif
/* Formulas must be inlined into their loops for these to become vector code. */
#define INLINE static inline __attribute__((always_inline))

#define REAL_INFINITY ((real)__builtin_inf())
#define REAL_NAN ((real)__builtin_nan(""))

#if defined RAMP_ARITHMETIC_single || defined RAMP_ARITHMETIC_fast
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

/* a where the sign of x is set, else b.  By masks, not by the ternary operator,
   wherever a or b took some computing: compilers turn that into a branch around the
   computation, or mask each step of it, and the loop loses its vector form or its
   speed.  "a where x > limit" is by_sign(limit - x, a, b). */
INLINE real by_sign(real x, real a, real b) {
  real_bits mask = (real_bits)((signed_bits)bits_of(x) >> (8 * sizeof(real) - 1));
  return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}

/* a where x is 0, else b: of parameters, too, lest a loop be made for each answer. */
INLINE real where_zero(real x, real a, real b) {
  real_bits twice = bits_of(x) << 1;
  return by_sign(from_bits(twice | -twice), b, a);
}

INLINE real absolute(real a) { return from_bits(bits_of(a) & ((real_bits)-1 >> 1)); }

/* x, where the limit is beyond what a bounded x comes to; else as at_most() and
   at_least(). */
#ifdef RAMP_ARITHMETIC_bounded
#define UNBOUNDED_AT_MOST(x, limit) (x)
#define UNBOUNDED_AT_LEAST(x, limit) (x)
#define UNBOUNDED_WITHIN(x, limit) (x)
#else
#define UNBOUNDED_AT_MOST(x, limit) at_most(x, limit)
#define UNBOUNDED_AT_LEAST(x, limit) at_least(x, limit)
#define UNBOUNDED_WITHIN(x, limit) within(x, limit)
#endif

/* The limit where x is beyond it; else x, also where x is NaN. */
INLINE real at_most(real x, real limit) { return x > limit ? limit : x; }
INLINE real at_least(real x, real limit) { return x < limit ? limit : x; }

/* raised_to(): the limit where x is not above it, so that a limit of 0 makes 0 of -0;
   else x.  only_where(): a where that holds, else 0.  Single loops look for NaN
   themselves, and so need the larger number alone, for which CPUs have an instruction;
   that with 0 is one of integers, as of floats GCC makes masks.  It would join their look
   with the ternary operator. */
#ifdef RAMP_ARITHMETIC_single
INLINE real raised_to(real x, real limit) { return x > limit ? x : limit; }
INLINE real positive_part(real x) {
  signed_bits bits = (signed_bits)bits_of(x);
  return from_bits((real_bits)(bits > 0 ? bits : 0));
}
INLINE real only_where(bool holds, real a) {
  return from_bits(bits_of(a) & -(real_bits)holds);
}
#else
INLINE real raised_to(real x, real limit) { return x <= limit ? limit : x; }
INLINE real positive_part(real x) { return raised_to(x, 0); }
INLINE real only_where(bool holds, real a) { return holds ? a : 0; }
#endif

#if defined RAMP_ARITHMETIC_single || defined RAMP_ARITHMETIC_fast

/* Of floats that rounds once by itself. */
INLINE real product_to_odd(real a, real b) { return a * b; }

#else

INLINE real with_sign(real a, real sign) { return __builtin_copysign(a, sign); }

/* |x|, or the limit where that is less; NaN stays NaN.  By its sign bits: behind a
   comparison with a constant, GCC computes the whole formula for the constant and
   branches. */
INLINE real magnitude_at_most(real x, real limit) {
  real a = absolute(x);
  return by_sign(limit - a, limit, a);
}

/* Whether the CPU multiplies and adds with one rounding, and whether it may: a unit that
   defines RAMP_UNFUSED has the same doubles on every CPU, and fuses what is exact. */
#if defined __FMA__ || defined __ARM_FEATURE_FMA
#define FUSES 1
#else
#define FUSES 0
#endif
#ifdef RAMP_UNFUSED
#define FUSED 0
#else
#define FUSED FUSES
#endif

/* x, or the limit with its sign where |x| is beyond it; NaN stays NaN. */
INLINE real within(real x, real limit) {
  return with_sign(magnitude_at_most(x, limit), x);
}

/* a b + c, rounded once where FUSED. */
INLINE real multiply_add(real a, real b, real c) {
#if FUSED
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* What rounding took from a b, exactly but for underflow.  Without fused multiply-add
   the factors are split by their bits, a to the nearest, so that no product of halves has
   more than 53 bits: |a| must be below (1 - 2^-27) REAL_MAX; where halves would underflow
   the error counts as 0. */
INLINE real product_error(real a, real b, real product) {
#if FUSES
  return __builtin_fma(a, b, -product);
#else
  const uint64_t unit = UINT64_C(1) << 27, upper = ~(unit - 1);
  real a1 = from_bits((bits_of(a) + unit / 2) & upper), a2 = a - a1;
  real b1 = from_bits(bits_of(b) & upper), b2 = b - b1;
  real error = ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
  return by_sign(absolute(product) - 0x1p-1016, 0, error);
#endif
}

/* a b + c for c of less than a last bit or so of a b, rounded little more than once, also
   where not FUSED. */
INLINE real multiply_add_closely(real a, real b, real c) {
#if FUSED
  return __builtin_fma(a, b, c);
#else
  real product = a * b;
  return product + (product_error(a, b, product) + c);
#endif
}

/* A finite result to be rounded once more, to fewer digits: where it is inexact, its last
   bit becomes odd, so that the second rounding sees on which side of a middle it lies.
   `error` is what the exact result has beyond it; only its sign, and whether it is 0,
   count. */
INLINE real odd_where_inexact(real result, real error) {
  real_bits twice = bits_of(error) << 1, inexact = (twice | -twice) >> 63;
  real_bits beyond = (bits_of(result) ^ bits_of(error)) >> 63 & inexact;
  return from_bits((bits_of(result) - beyond) | inexact);
}
/* The same; an infinity has no error. */
INLINE real always_to_odd(real result, real error) {
  real odd = odd_where_inexact(result, error);
  return by_sign(REAL_MAX - absolute(result), result, odd);
}

/* The same, where results are narrower than the arithmetic. */
INLINE real to_odd(real result, real error) {
#ifdef RAMP_ARITHMETIC_extended
  (void)error;
  return result;
#else
  return always_to_odd(result, error);
#endif
}

/* The same for a finite result. */
INLINE real finite_to_odd(real result, real error) {
#ifdef RAMP_ARITHMETIC_extended
  (void)error;
  return result;
#else
  return odd_where_inexact(result, error);
#endif
}

INLINE real product_to_odd(real a, real b) {
  real result = a * b;
  return to_odd(result, product_error(a, b, result));
}

/* What rounding took from a + b, exactly. */
INLINE real sum_error(real a, real b, real sum) {
  real part = sum - a;
  return (a - (sum - part)) + (b - part);
}

/* high + low, where low is no larger than high, or high is 0. */
INLINE real sum_to_odd(real high, real low) {
  real result = high + low;
  return to_odd(result, (high - result) + low);
}

/* a (b + rest) + c, where rest is what rounding took from b.  Of what is left of the
   product and of the sum, each may be up to half a unit of the other's last place, and
   more than the sum where that cancels. */
INLINE real product_sum_to_odd(real a, real b, real rest, real c) {
  real ab = a * b, sum = ab + c;
  real of_product = product_error(a, b, ab) + a * rest, of_sum = sum_error(ab, c, sum);
  real left = of_product + of_sum;
  left = by_sign(REAL_MAX - absolute(sum), 0, left); /* an infinity has no error */
  real result = sum + left;
  real error = ((sum - result) + left) + sum_error(of_product, of_sum, left);
  return to_odd(result, error);
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
  real high = a + b.high;
  return normalised(high, sum_error(a, b.high, high) + b.low);
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

/* A constant: its double and the rest. */
#define CONSTANT(high, low) ((number){high, low})

INLINE real second_part(number a) { return a.low; }

/* a + last, which is some of a's last bits. */
INLINE number with_last(number a, real last) { return normalised(a.high, a.low + last); }

/* Exact for a power of two. */
INLINE number times_power(number a, real power) {
  return (number){a.high * power, a.low * power};
}

INLINE number sum_of(number a, number b) {
  number s = sum(a.high, b);
  return normalised(s.high, s.low + a.low);
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
#define CONSTANT(high, low) ((number){high})
INLINE real second_part(number a) {
  (void)a;
  return 0;
}
INLINE number with_last(number a, real last) {
  (void)last;
  return a;
}
INLINE number times_power(number a, real power) { return (number){a.high * power}; }
INLINE number sum_of(number a, number b) { return (number){a.high + b.high}; }

#endif

/* a b + c. */
INLINE number product_plus(number a, number b, number c) {
#ifdef RAMP_ARITHMETIC_extended
  return sum_of(product(a, b), c);
#else
  return (number){multiply_add(a.high, b.high, c.high)};
#endif
}

/* a b where that is within the limit, else the limit with its sign. */
INLINE number product_within(real a, real b, real limit) {
  real high = a * b;
#ifdef RAMP_ARITHMETIC_extended
  real low = by_sign(limit - absolute(high), 0, product_error(a, b, high));
  return (number){within(high, limit), low};
#else
  return (number){within(high, limit)};
#endif
}

/* c x, also where that overflows. */
INLINE real constant_times(number c, real x) {
  real high = c.high * x;
#ifdef RAMP_ARITHMETIC_extended
  real low = product_error(c.high, x, high) + c.low * x;
  return by_sign(REAL_MAX - absolute(high), high, high + low);
#else
  return high;
#endif
}

/* 1/d^2, for d > 0. */
INLINE real inverse_square_to_odd(number d) {
#ifdef RAMP_ARITHMETIC_extended
  /* Lifted, lest parts of the product underflow before their sum is rounded. */
  number lifted = quotient(number_of(0x1p256), d);
  return rounded(product(lifted, lifted)) * 0x1p-512;
#else
  number inverse = quotient(number_of(1), d);
  real i = inverse.high, square = i * i;
  real missing = -i * product_error(i, d.high, 1);
  return finite_to_odd(square, product_error(i, i, square) + 2 * i * missing);
#endif
}

/* a/b, for b > 0. */
INLINE real quotient_to_odd(number a, number b) {
  number q = quotient(a, b);
  return finite_to_odd(rounded(q), -product_error(q.high, b.high, a.high));
}

#endif
#endif
