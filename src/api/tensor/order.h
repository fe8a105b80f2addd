/* SPDX-License-Identifier: MIT */
/* In which order the axes of a walk are taken where any will do. */
#ifndef RAMP_ORDER_H
#define RAMP_ORDER_H

#include "api/tensor/walk.h"

/* Makes one axis of each two that follow each other in memory, for all operands. */
void ramp_walk_join(ramp_walk *walk);

/* The axis of the shortest strides innermost, strides of the first operand positive. */
void ramp_walk_arrange(ramp_walk *walk);

/* The axis along which some operand stays within lines of cache, while the innermost one
   leads it from line to line; 0 when there is none. */
int ramp_walk_crosswise(const ramp_walk *walk);

#endif
