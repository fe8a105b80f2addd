/* SPDX-License-Identifier: MIT */
/*
 * The four stored types as bits.
 *
 * Invariant behind both roundings: a positive finite number of a type with precision p
 * and smallest subnormal 2^least is n 2^q with n < 2^p, q >= least, and n >= 2^(p-1)
 * unless q = least; its bits are then ((q - least) << (p - 1)) + n.  A carry out of n
 * runs into the exponent field, as it must, and one out of the largest number gives
 * infinity.
 */
#include "numbers.h"

#include <math.h>
#include <string.h>

static const struct layout {
  int width, precision, least, highest; /* finite numbers are below 2^highest */
} layouts[NUMBER_TYPES] = {[RAMP_F64] = {64, 53, -1074, 1024},
                           [RAMP_F32] = {32, 24, -149, 128},
                           [RAMP_F16] = {16, 11, -24, 16},
                           [RAMP_BF16] = {16, 8, -133, 128}};

uint64_t number_sign(ramp_type type) { return 1ULL << (layouts[type].width - 1); }

uint64_t number_infinity(ramp_type type) {
  int p = layouts[type].precision;
  return (number_sign(type) - 1) >> (p - 1) << (p - 1);
}

uint64_t number_nan(ramp_type type) {
  return number_infinity(type) | 1ULL << (layouts[type].precision - 2);
}

bool number_is_nan(ramp_type type, uint64_t bits) {
  return (bits & (number_sign(type) - 1)) > number_infinity(type);
}

/* Exponent of the unit in the last place of a number in [2^(e-1), 2^e). */
static int quantum(const struct layout *l, long e) {
  return e - l->precision > l->least ? (int)(e - l->precision) : l->least;
}

static uint64_t assemble(ramp_type type, int q, uint64_t n, bool negative) {
  const struct layout *l = &layouts[type];
  uint64_t bits = ((uint64_t)(q - l->least) << (l->precision - 1)) + n;
  if (bits > number_infinity(type)) bits = number_infinity(type);
  return bits | (negative ? number_sign(type) : 0);
}

uint64_t number_round(ramp_type type, double value) {
  const struct layout *l = &layouts[type];
  if (isnan(value)) return number_nan(type);
  int e;
  double fraction = frexp(value, &e);
  if (isinf(value) || e > l->highest)
    return number_infinity(type) | (signbit(value) ? number_sign(type) : 0);
  int q = quantum(l, value == 0 ? l->least : e);
  /* Far below the smallest subnormal, half of its half rounds to zero just as well. */
  int shift = e - q < -2 ? -2 : e - q;
  uint64_t n = (uint64_t)nearbyint(ldexp(fabs(fraction), shift));
  return assemble(type, q, n, signbit(value));
}

uint64_t number_round_exact(ramp_type type, const mpfr_t value) {
  const struct layout *l = &layouts[type];
  bool negative = mpfr_signbit(value);
  if (mpfr_nan_p(value)) return number_nan(type);
  if (mpfr_zero_p(value)) return negative ? number_sign(type) : 0;
  if (mpfr_inf_p(value) || mpfr_get_exp(value) > l->highest)
    return number_infinity(type) | (negative ? number_sign(type) : 0);
  int q = quantum(l, mpfr_get_exp(value));
  mpfr_t scaled;
  mpfr_init2(scaled, mpfr_get_prec(value));
  mpfr_mul_2si(scaled, value, -q, MPFR_RNDN);
  mpfr_abs(scaled, scaled, MPFR_RNDN);
  uint64_t n = mpfr_get_ui(scaled, MPFR_RNDN);
  mpfr_clear(scaled);
  return assemble(type, q, n, negative);
}

double number_value(ramp_type type, uint64_t bits) {
  const struct layout *l = &layouts[type];
  uint64_t magnitude = bits & (number_sign(type) - 1);
  double value;
  if (magnitude > number_infinity(type)) return NAN;
  if (magnitude == number_infinity(type)) {
    value = INFINITY;
  } else {
    uint64_t field = magnitude >> (l->precision - 1);
    uint64_t q = field ? field - 1 : 0;
    value = ldexp((double)(magnitude - (q << (l->precision - 1))), (int)q + l->least);
  }
  return bits & number_sign(type) ? -value : value;
}

int64_t number_rank(ramp_type type, uint64_t bits) {
  uint64_t magnitude = bits & (number_sign(type) - 1);
  return bits & number_sign(type) ? -1 - (int64_t)magnitude : (int64_t)magnitude;
}

uint64_t number_at_rank(ramp_type type, int64_t rank) {
  return rank < 0 ? (uint64_t)(-1 - rank) | number_sign(type) : (uint64_t)rank;
}

uint64_t number_load(ramp_type type, const void *array, size_t i) {
  size_t size = (size_t)layouts[type].width / 8;
  const char *at = (const char *)array + i * size;
  uint64_t wide = 0;
  uint32_t middle;
  uint16_t narrow;
  switch (size) {
  case 8:
    memcpy(&wide, at, 8);
    return wide;
  case 4:
    memcpy(&middle, at, 4);
    return middle;
  default:
    memcpy(&narrow, at, 2);
    return narrow;
  }
}

void number_store(ramp_type type, void *array, size_t i, uint64_t bits) {
  size_t size = (size_t)layouts[type].width / 8;
  char *at = (char *)array + i * size;
  uint32_t middle = (uint32_t)bits;
  uint16_t narrow = (uint16_t)bits;
  switch (size) {
  case 8:
    memcpy(at, &bits, 8);
    break;
  case 4:
    memcpy(at, &middle, 4);
    break;
  default:
    memcpy(at, &narrow, 2);
  }
}

double number_ulps(ramp_type type, double got, double high, long double low) {
  const struct layout *l = &layouts[type];
  if ((isnan(got) && isnan(high)) || (got == high && low == 0)) return 0;
  if (!isfinite(got) || !isfinite(high)) return INFINITY;
  int e;
  frexp(high, &e);
  int q = high == 0 ? l->least : quantum(l, e);
  return (double)fabsl((long double)ldexp(got - high, -q) - ldexpl(low, -q));
}

uint64_t number_random(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
