/* SPDX-License-Identifier: MIT */
/*
 * Value and derivative in one pass over memory: by a loop that computes both and shares
 * what they have in common or, for functions of lines and fast ones of floats, by a loop
 * for each over blocks that stay in the first cache.
 */
#include "api/both.h"

#include "api/status.h"
#include "kernels/stream.h"

bool ramp_both_kept(const ramp_function *f, ramp_type type, ramp_both *b) {
  b->joined = ramp_job_kept(f, type, RAMP_BOTH);
  if (b->joined) return true;
  b->value = ramp_job_kept(f, type, RAMP_FORWARD);
  b->slope = ramp_job_kept(f, type, RAMP_DERIVATIVE);
  return b->value && b->slope && !ramp_job_joins(f, type);
}

ramp_both ramp_both_keep(const ramp_function *f, ramp_type type) {
  if (ramp_job_joins(f, type))
    return (ramp_both){.joined = ramp_job_keep(f, type, RAMP_BOTH)};
  return (ramp_both){.value = ramp_job_keep(f, type, RAMP_FORWARD),
                     .slope = ramp_job_keep(f, type, RAMP_DERIVATIVE)};
}

const ramp_job *ramp_both_first(const ramp_both *b) {
  return b->joined ? b->joined : b->value;
}

/* Of a block in place, x goes when it has been read twice. */
static void run_block(const ramp_both *b, size_t n, const char *x, char *y, char *slope) {
  if (y == x) ramp_job_run(b->slope, n, x, NULL, slope);
  ramp_job_run(b->value, n, x, NULL, y);
  if (y != x) ramp_job_run(b->slope, n, x, NULL, slope);
}

/* Long enough that calls of loops do not count, short enough that x is still in the first
   cache when it is read again. */
enum { BOTH_BLOCK = 4 * RAMP_BLOCK };

void ramp_both_run(const ramp_both *b, size_t count, const char *x, char *y,
                   char *slope) {
  if (b->joined) {
    ramp_job_run_both(b->joined, count, x, y, slope);
    return;
  }
  size_t n = b->value->past_caches ? stream_head(y) / b->value->size : 0;
  if (n == 0) n = BOTH_BLOCK;
  for (size_t at = 0; at < count; at += n, n = BOTH_BLOCK) {
    size_t offset = at * b->value->size;
    if (n > count - at) n = count - at;
    run_block(b, n, x + offset, y + offset, slope + offset);
  }
}

bool ramp_both_has_rows(const ramp_both *b) {
  return !b->joined && ramp_job_has_rows(b->value) && ramp_job_has_rows(b->slope);
}

void ramp_both_run_rows(const ramp_both *b, const size_t n[2], ramp_band x, ramp_band y,
                        ramp_band slope) {
  const ramp_band none = {NULL, 0};
  const bool in_place = y.first == x.first;
  if (in_place) ramp_job_run_rows(b->slope, n, x, none, slope);
  ramp_job_run_rows(b->value, n, x, none, y);
  if (!in_place) ramp_job_run_rows(b->slope, n, x, none, slope);
}

/* ------------------------------------------------------------------ arrays */

typedef struct {
  ramp_both both;
  const char *x;
  char *y, *slope;
} work;

static void run_part(const void *all, size_t begin, size_t end) {
  const work *w = all;
  size_t offset = begin * ramp_both_first(&w->both)->size;
  ramp_both_run(&w->both, end - begin, w->x + offset, w->y + offset, w->slope + offset);
}

static bool may_stream(const work *w, size_t count) {
  uintptr_t together = (uintptr_t)w->x | (uintptr_t)w->y | (uintptr_t)w->slope;
  return ramp_job_may_stream(ramp_both_first(&w->both), count, together) &&
         w->y != w->x && w->slope != w->x;
}

void ramp_both_run_shared(const ramp_both *b, size_t count, const void *x, void *y,
                          void *slope) {
  work w = {*b, x, y, slope};
  ramp_job past_caches[2];
  if (may_stream(&w, count)) {
    past_caches[0] = ramp_job_past_caches(ramp_both_first(b));
    past_caches[1] = b->joined ? past_caches[0] : ramp_job_past_caches(b->slope);
    w.both = b->joined ? (ramp_both){.joined = &past_caches[0]}
                       : (ramp_both){NULL, &past_caches[0], &past_caches[1]};
  }
  ramp_share_grains(count, ramp_both_first(b)->grain, run_part, &w);
}

static bool compute_few(const ramp_function *f, ramp_type type, size_t count,
                        const void *x, void *y, void *slope) {
  ramp_both b;
  if (!ramp_both_kept(f, type, &b)) return false;
  const ramp_job *first = ramp_both_first(&b);
  size_t bytes = count * first->size;
  if (count == 0 || count >= 2 * first->grain || y == slope) return false;
  if (!ramp_same_or_apart(y, x, bytes) || !ramp_same_or_apart(slope, x, bytes) ||
      !ramp_same_or_apart(y, slope, bytes))
    return false;
  ramp_environment caller = ramp_environment_enter();
  ramp_both_run(&b, count, x, y, slope);
  ramp_environment_leave(&caller);
  return true;
}

ramp_status ramp_value_and_derivative(const ramp_function *f, ramp_type type,
                                      size_t count, const void *x, void *y, void *slope) {
  if (compute_few(f, type, count, x, y, slope)) return RAMP_OK;
  const ramp_array in = {"x", x, type}, value = {"y", y, type},
                   derivative = {"slope", slope, type};
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_check_arrays(count, value, &in, 1);
  if (status == RAMP_OK) status = ramp_check_arrays(count, derivative, &in, 1);
  if (status != RAMP_OK || count == 0) return status;
  size_t bytes = count * ramp_type_size(type);
  status = ramp_check_apart(value, bytes, derivative, bytes);
  if (status != RAMP_OK) return status;
  const ramp_both b = ramp_both_keep(f, type);
  ramp_both_run_shared(&b, count, x, y, slope);
  return RAMP_OK;
}
