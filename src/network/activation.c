/* SPDX-License-Identifier: MIT */
/*
 * What stands behind the units of a dense layer: a function, applied to each; learned
 * slopes (prelu); slopes drawn anew for every example of a training (rrelu), and their
 * mean otherwise; or a fold along the units.  Each goes back through the memory that its
 * forward pass left.
 */
#include "network/activation.h"

#include <string.h>

/* ------------------------------------------------------------------ tensors */

/* A tensor of the network's memory, with room for its shape; not to be moved. */
typedef struct matrix {
  DLTensor tensor;
  int64_t shape[2];
} matrix;

static DLTensor *matrix_of(matrix *m, const void *data, uint8_t code, uint8_t bits,
                           size_t rows, size_t columns) {
  m->shape[0] = (int64_t)rows;
  m->shape[1] = (int64_t)columns;
  m->tensor = (DLTensor){.data = (void *)data,
                         .device = {kDLCPU, 0},
                         .ndim = 2,
                         .dtype = {code, bits, 1},
                         .shape = m->shape};
  return &m->tensor;
}

static DLTensor *floats(matrix *m, const float *data, size_t rows, size_t columns) {
  return matrix_of(m, data, kDLFloat, 32, rows, columns);
}

static DLTensor *bytes(matrix *m, const uint8_t *data, size_t rows, size_t columns) {
  return data ? matrix_of(m, data, kDLUInt, 8, rows, columns) : NULL;
}

/* ------------------------------------------------------------------ slopes */

static ramp_status learned_forward(const ramp_network *network, const ramp_node *node,
                                   const float *x, size_t rows) {
  matrix m[3];
  const float *slopes = network->parameters + node->slopes;
  return ramp_prelu_forward(floats(&m[0], x, rows, node->units),
                            floats(&m[1], slopes, 1, node->units),
                            floats(&m[2], node->memory, rows, node->units));
}

static ramp_status learned_back(const ramp_network *network, const ramp_node *node,
                                const float *x, size_t rows, float *gradient) {
  matrix m[4];
  const float *slopes = network->parameters + node->slopes;
  DLTensor *passed = floats(&m[0], node->gradient, rows, node->units);
  return ramp_prelu_backward(floats(&m[1], x, rows, node->units),
                             floats(&m[2], slopes, 1, node->units), passed, passed,
                             floats(&m[3], gradient + node->slopes, 1, node->units));
}

static int draws_slopes(const ramp_network *network, const ramp_node *node) {
  return network->drawing.on &&
         strcmp(ramp_function_row_at(node->activation.function.row)->name, "rrelu") == 0;
}

/* Each node has a key of its own, and each example of the training its own indices. */
static ramp_draw draw_of(const ramp_network *network, size_t i) {
  const ramp_drawing *drawing = &network->drawing;
  return (ramp_draw){.seed = drawing->seed + i * 0x9e3779b97f4a7c15u,
                     .first = drawing->examples * network->node[i].units};
}

static ramp_status drawn_forward(const ramp_network *network, size_t i, const float *x,
                                 size_t rows) {
  const ramp_node *node = &network->node[i];
  ramp_draw draw = draw_of(network, i);
  matrix m[2];
  return ramp_rrelu_forward(&node->activation.function, &draw,
                            floats(&m[0], x, rows, node->units),
                            floats(&m[1], node->memory, rows, node->units));
}

static ramp_status drawn_back(const ramp_network *network, size_t i, const float *x,
                              size_t rows) {
  const ramp_node *node = &network->node[i];
  ramp_draw draw = draw_of(network, i);
  matrix m[2];
  DLTensor *passed = floats(&m[0], node->gradient, rows, node->units);
  return ramp_rrelu_backward(&node->activation.function, &draw,
                             floats(&m[1], x, rows, node->units), passed, passed);
}

/* ------------------------------------------------------------------ folds */

static ramp_status fold_forward(const ramp_node *node, const ramp_node *input,
                                size_t rows) {
  matrix m[3];
  return ramp_fold_forward(&node->activation.fold, 1,
                           floats(&m[0], input->values, rows, input->units), NULL,
                           floats(&m[1], node->memory, rows, node->units),
                           bytes(&m[2], node->winners, rows, node->units));
}

static ramp_status fold_back(const ramp_node *node, const ramp_node *input, size_t rows) {
  const ramp_fold *fold = &node->activation.fold;
  matrix m[3];
  DLTensor *kept;
  switch (ramp_fold_keeps(fold)) {
  case RAMP_KEEP_WINNERS:
    kept = bytes(&m[0], node->winners, rows, node->units);
    break;
  case RAMP_KEEP_OUTPUT:
    kept = floats(&m[0], node->values, rows, node->units);
    break;
  default:
    kept = floats(&m[0], input->values, rows, input->units);
  }
  return ramp_fold_backward(fold, 1, kept, NULL,
                            floats(&m[1], node->gradient, rows, node->units),
                            floats(&m[2], input->gradient, rows, input->units));
}

/* ------------------------------------------------------------------ any activation */

ramp_status ramp_activation_forward(const ramp_network *network, size_t i, size_t rows) {
  const ramp_node *node = &network->node[i], *input = &network->node[node->input];
  const ramp_activation *a = &node->activation;
  if (a->is_fold) return fold_forward(node, input, rows);
  if (ramp_learns_slopes(a)) return learned_forward(network, node, input->values, rows);
  if (draws_slopes(network, node)) return drawn_forward(network, i, input->values, rows);
  return ramp_forward(&a->function, RAMP_F32, rows * node->units, input->values,
                      node->memory);
}

/* In place, except for folds: the dense node before shares the gradient's memory. */
ramp_status ramp_activation_back(const ramp_network *network, size_t i, size_t rows,
                                 float *gradient) {
  const ramp_node *node = &network->node[i], *input = &network->node[node->input];
  const ramp_activation *a = &node->activation;
  if (a->is_fold) return fold_back(node, input, rows);
  if (ramp_learns_slopes(a))
    return learned_back(network, node, input->values, rows, gradient);
  if (draws_slopes(network, node)) return drawn_back(network, i, input->values, rows);
  return ramp_backward(&a->function, RAMP_F32, rows * node->units, input->values,
                       node->gradient, node->gradient);
}
