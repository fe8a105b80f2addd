/* SPDX-License-Identifier: MIT */
/* The counters of health.h against a plain count over the network's own outputs, on
   every variant. */
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Neither is a multiple of the blocks that the counting goes by. */
enum { EXAMPLES = 700, INPUTS = 3, UNITS = 83 };

/* Where the slope falls below 1 % of its largest magnitude, solved by hand: for tanh it
   is 1/cosh^2(x), so cosh(x) = 10; for sigmoid 1/(4 cosh^2(x/2)); for elu e^x below 0;
   softplus's slope is the sigmoid, 1/(1 + e^-x). */
typedef struct saturation {
  const char *function;
  double below, above;
} saturation;

static const saturation saturations[] = {
    {"identity", -INFINITY, INFINITY},
    {"relu", -INFINITY, INFINITY},
    {"leaky_relu", -INFINITY, INFINITY},
    {"leaky_relu:0.001", 0, INFINITY},
    {"clip:-0.5,2", -0.5, 2},
    {"relu6", 0, 6},
    {"tanh", -2.993222846126381, 2.993222846126381},
    {"sigmoid", -5.986445692252762, 5.986445692252762},
    {"elu", -4.605170185988091, INFINITY},
    {"softplus", -4.59511985013459, INFINITY},
};

static float *outputs_of(ramp_network *network, const ramp_data *data) {
  float *y = malloc(data->examples * UNITS * sizeof *y);
  assert_non_null(y);
  assert_ok(ramp_network_forward(network, data->examples, data->x, y));
  return y;
}

static ramp_unit_health plain_count(const float *x, const float *y, size_t u,
                                    const saturation *s) {
  ramp_unit_health h = {.lowest_in = INFINITY,
                        .highest_in = -INFINITY,
                        .lowest = INFINITY,
                        .highest = -INFINITY};
  for (size_t row = 0; row < EXAMPLES; row++) {
    float in = x[row * UNITS + u], out = y[row * UNITS + u];
    h.examples++;
    h.positive += out > 0;
    h.zero += out == 0;
    h.nan += isnan(out) != 0;
    h.infinite += isinf(out) != 0;
    h.saturated += out != 0 && (in < s->below || in > s->above);
    h.lowest_in = fminf(h.lowest_in, in);
    h.highest_in = fmaxf(h.highest_in, in);
    h.lowest = fminf(h.lowest, out);
    h.highest = fmaxf(h.highest, out);
    if (isfinite(out)) h.mean += out;
  }
  double finite = (double)(h.examples - h.nan - h.infinite);
  h.mean /= finite;
  for (size_t row = 0; row < EXAMPLES; row++)
    if (isfinite(y[row * UNITS + u])) h.variance += pow(y[row * UNITS + u] - h.mean, 2);
  h.variance /= finite;
  return h;
}

static int near(double got, double wanted) {
  return (isnan(got) && isnan(wanted)) ||
         fabs(got - wanted) <= 1e-12 * fabs(wanted) + 1e-300;
}

static int same_extreme(float got, float wanted) {
  return got == wanted || (isnan(got) && isinf(wanted));
}

static void expect_unit(const ramp_unit_health *got, const ramp_unit_health *wanted,
                        const char *function, size_t u) {
  int counts = got->examples == wanted->examples && got->positive == wanted->positive &&
               got->zero == wanted->zero && got->saturated == wanted->saturated &&
               got->nan == wanted->nan && got->infinite == wanted->infinite;
  int moments = near(got->mean, wanted->mean) && near(got->variance, wanted->variance);
  int extremes = same_extreme(got->lowest, wanted->lowest) &&
                 same_extreme(got->highest, wanted->highest) &&
                 same_extreme(got->lowest_in, wanted->lowest_in) &&
                 same_extreme(got->highest_in, wanted->highest_in);
  if (!counts || !moments || !extremes)
    fail_msg(
        "%s, unit %zu on %s: counts %d, moments %d (%.17g, %.17g; wanted %.17g, %.17g), "
        "extremes %d",
        function, u, ramp_variant(), counts, moments, got->mean, got->variance,
        wanted->mean, wanted->variance, extremes);
}

/* Every unit has another range; a few are made to overflow, to be NaN, or to be far
   from 0. */
static void spread_units(ramp_layer layer) {
  for (size_t u = 0; u < UNITS; u++) {
    for (size_t i = 0; i < INPUTS; i++)
      layer.weights[u * INPUTS + i] =
          (float)(scattered(3 * u + i) * exp(0.05 * (double)u));
    layer.biases[u] = (float)(8 * scattered(u + 400));
  }
  layer.biases[11] = NAN;
  layer.weights[29 * INPUTS] = FLT_MAX;
  layer.weights[29 * INPUTS + 1] = FLT_MAX;
  layer.biases[29] = FLT_MAX / 4;
  layer.weights[70 * INPUTS] = INFINITY;
  layer.biases[71] = 1e6f;
}

static void expect_summary(const ramp_layer_health *layer) {
  double zero = 0, positive = 0, saturated = 0;
  size_t verdicts = 0, broken = 0;
  for (size_t u = 0; u < UNITS; u++) {
    zero += (double)layer->unit[u].zero / EXAMPLES / UNITS;
    positive += (double)layer->unit[u].positive / EXAMPLES / UNITS;
    saturated += (double)layer->unit[u].saturated / EXAMPLES / UNITS;
    broken += layer->unit[u].verdict == RAMP_BROKEN;
  }
  for (size_t v = 0; v < RAMP_VERDICTS; v++)
    verdicts += layer->verdicts[v];
  assert_int_equal(verdicts, UNITS);
  assert_int_equal(layer->verdicts[RAMP_BROKEN], broken);
  assert_true(fabs(layer->zero_share - zero) < 1e-12);
  assert_true(fabs(layer->positive_share - positive) < 1e-12);
  assert_true(fabs(layer->saturated_share - saturated) < 1e-12);
}

static void expect_layer_moments(const ramp_layer_health *layer, const float *y) {
  double sum = 0, squares = 0, count = 0;
  for (size_t i = 0; i < EXAMPLES * UNITS; i++)
    if (isfinite(y[i])) sum += y[i], count++;
  double mean = sum / count;
  for (size_t i = 0; i < EXAMPLES * UNITS; i++)
    if (isfinite(y[i])) squares += pow(y[i] - mean, 2);
  assert_true(fabs(layer->mean / mean - 1) < 1e-10);
  assert_true(fabs(layer->variance / (squares / count) - 1) < 1e-10);
}

static void check_function(const saturation *s) {
  char text[64];
  ramp_evaluation with, without;
  ramp_health *health;
  ramp_data *data = data_of(RAMP_CLASSIFICATION, EXAMPLES, INPUTS, UNITS);
  snprintf(text, sizeof text, "dense %d %s", UNITS, s->function);
  ramp_network *network = network_of(text, INPUTS, 1);
  ramp_network *linear = network_of("dense 83", INPUTS, 1);
  spread_units(layer_of(network, 0));
  spread_units(layer_of(linear, 0));
  float *x = outputs_of(linear, data), *y = outputs_of(network, data);
  assert_ok(ramp_network_evaluate(network, data, &with, &health));
  assert_ok(ramp_network_evaluate(network, data, &without, NULL));
  assert_memory_equal(&with, &without, sizeof with);
  assert_int_equal(health->layers, 1);
  assert_int_equal(health->layer[0].units, UNITS);
  for (size_t u = 0; u < UNITS; u++) {
    ramp_unit_health wanted = plain_count(x, y, u, s);
    expect_unit(&health->layer[0].unit[u], &wanted, s->function, u);
  }
  expect_summary(&health->layer[0]);
  expect_layer_moments(&health->layer[0], y);
  free(x);
  free(y);
  ramp_health_free(health);
  ramp_network_free(network);
  ramp_network_free(linear);
  data_free(data);
}

static void counts(void **state) {
  (void)state;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_ok(ramp_variant_set(ramp_variant_name(v)));
    for (size_t i = 0; i < sizeof saturations / sizeof *saturations; i++)
      check_function(&saturations[i]);
  }
  assert_ok(ramp_variant_set(NULL));
}

/* Every layer is there, the last one last, with its own function. */
static void layers_in_order(void **state) {
  (void)state;
  ramp_evaluation evaluation;
  ramp_health *health;
  ramp_data *data = data_of(RAMP_REGRESSION, 10, 2, 2);
  ramp_network *network = network_of("dense 5 relu, dense 4 tanh, dense 2", 2, 1);
  assert_ok(ramp_network_evaluate(network, data, &evaluation, &health));
  assert_true(isnan(evaluation.accuracy));
  assert_int_equal(health->layers, 3);
  for (size_t i = 0; i < 3; i++) {
    ramp_layer layer = layer_of(network, i);
    assert_int_equal(health->layer[i].units, layer.outputs);
    assert_int_equal(health->layer[i].activation.function.row,
                     layer.activation.function.row);
  }
  ramp_health_free(health);
  ramp_network_free(network);
  data_free(data);
}

/* ------------------------------------------------------------------ evaluation and
   histogram */

/* Loss and accuracy over several chunks, counted by hand on ramp_network_forward(). */
static void evaluation_by_hand(void **state) {
  (void)state;
  ramp_evaluation got;
  double loss = 0, correct = 0;
  ramp_data *data = data_of(RAMP_CLASSIFICATION, EXAMPLES, INPUTS, UNITS);
  ramp_network *network = network_of("dense 83 tanh", INPUTS, 1);
  float *y = outputs_of(network, data);
  for (size_t row = 0; row < EXAMPLES; row++) {
    const float *out = y + row * UNITS;
    double sum = 0;
    size_t best = 0;
    for (size_t u = 0; u < UNITS; u++) {
      sum += exp(out[u]);
      if (out[u] > out[best]) best = u;
    }
    loss += log(sum) - out[data->label[row]];
    correct += best == (size_t)data->label[row];
  }
  assert_ok(ramp_network_evaluate(network, data, &got, NULL));
  assert_true(fabs(got.loss - loss / EXAMPLES) < 1e-12);
  assert_true(got.accuracy == correct / EXAMPLES);
  free(y);
  ramp_network_free(network);
  data_free(data);
}

static void histogram(void **state) {
  (void)state;
  enum { BINS = 8 };
  const double low = -1, high = 3, width = (high - low) / BINS;
  uint64_t got[BINS + 2], wanted[BINS + 2] = {0};
  ramp_data *data = data_of(RAMP_CLASSIFICATION, EXAMPLES, INPUTS, UNITS);
  ramp_network *network = network_of("dense 83 identity", INPUTS, 1);
  spread_units(layer_of(network, 0));
  layer_of(network, 0).biases[5] = 3; /* constant: the upper end is in the last bin */
  memset(layer_of(network, 0).weights + 5 * INPUTS, 0, INPUTS * sizeof(float));
  float *y = outputs_of(network, data);
  for (size_t i = 0; i < EXAMPLES * UNITS; i++) {
    size_t bin = 0;
    while (bin < BINS + 1 && !(y[i] < low + width * (double)bin) && y[i] == y[i])
      bin++;
    if (y[i] == high) bin = BINS;
    wanted[y[i] == y[i] ? bin : BINS + 1]++;
  }
  assert_ok(ramp_network_histogram(network, data, 0, low, high, BINS, got));
  assert_memory_equal(got, wanted, sizeof got);
  assert_int_equal(ramp_network_histogram(network, data, 1, low, high, BINS, got),
                   RAMP_INVALID_OPTION);
  assert_int_equal(ramp_network_histogram(network, data, 0, 1, 1, BINS, got),
                   RAMP_INVALID_OPTION);
  assert_int_equal(ramp_network_histogram(network, data, 0, NAN, 1, BINS, got),
                   RAMP_INVALID_OPTION);
  assert_int_equal(ramp_network_histogram(network, data, 0, low, high, 0, got),
                   RAMP_INVALID_OPTION);
  free(y);
  ramp_network_free(network);
  data_free(data);
}

static void misfit(void **state) {
  (void)state;
  ramp_evaluation evaluation;
  ramp_health *health = NULL;
  ramp_data *data = data_of(RAMP_CLASSIFICATION, 5, INPUTS, 4);
  ramp_network *network = network_of("dense 3", INPUTS, 1);
  assert_int_equal(ramp_network_evaluate(network, data, &evaluation, &health),
                   RAMP_SHAPE_MISMATCH);
  assert_null(health);
  data->outputs = 3, data->inputs = INPUTS - 1;
  assert_int_equal(ramp_network_evaluate(network, data, &evaluation, &health),
                   RAMP_SHAPE_MISMATCH);
  assert_int_equal(ramp_network_evaluate(network, NULL, &evaluation, &health),
                   RAMP_NULL_POINTER);
  ramp_health_free(NULL);
  ramp_network_free(network);
  data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts),    cmocka_unit_test(layers_in_order),
      cmocka_unit_test(histogram), cmocka_unit_test(evaluation_by_hand),
      cmocka_unit_test(misfit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
