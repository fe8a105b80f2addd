/* SPDX-License-Identifier: MIT */
/* 16 bits without doubles, but for what is open: smooth functions by way of float
   (halves.c), functions of lines by integers (half_lines.c).  What a job needs for it,
   and the run. */
#ifndef RAMP_API_HALVES_H
#define RAMP_API_HALVES_H

#include "api/compute.h"

/* The arrays of a job: dy is null unless it goes backward, and slope unless it computes
   both. */
typedef struct ramp_operands {
  const char *x, *dy;
  char *out, *slope;
} ramp_operands;

static inline ramp_operands ramp_behind(ramp_operands o, size_t bytes) {
  return (ramp_operands){o.x + bytes, o.dy ? o.dy + bytes : NULL, o.out + bytes,
                         o.slope ? o.slope + bytes : NULL};
}

/* Elements of a block: few enough for the first cache, with all they pass through. */
enum { RAMP_HALF_BLOCK = 4 * RAMP_BLOCK };

/* By blocks on the stack: widened, computed, rounded.  Aligned arrays. */
void ramp_run_blocks(const ramp_job *j, size_t count, ramp_operands o);

/* The same of a job with `halves`, by way of float as far as that decides. */
void ramp_run_halves(const ramp_job *j, size_t count, ramp_operands o);

/* Computes the n elements, few enough for a block, that are RAMP_UNDECIDED in `results`,
   which are out or slope. */
void ramp_settle_halves(const ramp_job *j, size_t n, const char *results,
                        ramp_operands o);

/* Sets these, and what else they need, where f is computed so in this type. */
void ramp_set_halves(ramp_job *j, const ramp_function *f, ramp_type type);

/* The same with `half_lines`. */
void ramp_run_half_lines(const ramp_job *j, size_t count, ramp_operands o);
void ramp_set_half_lines(ramp_job *j, const ramp_function *f, ramp_type type);

#endif
