/* SPDX-License-Identifier: MIT */
/* ramp.c: Ramp as a contender. */
#include "contender.h"

#include <stdlib.h>

typedef struct {
  contender base;
  ramp_function function;
  uint8_t *mask;
} ramp_call;

static void run(contender *c) {
  const ramp_call *call = (const ramp_call *)c;
  const ramp_function *f = &call->function;
  const contender_job *job = &c->job;
  double gradient[RAMP_PARAMETERS_MAX];
  switch (job->pass) {
  case LEARN:
    ramp_gradient_of_parameters(f, job->type, job->count, job->x, job->dy, gradient);
    /* fall through */
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
