/* SPDX-License-Identifier: MIT */
/* Counting what every unit of a network does while it runs over a data set. */
#ifndef RAMP_HEALTH_TALLY_H
#define RAMP_HEALTH_TALLY_H

#include "health/loops/tally.h"
#include "health/profile.h"

#include <ramp/health.h>

/* What is known of a layer's slopes beforehand. */
typedef struct ramp_layer_watch {
  ramp_slope_profile profile; /* of the function: of one unit's after the other where
                                 slopes are learned; empty for a fold */
  const float *slopes;        /* [units] learned ones; or null */
  float *below, *above;       /* [units] where outputs are saturated */
} ramp_layer_watch;

typedef struct ramp_tally {
  ramp_health *health; /* until the end, variance holds the sum of squared deviations */
  ramp_layer_watch *watch;       /* [layers] */
  const ramp_tally_loops *loops; /* for this CPU */
} ramp_tally;

/* Starts with `layers` layers without units. */
ramp_status ramp_tally_start(size_t layers, ramp_tally *tally);

/* Says what layer i is; once for each.  `slopes` are learned ones, [units], which must
   stay as they are until the end; or null. */
ramp_status ramp_tally_layer(ramp_tally *tally, size_t i,
                             const ramp_activation *activation, const float *slopes,
                             size_t units);

/* Counts a batch that went through layer i's activation: inputs x (for a fold, outputs)
   and outputs y, both [rows][units].  rows is below 2^32. */
void ramp_tally_count(ramp_tally *tally, size_t i, size_t rows, const float *x,
                      const float *y);

/* Draws the verdicts and hands the result over. */
ramp_health *ramp_tally_finish(ramp_tally *tally);

/* Instead of ramp_tally_finish(): frees everything. */
void ramp_tally_discard(ramp_tally *tally);

#endif
