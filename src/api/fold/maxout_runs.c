/* SPDX-License-Identifier: MIT */
/* Maxout of groups that lie equally far from each other: forward and backward, however
   the elements of a group lie.  Groups that follow one another in memory go to kernels
   that take them apart in registers. */
#include "api/fold/maxout.h"

#include "api/compute.h"
#include "api/tensor/copy.h"

#include <string.h>

static char *place(uint64_t address) { return (char *)(uintptr_t)address; }

/* Whether groups follow one another without gaps. */
static bool is_dense(const ramp_groups *g, const ramp_group_run *r) {
  int64_t size = (int64_t)g->size;
  return g->step == size && (r->n == 1 || r->distance == size * (int64_t)g->k) &&
         r->first % g->size == 0;
}

/* Whether the j'th elements of the groups, from `first` on, are an array. */
static bool is_array(const ramp_groups *g, const ramp_group_run *r, uint64_t first) {
  return (r->n == 1 || r->distance == (int64_t)g->size) && first % g->size == 0;
}

static ramp_plane outside(const ramp_group_run *r, uint64_t first) {
  return (ramp_plane){place(first), {r->distance, 0}};
}

static ramp_plane inside(const ramp_groups *g, void *block) {
  return (ramp_plane){block, {(int64_t)g->size, 0}};
}

static uint64_t address_of(const ramp_groups *g, const ramp_group_run *r, size_t j) {
  return r->first + j * (uint64_t)g->step;
}

/* ------------------------------------------------------------------ forward */

/* The j'th elements, where they lie or gathered in the block. */
static const void *lane_of(const ramp_groups *g, const ramp_group_run *r, size_t j,
                           void *block) {
  uint64_t first = address_of(g, r, j);
  if (is_array(g, r, first)) return place(first);
  ramp_copy(g->size, (size_t[]){r->n, 1}, inside(g, block), outside(r, first));
  return block;
}

void ramp_maxout_run(const ramp_groups *g, const ramp_group_run *r, char *y,
                     uint8_t *winner) {
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

static void backward_lane(const ramp_groups *g, const ramp_group_run *r, size_t j,
                          const uint8_t *winner, const char *dy) {
  double block[RAMP_BLOCK];
  uint64_t first = address_of(g, r, j);
  bool array = is_array(g, r, first);
  void *lane = array ? (void *)place(first) : block;
  g->kernels->maxout_spread(r->n, winner, (uint8_t)j, dy, lane);
  if (!array) ramp_copy(g->size, (size_t[]){r->n, 1}, outside(r, first), inside(g, lane));
}

void ramp_maxout_run_back(const ramp_groups *g, const ramp_group_run *r,
                          const uint8_t *winner, const char *dy) {
  if (is_dense(g, r)) {
    g->kernels->maxout_spread_groups(r->n, g->k, winner, dy, place(r->first));
    return;
  }
  for (size_t j = 0; j < g->k; j++)
    backward_lane(g, r, j, winner, dy);
}
