/* SPDX-License-Identifier: MIT */
/* One function of Ramp or of oneDNN on one float array: opened once, run often, by a call
   that costs the same for both. */
#include <oneapi/dnnl/dnnl.h>
#include <ramp/ramp.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC visibility push(default)

/* ------------------------------------------------------------------ Ramp */

typedef struct {
  ramp_function function;
  size_t count;
  const float *x, *dy; /* dy null: forward */
  float *out;
} ramp_call;

/* out = f(x), or with dy dy f'(x), for each run; null when Ramp has no such function. */
ramp_call *ramp_call_open(const char *name, long count, const float *x, const float *dy,
                          float *out) {
  ramp_call *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  *c = (ramp_call){.count = (size_t)count, .x = x, .dy = dy, .out = out};
  if (ramp_function_parse(name, &c->function) == RAMP_OK) return c;
  free(c);
  return NULL;
}

void ramp_call_run(ramp_call *c) {
  if (c->dy)
    ramp_backward(&c->function, RAMP_F32, c->count, c->x, c->dy, c->out);
  else
    ramp_forward(&c->function, RAMP_F32, c->count, c->x, c->out);
}

const char *ramp_call_variant(void) { return ramp_variant(); }

/* ------------------------------------------------------------------ oneDNN */

typedef struct {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_memory_t x, y;
  dnnl_primitive_t primitive;
} eltwise;

static const struct {
  const char *name;
  dnnl_alg_kind_t kind;
  float alpha;
} kinds[] = {
    {"relu", dnnl_eltwise_relu, 0},          {"leaky_relu", dnnl_eltwise_relu, 0.01f},
    {"tanh", dnnl_eltwise_tanh, 0},          {"sigmoid", dnnl_eltwise_logistic, 0},
    {"silu", dnnl_eltwise_swish, 1},         {"elu", dnnl_eltwise_elu, 1},
    {"softplus", dnnl_eltwise_soft_relu, 0},
};

static dnnl_status_t make(eltwise *e, dnnl_alg_kind_t kind, float alpha,
                          dnnl_dims_t count, float *x, float *y) {
  dnnl_memory_desc_t shape;
  dnnl_eltwise_desc_t description;
  dnnl_primitive_desc_t choice;
  dnnl_status_t status = dnnl_engine_create(&e->engine, dnnl_cpu, 0);
  if (!status)
    status = dnnl_stream_create(&e->stream, e->engine, dnnl_stream_default_flags);
  if (!status) status = dnnl_memory_desc_init_by_tag(&shape, 1, count, dnnl_f32, dnnl_a);
  if (!status) status = dnnl_memory_create(&e->x, &shape, e->engine, x);
  if (!status) status = dnnl_memory_create(&e->y, &shape, e->engine, y);
  if (!status)
    status = dnnl_eltwise_forward_desc_init(&description, dnnl_forward_inference, kind,
                                            &shape, alpha, 0);
  if (status) return status;
  status = dnnl_primitive_desc_create(&choice, &description, NULL, e->engine, NULL);
  if (status) return status;
  status = dnnl_primitive_create(&e->primitive, choice);
  dnnl_primitive_desc_destroy(choice);
  return status;
}

/* y = f(x) for each run; null when oneDNN has no such function. */
eltwise *eltwise_open(const char *name, long count, float *x, float *y) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i].name, name) != 0) continue;
    eltwise *e = calloc(1, sizeof *e);
    dnnl_dims_t shape = {count};
    if (e && make(e, kinds[i].kind, kinds[i].alpha, shape, x, y) == dnnl_success)
      return e;
    free(e);
  }
  return NULL;
}

void eltwise_run(eltwise *e) {
  const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, e->x}, {DNNL_ARG_DST, e->y}};
  dnnl_primitive_execute(e->primitive, e->stream, 2, arguments);
  dnnl_stream_wait(e->stream);
}

#pragma GCC visibility pop
