/* SPDX-License-Identifier: MIT */
/* Folds of a few numbers in double, straight from their definitions: the oracle of the
   network's gradient. */
#ifndef RAMP_TESTS_NETWORK_PLAIN_FOLDS_H
#define RAMP_TESTS_NETWORK_PLAIN_FOLDS_H

#include "support.h"

/* y = the fold of x [inputs].  *nearest_kink shrinks to the distance to the nearest point
   where the gradient jumps. */
void plain_fold(const ramp_fold *fold, size_t inputs, const double *x, double *y,
                double *nearest_kink);

#endif
