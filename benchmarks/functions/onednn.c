/* SPDX-License-Identifier: MIT */
/* onednn.c: oneDNN's elementwise primitives as contenders. */
#include "contender.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORIES = 3 };

typedef struct {
  contender base;
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_exec_arg_t memory[MEMORIES];
  int memories;
  dnnl_primitive_t primitive;
} eltwise;

typedef struct {
  const char *name;
  dnnl_alg_kind_t kind;
  float alpha, beta;
} eltwise_kind;

static const eltwise_kind kinds[] = {
    {"relu", dnnl_eltwise_relu, 0, 0},
    {"leaky_relu", dnnl_eltwise_relu, 0.01f, 0},
    {"prelu", dnnl_eltwise_relu, 0.25f, 0},
    {"rrelu", dnnl_eltwise_relu, 11 / 48.f, 0},
    {"relu6", dnnl_eltwise_clip_v2, 0, 6},
    {"hard_tanh", dnnl_eltwise_clip_v2, -1, 1},
    {"abs", dnnl_eltwise_abs, 0, 0},
    {"hard_swish", dnnl_eltwise_hardswish, 0, 0},
    {"sigmoid", dnnl_eltwise_logistic, 0, 0},
    {"log_sigmoid", dnnl_eltwise_logsigmoid, 0, 0},
    {"tanh", dnnl_eltwise_tanh, 0, 0},
    {"softplus", dnnl_eltwise_soft_relu, 0, 0},
    {"elu", dnnl_eltwise_elu, 1, 0},
    {"celu", dnnl_eltwise_elu, 1, 0},
    {"gelu", dnnl_eltwise_gelu_erf, 0, 0},
    {"gelu_tanh", dnnl_eltwise_gelu_tanh, 0, 0},
    {"silu", dnnl_eltwise_swish, 1, 0},
    {"mish", dnnl_eltwise_mish, 0, 0},
    {"exp", dnnl_eltwise_exp, 0, 0},
};

static const eltwise_kind *kind_of(const char *name) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].name, name) == 0) return &kinds[i];
  return NULL;
}

static dnnl_status_t add_memory(eltwise *e, const dnnl_memory_desc_t *shape, int argument,
                                const void *array) {
  dnnl_exec_arg_t *memory = &e->memory[e->memories++];
  memory->arg = argument;
  return dnnl_memory_create(&memory->memory, shape, e->engine, (void *)array);
}

/* The choice of an implementation: out = f(x), or with dy out = dy f'(x). */
static dnnl_status_t choose(eltwise *e, const eltwise_kind *k,
                            const dnnl_memory_desc_t *shape, int backward,
                            dnnl_primitive_desc_t *choice) {
  dnnl_eltwise_desc_t description;
  dnnl_primitive_desc_t hint = NULL;
  dnnl_status_t status = dnnl_eltwise_forward_desc_init(
      &description, backward ? dnnl_forward_training : dnnl_forward_inference, k->kind,
      shape, k->alpha, k->beta);
  if (!status)
    status = dnnl_primitive_desc_create(&hint, &description, NULL, e->engine, NULL);
  if (status || !backward) {
    *choice = hint;
    return status;
  }
  status = dnnl_eltwise_backward_desc_init(&description, k->kind, shape, shape, k->alpha,
                                           k->beta);
  if (!status)
    status = dnnl_primitive_desc_create(choice, &description, NULL, e->engine, hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}

static dnnl_status_t make(eltwise *e, const eltwise_kind *k) {
  const contender_job *job = &e->base.job;
  const dnnl_dims_t size = {(dnnl_dim_t)job->count};
  int backward = job->pass == BACKWARD;
  dnnl_memory_desc_t shape;
  dnnl_primitive_desc_t choice;
  dnnl_status_t status = dnnl_engine_create(&e->engine, dnnl_cpu, 0);
  if (!status)
    status = dnnl_stream_create(&e->stream, e->engine, dnnl_stream_default_flags);
  if (!status) status = dnnl_memory_desc_init_by_tag(&shape, 1, size, dnnl_f32, dnnl_a);
  if (!status) status = add_memory(e, &shape, DNNL_ARG_SRC, job->x);
  if (!status && backward) status = add_memory(e, &shape, DNNL_ARG_DIFF_DST, job->dy);
  if (!status)
    status = add_memory(e, &shape, backward ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST, job->out);
  if (!status) status = choose(e, k, &shape, backward, &choice);
  if (status) return status;
  status = dnnl_primitive_create(&e->primitive, choice);
  dnnl_primitive_desc_destroy(choice);
  return status;
}

static void run(contender *c) {
  eltwise *e = (eltwise *)c;
  dnnl_primitive_execute(e->primitive, e->stream, e->memories, e->memory);
  dnnl_stream_wait(e->stream);
}

contender *onednn_open(const contender_job *job) {
  const eltwise_kind *k = kind_of(job->function);
  if (!k || job->pass > BACKWARD || job->type != RAMP_F32) return NULL;
  eltwise *e = contender_create(sizeof *e, job, run);
  if (e && make(e, k) == dnnl_success) return &e->base;
  free(e);
  return NULL;
}
