/* SPDX-License-Identifier: MIT */
/* SGD with momentum, and Adam.  An array of parameters is updated in blocks of fixed
   size, in one pass that sums the squared gradient too; the blocks' sums are added in
   their order, so that nothing depends on the number of threads. */
#include "network/optimiser.h"

#include "api/status.h"
#include "network/graph.h"
#include "network/loops/update.h"
#include "network/memory.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 4096 };

/* ------------------------------------------------------------------ settings */

ramp_training ramp_training_defaults(void) {
  return (ramp_training){.optimiser = RAMP_ADAM,
                         .learning_rate = 0.001,
                         .momentum = 0.9,
                         .beta1 = 0.9,
                         .beta2 = 0.999,
                         .epsilon = 1e-8,
                         .batch = 128,
                         .epochs = 5};
}

static ramp_status check_share(const char *name, double value) {
  if (value >= 0 && value < 1) return RAMP_OK;
  return ramp_fail(RAMP_INVALID_OPTION, "%s is %g: it must be from 0 up to, but below, 1",
                   name, value);
}

static ramp_status check_adam(const ramp_training *how) {
  ramp_status status = check_share("beta1", how->beta1);
  if (!status) status = check_share("beta2", how->beta2);
  if (status || (how->epsilon >= 0 && isfinite(how->epsilon))) return status;
  return ramp_fail(RAMP_INVALID_OPTION,
                   "epsilon is %g: it must be finite and not negative", how->epsilon);
}

ramp_status ramp_optimiser_check(const ramp_training *how) {
  if (!(how->learning_rate > 0) || !isfinite(how->learning_rate))
    return ramp_fail(RAMP_INVALID_OPTION,
                     "the learning rate is %g: it must be finite and above 0",
                     how->learning_rate);
  if (how->batch == 0)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "a mini-batch of 0 examples: at least 1 is needed");
  switch (how->optimiser) {
  case RAMP_SGD:
    return check_share("the momentum", how->momentum);
  case RAMP_ADAM:
    return check_adam(how);
  }
  return ramp_fail(RAMP_INVALID_OPTION, "there is no optimiser %d", (int)how->optimiser);
}

/* ------------------------------------------------------------------ state */

static size_t blocks_of(size_t count) { return (count + BLOCK - 1) / BLOCK; }

ramp_status ramp_optimiser_start(const ramp_network *network, const ramp_training *how,
                                 ramp_optimiser_state *state) {
  size_t parameters = ramp_network_parameters(network);
  int adam = how->optimiser == RAMP_ADAM;
  *state = (ramp_optimiser_state){.how = *how};
  state->first = ramp_floats_zeroed(parameters);
  state->second = adam ? ramp_floats_zeroed(parameters) : NULL;
  state->block_square = calloc(blocks_of(parameters), sizeof *state->block_square);
  if (state->first && (state->second || !adam) && state->block_square) return RAMP_OK;
  ramp_optimiser_free(state);
  return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the optimiser");
}

void ramp_optimiser_free(ramp_optimiser_state *state) {
  free(state->first);
  free(state->second);
  free(state->block_square);
}

/* ------------------------------------------------------------------ steps */

/* Adam's numbers for step t; the powers are taken in double, as the early ones decide. */
static ramp_adam_step adam_step(const ramp_training *how, size_t t) {
  double bias1 = 1 - pow(how->beta1, (double)t), bias2 = 1 - pow(how->beta2, (double)t);
  return (ramp_adam_step){(float)how->beta1,
                          (float)(1 - how->beta1),
                          (float)how->beta2,
                          (float)(1 - how->beta2),
                          (float)(how->learning_rate / bias1),
                          (float)sqrt(bias2),
                          (float)how->epsilon};
}

/* Updates `count` parameters from `at` on and returns the sum of their squared
   gradient. */
static double update_block(const ramp_optimiser_state *state, const ramp_adam_step *adam,
                           size_t at, size_t count, const float *gradient,
                           float *parameters) {
  const ramp_update_loops *loops = ramp_update_loops_in_use();
  ramp_sgd_step sgd = {(float)state->how.momentum, (float)state->how.learning_rate};
  if (state->second)
    return loops->adam(adam, count, gradient + at, state->first + at, state->second + at,
                       parameters + at);
  return loops->sgd(&sgd, count, gradient + at, state->first + at, parameters + at);
}

static double update_array(const ramp_optimiser_state *state, const ramp_adam_step *adam,
                           size_t from, size_t count, const float *gradient,
                           float *parameters) {
  size_t blocks = blocks_of(count);
  double square = 0;
#pragma omp parallel for schedule(static) if (blocks > 2)
  for (size_t b = 0; b < blocks; b++) {
    size_t at = b * BLOCK, left = count - at;
    state->block_square[b] = update_block(
        state, adam, from + at, left < BLOCK ? left : BLOCK, gradient, parameters);
  }
  for (size_t b = 0; b < blocks; b++)
    square += state->block_square[b];
  return square;
}

void ramp_optimiser_step(ramp_optimiser_state *state, ramp_network *network,
                         const float *gradient, double *norm) {
  ramp_adam_step adam = adam_step(&state->how, ++state->steps);
  for (size_t i = 0; i < ramp_network_layers(network); i++) {
    const ramp_node *dense = ramp_network_dense(network, i);
    const ramp_activation *activation = &ramp_network_activation(network, i)->activation;
    size_t weights = dense->biases - dense->weights;
    norm[i] = sqrt(update_array(state, &adam, dense->weights, weights, gradient,
                                network->parameters));
    /* Slopes, where they are learned, stand behind the biases. */
    size_t others = dense->units * (ramp_learns_slopes(activation) ? 2 : 1);
    update_array(state, &adam, dense->biases, others, gradient, network->parameters);
  }
}
