/* SPDX-License-Identifier: MIT */
/*
 * oneDNN's softmax, log_softmax and maximum of neighbours (a pooling) along the rows of a
 * matrix of floats, and its prelu with a slope for each column: opened once, run often.
 * What is open stays so until the process ends.
 */
#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC visibility push(default)

enum { MEMORIES = 5 };

typedef struct {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_exec_arg_t memory[MEMORIES];
  int memories;
  dnnl_primitive_t primitive;
} operation;

static dnnl_status_t begin(operation *o) {
  dnnl_status_t status = dnnl_engine_create(&o->engine, dnnl_cpu, 0);
  return status ? status
                : dnnl_stream_create(&o->stream, o->engine, dnnl_stream_default_flags);
}

static dnnl_status_t add_memory(operation *o, const dnnl_memory_desc_t *shape,
                                int argument, const float *array) {
  dnnl_exec_arg_t *memory = &o->memory[o->memories++];
  memory->arg = argument;
  return dnnl_memory_create(&memory->memory, shape, o->engine, (void *)array);
}

static dnnl_status_t complete(operation *o, dnnl_primitive_desc_t choice) {
  dnnl_status_t status = dnnl_primitive_create(&o->primitive, choice);
  dnnl_primitive_desc_destroy(choice);
  return status;
}

/* ------------------------------------------------------------------ softmax */

/* y of x, or with y null and dy given dx = out from out's y. */
static dnnl_status_t make_softmax(operation *o, int logarithm, long rows, long columns,
                                  const float *x_or_y, const float *dy, float *out) {
  dnnl_memory_desc_t shape;
  dnnl_softmax_v2_desc_t description;
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_alg_kind_t kind = logarithm ? dnnl_softmax_log : dnnl_softmax_accurate;
  dnnl_status_t status = begin(o);
  if (!status)
    status = dnnl_memory_desc_init_by_tag(&shape, 2, (dnnl_dims_t){rows, columns},
                                          dnnl_f32, dnnl_ab);
  if (!status) status = add_memory(o, &shape, dy ? DNNL_ARG_DST : DNNL_ARG_SRC, x_or_y);
  if (!status && dy) status = add_memory(o, &shape, DNNL_ARG_DIFF_DST, dy);
  if (!status) status = add_memory(o, &shape, dy ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST, out);
  if (!status)
    status = dnnl_softmax_v2_forward_desc_init(
        &description, dy ? dnnl_forward_training : dnnl_forward_inference, kind, &shape,
        &shape, 1);
  if (!status)
    status = dnnl_primitive_desc_create(&forward, &description, NULL, o->engine, NULL);
  if (status || !dy) return status ? status : complete(o, forward);
  status =
      dnnl_softmax_v2_backward_desc_init(&description, kind, &shape, &shape, &shape, 1);
  if (!status)
    status =
        dnnl_primitive_desc_create(&backward, &description, NULL, o->engine, forward);
  dnnl_primitive_desc_destroy(forward);
  return status ? status : complete(o, backward);
}

/* Forward from x, or where dy is given backward from y; null when oneDNN cannot. */
operation *softmax_open(int logarithm, long rows, long columns, const float *x_or_y,
                        const float *dy, float *out) {
  operation *o = calloc(1, sizeof *o);
  if (o && make_softmax(o, logarithm, rows, columns, x_or_y, dy, out) == dnnl_success)
    return o;
  free(o);
  return NULL;
}

/* ------------------------------------------------------------------ maximum */

static dnnl_status_t make_maximum(operation *o, long k, long rows, long columns,
                                  const float *x, float *out) {
  dnnl_memory_desc_t from, to;
  dnnl_pooling_v2_desc_t description;
  dnnl_primitive_desc_t choice = NULL;
  const dnnl_dims_t kernel = {k}, none = {0};
  dnnl_status_t status = begin(o);
  if (!status)
    status = dnnl_memory_desc_init_by_tag(&from, 3, (dnnl_dims_t){1, rows, columns},
                                          dnnl_f32, dnnl_abc);
  if (!status)
    status = dnnl_memory_desc_init_by_tag(&to, 3, (dnnl_dims_t){1, rows, columns / k},
                                          dnnl_f32, dnnl_abc);
  if (!status) status = add_memory(o, &from, DNNL_ARG_SRC, x);
  if (!status) status = add_memory(o, &to, DNNL_ARG_DST, out);
  if (!status)
    status = dnnl_pooling_v2_forward_desc_init(&description, dnnl_forward_inference,
                                               dnnl_pooling_max, &from, &to, kernel,
                                               kernel, none, none, none);
  if (!status)
    status = dnnl_primitive_desc_create(&choice, &description, NULL, o->engine, NULL);
  return status ? status : complete(o, choice);
}

/* The largest of each k neighbours; null when oneDNN cannot. */
operation *maximum_open(long k, long rows, long columns, const float *x, float *out) {
  operation *o = calloc(1, sizeof *o);
  if (o && make_maximum(o, k, rows, columns, x, out) == dnnl_success) return o;
  free(o);
  return NULL;
}

/* ------------------------------------------------------------------ prelu */

typedef struct {
  long rows, columns;
  const float *x, *slope, *dy; /* dy is null going forward */
  float *out, *dslope;         /* y, or dx and the slopes' gradients */
} prelu_arrays;

static dnnl_status_t add_prelu_memories(operation *o, const prelu_arrays *a,
                                        const dnnl_memory_desc_t *whole,
                                        const dnnl_memory_desc_t *line) {
  dnnl_status_t status = add_memory(o, whole, DNNL_ARG_SRC, a->x);
  if (!status) status = add_memory(o, line, DNNL_ARG_WEIGHTS, a->slope);
  if (status || !a->dy)
    return status ? status : add_memory(o, whole, DNNL_ARG_DST, a->out);
  status = add_memory(o, whole, DNNL_ARG_DIFF_DST, a->dy);
  if (!status) status = add_memory(o, whole, DNNL_ARG_DIFF_SRC, a->out);
  if (!status) status = add_memory(o, line, DNNL_ARG_DIFF_WEIGHTS, a->dslope);
  return status;
}

static dnnl_status_t make_prelu(operation *o, const prelu_arrays *a) {
  dnnl_memory_desc_t whole, line;
  dnnl_prelu_desc_t description;
  dnnl_primitive_desc_t forward = NULL, backward = NULL;
  dnnl_status_t status = begin(o);
  if (!status)
    status = dnnl_memory_desc_init_by_tag(&whole, 2, (dnnl_dims_t){a->rows, a->columns},
                                          dnnl_f32, dnnl_ab);
  if (!status)
    status = dnnl_memory_desc_init_by_tag(&line, 2, (dnnl_dims_t){1, a->columns},
                                          dnnl_f32, dnnl_ab);
  if (!status) status = add_prelu_memories(o, a, &whole, &line);
  if (!status)
    status = dnnl_prelu_forward_desc_init(
        &description, a->dy ? dnnl_forward_training : dnnl_forward_inference, &whole,
        &line);
  if (!status)
    status = dnnl_primitive_desc_create(&forward, &description, NULL, o->engine, NULL);
  if (status || !a->dy) return status ? status : complete(o, forward);
  status = dnnl_prelu_backward_desc_init(&description, &whole, &line, &whole, &line);
  if (!status)
    status =
        dnnl_primitive_desc_create(&backward, &description, NULL, o->engine, forward);
  dnnl_primitive_desc_destroy(forward);
  return status ? status : complete(o, backward);
}

/* Forward, or where dy is given backward; null when oneDNN cannot. */
operation *prelu_open(long rows, long columns, const float *x, const float *slope,
                      const float *dy, float *out, float *dslope) {
  operation *o = calloc(1, sizeof *o);
  prelu_arrays arrays = {rows, columns, x, slope, dy, out, dslope};
  if (o && make_prelu(o, &arrays) == dnnl_success) return o;
  free(o);
  return NULL;
}

void operation_run(operation *o) {
  dnnl_primitive_execute(o->primitive, o->stream, o->memories, o->memory);
  dnnl_stream_wait(o->stream);
}

#pragma GCC visibility pop
