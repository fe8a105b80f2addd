/* SPDX-License-Identifier: MIT */
/* One number of 16 bits from a float and back: integer code, the same bits everywhere. */
#ifndef RAMP_HALVES_H
#define RAMP_HALVES_H

#include <stdint.h>

static inline uint32_t bits_of_float(float a) {
  union {
    float number;
    uint32_t bits;
  } both = {.number = a};
  return both.bits;
}

static inline float float_from_bits(uint32_t bits) {
  union {
    uint32_t bits;
    float number;
  } both = {.bits = bits};
  return both.number;
}

static inline float float_from_bf16(uint16_t h) {
  return float_from_bits((uint32_t)h << 16);
}

/* The exponent is raised by a product, which also normalises subnormal numbers. */
static inline float float_from_f16(uint16_t h) {
  uint32_t magnitude = (uint32_t)(h & 0x7fff) << 13;
  float finite = float_from_bits(magnitude) * 0x1p112f;
  uint32_t special =
      magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : bits_of_float(finite);
  return float_from_bits(special | (uint32_t)(h & 0x8000) << 16);
}

static inline uint16_t bf16_from_float(float a) {
  uint32_t bits = bits_of_float(a);
  uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (uint16_t)(a != a ? 0x7fc0 : nearest);
}

/* Below 2^-14 the spacing is 2^-24: adding 1/2 rounds to it. */
static inline uint16_t f16_from_float(float a) {
  uint32_t bits = bits_of_float(a), magnitude = bits & 0x7fffffff;
  uint32_t normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - (112u << 23)) >> 13;
  uint32_t subnormal = bits_of_float(float_from_bits(magnitude) + 0.5f) - 0x3f000000;
  uint32_t half = magnitude < 0x38800000 ? subnormal : normal;
  half = magnitude >= 0x477ff000 ? 0x7c00 : half; /* 65520 and more */
  half |= bits >> 16 & 0x8000;
  return (uint16_t)(a != a ? 0x7e00 : half);
}

#endif
