/* SPDX-License-Identifier: MIT */
/* random_slope.h: functions that draw a slope for each element in training. */
#ifndef PROGRAM_RANDOM_SLOPE_H
#define PROGRAM_RANDOM_SLOPE_H

#include <ramp/tensor.h>

/* Whether f is one. */
int random_slope_is(const ramp_function *f);

/* The bounds of its slopes, and `count` slopes drawn between them, always the same. */
void random_slope_bounds(const ramp_function *f, double *lower, double *upper);
ramp_status random_slope_draw(const ramp_function *f, int count, double *slope);

/* f where this slope is drawn. */
ramp_function random_slope_fixed(const ramp_function *f, double slope);

#endif
