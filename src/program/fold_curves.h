/* SPDX-License-Identifier: MIT */
/*
 * fold_curves.h: functions of several inputs as curves that teach something:
 *   maxout        of k lines, tangents of a parabola: their maximum is a convex function
 *   gated units   as the gate moves, for a few values
 *   crelu         both outputs of one input
 *   the others    each output of (x, 0, 1), as x moves
 * Which it is follows from the table, not from names.
 */
#ifndef PROGRAM_FOLD_CURVES_H
#define PROGRAM_FOLD_CURVES_H

#include "curve.h"

/* Adds the curves of a fold, the derivatives by x where `derivative`, to *curves, an
   array of *count; `text` is what the user wrote. */
void fold_curves_add(const ramp_fold *fold, const char *text, int derivative,
                     curve **curves, int *count);

/* What x stands for in these curves: "(x, 0, 1)", "the gate x". */
const char *fold_curves_inputs(const ramp_fold *fold);

/* y[i] = the curve, or its derivative, at x[i]. */
ramp_status curve_fold_sample(const curve_fold *of, int derivative, size_t count,
                              const double *x, double *y);

#endif
