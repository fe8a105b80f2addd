/* SPDX-License-Identifier: MIT */
/* Adam and SGD against plain loops in double.  The network is one linear layer under
   squared error, whose gradient is a formula: 2/(examples outputs) (y - target) x. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 20, INPUTS = 5, OUTPUTS = 3, WEIGHTS = INPUTS * OUTPUTS };
enum { PARAMETERS = WEIGHTS + OUTPUTS, EPOCHS = 6 };

typedef struct plain {
  double parameter[PARAMETERS], gradient[PARAMETERS];
  double first[PARAMETERS], second[PARAMETERS];
} plain;

static double error_of(const plain *p, const ramp_data *data, size_t row, size_t u) {
  double y = p->parameter[WEIGHTS + u];
  for (size_t i = 0; i < INPUTS; i++)
    y += p->parameter[u * INPUTS + i] * data->x[row * INPUTS + i];
  return y - data->target[row * OUTPUTS + u];
}

/* The gradient over rows from `first` to before `end`; returns the mean loss. */
static double plain_gradient(plain *p, const ramp_data *data, size_t first, size_t end) {
  double loss = 0, share = 1.0 / ((double)(end - first) * OUTPUTS);
  memset(p->gradient, 0, sizeof p->gradient);
  for (size_t row = first; row < end; row++)
    for (size_t u = 0; u < OUTPUTS; u++) {
      double error = error_of(p, data, row, u);
      loss += error * error * share;
      p->gradient[WEIGHTS + u] += 2 * share * error;
      for (size_t i = 0; i < INPUTS; i++)
        p->gradient[u * INPUTS + i] += 2 * share * error * data->x[row * INPUTS + i];
    }
  return loss;
}

static double plain_norm(const plain *p) {
  double square = 0;
  for (size_t i = 0; i < WEIGHTS; i++)
    square += p->gradient[i] * p->gradient[i];
  return sqrt(square);
}

/* Kingma and Ba's algorithm 1, line by line. */
static void plain_adam(plain *p, const ramp_training *how, int t) {
  for (size_t i = 0; i < PARAMETERS; i++) {
    double g = p->gradient[i];
    p->first[i] = how->beta1 * p->first[i] + (1 - how->beta1) * g;
    p->second[i] = how->beta2 * p->second[i] + (1 - how->beta2) * g * g;
    double m = p->first[i] / (1 - pow(how->beta1, t));
    double v = p->second[i] / (1 - pow(how->beta2, t));
    p->parameter[i] -= how->learning_rate * m / (sqrt(v) + how->epsilon);
  }
}

static void plain_sgd(plain *p, const ramp_training *how) {
  for (size_t i = 0; i < PARAMETERS; i++) {
    p->first[i] = how->momentum * p->first[i] + p->gradient[i];
    p->parameter[i] -= how->learning_rate * p->first[i];
  }
}

static void expect_parameters(const ramp_network *network, const plain *p) {
  float *copy = copy_parameters(network);
  for (size_t i = 0; i < PARAMETERS; i++)
    if (!(fabs(copy[i] - p->parameter[i]) < 2e-6))
      fail_msg("parameter %zu is %.9g, plain steps give %.9g", i, copy[i],
               p->parameter[i]);
  free(copy);
}

/* Every epoch is one step over all examples, so that their order does not matter. */
static void follow(ramp_training how) {
  plain p = {.parameter = {0}};
  ramp_history *history;
  ramp_data *data = data_of(RAMP_REGRESSION, EXAMPLES, INPUTS, OUTPUTS);
  ramp_network *network = network_of("dense 3", INPUTS, 1);
  scatter_parameters(network, 1);
  float *start = copy_parameters(network);
  for (size_t i = 0; i < PARAMETERS; i++)
    p.parameter[i] = start[i];
  free(start);
  how.batch = EXAMPLES;
  how.epochs = EPOCHS;
  assert_ok(ramp_train(network, &how, data, data, &history));
  assert_int_equal(history->epochs, EPOCHS);
  for (int t = 1; t <= EPOCHS; t++) {
    double loss = plain_gradient(&p, data, 0, EXAMPLES);
    assert_true(fabs(history->epoch[t].train_loss - loss) < 1e-6);
    assert_true(fabs(history->epoch[t - 1].test.loss - loss) < 1e-6);
    assert_true(fabs(history->epoch[t].gradient_norm[0] - plain_norm(&p)) < 1e-6);
    if (how.optimiser == RAMP_ADAM)
      plain_adam(&p, &how, t);
    else
      plain_sgd(&p, &how);
  }
  expect_parameters(network, &p);
  ramp_history_free(history);
  ramp_network_free(network);
  data_free(data);
}

static void adam(void **state) {
  (void)state;
  ramp_training how = ramp_training_defaults();
  how.learning_rate = 0.05;
  follow(how);
  how.beta1 = 0.5;
  how.beta2 = 0.8;
  how.epsilon = 0.3;
  follow(how);
}

static void sgd(void **state) {
  (void)state;
  ramp_training how = ramp_training_defaults();
  how.optimiser = RAMP_SGD;
  how.learning_rate = 0.1;
  follow(how);
  how.momentum = 0;
  follow(how);
}

static void defaults(void **state) {
  (void)state;
  ramp_training how = ramp_training_defaults();
  assert_int_equal(how.optimiser, RAMP_ADAM);
  assert_true(how.learning_rate == 0.001 && how.momentum == 0.9);
  assert_true(how.beta1 == 0.9 && how.beta2 == 0.999 && how.epsilon == 1e-8);
  assert_int_equal(how.batch, 128);
  assert_int_equal(how.epochs, 5);
  assert_null(how.progress);
}

/* A layer of more weights than one block: the norm of the gradient is that of all of
   them. */
static void norm_of_large_layer(void **state) {
  (void)state;
  double loss, square = 0;
  ramp_history *history;
  ramp_data *data = data_of(RAMP_REGRESSION, 9, 300, 45);
  ramp_network *network = network_of("dense 45", 300, 3);
  float *gradient = malloc(ramp_network_parameters(network) * sizeof *gradient);
  assert_non_null(gradient);
  assert_ok(
      ramp_network_gradient(network, 9, data->x, NULL, data->target, &loss, gradient));
  for (size_t i = 0; i < 300 * 45; i++)
    square += (double)gradient[i] * gradient[i];
  ramp_training how = ramp_training_defaults();
  how.epochs = 1;
  assert_ok(ramp_train(network, &how, data, data, &history));
  assert_true(fabs(history->epoch[1].gradient_norm[0] / sqrt(square) - 1) < 1e-6);
  assert_true(isnan(history->epoch[0].gradient_norm[0]));
  free(gradient);
  ramp_history_free(history);
  ramp_network_free(network);
  data_free(data);
}

static void expect_refused(ramp_training how, const char *word) {
  ramp_history *history = NULL;
  ramp_data *data = data_of(RAMP_REGRESSION, 4, 2, 1);
  ramp_network *network = network_of("dense 1", 2, 1);
  assert_int_equal(ramp_train(network, &how, data, data, &history), RAMP_INVALID_OPTION);
  assert_non_null(strstr(ramp_error_detail(), word));
  assert_null(history);
  ramp_network_free(network);
  data_free(data);
}

static void settings_refused(void **state) {
  (void)state;
  const ramp_training good = ramp_training_defaults();
  ramp_training how = good;
  how.learning_rate = 0, expect_refused(how, "learning rate");
  how.learning_rate = INFINITY, expect_refused(how, "learning rate");
  how.learning_rate = NAN, expect_refused(how, "learning rate");
  how = good, how.beta1 = 1, expect_refused(how, "beta1");
  how = good, how.beta2 = -0.1, expect_refused(how, "beta2");
  how = good, how.epsilon = NAN, expect_refused(how, "epsilon");
  how = good, how.batch = 0, expect_refused(how, "mini-batch");
  how = good, how.optimiser = RAMP_SGD, how.momentum = NAN,
  expect_refused(how, "momentum");
  how = good, how.optimiser = (ramp_optimiser)7, expect_refused(how, "optimiser 7");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adam),
      cmocka_unit_test(sgd),
      cmocka_unit_test(defaults),
      cmocka_unit_test(norm_of_large_layer),
      cmocka_unit_test(settings_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
