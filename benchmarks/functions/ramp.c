/* SPDX-License-Identifier: MIT */
/* ramp.c: Ramp as a contender. */
#include "contender.h"

#include <ramp/tensor.h>
#include <stdlib.h>

typedef struct {
  contender base;
  ramp_function function;
  uint8_t *mask;
} ramp_call;

/* prelu back to x and to its one slope. */
static void learn(const ramp_function *f, const contender_job *job) {
  const uint8_t code = job->type == RAMP_BF16 ? kDLBfloat : kDLFloat;
  const DLDataType type = {code, (uint8_t)(8 * ramp_type_size(job->type)), 1};
  int64_t count = (int64_t)job->count;
  double slope, gradient; /* of the type, which is no longer */
  ramp_convert(RAMP_F64, f->parameter, job->type, &slope, 1);
  const DLTensor x = {.data = (void *)job->x, {kDLCPU, 0}, 1, type, &count, NULL, 0};
  const DLTensor one = {.data = &slope, {kDLCPU, 0}, 0, type, NULL, NULL, 0};
  DLTensor dy = x, dx = x, dslope = one;
  dy.data = (void *)job->dy;
  dx.data = job->out;
  dslope.data = &gradient;
  ramp_prelu_backward(&x, &one, &dy, &dx, &dslope);
}

static void run(contender *c) {
  const ramp_call *call = (const ramp_call *)c;
  const ramp_function *f = &call->function;
  const contender_job *job = &c->job;
  switch (job->pass) {
  case LEARN:
    learn(f, job);
    break;
  case BACKWARD:
    ramp_backward(f, job->type, job->count, job->x, job->dy, job->out);
    break;
  case FORWARD:
    ramp_forward(f, job->type, job->count, job->x, job->out);
    break;
  case FORWARD_MASKED:
    ramp_forward_masked(f, job->type, job->count, job->x, job->out, call->mask);
    break;
  case BACKWARD_MASKED:
    ramp_backward_masked(f, job->type, job->count, call->mask, job->dy, job->out);
    break;
  }
}

/* The mask of x, for a way back without x. */
static ramp_status fill_mask(ramp_call *call) {
  const contender_job *job = &call->base.job;
  call->mask = malloc(job->count / 8 + 1);
  if (!call->mask) return RAMP_OUT_OF_MEMORY;
  return ramp_forward_masked(&call->function, job->type, job->count, job->x, job->out,
                             call->mask);
}

contender *ramp_open(const contender_job *job) {
  ramp_call *call = contender_create(sizeof *call, job, run);
  if (!call) return NULL;
  ramp_status status = ramp_function_parse(job->function, &call->function);
  if (!status && job->pass >= FORWARD_MASKED) status = fill_mask(call);
  if (!status) return &call->base;
  free(call->mask);
  free(call);
  return NULL;
}
