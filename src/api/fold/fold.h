/* SPDX-License-Identifier: MIT */
/* What the code of a fold looks like; call.c checks all there is to check and runs it. */
#ifndef RAMP_FOLD_H
#define RAMP_FOLD_H

#include "api/fold/table.h"
#include "api/tensor/view.h"

/*
 * One call, checked: the fold is valid; floating-point tensors have one type, winners and
 * mask have single bytes; shapes are those that ramp/tensor.h asks for; the mask, if any,
 * is stretched to x's shape; outputs are apart from inputs, or the same view as one of
 * the same shape.  mask and winners may be null.  There may be no elements.
 */
typedef ramp_status ramp_fold_forward_code(const ramp_fold *fold, int axis,
                                           const ramp_view *x, const ramp_view *mask,
                                           const ramp_view *y, const ramp_view *winners);
typedef ramp_status ramp_fold_backward_code(const ramp_fold *fold, int axis,
                                            const ramp_view *kept, const ramp_view *mask,
                                            const ramp_view *dy, const ramp_view *dx);

/* The code of the table's rows: ramp_CODE_forward() and ramp_CODE_backward(). */
#define FOLD(name, code, ...)                                                            \
  ramp_fold_forward_code ramp_##code##_forward;                                          \
  ramp_fold_backward_code ramp_##code##_backward;
#include "functions/folds.def"
#undef FOLD

#endif
