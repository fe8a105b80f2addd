/* SPDX-License-Identifier: MIT */
/*
 * plan.h: the inputs on which a 64-bit function is measured, more than 10^7 of them, each
 * a function of its index: every binade of both signs, more from those in which most
 * happens, and densely around every special place.
 */
#ifndef RAMP_TESTS_PLAN_H
#define RAMP_TESTS_PLAN_H

#include "sample.h"

typedef struct plan {
  sample_places places;
  uint64_t binades, lively, dense; /* how many inputs of each kind */
} plan;

/* `share` of all the inputs, in (0, 1]. */
plan plan_for(oracle *truth, double share);
void plan_free(plan *p);

uint64_t plan_inputs(const plan *p);

/* Input i < plan_inputs(), never a NaN. */
double plan_input(const plan *p, uint64_t i);

#endif
