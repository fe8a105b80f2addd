/* SPDX-License-Identifier: MIT */
/*
 * numbers.h: the four stored types as bits, and the one rounding between them and real
 * numbers.
 *
 * Everything here is integer arithmetic of the tests' own; it must not use libramp's
 * conversions, which it judges.  A number of any type travels as a uint64_t holding its
 * bits.
 */
#ifndef RAMP_TESTS_NUMBERS_H
#define RAMP_TESTS_NUMBERS_H

#include <mpfr.h>
#include <ramp/ramp.h>
#include <stdbool.h>

#define NUMBER_TYPES 4

/* Bits of the special numbers of a type. */
uint64_t number_nan(ramp_type type); /* the canonical quiet one */
uint64_t number_infinity(ramp_type type);
uint64_t number_sign(ramp_type type); /* the sign bit, which is -0 */
bool number_is_nan(ramp_type type, uint64_t bits);

/* The nearest number of `type`, ties to even; NaN becomes the canonical one. */
uint64_t number_round(ramp_type type, double value);
uint64_t number_round_exact(ramp_type type, const mpfr_t value);

/* The value of some bits: every type fits into a double. */
double number_value(ramp_type type, uint64_t bits);

/* Position among the numbers of `type` in ascending order, -0 just below +0, and back.
   Neighbours differ by 1.  Not for NaN. */
int64_t number_rank(ramp_type type, uint64_t bits);
uint64_t number_at_rank(ramp_type type, int64_t rank);

/* Element i of an array of `type`, wherever it is aligned. */
uint64_t number_load(ramp_type type, const void *array, size_t i);
void number_store(ramp_type type, void *array, size_t i, uint64_t bits);

/* Distance of `got` from high + low, the exact value, in units in the last place that
   `type` has there.  0 where both are the same infinity or both NaN. */
double number_ulps(ramp_type type, double got, double high, long double low);

/* splitmix64: the tests' own reproducible random numbers. */
uint64_t number_random(uint64_t *state);

#endif
