/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <stdlib.h>
#include <string.h>

double scattered(size_t i) {
  return (double)(i * 7919 % 10007 * 4001 % 10007) / 5003.5 - 1;
}

ramp_network *network_of(const char *text, size_t inputs, uint64_t seed) {
  ramp_network *network = NULL;
  assert_ok(ramp_network_create(text, inputs, seed, &network));
  return network;
}

ramp_layer layer_of(const ramp_network *network, size_t i) {
  ramp_layer layer;
  assert_ok(ramp_network_layer(network, i, &layer));
  return layer;
}

void scatter_parameters(ramp_network *network, double scale) {
  size_t at = 1;
  for (size_t i = 0; i < ramp_network_layers(network); i++) {
    ramp_layer layer = layer_of(network, i);
    for (size_t w = 0; w < layer.inputs * layer.units; w++)
      layer.weights[w] = (float)(scale * scattered(at++));
    for (size_t u = 0; u < layer.units; u++)
      layer.biases[u] = (float)(scale * scattered(at++));
    for (size_t u = 0; layer.slopes && u < layer.units; u++)
      layer.slopes[u] = (float)(scale * scattered(at++));
  }
}

float *copy_parameters(const ramp_network *network) {
  float *copy = malloc(ramp_network_parameters(network) * sizeof *copy), *end = copy;
  assert_non_null(copy);
  for (size_t i = 0; i < ramp_network_layers(network); i++) {
    ramp_layer layer = layer_of(network, i);
    size_t weights = layer.inputs * layer.units;
    memcpy(end, layer.weights, weights * sizeof *end);
    memcpy(end + weights, layer.biases, layer.units * sizeof *end);
    end += weights + layer.units;
    if (!layer.slopes) continue;
    memcpy(end, layer.slopes, layer.units * sizeof *end);
    end += layer.units;
  }
  return copy;
}

ramp_data *data_of(ramp_task task, size_t examples, size_t inputs, size_t outputs) {
  ramp_data *data = calloc(1, sizeof *data);
  assert_non_null(data);
  *data = (ramp_data){
      .task = task, .examples = examples, .inputs = inputs, .outputs = outputs};
  data->x = calloc(examples * inputs, sizeof *data->x);
  if (task == RAMP_CLASSIFICATION)
    data->label = calloc(examples, sizeof *data->label);
  else
    data->target = calloc(examples * outputs, sizeof *data->target);
  assert_true(data->x && (data->label || data->target));
  for (size_t i = 0; i < examples * inputs; i++)
    data->x[i] = (float)scattered(i + 5000);
  for (size_t i = 0; data->label && i < examples; i++)
    data->label[i] = (int32_t)(i % outputs);
  for (size_t i = 0; data->target && i < examples * outputs; i++)
    data->target[i] = (float)scattered(i + 9000);
  return data;
}

void data_free(ramp_data *data) {
  free(data->x);
  free(data->label);
  free(data->target);
  free(data);
}
