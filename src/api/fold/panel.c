/* SPDX-License-Identifier: MIT */
/* Panels: which elements of the lines are in a row, and the way there and back. */
#include "api/fold/panel.h"

#include "api/streamed.h"
#include "api/tensor/copy.h"

#include <math.h>
#include <string.h>

enum { LANES = RAMP_LANES, CHUNK_ROWS = RAMP_CHUNK / RAMP_LANES };

/* Short lines do not fill enough rows.  Passes over long ones wait for memory, first for
   x and then with y; for others the caches do that while the next line is computed, and
   stores past these were slower. */
enum { SHORT = 64, LONG = 4096 };

bool ramp_panel_across(const ramp_lines *l) {
  const ramp_operand *in = &l->walk.operand[l->operand[RAMP_LINE_IN]];
  bool neighbours = l->walk.axes > 0 && in->stride[0] == (int64_t)l->size;
  bool scattered = l->step[RAMP_LINE_IN] != (int64_t)l->size;
  return l->lines > 1 && (l->length < SHORT || (scattered && neighbours));
}

ramp_panel ramp_panel_of(const ramp_lines *l, bool negative) {
  ramp_panel p;
  memset(&p, 0, sizeof p);
  p.lines = l;
  p.negative = negative;
  p.across = ramp_panel_across(l);
  size_t count = l->lines * l->length;
  bool far = l->length >= LONG && !p.across && ramp_is_large(count * l->size);
  p.far = far && l->step[RAMP_LINE_IN] == (int64_t)l->size;
  p.streams = far && !l->in_place && l->step[RAMP_LINE_OUT] == (int64_t)l->size;
  return p;
}

/* ------------------------------------------------------------------ addresses */

/* A last row that is cut short need not be copied where it can be whole. */
static bool can_overlap(const ramp_panel *p) {
  const ramp_lines *l = p->lines;
  int64_t unit = sizeof(float);
  return !p->across && p->lanes < LANES && l->length >= LANES && l->type == RAMP_F32 &&
         !p->mask[0] && !p->negative && !l->in_place && l->step[RAMP_LINE_IN] == unit &&
         l->step[RAMP_LINE_OUT] == unit &&
         ((uintptr_t)p->x[0] | (uintptr_t)p->y[0]) % sizeof(float) == 0;
}

void ramp_panel_set(ramp_panel *p, size_t line, size_t lines) {
  const ramp_lines *l = p->lines;
  p->rows = p->across ? l->length : (l->length + LANES - 1) / LANES;
  p->lanes = p->across ? (int)lines : (int)(l->length - (p->rows - 1) * LANES);
  for (size_t j = 0; j < (p->across ? lines : 1); j++) {
    p->x[j] = ramp_line_at(l, RAMP_LINE_IN, line + j);
    p->y[j] = ramp_line_at(l, RAMP_LINE_OUT, line + j);
    p->mask[j] = ramp_line_at(l, RAMP_LINE_MASK, line + j);
  }
  p->overlapping = can_overlap(p);
}

/* Of the elements of one line the first in some rows. */
static size_t element_of(const ramp_panel *p, const ramp_rows *r) {
  return r->cut && p->overlapping ? p->lines->length - LANES : r->first * LANES;
}

/* Whether lanes follow one another at equal distances, and at which. */
static bool lanes_apart(char *const *lane, int lanes, int64_t *distance) {
  *distance = lanes > 1 ? lane[1] - lane[0] : 0;
  for (int j = 2; j < lanes; j++)
    if (lane[j] - lane[j - 1] != *distance) return false;
  return true;
}

/* The elements of some rows, to or from memory in which rows have LANES of them. */
static void transfer(const ramp_panel *p, size_t size, char *const *lane, int64_t step,
                     size_t first, size_t rows, char *block, bool to_block) {
  int64_t unit = (int64_t)size, distance;
  if (!p->across) {
    size_t at = first * LANES, left = p->lines->length - at;
    size_t n = left < rows * LANES ? left : rows * LANES;
    ramp_plane inside = {block, {unit, 0}},
               outside = {lane[0] + (int64_t)at * step, {step, 0}};
    ramp_copy(size, (size_t[]){n, 1}, to_block ? inside : outside,
              to_block ? outside : inside);
    return;
  }
  bool even = lanes_apart(lane, p->lanes, &distance);
  for (int j = 0; j < (even ? 1 : p->lanes); j++) {
    ramp_plane inside = {block + j * unit, {unit * LANES, unit}},
               outside = {lane[j] + (int64_t)first * step, {step, distance}};
    size_t n[2] = {rows, even ? (size_t)p->lanes : 1};
    ramp_copy(size, n, to_block ? inside : outside, to_block ? outside : inside);
  }
}

/* How far rows are apart, in elements, where their lanes are neighbours in memory, all of
   them; else 0. */
static size_t rows_apart(const ramp_panel *p, size_t size, char *const *lane,
                         int64_t step, const ramp_rows *r) {
  int64_t unit = (int64_t)size, distance;
  if (((uintptr_t)lane[0] & (size - 1)) != 0) return 0;
  if (!p->across) return step == unit && (!r->cut || p->overlapping) ? LANES : 0;
  bool dense = p->lanes == LANES && lanes_apart(lane, LANES, &distance) &&
               distance == unit && step > 0 && step % unit == 0;
  return dense ? (size_t)(step / unit) : 0;
}

/* ------------------------------------------------------------------ x as floats */

static void apply_mask(const ramp_panel *p, const ramp_rows *r, float *x) {
  int64_t step = p->lines->step[RAMP_LINE_MASK];
  size_t length = p->lines->length;
  if (!p->mask[0]) return;
  for (size_t i = 0; i < r->rows; i++)
    for (size_t j = 0; j < LANES; j++) {
      size_t at = p->across ? r->first + i : (r->first + i) * LANES + j;
      bool there = p->across ? j < (size_t)p->lanes : at < length;
      const char *mask = p->mask[p->across && there ? j : 0];
      if (there && mask[(int64_t)at * step] == 0) x[i * LANES + j] = -INFINITY;
    }
}

/* Lanes without an element repeat the first one. */
static void pad(const ramp_panel *p, const ramp_rows *r, float *x) {
  if (!p->across && !r->cut) return;
  for (size_t i = 0; i < r->rows; i++)
    for (size_t j = (size_t)p->lanes; j < LANES; j++)
      x[i * LANES + j] = x[i * LANES];
}

void ramp_panel_take(const ramp_panel *p, size_t first, ramp_rows *r) {
  bool cut = !p->across && p->lanes < LANES;
  size_t left = p->rows - first - cut;
  r->first = first;
  r->cut = left == 0;
  r->rows = left == 0 ? 1 : left < CHUNK_ROWS ? left : CHUNK_ROWS;
}

void ramp_panel_expect(const ramp_panel *p, const ramp_rows *r) {
  size_t row = LANES * p->lines->size;
  const char *next = p->x[0] + (r->first + r->rows) * row;
  for (size_t at = 0; p->far && at < r->rows * row; at += STREAM_LINE)
    __builtin_prefetch(next + at);
}

static void load_block(const ramp_panel *p, const ramp_rows *r, float *block) {
  const ramp_lines *l = p->lines;
  uint16_t narrow[RAMP_CHUNK];
  bool wide = l->type == RAMP_F32;
  void *elements = wide ? (void *)block : narrow;
  memset(elements, 0, r->rows * LANES * l->size);
  transfer(p, l->size, p->x, l->step[RAMP_LINE_IN], r->first, r->rows, elements, true);
  if (!wide) ramp_kernels_in_use()->to_float[l->type](r->rows * LANES, narrow, block);
  for (size_t i = 0; p->negative && i < r->rows * LANES; i++)
    block[i] = -block[i];
  apply_mask(p, r, block);
  pad(p, r, block);
}

void ramp_panel_load(const ramp_panel *p, size_t first, float *block, ramp_rows *r) {
  const ramp_lines *l = p->lines;
  int64_t step = l->step[RAMP_LINE_IN];
  ramp_panel_take(p, first, r);
  size_t apart = rows_apart(p, l->size, p->x, step, r);
  if (apart && l->type == RAMP_F32 && !p->mask[0] && !p->negative) {
    size_t at = p->across ? first : element_of(p, r);
    r->x = (const float *)(const void *)(p->x[0] + (int64_t)at * step);
    r->stride = apart;
    return;
  }
  load_block(p, r, block);
  r->x = block;
  r->stride = LANES;
}

/* ------------------------------------------------------------------ y */

void *ramp_panel_place(const ramp_panel *p, const ramp_rows *r, size_t *stride) {
  const ramp_lines *l = p->lines;
  int64_t step = l->step[RAMP_LINE_OUT];
  size_t at = p->across ? r->first : element_of(p, r);
  *stride = rows_apart(p, l->size, p->y, step, r);
  bool usual = *stride && (l->type == RAMP_F32 || *stride == LANES);
  return usual && !(p->streams && !r->cut) ? p->y[0] + (int64_t)at * step : NULL;
}

void ramp_panel_store(const ramp_panel *p, const ramp_rows *r, void *block) {
  const ramp_lines *l = p->lines;
  if (p->streams && !r->cut)
    ramp_stream(r->rows * LANES * l->size, block, p->y[0] + r->first * LANES * l->size);
  else
    transfer(p, l->size, p->y, l->step[RAMP_LINE_OUT], r->first, r->rows, block, false);
}
