/* SPDX-License-Identifier: MIT */
/* The gradient of a network against central differences.  The oracle runs the network
   anew in double, with plain loops, the functions in 64 bits and plain_folds.h, and
   shares nothing with the code under test but ramp_forward().  Weights are changed until
   no pre-activation is near a kink. */
#include "plain_folds.h"
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 6, OUTPUTS = 3, BATCH = 7, WIDEST = 12 };

/* A network as the oracle sees it. */
typedef struct plain {
  size_t layers;
  size_t inputs[4], units[4], outputs[4];
  ramp_activation activation[4];
  int slopes[4];       /* whether they are learned */
  double *parameter;   /* as ramp_network_gradient() orders them */
  double nearest_kink; /* smallest distance of a pre-activation to a kink so far */
} plain;

static void watch_kinks(plain *p, const ramp_function *f, double x) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(f, kinks);
  for (int i = 0; i < count; i++)
    p->nearest_kink = fmin(p->nearest_kink, fabs(x - kinks[i].at));
}

/* The activation of layer l, from out to in; returns how many numbers that gives. */
static void plain_activation(plain *p, size_t l, const double *slopes, const double *out,
                             double *in) {
  const ramp_activation *a = &p->activation[l];
  if (a->is_fold) {
    plain_fold(&a->fold, p->units[l], out, in, &p->nearest_kink);
    return;
  }
  for (size_t u = 0; u < p->units[l]; u++)
    watch_kinks(p, &a->function, out[u]);
  assert_ok(ramp_forward(&a->function, RAMP_F64, p->units[l], out, in));
  for (size_t u = 0; slopes && u < p->units[l]; u++)
    in[u] = out[u] > 0 ? out[u] : slopes[u] * out[u];
}

static void plain_forward(plain *p, const float *x, double *y) {
  double in[WIDEST], out[WIDEST];
  const double *w = p->parameter;
  for (size_t i = 0; i < p->inputs[0]; i++)
    in[i] = x[i];
  for (size_t l = 0; l < p->layers; l++) {
    const double *bias = w + p->inputs[l] * p->units[l];
    for (size_t u = 0; u < p->units[l]; u++) {
      out[u] = bias[u];
      for (size_t i = 0; i < p->inputs[l]; i++)
        out[u] += w[u * p->inputs[l] + i] * in[i];
    }
    w = bias + p->units[l];
    plain_activation(p, l, p->slopes[l] ? w : NULL, out, in);
    if (p->slopes[l]) w += p->units[l];
  }
  memcpy(y, in, OUTPUTS * sizeof *y);
}

static double plain_row_loss(const double *y, const ramp_data *data, size_t row) {
  double sum = 0;
  for (size_t i = 0; i < OUTPUTS; i++)
    if (data->label)
      sum += exp(y[i]);
    else
      sum += pow(y[i] - data->target[row * OUTPUTS + i], 2) / OUTPUTS;
  return data->label ? log(sum) - y[data->label[row]] : sum;
}

static double plain_loss(plain *p, const ramp_data *data) {
  double y[WIDEST], sum = 0;
  for (size_t row = 0; row < BATCH; row++) {
    plain_forward(p, data->x + row * INPUTS, y);
    sum += plain_row_loss(y, data, row);
  }
  return sum / BATCH;
}

static plain plain_of(const ramp_network *network) {
  plain p = {.layers = ramp_network_layers(network), .nearest_kink = INFINITY};
  size_t count = ramp_network_parameters(network);
  float *copy = copy_parameters(network);
  p.parameter = malloc(count * sizeof *p.parameter);
  assert_non_null(p.parameter);
  for (size_t i = 0; i < count; i++)
    p.parameter[i] = copy[i];
  free(copy);
  for (size_t l = 0; l < p.layers; l++) {
    ramp_layer layer = layer_of(network, l);
    p.inputs[l] = layer.inputs;
    p.units[l] = layer.units;
    p.outputs[l] = layer.outputs;
    p.activation[l] = layer.activation;
    p.slopes[l] = layer.slopes != NULL;
  }
  return p;
}

/* A network whose pre-activations keep away from kinks, and the oracle's view of it. */
static ramp_network *away_from_kinks(const char *text, const ramp_data *data, plain *p) {
  for (uint64_t seed = 1; seed < 200; seed++) {
    ramp_network *network = network_of(text, INPUTS, seed);
    for (size_t l = 0; l < ramp_network_layers(network); l++)
      for (size_t u = 0; u < layer_of(network, l).units; u++) {
        ramp_layer layer = layer_of(network, l);
        layer.biases[u] = (float)(0.3 * scattered(100 * l + u));
        if (layer.slopes) layer.slopes[u] = (float)scattered(300 * l + u);
      }
    *p = plain_of(network);
    plain_loss(p, data);
    if (p->nearest_kink > 1e-3) return network;
    free(p->parameter);
    ramp_network_free(network);
  }
  fail_msg("no weights for '%s' keep away from kinks", text);
  return NULL;
}

static double difference(plain *p, const ramp_data *data, size_t i) {
  const double h = 1e-5;
  double middle = p->parameter[i], above, below;
  p->parameter[i] = middle + h;
  above = plain_loss(p, data);
  p->parameter[i] = middle - h;
  below = plain_loss(p, data);
  p->parameter[i] = middle;
  return (above - below) / (2 * h);
}

static void check_gradient(const char *text, ramp_task task) {
  plain p;
  double loss;
  ramp_data *data = data_of(task, BATCH, INPUTS, OUTPUTS);
  ramp_network *network = away_from_kinks(text, data, &p);
  size_t count = ramp_network_parameters(network);
  float *gradient = malloc(count * sizeof *gradient);
  assert_non_null(gradient);
  assert_ok(ramp_network_gradient(network, BATCH, data->x, data->label, data->target,
                                  &loss, gradient));
  double plain = plain_loss(&p, data);
  if (!(fabs(loss - plain) < 1e-6 * fmax(1, plain)))
    fail_msg("%s: loss is %.9g, should be %.9g", text, loss, plain);
  for (size_t i = 0; i < count; i++) {
    double wanted = difference(&p, data, i);
    if (!(fabs(gradient[i] - wanted) < 2e-6 + 1e-5 * fabs(wanted)))
      fail_msg("%s: gradient %zu is %.9g, differences say %.9g", text, i, gradient[i],
               wanted);
  }
  free(gradient);
  free(p.parameter);
  ramp_network_free(network);
  data_free(data);
}

/* The function in both hidden layers, and behind the last one too. */
static void every_function(ramp_task task) {
  char text[200];
  for (int row = 0; row < ramp_function_rows(); row++) {
    const char *name = ramp_function_row_at(row)->name;
    snprintf(text, sizeof text, "dense 5 %s, dense 4 %s, dense 3", name, name);
    check_gradient(text, task);
    snprintf(text, sizeof text, "dense 4 %s, dense 3 %s", name, name);
    check_gradient(text, task);
  }
}

/* Folds change how many numbers leave a layer; WIDEST holds crelu's. */
static void every_fold(ramp_task task) {
  char text[200];
  for (int row = 0; row < ramp_fold_rows(); row++) {
    const char *name = ramp_fold_row_at(row)->name;
    snprintf(text, sizeof text, "dense 6 %s, dense 4 %s, dense 3", name, name);
    check_gradient(text, task);
  }
  check_gradient("dense 6 maxout 3, dense 6 prelu, dense 3", task);
  check_gradient("dense 6 swiglu:interleaved,gate=first, dense 3 prelu", task);
  check_gradient("dense 6, maxout 2, dense 3", task);
  check_gradient("dense 6 rrelu:-1,0.5, dense 3", task);
}

static void cross_entropy(void **state) {
  (void)state;
  every_function(RAMP_CLASSIFICATION);
  every_fold(RAMP_CLASSIFICATION);
}

static void squared_error(void **state) {
  (void)state;
  every_function(RAMP_REGRESSION);
  every_fold(RAMP_REGRESSION);
}

/* Softmax of huge outputs neither overflows nor loses the gradient. */
static void huge_outputs(void **state) {
  (void)state;
  ramp_network *n = network_of("dense 3", 1, 1);
  ramp_layer layer = layer_of(n, 0);
  const float weights[] = {1e30f, 0, -1e30f}, x[] = {1};
  const int32_t label[] = {1};
  float gradient[6];
  double loss;
  memcpy(layer.weights, weights, sizeof weights);
  assert_ok(ramp_network_gradient(n, 1, x, label, NULL, &loss, gradient));
  assert_true(fabs(loss / (double)1e30f - 1) < 1e-12);
  assert_true(gradient[0] == 1 && gradient[1] == -1 && gradient[2] == 0);
  ramp_network_free(n);
}

static void misuse(void **state) {
  (void)state;
  ramp_network *n = network_of("dense 3", 2, 1);
  const float x[4] = {0}, target[6] = {0};
  const int32_t good[] = {0, 2}, bad[] = {0, 3}, negative[] = {-1, 0};
  float gradient[9];
  double loss;
  assert_int_equal(ramp_network_gradient(n, 2, x, bad, NULL, &loss, gradient),
                   RAMP_INVALID_DATA);
  assert_non_null(strstr(ramp_error_detail(), "example 1"));
  assert_int_equal(ramp_network_gradient(n, 2, x, negative, NULL, &loss, gradient),
                   RAMP_INVALID_DATA);
  assert_int_equal(ramp_network_gradient(n, 2, x, NULL, NULL, &loss, gradient),
                   RAMP_NULL_POINTER);
  assert_int_equal(ramp_network_gradient(n, 2, x, good, target, &loss, gradient),
                   RAMP_NULL_POINTER);
  assert_int_equal(ramp_network_gradient(n, 0, x, good, NULL, &loss, gradient),
                   RAMP_INVALID_OPTION);
  assert_int_equal(ramp_network_forward(n, 2, x, NULL), RAMP_NULL_POINTER);
  assert_ok(ramp_network_forward(n, 0, NULL, NULL));
  assert_ok(ramp_network_gradient(n, 2, x, good, NULL, &loss, gradient));
  ramp_network_free(n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cross_entropy),
      cmocka_unit_test(squared_error),
      cmocka_unit_test(huge_outputs),
      cmocka_unit_test(misuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
