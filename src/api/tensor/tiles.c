/* SPDX-License-Identifier: MIT */
/*
 * Tiles.  Where an operand lies crosswise to the others, a box is a tile of two axes:
 * whole lines of cache along both, so that each is read once and written once.  They
 * follow one another along the crosswise axis, where the next lines of the same pages
 * are.
 */
#include "api/tensor/tiles.h"
#include "api/streamed.h"
#include "api/tensor/box.h"

enum { CACHE_LINE = 64, PAGE = 4096 };

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  bool is_far;
  int crosswise;
  int64_t tile[RAMP_AXES_MAX];  /* its size along each axis, */
  int64_t shift[RAMP_AXES_MAX]; /* by which the first one is smaller, */
  size_t tiles[RAMP_AXES_MAX];  /* how many there are, */
  size_t band;                  /* and how many along the crosswise axis in a band */
} tour;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* A line of the largest elements along the crosswise axis, and as many lines as fit along
   the innermost one: two and two are slower where several operands lie along that. */
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

static void set_tile(tour *t) {
  const int axis = t->crosswise;
  const ramp_walk *walk = t->walk;
  const int64_t *shape = walk->shape, room = ramp_box_room(walk);
  int64_t side = least(shape[axis], side_of(walk));
  t->tile[0] = least(shape[0], room / side);
  t->tile[axis] = least(shape[axis], room / t->tile[0] / side * side);
  int64_t n = t->tile[0] * t->tile[axis];
  for (int other = 1; other < walk->axes; other++) {
    if (other == axis) continue;
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

/* Tiles go in bands of a page along the crosswise axis, first across the band and then
   on: the pages of a whole band stay at hand, and those that lie across it are used up
   before the next. */
static void set_band(tour *t) {
  int64_t bytes = t->tile[t->crosswise] * CACHE_LINE / side_of(t->walk);
  t->band = (size_t)(bytes < PAGE ? PAGE / bytes : 1);
}

/* The number of a tile along each axis, and of the first one of its band. */
typedef struct {
  size_t tile[RAMP_AXES_MAX], band;
} place;

static size_t end_of_band(const tour *whole, size_t band) {
  size_t tiles = whole->tiles[whole->crosswise];
  return tiles - band < whole->band ? tiles : band + whole->band;
}

static void find_place(const tour *whole, size_t number, place *p) {
  const int across = whole->crosswise;
  size_t on = whole->tiles[0], in_plane = on * whole->tiles[across];
  size_t rest = number % in_plane;
  number /= in_plane;
  p->band = rest / (whole->band * on) * whole->band;
  rest -= p->band * on;
  size_t width = end_of_band(whole, p->band) - p->band;
  p->tile[0] = rest / width;
  p->tile[across] = p->band + rest % width;
  for (int axis = 1; axis < whole->walk->axes; axis++) {
    if (axis == across) continue;
    p->tile[axis] = number % whole->tiles[axis];
    number /= whole->tiles[axis];
  }
}

/* To the place of the next tile; from the last one to the first. */
static void step(const tour *whole, place *p) {
  const int across = whole->crosswise;
  const size_t end = end_of_band(whole, p->band);
  if (++p->tile[across] < end) return;
  p->tile[across] = p->band;
  if (++p->tile[0] < whole->tiles[0]) return;
  p->tile[0] = 0;
  p->band = p->tile[across] = end < whole->tiles[across] ? end : 0;
  for (int axis = 1; axis < whole->walk->axes && p->band == 0; axis++) {
    if (axis == across) continue;
    if (++p->tile[axis] < whole->tiles[axis]) return;
    p->tile[axis] = 0;
  }
}

/* Where the tile begins, and its form; those at an end are smaller. */
static void find_tile(const tour *whole, const place *p, int64_t *at, ramp_form *f) {
  ramp_form_clear(f);
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    int64_t tile = (int64_t)p->tile[axis], size = whole->tile[axis];
    int64_t end = (tile + 1) * size - whole->shift[axis];
    at[axis] = tile == 0 ? 0 : end - size;
    ramp_form_add(f, axis, least(end, whole->walk->shape[axis]) - at[axis]);
  }
}

static void run_tiles(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  ramp_traveller t;
  ramp_form f;
  place p;
  find_place(whole, begin, &p);
  ramp_travel(&t, whole->walk, whole->is_far, whole->box, whole->work);
  find_tile(whole, &p, t.next, &f);
  for (size_t i = begin; i < end; i++) {
    ramp_travel_on(&t, &f);
    step(whole, &p);
    find_tile(whole, &p, t.next, &f);
    ramp_visit(&t);
  }
}

void ramp_tiles_run(const ramp_walk *walk, int crosswise, bool is_far, ramp_box *box,
                    const void *work) {
  tour t = {
      .walk = walk, .box = box, .work = work, .is_far = is_far, .crosswise = crosswise};
  set_tile(&t);
  set_band(&t);
  ramp_share_units(count_tiles(&t), ramp_weighed(walk->count, walk->grain), run_tiles,
                   &t);
}
