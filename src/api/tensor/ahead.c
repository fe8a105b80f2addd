/* SPDX-License-Identifier: MIT */
/*
 * What lies ahead of a box in far memory: the lines that have to be there when the next
 * boxes are computed.
 */
#include "api/tensor/box.h"

static int64_t largest(int64_t a, int64_t b) { return a > b ? a : b; }

/* The lines that a region of this layout has along its first two sides, those of each row
   one after the other, where its first element is at 0. */
static ramp_area area_of(const ramp_layout *l) {
  int64_t n[2] = {1, 1}, stride[2] = {0, 0};
  for (int side = 0; side < l->sides && side < 2; side++) {
    n[side] = l->stride[side] ? l->size[side] : 1;
    stride[side] = l->stride[side];
  }
  const int along =
      n[0] == 1 || (n[1] > 1 && ramp_magnitude(stride[1]) < ramp_magnitude(stride[0]));
  const int64_t reach = (n[along] - 1) * stride[along], pitch = stride[1 - along],
                step = largest(ramp_magnitude(stride[along]), STREAM_LINE),
                row = ramp_magnitude(reach) / step + 1;
  return (ramp_area){.at = (uintptr_t)(reach < 0 ? reach : 0),
                     .step = (uintptr_t)step,
                     .jump = (uintptr_t)(pitch - (row - 1) * step),
                     .row = (size_t)row,
                     .rows = (size_t)n[1 - along]};
}

static void add_area(ramp_traveller *t, int operand, ramp_area area, bool is_behind) {
  if (area.rows == 0) return;
  const int k = t->lines.areas++;
  t->lines.area[k] = area;
  t->lowest[k] = area.at;
  t->operand[k] = operand;
  t->is_behind[k] = is_behind;
  t->lines.count += area.row * area.rows;
}

/* The last line of each row of results, where it is not theirs alone: what lies in it is
   not stored past the caches, and all stores behind would wait until it is there. */
static ramp_area ends_of(const ramp_layout *l, const ramp_operand *o) {
  const ramp_area none = {.rows = 0};
  if (l->sides != 2) return none;
  const int along = ramp_layout_along(l, o);
  const int64_t row = l->size[along] * l->stride[along], pitch = l->stride[1 - along];
  if (pitch % STREAM_LINE == 0) return none;
  return (ramp_area){.at = (uintptr_t)(row - 1),
                     .jump = (uintptr_t)pitch,
                     .row = 1,
                     .rows = (size_t)l->size[1 - along]};
}

/* The first line of each row that lies crosswise to results, where rows begin anywhere in
   lines.  Their number is rounded up to an even one, so that pairs may be asked for. */
static ramp_area heads_of(const ramp_layout *l, const ramp_operand *o,
                          const ramp_layout *result, const ramp_operand *of_result) {
  const ramp_area none = {.rows = 0};
  if (o->counted || l->sides != 2 || result->sides != 2) return none;
  const int along = ramp_layout_along(l, o);
  const int64_t pitch = l->stride[1 - along];
  if (along == ramp_layout_along(result, of_result) || pitch % STREAM_LINE == 0)
    return none;
  const int64_t reach = (l->size[along] - 1) * l->stride[along];
  return (ramp_area){.at = (uintptr_t)(reach < 0 ? reach : 0),
                     .step = (uintptr_t)pitch,
                     .row = ((size_t)l->size[1 - along] + 1) / 2 * 2,
                     .rows = 1};
}

static void ask_for_inputs(ramp_traveller *t, const ramp_form *f) {
  for (int i = t->walk->outputs; i < t->walk->operands; i++) {
    const ramp_operand *o = &t->walk->operand[i];
    const int taken = i - t->walk->outputs;
    if (taken < RAMP_TAKEN_MAX) t->takes[taken] = false;
    if (o->counted) continue;
    ramp_layout l;
    ramp_layout_set(&l, f, o);
    const bool takes = taken < RAMP_TAKEN_MAX && ramp_layout_has_whole_rows(&l, o);
    ramp_area area = area_of(&l);
    area.block = takes ? t->taken_rows[taken] : NULL;
    if (taken < RAMP_TAKEN_MAX) t->takes[taken] = takes;
    add_area(t, i, area, l.sides < 2);
  }
}

/* Of what is kept nothing has to be there. */
static void ask_for_ends(ramp_traveller *t, const ramp_form *f) {
  for (int i = 0; i < t->walk->outputs && !t->keeps; i++) {
    ramp_layout l;
    ramp_layout_set(&l, f, &t->walk->operand[i]);
    add_area(t, i, ends_of(&l, &t->walk->operand[i]), false);
  }
}

static void ask_for_heads(ramp_traveller *t, const ramp_form *f) {
  const ramp_operand *o = t->walk->operand;
  ramp_layout l, result;
  ramp_layout_set(&result, f, &o[0]);
  for (int i = t->walk->outputs; i < t->walk->operands; i++) {
    ramp_layout_set(&l, f, &o[i]);
    add_area(t, i, heads_of(&l, &o[i], &result, &o[0]), true);
  }
}

void ramp_travel_ahead(ramp_traveller *t, const ramp_form *f) {
  if (ramp_form_is(&t->form_ahead, f)) return;
  t->form_ahead = *f;
  t->lines.areas = 0;
  t->lines.count = 0;
  if (!t->is_far) return;
  ask_for_inputs(t, f);
  ask_for_ends(t, f);
  t->lines.in_pairs = ramp_are_pairs(&t->lines);
  t->areas[0] = t->lines.areas;
  t->counts[0] = t->lines.count;
  ask_for_heads(t, f);
  t->areas[1] = t->lines.areas;
  t->counts[1] = t->lines.count;
}

void ramp_find_lines(ramp_traveller *t) {
  t->lines.areas = t->areas[t->ahead.is_fresh];
  t->lines.count = t->counts[t->ahead.is_fresh];
  for (int k = 0; k < t->lines.areas; k++) {
    const int i = t->operand[k];
    const uint64_t behind = t->ahead.behind[i],
                   address = t->is_behind[k] ? behind : t->ahead.first[i];
    ramp_area *area = &t->lines.area[k];
    area->at = t->lowest[k] + (uintptr_t)address;
    area->on = area->block ? (uintptr_t)(behind - address) : 0;
    /* Lines that follow each other are asked for by their last bytes: where rows begin
       within a line their last one has to come, too. */
    if (area->step == STREAM_LINE) area->on += STREAM_LINE - 1;
  }
  for (int taken = 0; taken < RAMP_TAKEN_MAX; taken++)
    t->has_taken[taken] = t->takes[taken];
}
