/* SPDX-License-Identifier: MIT */
/* A learned slope: forward, and backward by x and by the slope. */
#include "api/tensor/gradients.h"
#include "api/tensor/pair.h"

#include <float.h>

static void forward_box(const void *work, size_t n, char *const *operand) {
  ramp_pair_forward(work, n, operand[1], operand[2], operand[0]);
}

ramp_status ramp_prelu_forward(const DLTensor *x, const DLTensor *slope, DLTensor *y) {
  ramp_view x_view, slope_view, y_view;
  const ramp_view *const view[] = {&y_view, &x_view, &slope_view};
  ramp_status status = ramp_view_floating("x", x, &x_view);
  if (status == RAMP_OK) status = ramp_view_of_type("slope", slope, &x_view, &slope_view);
  if (status == RAMP_OK) status = ramp_view_of_type("y", y, &x_view, &y_view);
  if (status == RAMP_OK) status = ramp_view_broadcast(&slope_view, &x_view);
  if (status == RAMP_OK) status = ramp_view_check_result(&y_view, view + 1, 2);
  if (status != RAMP_OK) return status;
  ramp_pair pair = ramp_pair_of(x_view.type);
  ramp_walk walk = ramp_walk_of(1, 3, view);
  ramp_walk_run(&walk, forward_box, &pair);
  return RAMP_OK;
}

typedef struct {
  ramp_pair pair;
  ramp_conversion *to_double;
  const ramp_term_loops *terms;
  ramp_bound_check *f32_within; /* null for other types */
} job;

/* Numbers that are finite, as almost all are, need no care for infinities times 0. */
static void add_terms(const job *j, size_t n, const char *x, const char *dy,
                      const ramp_lanes *lanes) {
  double wide_x[RAMP_BLOCK], wide_dy[RAMP_BLOCK];
  if (j->f32_within && j->f32_within(n, x, FLT_MAX) && j->f32_within(n, dy, FLT_MAX)) {
    j->terms->add_by_slope_finite(n, (const float *)(const void *)x,
                                  (const float *)(const void *)dy, lanes->at,
                                  lanes->period, lanes->sum);
    return;
  }
  j->to_double(n, x, wide_x);
  j->to_double(n, dy, wide_dy);
  j->terms->add_by_slope(n, wide_x, wide_dy, lanes->at, lanes->period, lanes->sum);
}

static void backward_box(const void *work, size_t n, char *const *in, char *dx,
                         const ramp_lanes *lanes) {
  const job *j = work;
  if (lanes) add_terms(j, n, in[0], in[1], lanes);
  if (dx) ramp_pair_backward(&j->pair, n, in[0], in[2], in[1], dx);
}

ramp_status ramp_prelu_backward(const DLTensor *x, const DLTensor *slope,
                                const DLTensor *dy, DLTensor *dx, DLTensor *dslope) {
  ramp_gradients g;
  ramp_status status = ramp_gradients_of(x, "slope", slope, &g);
  if (status == RAMP_OK) status = ramp_gradients_check(&g, dy, dx, "dslope", dslope);
  if (status != RAMP_OK) return status;
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  job j = {ramp_pair_of(g.x.type), kernels->to_double[g.x.type], kernels->terms,
           g.x.type == RAMP_F32 ? kernels->f32_within : NULL};
  ramp_gradients_run(&g, backward_box, &j);
  return RAMP_OK;
}
