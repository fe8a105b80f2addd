/* SPDX-License-Identifier: MIT */
/* The training loop: the last part of ramp/network.h.  Everything a step needs is
   allocated before the first one; the clock runs while training alone. */
#include "api/status.h"
#include "network/evaluate.h"
#include "network/graph.h"
#include "network/history.h"
#include "network/memory.h"
#include "network/optimiser.h"
#include "network/passes.h"
#include "network/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct trainer {
  ramp_network *network;
  const ramp_training *how;
  const ramp_data *train, *test;
  ramp_history *history;
  ramp_optimiser_state optimiser;
  size_t batch;     /* rows of a mini-batch but the last */
  size_t *order;    /* [examples] of this epoch */
  float *x;         /* [batch][inputs] */
  float *target;    /* [batch][outputs]; null for a classification */
  int32_t *label;   /* [batch]; null for a regression */
  float *gradient;  /* [parameters] */
  double *norm;     /* [layers] of the last step */
  double *norm_sum; /* [layers] over this epoch's steps */
  double seconds;   /* of training so far */
  size_t trained;   /* examples so far */
  int stopped;      /* the progress function asked for it */
} trainer;

/* What has been summed over an epoch so far. */
typedef struct running {
  size_t epoch, rows, steps;
  double loss;
  size_t correct;
} running;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ------------------------------------------------------------------ start and end */

static void free_trainer(trainer *t) {
  ramp_optimiser_free(&t->optimiser);
  free(t->order);
  free(t->x);
  free(t->target);
  free(t->label);
  free(t->gradient);
  free(t->norm);
  free(t->norm_sum);
}

static ramp_status no_memory(const trainer *t) {
  return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory to train with mini-batches of %zu",
                   t->batch);
}

static ramp_status allocate(trainer *t) {
  int regression = t->train->task == RAMP_REGRESSION;
  t->order = calloc(t->train->examples, sizeof *t->order);
  t->x = ramp_floats_zeroed(t->batch * t->train->inputs);
  t->target = regression ? ramp_floats_zeroed(t->batch * t->train->outputs) : NULL;
  t->label = regression ? NULL : calloc(t->batch, sizeof *t->label);
  t->gradient = ramp_floats_zeroed(ramp_network_parameters(t->network));
  t->norm = calloc(ramp_network_layers(t->network), sizeof *t->norm);
  t->norm_sum = calloc(ramp_network_layers(t->network), sizeof *t->norm_sum);
  if (!t->order || !t->x || !(t->target || t->label) || !t->gradient || !t->norm ||
      !t->norm_sum)
    return no_memory(t);
  return ramp_network_reserve_gradient(t->network, t->batch);
}

static ramp_status start_trainer(trainer *t) {
  ramp_status status = ramp_optimiser_start(t->network, t->how, &t->optimiser);
  if (status) return status;
  t->batch = t->how->batch < t->train->examples ? t->how->batch : t->train->examples;
  status = allocate(t);
  if (status) free_trainer(t);
  return status;
}

/* ------------------------------------------------------------------ one step */

/* Brings the examples order[0 .. rows-1] together. */
static ramp_wanted gather(trainer *t, const size_t *order, size_t rows) {
  size_t inputs = t->train->inputs, outputs = t->train->outputs;
#pragma omp parallel for schedule(static) if (rows * inputs > 30000)
  for (size_t row = 0; row < rows; row++)
    memcpy(t->x + row * inputs, t->train->x + order[row] * inputs, inputs * sizeof *t->x);
  for (size_t row = 0; row < rows; row++)
    if (t->label)
      t->label[row] = t->train->label[order[row]];
    else
      memcpy(t->target + row * outputs, t->train->target + order[row] * outputs,
             outputs * sizeof *t->target);
  return (ramp_wanted){t->label, t->target};
}

static void add_step(trainer *t, running *r, size_t rows, ramp_batch_loss loss) {
  r->rows += rows;
  r->loss += loss.sum;
  r->correct += loss.correct;
  r->steps++;
  t->trained += rows;
  for (size_t i = 0; i < ramp_network_layers(t->network); i++)
    t->norm_sum[i] += t->norm[i];
}

/* One mini-batch: forward, loss, back, update.  A loss that is not finite updates
   nothing. */
static ramp_status take_step(trainer *t, const size_t *order, size_t rows, running *r) {
  ramp_wanted wanted = gather(t, order, rows);
  ramp_status status = ramp_pass_forward(t->network, rows, t->x, NULL);
  if (status) return status;
  ramp_batch_loss loss =
      ramp_loss(rows, t->train->outputs, ramp_network_output(t->network), wanted,
                ramp_network_output_gradient(t->network));
  if (!isfinite(loss.sum))
    return ramp_fail(
        RAMP_DIVERGED,
        "the loss is %g in epoch %zu, mini-batch %zu: a smaller learning rate "
        "than %g may help",
        loss.sum / (double)rows, r->epoch, r->steps + 1, t->how->learning_rate);
  status = ramp_pass_back(t->network, rows, t->gradient);
  if (status) return status;
  ramp_optimiser_step(&t->optimiser, t->network, t->gradient, t->norm);
  add_step(t, r, rows, loss);
  return RAMP_OK;
}

/* Random slopes are drawn within a step, and nowhere else. */
static ramp_status step(trainer *t, const size_t *order, size_t rows, running *r) {
  t->network->drawing = (ramp_drawing){1, t->how->seed, t->trained};
  ramp_status status = take_step(t, order, rows, r);
  t->network->drawing.on = 0;
  return status;
}

/* ------------------------------------------------------------------ one epoch */

static double running_accuracy(const trainer *t, const running *r) {
  return t->label ? (double)r->correct / (double)r->rows : NAN;
}

static void report(trainer *t, const running *r, int epoch_ended) {
  if (!t->how->progress) return;
  ramp_progress progress = {.epoch = r->epoch,
                            .epochs = t->how->epochs,
                            .examples_done = r->rows,
                            .examples = t->train->examples,
                            .seconds = t->seconds,
                            .loss = r->loss / (double)r->rows,
                            .accuracy = running_accuracy(t, r),
                            .epoch_ended = epoch_ended};
  if (t->how->progress(&progress, t->how->context)) t->stopped = 1;
}

static ramp_status run_steps(trainer *t, running *r) {
  double start = now();
  ramp_random_permutation(t->how->seed, RAMP_STREAM_ORDER, (uint32_t)r->epoch,
                          t->train->examples, t->order);
  for (size_t at = 0; at < t->train->examples && !t->stopped; at += t->batch) {
    size_t left = t->train->examples - at;
    ramp_status status = step(t, t->order + at, left < t->batch ? left : t->batch, r);
    t->seconds += now() - start;
    if (status) return status;
    report(t, r, 0);
    start = now();
  }
  return RAMP_OK;
}

/* The mean over the epoch's steps of the norms of the gradients; NaN without steps. */
static double *mean_norms(const trainer *t, const running *r) {
  size_t layers = ramp_network_layers(t->network);
  double *mean = calloc(layers, sizeof *mean);
  for (size_t i = 0; mean && i < layers; i++)
    mean[i] = r->steps ? t->norm_sum[i] / (double)r->steps : NAN;
  return mean;
}

/* Appends what is known after the epoch to the history. */
static ramp_status finish_epoch(trainer *t, const running *r) {
  ramp_epoch epoch = {.seconds = t->seconds,
                      .train_loss = r->rows ? r->loss / (double)r->rows : NAN,
                      .train_accuracy = r->rows ? running_accuracy(t, r) : NAN,
                      .gradient_norm = mean_norms(t, r)};
  ramp_status status = epoch.gradient_norm ? RAMP_OK : no_memory(t);
  if (!status)
    status = ramp_network_evaluate(t->network, t->test, &epoch.test, &epoch.health);
  if (!status) status = ramp_history_append(t->history, &epoch);
  if (status) ramp_epoch_free(&epoch);
  return status;
}

static ramp_status check_test_loss(const trainer *t, size_t epoch) {
  double loss = t->history->epoch[epoch].test.loss;
  if (isfinite(loss)) return RAMP_OK;
  return ramp_fail(
      RAMP_DIVERGED,
      "the loss on the test set is %g after epoch %zu: a smaller learning rate "
      "than %g may help",
      loss, epoch, t->how->learning_rate);
}

static ramp_status run_epoch(trainer *t, size_t number) {
  running r = {.epoch = number};
  memset(t->norm_sum, 0, ramp_network_layers(t->network) * sizeof *t->norm_sum);
  ramp_status status = run_steps(t, &r);
  if (!status && !t->stopped) {
    status = finish_epoch(t, &r);
    if (!status) status = check_test_loss(t, number);
    if (!status) report(t, &r, 1);
  }
  return status;
}

/* ------------------------------------------------------------------ all epochs */

static ramp_status run(trainer *t) {
  ramp_status status = start_trainer(t);
  if (status) return status;
  status = finish_epoch(t, &(running){.epoch = 0});
  for (size_t epoch = 1; epoch <= t->how->epochs && !t->stopped && !status; epoch++)
    status = run_epoch(t, epoch);
  t->history->images_per_second = t->seconds > 0 ? (double)t->trained / t->seconds : 0;
  free_trainer(t);
  return status;
}

static ramp_status check(const ramp_network *network, const ramp_training *how,
                         const ramp_data *train, const ramp_data *test) {
  ramp_status status = ramp_optimiser_check(how);
  if (!status) status = ramp_check_data(network, train, "training data");
  if (!status) status = ramp_check_data(network, test, "test data");
  if (!status && train->task != test->task)
    status =
        ramp_fail(RAMP_SHAPE_MISMATCH, "the training data are a %s, the test data a %s",
                  train->task == RAMP_REGRESSION ? "regression" : "classification",
                  test->task == RAMP_REGRESSION ? "regression" : "classification");
  return status;
}

ramp_status ramp_train(ramp_network *network, const ramp_training *how,
                       const ramp_data *train, const ramp_data *test,
                       ramp_history **history) {
  if (!network || !how || !train || !test || !history)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_train needs a network, settings, training data, test data and "
                     "a history");
  trainer t = {.network = network, .how = how, .train = train, .test = test};
  ramp_status status = check(network, how, train, test);
  if (!status) status = ramp_history_start(ramp_network_layers(network), &t.history);
  if (status) return status;
  status = run(&t);
  if (status && status != RAMP_DIVERGED)
    ramp_history_free(t.history);
  else
    *history = t.history;
  return status;
}
