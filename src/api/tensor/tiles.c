/* SPDX-License-Identifier: MIT */
/*
 * Tiles.  Where an operand lies crosswise to the others, a box is a tile of two axes:
 * some lines of cache along the first operand's lines, and as long across them as there
 * is room, so that what lies crosswise is read several lines in a row, too.  Tiles follow
 * each other across, and in memory that is far away each reads the next one ahead.
 */
#include "api/tensor/tiles.h"
#include "api/streamed.h"
#include "api/tensor/box.h"

enum { CACHE_LINE = 64 };

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  bool is_far;
  int along, across;            /* the first operand's lines */
  int64_t tile[RAMP_AXES_MAX];  /* its size along each axis, */
  int64_t shift[RAMP_AXES_MAX]; /* by which the first one is smaller, */
  size_t tiles[RAMP_AXES_MAX];  /* and how many there are */
} tour;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t magnitude(int64_t a) { return a < 0 ? -a : a; }

/* How many of the largest elements a line has. */
static int64_t side_of(const ramp_walk *walk) {
  size_t size = 1;
  for (int i = 0; i < walk->operands; i++)
    if (walk->operand[i].size > size && !walk->operand[i].counted)
      size = walk->operand[i].size;
  return (int64_t)(CACHE_LINE / size);
}

/* How many elements of a tile lie before the first line of an operand that is contiguous
   along the axis, so that other tiles begin at lines. */
static int64_t shift_along(const ramp_walk *walk, int axis, int64_t tile) {
  for (int i = 0; i < walk->operands; i++) {
    const ramp_operand *o = &walk->operand[i];
    if (o->counted || o->stride[axis] != (int64_t)o->size) continue;
    int64_t behind = (int64_t)(o->first % CACHE_LINE / o->size);
    return behind < tile ? behind : 0;
  }
  return 0;
}

static void set_axes(tour *t, int crosswise) {
  const int64_t *stride = t->walk->operand[0].stride;
  bool turns = magnitude(stride[crosswise]) < magnitude(stride[0]);
  t->along = turns ? crosswise : 0;
  t->across = turns ? 0 : crosswise;
}

/* How many lines: two, or four if another operand lies along them, too.  More or fewer
   are slower where one operand lies crosswise, or two. */
static int64_t lines_along(const tour *t) {
  int lying_so = 0;
  for (int i = 0; i < t->walk->operands; i++) {
    const ramp_operand *o = &t->walk->operand[i];
    if (!o->counted && magnitude(o->stride[t->along]) < magnitude(o->stride[t->across]))
      lying_so++;
  }
  return lying_so > 1 ? 4 : 2;
}

/* So many places of an axis: whole lines, or all of it. */
static int64_t whole_lines(int64_t shape, int64_t places, int64_t side) {
  if (places >= shape) return shape;
  return places < side ? places : places / side * side;
}

static void set_tile(tour *t) {
  const ramp_walk *walk = t->walk;
  const int64_t *shape = walk->shape, room = ramp_box_room(walk), side = side_of(walk),
                along = shape[t->along], across = shape[t->across],
                row = least(along,
                            least(lines_along(t) * side, room / least(across, side)));
  t->tile[t->across] = whole_lines(across, room / row, side);
  t->tile[t->along] = whole_lines(along, room / t->tile[t->across], side);
  int64_t n = t->tile[t->along] * t->tile[t->across];
  for (int other = 0; other < walk->axes; other++) {
    if (other == t->along || other == t->across) continue;
    t->tile[other] = least(shape[other], room / n);
    n *= t->tile[other];
  }
  for (int i = 0; i < walk->axes; i++) {
    bool whole = t->tile[i] == shape[i];
    t->shift[i] = whole ? 0 : shift_along(walk, i, t->tile[i]);
    t->tiles[i] = (size_t)((shape[i] + t->shift[i] - 1) / t->tile[i] + 1);
  }
}

static size_t count_tiles(const tour *t) {
  size_t tiles = 1;
  for (int axis = 0; axis < t->walk->axes; axis++)
    tiles *= t->tiles[axis];
  return tiles;
}

/* A tile by its number along each axis. */
typedef struct {
  size_t tile[RAMP_AXES_MAX];
} place;

/* The i-th axis along which tiles follow each other: across, along, then all others. */
static int axis_of(const tour *whole, int i) {
  const int first = whole->across, second = whole->along;
  if (i < 2) return i == 0 ? first : second;
  int axis = i - 2;
  if (axis >= least(first, second)) axis++;
  if (axis >= first + second - least(first, second)) axis++;
  return axis;
}

static void find_place(const tour *whole, size_t number, place *p) {
  for (int i = 0; i < whole->walk->axes; i++) {
    const int axis = axis_of(whole, i);
    p->tile[axis] = number % whole->tiles[axis];
    number /= whole->tiles[axis];
  }
}

/* To the next tile; from the last one to the first. */
static void step(const tour *whole, place *p) {
  for (int i = 0; i < whole->walk->axes; i++) {
    const int axis = axis_of(whole, i);
    if (++p->tile[axis] < whole->tiles[axis]) return;
    p->tile[axis] = 0;
  }
}

/* Where a tile begins, and its form; those at an end are smaller. */
static void find_tile(const tour *whole, const place *p, int64_t *at, ramp_form *f) {
  ramp_form_clear(f);
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    const int64_t size = whole->tile[axis], shift = whole->shift[axis],
                  begin = (int64_t)p->tile[axis] * size - shift, end = begin + size;
    at[axis] = begin < 0 ? 0 : begin;
    ramp_form_add(f, axis, least(end, whole->walk->shape[axis]) - at[axis]);
  }
}

/* A tile's form, and where it begins in each operand. */
typedef struct {
  uint64_t first[RAMP_OPERANDS_MAX];
  ramp_form form;
} region;

/* To the region of the next tile; behind the last one comes the first one again, which is
   there to be read. */
static void find_region(const tour *whole, place *p, region *r) {
  int64_t at[RAMP_AXES_MAX];
  find_tile(whole, p, at, &r->form);
  ramp_addresses_of(whole->walk, at, r->first);
  step(whole, p);
}

static void run_tiles(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  ramp_traveller t;
  region ring[3];
  place p;
  find_place(whole, begin, &p);
  for (int i = 0; i < 2; i++)
    find_region(whole, &p, &ring[i]);
  ramp_travel(&t, whole->walk, whole->is_far, whole->box, whole->work);
  for (size_t i = 0; i < end - begin; i++) {
    const region *here = &ring[i % 3], *next = &ring[(i + 1) % 3];
    region *behind = &ring[(i + 2) % 3];
    find_region(whole, &p, behind);
    t.first = here->first;
    t.ahead.first = next->first;
    t.ahead.behind = behind->first;
    ramp_travel_form(&t, &here->form);
    ramp_travel_ahead(&t, &next->form);
    ramp_visit(&t);
  }
}

void ramp_tiles_run(const ramp_walk *walk, int crosswise, bool is_far, ramp_box *box,
                    const void *work) {
  tour t = {.walk = walk, .box = box, .work = work, .is_far = is_far};
  set_axes(&t, crosswise);
  set_tile(&t);
  ramp_share_units(count_tiles(&t), ramp_weighed(walk->count, walk->grain), run_tiles,
                   &t);
}
