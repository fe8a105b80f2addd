/* SPDX-License-Identifier: MIT */
/* The slope of a function over the whole number line, found by asking the function
   itself: so that a new function needs no word here. */
#ifndef RAMP_HEALTH_PROFILE_H
#define RAMP_HEALTH_PROFILE_H

#include <ramp/ramp.h>

typedef struct ramp_slope_profile {
  size_t points;
  double *x;      /* [points], ascending, dense around 0 and around the kinks */
  double *slope;  /* [points], the derivative there */
  double largest; /* magnitude of the slope */
  /* Outside [saturated_below, saturated_above] the slope has less than
     RAMP_SATURATED_SLOPE of its largest magnitude; infinite where it never falls that
     low. */
  float saturated_below, saturated_above;
} ramp_slope_profile;

/* Memory for a profile; RAMP_OUT_OF_MEMORY, then there is nothing to free. */
ramp_status ramp_slope_profile_start(ramp_slope_profile *profile);

/* Fills it in, anew if need be.  Errors: those of ramp_derivative(). */
ramp_status ramp_slope_profile_fill(const ramp_function *f, ramp_slope_profile *profile);
void ramp_slope_profile_free(ramp_slope_profile *profile);

/* Whether the slope varies by at most `share` of its largest magnitude anywhere, over
   inputs from `low` to `high`. */
int ramp_slope_is_steady(const ramp_slope_profile *profile, const ramp_function *f,
                         double low, double high, double share);

#endif
