/* SPDX-License-Identifier: MIT */
/*
 * Sums over the axes that a tensor was broadcast along: total[j] is the sum of the terms
 * of all elements that were computed with the broadcast tensor's element j.
 *
 * The order is a matter of shapes alone.  The terms of one sum are numbered in row-major
 * order of the axes summed over.  Each RAMP_SUM_PART of them are a part, and parts are
 * added from the first to the last.  A part has RAMP_LANES interleaved sums, which are
 * added as a tree; but where neighbours in the shape belong to different sums, the terms
 * come as rows of these, and a part is added from the first to the last: rows are then
 * read from end to end, and one sum for each column stays in the innermost cache.
 *
 * So n terms have an error of at most (2^15 + 2^-15 n) 2^-53 of their magnitudes' sum.
 */
#ifndef RAMP_SUMS_H
#define RAMP_SUMS_H

#include "api/compute.h"
#include "api/tensor/walk.h"

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
