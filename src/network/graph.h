/* SPDX-License-Identifier: MIT */
/* What a network is inside: a list of nodes in topological order, each naming the node
   whose values it takes.  Node 0 is the input; a layer of the text is a dense node and
   an activation node. Invariants: a node's input stands before it; every dense node
   feeds exactly one activation node; the last node is an activation. */
#ifndef RAMP_NETWORK_GRAPH_H
#define RAMP_NETWORK_GRAPH_H

#include <ramp/network.h>

/* No layer has more units and no network more parameters: 8 GiB of them. */
#define RAMP_UNITS_MAX ((size_t)1 << 20)
#define RAMP_PARAMETERS_TOTAL_MAX ((size_t)1 << 31)

typedef enum { RAMP_NODE_INPUT, RAMP_NODE_DENSE, RAMP_NODE_ACTIVATION } ramp_node_kind;

typedef struct ramp_node {
  ramp_node_kind kind;
  size_t input;           /* index of the node whose values come in */
  size_t units;           /* values per example */
  size_t weights, biases; /* dense: where they start among the network's parameters */
  ramp_activation activation;
  size_t slopes; /* activation that learns slopes: where these start, [units] of them */
  uint8_t *winners;    /* [rows][units] of a maxout; else null */
  const float *values; /* [rows][units] of the last forward pass */
  float *memory;       /* where values are written; null for the input */
  float *gradient;     /* [rows][units] of the loss by the values; a dense node shares the
                      memory of the function that it feeds, but not that of a fold */
} ramp_node;

/* rrelu draws its slopes while a network is trained, and only then. */
typedef struct ramp_drawing {
  int on;
  uint64_t seed;
  uint64_t examples; /* that were trained on before: no draw comes twice */
} ramp_drawing;

struct ramp_network {
  size_t nodes;
  ramp_node *node;
  size_t parameter_count;
  float *parameters;    /* layer by layer: weights [units][inputs], biases [units], then
                           slopes [units] where they are learned */
  size_t rows;          /* examples that memory has room for */
  size_t gradient_rows; /* examples that gradient has room for */
  ramp_drawing drawing;
};

/* Adds a node that takes the values of the last one.  The list must have room for it. */
void ramp_network_append(ramp_network *network, ramp_node node);

/* Whether an activation learns a slope for each of its units. */
int ramp_learns_slopes(const ramp_activation *activation);

/* The dense node and the activation node of layer i. */
ramp_node *ramp_network_dense(const ramp_network *network, size_t i);
ramp_node *ramp_network_activation(const ramp_network *network, size_t i);

/* Room for `rows` examples in the forward pass, and in the backward pass too. */
ramp_status ramp_network_reserve(ramp_network *network, size_t rows);
ramp_status ramp_network_reserve_gradient(ramp_network *network, size_t rows);

#endif
