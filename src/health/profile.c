/* SPDX-License-Identifier: MIT */
/* A function's slope on a grid: STEPS points per doubling of |x| on either side of 0,
   and three around each kink.  Knows functions only through ramp.h. */
#include "health/profile.h"

#include "api/status.h"

#include <ramp/health.h>

#include <math.h>
#include <stdlib.h>

enum {
  LOWEST_EXPONENT = -64,
  HIGHEST_EXPONENT = 127,
  STEPS = 16,
  SIDE = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * STEPS + 1, /* points on one side of 0 */
  POINTS_MAX = 2 * SIDE + 1 + 3 * RAMP_KINKS_MAX
};

/* ------------------------------------------------------------------ the grid */

/* Keeps x[0] .. x[points - 1] ascending; returns how many there are then. */
static size_t insert(double *x, size_t points, double value) {
  size_t at = points;
  for (; at > 0 && x[at - 1] > value; at--)
    x[at] = x[at - 1];
  x[at] = value;
  return points + 1;
}

static size_t insert_kinks(const ramp_function *f, double *x, size_t points) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(f, kinks);
  for (int i = 0; i < count; i++) {
    points = insert(x, points, nextafter(kinks[i].at, -INFINITY));
    points = insert(x, points, kinks[i].at);
    points = insert(x, points, nextafter(kinks[i].at, INFINITY));
  }
  return points;
}

static size_t fill_grid(const ramp_function *f, double *x) {
  x[SIDE] = 0;
  for (int i = 0; i < SIDE; i++) {
    double magnitude = exp2(LOWEST_EXPONENT + (double)i / STEPS);
    x[SIDE + 1 + i] = magnitude;
    x[SIDE - 1 - i] = -magnitude;
  }
  return insert_kinks(f, x, 2 * SIDE + 1);
}

/* ------------------------------------------------------------------ saturation */

static double slope_at(const ramp_function *f, double x) {
  double slope = NAN;
  ramp_derivative(f, RAMP_F64, 1, &x, &slope);
  return slope;
}

/* The border, between `flat` and `steep`, where the slope's magnitude crosses `limit`:
   the point on the steep side. */
static double border(const ramp_function *f, double flat, double steep, double limit) {
  enum { HALVINGS = 80 };
  for (int i = 0; i < HALVINGS; i++) {
    double middle = flat + (steep - flat) / 2;
    if (fabs(slope_at(f, middle)) >= limit)
      steep = middle;
    else
      flat = middle;
  }
  return steep;
}

/* The nearest float that is not below, or not above, x. */
static float float_not_below(double x) {
  float near = (float)x;
  return near < x ? nextafterf(near, INFINITY) : near;
}

static float float_not_above(double x) {
  float near = (float)x;
  return near > x ? nextafterf(near, -INFINITY) : near;
}

static void find_saturation(const ramp_function *f, ramp_slope_profile *p) {
  double limit = RAMP_SATURATED_SLOPE * p->largest;
  size_t first = 0, last = p->points - 1;
  while (first < last && fabs(p->slope[first]) < limit)
    first++;
  while (last > first && fabs(p->slope[last]) < limit)
    last--;
  p->saturated_below = -INFINITY;
  p->saturated_above = INFINITY;
  if (first > 0)
    p->saturated_below = float_not_below(border(f, p->x[first - 1], p->x[first], limit));
  if (last + 1 < p->points)
    p->saturated_above = float_not_above(border(f, p->x[last + 1], p->x[last], limit));
}

/* ------------------------------------------------------------------ making */

ramp_status ramp_slope_profile_start(ramp_slope_profile *profile) {
  *profile = (ramp_slope_profile){.x = calloc(POINTS_MAX, sizeof(double)),
                                  .slope = calloc(POINTS_MAX, sizeof(double))};
  if (profile->x && profile->slope) return RAMP_OK;
  ramp_slope_profile_free(profile);
  return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the slopes of a function");
}

ramp_status ramp_slope_profile_fill(const ramp_function *f, ramp_slope_profile *profile) {
  profile->points = fill_grid(f, profile->x);
  ramp_status status =
      ramp_derivative(f, RAMP_F64, profile->points, profile->x, profile->slope);
  if (status) return status;
  profile->largest = 0;
  for (size_t i = 0; i < profile->points; i++)
    profile->largest = fmax(profile->largest, fabs(profile->slope[i]));
  find_saturation(f, profile);
  return RAMP_OK;
}

void ramp_slope_profile_free(ramp_slope_profile *profile) {
  free(profile->x);
  free(profile->slope);
  *profile = (ramp_slope_profile){0};
}

/* ------------------------------------------------------------------ steadiness */

/* Index of the first point above x. */
static size_t first_above(const ramp_slope_profile *p, double x) {
  size_t low = 0, high = p->points;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (p->x[middle] > x)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

int ramp_slope_is_steady(const ramp_slope_profile *p, const ramp_function *f, double low,
                         double high, double share) {
  double at_low = slope_at(f, low), at_high = slope_at(f, high);
  double least = fmin(at_low, at_high), most = fmax(at_low, at_high);
  double allowed = share * p->largest;
  for (size_t i = first_above(p, low); i < p->points && p->x[i] < high; i++) {
    least = fmin(least, p->slope[i]);
    most = fmax(most, p->slope[i]);
    if (most - least > allowed) return 0;
  }
  return most - least <= allowed;
}
