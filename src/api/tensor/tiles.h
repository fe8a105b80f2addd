/* SPDX-License-Identifier: MIT */
/* Walks in tiles: where operands lie crosswise, or far away. */
#ifndef RAMP_TILES_H
#define RAMP_TILES_H

#include "api/tensor/walk.h"

/* All elements of a walk that is arranged, whose blocks become as large as suits it.  The
   axis `crosswise` is that of ramp_walk_crosswise(). */
void ramp_tiles_run(ramp_walk *walk, int crosswise, bool is_far, ramp_box *box,
                    const void *work);

#endif
