/* SPDX-License-Identifier: MIT */
/* A learned slope: forward, and backward by x and by the slope. */
#include "api/streamed.h"
#include "api/tensor/gradients.h"
#include "api/tensor/operands.h"
#include "api/tensor/pair.h"

#include <string.h>

typedef struct {
  ramp_pair pair;
  ramp_streamed y;
} forward;

static void forward_box(const void *work, size_t n, char *const *operand) {
  const forward *f = work;
  if (ramp_is_streamed(&f->y, operand[0]))
    f->pair.loops->stream(n, operand[1], operand[2], operand[0]);
  else
    ramp_pair_forward(&f->pair, n, operand[1], operand[2], operand[0]);
}

ramp_status ramp_prelu_forward(const DLTensor *x, const DLTensor *slope, DLTensor *y) {
  ramp_view views[3];
  const ramp_view *const view[] = {&views[0], &views[1], &views[2]};
  ramp_status status = ramp_operands_stretched(x, "slope", slope, y, views);
  if (status != RAMP_OK) return status;
  forward f = {ramp_pair_of(views[1].type), {0, 0}};
  if (!f.pair.widen) f.y = ramp_streamed_of(&views[0], view + 1, 2);
  ramp_walk walk = ramp_walk_of(1, 3, view);
  walk.streams = f.y.bytes > 0;
  ramp_walk_run(&walk, forward_box, &f);
  return RAMP_OK;
}

typedef struct {
  ramp_pair pair;
  ramp_conversion *to_double;
  const ramp_term_loops *terms;
  ramp_streamed dx; /* of floats */
} job;

static void add_terms(const job *j, size_t n, const char *x, const char *dy,
                      const ramp_lanes *lanes) {
  double wide_x[RAMP_BLOCK], wide_dy[RAMP_BLOCK];
  j->to_double(n, x, wide_x);
  j->to_double(n, dy, wide_dy);
  j->terms->add_by_slope(n, wide_x, wide_dy, lanes->at, lanes->period, lanes->sum);
}

/* dx and terms of floats in one pass; dx may be in place, or not wanted. */
static void float_box(const job *j, size_t n, char *const *in, char *dx,
                      const ramp_lanes *lanes) {
  float block[RAMP_BLOCK];
  bool streams = dx && ramp_is_streamed(&j->dx, dx);
  float *to = streams ? (float *)(void *)dx : block;
  bool right = j->pair.loops->float_backward(
      n, (const float *)(const void *)in[0], (const float *)(const void *)in[2],
      (const float *)(const void *)in[1], to, streams, lanes);
  if (dx && !right)
    ramp_pair_backward(&j->pair, n, in[0], in[2], in[1], dx);
  else if (dx && !streams)
    memcpy(dx, block, n * sizeof *block);
}

static void backward_box(const void *work, size_t n, char *const *in, char *dx,
                         const ramp_lanes *lanes) {
  const job *j = work;
  if (lanes && j->pair.loops->float_backward && !j->pair.widen) {
    float_box(j, n, in, dx, lanes);
    return;
  }
  if (lanes) add_terms(j, n, in[0], in[1], lanes);
  if (dx) ramp_pair_backward(&j->pair, n, in[0], in[2], in[1], dx);
}

ramp_status ramp_prelu_backward(const DLTensor *x, const DLTensor *slope,
                                const DLTensor *dy, DLTensor *dx, DLTensor *dslope) {
  ramp_gradients g;
  ramp_status status = ramp_gradients_of(x, "slope", slope, &g);
  if (status == RAMP_OK) status = ramp_gradients_check(&g, dy, dx, "dslope", dslope);
  if (status != RAMP_OK) return status;
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  job j = {ramp_pair_of(g.x.type), kernels->to_double[g.x.type], kernels->terms, {0, 0}};
  const ramp_view *const in[] = {&g.x, &g.dy, &g.second};
  if (g.wants_dx) j.dx = ramp_streamed_of(&g.dx, in, 3);
  ramp_gradients_run(&g, backward_box, &j);
  return RAMP_OK;
}
