/* SPDX-License-Identifier: MIT */
/* The passes: each kind of node has one function forward and one back, side by side.
   The order of every sum is fixed by the shapes alone, apart from those inside oneDNN's
   products. */
#include "network/passes.h"

#include "network/activation.h"
#include "network/loops/update.h"
#include "network/matrix.h"

#include <string.h>

/* ------------------------------------------------------------------ dense */

/* values = inputs weights^T + biases: the biases are laid down first, the product is
   added. */
static ramp_status dense_forward(const ramp_network *network, ramp_node *node,
                                 size_t rows) {
  const ramp_node *input = &network->node[node->input];
  const float *biases = network->parameters + node->biases;
  for (size_t row = 0; row < rows; row++)
    memcpy(node->memory + row * node->units, biases, node->units * sizeof *biases);
  ramp_matrix x = {input->values, RAMP_AS_IS};
  ramp_matrix weights = {network->parameters + node->weights, RAMP_TRANSPOSED};
  return ramp_multiply(rows, node->units, input->units, x, weights, 1, node->memory);
}

/* sum[u] = the sum of gradient [rows][units] over the rows, one after the other, in
   double. */
static void sum_rows(size_t rows, size_t units, const float *gradient, float *sum) {
  enum { WIDTH = 64 };
  const ramp_update_loops *loops = ramp_update_loops_in_use();
#pragma omp parallel for schedule(static) if (rows * units > 100000)
  for (size_t from = 0; from < units; from += WIDTH) {
    double total[WIDTH] = {0};
    size_t width = units - from < WIDTH ? units - from : WIDTH;
    loops->sum_rows(rows, units, width, gradient + from, total);
    for (size_t u = 0; u < width; u++)
      sum[from + u] = (float)total[u];
  }
}

static ramp_status dense_back(const ramp_network *network, const ramp_node *node,
                              size_t rows, float *gradient) {
  const ramp_node *input = &network->node[node->input];
  ramp_matrix by_values = {node->gradient, RAMP_AS_IS};
  ramp_matrix by_values_transposed = {node->gradient, RAMP_TRANSPOSED};
  ramp_matrix x = {input->values, RAMP_AS_IS};
  ramp_matrix weights = {network->parameters + node->weights, RAMP_AS_IS};
  sum_rows(rows, node->units, node->gradient, gradient + node->biases);
  ramp_status status =
      ramp_multiply(node->units, input->units, rows, by_values_transposed, x, 0,
                    gradient + node->weights);
  if (status || input->kind == RAMP_NODE_INPUT) return status;
  return ramp_multiply(rows, input->units, node->units, by_values, weights, 0,
                       input->gradient);
}

/* ------------------------------------------------------------------ all nodes */

static ramp_status node_forward(ramp_network *network, size_t i, size_t rows) {
  ramp_node *node = &network->node[i];
  switch (node->kind) {
  case RAMP_NODE_DENSE:
    return dense_forward(network, node, rows);
  case RAMP_NODE_ACTIVATION:
    return ramp_activation_forward(network, i, rows);
  default:
    return RAMP_OK;
  }
}

static ramp_status node_back(ramp_network *network, size_t i, size_t rows,
                             float *gradient) {
  ramp_node *node = &network->node[i];
  switch (node->kind) {
  case RAMP_NODE_DENSE:
    return dense_back(network, node, rows, gradient);
  case RAMP_NODE_ACTIVATION:
    return ramp_activation_back(network, i, rows, gradient);
  default:
    return RAMP_OK;
  }
}

static void count_activation(const ramp_network *network, size_t i, size_t rows,
                             ramp_tally *tally) {
  const ramp_node *node = &network->node[i];
  const float *in =
      node->activation.is_fold ? node->values : network->node[node->input].values;
  if (node->kind == RAMP_NODE_ACTIVATION)
    ramp_tally_count(tally, i / 2 - 1, rows, in, node->values);
}

ramp_status ramp_pass_forward(ramp_network *network, size_t rows, const float *x,
                              ramp_tally *tally) {
  ramp_status status = ramp_network_reserve(network, rows);
  network->node[0].values = x;
  for (size_t i = 0; i < network->nodes && !status; i++) {
    status = node_forward(network, i, rows);
    if (tally && !status) count_activation(network, i, rows, tally);
  }
  return status;
}

const float *ramp_network_output(const ramp_network *network) {
  return network->node[network->nodes - 1].values;
}

float *ramp_network_output_gradient(ramp_network *network) {
  return network->node[network->nodes - 1].gradient;
}

ramp_status ramp_pass_back(ramp_network *network, size_t rows, float *gradient) {
  ramp_status status = RAMP_OK;
  for (size_t i = network->nodes; i-- > 0 && !status;)
    status = node_back(network, i, rows, gradient);
  return status;
}
