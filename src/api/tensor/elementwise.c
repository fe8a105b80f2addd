/* SPDX-License-Identifier: MIT */
/* Forward, derivative and backward of one function over tensors of one shape. */
#include "api/compute.h"
#include "api/tensor/view.h"
#include "api/tensor/walk.h"

static void run_box(const void *work, size_t n, char *const *operand) {
  const ramp_job *j = work;
  const char *dy = j->direction == RAMP_BACKWARD ? operand[2] : NULL;
  ramp_job_run(j, n, operand[1], dy, operand[0]);
}

static ramp_status compute(ramp_direction direction, const ramp_function *f,
                           const DLTensor *x, const DLTensor *dy, const char *out_name,
                           const DLTensor *out) {
  const bool goes_back = direction == RAMP_BACKWARD;
  ramp_view x_view, dy_view, out_view;
  const ramp_view *const view[] = {&out_view, &x_view, &dy_view};
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_view_floating("x", x, &x_view);
  if (status == RAMP_OK && goes_back)
    status = ramp_view_of_type("dy", dy, &x_view, &dy_view);
  if (status == RAMP_OK) status = ramp_view_of_type(out_name, out, &x_view, &out_view);
  if (status == RAMP_OK && goes_back) status = ramp_view_check_shape(&dy_view, &x_view);
  if (status == RAMP_OK)
    status = ramp_view_check_result(&out_view, view + 1, goes_back ? 2 : 1);
  if (status != RAMP_OK) return status;
  ramp_job j = ramp_job_of(f, out_view.type, direction);
  ramp_walk walk = ramp_walk_of(1, goes_back ? 3 : 2, view);
  ramp_walk_run(&walk, run_box, &j);
  return RAMP_OK;
}

ramp_status ramp_tensor_forward(const ramp_function *f, const DLTensor *x, DLTensor *y) {
  return compute(RAMP_FORWARD, f, x, NULL, "y", y);
}

ramp_status ramp_tensor_derivative(const ramp_function *f, const DLTensor *x,
                                   DLTensor *slope) {
  return compute(RAMP_DERIVATIVE, f, x, NULL, "slope", slope);
}

ramp_status ramp_tensor_backward(const ramp_function *f, const DLTensor *x,
                                 const DLTensor *dy, DLTensor *dx) {
  return compute(RAMP_BACKWARD, f, x, dy, "dx", dx);
}
