/* SPDX-License-Identifier: MIT */
/* Gated units: one part of the inputs times a function of the other, in one pass over
   memory in each direction.  As for functions of one input, narrow types pass through
   blocks of doubles, or straight from floats to floats where a block is bounded. */
#include "api/compute.h"
#include "api/fold/fold.h"
#include "api/tensor/walk.h"

#include <float.h>

/* What boxes are told. */
typedef struct {
  const ramp_gated_loops *loops;
  const ramp_gated_loops *bounded; /* null but in f32 */
  float bound;                     /* of the gate, for them */
  ramp_bound_check *f32_within;
  ramp_conversion *widen, *round; /* null in f64 */
  size_t size;
  ramp_arguments arguments;
} job;

/* A gate that only selects is exact in doubles whatever it is given. */
static float bound_of(const ramp_function *gate) {
  return ramp_function_steps(gate) == RAMP_SELECTION ? FLT_MAX : RAMP_BOUND;
}

static job job_of(const ramp_fold *fold, ramp_type type) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_function gate;
  ramp_function_parse(ramp_fold_row_at(fold->row)->gate, &gate);
  job j = {.size = ramp_type_size(type), .arguments = ramp_arguments_of(&gate, type)};
  if (type == RAMP_F64) {
    j.loops = &kernels->gated_extended[fold->row];
    return j;
  }
  j.loops = &kernels->gated_working[fold->row];
  j.widen = kernels->to_double[type];
  j.round = kernels->from_double[type];
  if (type != RAMP_F32) return j;
  j.bounded = &kernels->gated_bounded[fold->row];
  j.bound = bound_of(&gate);
  j.f32_within = kernels->f32_within;
  return j;
}

/* The arrays of a part of the work; dy is null forward, where y is the only output. */
typedef struct {
  const char *value, *gate, *dy;
  char *y_or_dvalue, *dgate;
} arrays;

static arrays at_offset(const arrays *a, size_t offset) {
  return (arrays){a->value + offset, a->gate + offset, a->dy ? a->dy + offset : NULL,
                  a->y_or_dvalue + offset, a->dgate ? a->dgate + offset : NULL};
}

static bool is_bounded(const job *j, size_t n, const arrays *a) {
  return j->bounded && j->f32_within(n, a->gate, j->bound) &&
         j->f32_within(n, a->value, FLT_MAX) &&
         (!a->dy || j->f32_within(n, a->dy, FLT_MAX));
}

static void run_loops(const job *j, const ramp_gated_loops *loops, size_t n,
                      const arrays *a) {
  if (a->dy)
    loops->backward(&j->arguments, n, a->value, a->gate, a->dy, a->y_or_dvalue, a->dgate);
  else
    loops->forward(&j->arguments, n, a->value, a->gate, a->y_or_dvalue);
}

static void run_widened(const job *j, size_t n, const arrays *a) {
  double value[RAMP_BLOCK], gate[RAMP_BLOCK], dy[RAMP_BLOCK];
  char *wide_value = (char *)value, *wide_gate = (char *)gate, *wide_dy = (char *)dy;
  j->widen(n, a->value, value);
  j->widen(n, a->gate, gate);
  if (a->dy) j->widen(n, a->dy, dy);
  arrays wide = {wide_value, wide_gate, a->dy ? wide_dy : NULL, wide_value, wide_gate};
  run_loops(j, j->loops, n, &wide);
  j->round(n, value, a->y_or_dvalue);
  if (a->dy) j->round(n, gate, a->dgate);
}

static void run(const job *j, size_t count, const arrays *all) {
  if (!j->widen) {
    run_loops(j, j->loops, count, all);
    return;
  }
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = count - at < RAMP_BLOCK ? count - at : RAMP_BLOCK;
    arrays a = at_offset(all, at * j->size);
    if (is_bounded(j, n, &a))
      run_loops(j, j->bounded, n, &a);
    else
      run_widened(j, n, &a);
  }
}

/* ------------------------------------------------------------------ walks */

static void forward_box(const void *work, size_t n, char *const *operand) {
  run(work, n, &(arrays){operand[1], operand[2], NULL, operand[0], NULL});
}

static void backward_box(const void *work, size_t n, char *const *operand) {
  run(work, n, &(arrays){operand[2], operand[3], operand[4], operand[0], operand[1]});
}

/* The two parts of x or dx. */
typedef struct {
  ramp_view value, gate;
} parts;

static parts parts_of(const ramp_fold *fold, int axis, const ramp_view *whole) {
  bool halves = fold->packing == RAMP_HALVES;
  int64_t n = whole->shape[axis] / 2, second = halves ? n : 1, step = halves ? 1 : 2;
  int64_t value = fold->gate_first ? second : 0, gate = fold->gate_first ? 0 : second;
  return (parts){ramp_view_slice(whole, axis, value, step, n),
                 ramp_view_slice(whole, axis, gate, step, n)};
}

ramp_status ramp_gated_forward(const ramp_fold *fold, int axis, const ramp_view *x,
                               const ramp_view *mask, const ramp_view *y,
                               const ramp_view *winners) {
  (void)mask, (void)winners;
  parts p = parts_of(fold, axis, x);
  job j = job_of(fold, x->type);
  ramp_walk walk = ramp_walk_of(1, 3, (const ramp_view *[]){y, &p.value, &p.gate});
  ramp_walk_run(&walk, forward_box, &j);
  return RAMP_OK;
}

ramp_status ramp_gated_backward(const ramp_fold *fold, int axis, const ramp_view *kept,
                                const ramp_view *mask, const ramp_view *dy,
                                const ramp_view *dx) {
  (void)mask;
  parts p = parts_of(fold, axis, kept), d = parts_of(fold, axis, dx);
  job j = job_of(fold, dx->type);
  const ramp_view *views[] = {&d.value, &d.gate, &p.value, &p.gate, dy};
  ramp_walk walk = ramp_walk_of(2, 5, views);
  ramp_walk_run(&walk, backward_box, &j);
  return RAMP_OK;
}
