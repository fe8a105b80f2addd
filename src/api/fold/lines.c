/* SPDX-License-Identifier: MIT */
/* Lines: their addresses, and chunks of them to and from doubles. */
#include "api/fold/lines.h"

#include "api/tensor/copy.h"

ramp_lines ramp_lines_of(int axis, const ramp_view *const role[RAMP_LINE_ROLES]) {
  const ramp_view *in = role[RAMP_LINE_IN], *out = role[RAMP_LINE_OUT],
                  *dy = role[RAMP_LINE_DY], *first[RAMP_LINE_ROLES];
  ramp_view slice[RAMP_LINE_ROLES];
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_lines l = {.length = (size_t)in->shape[axis],
                  .type = in->type,
                  .size = in->size,
                  .widen = kernels->to_double[in->type]};
  int operands = 0;
  for (int i = 0; i < RAMP_LINE_ROLES; i++) {
    l.operand[i] = -1;
    if (!role[i]) continue;
    slice[i] = ramp_view_slice(role[i], axis, 0, 1, 1);
    first[operands] = &slice[i];
    l.step[i] = role[i]->stride[axis];
    l.operand[i] = operands++;
  }
  if (out) {
    l.round = kernels->from_double[out->type];
    l.out_size = out->size;
    l.in_place = out->data == in->data || (dy && out->data == dy->data);
  }
  l.walk = ramp_walk_of(out != NULL, operands, first);
  l.lines = l.walk.count;
  return l;
}

char *ramp_line_at(const ramp_lines *lines, ramp_line_role role, size_t line) {
  if (lines->operand[role] < 0) return NULL;
  const ramp_operand *o = &lines->walk.operand[lines->operand[role]];
  uint64_t address = o->first;
  for (int axis = 0; axis < lines->walk.axes; axis++) {
    size_t size = (size_t)lines->walk.shape[axis];
    size_t at = axis + 1 < lines->walk.axes ? line % size : line;
    address += at * (uint64_t)o->stride[axis];
    line = axis + 1 < lines->walk.axes ? line / size : 0;
  }
  return (char *)(uintptr_t)address;
}

ramp_line ramp_line_of(const ramp_lines *lines, size_t line) {
  ramp_line l = {.lines = lines};
  for (int role = 0; role < RAMP_LINE_ROLES; role++)
    l.at[role] = ramp_line_at(lines, (ramp_line_role)role, line);
  return l;
}

/* ------------------------------------------------------------------ chunks */

size_t ramp_chunk_at(const ramp_lines *lines, size_t first) {
  size_t left = lines->length - first;
  return left < RAMP_CHUNK ? left : RAMP_CHUNK;
}

size_t ramp_chunk_filled(size_t n) {
  return (n + RAMP_LANES - 1) / RAMP_LANES * RAMP_LANES;
}

static bool is_array(const char *at, int64_t step, size_t size) {
  return step == (int64_t)size && (uintptr_t)at % size == 0;
}

void ramp_line_mask(const ramp_line *line, size_t first, size_t n, double absent,
                    double *y) {
  const char *mask = line->at[RAMP_LINE_MASK];
  if (!mask) return;
  int64_t step = line->lines->step[RAMP_LINE_MASK];
  for (size_t i = 0; i < n; i++)
    if (mask[(int64_t)(first + i) * step] == 0) y[i] = absent;
}

void ramp_line_load(const ramp_line *line, ramp_line_role role, size_t first, size_t n,
                    double absent, double *x) {
  const ramp_lines *l = line->lines;
  double block[RAMP_CHUNK];
  int64_t step = l->step[role];
  char *from = line->at[role] + (int64_t)first * step;
  if (is_array(from, step, l->size)) {
    l->widen(n, from, x);
  } else {
    ramp_copy(l->size, (size_t[]){n, 1},
              (ramp_plane){(char *)block, {(int64_t)l->size, 0}},
              (ramp_plane){from, {step, 0}});
    l->widen(n, block, x);
  }
  ramp_line_mask(line, first, n, absent, x);
  for (size_t i = n; i < ramp_chunk_filled(n); i++)
    x[i] = absent;
}

void ramp_line_store(const ramp_line *line, size_t first, size_t n, double *y) {
  const ramp_lines *l = line->lines;
  double block[RAMP_CHUNK];
  int64_t step = l->step[RAMP_LINE_OUT];
  char *to = line->at[RAMP_LINE_OUT] + (int64_t)first * step;
  if (is_array(to, step, l->out_size)) {
    l->round(n, y, to);
    return;
  }
  l->round(n, y, block);
  ramp_copy(l->out_size, (size_t[]){n, 1}, (ramp_plane){to, {step, 0}},
            (ramp_plane){(char *)block, {(int64_t)l->out_size, 0}});
}
