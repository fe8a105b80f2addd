/* SPDX-License-Identifier: MIT */
/*
 * One function of Ramp or of oneDNN on one float array: opened once, run often, by a call
 * that costs the same for both.  What is open stays so until the process ends.
 */
#include <oneapi/dnnl/dnnl.h>
#include <ramp/ramp.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC visibility push(default)

/* ------------------------------------------------------------------ Ramp */

/* What a run does.  LEARN is backward with the gradient of the parameters; MASKED
   backward starts from one bit an element. */
typedef enum { FORWARD, BACKWARD, LEARN, FORWARD_MASKED, BACKWARD_MASKED } pass;

typedef struct {
  ramp_function function;
  pass pass;
  size_t count;
  const float *x, *dy;
  float *out;
  uint8_t *mask;
} ramp_call;

/* A call that does `which` to the arrays for each run; dy may be null where it is not
   read.  Null when Ramp has no such function or, for a mask, cannot. */
ramp_call *ramp_call_open(const char *name, int which, long count, const float *x,
                          const float *dy, float *out) {
  ramp_call *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  *c = (ramp_call){.pass = (pass)which, .count = (size_t)count, .x = x, .dy = dy};
  c->out = out;
  ramp_status status = ramp_function_parse(name, &c->function);
  if (!status && which >= FORWARD_MASKED) {
    c->mask = malloc(c->count / 8 + 1);
    status = ramp_forward_masked(&c->function, RAMP_F32, c->count, x, out, c->mask);
  }
  if (status == RAMP_OK) return c;
  free(c->mask);
  free(c);
  return NULL;
}

void ramp_call_run(ramp_call *c) {
  const ramp_function *f = &c->function;
  double gradient[RAMP_PARAMETERS_MAX];
  switch (c->pass) {
  case LEARN:
    ramp_gradient_of_parameters(f, RAMP_F32, c->count, c->x, c->dy, gradient);
    /* fall through */
  case BACKWARD:
    ramp_backward(f, RAMP_F32, c->count, c->x, c->dy, c->out);
    break;
  case FORWARD:
    ramp_forward(f, RAMP_F32, c->count, c->x, c->out);
    break;
  case FORWARD_MASKED:
    ramp_forward_masked(f, RAMP_F32, c->count, c->x, c->out, c->mask);
    break;
  case BACKWARD_MASKED:
    ramp_backward_masked(f, RAMP_F32, c->count, c->mask, c->dy, c->out);
    break;
  }
}

const char *ramp_call_variant(void) { return ramp_variant(); }

/* ------------------------------------------------------------------ oneDNN */

enum { MEMORIES = 3 };

typedef struct {
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
                                const float *array) {
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

static dnnl_status_t make(eltwise *e, const eltwise_kind *k, long count, const float *x,
                          const float *dy, float *out) {
  dnnl_memory_desc_t shape;
  dnnl_primitive_desc_t choice;
  dnnl_status_t status = dnnl_engine_create(&e->engine, dnnl_cpu, 0);
  if (!status)
    status = dnnl_stream_create(&e->stream, e->engine, dnnl_stream_default_flags);
  if (!status)
    status =
        dnnl_memory_desc_init_by_tag(&shape, 1, (dnnl_dims_t){count}, dnnl_f32, dnnl_a);
  if (!status) status = add_memory(e, &shape, DNNL_ARG_SRC, x);
  if (!status && dy) status = add_memory(e, &shape, DNNL_ARG_DIFF_DST, dy);
  if (!status) status = add_memory(e, &shape, dy ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST, out);
  if (!status) status = choose(e, k, &shape, dy != NULL, &choice);
  if (status) return status;
  status = dnnl_primitive_create(&e->primitive, choice);
  dnnl_primitive_desc_destroy(choice);
  return status;
}

/* out = f(x), or with dy out = dy f'(x), for each run; null when oneDNN has no such
   function. */
eltwise *eltwise_open(const char *name, long count, const float *x, const float *dy,
                      float *out) {
  const eltwise_kind *k = kind_of(name);
  eltwise *e = k ? calloc(1, sizeof *e) : NULL;
  if (e && make(e, k, count, x, dy, out) == dnnl_success) return e;
  free(e);
  return NULL;
}

void eltwise_run(eltwise *e) {
  dnnl_primitive_execute(e->primitive, e->stream, e->memories, e->memory);
  dnnl_stream_wait(e->stream);
}

#pragma GCC visibility pop
