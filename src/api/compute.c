/* SPDX-License-Identifier: MIT */
/*
 * Forward, derivative and backward of ramp.h: checks, then kernels over blocks.  A type
 * that is not its kernel's arithmetic is widened block by block on the stack, computed,
 * and rounded once. Large arrays are split among OpenMP's threads; no result depends on
 * how.
 */
#include "api/compute.h"
#include "api/status.h"

#include <float.h>
#include <math.h>
#include <omp.h>
#include <string.h>

/* ------------------------------------------------------------------ environment */

#if defined __SSE2__
#include <xmmintrin.h>
enum { DEFAULT_MXCSR = 0x1f80 };

ramp_environment ramp_environment_enter(void) {
  ramp_environment caller = _mm_getcsr();
  if (caller != DEFAULT_MXCSR) _mm_setcsr(DEFAULT_MXCSR);
  return caller;
}

void ramp_environment_leave(const ramp_environment *caller) { _mm_setcsr(*caller); }
#else
ramp_environment ramp_environment_enter(void) {
  ramp_environment caller;
  fegetenv(&caller);
  fesetenv(FE_DFL_ENV);
  return caller;
}

void ramp_environment_leave(const ramp_environment *caller) { fesetenv(caller); }
#endif

/* ------------------------------------------------------------------ checks */

static ramp_status check_pair(size_t count, ramp_array out, ramp_array in) {
  uintptr_t a = (uintptr_t)out.data, b = (uintptr_t)in.data;
  size_t a_bytes = count * ramp_type_size(out.type),
         b_bytes = count * ramp_type_size(in.type);
  bool same = a == b && a_bytes == b_bytes;
  if (!same && a < b + b_bytes && b < a + a_bytes)
    return ramp_fail(RAMP_OVERLAP,
                     "%s overlaps %s by part; it must be the same array or apart",
                     out.name, in.name);
  return RAMP_OK;
}

static ramp_status check_array(size_t count, ramp_array array) {
  size_t size = ramp_type_size(array.type);
  if (size == 0)
    return ramp_fail(RAMP_UNKNOWN_TYPE, "%d is not one of the types", (int)array.type);
  if (count > PTRDIFF_MAX / size)
    return ramp_fail(RAMP_TOO_LARGE, "%zu elements of %s do not fit into memory", count,
                     ramp_type_name(array.type));
  if (count > 0 && !array.data)
    return ramp_fail(RAMP_NULL_POINTER, "%s is a null pointer", array.name);
  return RAMP_OK;
}

ramp_status ramp_check_arrays(size_t count, ramp_array out, const ramp_array *in,
                              int inputs) {
  ramp_status status = check_array(count, out);
  for (int i = 0; i < inputs && status == RAMP_OK; i++)
    status = check_array(count, in[i]);
  for (int i = 0; i < inputs && status == RAMP_OK && count > 0; i++)
    status = check_pair(count, out, in[i]);
  return status;
}

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

enum { BLOCK = 512 };

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
  double x[BLOCK], dy[BLOCK];
  for (size_t at = begin; at < end; at += BLOCK) {
    size_t n = end - at < BLOCK ? end - at : BLOCK;
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
  double x[BLOCK], dy[BLOCK];
  job inner = *j;
  inner.x = (const char *)x;
  inner.dy = j->dy ? (const char *)dy : NULL;
  inner.out = (char *)x;
  for (size_t at = begin; at < end; at += BLOCK) {
    size_t n = end - at < BLOCK ? end - at : BLOCK;
    memcpy(x, j->x + at * j->size, n * j->size);
    if (j->dy) memcpy(dy, j->dy + at * j->size, n * j->size);
    run_aligned(&inner, 0, n);
    memcpy(j->out + at * j->size, x, n * j->size);
  }
}

static void run_part(const job *j, size_t begin, size_t end) {
  uintptr_t together = (uintptr_t)j->x | (uintptr_t)j->dy | (uintptr_t)j->out;
  ramp_environment caller = ramp_environment_enter();
  if (together % j->size == 0)
    run_aligned(j, begin, end);
  else
    run_misaligned(j, begin, end);
  ramp_environment_leave(&caller);
}

/* ------------------------------------------------------------------ threads */

/* Below it a thread's start costs more than it saves. */
enum { THREAD_GRAIN = 1 << 15 };

static void run(const job *j, size_t count) {
  size_t most = count / THREAD_GRAIN;
  int threads = most < 2 ? 1 : omp_get_max_threads();
  if (threads > 1 && (size_t)threads > most) threads = (int)most;
  if (threads == 1 || omp_in_parallel()) {
    run_part(j, 0, count);
    return;
  }
  size_t blocks = (count + BLOCK - 1) / BLOCK;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int part = 0; part < threads; part++) {
    size_t begin = blocks * (size_t)part / (size_t)threads * BLOCK;
    size_t end = blocks * ((size_t)part + 1) / (size_t)threads * BLOCK;
    run_part(j, begin, end < count ? end : count);
  }
}

/* ------------------------------------------------------------------ arguments */

static float to_float(double a) { return (float)a; }

/* A selection's parameters are rounded to the type first: then its results are, too. */
static double in_type(ramp_type type, double a) {
  uint16_t half;
  double back = a;
  if (type == RAMP_F32) back = to_float(a);
  if (type == RAMP_F16 || type == RAMP_BF16) {
    const ramp_variant_kernels *kernels = ramp_kernels_in_use();
    kernels->from_double[type](1, &a, &half);
    kernels->to_double[type](1, &half, &back);
  }
  return back;
}

/* A kink that the type cannot hold moves to the type's nearest number, where the
   derivative is the one of the side on which that number lies. */
static void set_kinks(const ramp_function *f, ramp_type type, bool selects,
                      ramp_arguments *a) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  for (int i = 0; i < RAMP_KINKS_MAX; i++) {
    a->kink[i] = NAN;
    a->at_kink[i] = 0;
    if (i >= n) continue;
    double at = kinks[i].at, left = kinks[i].left, right = kinks[i].right;
    a->kink[i] = selects ? in_type(type, at) : at;
    a->at_kink[i] = a->kink[i] == at  ? ramp_function_at_kink(f, left, right)
                    : a->kink[i] < at ? left
                                      : right;
  }
}

static ramp_arguments arguments_of(const ramp_function *f, ramp_type type, bool selects) {
  ramp_arguments a = {{0}, {0}, {0}};
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < RAMP_PARAMETERS_MAX; i++)
    a.parameter[i] = selects ? in_type(type, f->parameter[i]) : f->parameter[i];
  set_kinks(f, type, selects, &a);
  ramp_environment_leave(&caller);
  return a;
}

static job job_of(const ramp_function *f, ramp_type type, direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  bool selects = ramp_function_selects(f), single = selects && type != RAMP_F64;
  const ramp_loops *table = type == RAMP_F64 ? kernels->extended
                            : single         ? kernels->single
                                             : kernels->working;
  job j = {.direction = direction,
           .loops = &table[ramp_function_kernel(f)],
           .size = ramp_type_size(type),
           .arguments = arguments_of(f, type, single)};
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
  run(&j, count);
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
