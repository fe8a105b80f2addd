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

#include <stdbool.h>
#include <stdint.h>

#if defined RAMP_ARITHMETIC_extended || defined RAMP_ARITHMETIC_working
typedef double real;
#define REAL_MAX __DBL_MAX__
#elif defined RAMP_ARITHMETIC_single
typedef float real;
#define REAL_MAX __FLT_MAX__
#endif
#define REAL_INFINITY ((real)__builtin_inf())
#define REAL_NAN ((real)__builtin_nan(""))

static inline real smaller(real a, real b) { return a < b ? a : b; }
static inline real larger(real a, real b) { return a > b ? a : b; }

#ifndef RAMP_ARITHMETIC_single

static inline real absolute(real a) { return __builtin_fabs(a); }
static inline real with_sign(real a, real sign) { return __builtin_copysign(a, sign); }

/* a b + c, rounded once where the CPU can. */
static inline real multiply_add(real a, real b, real c) {
#if defined __FMA__ || defined __ARM_FEATURE_FMA
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

static inline uint64_t bits_of(double a) {
  union {
    double number;
    uint64_t bits;
  } both = {.number = a};
  return both.bits;
}

static inline double from_bits(uint64_t bits) {
  union {
    uint64_t bits;
    double number;
  } both = {.bits = bits};
  return both.number;
}

/* ------------------------------------------------------------------ numbers */

#ifdef RAMP_ARITHMETIC_extended

typedef struct {
  real high, low; /* the number is their sum; low is at most about an ulp of high */
} number;

static inline number number_of(real a) { return (number){a, 0}; }
static inline real rounded(number a) { return a.high + a.low; }
static inline number normalised(real high, real low) {
  real sum = high + low;
  return (number){sum, low - (sum - high)};
}

/* What rounding took from a b, exactly but for underflow.  Without fused multiply-add the factors
   are split by their bits, which cannot overflow. */
static inline real product_error(real a, real b, real product) {
#if defined __FMA__ || defined __ARM_FEATURE_FMA
  return __builtin_fma(a, b, -product);
#else
  const uint64_t upper = ~((UINT64_C(1) << 27) - 1);
  real a1 = from_bits(bits_of(a) & upper), b1 = from_bits(bits_of(b) & upper);
  real a2 = a - a1, b2 = b - b1;
  return ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
#endif
}

static inline number negative(number a) { return (number){-a.high, -a.low}; }

static inline number sum(real a, number b) {
  real high = a + b.high, part = high - a;
  return normalised(high, ((a - (high - part)) + (b.high - part)) + b.low);
}

static inline number product(number a, number b) {
  real high = a.high * b.high;
  real low = product_error(a.high, b.high, high) + (a.high * b.low + a.low * b.high);
  return normalised(high, low);
}

static inline number quotient(number a, number b) {
  real high = a.high / b.high;
  real rest = a.low - product_error(high, b.high, a.high) - high * b.low;
  return normalised(high, rest / b.high);
}

static inline number choose(bool condition, number a, number b) {
  return (number){condition ? a.high : b.high, condition ? a.low : b.low};
}

#else

typedef struct {
  real high;
} number;

static inline number number_of(real a) { return (number){a}; }
static inline real rounded(number a) { return a.high; }
static inline number negative(number a) { return (number){-a.high}; }
static inline number sum(real a, number b) { return (number){a + b.high}; }
static inline number product(number a, number b) { return (number){a.high * b.high}; }
static inline number quotient(number a, number b) { return (number){a.high / b.high}; }
static inline number choose(bool condition, number a, number b) {
  return (number){condition ? a.high : b.high};
}

#endif

/* ------------------------------------------------------------------ ties */

/* Near 0 a formula such as 1/2 + x/4 - ... falls exactly on the middle between two floats, and
   the term that decides is below the last bit of a double.  A relative shift by this much, far
   below the spacing of floats' images, decides the tie for results of 32 bits and less; results of
   64 bits need none. */
#ifdef RAMP_ARITHMETIC_extended
#define TIE_SHIFT 0.0
#else
#define TIE_SHIFT 0x1p-29
#endif

/* ------------------------------------------------------------------ exponential */

/* x = k ln 2 + r + rest with |r| <= ln2/2; `power` is 2^(k + lift). */
typedef struct {
  real r, rest, power;
} reduced;

/* Below it every type's e^x is 0; in working arithmetic 2^k must stay a normal double. */
#ifdef RAMP_ARITHMETIC_extended
#define LOWEST_EXPONENT -800.0
#else
#define LOWEST_EXPONENT -708.0
#endif

static inline reduced reduce(real x, real lift) {
  const real log2_e = 0x1.71547652b82fep0;
  const real ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  const real magic = 0x1.8p52; /* adding it rounds to a whole number in the low bits */
  real shifted = x * log2_e + magic;
  real k = shifted - magic;
  real high = x - k * ln2_high; /* exact: ln2_high has 32 bits */
  real low = k * ln2_low;
  reduced result;
  result.r = high - low;
  result.rest = (high - result.r) - low;
  result.power = from_bits((bits_of(shifted + lift) + 1023) << 52);
  return result;
}

/* q with e^r = 1 + r + r^2 q(r). */
static inline real exponential_polynomial(real r) {
#ifdef RAMP_ARITHMETIC_extended
  real q = 0x1.817b61dcba3a1p-33;
  q = multiply_add(q, r, 0x1.1f79242caec42p-29);
  q = multiply_add(q, r, 0x1.ae4d9a0ee2333p-26);
  q = multiply_add(q, r, 0x1.27e4d7f8d101bp-22);
  q = multiply_add(q, r, 0x1.71de4054d57d4p-19);
  q = multiply_add(q, r, 0x1.a01a01a821bb5p-16);
  q = multiply_add(q, r, 0x1.a01a019ea915cp-13);
  q = multiply_add(q, r, 0x1.6c16c16c15fedp-10);
  q = multiply_add(q, r, 0x1.111111111137ep-7);
  q = multiply_add(q, r, 0x1.5555555555556p-5);
  q = multiply_add(q, r, 0x1.5555555555555p-3);
  return multiply_add(q, r, 0.5);
#else
  real q = 0x1.af621eeed163fp-26;
  q = multiply_add(q, r, 0x1.2892327b304e5p-22);
  q = multiply_add(q, r, 0x1.71ddf759c2883p-19);
  q = multiply_add(q, r, 0x1.a019b869d19c2p-16);
  q = multiply_add(q, r, 0x1.a01a01afc4de3p-13);
  q = multiply_add(q, r, 0x1.6c16c178be1d1p-10);
  q = multiply_add(q, r, 0x1.111111110f8c7p-7);
  q = multiply_add(q, r, 0x1.5555555553cb1p-5);
  q = multiply_add(q, r, 0x1.5555555555558p-3);
  return multiply_add(q, r, 0x1.0000000000001p-1);
#endif
}

/* e^x of 64 bits loses its last bits below e^-708.  So extended arithmetic lifts e^x by 2^256 for
   x below -600, where what a formula then does with it is linear, and lowers the result at the
   end.  Results of 32 bits are 0 long before. */
static inline real exponential_lift(real x) {
#ifdef RAMP_ARITHMETIC_extended
  return x < -600 ? 256 : 0;
#else
  (void)x;
  return 0;
#endif
}

static inline real lowered(real x, real result) {
#ifdef RAMP_ARITHMETIC_extended
  return result * (x < -600 ? 0x1p-256 : 1.0);
#else
  (void)x;
  return result;
#endif
}

/* e^x for x <= 709, lifted: the caller hands its result to lowered(). */
static inline number exponential(real x) {
  x = larger(x, LOWEST_EXPONENT);
  reduced a = reduce(x, exponential_lift(x));
  real tail = a.r * a.r * exponential_polynomial(a.r);
#ifdef RAMP_ARITHMETIC_extended
  real high = 1 + a.r;
  number e = normalised(high, (a.r - (high - 1)) + (a.rest + tail));
  return (number){e.high * a.power, e.low * a.power};
#else
  return (number){(1 + (a.r + (a.rest + tail))) * a.power};
#endif
}

/* e^x - 1 for x <= 709; the caller restores the sign of a zero. */
static inline number exponential_minus_one(real x) {
  x = larger(x, -708);
  reduced a = reduce(x, 0);
  real tail = a.power * (a.rest + a.r * a.r * exponential_polynomial(a.r));
  real whole = a.power - 1, linear = a.power * a.r;
#ifdef RAMP_ARITHMETIC_extended
  real lost = a.power - (whole + 1);
  real high = whole + linear;
  return normalised(high, (linear - (high - whole)) + (lost + tail));
#else
  return (number){whole + (linear + tail)};
#endif
}

/* ------------------------------------------------------------------ logarithm */

/* b with atanh(s)/s = 1 + s^2 b(s^2), for s in [0, 1/3]. */
static inline real logarithm_polynomial(real z) {
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
  return multiply_add(b, z, 0x1.5555555555555p-2);
#endif
}

/* log(1 + e) for e in [0, 1]: no exponent has to be taken apart. */
static inline number logarithm_of_one_plus(number e) {
  number s = quotient(e, sum(2, e));
  real z = s.high * s.high;
  real tail = s.high * (z * logarithm_polynomial(z));
#ifdef RAMP_ARITHMETIC_extended
  number half = normalised(s.high, s.low + tail);
  return (number){2 * half.high, 2 * half.low};
#else
  return (number){2 * (s.high + tail)};
#endif
}

#endif
#endif
