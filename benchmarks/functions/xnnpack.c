/* SPDX-License-Identifier: MIT */
/*
 * xnnpack.c: XNNPACK's elementwise operators as contenders, forward alone, for it only
 * infers.  It clips for relu and its kin, and its prelu would take a slope for each
 * channel: one slope is its leaky_relu.
 */
#include "contender.h"

#include <math.h>
#include <pthreadpool.h>
#include <stdlib.h>
#include <string.h>
#include <xnnpack.h>

typedef enum { ABS, CLAMP, ELU, HARD_SWISH, LEAKY_RELU, SIGMOID } operator_kind;

static const struct {
  const char *function;
  operator_kind kind;
  float parameter[2];
} operators[] = {
    {"abs", ABS, {0}},
    {"relu", CLAMP, {0, INFINITY}},
    {"relu6", CLAMP, {0, 6}},
    {"hard_tanh", CLAMP, {-1, 1}},
    {"elu", ELU, {1}},
    {"celu", ELU, {1}},
    {"hard_swish", HARD_SWISH, {0}},
    {"leaky_relu", LEAKY_RELU, {0.01f}},
    {"prelu", LEAKY_RELU, {0.25f}},
    {"rrelu", LEAKY_RELU, {11 / 48.f}},
    {"sigmoid", SIGMOID, {0}},
};

typedef struct {
  contender base;
  xnn_operator_t operator;
  pthreadpool_t pool; /* null: one thread */
} xnnpack_call;

/* One for all operators of as many threads. */
static pthreadpool_t pool_of(int threads) {
  static pthreadpool_t pool;
  if (threads == 1) return NULL;
  if (!pool || pthreadpool_get_threads_count(pool) != (size_t)threads)
    pool = pthreadpool_create((size_t)threads);
  return pool;
}

static enum xnn_status create(xnn_operator_t *o, operator_kind kind, const float p[2]) {
  switch (kind) {
  case ABS:
    return xnn_create_abs_nc_f32(1, 1, 1, 0, o);
  case CLAMP:
    return xnn_create_clamp_nc_f32(1, 1, 1, p[0], p[1], 0, o);
  case ELU:
    return xnn_create_elu_nc_f32(1, 1, 1, p[0], 0, o);
  case HARD_SWISH:
    return xnn_create_hardswish_nc_f32(1, 1, 1, 0, o);
  case LEAKY_RELU:
    return xnn_create_leaky_relu_nc_f32(1, 1, 1, p[0], 0, o);
  case SIGMOID:
    return xnn_create_sigmoid_nc_f32(1, 1, 1, 0, o);
  }
  return xnn_status_invalid_parameter;
}

static enum xnn_status setup(xnnpack_call *call, operator_kind kind) {
  const contender_job *job = &call->base.job;
  const size_t count = job->count;
  switch (kind) {
  case ABS:
    return xnn_setup_abs_nc_f32(call->operator, count, job->x, job->out, call->pool);
  case CLAMP:
    return xnn_setup_clamp_nc_f32(call->operator, count, job->x, job->out, call->pool);
  case ELU:
    return xnn_setup_elu_nc_f32(call->operator, count, job->x, job->out, call->pool);
  case HARD_SWISH:
    return xnn_setup_hardswish_nc_f32(call->operator, count, job->x, job->out,
                                      call->pool);
  case LEAKY_RELU:
    return xnn_setup_leaky_relu_nc_f32(call->operator, count, job->x, job->out,
                                       call->pool);
  case SIGMOID:
    return xnn_setup_sigmoid_nc_f32(call->operator, count, job->x, job->out, call->pool);
  }
  return xnn_status_invalid_parameter;
}

static void run(contender *c) {
  xnnpack_call *call = (xnnpack_call *)c;
  xnn_run_operator(call->operator, call->pool);
}

static contender *open_operator(const contender_job *job, operator_kind kind,
                                const float parameter[2]) {
  xnnpack_call *call = contender_create(sizeof *call, job, run);
  if (!call) return NULL;
  call->pool = pool_of(job->threads);
  enum xnn_status status = xnn_initialize(NULL);
  if (!status) status = create(&call->operator, kind, parameter);
  if (!status) status = setup(call, kind);
  if (!status) return &call->base;
  free(call);
  return NULL;
}

contender *xnnpack_open(const contender_job *job) {
  if (job->pass != FORWARD || job->type != RAMP_F32) return NULL;
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
    if (strcmp(operators[i].function, job->function) == 0)
      return open_operator(job, operators[i].kind, operators[i].parameter);
  return NULL;
}
