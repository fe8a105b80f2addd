/* SPDX-License-Identifier: MIT */
/* The list of nodes and the memory for what they compute.  Memory grows when a larger
   batch comes and is kept, so that a training step allocates nothing. */
#include "network/graph.h"

#include "api/status.h"
#include "network/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void ramp_network_append(ramp_network *network, ramp_node node) {
  node.input = network->nodes ? network->nodes - 1 : 0;
  network->node[network->nodes++] = node;
}

ramp_node *ramp_network_dense(const ramp_network *network, size_t i) {
  return &network->node[2 * i + 1];
}

ramp_node *ramp_network_activation(const ramp_network *network, size_t i) {
  return &network->node[2 * i + 2];
}

int ramp_learns_slopes(const ramp_activation *activation) {
  return !activation->is_fold &&
         strcmp(ramp_function_row_at(activation->function.row)->name, "prelu") == 0;
}

static ramp_status no_memory(size_t rows) {
  return ramp_fail(RAMP_OUT_OF_MEMORY,
                   "no memory to run the network on %zu examples at once", rows);
}

/* [rows][units] floats in place of *memory; null where they cannot be had. */
static int replace(float **memory, size_t rows, size_t units) {
  free(*memory);
  *memory = rows <= SIZE_MAX / units ? ramp_floats_zeroed(rows * units) : NULL;
  return *memory != NULL;
}

static int keeps_winners(const ramp_node *node) {
  return node->kind == RAMP_NODE_ACTIVATION && node->activation.is_fold &&
         ramp_fold_keeps(&node->activation.fold) == RAMP_KEEP_WINNERS;
}

/* Room for a node's values, and for who won them. */
static ramp_status reserve_node(ramp_node *node, size_t rows) {
  if (!replace(&node->memory, rows, node->units)) return no_memory(rows);
  node->values = node->memory;
  if (!keeps_winners(node)) return RAMP_OK;
  free(node->winners);
  node->winners = calloc(rows, node->units);
  return node->winners ? RAMP_OK : no_memory(rows);
}

ramp_status ramp_network_reserve(ramp_network *network, size_t rows) {
  if (rows <= network->rows) return RAMP_OK;
  network->rows = 0;
  for (size_t i = 1; i < network->nodes; i++) {
    ramp_status status = reserve_node(&network->node[i], rows);
    if (status) return status;
  }
  network->rows = rows;
  return RAMP_OK;
}

ramp_status ramp_network_reserve_gradient(ramp_network *network, size_t rows) {
  if (rows <= network->gradient_rows) return RAMP_OK;
  network->gradient_rows = 0;
  for (size_t i = 0; i < ramp_network_layers(network); i++) {
    ramp_node *dense = ramp_network_dense(network, i);
    ramp_node *activation = ramp_network_activation(network, i);
    if (!replace(&activation->gradient, rows, activation->units)) return no_memory(rows);
    if (!activation->activation.is_fold)
      dense->gradient = activation->gradient;
    else if (!replace(&dense->gradient, rows, dense->units))
      return no_memory(rows);
  }
  network->gradient_rows = rows;
  return RAMP_OK;
}
