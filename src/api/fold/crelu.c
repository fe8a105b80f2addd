/* SPDX-License-Identifier: MIT */
/* Crelu: relu(x) and relu(-x), one behind the other along the axis. */
#include "api/compute.h"
#include "api/fold/fold.h"
#include "api/tensor/walk.h"

/* The two parts of y or dy. */
typedef struct {
  ramp_view above, below;
} parts;

static parts parts_of(const ramp_view *whole, int axis, const ramp_view *x) {
  int64_t n = x->shape[axis];
  return (parts){ramp_view_slice(whole, axis, 0, 1, n),
                 ramp_view_slice(whole, axis, n, 1, n)};
}

static void forward_box(const void *work, size_t n, char *const *operand) {
  const ramp_fold_kernels *kernels = work;
  kernels->crelu_forward(n, operand[2], operand[0], operand[1]);
}

static void backward_box(const void *work, size_t n, char *const *operand) {
  const ramp_fold_kernels *kernels = work;
  kernels->crelu_backward(n, operand[1], operand[2], operand[3], operand[0]);
}

ramp_status ramp_crelu_forward(const ramp_fold *fold, int axis, const ramp_view *x,
                               const ramp_view *mask, const ramp_view *y,
                               const ramp_view *winners) {
  (void)fold, (void)mask, (void)winners;
  parts p = parts_of(y, axis, x);
  ramp_walk walk = ramp_walk_of(2, 3, (const ramp_view *[]){&p.above, &p.below, x});
  ramp_walk_run(&walk, forward_box, ramp_kernels_in_use()->folds[x->type]);
  return RAMP_OK;
}

ramp_status ramp_crelu_backward(const ramp_fold *fold, int axis, const ramp_view *kept,
                                const ramp_view *mask, const ramp_view *dy,
                                const ramp_view *dx) {
  (void)fold, (void)mask;
  parts p = parts_of(dy, axis, kept);
  ramp_walk walk =
      ramp_walk_of(1, 4, (const ramp_view *[]){dx, kept, &p.above, &p.below});
  ramp_walk_run(&walk, backward_box, ramp_kernels_in_use()->folds[dx->type]);
  return RAMP_OK;
}
