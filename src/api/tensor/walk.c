/* SPDX-License-Identifier: MIT */
/*
 * Boxes: some elements along the innermost axes, at most RAMP_BLOCK of them.  A range of
 * a walk is cut into boxes that follow one another.  Where an operand lies crosswise to
 * the others, boxes are tiles of two axes instead, so that cache lines are used whole
 * in both directions.
 */
#include "api/tensor/walk.h"
#include "api/compute.h"
#include "api/tensor/copy.h"
#include "api/tensor/order.h"

#include <string.h>

ramp_walk ramp_walk_of(int outputs, int operands, const ramp_view *const *view) {
  ramp_walk w = {.axes = view[0]->axes,
                 .operands = operands,
                 .outputs = outputs,
                 .count = ramp_view_count(view[0])};
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

/* ------------------------------------------------------------------ a box */

/* Each side but the last has at least 2 elements. */
enum { SIDES_MAX = 10 };

typedef struct {
  int sides, axis[SIDES_MAX];
  int64_t size[SIDES_MAX];
  size_t n;
} form;

/* How one operand's elements of a box lie: sides that follow each other are one. */
typedef struct {
  int sides;
  int64_t size[SIDES_MAX], stride[SIDES_MAX];
} layout;

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  int64_t at[RAMP_AXES_MAX]; /* the box's first element */
  form form;
  layout layout[RAMP_OPERANDS_MAX]; /* for that form */
  bool holds[RAMP_OPERANDS_MAX];    /* whether a block of that form was gathered, */
  uint64_t held[RAMP_OPERANDS_MAX]; /* and from where */
  _Alignas(64) char block[RAMP_OPERANDS_MAX][RAMP_BLOCK * sizeof(double)];
} traveller;

static layout layout_of(const form *f, const ramp_operand *o) {
  layout l = {.sides = 0};
  for (int i = 0; i < f->sides; i++) {
    int64_t stride = o->stride[f->axis[i]];
    int last = l.sides - 1;
    if (last >= 0 && l.stride[last] * l.size[last] == stride) {
      l.size[last] *= f->size[i];
      continue;
    }
    l.size[l.sides] = f->size[i];
    l.stride[l.sides++] = stride;
  }
  return l;
}

static bool lies_ready(const layout *l, const ramp_operand *o, uint64_t address) {
  bool dense = l->sides == 0 || (l->sides == 1 && l->stride[0] == (int64_t)o->size);
  return dense && !o->counted && address % o->size == 0;
}

static uint64_t address_of(const ramp_walk *walk, const ramp_operand *o,
                           const int64_t *at) {
  uint64_t address = o->first;
  for (int axis = 0; axis < walk->axes; axis++)
    address += (uint64_t)at[axis] * (uint64_t)o->stride[axis];
  return address;
}

static char *pointer(uint64_t address) { return (char *)(uintptr_t)address; }

static void count_plane(const size_t n[2], ramp_plane to, uint64_t first,
                        const int64_t stride[2]) {
  uint64_t *number = (uint64_t *)(void *)to.at;
  for (size_t j = 0; j < n[1]; j++)
    for (size_t i = 0; i < n[0]; i++)
      number[j * n[0] + i] = first + i * (uint64_t)stride[0] + j * (uint64_t)stride[1];
}

/* Between the memory of an operand and its block, plane by plane. */
static void transfer(const layout *l, const ramp_operand *o, uint64_t address,
                     char *block, bool to_block) {
  const size_t n[2] = {l->sides > 0 ? (size_t)l->size[0] : 1,
                       l->sides > 1 ? (size_t)l->size[1] : 1};
  const int64_t size = (int64_t)o->size, plane = size * (int64_t)(n[0] * n[1]);
  int64_t at[SIDES_MAX] = {0};
  for (;;) {
    ramp_plane inside = {block, {size, size * (int64_t)n[0]}},
               outside = {pointer(address), {l->stride[0], l->stride[1]}};
    if (o->counted)
      count_plane(n, inside, address, l->stride);
    else if (to_block)
      ramp_copy(o->size, n, inside, outside);
    else
      ramp_copy(o->size, n, outside, inside);
    int side = 2;
    while (side < l->sides && ++at[side] == l->size[side]) {
      address -= (uint64_t)(l->size[side] - 1) * (uint64_t)l->stride[side];
      at[side++] = 0;
    }
    if (side >= l->sides) return;
    address += (uint64_t)l->stride[side];
    block += plane;
  }
}

/* What has been gathered from the same place need not be gathered again. */
static void gather(traveller *t, int i, uint64_t address) {
  if (t->holds[i] && t->held[i] == address) return;
  transfer(&t->layout[i], &t->walk->operand[i], address, t->block[i], true);
  t->holds[i] = true;
  t->held[i] = address;
}

static void visit(traveller *t) {
  const ramp_walk *walk = t->walk;
  uint64_t address[RAMP_OPERANDS_MAX];
  char *operand[RAMP_OPERANDS_MAX];
  for (int i = 0; i < walk->operands; i++) {
    const ramp_operand *o = &walk->operand[i];
    address[i] = address_of(walk, o, t->at);
    bool ready = lies_ready(&t->layout[i], o, address[i]);
    operand[i] = ready ? pointer(address[i]) : t->block[i];
    if (!ready && i >= walk->outputs) gather(t, i, address[i]);
  }
  t->box(t->work, t->form.n, operand);
  for (int i = 0; i < walk->outputs; i++)
    if (operand[i] == t->block[i])
      transfer(&t->layout[i], &walk->operand[i], address[i], t->block[i], false);
}

static bool same_form(const form *a, const form *b) {
  bool same = a->sides == b->sides;
  for (int i = 0; i < a->sides && same; i++)
    same = a->axis[i] == b->axis[i] && a->size[i] == b->size[i];
  return same;
}

static void set_form(traveller *t, const form *f) {
  if (same_form(&t->form, f)) return;
  t->form = *f;
  for (int i = 0; i < t->walk->operands; i++) {
    t->layout[i] = layout_of(f, &t->walk->operand[i]);
    t->holds[i] = false;
  }
}

static void add_side(form *f, int axis, int64_t size) {
  if (size == 1) return;
  f->axis[f->sides] = axis;
  f->size[f->sides++] = size;
  f->n *= (size_t)size;
}

/* Everything but the blocks. */
static void set_out(traveller *t, const ramp_walk *walk, ramp_box *box,
                    const void *work) {
  t->walk = walk;
  t->box = box;
  t->work = work;
  memset(t->at, 0, sizeof t->at);
  t->form.sides = -1;
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

/* How many of `room` places to take where `fit` fit: halves rather than a full box and a
   crumb. */
static int64_t portion(int64_t room, int64_t fit) {
  if (room <= fit) return room;
  int64_t portions = (room - 1) / fit + 1;
  return (room - 1) / portions + 1;
}

/* The next box, of at most `left` elements, at most `most` along the innermost axis:
   whole axes, then a part of one. */
static form next_form(const traveller *t, int64_t left, int64_t most) {
  const ramp_walk *walk = t->walk;
  form f = {.n = 1};
  for (int axis = 0; axis < walk->axes; axis++) {
    int64_t fit = (axis == 0 ? most : RAMP_BLOCK) / (int64_t)f.n,
            rest = left / (int64_t)f.n;
    if (fit == 0 || rest == 0) break;
    int64_t size = portion(walk->shape[axis] - t->at[axis], fit);
    size = size < rest ? size : rest;
    add_side(&f, axis, size);
    if (size < walk->shape[axis]) break;
  }
  return f;
}

static void advance(traveller *t, size_t n) {
  const ramp_walk *walk = t->walk;
  for (int axis = 0; axis < walk->axes && n > 0; axis++) {
    size_t at = (size_t)t->at[axis] + n, shape = (size_t)walk->shape[axis];
    n = at < shape ? 0 : at / shape;
    t->at[axis] = (int64_t)(n == 0 ? at : at % shape);
  }
}

void ramp_walk_range(const ramp_walk *walk, size_t begin, size_t end, ramp_box *box,
                     const void *work) {
  traveller t;
  set_out(&t, walk, box, work);
  int64_t most = is_ready(walk) ? INT64_MAX : RAMP_BLOCK;
  advance(&t, begin);
  for (size_t at = begin; at < end; at += t.form.n) {
    if (at > begin) advance(&t, t.form.n);
    form f = next_form(&t, (int64_t)(end - at), most);
    set_form(&t, &f);
    visit(&t);
  }
}

/* ------------------------------------------------------------------ tiles */

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  int crosswise;
  int64_t tile[RAMP_AXES_MAX]; /* its size along each axis, */
  size_t tiles[RAMP_AXES_MAX]; /* and how many there are */
} tour;

/* Along the axis that lies crosswise a tile is narrow, so that it is long along the other
   one: lines of 256 bytes are what memory is fast with.  The next tile of the band takes
   the rest of the cache lines.  Measured: 4 and 32 are slower. */
enum { TILE_SIDE = 8 };

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static void set_tile(tour *t) {
  const int axis = t->crosswise;
  const int64_t *shape = t->walk->shape;
  int64_t wide = t->walk->operand[0].size > sizeof(float) ? 2 * TILE_SIDE : TILE_SIDE;
  int64_t side = least(shape[axis], wide);
  t->tile[0] = least(shape[0], RAMP_BLOCK / side);
  t->tile[axis] = least(shape[axis], RAMP_BLOCK / t->tile[0]);
  int64_t n = t->tile[0] * t->tile[axis];
  for (int other = 1; other < t->walk->axes; other++) {
    if (other == axis) continue;
    t->tile[other] = least(shape[other], RAMP_BLOCK / n);
    n *= t->tile[other];
  }
  for (int i = 0; i < t->walk->axes; i++)
    t->tiles[i] = (size_t)((shape[i] - 1) / t->tile[i] + 1);
}

static size_t count_tiles(const tour *t) {
  size_t tiles = 1;
  for (int axis = 0; axis < t->walk->axes; axis++)
    tiles *= t->tiles[axis];
  return tiles;
}

/* Tiles go in bands of so many along the axis that lies crosswise, first across the band
   and then on: the pages of memory of a whole band stay at hand, and those that lie
   across it are used up before the next. */
enum { BAND = 64 };

/* The place of a tile in the plane of both axes. */
static void find_in_bands(const tour *whole, size_t number, size_t place[2]) {
  size_t across = whole->tiles[whole->crosswise], on = whole->tiles[0];
  size_t band = number / (BAND * on), rest = number % (BAND * on);
  size_t width = across - band * BAND < BAND ? across - band * BAND : BAND;
  place[0] = rest / width;
  place[1] = band * BAND + rest % width;
}

/* Moves to the tile of this number; those at an end are smaller. */
static form tile_form(const tour *whole, int64_t *at, size_t number) {
  form f = {.n = 1};
  size_t place[2], in_plane = whole->tiles[0] * whole->tiles[whole->crosswise];
  find_in_bands(whole, number % in_plane, place);
  number /= in_plane;
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    size_t tile = axis == 0 ? place[0] : place[1];
    if (axis != 0 && axis != whole->crosswise) {
      tile = number % whole->tiles[axis];
      number /= whole->tiles[axis];
    }
    at[axis] = (int64_t)tile * whole->tile[axis];
    add_side(&f, axis, least(whole->tile[axis], whole->walk->shape[axis] - at[axis]));
  }
  return f;
}

static void run_tiles(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  traveller t;
  set_out(&t, whole->walk, whole->box, whole->work);
  for (size_t i = begin; i < end; i++) {
    form f = tile_form(whole, t.at, i);
    set_form(&t, &f);
    visit(&t);
  }
}

/* ------------------------------------------------------------------ all elements */

static void run_range(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  ramp_walk_range(whole->walk, begin, end, whole->box, whole->work);
}

void ramp_walk_run(const ramp_walk *walk, ramp_box *box, const void *work) {
  if (walk->count == 0) return;
  ramp_walk arranged = *walk;
  ramp_walk_arrange(&arranged);
  tour t = {&arranged, box, work, ramp_walk_crosswise(&arranged), {0}, {0}};
  if (t.crosswise == 0) {
    ramp_share(arranged.count, run_range, &t);
    return;
  }
  set_tile(&t);
  ramp_share_units(count_tiles(&t), arranged.count, run_tiles, &t);
}
