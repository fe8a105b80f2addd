/* SPDX-License-Identifier: MIT */
/* Which loops compute a function in a type, by way of what, and on how many threads. */
#include "api/compute.h"
#include "api/halves.h"
#include "api/streamed.h"

static bool are_floats(int n, const double *slope) {
  bool held = true;
  for (int i = 0; i < n; i++)
    held = held && ramp_in_type(RAMP_F32, slope[i]) == slope[i];
  return held;
}

/* Whether loops for any lines may serve f in this type. */
static bool has_line_loops(const ramp_function *f, ramp_type type, bool single) {
  return (single || type == RAMP_F32) && ramp_function_has_lines(f);
}

/* Where float holds the slopes of lines, loops for any lines take the place of f's own:
   that is always so for the derivative, which is rounded to the type. */
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

/* False where f has none. */
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

static bool is_fast(const ramp_function *f, ramp_type type) {
  return ramp_kernels_in_use()->fast && ramp_function_fast(f, type);
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
  if (type == RAMP_F32 && is_fast(f, type)) return false;
  return type != RAMP_F32 || !set_quotients(&value, f);
}

ramp_job ramp_plain_job_of(const ramp_function *f, ramp_type type,
                           ramp_direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  const ramp_steps steps = ramp_function_steps(f);
  const bool single = ramp_direction_single(f, type, direction),
             selects = steps == RAMP_SELECTION;
  const ramp_loops *table = single                        ? kernels->single
                            : type == RAMP_F64 || selects ? kernels->extended
                                                          : kernels->working;
  ramp_job j = {.direction = direction,
                .loops = &table[ramp_function_loops(f, type)],
                .size = ramp_type_size(type),
                .arguments = ramp_arguments_of(f, type)};
  if (single && type == RAMP_F32)
    j.streaming = &kernels->streaming[ramp_function_loops(f, type)];
  if (type == RAMP_F32 && !single && !selects) {
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
  if (j.widen || (j.size == 8 && !selects)) set_few(&j);
  j.grain = grain_of(&j, steps, single);
  ramp_set_halves(&j, f, type);
  if (!j.halves && is_fast(f, type)) return fast_job(f, type, direction);
  return j;
}

ramp_job ramp_job_of(const ramp_function *f, ramp_type type, ramp_direction direction) {
  ramp_job j = ramp_plain_job_of(f, type, direction);
  ramp_set_half_lines(&j, f, type);
  return j;
}

bool ramp_job_may_stream(const ramp_job *j, size_t count, uintptr_t together) {
  return (j->streaming || j->brackets) && ramp_is_large(count * j->size) &&
         together % j->size == 0;
}

ramp_job ramp_job_past_caches(const ramp_job *j) {
  ramp_job streams = *j;
  if (j->streaming) streams.loops = j->streaming;
  streams.past_caches = true;
  return streams;
}
