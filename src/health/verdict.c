/* SPDX-License-Identifier: MIT */
/* The verdicts: the only place where counts meet the thresholds of ramp/health.h. */
#include "health/verdict.h"

#include <string.h>

const char *ramp_verdict_name(ramp_verdict verdict) {
  switch (verdict) {
  case RAMP_HEALTHY:
    return "healthy";
  case RAMP_LINEAR:
    return "linear";
  case RAMP_SATURATED:
    return "saturated";
  case RAMP_DYING:
    return "dying";
  case RAMP_DEAD:
    return "dead";
  case RAMP_BROKEN:
    return "broken";
  }
  return NULL;
}

static int is_identity(const ramp_function *f) {
  return strcmp(ramp_function_row_at(f->row)->name, "identity") == 0;
}

static int is_linear(const ramp_unit_health *unit, const ramp_function *f,
                     const ramp_slope_profile *profile) {
  return profile && !is_identity(f) &&
         ramp_slope_is_steady(profile, f, unit->lowest_in, unit->highest_in,
                              RAMP_LINEAR_VARIATION);
}

ramp_verdict ramp_unit_verdict(const ramp_unit_health *unit, const ramp_function *f,
                               const ramp_slope_profile *profile) {
  double examples = (double)unit->examples;
  if (unit->nan + unit->infinite > 0) return RAMP_BROKEN;
  if (unit->zero == unit->examples) return RAMP_DEAD;
  if ((double)unit->zero >= RAMP_DYING_SHARE * examples) return RAMP_DYING;
  if ((double)unit->saturated >= RAMP_SATURATED_SHARE * examples) return RAMP_SATURATED;
  return is_linear(unit, f, profile) ? RAMP_LINEAR : RAMP_HEALTHY;
}
