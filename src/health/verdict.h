/* SPDX-License-Identifier: MIT */
/* From counts to verdicts. */
#ifndef RAMP_HEALTH_VERDICT_H
#define RAMP_HEALTH_VERDICT_H

#include "health/profile.h"

#include <ramp/health.h>

/* The verdict on a unit of function f whose counts are complete; without a profile, which
   folds do not have, none is linear. */
ramp_verdict ramp_unit_verdict(const ramp_unit_health *unit, const ramp_function *f,
                               const ramp_slope_profile *profile);

#endif
