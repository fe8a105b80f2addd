/* SPDX-License-Identifier: MIT */
/*
 * Maxout: of each group of k neighbours along the axis the first largest, and which one
 * it was.  Where nothing better is possible a walk goes over the outputs, and a counter
 * tells where in x or dx the group of each begins: so any axis, any strides and any k are
 * one case.
 */
#include "api/fold/maxout.h"

#include "api/compute.h"
#include "api/tensor/walk.h"

#include <string.h>

static ramp_groups groups_of(const ramp_fold *fold, int axis, const ramp_view *x) {
  return (ramp_groups){ramp_kernels_in_use()->folds[x->type], (size_t)fold->k, x->size,
                       x->stride[axis]};
}

static ramp_group_run first_run(size_t n, const uint64_t *address) {
  ramp_group_run r = {.n = 1, .first = address[0]};
  if (n == 1) return r;
  uint64_t apart = address[1] - address[0];
  while (r.n < n && address[r.n] - address[r.n - 1] == apart)
    r.n++;
  r.distance = (int64_t)apart;
  return r;
}

/* ------------------------------------------------------------------ walks */

/* Operands: y, winners, addresses of groups; without winners nobody asks for them. */
static void forward_box(const void *work, size_t n, char *const *operand) {
  const ramp_groups *g = work;
  const uint64_t *address = (const void *)operand[2];
  ramp_group_run r;
  for (size_t at = 0; at < n; at += r.n) {
    r = first_run(n - at, address + at);
    ramp_maxout_run(g, &r, operand[0] + at * g->size, (uint8_t *)operand[1] + at);
  }
}

static void forward_box_alone(const void *work, size_t n, char *const *operand) {
  uint8_t winner[RAMP_BLOCK];
  forward_box(work, n, (char *[]){operand[0], (char *)winner, operand[1]});
}

/* Operands: winners, dy, addresses of groups. */
static void backward_box(const void *work, size_t n, char *const *operand) {
  const ramp_groups *g = work;
  const uint64_t *address = (const void *)operand[2];
  ramp_group_run r;
  for (size_t at = 0; at < n; at += r.n) {
    r = first_run(n - at, address + at);
    ramp_maxout_run_back(g, &r, (const uint8_t *)operand[0] + at,
                         operand[1] + at * g->size);
  }
}

/* The operands given, then the addresses of the groups in `grouped`.  Where neighbours
   are apart, the first ones are an operand, too, for walks to take their order from. */
static void walk_groups(const ramp_groups *g, int axis, const ramp_view *grouped,
                        int outputs, int given, const ramp_view *const *view,
                        ramp_box *box) {
  if (ramp_view_count(view[0]) == 0) return;
  int64_t stride[RAMP_AXES_MAX];
  memcpy(stride, grouped->stride, sizeof stride);
  stride[axis] *= (int64_t)g->k;
  ramp_view address = ramp_view_counter(view[0], (uintptr_t)grouped->data, stride);
  ramp_view first =
      ramp_view_slice(grouped, axis, 0, (int64_t)g->k, view[0]->shape[axis]);
  const ramp_view *all[5] = {view[0]};
  memcpy(all, view, (size_t)given * sizeof *all);
  all[given] = &address;
  all[given + 1] = &first;
  int operands = given + (g->step == (int64_t)g->size ? 1 : 2);
  ramp_walk walk = ramp_walk_of(outputs, operands, all);
  ramp_walk_run(&walk, box, g);
}

ramp_status ramp_maxout_forward(const ramp_fold *fold, int axis, const ramp_view *x,
                                const ramp_view *mask, const ramp_view *y,
                                const ramp_view *winners) {
  (void)mask;
  ramp_groups g = groups_of(fold, axis, x);
  if (ramp_maxout_lines(&g, false, axis, x, y, winners)) return RAMP_OK;
  if (winners)
    walk_groups(&g, axis, x, 2, 2, (const ramp_view *[]){y, winners}, forward_box);
  else
    walk_groups(&g, axis, x, 1, 1, &y, forward_box_alone);
  return RAMP_OK;
}

ramp_status ramp_maxout_backward(const ramp_fold *fold, int axis, const ramp_view *kept,
                                 const ramp_view *mask, const ramp_view *dy,
                                 const ramp_view *dx) {
  (void)mask;
  ramp_groups g = groups_of(fold, axis, dx);
  if (ramp_maxout_lines(&g, true, axis, dx, dy, kept)) return RAMP_OK;
  walk_groups(&g, axis, dx, 0, 2, (const ramp_view *[]){kept, dy}, backward_box);
  return RAMP_OK;
}
