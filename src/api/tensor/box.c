/* SPDX-License-Identifier: MIT */
/*
 * Boxes.  In memory that is far away a box's results go past the caches, and what will
 * be read soon is asked for meanwhile.  Stores past the caches hold up those behind them,
 * and a load of 16 bytes has to wait for two stores of 8: so what is written for each
 * box is not copied as a struct.
 */
#include "api/tensor/box.h"
#include "api/tensor/copy.h"

static int64_t largest(int64_t a, int64_t b) { return a > b ? a : b; }

/* ------------------------------------------------------------------ travellers */

/* Numbers that are counted have loops of their own, over RAMP_BLOCK elements. */
int64_t ramp_box_room(const ramp_walk *walk) {
  int64_t size = 1;
  for (int i = 0; i < walk->operands; i++)
    size = largest(size, (int64_t)walk->operand[i].size);
  for (int i = 0; i < walk->operands; i++)
    if (walk->operand[i].counted) return RAMP_BLOCK;
  return (int64_t)walk->block_bytes / size;
}

int64_t ramp_box_portion(int64_t places, int64_t room) {
  if (places <= room) return places;
  int64_t portions = (places - 1) / room + 1;
  return (places - 1) / portions + 1;
}

static void set_rows(ramp_whole_rows *r, const ramp_layout *l, const ramp_operand *o) {
  if (!ramp_layout_has_whole_rows(l, o)) return;
  const int along = ramp_layout_along(l, o);
  const int64_t row = l->size[along] * (int64_t)o->size;
  r->first = l->stride[along] < 0 ? row - (int64_t)o->size : 0;
  r->stride[along] = l->stride[along];
  r->stride[1 - along] = row;
}

/* What is read ahead has blocks behind those of the operands. */
static char *block_of(ramp_traveller *t, int number) {
  return t->memory + STREAM_LINE + (size_t)number * t->walk->block_bytes;
}

static int inputs_taken(const ramp_walk *walk) {
  const int inputs = walk->operands - walk->outputs;
  return inputs < RAMP_TAKEN_MAX ? inputs : RAMP_TAKEN_MAX;
}

size_t ramp_box_memory(const ramp_walk *walk, size_t block_bytes, bool keeps) {
  const size_t kept = (size_t)walk->outputs * RAMP_KEPT_ROWS * STREAM_LINE;
  return (size_t)(walk->operands + inputs_taken(walk)) * block_bytes + (keeps ? kept : 0);
}

bool ramp_box_can_keep(const ramp_walk *walk, int64_t row, int64_t rows) {
  bool can = rows <= RAMP_KEPT_ROWS &&
             ramp_box_memory(walk, walk->block_bytes, true) <= RAMP_BLOCKS_BYTES;
  for (int i = 0; i < walk->outputs; i++)
    can = can && row * (int64_t)walk->operand[i].size >= STREAM_LINE;
  return can;
}

void ramp_travel(ramp_traveller *t, const ramp_walk *walk, bool is_far, bool keeps,
                 ramp_box *box, const void *work) {
  t->walk = walk;
  t->box = box;
  t->work = work;
  t->is_far = is_far;
  t->form.sides = t->form_ahead.sides = -1;
  t->keeps = keeps;
  t->joints = (ramp_joints){false, false, 0};
  t->ahead = (ramp_ahead){NULL, NULL, false};
  for (int i = 0; i < walk->operands; i++)
    t->block[i] = block_of(t, i);
  for (int i = 0; i < RAMP_TAKEN_MAX; i++)
    t->takes[i] = t->has_taken[i] = false;
  for (int i = 0; i < inputs_taken(walk) && is_far; i++)
    t->taken_rows[i] = block_of(t, walk->operands + i);
  t->kept =
      block_of(t, 0) + (keeps ? ramp_box_memory(walk, walk->block_bytes, false) : 0);
}

static bool lies_ready(const ramp_layout *l, const ramp_operand *o) {
  bool dense = l->sides == 0 || (l->sides == 1 && l->stride[0] == (int64_t)o->size);
  return dense && !o->counted && o->first % o->size == 0;
}

static bool lies_in_rows(const ramp_form *f, const ramp_operand *o) {
  return !o->counted && o->stride[f->axis[0]] == (int64_t)o->size &&
         o->first % o->size == 0;
}

/* What is left over of a row behind whole registers is computed one by one: only where
   rows are long does that count for less than copies do. */
static bool suits_rows(const ramp_form *f, size_t size) {
  const size_t bytes = (size_t)f->size[0] * size;
  return f->sides == 2 && (bytes % STREAM_LINE == 0 || bytes >= 8 * STREAM_LINE);
}

/* Rows that are computed where they lie need no blocks. */
static void leave_rows(ramp_traveller *t) {
  const ramp_walk *walk = t->walk;
  const ramp_form *f = &t->form;
  t->by_rows = false;
  if (!walk->box_of_rows || t->is_far || !suits_rows(f, walk->operand[0].size)) return;
  for (int i = 0; i < walk->operands; i++) {
    if (!t->in_block[i] || !lies_in_rows(f, &walk->operand[i])) continue;
    t->in_block[i] = false;
    t->by_rows = true;
  }
}

/* In far memory results wait in a block: then they are stored while what lies ahead is
   asked for.  Unless the box does that, and all is ready. */
void ramp_travel_form(ramp_traveller *t, const ramp_form *f) {
  const ramp_walk *walk = t->walk;
  if (ramp_form_is(&t->form, f)) return;
  t->form = *f;
  bool all_ready = true;
  for (int i = 0; i < walk->operands; i++) {
    const ramp_operand *o = &walk->operand[i];
    ramp_layout_set(&t->layout[i], f, o);
    set_rows(&t->rows[i], &t->layout[i], o);
    t->in_block[i] = !lies_ready(&t->layout[i], o);
    t->holds[i] = false;
    all_ready = all_ready && !t->in_block[i];
  }
  leave_rows(t);
  t->waits = t->is_far && !(walk->streams && all_ready);
  for (int i = 0; i < walk->outputs && t->waits; i++)
    t->in_block[i] = true;
}

/* ------------------------------------------------------------------ memory */

void ramp_addresses_of(const ramp_walk *walk, const int64_t *at, uint64_t *address) {
  for (int i = 0; i < walk->operands; i++) {
    const ramp_operand *o = &walk->operand[i];
    uint64_t sum = o->first;
    for (int axis = 0; axis < walk->axes; axis++)
      sum += (uint64_t)at[axis] * (uint64_t)o->stride[axis];
    address[i] = sum;
  }
}

static char *pointer(uint64_t address) { return (char *)(uintptr_t)address; }

static void count_plane(const size_t n[2], ramp_plane to, uint64_t first,
                        const int64_t stride[2]) {
  uint64_t *number = (uint64_t *)(void *)to.at;
  for (size_t j = 0; j < n[1]; j++)
    for (size_t i = 0; i < n[0]; i++)
      number[j * n[0] + i] = first + i * (uint64_t)stride[0] + j * (uint64_t)stride[1];
}

typedef enum { TO_BLOCK, FROM_BLOCK, PAST_CACHES } way;

static void move_plane(way way, const ramp_operand *o, const size_t n[2],
                       ramp_plane inside, ramp_plane outside, ramp_seams seams,
                       const ramp_lines_ahead *ahead) {
  if (o->counted)
    count_plane(n, inside, (uintptr_t)outside.at, outside.stride);
  else if (way == TO_BLOCK)
    ramp_copy(o->size, n, inside, outside);
  else if (way == FROM_BLOCK)
    ramp_copy(o->size, n, outside, inside);
  else
    ramp_copy_stream(o->size, n, outside, inside, seams, ahead);
}

static const ramp_lines_ahead NONE = {0};
static const ramp_seams NO_SEAMS = {0};

static ramp_seams seams_of(const ramp_traveller *t, int output) {
  const ramp_joints *j = &t->joints;
  const size_t row = (size_t)output * RAMP_KEPT_ROWS + j->row;
  return (ramp_seams){t->kept + row * STREAM_LINE, j->follows, j->is_followed};
}

/* Between the memory of an operand and its block, plane by plane. */
static void transfer(way way, ramp_traveller *t, int operand,
                     const ramp_lines_ahead *ahead) {
  const ramp_layout *l = &t->layout[operand];
  const ramp_operand *o = &t->walk->operand[operand];
  const size_t n[2] = {l->sides > 0 ? (size_t)l->size[0] : 1,
                       l->sides > 1 ? (size_t)l->size[1] : 1};
  const int64_t size = (int64_t)o->size, plane = size * (int64_t)(n[0] * n[1]);
  ramp_plane inside = {t->block[operand], {size, size * (int64_t)n[0]}};
  const ramp_seams seams = way == PAST_CACHES ? seams_of(t, operand) : NO_SEAMS;
  uint64_t address = t->first[operand];
  int64_t at[RAMP_SIDES_MAX];
  for (int side = 2; side < l->sides; side++)
    at[side] = 0;
  for (;;) {
    const ramp_plane outside = {pointer(address), {l->stride[0], l->stride[1]}};
    move_plane(way, o, n, inside, outside, seams, ahead);
    ahead = &NONE;
    int side = 2;
    while (side < l->sides && ++at[side] == l->size[side]) {
      address -= (uint64_t)(l->size[side] - 1) * (uint64_t)l->stride[side];
      at[side++] = 0;
    }
    if (side >= l->sides) return;
    address += (uint64_t)l->stride[side];
    inside.at += plane;
  }
}

/* Where an input's elements lie in rows that were read ahead. */
static bool find_rows(ramp_traveller *t, int i, ramp_plane *p) {
  const int taken = i - t->walk->outputs;
  if (taken >= RAMP_TAKEN_MAX || !t->has_taken[taken]) return false;
  p->at = t->taken_rows[taken] + t->rows[i].first;
  p->stride[0] = t->rows[i].stride[0];
  p->stride[1] = t->rows[i].stride[1];
  return true;
}

/* An input's elements, one behind the other.  What has been gathered from the same place
   need not be gathered again. */
static char *gather(ramp_traveller *t, int i) {
  const uint64_t address = t->first[i];
  if (t->holds[i] && t->held[i] == address) return t->block[i];
  const int64_t size = (int64_t)t->walk->operand[i].size;
  ramp_plane rows;
  if (find_rows(t, i, &rows)) {
    if (rows.stride[0] == size) return rows.at;
    const int64_t *n = t->layout[i].size;
    ramp_copy((size_t)size, (size_t[]){(size_t)n[0], (size_t)n[1]},
              (ramp_plane){t->block[i], {size, size * n[0]}}, rows);
  } else {
    transfer(TO_BLOCK, t, i, &NONE);
  }
  t->holds[i] = true;
  t->held[i] = address;
  return t->block[i];
}

/* ------------------------------------------------------------------ a visit */

static void ask_for_all(const ramp_lines_ahead *lines) {
  ramp_inquiry q = ramp_inquire(lines);
  ramp_ask_all(&q);
}

static void run_rows(const ramp_traveller *t, char *const *operand) {
  const ramp_form *f = &t->form;
  const size_t n[2] = {(size_t)f->size[0], (size_t)f->size[1]};
  ramp_band rows[RAMP_OPERANDS_MAX];
  for (int i = 0; i < t->walk->operands; i++) {
    const ramp_operand *o = &t->walk->operand[i];
    rows[i].first = operand[i];
    rows[i].step = t->in_block[i] ? (int64_t)(n[0] * o->size) : o->stride[f->axis[1]];
  }
  t->walk->box_of_rows(t->work, n, rows);
}

void ramp_visit(ramp_traveller *t) {
  const ramp_walk *walk = t->walk;
  char *operand[RAMP_OPERANDS_MAX];
  for (int i = 0; i < walk->operands; i++) {
    if (!t->in_block[i])
      operand[i] = pointer(t->first[i]);
    else
      operand[i] = i < walk->outputs ? t->block[i] : gather(t, i);
  }
  if (t->is_far) ramp_find_lines(t);
  if (t->is_far && !t->waits) ask_for_all(&t->lines);
  if (t->by_rows)
    run_rows(t, operand);
  else
    t->box(t->work, t->form.n, operand);
  const ramp_lines_ahead *lines = &t->lines;
  for (int i = 0; i < walk->outputs; i++) {
    if (!t->in_block[i]) continue;
    transfer(t->waits ? PAST_CACHES : FROM_BLOCK, t, i, lines);
    lines = &NONE;
  }
}
