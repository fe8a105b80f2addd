/* SPDX-License-Identifier: MIT */
/*
 * Tiles.  Where an operand lies crosswise to the others, a box is a tile of two axes: one
 * line of cache wide across the first operand's lines, and as long along these as there
 * is room.  Memory is at its best with eight lines in a row: so tiles go in bands of
 * eight lines of the first operand, first across the band and then on, and in memory that
 * is far away a patch is asked for ahead: eight lines of those that lie across the band.
 */
#include "api/tensor/tiles.h"
#include "api/streamed.h"
#include "api/tensor/box.h"

enum { CACHE_LINE = 64, LINES_IN_A_ROW = 8 };

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  bool is_far;
  int along, across;            /* the first operand's lines */
  int64_t tile[RAMP_AXES_MAX];  /* its size along each axis, */
  int64_t shift[RAMP_AXES_MAX]; /* by which the first one is smaller, */
  size_t tiles[RAMP_AXES_MAX];  /* how many there are, */
  size_t band, patch;           /* how many along in a band, across in a patch of it */
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

static void set_tile(tour *t) {
  const ramp_walk *walk = t->walk;
  const int64_t *shape = walk->shape, room = ramp_box_room(walk);
  int64_t side = least(shape[t->across], side_of(walk));
  t->tile[t->along] = least(shape[t->along], room / side);
  t->tile[t->across] = least(shape[t->across], room / t->tile[t->along] / side * side);
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

/* How many tiles of this size have eight lines in a row. */
static size_t tiles_in_a_row(const tour *t, int axis) {
  int64_t row = LINES_IN_A_ROW * side_of(t->walk);
  return (size_t)(t->tile[axis] < row ? row / t->tile[axis] : 1);
}

static size_t count_tiles(const tour *t) {
  size_t tiles = 1;
  for (int axis = 0; axis < t->walk->axes; axis++)
    tiles *= t->tiles[axis];
  return tiles;
}

/* The number of a tile along each axis, and of the first one of its band. */
typedef struct {
  size_t tile[RAMP_AXES_MAX], band;
} place;

static size_t no_further(size_t end, size_t tiles) { return end < tiles ? end : tiles; }

static size_t end_of_band(const tour *whole, size_t band) {
  return no_further(band + whole->band, whole->tiles[whole->along]);
}

static void find_place(const tour *whole, size_t number, place *p) {
  const size_t on = whole->tiles[whole->across],
               in_plane = on * whole->tiles[whole->along];
  size_t rest = number % in_plane;
  number /= in_plane;
  p->band = rest / (whole->band * on) * whole->band;
  rest -= p->band * on;
  size_t width = end_of_band(whole, p->band) - p->band;
  p->tile[whole->across] = rest / width;
  p->tile[whole->along] = p->band + rest % width;
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    if (axis == whole->along || axis == whole->across) continue;
    p->tile[axis] = number % whole->tiles[axis];
    number /= whole->tiles[axis];
  }
}

/* To the first place of the next band; from the last one to the first. */
static void step_band(const tour *whole, place *p) {
  const size_t end = end_of_band(whole, p->band);
  p->tile[whole->across] = 0;
  p->band = end < whole->tiles[whole->along] ? end : 0;
  p->tile[whole->along] = p->band;
  for (int axis = 0; axis < whole->walk->axes && p->band == 0; axis++) {
    if (axis == whole->along || axis == whole->across) continue;
    if (++p->tile[axis] < whole->tiles[axis]) return;
    p->tile[axis] = 0;
  }
}

/* To the place of the next tile. */
static void step(const tour *whole, place *p) {
  if (++p->tile[whole->along] < end_of_band(whole, p->band)) return;
  p->tile[whole->along] = p->band;
  if (++p->tile[whole->across] == whole->tiles[whole->across]) step_band(whole, p);
}

/* Where tiles begin, and the form of all up to another one along each axis; those at an
   end are smaller. */
static void find_tiles(const tour *whole, const size_t *first, const size_t *last,
                       int64_t *at, ramp_form *f) {
  ramp_form_clear(f);
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    int64_t size = whole->tile[axis], shift = whole->shift[axis],
            end = ((int64_t)last[axis] + 1) * size - shift;
    at[axis] = first[axis] == 0 ? 0 : (int64_t)first[axis] * size - shift;
    ramp_form_add(f, axis, least(end, whole->walk->shape[axis]) - at[axis]);
  }
}

/* The patch behind that of `p`, in this band or the next. */
static void find_next_patch(const tour *whole, const place *p, ramp_traveller *t) {
  const int across = whole->across;
  place next = *p, last;
  next.tile[whole->along] = p->band;
  next.tile[across] = (p->tile[across] / whole->patch + 1) * whole->patch;
  if (next.tile[across] >= whole->tiles[across]) step_band(whole, &next);
  last = next;
  last.tile[whole->along] = end_of_band(whole, next.band) - 1;
  last.tile[across] =
      no_further(next.tile[across] + whole->patch, whole->tiles[across]) - 1;
  ramp_form f;
  find_tiles(whole, next.tile, last.tile, t->ahead.at, &f);
  ramp_travel_ahead(t, &f);
}

/* Each tile of a patch asks for a part of the next patch. */
static void look_ahead(const tour *whole, const place *p, ramp_traveller *t) {
  const size_t on = p->tile[whole->across] % whole->patch,
               width = end_of_band(whole, p->band) - p->band;
  size_t first = p->tile[whole->across] - on;
  t->ahead.part = on * width + p->tile[whole->along] - p->band;
  if (t->ahead.part > 0 && t->ahead.parts > 0) return;
  t->ahead.parts =
      width * (no_further(first + whole->patch, whole->tiles[whole->across]) - first);
  find_next_patch(whole, p, t);
}

static void run_tiles(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  ramp_traveller t;
  ramp_form f;
  place p;
  find_place(whole, begin, &p);
  ramp_travel(&t, whole->walk, whole->is_far, whole->box, whole->work);
  for (size_t i = begin; i < end; i++) {
    find_tiles(whole, p.tile, p.tile, t.at, &f);
    ramp_travel_form(&t, &f);
    if (whole->is_far) look_ahead(whole, &p, &t);
    ramp_visit(&t);
    step(whole, &p);
  }
}

void ramp_tiles_run(const ramp_walk *walk, int crosswise, bool is_far, ramp_box *box,
                    const void *work) {
  tour t = {.walk = walk, .box = box, .work = work, .is_far = is_far};
  set_axes(&t, crosswise);
  set_tile(&t);
  t.band = tiles_in_a_row(&t, t.along);
  t.patch = tiles_in_a_row(&t, t.across);
  ramp_share_units(count_tiles(&t), ramp_weighed(walk->count, walk->grain), run_tiles,
                   &t);
}
