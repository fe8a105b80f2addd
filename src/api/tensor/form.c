/* SPDX-License-Identifier: MIT */
/* Forms of boxes, and how operands lie in these. */
#include "api/tensor/form.h"
#include "kernels/stream.h"

void ramp_form_clear(ramp_form *f) {
  f->sides = 0;
  f->n = 1;
}

void ramp_form_add(ramp_form *f, int axis, int64_t size) {
  if (size == 1) return;
  f->axis[f->sides] = axis;
  f->size[f->sides++] = size;
  f->n *= (size_t)size;
}

bool ramp_form_is(const ramp_form *a, const ramp_form *b) {
  bool same = a->sides == b->sides;
  for (int i = 0; i < a->sides && same; i++)
    same = a->axis[i] == b->axis[i] && a->size[i] == b->size[i];
  return same;
}

void ramp_layout_set(ramp_layout *l, const ramp_form *f, const ramp_operand *o) {
  l->sides = 0;
  for (int i = 0; i < f->sides; i++) {
    const int64_t stride = o->stride[f->axis[i]];
    const int last = l->sides - 1;
    if (last >= 0 && ramp_stride_times(l->stride[last], l->size[last]) == stride) {
      l->size[last] *= f->size[i];
      continue;
    }
    l->size[l->sides] = f->size[i];
    l->stride[l->sides++] = stride;
  }
  for (int side = l->sides; side < 2; side++)
    l->stride[side] = 0;
}

int ramp_layout_along(const ramp_layout *l, const ramp_operand *o) {
  return ramp_magnitude(l->stride[0]) == (int64_t)o->size ? 0 : 1;
}

bool ramp_layout_has_whole_rows(const ramp_layout *l, const ramp_operand *o) {
  if (o->counted || l->sides != 2) return false;
  const int along = ramp_layout_along(l, o);
  return ramp_magnitude(l->stride[along]) == (int64_t)o->size &&
         l->stride[1 - along] != 0 &&
         l->size[along] * (int64_t)o->size % STREAM_LINE == 0;
}
