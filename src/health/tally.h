/* SPDX-License-Identifier: MIT */
/* Counting what every unit of a network does while it runs over a data set. */
#ifndef RAMP_HEALTH_TALLY_H
#define RAMP_HEALTH_TALLY_H

#include "health/loops/tally.h"
#include "health/profile.h"

#include <ramp/health.h>

typedef struct ramp_tally {
  ramp_health *health; /* until the end, variance holds the sum of squared deviations */
  ramp_slope_profile *profile;   /* [layers] */
  const ramp_tally_loops *loops; /* for this CPU */
} ramp_tally;

/* Starts with `layers` layers without units. */
ramp_status ramp_tally_start(size_t layers, ramp_tally *tally);

/* Says what layer i is; once for each. */
ramp_status ramp_tally_layer(ramp_tally *tally, size_t i, const ramp_function *function,
                             size_t units);

/* Counts a batch that went through the function of layer i: inputs x and outputs y, both
   [rows][units].  rows is below 2^32. */
void ramp_tally_count(ramp_tally *tally, size_t i, size_t rows, const float *x,
                      const float *y);

/* Draws the verdicts and hands the result over. */
ramp_health *ramp_tally_finish(ramp_tally *tally);

/* Instead of ramp_tally_finish(): frees everything. */
void ramp_tally_discard(ramp_tally *tally);

#endif
