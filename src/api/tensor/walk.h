/* SPDX-License-Identifier: MIT */
/*
 * Element by element through several views of one shape.  Their elements come to a
 * callback in boxes, each operand's as n contiguous, aligned ones: where they lie, or
 * gathered on the stack and, what is written, put back behind it.
 */
#ifndef RAMP_WALK_H
#define RAMP_WALK_H

#include "api/tensor/view.h"
#include "kernels/kernels.h"

#define RAMP_OPERANDS_MAX 8

/* operand[i] has n elements of operand i.  n is any number, at most RAMP_BLOCK where an
   operand is counted.  What is only read must not be written. */
typedef void ramp_box(const void *work, size_t n, char *const *operand);

/* The same for n[1] rows of n[0] elements, aligned, which may lie apart. */
typedef void ramp_box_of_rows(const void *work, const size_t n[2],
                              const ramp_band *operand);

typedef struct ramp_operand {
  uint64_t first; /* the address of its first element, or a number that is counted */
  size_t size;
  bool counted;
  int64_t stride[RAMP_AXES_MAX];
} ramp_operand;

/* How far a stride leads, either way, and in so many steps: modulo 2^64, as a counted
   operand's numbers are. */
static inline int64_t ramp_magnitude(int64_t stride) {
  return stride < 0 ? (int64_t)(0 - (uint64_t)stride) : stride;
}

static inline int64_t ramp_stride_times(int64_t stride, int64_t steps) {
  return (int64_t)((uint64_t)stride * (uint64_t)steps);
}

/* Axes in the order in which they are walked, the innermost first. */
typedef struct ramp_walk {
  int axes, operands, outputs;
  size_t count;
  size_t grain; /* elements that are worth a thread; or 0, see ramp_weighed() */
  bool streams; /* the box itself stores past the caches where its results belong */
  ramp_box_of_rows *box_of_rows; /* for rows that need not be copied; or null */
  size_t block_bytes; /* of an operand in a box, at most, unless it lies ready */
  int64_t shape[RAMP_AXES_MAX];
  ramp_operand operand[RAMP_OPERANDS_MAX];
} ramp_walk;

/* The first `outputs` of the views are written; all are of one shape.  The walk is
   row-major. */
ramp_walk ramp_walk_of(int outputs, int operands, const ramp_view *const *view);

/* Whether the elements of all operands are one contiguous run, however their axes are
   ordered: then where each begins. */
bool ramp_walk_is_run(const ramp_walk *walk, char **first);

/* All elements, shared among threads, in an order that suits the memory: results must not
   depend on it, nor on how boxes are cut.  Each box in the default environment. */
void ramp_walk_run(const ramp_walk *walk, ramp_box *box, const void *work);

/* Elements begin to end, one after the other in the order of the walk, by this thread and
   in its environment. */
void ramp_walk_range(const ramp_walk *walk, size_t begin, size_t end, ramp_box *box,
                     const void *work);

#endif
