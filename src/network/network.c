/* SPDX-License-Identifier: MIT */
/* Making, reading and freeing networks: the first part of ramp/network.h. */
#include <ramp/network.h>

#include "api/status.h"
#include "network/description.h"
#include "network/graph.h"
#include "network/memory.h"
#include "network/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ making */

static ramp_status no_memory(void) {
  return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the network");
}

/* Appends layer i; its weights and biases take the next places among the parameters. */
static ramp_status append_layer(ramp_network *network, size_t i,
                                const ramp_layer_description *layer) {
  size_t inputs = network->node[network->nodes - 1].units, units = layer->units;
  if (units > (RAMP_PARAMETERS_TOTAL_MAX - network->parameter_count) / (inputs + 1))
    return ramp_fail(RAMP_INVALID_OPTION,
                     "layer %zu of %zu inputs and %zu units brings the network above %zu "
                     "weights and biases",
                     i + 1, inputs, units, RAMP_PARAMETERS_TOTAL_MAX);
  ramp_node dense = {.kind = RAMP_NODE_DENSE, .units = units};
  dense.weights = network->parameter_count;
  dense.biases = dense.weights + inputs * units;
  network->parameter_count = dense.biases + units;
  ramp_network_append(network, dense);
  ramp_network_append(network, (ramp_node){.kind = RAMP_NODE_ACTIVATION,
                                           .units = units,
                                           .function = layer->function});
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
  switch (ramp_function_row_at(layer->function.row)->initialisation) {
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
    free(network->node[i].memory);
    if (network->node[i].kind == RAMP_NODE_ACTIVATION) free(network->node[i].gradient);
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
  layer->inputs = network->node[dense->input].units;
  layer->units = dense->units;
  layer->function = ramp_network_activation(network, i)->function;
  layer->weights = network->parameters + dense->weights;
  layer->biases = network->parameters + dense->biases;
  return RAMP_OK;
}
