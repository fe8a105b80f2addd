/* SPDX-License-Identifier: MIT */
/* Value and derivative of a function: what computes both, for arrays and tensors. */
#ifndef RAMP_BOTH_H
#define RAMP_BOTH_H

#include "api/compute.h"

/* One job that computes both, or null and one for each: kept for this thread. */
typedef struct ramp_both {
  const ramp_job *joined, *value, *slope;
} ramp_both;

/* For a valid f. */
ramp_both ramp_both_keep(const ramp_function *f, ramp_type type);

/* False where nothing is kept; if it is, f and type are valid. */
bool ramp_both_kept(const ramp_function *f, ramp_type type, ramp_both *b);

/* The one that tells how large elements are, and how many are worth a thread. */
const ramp_job *ramp_both_first(const ramp_both *b);

/* Arrays of any alignment; y or slope may be x.  In the default environment. */
void ramp_both_run(const ramp_both *b, size_t count, const char *x, char *y, char *slope);

/* The same over rows, as ramp_job_run_rows(). */
bool ramp_both_has_rows(const ramp_both *b);
void ramp_both_run_rows(const ramp_both *b, const size_t n[2], ramp_band x, ramp_band y,
                        ramp_band slope);

/* Arrays as above in any environment, shared among threads, and past the caches where
   that is worth it. */
void ramp_both_run_shared(const ramp_both *b, size_t count, const void *x, void *y,
                          void *slope);

#endif
