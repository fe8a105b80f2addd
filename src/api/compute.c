/* SPDX-License-Identifier: MIT */
/*
 * Forward, derivative and backward of ramp.h: checks, then kernels over blocks.  A type
 * that is not its kernel's arithmetic is widened block by block on the stack, computed,
 * and rounded once.
 */
#include "api/compute.h"
#include "api/status.h"

#include <float.h>
#include <string.h>

/* ------------------------------------------------------------------ a job */

typedef enum { FORWARD, DERIVATIVE, BACKWARD } direction;

/* All that a thread needs to compute any part of the arrays. */
typedef struct {
  direction direction;
  const ramp_loops *loops;
  const ramp_loops *bounded; /* for blocks where is_bounded(); or null */
  ramp_bound_check *f32_within;
  ramp_conversion *widen, *round; /* null where the type is the arithmetic */
  size_t size;                    /* of an element */
  const char *x, *dy;
  char *out;
  ramp_arguments arguments;
} job;

static void run_loops(const job *j, const ramp_loops *loops, size_t n, const void *x,
                      const void *dy, void *out) {
  if (j->direction == FORWARD) loops->forward(&j->arguments, n, x, out);
  if (j->direction == DERIVATIVE) loops->derivative(&j->arguments, n, x, out);
  if (j->direction == BACKWARD) loops->backward(&j->arguments, n, x, dy, out);
}

static bool is_bounded(const job *j, size_t n, const char *x, const char *dy) {
  return j->bounded && j->f32_within(n, x, RAMP_BOUND) &&
         (!dy || j->f32_within(n, dy, FLT_MAX));
}

static void run_blocks(const job *j, size_t begin, size_t end) {
  double x[RAMP_BLOCK], dy[RAMP_BLOCK];
  for (size_t at = begin; at < end; at += RAMP_BLOCK) {
    size_t n = end - at < RAMP_BLOCK ? end - at : RAMP_BLOCK;
    size_t offset = at * j->size;
    const char *dy_here = j->dy ? j->dy + offset : NULL;
    if (is_bounded(j, n, j->x + offset, dy_here)) {
      run_loops(j, j->bounded, n, j->x + offset, dy_here, j->out + offset);
      continue;
    }
    j->widen(n, j->x + offset, x);
    if (j->dy) j->widen(n, dy_here, dy);
    run_loops(j, j->loops, n, x, dy, x);
    j->round(n, x, j->out + offset);
  }
}

static void run_aligned(const job *j, size_t begin, size_t end) {
  size_t offset = begin * j->size;
  const char *dy = j->dy ? j->dy + offset : NULL;
  if (j->widen)
    run_blocks(j, begin, end);
  else
    run_loops(j, j->loops, end - begin, j->x + offset, dy, j->out + offset);
}

/* Arrays that are not aligned to their elements pass through aligned blocks. */
static void run_misaligned(const job *j, size_t begin, size_t end) {
  double x[RAMP_BLOCK], dy[RAMP_BLOCK];
  job inner = *j;
  inner.x = (const char *)x;
  inner.dy = j->dy ? (const char *)dy : NULL;
  inner.out = (char *)x;
  for (size_t at = begin; at < end; at += RAMP_BLOCK) {
    size_t n = end - at < RAMP_BLOCK ? end - at : RAMP_BLOCK;
    memcpy(x, j->x + at * j->size, n * j->size);
    if (j->dy) memcpy(dy, j->dy + at * j->size, n * j->size);
    run_aligned(&inner, 0, n);
    memcpy(j->out + at * j->size, x, n * j->size);
  }
}

static void run_part(const void *work, size_t begin, size_t end) {
  const job *j = work;
  uintptr_t together = (uintptr_t)j->x | (uintptr_t)j->dy | (uintptr_t)j->out;
  if (together % j->size == 0)
    run_aligned(j, begin, end);
  else
    run_misaligned(j, begin, end);
}

static job job_of(const ramp_function *f, ramp_type type, direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  bool single = ramp_function_single(f, type);
  const ramp_loops *table = type == RAMP_F64 ? kernels->extended
                            : single         ? kernels->single
                                             : kernels->working;
  job j = {.direction = direction,
           .loops = &table[ramp_function_kernel(f)],
           .size = ramp_type_size(type),
           .arguments = ramp_arguments_of(f, type)};
  if (type == RAMP_F64 || (single && type == RAMP_F32)) return j;
  if (type == RAMP_F32) {
    j.bounded = &kernels->bounded[ramp_function_kernel(f)];
    j.f32_within = kernels->f32_within;
  }
  j.widen = single ? kernels->to_float[type] : kernels->to_double[type];
  j.round = single ? kernels->from_float[type] : kernels->from_double[type];
  return j;
}

/* ------------------------------------------------------------------ ramp.h */

static ramp_status compute(direction direction, const ramp_function *f, ramp_type type,
                           size_t count, ramp_array x, ramp_array dy, ramp_array out) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  ramp_array in[2] = {x, dy};
  status = ramp_check_arrays(count, out, in, direction == BACKWARD ? 2 : 1);
  if (status != RAMP_OK || count == 0) return status;
  job j = job_of(f, type, direction);
  j.x = x.data;
  j.dy = dy.data;
  j.out = (char *)(uintptr_t)out.data;
  ramp_share(count, run_part, &j);
  return RAMP_OK;
}

ramp_status ramp_forward(const ramp_function *f, ramp_type type, size_t count,
                         const void *x, void *y) {
  return compute(FORWARD, f, type, count, (ramp_array){"x", x, type},
                 (ramp_array){NULL, NULL, type}, (ramp_array){"y", y, type});
}

ramp_status ramp_derivative(const ramp_function *f, ramp_type type, size_t count,
                            const void *x, void *slope) {
  return compute(DERIVATIVE, f, type, count, (ramp_array){"x", x, type},
                 (ramp_array){NULL, NULL, type}, (ramp_array){"slope", slope, type});
}

ramp_status ramp_backward(const ramp_function *f, ramp_type type, size_t count,
                          const void *x, const void *dy, void *dx) {
  return compute(BACKWARD, f, type, count, (ramp_array){"x", x, type},
                 (ramp_array){"dy", dy, type}, (ramp_array){"dx", dx, type});
}
