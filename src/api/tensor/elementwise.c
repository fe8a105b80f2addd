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

/* The tensors of a call: the output, x, and dy where it goes back. */
typedef struct {
  int inputs;
  ramp_view out, in[2];
} tensors;

static ramp_status check_tensors(tensors *t, const char *out_name, const DLTensor *out,
                                 const DLTensor *x, const DLTensor *dy) {
  ramp_status status = ramp_view_floating("x", x, &t->in[0]);
  if (status == RAMP_OK && t->inputs == 2)
    status = ramp_view_of_type("dy", dy, &t->in[0], &t->in[1]);
  if (status == RAMP_OK) status = ramp_view_of_type(out_name, out, &t->in[0], &t->out);
  if (status == RAMP_OK && t->inputs == 2)
    status = ramp_view_check_shape(&t->in[1], &t->in[0]);
  if (status == RAMP_OK) status = ramp_view_check_shape(&t->out, &t->in[0]);
  if (status == RAMP_OK) status = ramp_view_check_output(&t->out);
  for (int i = 0; i < t->inputs && status == RAMP_OK; i++)
    status = ramp_view_check_in_place(&t->out, &t->in[i]);
  return status;
}

static ramp_status compute(ramp_direction direction, const ramp_function *f,
                           const DLTensor *x, const DLTensor *dy, const char *out_name,
                           const DLTensor *out) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  tensors t = {.inputs = direction == RAMP_BACKWARD ? 2 : 1};
  status = check_tensors(&t, out_name, out, x, dy);
  if (status != RAMP_OK) return status;
  ramp_job j = ramp_job_of(f, t.out.type, direction);
  ramp_walk walk =
      ramp_walk_of(1, 1 + t.inputs, (const ramp_view *[]){&t.out, &t.in[0], &t.in[1]});
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
