/* SPDX-License-Identifier: MIT */
/* One tile of a tour after the other.  In memory that is far away each tile reads the
   next one ahead. */
#include "api/tensor/tiles.h"
#include "api/tensor/tour.h"

static size_t fewer(size_t a, size_t b) { return a < b ? a : b; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* A tile's form, and where it begins in each operand. */
typedef struct {
  uint64_t first[RAMP_OPERANDS_MAX];
  ramp_joints joints;
  bool is_fresh; /* see ramp_ahead */
  ramp_form form;
  bool has_new_form; /* which may differ from that of the tile before */
} region;

/* A tile by its number, in all and along each axis.  So many behind it, across, are of
   its form. */
typedef struct {
  size_t number, tile[RAMP_AXES_MAX], alike;
  region here;
} place;

/* How many tiles across the patch has that begins with this one. */
static size_t width_of(const ramp_tour *whole, size_t left) {
  return fewer(whole->patch[1], whole->tiles[whole->across] - left);
}

/* The tile of that number in a plane of all tiles along and across: patches that follow
   each other across, in each of them tiles that do. */
static void find_in_plane(const ramp_tour *whole, size_t number, place *p) {
  const size_t along = whole->tiles[whole->along], across = whole->tiles[whole->across],
               band = whole->patch[0] * across, before = number / band * whole->patch[0],
               high = fewer(whole->patch[0], along - before),
               patch = high * whole->patch[1],
               left = number % band / patch * whole->patch[1],
               wide = width_of(whole, left), rest = number % band % patch;
  p->tile[whole->along] = before + rest / wide;
  p->tile[whole->across] = left + rest % wide;
}

static void find_place(const ramp_tour *whole, size_t number, place *p) {
  const size_t plane = whole->tiles[whole->along] * whole->tiles[whole->across];
  p->number = number;
  find_in_plane(whole, number % plane, p);
  number /= plane;
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    if (axis == whole->along || axis == whole->across) continue;
    p->tile[axis] = number % whole->tiles[axis];
    number /= whole->tiles[axis];
  }
}

/* To the next one of some tiles of an axis, of which a patch has so many; from its last
   one to its first. */
static bool step_in_patch(size_t *tile, size_t tiles, size_t patch) {
  if (++*tile < tiles && *tile % patch != 0) return true;
  *tile = (*tile - 1) / patch * patch;
  return false;
}

/* To the next patch; from the last one to the first. */
static bool step_patch(size_t *tile, size_t tiles, size_t patch) {
  *tile = *tile / patch * patch + patch;
  if (*tile < tiles) return true;
  *tile = 0;
  return false;
}

/* To the next tile; from the last one to the first. */
static void step(const ramp_tour *whole, place *p) {
  const int along = whole->along, across = whole->across;
  const size_t *tiles = whole->tiles, *patch = whole->patch;
  if (step_in_patch(&p->tile[across], tiles[across], patch[1])) return;
  if (step_in_patch(&p->tile[along], tiles[along], patch[0])) return;
  if (step_patch(&p->tile[across], tiles[across], patch[1])) return;
  if (step_patch(&p->tile[along], tiles[along], patch[0])) return;
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    if (axis == along || axis == across) continue;
    if (++p->tile[axis] < tiles[axis]) return;
    p->tile[axis] = 0;
  }
}

/* How many tiles behind this one, across, are in its patch and whole, if it is. */
static size_t count_alike(const ramp_tour *whole, size_t tile, size_t tiles) {
  const size_t patch = whole->patch[1],
               end = fewer(tile / patch * patch + patch, tiles - 1);
  const bool cut = tile == 0 && whole->shift[whole->across] > 0;
  return !cut && tile + 1 < end ? end - tile - 1 : 0;
}

/* Tiles at an end are smaller. */
static void find_tile(const ramp_tour *whole, place *p) {
  int64_t at[RAMP_AXES_MAX];
  ramp_form *f = &p->here.form;
  ramp_form_clear(f);
  for (int axis = 0; axis < whole->walk->axes; axis++) {
    const int64_t size = whole->tile[axis], shift = whole->shift[axis],
                  begin = (int64_t)p->tile[axis] * size - shift, end = begin + size;
    at[axis] = begin < 0 ? 0 : begin;
    ramp_form_add(f, axis, least(end, whole->walk->shape[axis]) - at[axis]);
  }
  ramp_addresses_of(whole->walk, at, p->here.first);
  p->here.has_new_form = true;
  p->alike = count_alike(whole, p->tile[whole->across], whole->tiles[whole->across]);
}

/* To the next tile; behind the last one comes the first one again, which is there to be
   read. */
static void go_on(const ramp_tour *whole, place *p) {
  p->number++;
  if (p->alike == 0) {
    step(whole, p);
    find_tile(whole, p);
    return;
  }
  p->alike--;
  p->tile[whole->across]++;
  p->here.has_new_form = false;
  for (int i = 0; i < whole->walk->operands; i++)
    p->here.first[i] += whole->pitch[i];
}

/* The tile's neighbours along rows, of which this thread has those from `begin` to `end`:
   in a patch they are as far apart as it is wide. */
static ramp_joints joints_of(const ramp_tour *whole, const place *p, size_t begin,
                             size_t end) {
  const bool by_rows = whole->line == whole->across;
  const size_t row = by_rows ? 0 : p->tile[whole->across] % whole->patch[1],
               apart = by_rows ? 1 : width_of(whole, p->tile[whole->across] - row),
               here = p->tile[whole->line];
  return (ramp_joints){.follows =
                           here > 0 && here < whole->joined && p->number >= begin + apart,
                       .is_followed = here + 1 < whole->joined && p->number + apart < end,
                       .row = row * (size_t)whole->tile[whole->across]};
}

/* The tile to its left is in the patch to its left; which was long ago if patches are
   bands. */
static bool is_fresh(const ramp_tour *whole, const place *p) {
  const size_t tile = p->tile[whole->across];
  return whole->crosswise && (whole->keeps ? tile % whole->patch[1] : tile) == 0;
}

/* A form is copied only where it may differ, for that takes longest. */
static void keep(const ramp_tour *whole, const place *p, size_t begin, size_t end,
                 region *r) {
  for (int i = 0; i < whole->walk->operands; i++)
    r->first[i] = p->here.first[i];
  if (whole->keeps) r->joints = joints_of(whole, p, begin, end);
  r->is_fresh = is_fresh(whole, p);
  r->has_new_form = p->here.has_new_form;
  if (r->has_new_form) r->form = p->here.form;
}

typedef struct {
  ramp_tour tour;
  ramp_box *box;
  const void *work;
} job;

static void run_tiles(const void *all, size_t begin, size_t end) {
  const job *j = all;
  const ramp_tour *whole = &j->tour;
  ramp_traveller t;
  region ring[3];
  place p;
  find_place(whole, begin, &p);
  find_tile(whole, &p);
  ramp_travel(&t, whole->walk, whole->is_far, whole->keeps, j->box, j->work);
  ramp_travel_form(&t, &p.here.form);
  keep(whole, &p, begin, end, &ring[0]);
  go_on(whole, &p);
  ramp_travel_ahead(&t, &p.here.form);
  keep(whole, &p, begin, end, &ring[1]);
  for (size_t i = 0; i < end - begin; i++) {
    const region *here = &ring[i % 3], *next = &ring[(i + 1) % 3];
    region *behind = &ring[(i + 2) % 3];
    go_on(whole, &p);
    keep(whole, &p, begin, end, behind);
    if (here->has_new_form) ramp_travel_form(&t, &here->form);
    if (next->has_new_form) ramp_travel_ahead(&t, &next->form);
    t.first = here->first;
    if (whole->keeps) t.joints = here->joints;
    t.ahead.first = next->first;
    t.ahead.behind = behind->first;
    t.ahead.is_fresh = behind->is_fresh;
    ramp_visit(&t);
  }
}

void ramp_tiles_run(ramp_walk *walk, int crosswise, bool is_far, ramp_box *box,
                    const void *work) {
  const job j = {ramp_tour_of(walk, crosswise, is_far), box, work};
  const size_t count = ramp_weighed(walk->count, walk->grain);
  ramp_share_units(j.tour.all, count, run_tiles, &j);
}
