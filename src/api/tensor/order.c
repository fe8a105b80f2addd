/* SPDX-License-Identifier: MIT */
/* The order of axes: joined, turned and sorted by their strides. */
#include "api/tensor/order.h"
#include "kernels/stream.h"

static bool follow(const ramp_walk *walk, int inner, int outer) {
  for (int i = 0; i < walk->operands; i++) {
    const int64_t *stride = walk->operand[i].stride;
    if (stride[outer] != ramp_stride_times(stride[inner], walk->shape[inner]))
      return false;
  }
  return true;
}

static void move_axis(ramp_walk *walk, int from, int to) {
  walk->shape[to] = walk->shape[from];
  for (int i = 0; i < walk->operands; i++)
    walk->operand[i].stride[to] = walk->operand[i].stride[from];
}

/* Axes of size 1 vanish, too. */
void ramp_walk_join(ramp_walk *walk) {
  int kept = 0;
  for (int axis = 0; axis < walk->axes; axis++) {
    if (walk->shape[axis] == 1) continue;
    if (kept > 0 && follow(walk, kept - 1, axis))
      walk->shape[kept - 1] *= walk->shape[axis];
    else
      move_axis(walk, axis, kept++);
  }
  walk->axes = kept;
}

static void turn(ramp_walk *walk, int axis) {
  for (int i = 0; i < walk->operands; i++) {
    ramp_operand *o = &walk->operand[i];
    o->first += (uint64_t)(walk->shape[axis] - 1) * (uint64_t)o->stride[axis];
    o->stride[axis] = ramp_stride_times(o->stride[axis], -1);
  }
}

/* Each operand that has memory votes for the axis of its shorter stride; the first one
   decides a tie. */
static bool belongs_inside(const ramp_walk *walk, int a, int b) {
  int votes = 0, first = 0;
  for (int i = 0; i < walk->operands; i++) {
    if (walk->operand[i].counted) continue;
    int64_t of_a = ramp_magnitude(walk->operand[i].stride[a]),
            of_b = ramp_magnitude(walk->operand[i].stride[b]);
    int vote = (of_a < of_b) - (of_a > of_b);
    votes += vote;
    if (first == 0) first = vote;
  }
  return votes > 0 || (votes == 0 && first > 0);
}

static void exchange(ramp_walk *walk, int a, int b) {
  int64_t shape = walk->shape[a];
  walk->shape[a] = walk->shape[b];
  walk->shape[b] = shape;
  for (int i = 0; i < walk->operands; i++) {
    int64_t *stride = walk->operand[i].stride, kept = stride[a];
    stride[a] = stride[b];
    stride[b] = kept;
  }
}

void ramp_walk_arrange(ramp_walk *walk) {
  for (int axis = 0; axis < walk->axes; axis++)
    if (walk->operand[0].stride[axis] < 0) turn(walk, axis);
  for (int axis = 1; axis < walk->axes; axis++)
    for (int i = axis; i > 0 && belongs_inside(walk, i, i - 1); i--)
      exchange(walk, i, i - 1);
  ramp_walk_join(walk);
}

/* The axis of an operand's shortest stride that leads anywhere. */
static int contiguous_axis(const ramp_walk *walk, const int64_t *stride) {
  int best = 0;
  for (int axis = 1; axis < walk->axes; axis++)
    if (stride[axis] != 0 && ramp_magnitude(stride[axis]) < ramp_magnitude(stride[best]))
      best = axis;
  return best;
}

int ramp_walk_crosswise(const ramp_walk *walk) {
  for (int i = 0; i < walk->operands && walk->axes > 1; i++) {
    const ramp_operand *o = &walk->operand[i];
    if (o->counted || ramp_magnitude(o->stride[0]) < STREAM_LINE) continue;
    int axis = contiguous_axis(walk, o->stride);
    if (axis > 0 && ramp_magnitude(o->stride[axis]) < STREAM_LINE) return axis;
  }
  return 0;
}
