/* SPDX-License-Identifier: MIT */
/* random_slope.c: the library is asked which functions those are; their parameters are
   the bounds, and between equal bounds there is one slope. */
#include "random_slope.h"

static ramp_status draw(const ramp_function *f, int64_t count, double *slope) {
  const ramp_draw seed = {.seed = 3};
  DLTensor slopes = {slope, {kDLCPU, 0}, 1, {kDLFloat, 64, 1}, &count, NULL, 0};
  return ramp_rrelu_slopes(f, &seed, &slopes);
}

int random_slope_is(const ramp_function *f) { return draw(f, 0, NULL) == RAMP_OK; }

void random_slope_bounds(const ramp_function *f, double *lower, double *upper) {
  *lower = f->parameter[0];
  *upper = f->parameter[1];
}

ramp_status random_slope_draw(const ramp_function *f, int count, double *slope) {
  return draw(f, count, slope);
}

ramp_function random_slope_fixed(const ramp_function *f, double slope) {
  ramp_function fixed = *f;
  fixed.parameter[0] = fixed.parameter[1] = slope;
  return fixed;
}
