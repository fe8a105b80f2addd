/* SPDX-License-Identifier: MIT */
/* Forward, derivative and backward of ramp.h: checks, then a job over the arrays. */
#include "api/compute.h"
#include "api/status.h"

typedef struct {
  const ramp_job *job;
  const char *x, *dy;
  char *out;
} work;

static bool may_stream(const work *w, size_t count) {
  uintptr_t together = (uintptr_t)w->x | (uintptr_t)w->dy | (uintptr_t)w->out;
  return ramp_job_may_stream(w->job, count, together) && w->out != w->x &&
         w->out != w->dy;
}

static void run_part(const void *all, size_t begin, size_t end) {
  const work *w = all;
  size_t offset = begin * w->job->size;
  ramp_job_run(w->job, end - begin, w->x + offset, w->dy ? w->dy + offset : NULL,
               w->out + offset);
}

void ramp_job_run_shared(const ramp_job *j, size_t count, const void *x, const void *dy,
                         void *out) {
  work w = {j, x, dy, out};
  ramp_job past_caches;
  if (may_stream(&w, count)) {
    past_caches = ramp_job_past_caches(j);
    w.job = &past_caches;
  }
  ramp_share_grains(count, j->grain, run_part, &w);
}

bool ramp_same_or_apart(const void *a, const void *b, size_t bytes) {
  uintptr_t forth = (uintptr_t)a - (uintptr_t)b, back = -forth;
  return a && b && (forth == 0 || (forth >= bytes && back >= bytes));
}

bool ramp_compute_few(ramp_direction direction, const ramp_function *f, ramp_type type,
                      size_t count, const void *x, const void *dy, void *out) {
  const ramp_job *j = ramp_job_kept(f, type, direction);
  if (!j || count == 0 || count >= 2 * (j->grain ? j->grain : RAMP_GRAIN)) return false;
  size_t bytes = count * j->size;
  if (!ramp_same_or_apart(out, x, bytes)) return false;
  if (direction == RAMP_BACKWARD && !ramp_same_or_apart(out, dy, bytes)) return false;
  ramp_environment caller = ramp_environment_enter();
  ramp_job_run(j, count, x, dy, out);
  ramp_environment_leave(&caller);
  return true;
}

static ramp_status compute(ramp_direction direction, const ramp_function *f,
                           ramp_type type, size_t count, const void *x, const void *dy,
                           void *out, const char *out_name) {
  if (ramp_compute_few(direction, f, type, count, x, dy, out)) return RAMP_OK;
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  ramp_array in[2] = {{"x", x, type}, {"dy", dy, type}};
  status = ramp_check_arrays(count, (ramp_array){out_name, out, type}, in,
                             direction == RAMP_BACKWARD ? 2 : 1);
  if (status != RAMP_OK || count == 0) return status;
  ramp_job_run_shared(ramp_job_keep(f, type, direction), count, x, dy, out);
  return RAMP_OK;
}

ramp_status ramp_forward(const ramp_function *f, ramp_type type, size_t count,
                         const void *x, void *y) {
  return compute(RAMP_FORWARD, f, type, count, x, NULL, y, "y");
}

ramp_status ramp_derivative(const ramp_function *f, ramp_type type, size_t count,
                            const void *x, void *slope) {
  return compute(RAMP_DERIVATIVE, f, type, count, x, NULL, slope, "slope");
}

ramp_status ramp_backward(const ramp_function *f, ramp_type type, size_t count,
                          const void *x, const void *dy, void *dx) {
  return compute(RAMP_BACKWARD, f, type, count, x, dy, dx, "dx");
}
