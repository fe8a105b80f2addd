/* SPDX-License-Identifier: MIT */
/* Boxes that are tiles of two axes. */
#ifndef RAMP_TILES_H
#define RAMP_TILES_H

#include "api/tensor/walk.h"

/* All elements of a walk that is arranged, of which some operand is contiguous along the
   axis `crosswise` and not along the innermost one. */
void ramp_tiles_run(const ramp_walk *walk, int crosswise, bool is_far, ramp_box *box,
                    const void *work);

#endif
