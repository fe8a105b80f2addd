/* SPDX-License-Identifier: MIT */
/*
 * Sums over the axes that a tensor was broadcast along: total[j] is the sum of the terms
 * of all elements that were computed with the broadcast tensor's element j.
 *
 * The order is a matter of shapes alone.  The terms of one sum are numbered in row-major
 * order of the axes summed over.  Each RAMP_SUM_PART of them are a part, which has
 * RAMP_LANES interleaved sums that are added as a tree; parts are added from the first to
 * the last.
 */
#ifndef RAMP_SUMS_H
#define RAMP_SUMS_H

#include "api/compute.h"
#include "api/tensor/walk.h"

/* Where the next term goes: to sum[at], then to those behind, and from `period` on to
   sum[0] again. */
typedef struct ramp_lanes {
  double *sum;
  size_t at, period;
} ramp_lanes;

/* n elements of each operand, at most RAMP_BLOCK: adds n terms, and writes what else
   there is to write. */
typedef void ramp_sum_box(const void *work, size_t n, char *const *operand,
                          const ramp_lanes *lanes);

/* The first `outputs` of the views are written by the box; all are of one shape, to which
   `total` can be broadcast, and the first one behind them was not broadcast itself.
   total is written, in its floating-point type. */
void ramp_sum_run(int outputs, int operands, const ramp_view *const *view,
                  const ramp_view *total, ramp_sum_box *box, const void *work);

#endif
