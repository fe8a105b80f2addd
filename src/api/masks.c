/* SPDX-License-Identifier: MIT */
/*
 * What one bit an element is enough for: forward with a mask, backward from it; and the
 * count of elements on a kink.  A bit tells on which side of its only kink a function is.
 * Back-propagation spreads bits out to a number on that side and is then the usual one,
 * so that its bits are the same.
 */
#include "api/compute.h"
#include "api/status.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

/* ------------------------------------------------------------------ sides */

static ramp_status limit_at(const ramp_function *f, ramp_type type, ramp_kink kink,
                            double *limit) {
  double limits[2];
  int n = ramp_limits_at(f, type, kink, limits);
  *limit = limits[0];
  if (n == 1) return RAMP_OK;
  return ramp_fail(RAMP_NOT_ONE_BIT,
                   "%s: at its kink the derivative is %g, of neither side (%g and %g); "
                   "kink=left and kink=right need one bit",
                   ramp_function_row_at(f->row)->name,
                   ramp_function_at_kink(f, kink.left, kink.right), kink.left,
                   kink.right);
}

/* *limit is the largest number of f's left side: a bit is clear where x <= limit. */
static ramp_status find_limit(const ramp_function *f, ramp_type type, double *limit) {
  const char *name = ramp_function_row_at(f->row)->name;
  ramp_function_shape shape;
  ramp_status status = ramp_function_shape_of(f, &shape);
  if (status != RAMP_OK) return status;
  if (!(shape.properties & RAMP_SHAPE_LINEAR))
    return ramp_fail(RAMP_NOT_ONE_BIT,
                     "%s is not made of lines; back-propagation needs its x", name);
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_true_kinks(f, kinks);
  if (n > 1)
    return ramp_fail(RAMP_NOT_ONE_BIT,
                     "%s has %d kinks; one bit an element tells the sides of one", name,
                     n);
  *limit = 0;
  ramp_environment caller = ramp_environment_enter();
  if (n == 1) status = limit_at(f, type, kinks[0], limit);
  ramp_environment_leave(&caller);
  return status;
}

/* ------------------------------------------------------------------ arrays */

static ramp_status check_masked(const ramp_function *f, size_t count, ramp_array out,
                                ramp_array in, ramp_array mask, double *limit) {
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_check_arrays(count, out, &in, 1);
  if (status == RAMP_OK) status = find_limit(f, out.type, limit);
  if (status != RAMP_OK || count == 0) return status;
  if (!mask.data) return ramp_fail(RAMP_NULL_POINTER, "mask is a null pointer");
  size_t bytes = count * ramp_type_size(out.type), mask_bytes = (count - 1) / 8 + 1;
  status = ramp_check_apart(mask, mask_bytes, out, bytes);
  return status == RAMP_OK ? ramp_check_apart(mask, mask_bytes, in, bytes) : status;
}

/* Elements at once: long enough that calls of kernels do not count, short enough that
   what one read is still in the first cache for the next. */
enum { MASKED_BLOCK = 1024 };

typedef struct {
  ramp_job job;
  const ramp_mask_kernels *masks;
  ramp_type type;
  ramp_conversion *to_float;
  double limit;
  double value[2]; /* of the type: an x for a clear bit, and one for a set bit */
  const char *in;  /* x or dy */
  char *out;
  const uint8_t *mask;
  uint8_t *new_mask;
} work;

static void pack(const work *w, size_t n, const char *x, uint8_t *mask) {
  double block[MASKED_BLOCK];
  float floats[MASKED_BLOCK];
  const void *aligned = x;
  if ((uintptr_t)x % w->job.size != 0) aligned = memcpy(block, x, n * w->job.size);
  if (w->to_float) {
    w->to_float(n, aligned, floats);
    aligned = floats;
  }
  (w->type == RAMP_F64 ? w->masks->pack_f64 : w->masks->pack_f32)(n, aligned, w->limit,
                                                                  mask);
}

/* Packing comes last, when x is in the first cache, so that x is read from memory while
   results go there; but in place x is gone by then. */
static void forward_part(const void *all, size_t begin, size_t end) {
  const work *w = all;
  const bool in_place = w->out == w->in;
  for (size_t at = begin; at < end; at += MASKED_BLOCK) {
    size_t n = end - at < MASKED_BLOCK ? end - at : MASKED_BLOCK,
           offset = at * w->job.size;
    if (in_place) pack(w, n, w->in + offset, w->new_mask + at / 8);
    ramp_job_run(&w->job, n, w->in + offset, NULL, w->out + offset);
    if (!in_place) pack(w, n, w->in + offset, w->new_mask + at / 8);
  }
}

static void backward_part(const void *all, size_t begin, size_t end) {
  const work *w = all;
  double x[MASKED_BLOCK];
  for (size_t at = begin; at < end; at += MASKED_BLOCK) {
    size_t n = end - at < MASKED_BLOCK ? end - at : MASKED_BLOCK,
           offset = at * w->job.size;
    w->masks->spread[w->type](n, w->mask + at / 8, w->value, x);
    ramp_job_run(&w->job, n, (char *)x, w->in + offset, w->out + offset);
  }
}

/* As without a mask: large results of float loops, out of place, past the caches. */
static void set_streaming(work *w, size_t count) {
  uintptr_t together = (uintptr_t)w->in | (uintptr_t)w->out;
  bool worth_it = ramp_job_may_stream(&w->job, count, together);
  if (w->job.streaming && worth_it && w->out != w->in)
    w->job = ramp_job_past_caches(&w->job);
}

ramp_status ramp_forward_masked(const ramp_function *f, ramp_type type, size_t count,
                                const void *x, void *y, uint8_t *mask) {
  work w = {.type = type, .in = x, .out = y, .new_mask = mask};
  ramp_status status =
      check_masked(f, count, (ramp_array){"y", y, type}, (ramp_array){"x", x, type},
                   (ramp_array){"mask", mask, type}, &w.limit);
  if (status != RAMP_OK || count == 0) return status;
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  w.job = ramp_job_of(f, type, RAMP_FORWARD);
  w.masks = kernels->masks;
  if (type != RAMP_F32) w.to_float = kernels->to_float[type];
  set_streaming(&w, count);
  ramp_share_grains(count, w.job.grain, forward_part, &w);
  return RAMP_OK;
}

/* An x left of the kink and one right of it, near 0 where that may be. */
static void set_values(work *w) {
  double limit = w->limit;
  double x[2] = {limit >= -1 ? -1 : -INFINITY, limit < 1 ? 1 : INFINITY};
  ramp_kernels_in_use()->from_double[w->type](2, x, w->value);
}

ramp_status ramp_backward_masked(const ramp_function *f, ramp_type type, size_t count,
                                 const uint8_t *mask, const void *dy, void *dx) {
  work w = {.type = type, .in = dy, .out = dx, .mask = mask};
  ramp_status status =
      check_masked(f, count, (ramp_array){"dx", dx, type}, (ramp_array){"dy", dy, type},
                   (ramp_array){"mask", mask, type}, &w.limit);
  if (status != RAMP_OK || count == 0) return status;
  w.job = ramp_job_of(f, type, RAMP_BACKWARD);
  w.masks = ramp_kernels_in_use()->masks;
  set_values(&w);
  set_streaming(&w, count);
  ramp_share_grains(count, w.job.grain, backward_part, &w);
  return RAMP_OK;
}

/* ------------------------------------------------------------------ counting */

typedef struct {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n;
  const ramp_variant_kernels *kernels;
  ramp_type type;
  const char *x;
  atomic_size_t *found;
} count_work;

static void count_part(const void *all, size_t begin, size_t end) {
  const count_work *w = all;
  double stored[MASKED_BLOCK], x[MASKED_BLOCK];
  size_t size = ramp_type_size(w->type), found = 0;
  for (size_t at = begin; at < end; at += MASKED_BLOCK) {
    size_t n = end - at < MASKED_BLOCK ? end - at : MASKED_BLOCK;
    memcpy(stored, w->x + at * size, n * size);
    w->kernels->to_double[w->type](n, stored, x);
    for (int i = 0; i < w->n; i++)
      found += w->kernels->masks->count_equal(n, x, w->kinks[i].at);
  }
  atomic_fetch_add(w->found, found);
}

ramp_status ramp_count_on_kinks(const ramp_function *f, ramp_type type, size_t count,
                                const void *x, size_t *on_kinks) {
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_check_array(count, (ramp_array){"x", x, type});
  if (status != RAMP_OK) return status;
  if (!on_kinks)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_count_on_kinks was given no place for its result");
  atomic_size_t found = 0;
  count_work w = {
      .kernels = ramp_kernels_in_use(), .type = type, .x = x, .found = &found};
  w.n = ramp_function_true_kinks(f, w.kinks);
  if (count > 0 && w.n > 0) ramp_share(count, count_part, &w);
  *on_kinks = found;
  return RAMP_OK;
}
