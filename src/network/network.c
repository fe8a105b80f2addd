/* SPDX-License-Identifier: MIT */
/* Making, reading and freeing networks: the first part of ramp/network.h. */
#include <ramp/network.h>

#include "api/status.h"
#include "network/description.h"
#include "network/graph.h"
#include "network/memory.h"
#include "network/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ making */

static ramp_status no_memory(void) {
  return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the network");
}

/* How many numbers leave layer i. */
static ramp_status outputs_of(size_t i, const ramp_layer_description *layer,
                              size_t *outputs) {
  int64_t count = (int64_t)layer->units;
  ramp_status status = RAMP_OK;
  if (layer->activation.is_fold)
    status = ramp_fold_outputs(&layer->activation.fold, count, &count);
  *outputs = (size_t)count;
  if (!status) return RAMP_OK;
  char detail[256];
  snprintf(detail, sizeof detail, "%s", ramp_error_detail());
  return ramp_fail(RAMP_INVALID_OPTION, "layer %zu of %zu units: %s", i + 1, layer->units,
                   detail);
}

/* Appends layer i; its weights, biases and slopes take the next places among the
   parameters. */
static ramp_status append_layer(ramp_network *network, size_t i,
                                const ramp_layer_description *layer) {
  size_t inputs = network->node[network->nodes - 1].units, units = layer->units, outputs;
  size_t learned = ramp_learns_slopes(&layer->activation) ? 2 : 1;
  ramp_status status = outputs_of(i, layer, &outputs);
  if (status) return status;
  if (units > (RAMP_PARAMETERS_TOTAL_MAX - network->parameter_count) / (inputs + learned))
    return ramp_fail(RAMP_INVALID_OPTION,
                     "layer %zu of %zu inputs and %zu units brings the network above %zu "
                     "weights, biases and slopes",
                     i + 1, inputs, units, RAMP_PARAMETERS_TOTAL_MAX);
  ramp_node dense = {.kind = RAMP_NODE_DENSE, .units = units};
  dense.weights = network->parameter_count;
  dense.biases = dense.weights + inputs * units;
  network->parameter_count = dense.biases + learned * units;
  ramp_network_append(network, dense);
  ramp_network_append(network, (ramp_node){.kind = RAMP_NODE_ACTIVATION,
                                           .units = outputs,
                                           .activation = layer->activation,
                                           .slopes = dense.biases + units});
  return RAMP_OK;
}

static ramp_status append_layers(ramp_network *network, size_t inputs, size_t layers,
                                 const ramp_layer_description *description) {
  network->node = calloc(2 * layers + 1, sizeof *network->node);
  if (!network->node) return no_memory();
  ramp_network_append(network, (ramp_node){.kind = RAMP_NODE_INPUT, .units = inputs});
  ramp_status status = RAMP_OK;
  for (size_t i = 0; i < layers && !status; i++)
    status = append_layer(network, i, &description[i]);
  if (status) return status;
  network->parameters = ramp_floats_zeroed(network->parameter_count);
  return network->parameters ? RAMP_OK : no_memory();
}

/* The standard deviation that keeps the variance of activations from layer to layer. */
static double initial_deviation(const ramp_layer *layer) {
  double inputs = (double)layer->inputs, units = (double)layer->units;
  switch (ramp_activation_initialisation(&layer->activation)) {
  case RAMP_INITIAL_HE:
    return sqrt(2 / inputs);
  case RAMP_INITIAL_GLOROT:
    return sqrt(2 / (inputs + units));
  default:
    return sqrt(1 / inputs);
  }
}

static void initialise_layer(const ramp_network *network, size_t i, uint64_t seed) {
  ramp_layer layer;
  ramp_network_layer(network, i, &layer);
  double deviation = initial_deviation(&layer);
  size_t count = layer.inputs * layer.units;
#pragma omp parallel for schedule(static) if (count > 10000)
  for (size_t w = 0; w < count; w++)
    layer.weights[w] = (float)(deviation * ramp_random_normal(seed, RAMP_STREAM_WEIGHTS,
                                                              (uint32_t)i, w));
  for (size_t u = 0; layer.slopes && u < layer.units; u++)
    layer.slopes[u] = (float)layer.activation.function.parameter[0];
}

static ramp_status build(ramp_network *network, const char *text, size_t inputs,
                         uint64_t seed) {
  size_t layers;
  ramp_layer_description *description;
  ramp_status status = ramp_describe(text, &description, &layers);
  if (status) return status;
  status = append_layers(network, inputs, layers, description);
  free(description);
  for (size_t i = 0; i < layers && !status; i++)
    initialise_layer(network, i, seed);
  return status;
}

ramp_status ramp_network_create(const char *text, size_t inputs, uint64_t seed,
                                ramp_network **network) {
  if (!text || !network)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_network_create needs a text and a network");
  if (inputs == 0 || inputs > RAMP_UNITS_MAX)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "a network cannot have %zu inputs: 1 to %zu are possible", inputs,
                     RAMP_UNITS_MAX);
  ramp_network *made = calloc(1, sizeof *made);
  if (!made) return no_memory();
  ramp_status status = build(made, text, inputs, seed);
  if (status) {
    ramp_network_free(made);
    return status;
  }
  *network = made;
  return RAMP_OK;
}

void ramp_network_free(ramp_network *network) {
  if (!network) return;
  for (size_t i = 0; i < network->nodes; i++) {
    ramp_node *node = &network->node[i];
    free(node->memory);
    free(node->winners);
    if (node->kind == RAMP_NODE_ACTIVATION ||
        (node->kind == RAMP_NODE_DENSE && node[1].activation.is_fold))
      free(node->gradient);
  }
  free(network->node);
  free(network->parameters);
  free(network);
}

/* ------------------------------------------------------------------ reading */

size_t ramp_network_layers(const ramp_network *network) {
  return network ? network->nodes / 2 : 0;
}

size_t ramp_network_inputs(const ramp_network *network) {
  return network ? network->node[0].units : 0;
}

size_t ramp_network_outputs(const ramp_network *network) {
  return network ? network->node[network->nodes - 1].units : 0;
}

size_t ramp_network_parameters(const ramp_network *network) {
  return network ? network->parameter_count : 0;
}

ramp_status ramp_network_layer(const ramp_network *network, size_t i, ramp_layer *layer) {
  if (!network || !layer)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_network_layer needs a network and a layer");
  if (i >= ramp_network_layers(network))
    return ramp_fail(RAMP_INVALID_OPTION, "there is no layer %zu: the network has %zu", i,
                     ramp_network_layers(network));
  const ramp_node *dense = ramp_network_dense(network, i);
  const ramp_node *activation = ramp_network_activation(network, i);
  layer->inputs = network->node[dense->input].units;
  layer->units = dense->units;
  layer->outputs = activation->units;
  layer->activation = activation->activation;
  layer->weights = network->parameters + dense->weights;
  layer->biases = network->parameters + dense->biases;
  layer->slopes = ramp_learns_slopes(&activation->activation)
                      ? network->parameters + activation->slopes
                      : NULL;
  return RAMP_OK;
}
