/* SPDX-License-Identifier: MIT */
/* Every verdict of health.h, produced on purpose, and its threshold met exactly. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 1000 };

/* The verdict on one unit of `function` with weight and bias, over EXAMPLES inputs x. */
static ramp_verdict verdict_on(const char *function, float weight, float bias,
                               const float *x) {
  char text[64] = "dense 1 ";
  ramp_evaluation evaluation;
  ramp_health *health;
  ramp_data *data = data_of(RAMP_REGRESSION, EXAMPLES, 1, 1);
  ramp_network *network = network_of(strcat(text, function), 1, 1);
  memcpy(data->x, x, EXAMPLES * sizeof *x);
  *layer_of(network, 0).weights = weight;
  *layer_of(network, 0).biases = bias;
  assert_ok(ramp_network_evaluate(network, data, &evaluation, &health));
  ramp_verdict verdict = health->layer[0].unit[0].verdict;
  assert_int_equal(health->layer[0].verdicts[verdict], 1);
  ramp_health_free(health);
  ramp_network_free(network);
  data_free(data);
  return verdict;
}

static void expect(const char *function, float weight, float bias, const float *x,
                   ramp_verdict wanted) {
  ramp_verdict got = verdict_on(function, weight, bias, x);
  if (got != wanted)
    fail_msg("%s(%g x + %g) is %s, not %s", function, (double)weight, (double)bias,
             ramp_verdict_name(got), ramp_verdict_name(wanted));
}

/* The verdict on one unit of prelu whose learned slope is `slope`, over inputs x. */
static ramp_verdict verdict_on_slope(float slope, const float *x) {
  ramp_evaluation evaluation;
  ramp_health *health;
  ramp_data *data = data_of(RAMP_REGRESSION, EXAMPLES, 1, 2);
  ramp_network *network = network_of("dense 2 prelu", 1, 1);
  ramp_layer layer = layer_of(network, 0);
  memcpy(data->x, x, EXAMPLES * sizeof *x);
  for (int u = 0; u < 2; u++)
    layer.weights[u] = 1, layer.biases[u] = 0, layer.slopes[u] = u ? slope : 0.25f;
  assert_ok(ramp_network_evaluate(network, data, &evaluation, &health));
  ramp_verdict verdict = health->layer[0].unit[1].verdict;
  ramp_health_free(health);
  ramp_network_free(network);
  data_free(data);
  return verdict;
}

/* Inputs evenly from -1 to 1. */
static const float *even(void) {
  static float x[EXAMPLES];
  for (int i = 0; i < EXAMPLES; i++)
    x[i] = 2 * (float)i / (EXAMPLES - 1) - 1;
  return x;
}

/* `count` inputs of `value`; the others are 1 or, each second, `other`. */
static const float *some(int count, float value, float other) {
  static float x[EXAMPLES];
  for (int i = 0; i < EXAMPLES; i++)
    x[i] = i < count ? value : i % 2 ? other : 1;
  return x;
}

static void healthy(void **state) {
  (void)state;
  const char *functions[] = {"relu", "leaky_relu", "tanh",     "sigmoid",
                             "elu",  "silu",       "softplus", "clip"};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    expect(functions[i], 3, 0, even(), RAMP_HEALTHY);
  expect("identity", 3, 0, even(), RAMP_HEALTHY);
  expect("identity", 0, 7, even(), RAMP_HEALTHY);
}

static void dead(void **state) {
  (void)state;
  expect("relu", 1, -100, even(), RAMP_DEAD);
  expect("relu6", 1, -100, even(), RAMP_DEAD);
  expect("relu", 1, 0, some(EXAMPLES, -1, 0), RAMP_DEAD);
  expect("identity", 0, 0, even(), RAMP_DEAD);
  expect("leaky_relu", 1, -100, even(), RAMP_LINEAR);
}

static void dying(void **state) {
  (void)state;
  expect("relu", 1, 0, some(999, -1, 2), RAMP_DYING);
  expect("relu", 1, 0, some(990, -1, 2), RAMP_DYING);
  expect("relu", 1, 0, some(989, -1, 2), RAMP_HEALTHY);
}

static void saturated(void **state) {
  (void)state;
  expect("tanh", 1e6f, 0.5f, even(), RAMP_SATURATED);
  expect("sigmoid", 1, 20, even(), RAMP_SATURATED);
  expect("elu", 1, -100, even(), RAMP_SATURATED);
  expect("clip", 1, 100, even(), RAMP_SATURATED);
  expect("tanh", 1, 0, some(950, 3, -1), RAMP_SATURATED);
  expect("tanh", 1, 0, some(949, 3, -1), RAMP_HEALTHY);
  expect("tanh", 1, 0, some(EXAMPLES, 2.99f, 0), RAMP_LINEAR);
}

static void linear(void **state) {
  (void)state;
  expect("relu", 1, 100, even(), RAMP_LINEAR);
  expect("leaky_relu", 1, 100, even(), RAMP_LINEAR);
  expect("clip", 0.999f, 0, even(), RAMP_LINEAR);
  expect("tanh", 1e-4f, 0, even(), RAMP_LINEAR);
  expect("sigmoid", 0.1f, 0, even(), RAMP_LINEAR);
  expect("silu", 1, 100, even(), RAMP_LINEAR);
  expect("leaky_relu:1", 1, 0, even(), RAMP_LINEAR);
  /* 1 - tanh'^(x) = tanh^2(x): 1 % at x = atanh(0.1) = 0.100335 */
  expect("tanh", 0.1003f, 0, even(), RAMP_LINEAR);
  expect("tanh", 0.1004f, 0, even(), RAMP_HEALTHY);
  /* one input beyond the kink is enough */
  expect("relu", 1, 0, some(1, -1, 5), RAMP_HEALTHY);
}

static void broken(void **state) {
  (void)state;
  static float x[EXAMPLES];
  memcpy(x, even(), sizeof x);
  expect("relu", NAN, 0, even(), RAMP_BROKEN);
  expect("tanh", 1, NAN, even(), RAMP_BROKEN);
  expect("relu", 1, INFINITY, even(), RAMP_BROKEN);
  expect("relu", 1, -INFINITY, even(), RAMP_DEAD);
  x[500] = NAN;
  expect("relu", 1, -100, x, RAMP_BROKEN);
}

static void names(void **state) {
  (void)state;
  const char *wanted[RAMP_VERDICTS] = {"healthy", "linear", "saturated",
                                       "dying",   "dead",   "broken"};
  for (int v = 0; v < RAMP_VERDICTS; v++)
    assert_string_equal(ramp_verdict_name((ramp_verdict)v), wanted[v]);
  assert_null(ramp_verdict_name((ramp_verdict)RAMP_VERDICTS));
}

/* A learned slope counts as it is now, unit by unit. */
static void learned_slopes(void **state) {
  (void)state;
  assert_int_equal(verdict_on_slope(0.25f, even()), RAMP_HEALTHY);
  assert_int_equal(verdict_on_slope(1, even()), RAMP_LINEAR);
  assert_int_equal(verdict_on_slope(0.25f, some(EXAMPLES, -1, 0)), RAMP_LINEAR);
  assert_int_equal(verdict_on_slope(0.009f, some(960, -1, 2)), RAMP_SATURATED);
  assert_int_equal(verdict_on_slope(0.011f, some(960, -1, 2)), RAMP_HEALTHY);
  assert_int_equal(verdict_on_slope(0, some(999, -1, 2)), RAMP_DYING);
  assert_int_equal(verdict_on_slope(NAN, even()), RAMP_BROKEN);
}

/* Folds are dead or broken like others, but not said to be linear or saturated. */
static void folds(void **state) {
  (void)state;
  ramp_evaluation evaluation;
  ramp_health *health;
  ramp_data *data = data_of(RAMP_REGRESSION, EXAMPLES, 1, 2);
  ramp_network *network = network_of("dense 4 maxout", 1, 1);
  ramp_layer layer = layer_of(network, 0);
  memset(layer.weights, 0, 4 * sizeof *layer.weights);
  layer.weights[0] = 1;
  layer.biases[1] = -100;
  assert_ok(ramp_network_evaluate(network, data, &evaluation, &health));
  const ramp_layer_health *h = &health->layer[0];
  assert_int_equal(h->units, 2);
  assert_true(h->activation.is_fold);
  assert_int_equal(h->unit[0].verdict, RAMP_HEALTHY);
  assert_int_equal(h->unit[1].verdict, RAMP_DEAD);
  assert_true(h->unit[0].lowest_in == h->unit[0].lowest);
  ramp_health_free(health);
  ramp_network_free(network);
  data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(healthy), cmocka_unit_test(learned_slopes),
      cmocka_unit_test(folds),   cmocka_unit_test(dead),
      cmocka_unit_test(dying),   cmocka_unit_test(saturated),
      cmocka_unit_test(linear),  cmocka_unit_test(broken),
      cmocka_unit_test(names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
