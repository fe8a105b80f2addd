/* SPDX-License-Identifier: MIT */
/*
 * A function with what stands before or behind it in a network, in one pass over memory:
 * a bias, a residual.  What would have been stored between the steps is rounded to the
 * type, so that the bits are those of the steps.
 */
#include "api/compute.h"
#include "api/tensor/gradients.h"
#include "api/tensor/operands.h"
#include "api/tensor/pair.h"

typedef struct {
  ramp_job function;
  ramp_pair sum;
  ramp_conversion *to_double;
  const ramp_term_loops *terms;
} job;

static job job_of(const ramp_function *f, ramp_type type, ramp_direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  return (job){ramp_job_of(f, type, direction), ramp_pair_of(type),
               kernels->to_double[type], kernels->terms};
}

/* ------------------------------------------------------------------ forward */

/* Operands: y, x, what is added. */
static void bias_box(const void *work, size_t n, char *const *operand) {
  const job *j = work;
  double block[RAMP_BLOCK];
  for (size_t at = 0; at < n; at += RAMP_BLOCK) {
    size_t part = n - at < RAMP_BLOCK ? n - at : RAMP_BLOCK, from = at * j->sum.size;
    ramp_pair_sum(&j->sum, part, operand[1] + from, operand[2] + from, (char *)block);
    ramp_job_run(&j->function, part, (char *)block, NULL, operand[0] + from);
  }
}

static void residual_box(const void *work, size_t n, char *const *operand) {
  const job *j = work;
  double block[RAMP_BLOCK];
  for (size_t at = 0; at < n; at += RAMP_BLOCK) {
    size_t part = n - at < RAMP_BLOCK ? n - at : RAMP_BLOCK, from = at * j->sum.size;
    ramp_job_run(&j->function, part, operand[1] + from, NULL, (char *)block);
    ramp_pair_sum(&j->sum, part, (char *)block, operand[2] + from, operand[0] + from);
  }
}

static ramp_status forward(const ramp_function *f, const DLTensor *x,
                           const char *added_name, const DLTensor *added,
                           const DLTensor *y, ramp_box *box) {
  ramp_view views[3];
  const ramp_view *const view[] = {&views[0], &views[1], &views[2]};
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_operands_stretched(x, added_name, added, y, views);
  if (status != RAMP_OK) return status;
  job j = job_of(f, views[1].type, RAMP_FORWARD);
  ramp_walk walk = ramp_walk_of(1, 3, view);
  walk.grain = j.function.grain;
  ramp_walk_run(&walk, box, &j);
  return RAMP_OK;
}

ramp_status ramp_bias_forward(const ramp_function *f, const DLTensor *x,
                              const DLTensor *bias, DLTensor *y) {
  return forward(f, x, "bias", bias, y, bias_box);
}

ramp_status ramp_residual_forward(const ramp_function *f, const DLTensor *x,
                                  const DLTensor *residual, DLTensor *y) {
  return forward(f, x, "residual", residual, y, residual_box);
}

/* ------------------------------------------------------------------ backward */

static void add(const job *j, size_t n, const char *term, const ramp_lanes *lanes) {
  double wide[RAMP_BLOCK];
  j->to_double(n, term, wide);
  j->terms->add(n, wide, lanes->at, lanes->period, lanes->sum);
}

/* The terms are dx itself. */
static void bias_gradient(const void *work, size_t n, char *const *in, char *dx,
                          const ramp_lanes *lanes) {
  const job *j = work;
  double block[RAMP_BLOCK], own[RAMP_BLOCK];
  if (!dx) dx = (char *)own;
  ramp_pair_sum(&j->sum, n, in[0], in[2], (char *)block);
  ramp_job_run(&j->function, n, (char *)block, in[1], dx);
  if (lanes) add(j, n, dx, lanes);
}

static void residual_gradient(const void *work, size_t n, char *const *in, char *dx,
                              const ramp_lanes *lanes) {
  const job *j = work;
  if (lanes) add(j, n, in[1], lanes);
  if (dx) ramp_job_run(&j->function, n, in[0], in[1], dx);
}

ramp_status ramp_bias_backward(const ramp_function *f, const DLTensor *x,
                               const DLTensor *bias, const DLTensor *dy, DLTensor *dx,
                               DLTensor *dbias) {
  ramp_gradients g;
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_gradients_of(x, "bias", bias, &g);
  if (status == RAMP_OK) status = ramp_gradients_check(&g, dy, dx, "dbias", dbias);
  if (status != RAMP_OK) return status;
  job j = job_of(f, g.x.type, RAMP_BACKWARD);
  ramp_gradients_run(&g, bias_gradient, &j);
  return RAMP_OK;
}

ramp_status ramp_residual_backward(const ramp_function *f, const DLTensor *x,
                                   const DLTensor *dy, DLTensor *dx,
                                   DLTensor *dresidual) {
  ramp_gradients g;
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_gradients_of(x, NULL, NULL, &g);
  if (status == RAMP_OK)
    status = ramp_gradients_check(&g, dy, dx, "dresidual", dresidual);
  if (status != RAMP_OK) return status;
  job j = job_of(f, g.x.type, RAMP_BACKWARD);
  ramp_gradients_run(&g, residual_gradient, &j);
  return RAMP_OK;
}
