/* SPDX-License-Identifier: MIT */
/* 16 bits without doubles, but for what is open: smooth functions by way of float
   (halves.c), functions of lines by integers (half_lines.c).  What a job needs for it,
   and the run. */
#ifndef RAMP_API_HALVES_H
#define RAMP_API_HALVES_H

#include "api/compute.h"

/* Arrays pass one by one, in registers: a struct of them would wait for its own stores,
   which takes longer than a call of few elements.  dy is null unless the job goes
   backward, and slope unless it computes both. */
#define RAMP_ARRAYS const char *x, const char *dy, char *out, char *slope

static inline const char *ramp_behind(const char *array, size_t bytes) {
  return array ? array + bytes : NULL;
}
static inline char *ramp_place_behind(char *array, size_t bytes) {
  return array ? array + bytes : NULL;
}

/* Elements of a block: few enough for the first cache, with all they pass through. */
enum { RAMP_HALF_BLOCK = 4 * RAMP_BLOCK };

/* By blocks on the stack: widened, computed, rounded.  Aligned arrays. */
void ramp_run_blocks(const ramp_job *j, size_t count, RAMP_ARRAYS);

/* The same of a job with `halves`, by way of float as far as that decides. */
void ramp_run_halves(const ramp_job *j, size_t count, RAMP_ARRAYS);

/* Computes the n elements, few enough for a block, that are RAMP_UNDECIDED in `results`,
   which are out or slope. */
void ramp_settle_halves(const ramp_job *j, size_t n, const char *results, RAMP_ARRAYS);

/* Sets these, and what else they need, where f is computed so in this type. */
void ramp_set_halves(ramp_job *j, const ramp_function *f, ramp_type type);

/* For a slope whose products with numbers of the type are often in the middle between two
   such numbers: what to multiply by, so that rounding gives the same bits.  In the
   default environment. */
bool ramp_half_factor_of(double slope, ramp_type type, bool goes_back,
                         ramp_half_factor *by);

/* The same as the first two with `half_lines`. */
void ramp_run_half_lines(const ramp_job *j, size_t count, const char *x, const char *dy,
                         char *out);
void ramp_set_half_lines(ramp_job *j, const ramp_function *f, ramp_type type);

#endif
