/* SPDX-License-Identifier: MIT */
/* Reads models and tensors with the protobuf reader that the build makes from ONNX's
   schema; of a model only what the cases need is understood. */
#include "onnx.h"

#include "onnx.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS_MAX = 3 };

struct onnx_case {
  Onnx__ModelProto *model;
  onnx_array input[INPUTS_MAX], output;
};

/* ------------------------------------------------------------------ files */

typedef struct {
  size_t size;
  uint8_t *byte; /* null: there is no such file */
} content;

static content read_file(const char *folder, const char *name) {
  char path[4096];
  content c = {0, NULL};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) return c;
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  rewind(file);
  if (size >= 0 && (c.byte = malloc((size_t)size + 1)))
    c.size = fread(c.byte, 1, (size_t)size, file);
  fclose(file);
  return c;
}

/* ------------------------------------------------------------------ tensors */

/* A copy of the tensor's numbers; none when they are not floats.  ONNX keeps them either
   as a list or as their bytes, the lowest first. */
static onnx_array floats_of(const Onnx__TensorProto *t) {
  bool raw = t->has_raw_data;
  onnx_array a = {raw ? t->raw_data.len / sizeof(float) : t->n_float_data, NULL};
  float *copy = NULL;
  if (t->data_type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT && a.count)
    copy = malloc(a.count * sizeof(float));
  if (!copy) return (onnx_array){0, NULL};
  memcpy(copy, raw ? (const void *)t->raw_data.data : t->float_data,
         a.count * sizeof(float));
  a.value = copy;
  return a;
}

static onnx_array read_tensor(const char *folder, const char *kind, size_t i) {
  char name[100];
  onnx_array a = {0, NULL};
  snprintf(name, sizeof name, "test_data_set_0/%s_%zu.pb", kind, i);
  content file = read_file(folder, name);
  Onnx__TensorProto *tensor =
      file.byte ? onnx__tensor_proto__unpack(NULL, file.size, file.byte) : NULL;
  if (tensor) {
    a = floats_of(tensor);
    onnx__tensor_proto__free_unpacked(tensor, NULL);
  }
  free(file.byte);
  return a;
}

/* The tensor that the graph calls `name`: one of its inputs, which are numbered like the
   files, or a constant in the model. */
static onnx_array find_tensor(const char *folder, const Onnx__GraphProto *g,
                              const char *name) {
  onnx_array a = {0, NULL};
  for (size_t i = 0; i < g->n_input && !a.count; i++)
    if (strcmp(g->input[i]->name, name) == 0) a = read_tensor(folder, "input", i);
  for (size_t i = 0; i < g->n_initializer && !a.count; i++)
    if (strcmp(g->initializer[i]->name, name) == 0) a = floats_of(g->initializer[i]);
  return a;
}

/* ------------------------------------------------------------------ cases */

static const Onnx__NodeProto *node_of(const onnx_case *c) {
  return c->model->graph->node[0];
}

static bool is_one_operator(const Onnx__ModelProto *model) {
  const Onnx__GraphProto *g = model ? model->graph : NULL;
  return g && g->n_node == 1 && g->node[0]->op_type && g->node[0]->n_input > 0 &&
         g->node[0]->n_input <= INPUTS_MAX;
}

static bool read_arrays(onnx_case *c, const char *folder) {
  const Onnx__NodeProto *node = node_of(c);
  for (size_t i = 0; i < node->n_input; i++)
    c->input[i] = find_tensor(folder, c->model->graph, node->input[i]);
  c->output = read_tensor(folder, "output", 0);
  return c->output.count && c->input[0].count == c->output.count;
}

onnx_case *onnx_open(const char *folder) {
  onnx_case *c = calloc(1, sizeof *c);
  content file = read_file(folder, "model.onnx");
  if (c && file.byte) c->model = onnx__model_proto__unpack(NULL, file.size, file.byte);
  free(file.byte);
  if (c && is_one_operator(c->model) && read_arrays(c, folder)) return c;
  onnx_close(c);
  return NULL;
}

void onnx_close(onnx_case *c) {
  if (!c) return;
  for (size_t i = 0; i < INPUTS_MAX; i++)
    free((void *)c->input[i].value);
  free((void *)c->output.value);
  if (c->model) onnx__model_proto__free_unpacked(c->model, NULL);
  free(c);
}

const char *onnx_operator(const onnx_case *c) { return node_of(c)->op_type; }

bool onnx_attribute(const onnx_case *c, const char *name, double *value) {
  const Onnx__NodeProto *node = node_of(c);
  for (size_t i = 0; i < node->n_attribute; i++) {
    if (strcmp(node->attribute[i]->name, name) != 0) continue;
    *value = node->attribute[i]->f;
    return true;
  }
  return false;
}

onnx_array onnx_input(const onnx_case *c, size_t i) {
  return i < INPUTS_MAX ? c->input[i] : (onnx_array){0, NULL};
}

onnx_array onnx_output(const onnx_case *c) { return c->output; }
