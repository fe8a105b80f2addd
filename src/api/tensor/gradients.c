/* SPDX-License-Identifier: MIT */
/* What the calls that go back to two tensors share: checks, and the way to the sums. */
#include "api/tensor/gradients.h"

#include <string.h>

ramp_status ramp_gradients_of(const DLTensor *x, const char *second_name,
                              const DLTensor *second, ramp_gradients *g) {
  memset(g, 0, sizeof *g);
  ramp_status status = ramp_view_floating("x", x, &g->x);
  if (status != RAMP_OK || !second_name) return status;
  g->has_second = true;
  return ramp_view_of_type(second_name, second, &g->x, &g->second);
}

static ramp_status check_dx(ramp_gradients *g, const DLTensor *dx,
                            const ramp_view *const *in, int inputs) {
  g->wants_dx = true;
  ramp_status status = ramp_view_of_type("dx", dx, &g->x, &g->dx);
  return status == RAMP_OK ? ramp_view_check_result(&g->dx, in, inputs) : status;
}

static ramp_status check_total(ramp_gradients *g, const char *name, const DLTensor *total,
                               const ramp_view *second, const ramp_view *const *in,
                               int inputs) {
  g->wants_total = true;
  ramp_status status = ramp_view_of_type(name, total, &g->x, &g->total);
  if (status != RAMP_OK) return status;
  ramp_view stretched = g->total;
  status = second ? ramp_view_check_shape(&g->total, second)
                  : ramp_view_broadcast(&stretched, &g->x);
  if (status == RAMP_OK) status = ramp_view_check_output(&g->total);
  for (int i = 0; i < inputs && status == RAMP_OK; i++)
    status = ramp_view_check_apart(&g->total, in[i]);
  if (status == RAMP_OK && g->wants_dx) status = ramp_view_check_apart(&g->total, &g->dx);
  return status;
}

ramp_status ramp_gradients_check(ramp_gradients *g, const DLTensor *dy,
                                 const DLTensor *dx, const char *total_name,
                                 const DLTensor *total) {
  const ramp_view *const in[] = {&g->x, &g->dy, &g->second};
  const int inputs = g->has_second ? 3 : 2;
  const ramp_view narrow = g->second;
  ramp_status status = ramp_view_of_type("dy", dy, &g->x, &g->dy);
  if (status == RAMP_OK) status = ramp_view_check_shape(&g->dy, &g->x);
  if (status == RAMP_OK && g->has_second) status = ramp_view_broadcast(&g->second, &g->x);
  if (status == RAMP_OK && dx) status = check_dx(g, dx, in, inputs);
  if (status == RAMP_OK && total)
    status =
        check_total(g, total_name, total, g->has_second ? &narrow : NULL, in, inputs);
  return status;
}

/* ------------------------------------------------------------------ running */

typedef struct {
  const ramp_gradients *gradients;
  ramp_gradient_box *box;
  const void *work;
} job;

static void sum_box(const void *all, size_t n, char *const *operand,
                    const ramp_lanes *lanes) {
  const job *j = all;
  bool wants_dx = j->gradients->wants_dx;
  j->box(j->work, n, operand + wants_dx, wants_dx ? operand[0] : NULL, lanes);
}

/* Without sums boxes may be long. */
static void plain_box(const void *all, size_t n, char *const *operand) {
  const job *j = all;
  size_t size = j->gradients->x.size;
  int operands = j->gradients->has_second ? 4 : 3;
  char *here[4];
  for (size_t at = 0; at < n; at += RAMP_BLOCK) {
    for (int i = 0; i < operands; i++)
      here[i] = operand[i] + at * size;
    size_t block = n - at < RAMP_BLOCK ? n - at : RAMP_BLOCK;
    j->box(j->work, block, here + 1, here[0], NULL);
  }
}

void ramp_gradients_run(const ramp_gradients *g, ramp_gradient_box *box,
                        const void *work) {
  const ramp_view *const all[] = {&g->dx, &g->x, &g->dy, &g->second};
  const ramp_view *const *view = g->wants_dx ? all : all + 1;
  int operands = (g->wants_dx ? 1 : 0) + (g->has_second ? 3 : 2);
  job j = {g, box, work};
  if (g->wants_total) {
    ramp_sum_run(g->wants_dx ? 1 : 0, operands, view, &g->total, sum_box, &j);
  } else if (g->wants_dx) {
    ramp_walk walk = ramp_walk_of(1, operands, view);
    ramp_walk_run(&walk, plain_box, &j);
  }
}
