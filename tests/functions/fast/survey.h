/* SPDX-License-Identifier: MIT */
/*
 * survey.h: the largest error of 32-bit results of the fast precision, per variant, over
 * all floats.
 *
 * The exact results, which ramp-sweep holds to the oracle, show of most inputs that their
 * error is below the worst so far, 64-bit results of the rest; MPFR decides what remains,
 * so every worst error is MPFR's.
 */
#ifndef RAMP_TESTS_SURVEY_H
#define RAMP_TESTS_SURVEY_H

#include "gauge.h"

#define SURVEY_ALL (1ULL << 32)

/* No error is above the worst by more: else MPFR would be asked for each of the millions
   of inputs of a plateau, along which errors rise. */
#define SURVEY_RESOLUTION 0x1p-11

/* Puts f or f' of count floats into y: the library, or a test's own. */
typedef ramp_status survey_compute(const ramp_function *f, oracle_direction direction,
                                   size_t count, const float *x, float *y);
survey_compute survey_library;

typedef struct survey {
  ramp_function f; /* of the fast precision */
  oracle_direction direction;
  variants variants; /* those that have it */
  survey_compute *compute;
  uint64_t first, inputs; /* bits of the first float, and how many follow */
  size_t chunk;
} survey;

/* The variants among `all` that compute f otherwise than exactly. */
variants survey_variants(const ramp_function *f, const variants *all);

/* The next inputs, at most a chunk.  Wrong signs, wrong NaN and bits that differ from the
   first variant's are infinite errors. */
ramp_status survey_chunk(const survey *s, reading *r);

#endif
