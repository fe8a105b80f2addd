/* SPDX-License-Identifier: MIT */
/*
 * sample.h: the inputs that the tests try, found from the oracle's answers and not
 * written down per function, so that a new function is sampled as well as the first.
 */
#ifndef RAMP_TESTS_SAMPLE_H
#define RAMP_TESTS_SAMPLE_H

#include "oracle.h"

typedef struct sample {
  ramp_type type;
  size_t count, capacity;
  void *x; /* [count] of type */
} sample;

/* Where something happens, as ranks: thresholds first, then where results pass a root,
   overflow, underflow, reach their limits, or stop being x itself. */
typedef struct sample_places {
  size_t count, thresholds;
  int64_t *rank; /* [count], to be freed */
} sample_places;

sample_places sample_places_of(oracle *truth, ramp_type type);

/* All numbers of a 16-bit type.  Of f32 and f64: each binade of both signs, its ends and
   numbers at random within; and densely around zero, the ends of the range, and every
   place where something happens. */
sample sample_for(oracle *truth, ramp_type type);
void sample_free(sample *s);

#endif
