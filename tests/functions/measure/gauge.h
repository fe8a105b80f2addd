/* SPDX-License-Identifier: MIT */
/*
 * gauge.h: the largest error of 64-bit results on a plan's inputs, per variant.
 *
 * An interval in long double (screen.h) shows of most results that their error is below
 * the worst so far; MPFR decides the others, so every worst error is MPFR's.
 */
#ifndef RAMP_TESTS_GAUGE_H
#define RAMP_TESTS_GAUGE_H

#include "oracle.h"
#include "plan.h"
#include "state.h"
#include "variants.h"

#define READING_TEXT_MAX 1024

/* Puts f or f' of count inputs into y: the library, or a test's own. */
typedef ramp_status gauge_compute(const ramp_function *f, oracle_direction direction,
                                  size_t count, const double *x, double *y);
gauge_compute gauge_library;

typedef struct gauge {
  ramp_function f;
  oracle_direction direction;
  variants variants;
  gauge_compute *compute;
  plan plan;
  size_t chunk;
} gauge;

typedef struct worst {
  double ulps, x; /* x means something when ulps is not 0 */
} worst;

typedef struct reading {
  uint64_t done, exact_answers;
  double seconds;
  worst worst[VARIANTS_MAX];
} reading;

/* The next inputs, at most a chunk. */
ramp_status gauge_chunk(const gauge *g, reading *r);

/* The worst of all variants. */
worst reading_worst(const reading *r);

/* As a line of a state file; false, with *r zero, for one of other variants. */
void reading_write(const reading *r, const variants *v, char text[READING_TEXT_MAX]);
bool reading_read(reading *r, const variants *v, const char *text);

/* To the line of the task; a sentence on standard error where that fails. */
void reading_save(const reading *r, const variants *v, state *s, const char *task);

#endif
