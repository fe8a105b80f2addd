/* SPDX-License-Identifier: MIT */
/* Running a network over data without training it: the second and third part of
   ramp/network.h. Data sets are taken in chunks small enough that a chunk's values stay
   in cache. */
#include "network/evaluate.h"

#include "api/status.h"
#include "network/passes.h"

#include <math.h>
#include <string.h>

enum { CHUNK = 256 };

/* ------------------------------------------------------------------ checks */

static ramp_status mismatch(const char *part, const char *what, size_t data,
                            size_t network) {
  return ramp_fail(RAMP_SHAPE_MISMATCH, "the %s have %zu %s, but the network has %zu",
                   part, data, what, network);
}

ramp_status ramp_check_data(const ramp_network *network, const ramp_data *data,
                            const char *part) {
  size_t inputs = ramp_network_inputs(network), outputs = ramp_network_outputs(network);
  if (data->examples == 0) return ramp_fail(RAMP_INVALID_DATA, "the %s are empty", part);
  if (data->inputs != inputs) return mismatch(part, "inputs", data->inputs, inputs);
  if (data->outputs != outputs) return mismatch(part, "outputs", data->outputs, outputs);
  if (!data->x || !(data->task == RAMP_REGRESSION ? (void *)data->target : data->label))
    return ramp_fail(RAMP_NULL_POINTER, "the %s lack their inputs or what is wanted",
                     part);
  if (data->task == RAMP_REGRESSION) return RAMP_OK;
  return ramp_check_labels(data->examples, outputs, data->label);
}

ramp_wanted ramp_wanted_from(const ramp_data *data, size_t first) {
  if (data->task == RAMP_REGRESSION)
    return (ramp_wanted){NULL, data->target + first * data->outputs};
  return (ramp_wanted){data->label + first, NULL};
}

/* ------------------------------------------------------------------ one batch */

ramp_status ramp_network_forward(ramp_network *network, size_t batch, const float *x,
                                 float *y) {
  if (batch == 0) return RAMP_OK;
  if (!network || !x || !y)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_network_forward needs a network, x and y");
  ramp_status status = ramp_pass_forward(network, batch, x, NULL);
  if (status) return status;
  memcpy(y, ramp_network_output(network),
         batch * ramp_network_outputs(network) * sizeof *y);
  return RAMP_OK;
}

static ramp_status check_gradient(const ramp_network *network, size_t batch,
                                  const float *x, ramp_wanted wanted, const double *loss,
                                  const float *gradient) {
  if (!network || !x || !loss || !gradient)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_network_gradient needs a network, x, loss and gradient");
  if (!wanted.label == !wanted.target)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_network_gradient needs either labels or targets");
  if (batch == 0)
    return ramp_fail(RAMP_INVALID_OPTION, "the gradient of a batch of 0 examples: a mean "
                                          "needs at least 1");
  return wanted.label
             ? ramp_check_labels(batch, ramp_network_outputs(network), wanted.label)
             : RAMP_OK;
}

ramp_status ramp_network_gradient(ramp_network *network, size_t batch, const float *x,
                                  const int32_t *label, const float *target, double *loss,
                                  float *gradient) {
  ramp_wanted wanted = {label, target};
  ramp_status status = check_gradient(network, batch, x, wanted, loss, gradient);
  if (!status) status = ramp_network_reserve_gradient(network, batch);
  if (!status) status = ramp_pass_forward(network, batch, x, NULL);
  if (status) return status;
  *loss = ramp_loss(batch, ramp_network_outputs(network), ramp_network_output(network),
                    wanted, ramp_network_output_gradient(network))
              .sum /
          (double)batch;
  return ramp_pass_back(network, batch, gradient);
}

/* ------------------------------------------------------------------ a data set */

/* Runs the network over data->x, chunk after chunk, and hands each chunk's rows to
   `visit`. */
typedef void visit_chunk(const ramp_network *network, const ramp_data *data, size_t first,
                         size_t rows, void *context);

static ramp_status for_each_chunk(ramp_network *network, const ramp_data *data,
                                  ramp_tally *tally, visit_chunk *visit, void *context) {
  for (size_t first = 0; first < data->examples; first += CHUNK) {
    size_t left = data->examples - first, rows = left < CHUNK ? left : CHUNK;
    const float *x = data->x + first * data->inputs;
    ramp_status status = ramp_pass_forward(network, rows, x, tally);
    if (status) return status;
    visit(network, data, first, rows, context);
  }
  return RAMP_OK;
}

static void add_loss(const ramp_network *network, const ramp_data *data, size_t first,
                     size_t rows, void *context) {
  ramp_batch_loss *total = context;
  ramp_batch_loss loss = ramp_loss(rows, data->outputs, ramp_network_output(network),
                                   ramp_wanted_from(data, first), NULL);
  total->sum += loss.sum;
  total->correct += loss.correct;
}

static ramp_status evaluate(ramp_network *network, const ramp_data *data,
                            ramp_tally *tally, ramp_evaluation *evaluation) {
  ramp_batch_loss total = {0, 0};
  ramp_status status = for_each_chunk(network, data, tally, add_loss, &total);
  if (status) return status;
  double examples = (double)data->examples;
  evaluation->loss = total.sum / examples;
  evaluation->accuracy =
      data->task == RAMP_REGRESSION ? NAN : (double)total.correct / examples;
  return RAMP_OK;
}

static ramp_status start_tally(const ramp_network *network, ramp_tally *tally) {
  size_t layers = ramp_network_layers(network);
  ramp_status status = ramp_tally_start(layers, tally);
  if (status) return status;
  for (size_t i = 0; i < layers && !status; i++) {
    ramp_layer layer;
    ramp_network_layer(network, i, &layer);
    status = ramp_tally_layer(tally, i, &layer.activation, layer.slopes, layer.outputs);
  }
  if (status) ramp_tally_discard(tally);
  return status;
}

ramp_status ramp_network_evaluate(ramp_network *network, const ramp_data *data,
                                  ramp_evaluation *evaluation, ramp_health **health) {
  ramp_tally tally;
  if (!network || !data || !evaluation)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_network_evaluate needs a network, data and an evaluation");
  ramp_status status = ramp_check_data(network, data, "data");
  if (status || !health)
    return status ? status : evaluate(network, data, NULL, evaluation);
  status = start_tally(network, &tally);
  if (status) return status;
  status = evaluate(network, data, &tally, evaluation);
  if (status)
    ramp_tally_discard(&tally);
  else
    *health = ramp_tally_finish(&tally);
  return status;
}

/* ------------------------------------------------------------------ histogram */

typedef struct histogram {
  const ramp_node *node; /* whose values are counted */
  double low, high;
  size_t bins;
  uint64_t *counts; /* [bins + 2] */
} histogram;

static size_t bin_of(const histogram *h, double value) {
  if (value < h->low) return 0;
  if (!(value <= h->high)) return h->bins + 1;
  size_t bin = (size_t)((value - h->low) / (h->high - h->low) * (double)h->bins);
  return 1 + (bin < h->bins ? bin : h->bins - 1);
}

static void count_values(const ramp_network *network, const ramp_data *data, size_t first,
                         size_t rows, void *context) {
  const histogram *h = context;
  (void)network, (void)data, (void)first;
  for (size_t i = 0; i < rows * h->node->units; i++)
    h->counts[bin_of(h, h->node->values[i])]++;
}

static ramp_status check_histogram(const ramp_network *network, size_t layer, double low,
                                   double high, size_t bins) {
  if (layer >= ramp_network_layers(network))
    return ramp_fail(RAMP_INVALID_OPTION, "there is no layer %zu: the network has %zu",
                     layer, ramp_network_layers(network));
  if (bins == 0 || !isfinite(low) || !isfinite(high) || !isfinite(high - low) ||
      !(low < high))
    return ramp_fail(
        RAMP_INVALID_OPTION,
        "a histogram of %zu bins from %g to %g: at least 1 bin is needed, and "
        "finite ends with low below high",
        bins, low, high);
  return RAMP_OK;
}

ramp_status ramp_network_histogram(ramp_network *network, const ramp_data *data,
                                   size_t layer, double low, double high, size_t bins,
                                   uint64_t *counts) {
  if (!network || !data || !counts)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_network_histogram needs a network, data and counts");
  ramp_status status = check_histogram(network, layer, low, high, bins);
  if (!status) status = ramp_check_data(network, data, "data");
  if (status) return status;
  memset(counts, 0, (bins + 2) * sizeof *counts);
  histogram h = {ramp_network_activation(network, layer), low, high, bins, counts};
  return for_each_chunk(network, data, NULL, count_values, &h);
}
