/* SPDX-License-Identifier: MIT */
/*
 * Maxout: of each group of k neighbours along the axis the first largest, and which one
 * it was.  A walk goes over the outputs, and a counter tells where in x or dx the group
 * of each begins: so any axis, any strides and any k are one case.  Groups that follow
 * one another in memory go to kernels that take them apart in registers.
 */
#include "api/compute.h"
#include "api/fold/fold.h"
#include "api/tensor/copy.h"
#include "api/tensor/walk.h"

#include <string.h>

/* How groups lie in x or dx. */
typedef struct {
  const ramp_fold_kernels *kernels;
  size_t k, size;
  int64_t step; /* bytes from one element of a group to the next */
} groups;

static groups groups_of(const ramp_fold *fold, int axis, const ramp_view *x) {
  return (groups){ramp_kernels_in_use()->folds[x->type], (size_t)fold->k, x->size,
                  x->stride[axis]};
}

static char *place(uint64_t address) { return (char *)(uintptr_t)address; }

/* Groups that lie equally far from each other. */
typedef struct {
  size_t n;
  uint64_t first;
  int64_t distance;
} run;

static run first_run(size_t n, const uint64_t *address) {
  run r = {.n = 1, .first = address[0]};
  if (n == 1) return r;
  uint64_t apart = address[1] - address[0];
  while (r.n < n && address[r.n] - address[r.n - 1] == apart)
    r.n++;
  r.distance = (int64_t)apart;
  return r;
}

/* Whether groups follow one another without gaps. */
static bool is_dense(const groups *g, const run *r) {
  int64_t size = (int64_t)g->size;
  return g->step == size && (r->n == 1 || r->distance == size * (int64_t)g->k) &&
         r->first % g->size == 0;
}

/* Whether the j'th elements of the groups, from `first` on, are an array. */
static bool is_array(const groups *g, const run *r, uint64_t first) {
  return (r->n == 1 || r->distance == (int64_t)g->size) && first % g->size == 0;
}

static ramp_plane outside(const run *r, uint64_t first) {
  return (ramp_plane){place(first), {r->distance, 0}};
}

static ramp_plane inside(const groups *g, void *block) {
  return (ramp_plane){block, {(int64_t)g->size, 0}};
}

static uint64_t address_of(const groups *g, const run *r, size_t j) {
  return r->first + j * (uint64_t)g->step;
}

/* ------------------------------------------------------------------ forward */

/* The j'th elements, where they lie or gathered in the block. */
static const void *lane_of(const groups *g, const run *r, size_t j, void *block) {
  uint64_t first = address_of(g, r, j);
  if (is_array(g, r, first)) return place(first);
  ramp_copy(g->size, (size_t[]){r->n, 1}, inside(g, block), outside(r, first));
  return block;
}

static void forward_run(const groups *g, const run *r, char *y, uint8_t *winner) {
  double block[RAMP_BLOCK];
  if (is_dense(g, r)) {
    g->kernels->maxout_groups(r->n, g->k, place(r->first), y, winner);
    return;
  }
  memcpy(y, lane_of(g, r, 0, block), r->n * g->size);
  memset(winner, 0, r->n);
  for (size_t j = 1; j < g->k; j++)
    g->kernels->maxout_join(r->n, lane_of(g, r, j, block), (uint8_t)j, y, winner);
}

/* ------------------------------------------------------------------ backward */

static void backward_lane(const groups *g, const run *r, size_t j, const uint8_t *winner,
                          const char *dy) {
  double block[RAMP_BLOCK];
  uint64_t first = address_of(g, r, j);
  bool array = is_array(g, r, first);
  void *lane = array ? (void *)place(first) : block;
  g->kernels->maxout_spread(r->n, winner, (uint8_t)j, dy, lane);
  if (!array) ramp_copy(g->size, (size_t[]){r->n, 1}, outside(r, first), inside(g, lane));
}

static void backward_run(const groups *g, const run *r, const uint8_t *winner,
                         const char *dy) {
  if (is_dense(g, r)) {
    g->kernels->maxout_spread_groups(r->n, g->k, winner, dy, place(r->first));
    return;
  }
  for (size_t j = 0; j < g->k; j++)
    backward_lane(g, r, j, winner, dy);
}

/* ------------------------------------------------------------------ walks */

/* Operands: y, winners, addresses of groups; without winners nobody asks for them. */
static void forward_box(const void *work, size_t n, char *const *operand) {
  const groups *g = work;
  const uint64_t *address = (const void *)operand[2];
  run r;
  for (size_t at = 0; at < n; at += r.n) {
    r = first_run(n - at, address + at);
    forward_run(g, &r, operand[0] + at * g->size, (uint8_t *)operand[1] + at);
  }
}

static void forward_box_alone(const void *work, size_t n, char *const *operand) {
  uint8_t winner[RAMP_BLOCK];
  forward_box(work, n, (char *[]){operand[0], (char *)winner, operand[1]});
}

/* Operands: winners, dy, addresses of groups. */
static void backward_box(const void *work, size_t n, char *const *operand) {
  const groups *g = work;
  const uint64_t *address = (const void *)operand[2];
  run r;
  for (size_t at = 0; at < n; at += r.n) {
    r = first_run(n - at, address + at);
    backward_run(g, &r, (const uint8_t *)operand[0] + at, operand[1] + at * g->size);
  }
}

/* The operands given, then the addresses of the groups in `grouped`.  Where neighbours
   are apart, the first ones are an operand, too, for walks to take their order from. */
static void walk_groups(const groups *g, int axis, const ramp_view *grouped, int outputs,
                        int given, const ramp_view *const *view, ramp_box *box) {
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
  groups g = groups_of(fold, axis, x);
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
  groups g = groups_of(fold, axis, dx);
  walk_groups(&g, axis, dx, 0, 2, (const ramp_view *[]){kept, dy}, backward_box);
  return RAMP_OK;
}
