/* SPDX-License-Identifier: MIT */
/* The training loop: what it promises about order, repetition, progress, failures and
   learning. */
#include "support.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ order of examples */

enum { COUNTED = 50 };

/* Steps of one example each, seen through the running loss. */
typedef struct record {
  size_t steps, ends;
  double loss[3 * COUNTED];
  double running; /* sum of losses of the epoch so far */
} record;

static int record_step(const ramp_progress *progress, void *context) {
  record *r = context;
  if (progress->epoch_ended) {
    r->running = 0;
    r->ends++;
    return 0;
  }
  double sum = progress->loss * (double)progress->examples_done;
  r->loss[r->steps++] = sum - r->running;
  r->running = sum;
  return 0;
}

/* Trains so slowly that nothing changes: example i costs (i + 1)^2, which tells it. */
static record order_of(uint64_t seed, int threads) {
  record r = {0};
  ramp_history *history;
  ramp_data *data = data_of(RAMP_REGRESSION, COUNTED, 1, 1);
  ramp_network *network = network_of("dense 1", 1, 1);
  for (size_t i = 0; i < COUNTED; i++)
    data->x[i] = 0, data->target[i] = (float)i + 1;
  ramp_training how = ramp_training_defaults();
  how.optimiser = RAMP_SGD;
  how.learning_rate = 1e-30;
  how.batch = 1;
  how.epochs = 3;
  how.seed = seed;
  how.progress = record_step;
  how.context = &r;
  omp_set_num_threads(threads);
  assert_ok(ramp_train(network, &how, data, data, &history));
  assert_int_equal(r.steps, 3 * COUNTED);
  assert_int_equal(r.ends, 3);
  for (size_t i = 0; i < r.steps; i++)
    r.loss[i] = round(sqrt(r.loss[i])) - 1;
  ramp_history_free(history);
  ramp_network_free(network);
  data_free(data);
  return r;
}

static void expect_permutation(const double *order) {
  int seen[COUNTED] = {0}, moved = 0;
  for (size_t i = 0; i < COUNTED; i++) {
    assert_true(order[i] >= 0 && order[i] < COUNTED);
    assert_int_equal(seen[(int)order[i]]++, 0);
    moved += order[i] != (double)i;
  }
  assert_true(moved > COUNTED / 2);
}

static void order_of_examples(void **state) {
  (void)state;
  record one = order_of(1, 1), two_threads = order_of(1, 2), other = order_of(2, 1);
  for (size_t epoch = 0; epoch < 3; epoch++)
    expect_permutation(one.loss + epoch * COUNTED);
  size_t bytes = COUNTED * sizeof(double);
  assert_memory_equal(one.loss, two_threads.loss, 3 * bytes);
  assert_memory_not_equal(one.loss, other.loss, bytes);
  assert_memory_not_equal(one.loss, one.loss + COUNTED, bytes);
}

/* ------------------------------------------------------------------ same bits */

static float *first_weights(int threads) {
  omp_set_num_threads(threads);
  ramp_network *network = network_of("dense 200 relu, dense 10", 100, 5);
  float *copy = copy_parameters(network);
  ramp_network_free(network);
  return copy;
}

static void first_weights_whatever_threads(void **state) {
  (void)state;
  float *one = first_weights(1), *two = first_weights(2);
  assert_memory_equal(one, two, (100 * 200 + 200 + 200 * 10 + 10) * sizeof *one);
  free(one);
  free(two);
}

static float *trained(const ramp_data *data, ramp_optimiser optimiser) {
  ramp_history *history;
  ramp_network *network = network_of("dense 96 tanh, dense 50 relu, dense 10", 100, 5);
  ramp_training how = ramp_training_defaults();
  how.optimiser = optimiser;
  how.learning_rate = 0.01;
  how.epochs = 2;
  assert_ok(ramp_train(network, &how, data, data, &history));
  float *copy = copy_parameters(network);
  ramp_history_free(history);
  ramp_network_free(network);
  return copy;
}

enum { TRAINED = 100 * 96 + 96 + 96 * 50 + 50 + 50 * 10 + 10 };

static void same_seed_same_bits(void **state) {
  (void)state;
  ramp_data *data = data_of(RAMP_CLASSIFICATION, 700, 100, 10);
  for (int threads = 1; threads <= 2; threads++) {
    omp_set_num_threads(threads);
    float *once = trained(data, RAMP_ADAM), *again = trained(data, RAMP_ADAM);
    assert_memory_equal(once, again, TRAINED * sizeof *once);
    free(once);
    free(again);
  }
  data_free(data);
}

static void every_variant_same_bits(void **state) {
  (void)state;
  omp_set_num_threads(1);
  ramp_data *data = data_of(RAMP_CLASSIFICATION, 700, 100, 10);
  for (int optimiser = RAMP_SGD; optimiser <= RAMP_ADAM; optimiser++) {
    float *best = trained(data, (ramp_optimiser)optimiser);
    for (int i = 0; i < ramp_variants(); i++) {
      if (!ramp_variant_supported(i)) continue;
      assert_ok(ramp_variant_set(ramp_variant_name(i)));
      float *other = trained(data, (ramp_optimiser)optimiser);
      assert_memory_equal(best, other, TRAINED * sizeof *best);
      free(other);
    }
    assert_ok(ramp_variant_set(NULL));
    free(best);
  }
  data_free(data);
}

/* ------------------------------------------------------------------ history and
   progress */

typedef struct stop {
  size_t calls, at;
  ramp_progress last;
} stop;

static int stop_after(const ramp_progress *progress, void *context) {
  stop *s = context;
  s->last = *progress;
  return ++s->calls == s->at;
}

/* 70 examples in batches of 32: 32, 64, 70, and the epoch's end. */
static ramp_history *run_and_stop(stop *s, size_t epochs) {
  ramp_history *history;
  ramp_data *data = data_of(RAMP_CLASSIFICATION, 70, 4, 3);
  ramp_network *network = network_of("dense 5 relu, dense 3", 4, 1);
  ramp_training how = ramp_training_defaults();
  how.batch = 32;
  how.epochs = epochs;
  how.progress = stop_after;
  how.context = s;
  assert_ok(ramp_train(network, &how, data, data, &history));
  ramp_network_free(network);
  data_free(data);
  return history;
}

static void progress_told(void **state) {
  (void)state;
  const size_t done[] = {32, 64, 70, 70, 32};
  for (size_t calls = 1; calls <= 5; calls++) {
    stop s = {.at = calls};
    ramp_history *history = run_and_stop(&s, 3);
    assert_int_equal(s.calls, calls);
    assert_int_equal(s.last.examples_done, done[calls - 1]);
    assert_int_equal(s.last.examples, 70);
    assert_int_equal(s.last.epoch, calls == 5 ? 2 : 1);
    assert_int_equal(s.last.epochs, 3);
    assert_int_equal(s.last.epoch_ended, calls == 4);
    assert_true(s.last.loss > 0.1 && s.last.loss < 10 && s.last.seconds > 0);
    assert_true(s.last.accuracy >= 0 && s.last.accuracy <= 1);
    assert_int_equal(history->epochs, calls >= 4 ? 1 : 0);
    ramp_history_free(history);
  }
}

static void history_complete(void **state) {
  (void)state;
  stop s = {.at = 0};
  ramp_history *history = run_and_stop(&s, 3);
  assert_int_equal(history->epochs, 3);
  assert_int_equal(history->layers, 2);
  assert_int_equal(s.calls, 3 * 4);
  assert_true(history->images_per_second > 0);
  assert_true(isnan(history->epoch[0].train_loss) && history->epoch[0].seconds == 0);
  for (size_t e = 0; e <= 3; e++) {
    const ramp_epoch *epoch = &history->epoch[e];
    assert_int_equal(epoch->health->layers, 2);
    assert_int_equal(epoch->health->layer[0].unit[4].examples, 70);
    assert_true(epoch->test.loss > 0 && epoch->test.accuracy >= 0);
    assert_true(e == 0 || epoch->seconds > history->epoch[e - 1].seconds);
    assert_true(e == 0 || epoch->gradient_norm[1] > 0);
  }
  double trained = history->images_per_second * history->epoch[3].seconds;
  assert_true(fabs(trained - 3 * 70) < 1e-6);
  ramp_history_free(history);
}

static void no_epochs(void **state) {
  (void)state;
  stop s = {.at = 0};
  ramp_history *history = run_and_stop(&s, 0);
  assert_int_equal(history->epochs, 0);
  assert_non_null(history->epoch[0].health);
  assert_int_equal(s.calls, 0);
  ramp_history_free(history);
}

/* ------------------------------------------------------------------ failures */

static void diverging(void **state) {
  (void)state;
  ramp_history *history = NULL;
  ramp_data *data = data_of(RAMP_REGRESSION, 64, 4, 2);
  ramp_network *network = network_of("dense 5 relu, dense 2", 4, 1);
  ramp_training how = ramp_training_defaults();
  how.optimiser = RAMP_SGD;
  how.learning_rate = 1e18;
  how.batch = 16;
  assert_int_equal(ramp_train(network, &how, data, data, &history), RAMP_DIVERGED);
  assert_non_null(strstr(ramp_error_detail(), "learning rate"));
  assert_non_null(history);
  assert_non_null(strstr(ramp_error_detail(), "mini-batch"));
  assert_int_equal(history->epochs, 0);
  assert_true(isfinite(history->epoch[0].test.loss));
  ramp_history_free(history);
  ramp_network_free(network);
  data_free(data);
}

static void expect_train(ramp_status wanted, const ramp_data *train,
                         const ramp_data *test, const char *word) {
  ramp_history *history = NULL;
  ramp_network *network = network_of("dense 3", 4, 1);
  ramp_training how = ramp_training_defaults();
  assert_int_equal(ramp_train(network, &how, train, test, &history), wanted);
  assert_non_null(strstr(ramp_error_detail(), word));
  assert_null(history);
  ramp_network_free(network);
}

static void misfits(void **state) {
  (void)state;
  ramp_data *fits = data_of(RAMP_CLASSIFICATION, 10, 4, 3);
  ramp_data *wide = data_of(RAMP_CLASSIFICATION, 10, 5, 3);
  ramp_data *classes = data_of(RAMP_CLASSIFICATION, 10, 4, 2);
  ramp_data *numbers = data_of(RAMP_REGRESSION, 10, 4, 3);
  expect_train(RAMP_SHAPE_MISMATCH, wide, fits, "training data have 5 inputs");
  expect_train(RAMP_SHAPE_MISMATCH, fits, wide, "test data have 5 inputs");
  expect_train(RAMP_SHAPE_MISMATCH, classes, fits, "2 outputs");
  expect_train(RAMP_SHAPE_MISMATCH, fits, numbers, "regression");
  expect_train(RAMP_NULL_POINTER, fits, NULL, "ramp_train needs");
  fits->label[7] = 3;
  expect_train(RAMP_INVALID_DATA, fits, fits, "example 7 is 3");
  ramp_data empty = *classes;
  empty.examples = 0;
  expect_train(RAMP_INVALID_DATA, numbers, &empty, "test data are empty");
  data_free(fits);
  data_free(wide);
  data_free(classes);
  data_free(numbers);
}

/* ------------------------------------------------------------------ learning */

static double accuracy_after(const char *name, const char *text, size_t epochs) {
  ramp_data *train, *test;
  ramp_history *history;
  assert_ok(ramp_data_open(name, NULL, &train, &test));
  ramp_network *network = network_of(text, train->inputs, 1);
  ramp_training how = ramp_training_defaults();
  how.learning_rate = 0.01;
  how.batch = 32;
  how.epochs = epochs;
  assert_ok(ramp_train(network, &how, train, test, &history));
  double accuracy = history->epoch[epochs].test.accuracy;
  assert_true(history->epoch[0].test.accuracy < 0.8);
  ramp_history_free(history);
  ramp_network_free(network);
  ramp_data_free(train);
  ramp_data_free(test);
  return accuracy;
}

static void learns(void **state) {
  (void)state;
  assert_true(accuracy_after("xor", "dense 16 relu, dense 2", 8) > 0.97);
  assert_true(accuracy_after("spiral", "dense 48 silu, dense 48 silu, dense 2", 20) >
              0.95);
}

/* ------------------------------------------------------------------ random slopes */

enum { DRAWN = 4000 };

/* One unit of rrelu with slopes from 0 to 1, always at -1: its output is minus the slope,
   its squared error against 0 the slope's square. */
static ramp_history *drawn_slopes(uint64_t seed, int threads) {
  ramp_history *history;
  ramp_data *data = data_of(RAMP_REGRESSION, DRAWN, 1, 1);
  ramp_network *network = network_of("dense 1 rrelu:0,1", 1, 1);
  for (size_t i = 0; i < DRAWN; i++)
    data->x[i] = -1, data->target[i] = 0;
  layer_of(network, 0).weights[0] = 1;
  ramp_training how = ramp_training_defaults();
  how.optimiser = RAMP_SGD;
  how.learning_rate = 1e-30;
  how.epochs = 2;
  how.batch = 100;
  how.seed = seed;
  omp_set_num_threads(threads);
  assert_ok(ramp_train(network, &how, data, data, &history));
  ramp_network_free(network);
  data_free(data);
  return history;
}

/* In training the mean square of a uniform slope, 1/3, give or take four times
   sqrt(4/45/DRAWN); the mean slope's, 1/4, in evaluations. */
static void slopes_are_drawn_in_training(void **state) {
  (void)state;
  ramp_history *one = drawn_slopes(1, 1), *two = drawn_slopes(1, 2),
               *other = drawn_slopes(2, 1);
  for (size_t epoch = 1; epoch <= 2; epoch++) {
    double loss = one->epoch[epoch].train_loss;
    assert_true(fabs(loss - 1.0 / 3) < 4 * sqrt(4.0 / 45 / DRAWN));
    assert_true(loss == two->epoch[epoch].train_loss);
    assert_true(loss != other->epoch[epoch].train_loss);
    assert_true(one->epoch[epoch].test.loss == 0.25);
  }
  assert_true(one->epoch[1].train_loss != one->epoch[2].train_loss);
  ramp_history_free(one);
  ramp_history_free(two);
  ramp_history_free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slopes_are_drawn_in_training),
      cmocka_unit_test(order_of_examples),
      cmocka_unit_test(first_weights_whatever_threads),
      cmocka_unit_test(same_seed_same_bits),
      cmocka_unit_test(every_variant_same_bits),
      cmocka_unit_test(progress_told),
      cmocka_unit_test(history_complete),
      cmocka_unit_test(no_epochs),
      cmocka_unit_test(diverging),
      cmocka_unit_test(misfits),
      cmocka_unit_test(learns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
