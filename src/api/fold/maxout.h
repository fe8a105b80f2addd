/* SPDX-License-Identifier: MIT */
/* Groups of maxout and runs of them: what its walks and its lines share. */
#ifndef RAMP_MAXOUT_H
#define RAMP_MAXOUT_H

#include "api/fold/fold.h"
#include "kernels/kernels.h"

/* How groups lie in x or dx. */
typedef struct ramp_groups {
  const ramp_fold_kernels *kernels;
  size_t k, size;
  int64_t step; /* bytes from one element of a group to the next */
} ramp_groups;

/* Groups that lie equally far from each other; the distance of a single one is of no
   account. */
typedef struct ramp_group_run {
  size_t n;
  uint64_t first; /* an address */
  int64_t distance;
} ramp_group_run;

/* At most RAMP_BLOCK groups.  y, winner and dy are arrays of as many. */
void ramp_maxout_run(const ramp_groups *g, const ramp_group_run *r, char *y,
                     uint8_t *winner);
void ramp_maxout_run_back(const ramp_groups *g, const ramp_group_run *r,
                          const uint8_t *winner, const char *dy);

/* Maxout of all of `grouped` (x, or dx where it goes back), where y or dy, and the
   winners, are arrays along their last axis, and so are the groups or their elements;
   false, without having done anything, where they are not.  winners may be null
   forward. */
bool ramp_maxout_lines(const ramp_groups *g, bool back, int axis,
                       const ramp_view *grouped, const ramp_view *single,
                       const ramp_view *winners);

#endif
