/* SPDX-License-Identifier: MIT */
/* Which boxes a walk is cut into: those of a range follow one another, or tiles. */
#include "api/tensor/walk.h"
#include "api/streamed.h"
#include "api/tensor/box.h"
#include "api/tensor/order.h"
#include "api/tensor/tiles.h"

#include <string.h>

/* Room for as many axes and operands as there may be is not cleared or copied: that would
   take longer than small tensors do. */
ramp_walk ramp_walk_of(int outputs, int operands, const ramp_view *const *view) {
  ramp_walk w;
  w.axes = view[0]->axes;
  w.operands = operands;
  w.outputs = outputs;
  w.count = ramp_view_count(view[0]);
  w.grain = 0;
  w.streams = false;
  w.box_of_rows = NULL;
  w.block_bytes = RAMP_BLOCK_BYTES;
  for (int axis = 0; axis < w.axes; axis++)
    w.shape[axis] = view[0]->shape[w.axes - 1 - axis];
  for (int i = 0; i < operands; i++) {
    ramp_operand *o = &w.operand[i];
    o->first = (uintptr_t)view[i]->data;
    o->size = view[i]->size;
    o->counted = view[i]->counted;
    for (int axis = 0; axis < w.axes; axis++)
      o->stride[axis] = view[i]->stride[w.axes - 1 - axis];
  }
  if (w.count > 0) ramp_walk_join(&w);
  return w;
}

static void copy_walk(ramp_walk *to, const ramp_walk *from) {
  const size_t axes = (size_t)from->axes * sizeof *from->shape;
  to->axes = from->axes;
  to->operands = from->operands;
  to->outputs = from->outputs;
  to->count = from->count;
  to->grain = from->grain;
  to->streams = from->streams;
  to->box_of_rows = from->box_of_rows;
  to->block_bytes = from->block_bytes;
  memcpy(to->shape, from->shape, axes);
  for (int i = 0; i < from->operands; i++) {
    to->operand[i].first = from->operand[i].first;
    to->operand[i].size = from->operand[i].size;
    to->operand[i].counted = from->operand[i].counted;
    memcpy(to->operand[i].stride, from->operand[i].stride, axes);
  }
}

/* ------------------------------------------------------------------ ranges */

/* Where all operands are contiguous along the innermost axis nothing is gathered, and
   boxes may have any length. */
static bool is_ready(const ramp_walk *walk) {
  for (int i = 0; i < walk->operands; i++) {
    const ramp_operand *o = &walk->operand[i];
    if (walk->axes > 0 && o->stride[0] != (int64_t)o->size) return false;
    if (o->counted || o->first % o->size != 0) return false;
  }
  return true;
}

/* Contiguous lines of so many elements are boxes of their own: a call for each takes less
   time than to gather some for one. */
enum { LONG_LINE = 1024 };

/* How many elements a box may have: along the innermost axis alone, and in all. */
typedef struct {
  int64_t inner, all;
} limits;

/* The next box, of at most `left` elements: whole axes, then a part of one. */
static void find_form(const ramp_walk *walk, const int64_t *at, int64_t left, limits most,
                      ramp_form *f) {
  ramp_form_clear(f);
  for (int axis = 0; axis < walk->axes; axis++) {
    int64_t fit = (axis == 0 ? most.inner : most.all) / (int64_t)f->n,
            rest = left / (int64_t)f->n;
    if (fit == 0 || rest == 0) break;
    int64_t size = ramp_box_portion(walk->shape[axis] - at[axis], fit);
    size = size < rest ? size : rest;
    ramp_form_add(f, axis, size);
    if (size < walk->shape[axis]) break;
  }
}

/* The place of the element n further on. */
static void advance(const ramp_walk *walk, const int64_t *from, size_t n,
                    int64_t *place) {
  for (int axis = 0; axis < walk->axes; axis++) {
    size_t at = (size_t)from[axis] + n, shape = (size_t)walk->shape[axis];
    n = at < shape ? 0 : at / shape;
    place[axis] = (int64_t)(n == 0 ? at : at % shape);
  }
}

void ramp_walk_range(const ramp_walk *walk, size_t begin, size_t end, ramp_box *box,
                     const void *work) {
  const int64_t room = ramp_box_room(walk);
  const bool ready = is_ready(walk),
             has_long_lines = ready && walk->axes > 0 && walk->shape[0] >= LONG_LINE;
  const limits most = {ready ? INT64_MAX : room, has_long_lines ? walk->shape[0] : room};
  int64_t start[RAMP_AXES_MAX] = {0}, at[RAMP_AXES_MAX];
  uint64_t first[RAMP_OPERANDS_MAX];
  ramp_traveller t;
  ramp_form f;
  ramp_travel(&t, walk, false, false, box, work);
  t.first = first;
  advance(walk, start, begin, at);
  for (size_t done = begin; done < end; done += f.n) {
    find_form(walk, at, (int64_t)(end - done), most, &f);
    ramp_addresses_of(walk, at, first);
    ramp_travel_form(&t, &f);
    ramp_visit(&t);
    advance(walk, at, f.n, at);
  }
}

/* ------------------------------------------------------------------ all elements */

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
} tour;

static void run_range(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  ramp_walk_range(whole->walk, begin, end, whole->box, whole->work);
}

/* What an operand has in memory, where each element is met once. */
static size_t bytes_of(const ramp_walk *walk, const ramp_operand *o) {
  size_t bytes = o->counted ? 0 : o->size;
  for (int axis = 0; axis < walk->axes; axis++)
    bytes *= o->stride[axis] == 0 ? 1 : (size_t)walk->shape[axis];
  return bytes;
}

/* Results that are; of crosswise tiles all operands together: lines that lie far apart
   share few places of the caches, so ordinary stores wait for memory even where the last
   cache could hold them all. */
static bool is_large(const ramp_walk *walk, bool crosswise) {
  size_t all = 0;
  bool each = true;
  for (int i = 0; i < walk->operands; i++) {
    const size_t bytes = bytes_of(walk, &walk->operand[i]);
    all += bytes;
    if (i < walk->outputs) each = each && ramp_is_large(bytes);
  }
  return crosswise ? ramp_is_large(all) : each;
}

/* Whether memory is what takes time: more than the caches hold, with results anywhere but
   in place.  One run through all of it needs no help, nor do boxes that store results
   themselves. */
static bool is_far(const ramp_walk *walk, bool crosswise) {
  if (walk->outputs == 0 || (walk->axes <= 1 && is_ready(walk))) return false;
  for (int i = 0; i < walk->outputs; i++)
    for (int j = walk->outputs; j < walk->operands; j++)
      if (walk->operand[j].first == walk->operand[i].first) return false;
  return is_large(walk, crosswise);
}

/* Whether an operand's elements lie without gaps, if no two share a place. */
static bool has_no_gaps(const ramp_walk *walk, const ramp_operand *o) {
  int64_t reach = (int64_t)o->size;
  if (o->counted) return false;
  for (int axis = 0; axis < walk->axes; axis++)
    reach += ramp_magnitude(o->stride[axis]) * (walk->shape[axis] - 1);
  return reach == (int64_t)(walk->count * o->size);
}

bool ramp_walk_is_run(const ramp_walk *walk, char **first) {
  if (walk->count == 0) return false;
  for (int i = 0; i < walk->operands; i++)
    if (!has_no_gaps(walk, &walk->operand[i])) return false;
  ramp_walk arranged;
  copy_walk(&arranged, walk);
  ramp_walk_arrange(&arranged);
  if (arranged.axes > 1 || !is_ready(&arranged)) return false;
  for (int i = 0; i < arranged.operands; i++)
    first[i] = (char *)(uintptr_t)arranged.operand[i].first;
  return true;
}

void ramp_walk_run(const ramp_walk *walk, ramp_box *box, const void *work) {
  if (walk->count == 0) return;
  ramp_walk arranged;
  copy_walk(&arranged, walk);
  ramp_walk_arrange(&arranged);
  const bool is_box = arranged.count <= (size_t)ramp_box_room(&arranged);
  const int crosswise = is_box ? 0 : ramp_walk_crosswise(&arranged);
  const bool far = is_far(&arranged, crosswise > 0);
  tour t = {&arranged, box, work};
  if (crosswise == 0 && !far)
    ramp_share_grains(arranged.count, arranged.grain, run_range, &t);
  else
    ramp_tiles_run(&arranged, crosswise, far, box, work);
}
