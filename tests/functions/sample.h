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

/* All numbers of a 16-bit type.  Of f32 and f64: each binade of both signs, its ends and
   numbers at random within; and densely around every place where something happens: zero,
   the ends of the range, thresholds, roots, where results overflow, underflow, reach
   their limits, or stop being x itself. */
sample sample_for(oracle *truth, ramp_type type);
void sample_free(sample *s);

#endif
