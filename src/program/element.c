/* SPDX-License-Identifier: MIT */
/* element.c: numbers of a type are in the order of their bits, read as sign and
   magnitude; so neighbours are bits that differ by 1. */
#include "element.h"

#include <math.h>
#include <string.h>

ramp_status element_compute(const ramp_function *f, int derivative, ramp_type type,
                            size_t count, const double *x, double *result) {
  unsigned char elements[ELEMENTS_MAX * sizeof(double)];
  ramp_status status = ramp_convert(RAMP_F64, x, type, elements, count);
  if (status != RAMP_OK) return status;
  status =
      (derivative ? ramp_derivative : ramp_forward)(f, type, count, elements, elements);
  if (status != RAMP_OK) return status;
  return ramp_convert(type, elements, RAMP_F64, result, count);
}

/* ------------------------------------------------------------------ bits */

uint64_t element_bits(double number, ramp_type type) {
  uint64_t wide;
  uint32_t middle;
  uint16_t narrow;
  unsigned char element[sizeof wide];
  ramp_convert(RAMP_F64, &number, type, element, 1);
  switch (ramp_type_size(type)) {
  case sizeof narrow:
    memcpy(&narrow, element, sizeof narrow);
    return narrow;
  case sizeof middle:
    memcpy(&middle, element, sizeof middle);
    return middle;
  default:
    memcpy(&wide, element, sizeof wide);
    return wide;
  }
}

static double number_of_bits(uint64_t bits, ramp_type type) {
  uint32_t middle = (uint32_t)bits;
  uint16_t narrow = (uint16_t)bits;
  const void *element = &bits;
  double number;
  if (ramp_type_size(type) == sizeof middle) element = &middle;
  if (ramp_type_size(type) == sizeof narrow) element = &narrow;
  ramp_convert(type, element, RAMP_F64, &number, 1);
  return number;
}

/* ------------------------------------------------------------------ order */

static uint64_t sign_bit(ramp_type type) {
  return (uint64_t)1 << (8 * ramp_type_size(type) - 1);
}

/* Which place from 0 the number has: the least subnormal numbers have 1 and -1. */
static int64_t place_of(double number, ramp_type type) {
  uint64_t bits = element_bits(number, type), sign = sign_bit(type);
  return bits & sign ? -(int64_t)(bits & ~sign) : (int64_t)bits;
}

static double at_place(int64_t place, ramp_type type) {
  uint64_t magnitude = (uint64_t)(place < 0 ? -place : place);
  return number_of_bits(place < 0 ? magnitude | sign_bit(type) : magnitude, type);
}

double element_next(double number, ramp_type type, int upwards) {
  if (isnan(number)) return NAN; /* and the bits behind infinity are a NaN's */
  return at_place(place_of(number, type) + (upwards ? 1 : -1), type);
}

double element_ulp(double number, ramp_type type) {
  if (!isfinite(number)) return NAN;
  double magnitude = fabs(number), next = element_next(magnitude, type, 1);
  if (isfinite(next)) return next - magnitude;
  return magnitude - element_next(magnitude, type, 0);
}

double element_steps(double a, double b, ramp_type type) {
  if (isnan(a) || isnan(b)) return NAN;
  int64_t from = place_of(a, type), to = place_of(b, type);
  return (double)(from < to ? (uint64_t)to - (uint64_t)from
                            : (uint64_t)from - (uint64_t)to);
}
