/* SPDX-License-Identifier: MIT */
/* Maxout line by line: where outputs lie as arrays, addresses follow from the shape, and
   whole lines are runs of groups. */
#include "api/compute.h"
#include "api/fold/maxout.h"

/* Lines of `length` outputs: those along the innermost axis, and as many axes outside it
   as continue them in memory.  The other axes come first. */
typedef struct {
  const ramp_groups *groups;
  bool back;
  int axis, axes; /* of the fold; how many axes lead from line to line */
  const ramp_view *grouped, *single, *winners;
  size_t length;
  int64_t distance; /* bytes from group to group along a line */
} lines;

/* The last axis that is one. */
static int innermost(const ramp_view *view) {
  int axis = view->axes - 1;
  while (axis > 0 && view->shape[axis] == 1)
    axis--;
  return axis;
}

static bool is_contiguous(const ramp_view *view, int axis) {
  return (view->shape[axis] == 1 || view->stride[axis] == (int64_t)view->size) &&
         (uintptr_t)view->data % view->size == 0;
}

/* From a group to the next one along an axis of the outputs. */
static int64_t group_stride(const lines *l, int axis) {
  int64_t groups = axis == l->axis ? (int64_t)l->groups->k : 1;
  return groups * l->grouped->stride[axis];
}

static bool continues(const lines *l, int axis) {
  int64_t length = (int64_t)l->length;
  return l->single->shape[axis] == 1 ||
         (group_stride(l, axis) == length * l->distance &&
          l->single->stride[axis] == length * (int64_t)l->single->size &&
          (!l->winners || l->winners->stride[axis] == length));
}

/* Shorter lines are no better than a walk. */
enum { SHORTEST = 32 };

static bool set_lines(lines *l) {
  int last = innermost(l->single);
  int64_t dense = (int64_t)(l->groups->k * l->groups->size);
  if (!is_contiguous(l->single, last) || (l->winners && !is_contiguous(l->winners, last)))
    return false;
  l->length = (size_t)l->single->shape[last];
  l->distance = l->length > 1 ? group_stride(l, last) : dense;
  bool neighbours = l->groups->step == (int64_t)l->groups->size;
  if (l->distance != (int64_t)l->groups->size && !(l->distance == dense && neighbours))
    return false;
  for (l->axes = last; l->axes > 0 && continues(l, l->axes - 1); l->axes--)
    l->length *= (size_t)l->single->shape[l->axes - 1];
  return l->length >= SHORTEST || l->axes == 0;
}

static void run_line(const lines *l, size_t line, size_t at, size_t n) {
  int64_t group = (int64_t)at * l->distance, single = (int64_t)(at * l->single->size),
          winner = (int64_t)at;
  for (int axis = l->axes - 1; axis >= 0; axis--) {
    int64_t place = (int64_t)(line % (size_t)l->single->shape[axis]);
    line /= (size_t)l->single->shape[axis];
    group += place * group_stride(l, axis);
    single += place * l->single->stride[axis];
    if (l->winners) winner += place * l->winners->stride[axis];
  }
  uint8_t unasked[RAMP_BLOCK];
  uint8_t *winners = l->winners ? (uint8_t *)l->winners->data + winner : unasked;
  ramp_group_run r = {n, (uintptr_t)l->grouped->data + (uint64_t)group, l->distance};
  if (l->back)
    ramp_maxout_run_back(l->groups, &r, winners, l->single->data + single);
  else
    ramp_maxout_run(l->groups, &r, l->single->data + single, winners);
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static void run_part(const void *work, size_t begin, size_t end) {
  const lines *l = work;
  for (size_t at = begin, n; at < end; at += n) {
    size_t within = at % l->length;
    n = least(least(l->length - within, end - at), RAMP_BLOCK);
    run_line(l, at / l->length, within, n);
  }
}

bool ramp_maxout_lines(const ramp_groups *g, bool back, int axis,
                       const ramp_view *grouped, const ramp_view *single,
                       const ramp_view *winners) {
  lines l = {.groups = g,
             .back = back,
             .axis = axis,
             .grouped = grouped,
             .single = single,
             .winners = winners};
  size_t count = ramp_view_count(single);
  if (count > 0 && !set_lines(&l)) return false;
  ramp_share(count, run_part, &l);
  return true;
}
