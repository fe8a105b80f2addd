/* SPDX-License-Identifier: MIT */
/*
 * Forward, derivative and backward of ramp.h: checks, then kernels over blocks.  A type
 * that is not its kernel's arithmetic is widened block by block on the stack, computed,
 * and rounded once.
 */
#include "api/compute.h"
#include "api/halves.h"
#include "api/status.h"
#include "api/streamed.h"

#include <float.h>
#include <stdatomic.h>
#include <string.h>

/* ------------------------------------------------------------------ a job */

/* Arrays pass one by one, in registers: a struct of them would wait for its own stores,
   which takes longer than a call of few elements.  dy is null unless the job goes
   backward, and slope unless it computes both. */
#define ARRAYS const char *x, const char *dy, char *out, char *slope

static void run_loops(const ramp_job *j, const ramp_loops *loops, size_t n, ARRAYS) {
  const ramp_arguments *a = &j->arguments;
  if (j->direction == RAMP_FORWARD) loops->forward(a, n, x, out);
  if (j->direction == RAMP_DERIVATIVE) loops->derivative(a, n, x, out);
  if (j->direction == RAMP_BACKWARD) loops->backward(a, n, x, dy, out);
  if (j->direction == RAMP_BOTH) loops->both(a, n, x, out, slope);
}

static bool is_bounded(const ramp_job *j, size_t n, const char *x, const char *dy) {
  return j->bounded && j->f32_within(n, x, RAMP_BOUND) &&
         (!dy || j->f32_within(n, dy, FLT_MAX));
}

static size_t block_at(size_t at, size_t count) {
  return count - at < RAMP_BLOCK ? count - at : RAMP_BLOCK;
}

static const char *behind(const char *array, size_t bytes) {
  return array ? array + bytes : NULL;
}
static char *place_behind(char *array, size_t bytes) {
  return array ? array + bytes : NULL;
}

/* Wide numbers beside x: dy, or where derivatives go. */
static void run_wide(const ramp_job *j, size_t n, ARRAYS) {
  _Alignas(64) double wide[RAMP_BLOCK], other[RAMP_BLOCK];
  char *in = (char *)wide, *beside = (char *)other;
  j->widen(n, x, wide);
  if (dy) j->widen(n, dy, other);
  run_loops(j, j->loops, n, in, beside, in, beside);
  j->round(n, wide, out);
  if (slope) j->round(n, other, slope);
}

static void run_blocks(const ramp_job *j, size_t count, ARRAYS) {
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = block_at(at, count), by = at * j->size;
    const char *dy_here = behind(dy, by);
    char *slope_here = place_behind(slope, by);
    if (is_bounded(j, n, x + by, dy_here))
      run_loops(j, j->bounded, n, x + by, dy_here, out + by, slope_here);
    else
      run_wide(j, n, x + by, dy_here, out + by, slope_here);
  }
}

void ramp_run_blocks(const ramp_job *j, size_t count, ramp_operands o) {
  run_blocks(j, count, o.x, o.dy, o.out, o.slope);
}

/* Some more elements at a time, for what a loop needs before it begins; few enough that
   to compute them again hardly counts. */
enum { BRACKETED = 4 * RAMP_BLOCK };

static bool run_bracket(const ramp_job *j, size_t n, const char *x, const char *dy,
                        char *out) {
  const float *from = (const float *)x, *factor = (const float *)dy;
  bool whole_lines = n == BRACKETED && (uintptr_t)out % STREAM_LINE == 0;
  ramp_bracket_loop *loop =
      j->past_caches && whole_lines ? j->brackets->streaming : j->brackets->plain;
  if (out != x && out != dy) return loop(&j->bracket, n, from, factor, (float *)out);
  float results[BRACKETED];
  if (!j->brackets->plain(&j->bracket, n, from, factor, results)) return false;
  memcpy(out, results, n * sizeof *results);
  return true;
}

/* Once more in parts, of which few are left undecided; how many. */
static size_t run_parts(const ramp_job *j, size_t count, const char *x, const char *dy,
                        char *out) {
  size_t missed = 0;
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = block_at(at, count), by = at * j->size;
    const char *dy_here = behind(dy, by);
    if (run_bracket(j, n, x + by, dy_here, out + by)) continue;
    missed++;
    run_blocks(j, n, x + by, dy_here, out + by, NULL);
  }
  return missed;
}

/* Where results are stored past the caches, blocks begin at their lines.  Where an eighth
   of all parts hold a number that brackets leave undecided, these are given up. */
static void run_brackets(const ramp_job *j, size_t count, const char *x, const char *dy,
                         char *out) {
  size_t missed = 0, at = 0, n = j->past_caches ? stream_head(out) / j->size : 0;
  if (n == 0) n = BRACKETED;
  for (; at < count && missed <= 8 + at / (8 * RAMP_BLOCK); at += n, n = BRACKETED) {
    size_t by = at * j->size;
    if (n > count - at) n = count - at;
    if (run_bracket(j, n, x + by, behind(dy, by), out + by)) continue;
    if (j->past_caches) atomic_thread_fence(memory_order_seq_cst);
    missed += run_parts(j, n, x + by, behind(dy, by), out + by);
  }
  size_t by = at * j->size;
  if (at < count) run_blocks(j, count - at, x + by, behind(dy, by), out + by, NULL);
}

static void run_halves(const ramp_job *j, size_t count, ARRAYS) {
  const ramp_operands o = {x, dy, out, slope};
  if (j->half_lines)
    ramp_run_half_lines(j, count, o);
  else
    ramp_run_halves(j, count, o);
}

static void run_whole(const ramp_job *j, size_t count, ARRAYS) {
  if (j->brackets)
    run_brackets(j, count, x, dy, out);
  else if (j->half_lines || j->halves)
    run_halves(j, count, x, dy, out, slope);
  else if (j->widen)
    run_blocks(j, count, x, dy, out, slope);
  else
    run_loops(j, j->loops, count, x, dy, out, slope);
}

/* Elements that do not fill a register would be computed one by one; among zeros they
   take as long as one. */
static void run_few(const ramp_job *j, size_t n, ARRAYS) {
  enum { REGISTER = 64 };
  _Alignas(REGISTER) char block[REGISTER], other[REGISTER];
  size_t bytes = n * j->size;
  j->few->take(bytes, x, block);
  if (dy) j->few->take(bytes, dy, other);
  run_whole(j, j->lanes, block, dy ? other : NULL, block, slope ? other : NULL);
  j->few->put(bytes, block, out);
  if (slope) j->few->put(bytes, other, slope);
}

static void run_aligned(const ramp_job *j, size_t count, ARRAYS) {
  size_t few = j->few ? count & (j->lanes - 1) : 0, whole = count - few;
  size_t by = whole * j->size;
  if (whole > 0) run_whole(j, whole, x, dy, out, slope);
  if (few > 0) run_few(j, few, x + by, behind(dy, by), out + by, place_behind(slope, by));
}

/* Arrays that are not aligned to their elements pass through aligned blocks. */
static void run_misaligned(const ramp_job *j, size_t count, ARRAYS) {
  double block[RAMP_BLOCK], other[RAMP_BLOCK];
  char *aligned = (char *)block, *beside = (char *)other;
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = block_at(at, count), by = at * j->size, bytes = n * j->size;
    memcpy(block, x + by, bytes);
    if (dy) memcpy(other, dy + by, bytes);
    run_aligned(j, n, aligned, dy ? beside : NULL, aligned, slope ? beside : NULL);
    memcpy(out + by, block, bytes);
    if (slope) memcpy(slope + by, other, bytes);
  }
}

static void run_arrays(const ramp_job *j, size_t count, ARRAYS) {
  uintptr_t together = (uintptr_t)x | (uintptr_t)dy | (uintptr_t)out | (uintptr_t)slope;
  if ((together & (j->size - 1)) == 0)
    run_aligned(j, count, x, dy, out, slope);
  else
    run_misaligned(j, count, x, dy, out, slope);
}

void ramp_job_run(const ramp_job *j, size_t count, const char *x, const char *dy,
                  char *out) {
  run_arrays(j, count, x, dy, out, NULL);
}

void ramp_job_run_both(const ramp_job *j, size_t count, const char *x, char *y,
                       char *slope) {
  run_arrays(j, count, x, NULL, y, slope);
}

static bool are_floats(int n, const double *slope) {
  bool held = true;
  for (int i = 0; i < n; i++)
    held = held && ramp_in_type(RAMP_F32, slope[i]) == slope[i];
  return held;
}

/* Where float holds the slopes of lines, loops for any lines take the place of f's own:
   that is always so for the derivative, which is rounded to the type. */
static bool has_line_loops(const ramp_function *f, ramp_type type, bool single) {
  return (single || type == RAMP_F32) && ramp_function_has_lines(f);
}

static void set_lines(ramp_job *j, const ramp_function *f, ramp_type type, bool single) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  bool goes_on = j->direction == RAMP_FORWARD;
  if ((single && goes_on) || !has_line_loops(f, type, single)) return;
  ramp_environment caller = ramp_environment_enter();
  int limits = ramp_pieces_of(f, type, &j->arguments);
  bool held = single || j->direction == RAMP_DERIVATIVE ||
              (!goes_on && are_floats(limits + 1, j->arguments.slope));
  if (!held)
    j->brackets = ramp_brackets_of(f, !goes_on, &j->arguments, limits, &j->bracket);
  ramp_environment_leave(&caller);
  if (!held) return;
  j->loops = &kernels->lines[limits];
  if (type == RAMP_F32) {
    j->streaming = &kernels->streaming_lines[limits];
    j->widen = j->round = NULL;
  }
}

static bool set_quotients(ramp_job *j, const ramp_function *f) {
  ramp_environment caller = ramp_environment_enter();
  j->brackets = ramp_quotients_of(f, &j->bracket);
  ramp_environment_leave(&caller);
  return j->brackets != NULL;
}

static void set_few(ramp_job *j) {
  const ramp_few *few = ramp_kernels_in_use()->few;
  if (few->block == 0) return;
  j->few = few;
  j->lanes = few->block / j->size;
}

/* Two of these take one thread some 15 us: benchmarks/functions/thresholds.c measures
   from where on two threads take less. */
static size_t grain_of(const ramp_job *j, ramp_steps steps, bool single) {
  if (j->size == 8) return steps < RAMP_ROUNDED ? 1 << 15 : 1 << 12;
  if (!j->widen || j->brackets) return 1 << 17;
  return single ? 1 << 16 : 1 << 14;
}

/* In float, whatever narrow type the arrays have. */
static ramp_job fast_job(const ramp_function *f, ramp_type type,
                         ramp_direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_job j = {.direction = direction,
                .loops = &kernels->fast[ramp_function_loops(f, type)],
                .size = ramp_type_size(type),
                .arguments = ramp_arguments_of(f, type)};
  set_few(&j);
  j.grain = (size_t)1 << 16;
  if (type == RAMP_F32) {
    j.streaming = &kernels->streaming_fast[ramp_function_loops(f, type)];
    return j;
  }
  j.widen = kernels->to_float[type];
  j.round = kernels->from_float[type];
  return j;
}

bool ramp_job_joins(const ramp_function *f, ramp_type type) {
  bool single = ramp_function_single(f, type);
  ramp_job value;
  if (single || has_line_loops(f, type, single)) return false;
  return type != RAMP_F32 || !set_quotients(&value, f);
}

/* Without what takes longer to prepare than some elements take. */
static ramp_job plain_job_of(const ramp_function *f, ramp_type type,
                             ramp_direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  bool single = ramp_function_single(f, type);
  const ramp_loops *table = type == RAMP_F64 ? kernels->extended
                            : single         ? kernels->single
                                             : kernels->working;
  ramp_job j = {.direction = direction,
                .loops = &table[ramp_function_loops(f, type)],
                .size = ramp_type_size(type),
                .arguments = ramp_arguments_of(f, type)};
  if (single && type == RAMP_F32)
    j.streaming = &kernels->streaming[ramp_function_loops(f, type)];
  if (type == RAMP_F32 && !single) {
    j.bounded = &kernels->bounded[ramp_function_loops(f, type)];
    j.f32_within = kernels->f32_within;
  }
  if (type != RAMP_F64 && !(single && type == RAMP_F32)) {
    j.widen = single ? kernels->to_float[type] : kernels->to_double[type];
    j.round = single ? kernels->from_float[type] : kernels->from_double[type];
  }
  if (!(direction == RAMP_FORWARD && type == RAMP_F32 && set_quotients(&j, f)))
    set_lines(&j, f, type, single);
  /* What selects among floats, or doubles, is as quick one by one. */
  if (j.widen || (j.size == 8 && ramp_function_steps(f) != RAMP_SELECTION)) set_few(&j);
  j.grain = grain_of(&j, ramp_function_steps(f), single);
  ramp_set_halves(&j, f, type);
  if (!j.halves && kernels->fast && ramp_function_fast(f, type))
    return fast_job(f, type, direction);
  return j;
}

ramp_job ramp_job_of(const ramp_function *f, ramp_type type, ramp_direction direction) {
  ramp_job j = plain_job_of(f, type, direction);
  ramp_set_half_lines(&j, f, type);
  return j;
}

ramp_job ramp_job_past_caches(const ramp_job *j) {
  ramp_job streams = *j;
  if (j->streaming) streams.loops = j->streaming;
  streams.past_caches = true;
  return streams;
}

/* ------------------------------------------------------------------ arrays */

typedef struct {
  const ramp_job *job;
  const char *x, *dy;
  char *out;
} work;

/* Only where nothing but memory takes time, in float: what is computed in double was
   slower for it. */
static bool may_stream(const work *w, size_t count) {
  const ramp_job *j = w->job;
  uintptr_t together = (uintptr_t)w->x | (uintptr_t)w->dy | (uintptr_t)w->out;
  return (j->streaming || j->brackets) && ramp_is_large(count * j->size) &&
         together % j->size == 0 && w->out != w->x && w->out != w->dy;
}

static void run_part(const void *all, size_t begin, size_t end) {
  const work *w = all;
  size_t offset = begin * w->job->size;
  ramp_job_run(w->job, end - begin, w->x + offset, w->dy ? w->dy + offset : NULL,
               w->out + offset);
}

static void run(const ramp_job *j, size_t count, const void *x, const void *dy,
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
  run(ramp_job_keep(f, type, direction), count, x, dy, out);
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

/* ------------------------------------------------------------------ from the output */

/* What tells the slope by an output in place of an input: f itself, or lines of the slope
   1 with a point of the slope 0 at their kink. */
static ramp_job job_from_output(const ramp_function *f, ramp_type type,
                                ramp_direction direction) {
  bool by_zero = false;
  ramp_function_not_from_output(f, &by_zero);
  if (!by_zero)
    return (direction == RAMP_BACKWARD ? ramp_job_of : plain_job_of)(f, type, direction);
  ramp_function line = ramp_function_of_kernel(RAMP_KERNEL_leaky_relu);
  line.parameter[0] = 1;
  ramp_job j = plain_job_of(&line, type, direction);
  j.arguments.at_kink[0] = 0;
  if (type == RAMP_F64) return j;
  ramp_environment caller = ramp_environment_enter();
  j.arguments.limit[0] = ramp_neighbour(type, 0, -1);
  j.arguments.limit[1] = 0;
  ramp_environment_leave(&caller);
  j.arguments.slope[0] = j.arguments.slope[2] = 1;
  j.arguments.slope[1] = 0;
  j.loops = &ramp_kernels_in_use()->lines[2];
  if (type == RAMP_F32) j.streaming = &ramp_kernels_in_use()->streaming_lines[2];
  return j;
}

/* A kink is where it may still fail: by the kink rule, by a parameter that the type
   cannot hold, by an output that was rounded to the kink.  All of these show at the
   numbers next to it. */
static ramp_status check_around(const ramp_function *f, ramp_type type, double kink) {
  double at[3] = {ramp_neighbour(type, kink, -1), kink, ramp_neighbour(type, kink, 1)};
  double x[3], y[3], slope[3], told[3];
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_job forward = plain_job_of(f, type, RAMP_FORWARD),
           derivative = plain_job_of(f, type, RAMP_DERIVATIVE),
           from_output = job_from_output(f, type, RAMP_DERIVATIVE);
  kernels->from_double[type](3, at, x);
  ramp_job_run(&forward, 3, (char *)x, NULL, (char *)y);
  ramp_job_run(&derivative, 3, (char *)x, NULL, (char *)slope);
  ramp_job_run(&from_output, 3, (char *)y, NULL, (char *)told);
  if (memcmp(slope, told, 3 * ramp_type_size(type)) == 0) return RAMP_OK;
  double wide_slope[3], wide_told[3];
  kernels->to_double[type](3, slope, wide_slope);
  kernels->to_double[type](3, told, wide_told);
  int i = 0;
  while (i < 2 && wide_slope[i] == wide_told[i])
    i++;
  return ramp_fail(RAMP_NOT_FROM_OUTPUT,
                   "%s in %s: at x = %.9g the derivative is %g, but its output tells %g; "
                   "go back from x",
                   ramp_function_row_at(f->row)->name, ramp_type_name(type), at[i],
                   wide_slope[i], wide_told[i]);
}

static ramp_status check_from_output(const ramp_function *f, ramp_type type) {
  bool by_zero;
  const char *objection = ramp_function_not_from_output(f, &by_zero);
  if (objection)
    return ramp_fail(RAMP_NOT_FROM_OUTPUT, "%s: %s; go back from x",
                     ramp_function_row_at(f->row)->name, objection);
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  ramp_status status = RAMP_OK;
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < n && status == RAMP_OK; i++)
    status = check_around(f, type, ramp_in_type(type, kinks[i].at));
  ramp_environment_leave(&caller);
  return status;
}

ramp_status ramp_backward_from_output(const ramp_function *f, ramp_type type,
                                      size_t count, const void *y, const void *dy,
                                      void *dx) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  ramp_array in[2] = {{"y", y, type}, {"dy", dy, type}};
  status = ramp_check_arrays(count, (ramp_array){"dx", dx, type}, in, 2);
  if (status == RAMP_OK) status = check_from_output(f, type);
  if (status != RAMP_OK || count == 0) return status;
  ramp_job j = job_from_output(f, type, RAMP_BACKWARD);
  run(&j, count, y, dy, dx);
  return RAMP_OK;
}
