/* SPDX-License-Identifier: MIT */
/*
 * Tours.  Where an operand lies crosswise to the others, a box is a tile of two axes:
 * some lines of cache along the first operand's lines, and as long across them as there
 * is room, so that what lies crosswise is read several lines in a row, too.  Tiles follow
 * each other across and, so that pages are met again while the CPU knows where they are,
 * make patches.  Where memory is far away boxes of operands that lie alike are tiles as
 * well, long ones of one line.
 */
#include "api/tensor/tour.h"

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

static void set_axes(ramp_tour *t, int crosswise) {
  const int64_t *stride = t->walk->operand[0].stride;
  bool turns = ramp_magnitude(stride[crosswise]) < ramp_magnitude(stride[0]);
  t->along = turns ? crosswise : 0;
  t->across = turns ? 0 : crosswise;
  t->line = t->along;
}

/* How many more operands lie along than across. */
static int more_along(const ramp_tour *t) {
  int more = 0;
  for (int i = 0; i < t->walk->operands; i++) {
    const ramp_operand *o = &t->walk->operand[i];
    const int64_t along = ramp_magnitude(o->stride[t->along]),
                  across = ramp_magnitude(o->stride[t->across]);
    if (!o->counted) more += (along < across) - (along > across);
  }
  return more;
}

/* As many places across are a tile of four lines. */
enum { WIDE = RAMP_BLOCK_BYTES / (4 * STREAM_LINE) };

/* Whether there is more across than one such tile has, and less than two: then the second
   one costs as much as the first.  Where memory is near that does not count. */
static bool is_narrow(const ramp_tour *t) {
  const int64_t across = t->walk->shape[t->across];
  return t->is_far && across > WIDE && across < 2 * WIDE;
}

/* How many lines: in large blocks four, in the largest eight; else two if the tile is as
   wide then as all there is; else four if more operands lie along them than across, or as
   many and two lines of those across still fit, else two.  Short rows take longer than
   long ones, and stores past the caches to lines a multiple of 1 KiB apart wait for each
   other. */
static int64_t lines_along(const ramp_tour *t, int64_t room, int64_t side) {
  if (t->walk->block_bytes > RAMP_LARGE_BLOCK) return 8;
  if (t->walk->block_bytes > RAMP_BLOCK_BYTES) return 4;
  if (is_narrow(t)) return 2;
  const int more = more_along(t);
  return more > 0 || (more == 0 && room / (4 * side) >= 2 * side) ? 4 : 2;
}

/* Lines so far apart, or a multiple of that, have one and the same place in the first
   cache, which has room for some of them. */
enum { CONFLICT = 1 << 12 };

static bool meets_conflicts(const ramp_tour *t) {
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
static size_t near_block(const ramp_tour *t) {
  const ramp_walk *walk = t->walk;
  if (!walk->box_of_rows || !has_rows(walk)) return RAMP_BLOCK_BYTES;
  const size_t plane = (size_t)walk->shape[t->along] * (size_t)walk->shape[t->across],
               bytes = meets_conflicts(t) ? RAMP_LARGEST_BLOCK : RAMP_LARGE_BLOCK;
  const bool has_room = (size_t)walk->operands * bytes <= RAMP_BLOCKS_BYTES;
  return has_room && plane * walk->operand[0].size >= bytes ? bytes : RAMP_BLOCK_BYTES;
}

/* Where as many operands lie across, tiles of four lines are larger if they are as wide
   as all there is then, or two lines wide. */
static size_t far_block(const ramp_tour *t) {
  const ramp_walk *walk = t->walk;
  const bool gains = is_narrow(t) ||
                     (walk->shape[t->across] > WIDE && 2 * side_of(walk) > WIDE),
             has_room =
                 ramp_box_memory(walk, RAMP_LARGE_BLOCK, true) <= RAMP_BLOCKS_BYTES;
  return more_along(t) == 0 && gains && has_room ? RAMP_LARGE_BLOCK : RAMP_BLOCK_BYTES;
}

/* So many places of an axis: whole lines, or all of it. */
static int64_t whole_lines(int64_t shape, int64_t places, int64_t side) {
  if (places >= shape) return shape;
  return places < side ? places : places / side * side;
}

static void set_tile(ramp_tour *t) {
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

/* Where nothing lies crosswise, in far memory: whole axes, then whole lines of one, as
   many as there is room for.  Tiles follow each other along that one, then along the
   next. */
static void set_line(ramp_tour *t) {
  const ramp_walk *walk = t->walk;
  const int64_t side = side_of(walk), room = ramp_box_room(walk) / spread_of(walk);
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
static bool shares_lines(const ramp_tour *t) {
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
static bool cuts_rows(const ramp_tour *t) {
  bool cuts = t->tile[t->line] < t->walk->shape[t->line];
  for (int i = 0; i < t->walk->outputs; i++)
    cuts =
        cuts && t->walk->operand[i].stride[t->line] == (int64_t)t->walk->operand[i].size;
  for (int axis = 0; axis < t->walk->axes; axis++)
    cuts = cuts && (axis == t->line || axis == t->across || t->tile[axis] == 1);
  return cuts;
}

static void set_keeps(ramp_tour *t) {
  const int64_t rows = t->line == t->across ? 1 : t->tile[t->across];
  t->keeps = t->is_far && cuts_rows(t) && shares_lines(t) &&
             ramp_box_can_keep(t->walk, t->tile[t->line], rows);
}

static void count_tiles(ramp_tour *t) {
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
static void set_patch(ramp_tour *t) {
  const int64_t places = PATCH / STREAM_LINE * side_of(t->walk);
  const int axis[2] = {t->along, t->across};
  for (int i = 0; i < 2; i++)
    t->patch[i] =
        t->crosswise ? (size_t)((places - 1) / t->tile[axis[i]] + 1) : t->tiles[axis[i]];
  if (!t->crosswise || !t->keeps) return;
  t->patch[0] = t->tiles[t->along];
  t->patch[1] = (size_t)(RAMP_KEPT_ROWS / t->tile[t->across]);
}

static void set_pitch(ramp_tour *t) {
  for (int i = 0; i < t->walk->operands; i++)
    t->pitch[i] =
        (uint64_t)t->tile[t->across] * (uint64_t)t->walk->operand[i].stride[t->across];
}

ramp_tour ramp_tour_of(ramp_walk *walk, int crosswise, bool is_far) {
  ramp_tour t = {.walk = walk, .is_far = is_far, .crosswise = crosswise > 0};
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
  return t;
}
