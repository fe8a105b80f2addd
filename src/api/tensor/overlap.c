/* SPDX-License-Identifier: MIT */
/*
 * Whether elements share memory.  Two elements do when the distance between their
 * addresses, a sum of whole numbers times strides, lies within certain bounds.  Whether
 * such numbers exist is searched for, from the longest stride to the shortest: what the
 * shorter ones can still reach, and what divides them all, leaves few to try.
 */
#include "api/status.h"
#include "api/tensor/view.h"

#include <string.h>

/* Steps of one length: from 0 to `most` of them, `length` > 0. */
typedef struct {
  int64_t length, most;
} steps;

/* Sums of steps, longest first; those behind i reach from 0 to reach[i], in multiples of
   divisor[i]. */
typedef struct {
  int terms;
  steps term[2 * RAMP_AXES_MAX];
  int64_t reach[2 * RAMP_AXES_MAX], divisor[2 * RAMP_AXES_MAX];
  int trials; /* what is left of them */
} sums;

/* Strides that need more trials than this come from no array; they count as
   overlapping. */
enum { TRIALS = 1 << 16 };

/* Keeps the terms in order; those of one length are one. */
static void add_steps(sums *s, int64_t length, int64_t most) {
  if (most == 0) return;
  int i = s->terms;
  while (i > 0 && s->term[i - 1].length < length)
    i--;
  if (i > 0 && s->term[i - 1].length == length) {
    s->term[i - 1].most += most;
    return;
  }
  memmove(s->term + i + 1, s->term + i, (size_t)(s->terms - i) * sizeof *s->term);
  s->term[i] = (steps){length, most};
  s->terms++;
}

static int64_t common_divisor(int64_t a, int64_t b) {
  while (b != 0) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static void prepare(sums *s) {
  int64_t reach = 0, divisor = 0;
  for (int i = s->terms - 1; i >= 0; i--) {
    s->reach[i] = reach;
    s->divisor[i] = divisor;
    reach += s->term[i].length * s->term[i].most;
    divisor = common_divisor(s->term[i].length, divisor);
  }
  s->trials = TRIALS;
}

static int64_t floor_of(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* Whether the terms from i on have a sum in [low, high]. */
static bool can_reach(sums *s, int i, int64_t low, int64_t high) {
  if (i == s->terms) return low <= 0 && high >= 0;
  if (s->trials-- <= 0) return true;
  steps term = s->term[i];
  int64_t first = -floor_of(s->reach[i] - low, term.length),
          last = floor_of(high, term.length);
  if (first < 0) first = 0;
  if (last > term.most) last = term.most;
  for (int64_t n = first; n <= last; n++) {
    int64_t left_low = low - n * term.length, left_high = high - n * term.length;
    int64_t d = s->divisor[i];
    if (d > 0 && floor_of(left_high, d) * d < left_low) continue;
    if (can_reach(s, i + 1, left_low, left_high)) return true;
  }
  return false;
}

/* The numbers of steps along each axis, each from 0 on; *low becomes the address of the
   lowest element. */
static void add_axes(sums *s, const ramp_view *view, uintptr_t *low) {
  for (int i = 0; i < view->axes; i++) {
    int64_t stride = view->stride[i], most = view->shape[i] - 1;
    if (stride == 0) continue;
    if (stride < 0) *low += (uintptr_t)(stride * most);
    add_steps(s, stride < 0 ? -stride : stride, most);
  }
}

/* ------------------------------------------------------------------ one tensor */

static int64_t length_of(const ramp_view *view, int axis) {
  int64_t stride = view->stride[axis];
  return stride < 0 ? -stride : stride;
}

/* Two elements that differ first in `axis`, by at least one step there, and by any number
   of steps, either way, along the axes behind it. */
static bool meets_itself(const ramp_view *view, int axis) {
  if (view->shape[axis] <= 1) return false;
  int64_t length = length_of(view, axis), target = -length;
  if (length == 0) return true;
  sums s;
  s.terms = 0;
  add_steps(&s, length, view->shape[axis] - 2);
  for (int i = axis + 1; i < view->axes; i++) {
    if (view->shape[i] <= 1) continue;
    if (length_of(view, i) == 0) return true;
    add_steps(&s, length_of(view, i), 2 * (view->shape[i] - 1));
    target += length_of(view, i) * (view->shape[i] - 1);
  }
  prepare(&s);
  int64_t within = (int64_t)view->size - 1;
  return can_reach(&s, 0, target - within, target + within);
}

/* From the last axis: the first one to report is the innermost. */
ramp_status ramp_view_check_output(const ramp_view *out) {
  if (ramp_view_count(out) == 0) return RAMP_OK;
  for (int axis = out->axes - 1; axis >= 0; axis--)
    if (meets_itself(out, axis))
      return ramp_fail(RAMP_OVERLAP,
                       "elements of %s share memory: along axis %d it has %lld elements "
                       "of %zu bytes at a stride of %lld; what is written must have a "
                       "place of its own",
                       out->name, axis, (long long)out->shape[axis], out->size,
                       (long long)(out->stride[axis] / (int64_t)out->size));
  return RAMP_OK;
}

/* ------------------------------------------------------------------ two tensors */

static int64_t span(const ramp_view *view) {
  int64_t bytes = (int64_t)view->size;
  for (int i = 0; i < view->axes; i++)
    bytes += length_of(view, i) * (view->shape[i] - 1);
  return bytes;
}

/* Going up from the lowest element of a, and likewise down from the highest of b, the
   steps of both add up. */
static bool share_memory(const ramp_view *a, const ramp_view *b) {
  if (ramp_view_count(a) == 0 || ramp_view_count(b) == 0) return false;
  sums s;
  s.terms = 0;
  uintptr_t a_low = (uintptr_t)a->data, b_low = (uintptr_t)b->data;
  add_axes(&s, a, &a_low);
  add_axes(&s, b, &b_low);
  int64_t a_span = span(a), b_span = span(b);
  if (a_low < b_low ? b_low - a_low >= (uintptr_t)a_span
                    : a_low - b_low >= (uintptr_t)b_span)
    return false;
  /* (a_low + up) - (b_low + b_span - size - down) in (-a's size, b's size) */
  int64_t target = (int64_t)(b_low - a_low) + b_span - (int64_t)b->size;
  prepare(&s);
  return can_reach(&s, 0, target - (int64_t)a->size + 1, target + (int64_t)b->size - 1);
}

static bool same_place(const ramp_view *a, const ramp_view *b) {
  if (a->data != b->data || a->size != b->size || a->axes != b->axes) return false;
  for (int i = 0; i < a->axes; i++)
    if (a->shape[i] != b->shape[i] || a->stride[i] != b->stride[i]) return false;
  return true;
}

ramp_status ramp_view_check_apart(const ramp_view *out, const ramp_view *in) {
  if (!share_memory(out, in)) return RAMP_OK;
  return ramp_fail(RAMP_OVERLAP, "%s shares memory with %s; it must be apart", out->name,
                   in->name);
}

ramp_status ramp_view_check_in_place(const ramp_view *out, const ramp_view *in) {
  if (same_place(out, in) || !share_memory(out, in)) return RAMP_OK;
  return ramp_fail(RAMP_OVERLAP,
                   "%s shares memory with %s, in other places; it must have the same "
                   "address, shape and strides, or be apart",
                   out->name, in->name);
}

ramp_status ramp_view_check_result(const ramp_view *out, const ramp_view *const *in,
                                   int inputs) {
  ramp_status status = ramp_view_check_shape(out, in[0]);
  if (status == RAMP_OK) status = ramp_view_check_output(out);
  for (int i = 0; i < inputs && status == RAMP_OK; i++)
    status = ramp_view_check_in_place(out, in[i]);
  return status;
}
