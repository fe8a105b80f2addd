/* SPDX-License-Identifier: MIT */
/*
 * Tiles.  Where an operand lies crosswise to the others, a box is a tile of two axes:
 * some lines of cache along the first operand's lines, and as long across them as there
 * is room, so that what lies crosswise is read several lines in a row, too.  Tiles follow
 * each other across and, so that pages are met again while the CPU knows where they are,
 * make patches.  In memory that is far away each tile reads the next one ahead; there
 * boxes of operands that lie alike are tiles as well, long ones of one line.
 */
#include "api/tensor/tiles.h"
#include "api/tensor/box.h"

typedef struct {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  bool is_far, crosswise;
  int along, across; /* of crosswise tiles: the first operand's lines; of others: the two
                        axes along which tiles follow each other, across first */
  int line;          /* along which rows of results lie */
  size_t joined; /* how many of the tiles along these have rows, for one place is none, */
  bool keeps;    /* tiles keep the ends of these for the next ones, see ramp_joints */
  int64_t tile[RAMP_AXES_MAX];       /* its size along each axis, */
  int64_t shift[RAMP_AXES_MAX];      /* by which the first one is smaller, */
  size_t tiles[RAMP_AXES_MAX], all;  /* how many there are, along each axis and in all, */
  size_t patch[2];                   /* and how many a patch has, along and across */
  uint64_t pitch[RAMP_OPERANDS_MAX]; /* from a tile to the next one across */
} tour;

static size_t fewer(size_t a, size_t b) { return a < b ? a : b; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* How many of the largest elements a line has. */
static int64_t side_of(const ramp_walk *walk) {
  size_t size = 1;
  for (int i = 0; i < walk->operands; i++)
    if (walk->operand[i].size > size && !walk->operand[i].counted)
      size = walk->operand[i].size;
  return (int64_t)(STREAM_LINE / size);
}

/* How many elements of a tile lie before the first line of an operand that is contiguous
   along the axis, so that other tiles begin at lines. */
static int64_t shift_along(const ramp_walk *walk, int axis, int64_t tile) {
  for (int i = 0; i < walk->operands; i++) {
    const ramp_operand *o = &walk->operand[i];
    if (o->counted || o->stride[axis] != (int64_t)o->size) continue;
    int64_t behind = (int64_t)(o->first % STREAM_LINE / o->size);
    return behind < tile ? behind : 0;
  }
  return 0;
}

static void set_axes(tour *t, int crosswise) {
  const int64_t *stride = t->walk->operand[0].stride;
  bool turns = ramp_magnitude(stride[crosswise]) < ramp_magnitude(stride[0]);
  t->along = turns ? crosswise : 0;
  t->across = turns ? 0 : crosswise;
  t->line = t->along;
}

/* How many more operands lie along than across. */
static int more_along(const tour *t) {
  int more = 0;
  for (int i = 0; i < t->walk->operands; i++) {
    const ramp_operand *o = &t->walk->operand[i];
    const int64_t along = ramp_magnitude(o->stride[t->along]),
                  across = ramp_magnitude(o->stride[t->across]);
    if (!o->counted) more += (along < across) - (along > across);
  }
  return more;
}

/* How many lines: in large blocks four, in the largest eight; else four if more operands
   lie along them than across, or as many and two lines of those across still fit, else
   two.  Short rows take longer than long ones, and stores past the caches to lines a
   multiple of 1 KiB apart wait for each other. */
static int64_t lines_along(const tour *t, int64_t room, int64_t side) {
  if (t->walk->block_bytes > RAMP_LARGE_BLOCK) return 8;
  if (t->walk->block_bytes > RAMP_BLOCK_BYTES) return 4;
  const int more = more_along(t);
  return more > 0 || (more == 0 && room / (4 * side) >= 2 * side) ? 4 : 2;
}

/* Lines so far apart, or a multiple of that, have one and the same place in the first
   cache, which has room for some of them. */
enum { CONFLICT = 1 << 12 };

static bool meets_conflicts(const tour *t) {
  bool any = false;
  for (int i = 0; i < t->walk->operands; i++) {
    const int64_t *stride = t->walk->operand[i].stride, along = stride[t->along],
                  across = stride[t->across];
    any = any || (along != 0 && along % CONFLICT == 0) ||
          (across != 0 && across % CONFLICT == 0);
  }
  return any;
}

static bool has_rows(const ramp_walk *walk) {
  bool any = false;
  for (int i = 0; i < walk->operands; i++)
    any = any || walk->operand[i].stride[0] == (int64_t)walk->operand[i].size;
  return any;
}

/* Tiles that are computed by rows are larger, if there is as much; most of all where rows
   conflict, for then fewer of them are longer. */
static size_t near_block(const tour *t) {
  const ramp_walk *walk = t->walk;
  if (!walk->box_of_rows || !has_rows(walk)) return RAMP_BLOCK_BYTES;
  const size_t plane = (size_t)walk->shape[t->along] * (size_t)walk->shape[t->across],
               bytes = meets_conflicts(t) ? RAMP_LARGEST_BLOCK : RAMP_LARGE_BLOCK;
  const bool has_room = (size_t)walk->operands * bytes <= RAMP_BLOCKS_BYTES;
  return has_room && plane * walk->operand[0].size >= bytes ? bytes : RAMP_BLOCK_BYTES;
}

/* Tiles of four lines are larger if then they are as wide as all there is across, for a
   second one would be narrow; or two lines wide, if as many operands lie across. */
static size_t far_block(const tour *t) {
  const ramp_walk *walk = t->walk;
  const int64_t wide = RAMP_LARGE_BLOCK / (4 * STREAM_LINE),
                across = walk->shape[t->across], lines = 2 * side_of(walk);
  const bool gains = 2 * across > wide &&
                     (across <= wide || (more_along(t) == 0 && 2 * lines > wide)),
             has_room =
                 ramp_box_memory(walk, RAMP_LARGE_BLOCK, true) <= RAMP_BLOCKS_BYTES;
  return gains && has_room ? RAMP_LARGE_BLOCK : RAMP_BLOCK_BYTES;
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
                row = least(along, least(lines_along(t, room, side) * side,
                                         room / least(across, side)));
  t->tile[t->across] = whole_lines(across, room / row, side);
  t->tile[t->along] = whole_lines(along, room / t->tile[t->across], side);
  int64_t n = t->tile[t->along] * t->tile[t->across];
  for (int other = 0; other < walk->axes; other++) {
    if (other == t->along || other == t->across) continue;
    t->tile[other] = least(shape[other], room / n);
    n *= t->tile[other];
  }
}

/* How many bytes of lines a tile's inputs have for each byte of a result. */
static int64_t spread_of(const ramp_walk *walk) {
  const int64_t size = STREAM_LINE / side_of(walk);
  int64_t bytes = 0;
  for (int i = walk->outputs; i < walk->operands; i++)
    if (!walk->operand[i].counted)
      bytes += least(ramp_magnitude(walk->operand[i].stride[0]), STREAM_LINE);
  return bytes < size ? 1 : least(bytes / size, 4);
}

/* Where nothing lies crosswise: whole axes, then whole lines of one, as many as there is
   room for.  Tiles follow each other along that one, then along the next. */
static void set_line(tour *t) {
  const ramp_walk *walk = t->walk;
  const int64_t side = side_of(walk),
                room = ramp_box_room(walk) / (t->is_far ? spread_of(walk) : 1);
  int64_t n = 1;
  bool whole = true;
  t->across = 0;
  for (int axis = 0; axis < walk->axes; axis++) {
    const int64_t shape = walk->shape[axis];
    int64_t size = whole ? ramp_box_portion(shape, room / n) : 1;
    if (n == 1 && size > 1) size = least(shape, (size + side - 1) / side * side);
    if (whole && size < shape) t->across = axis;
    whole = whole && size == shape;
    t->tile[axis] = size;
    n *= size;
  }
  t->along = t->across == 0 ? 1 : t->across - 1;
  t->line = 0;
}

/* Whether results' rows begin or end within lines. */
static bool shares_lines(const tour *t) {
  bool shares = false;
  for (int i = 0; i < t->walk->outputs; i++) {
    const ramp_operand *o = &t->walk->operand[i];
    shares = shares || o->first % STREAM_LINE != 0;
    for (int axis = 0; axis < t->walk->axes; axis++)
      shares = shares || (axis != t->line && o->stride[axis] % STREAM_LINE != 0);
  }
  return shares;
}

/* Whether tiles are parts of rows of all results, and have no other axis than these and
   the one across. */
static bool cuts_rows(const tour *t) {
  bool cuts = t->tile[t->line] < t->walk->shape[t->line];
  for (int i = 0; i < t->walk->outputs; i++)
    cuts =
        cuts && t->walk->operand[i].stride[t->line] == (int64_t)t->walk->operand[i].size;
  for (int axis = 0; axis < t->walk->axes; axis++)
    cuts = cuts && (axis == t->line || axis == t->across || t->tile[axis] == 1);
  return cuts;
}

static void set_keeps(tour *t) {
  const int64_t rows = t->line == t->across ? 1 : t->tile[t->across];
  t->keeps = t->is_far && cuts_rows(t) && shares_lines(t) &&
             ramp_box_can_keep(t->walk, t->tile[t->line], rows);
}

static void count_tiles(tour *t) {
  t->tiles[t->along] = 1; /* where there is one axis */
  t->all = 1;
  for (int i = 0; i < t->walk->axes; i++) {
    const int64_t shape = t->walk->shape[i], size = t->tile[i];
    const bool keeps = t->keeps && i == t->line;
    t->shift[i] = size == shape || keeps ? 0 : shift_along(t->walk, i, size);
    t->tiles[i] = (size_t)((shape + t->shift[i] - 1) / size + 1);
    t->all *= t->tiles[i];
  }
  const bool crumb = t->walk->shape[t->line] % t->tile[t->line] == 1;
  t->joined = t->tiles[t->line] - (crumb ? 1 : 0);
}

/* So many bytes of the largest elements. */
enum { PATCH = 1024 };

/* Where tiles keep what the next ones along store, patches are bands of as many rows as
   can be kept. */
static void set_patch(tour *t) {
  const int64_t places = PATCH / STREAM_LINE * side_of(t->walk);
  const int axis[2] = {t->along, t->across};
  for (int i = 0; i < 2; i++)
    t->patch[i] =
        t->crosswise ? (size_t)((places - 1) / t->tile[axis[i]] + 1) : t->tiles[axis[i]];
  if (!t->crosswise || !t->keeps) return;
  t->patch[0] = t->tiles[t->along];
  t->patch[1] = (size_t)(RAMP_KEPT_ROWS / t->tile[t->across]);
}

static void set_pitch(tour *t) {
  for (int i = 0; i < t->walk->operands; i++)
    t->pitch[i] =
        (uint64_t)t->tile[t->across] * (uint64_t)t->walk->operand[i].stride[t->across];
}

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
static size_t width_of(const tour *whole, size_t left) {
  return fewer(whole->patch[1], whole->tiles[whole->across] - left);
}

/* The tile of that number in a plane of all tiles along and across: patches that follow
   each other across, in each of them tiles that do. */
static void find_in_plane(const tour *whole, size_t number, place *p) {
  const size_t along = whole->tiles[whole->along], across = whole->tiles[whole->across],
               band = whole->patch[0] * across, before = number / band * whole->patch[0],
               high = fewer(whole->patch[0], along - before),
               patch = high * whole->patch[1],
               left = number % band / patch * whole->patch[1],
               wide = width_of(whole, left), rest = number % band % patch;
  p->tile[whole->along] = before + rest / wide;
  p->tile[whole->across] = left + rest % wide;
}

static void find_place(const tour *whole, size_t number, place *p) {
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
static void step(const tour *whole, place *p) {
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
static size_t count_alike(const tour *whole, size_t tile, size_t tiles) {
  const size_t patch = whole->patch[1],
               end = fewer(tile / patch * patch + patch, tiles - 1);
  const bool cut = tile == 0 && whole->shift[whole->across] > 0;
  return !cut && tile + 1 < end ? end - tile - 1 : 0;
}

/* Tiles at an end are smaller. */
static void find_tile(const tour *whole, place *p) {
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
static void go_on(const tour *whole, place *p) {
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
static ramp_joints joints_of(const tour *whole, const place *p, size_t begin,
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
static bool is_fresh(const tour *whole, const place *p) {
  const size_t tile = p->tile[whole->across];
  return whole->crosswise && (whole->keeps ? tile % whole->patch[1] : tile) == 0;
}

/* A form is copied only where it may differ, for that takes longest. */
static void keep(const tour *whole, const place *p, size_t begin, size_t end, region *r) {
  for (int i = 0; i < whole->walk->operands; i++)
    r->first[i] = p->here.first[i];
  if (whole->keeps) r->joints = joints_of(whole, p, begin, end);
  r->is_fresh = is_fresh(whole, p);
  r->has_new_form = p->here.has_new_form;
  if (r->has_new_form) r->form = p->here.form;
}

static void run_tiles(const void *all, size_t begin, size_t end) {
  const tour *whole = all;
  ramp_traveller t;
  region ring[3];
  place p;
  find_place(whole, begin, &p);
  find_tile(whole, &p);
  ramp_travel(&t, whole->walk, whole->is_far, whole->keeps, whole->box, whole->work);
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
  tour t = {.walk = walk,
            .box = box,
            .work = work,
            .is_far = is_far,
            .crosswise = crosswise > 0};
  if (crosswise > 0) {
    set_axes(&t, crosswise);
    walk->block_bytes = is_far ? far_block(&t) : near_block(&t);
    set_tile(&t);
  } else {
    set_line(&t);
  }
  set_keeps(&t);
  count_tiles(&t);
  set_patch(&t);
  set_pitch(&t);
  ramp_share_units(t.all, ramp_weighed(walk->count, walk->grain), run_tiles, &t);
}
