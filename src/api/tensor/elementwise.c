/* SPDX-License-Identifier: MIT */
/* Forward, derivative and backward of one function over tensors of one shape. */
#include "api/both.h"
#include "api/tensor/operands.h"
#include "api/tensor/walk.h"

/* ------------------------------------------------------------------ few elements */

/* More than this are not few, whatever they are. */
enum { MANY = 1 << 20 };

/* How many elements there are, if these are contiguous and few; else 0. */
static size_t contiguous(const DLTensor *t) {
  size_t count = 1;
  if (!t || t->ndim < 0 || t->ndim > RAMP_AXES_MAX || (t->ndim > 0 && !t->shape))
    return 0;
  for (int i = t->ndim - 1; i >= 0; i--) {
    int64_t size = t->shape[i];
    if (size < 0 || size > MANY) return 0;
    if (t->strides && size > 1 && t->strides[i] != (int64_t)count) return 0;
    count *= (size_t)size;
    if (count > MANY) return 0;
  }
  return count;
}

static bool is_like(const DLTensor *t, const DLTensor *x) {
  if (t->ndim != x->ndim) return false;
  for (int i = 0; i < t->ndim; i++)
    if (t->shape[i] != x->shape[i]) return false;
  return t->dtype.code == x->dtype.code && t->dtype.bits == x->dtype.bits &&
         t->dtype.lanes == x->dtype.lanes;
}

/* In the CPU's own memory, at an address that is one. */
static char *elements_of(const DLTensor *t) {
  uintptr_t first = (uintptr_t)t->data + t->byte_offset;
  if (!t->data || first < (uintptr_t)t->data || t->device.device_type != kDLCPU)
    return NULL;
  return (char *)first;
}

/* Few elements of contiguous tensors take less time than views and walks: they are
   arrays.  False, and nothing done, for all others. */
static bool compute_few(ramp_direction direction, const ramp_function *f,
                        const DLTensor *x, const DLTensor *dy, const DLTensor *out) {
  ramp_type type;
  size_t count = contiguous(x);
  if (count == 0 || !ramp_floating_type(x->dtype, &type)) return false;
  if (contiguous(out) != count || !is_like(out, x)) return false;
  if (direction != RAMP_BACKWARD)
    return ramp_compute_few(direction, f, type, count, elements_of(x), NULL,
                            elements_of(out));
  if (contiguous(dy) != count || !is_like(dy, x)) return false;
  return ramp_compute_few(direction, f, type, count, elements_of(x), elements_of(dy),
                          elements_of(out));
}

/* ------------------------------------------------------------------ any tensors */

static void run_box(const void *work, size_t n, char *const *operand) {
  const ramp_job *j = work;
  const char *dy = j->direction == RAMP_BACKWARD ? operand[2] : NULL;
  ramp_job_run(j, n, operand[1], dy, operand[0]);
}

static void run_rows(const void *work, const size_t n[2], const ramp_band *operand) {
  const ramp_job *j = work;
  const ramp_band none = {NULL, 0};
  const ramp_band dy = j->direction == RAMP_BACKWARD ? operand[2] : none;
  ramp_job_run_rows(j, n, operand[1], dy, operand[0]);
}

static ramp_status compute(ramp_direction direction, const ramp_function *f,
                           const DLTensor *x, const DLTensor *dy, const char *out_name,
                           const DLTensor *out) {
  if (compute_few(direction, f, x, dy, out)) return RAMP_OK;
  const bool goes_back = direction == RAMP_BACKWARD;
  ramp_view views[3];
  const ramp_view *const view[] = {&views[0], &views[1], &views[2]};
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK)
    status = ramp_operands_alike(goes_back, x, dy, out_name, out, views);
  if (status != RAMP_OK) return status;
  const ramp_job *j = ramp_job_keep(f, views[0].type, direction);
  ramp_walk walk = ramp_walk_of(1, goes_back ? 3 : 2, view);
  char *run[] = {NULL, NULL, NULL};
  if (ramp_walk_is_run(&walk, run)) {
    ramp_job_run_shared(j, walk.count, run[1], run[2], run[0]);
    return RAMP_OK;
  }
  walk.grain = j->grain;
  if (ramp_job_has_rows(j)) walk.box_of_rows = run_rows;
  ramp_walk_run(&walk, run_box, j);
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

/* ------------------------------------------------------------ value and derivative */

static void run_both_box(const void *work, size_t n, char *const *operand) {
  ramp_both_run(work, n, operand[2], operand[0], operand[1]);
}

static void run_both_rows(const void *work, const size_t n[2], const ramp_band *operand) {
  ramp_both_run_rows(work, n, operand[2], operand[0], operand[1]);
}

ramp_status ramp_tensor_value_and_derivative(const ramp_function *f, const DLTensor *x,
                                             DLTensor *y, DLTensor *slope) {
  ramp_view x_view, y_view, slope_view;
  const ramp_view *const view[] = {&y_view, &slope_view, &x_view};
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_view_floating("x", x, &x_view);
  if (status == RAMP_OK) status = ramp_view_of_type("y", y, &x_view, &y_view);
  if (status == RAMP_OK) status = ramp_view_of_type("slope", slope, &x_view, &slope_view);
  if (status == RAMP_OK) status = ramp_view_check_result(&y_view, view + 2, 1);
  if (status == RAMP_OK) status = ramp_view_check_result(&slope_view, view + 2, 1);
  if (status == RAMP_OK) status = ramp_view_check_apart(&y_view, &slope_view);
  if (status != RAMP_OK) return status;
  const ramp_both b = ramp_both_keep(f, x_view.type);
  ramp_walk walk = ramp_walk_of(2, 3, view);
  char *run[3];
  if (ramp_walk_is_run(&walk, run)) {
    ramp_both_run_shared(&b, walk.count, run[2], run[0], run[1]);
    return RAMP_OK;
  }
  walk.grain = ramp_both_first(&b)->grain;
  if (ramp_both_has_rows(&b)) walk.box_of_rows = run_both_rows;
  ramp_walk_run(&walk, run_both_box, &b);
  return RAMP_OK;
}
