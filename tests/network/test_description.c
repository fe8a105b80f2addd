/* SPDX-License-Identifier: MIT */
/* The text of a network: what it may say, and how each mistake is reported. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_layer(const ramp_network *network, size_t i, size_t inputs,
                         size_t units, const char *function) {
  char text[64], wanted[64];
  ramp_activation a;
  ramp_layer layer = layer_of(network, i);
  assert_ok(ramp_activation_parse(function, &a));
  ramp_activation_text(&a, wanted, sizeof wanted);
  assert_int_equal(layer.inputs, inputs);
  assert_int_equal(layer.units, units);
  ramp_activation_text(&layer.activation, text, sizeof text);
  assert_string_equal(text, wanted);
}

static void layers_read(void **state) {
  (void)state;
  ramp_network *n =
      network_of("dense 256 relu, dense 128 leaky_relu:0.1, dense 10", 784, 1);
  assert_int_equal(ramp_network_layers(n), 3);
  assert_int_equal(ramp_network_inputs(n), 784);
  assert_int_equal(ramp_network_outputs(n), 10);
  assert_int_equal(ramp_network_parameters(n),
                   784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10);
  expect_layer(n, 0, 784, 256, "relu");
  expect_layer(n, 1, 256, 128, "leaky_relu:0.1");
  expect_layer(n, 2, 128, 10, "identity");
  ramp_layer layer;
  assert_int_equal(ramp_network_layer(n, 3, &layer), RAMP_INVALID_OPTION);
  ramp_network_free(n);
}

static void commas_in_arguments(void **state) {
  (void)state;
  const char *texts[] = {"dense 64 clip:-2,6, dense 10 tanh",
                         "dense 64 clip:-2,6,dense 10 tanh",
                         "  dense 64   clip:-2 , 6 ,\n dense 10\ttanh ",
                         "dense 64 clip:low=-2,high=6, dense 10 tanh"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ramp_network *n = network_of(texts[i], 3, 1);
    assert_int_equal(ramp_network_layers(n), 2);
    expect_layer(n, 0, 3, 64, "clip:-2,6");
    expect_layer(n, 1, 64, 10, "tanh");
    ramp_network_free(n);
  }
}

/* Activations as words of the layer, or as layers of their own; folds change what the
   next layer takes. */
static void activations_by_name(void **state) {
  (void)state;
  const char *texts[] = {"dense 64 maxout 4, dense 6 swiglu:interleaved, dense 8 prelu",
                         "dense 64 maxout:4, dense 6 swiglu:interleaved, dense 8 prelu",
                         "dense 64, maxout 4, dense 6, swiglu:interleaved,dense 8,prelu"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ramp_network *n = network_of(texts[i], 5, 1);
    assert_int_equal(ramp_network_layers(n), 3);
    expect_layer(n, 0, 5, 64, "maxout:4");
    expect_layer(n, 1, 16, 6, "swiglu:interleaved");
    expect_layer(n, 2, 3, 8, "prelu");
    assert_int_equal(layer_of(n, 0).outputs, 16);
    assert_int_equal(layer_of(n, 1).outputs, 3);
    assert_int_equal(ramp_network_parameters(n),
                     64 * 5 + 64 + 6 * 16 + 6 + 8 * 3 + 8 + 8);
    assert_null(layer_of(n, 1).slopes);
    for (size_t u = 0; u < 8; u++)
      assert_true(layer_of(n, 2).slopes[u] == 0.25f);
    ramp_network_free(n);
  }
  ramp_network *n = network_of("dense 9 leaky_relu 0.1, dense 4 crelu", 5, 1);
  expect_layer(n, 0, 5, 9, "leaky_relu:0.1");
  assert_int_equal(ramp_network_outputs(n), 8);
  ramp_network_free(n);
  n = network_of("dense 9 prelu:-0.5", 5, 1);
  assert_true(layer_of(n, 0).slopes[8] == -0.5f);
  ramp_network_free(n);
}

typedef struct mistake {
  const char *text;
  ramp_status status;
  const char *sentence[3]; /* parts of the detail */
} mistake;

static const mistake mistakes[] = {
    {"dense 256 relu, dnse 10",
     RAMP_UNKNOWN_WORD,
     {"'dnse' at character 17 (word 4)", "did you mean 'dense'?", ""}},
    {"dense 4 clip:0,6, dens 10",
     RAMP_UNKNOWN_WORD,
     {"'dens' at character 19 (word 4)", "", ""}},
    {"convolution 3",
     RAMP_UNKNOWN_WORD,
     {"'convolution' at character 1 (word 1)", "a layer is 'dense UNITS'", ""}},
    {"relu, dense 10",
     RAMP_UNKNOWN_WORD,
     {"'relu' at character 1 (word 1)", "is an activation", "'dense 10 relu'"}},
    {"dense 10 tanh, relu",
     RAMP_UNKNOWN_WORD,
     {"'relu' at character 16 (word 4)", "is an activation", "none yet"}},
    {"dense 10, maxout 3, dense 2",
     RAMP_INVALID_OPTION,
     {"layer 1 of 10 units", "groups of k = 3", ""}},
    {"dense 8, dense 7 swiglu",
     RAMP_INVALID_OPTION,
     {"layer 2 of 7 units", "no halves", ""}},
    {"dense 8 maxout 1", RAMP_INVALID_PARAMETER, {"character 9 (word 3)", "from 2", ""}},
    {"dense 8 relu 3", RAMP_INVALID_PARAMETER, {"character 9 (word 3)", "relu", ""}},
    {"dense 8 maxuot 2", RAMP_UNKNOWN_FUNCTION, {"character 9", "maxout", ""}},
    {"dense 10 rellu, dense 3",
     RAMP_UNKNOWN_FUNCTION,
     {"character 10 (word 3)", "rellu", "relu"}},
    {"dense 10, dense 4 leaky_relu:abc",
     RAMP_INVALID_PARAMETER,
     {"character 19 (word 5)", "leaky_relu", ""}},
    {"dense 10 clip:6,0", RAMP_INVALID_PARAMETER, {"character 10 (word 3)", "clip", ""}},
    {"dense",
     RAMP_UNKNOWN_WORD,
     {"ends at character 6", "number of units is missing", ""}},
    {"dense, dense 10",
     RAMP_UNKNOWN_WORD,
     {"'dense' at character 8 (word 2)", "missing", ""}},
    {"dense ten",
     RAMP_UNKNOWN_WORD,
     {"'ten' at character 7 (word 2)", "not a number of units", ""}},
    {"dense -3", RAMP_UNKNOWN_WORD, {"'-3' at character 7 (word 2)", "", ""}},
    {"dense 0", RAMP_INVALID_OPTION, {"'0' at character 7 (word 2)", "1 to 1048576", ""}},
    {"dense 1048577", RAMP_INVALID_OPTION, {"'1048577' at character 7", "", ""}},
    {"dense 18446744073709551617", RAMP_INVALID_OPTION, {"character 7", "", ""}},
    {"dense 1048576, dense 1048576", RAMP_INVALID_OPTION, {"layer 2", "weights", ""}},
    {"dense 10 relu relu",
     RAMP_UNKNOWN_WORD,
     {"'relu' at character 15 (word 4)", "comma was expected", ""}},
    {"dense 10,", RAMP_UNKNOWN_WORD, {"ends at character 10", "a layer is missing", ""}},
    {"dense 10,, dense 2", RAMP_UNKNOWN_WORD, {"character 12 (word 3)", "one comma", ""}},
    {", dense 10", RAMP_UNKNOWN_WORD, {"'dense' at character 3", "", ""}},
    {"", RAMP_UNKNOWN_WORD, {"a layer is missing", "", ""}},
    {" \n ", RAMP_UNKNOWN_WORD, {"a layer is missing", "", ""}},
};

static void mistakes_reported(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    const mistake *m = &mistakes[i];
    ramp_network *network = NULL;
    ramp_status status = ramp_network_create(m->text, 2, 1, &network);
    if (status != m->status)
      fail_msg("'%s' gives status %d: %s", m->text, status, ramp_error_detail());
    assert_null(network);
    for (int part = 0; part < 3; part++)
      if (!strstr(ramp_error_detail(), m->sentence[part]))
        fail_msg("'%s' is reported without '%s': %s", m->text, m->sentence[part],
                 ramp_error_detail());
  }
}

static void null_and_no_inputs(void **state) {
  (void)state;
  ramp_network *network = NULL;
  assert_int_equal(ramp_network_create(NULL, 2, 1, &network), RAMP_NULL_POINTER);
  assert_int_equal(ramp_network_create("dense 2", 2, 1, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_network_create("dense 2", 0, 1, &network), RAMP_INVALID_OPTION);
  ramp_network_free(NULL);
}

/* A word longer than any name is cut in the sentence and read beyond by nobody. */
static void long_word(void **state) {
  (void)state;
  char text[5000];
  ramp_network *network = NULL;
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = 0;
  assert_int_equal(ramp_network_create(text, 2, 1, &network), RAMP_UNKNOWN_WORD);
  assert_non_null(strstr(ramp_error_detail(), "character 1 (word 1)"));
}

/* ------------------------------------------------------------------ first weights */

static void expect_variance(const char *text, size_t layer, double wanted) {
  ramp_network *n = network_of(text, 300, 7);
  ramp_layer l = layer_of(n, layer);
  size_t count = l.inputs * l.units;
  double sum = 0, squares = 0, fourth = 0;
  for (size_t i = 0; i < count; i++) {
    double w = l.weights[i];
    sum += w;
    squares += w * w;
    fourth += w * w * w * w;
  }
  double mean = sum / (double)count, variance = squares / (double)count;
  double error = sqrt(2.0 / (double)count); /* of the variance, relative: one deviation */
  assert_true(fabs(mean) < 4 * sqrt(wanted / (double)count));
  assert_true(fabs(variance / wanted - 1) < 4 * error);
  /* normal: the fourth moment is 3 variance^2 */
  assert_true(fabs(fourth / (double)count / (3 * wanted * wanted) - 1) < 0.05);
  for (size_t u = 0; u < l.units; u++)
    assert_true(l.biases[u] == 0);
  ramp_network_free(n);
}

static void initial_variance(void **state) {
  (void)state;
  expect_variance("dense 200 relu, dense 100", 0, 2.0 / 300);
  expect_variance("dense 200 tanh, dense 100", 0, 2.0 / (300 + 200));
  expect_variance("dense 200 tanh, dense 100", 1, 1.0 / 200);
  expect_variance("dense 200 hard_tanh", 0, 2.0 / (300 + 200));
}

/* Weights of different layers and seeds are not each other's copies. */
static void weights_differ(void **state) {
  (void)state;
  ramp_network *one = network_of("dense 40 relu, dense 40 relu", 40, 1);
  ramp_network *two = network_of("dense 40 relu, dense 40 relu", 40, 2);
  size_t bytes = 40 * 40 * sizeof(float);
  assert_memory_not_equal(layer_of(one, 0).weights, layer_of(one, 1).weights, bytes);
  assert_memory_not_equal(layer_of(one, 0).weights, layer_of(two, 0).weights, bytes);
  ramp_network_free(one);
  ramp_network_free(two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(layers_read),         cmocka_unit_test(commas_in_arguments),
      cmocka_unit_test(activations_by_name), cmocka_unit_test(mistakes_reported),
      cmocka_unit_test(null_and_no_inputs),  cmocka_unit_test(long_word),
      cmocka_unit_test(initial_variance),    cmocka_unit_test(weights_differ),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
