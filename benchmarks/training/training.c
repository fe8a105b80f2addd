/* SPDX-License-Identifier: MIT */
/*
 * Times training on Fashion-MNIST, and what counting the health of units costs an
 * evaluation.
 *
 *     bench-training train EPOCHS     images per second, test accuracy, test loss
 *     bench-training health ROUNDS    seconds of an evaluation without and with counting
 *
 * The network is 784-256-128-10 with relu, trained by Adam in mini-batches of 128.
 * Threads are chosen by OMP_NUM_THREADS.  peers.py runs this program and PyTorch by
 * turns.
 */
#include <ramp/network.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static ramp_status time_training(ramp_network *network, const ramp_data *train,
                                 const ramp_data *test, size_t epochs) {
  ramp_history *history = NULL;
  ramp_training how = ramp_training_defaults();
  how.epochs = epochs;
  ramp_status status = ramp_train(network, &how, train, test, &history);
  if (!status) {
    const ramp_evaluation *last = &history->epoch[epochs].test;
    printf("%.0f %.4f %.4f\n", history->images_per_second, last->accuracy, last->loss);
  }
  ramp_history_free(history);
  return status;
}

static ramp_status time_evaluation(ramp_network *network, const ramp_data *data,
                                   int counting, double *best) {
  ramp_evaluation evaluation;
  ramp_health *health = NULL;
  double start = now();
  ramp_status status =
      ramp_network_evaluate(network, data, &evaluation, counting ? &health : NULL);
  double seconds = now() - start;
  if (*best == 0 || seconds < *best) *best = seconds;
  ramp_health_free(health);
  return status;
}

static ramp_status time_health(ramp_network *network, const ramp_data *data,
                               size_t rounds) {
  double best[2] = {0, 0};
  ramp_status status = RAMP_OK;
  for (size_t i = 0; i < 2 * rounds && !status; i++)
    status = time_evaluation(network, data, (int)(i % 2), &best[i % 2]);
  printf("%.6f %.6f\n", best[0], best[1]);
  return status;
}

static ramp_status run(const char *what, size_t times) {
  ramp_data *train = NULL, *test = NULL;
  ramp_network *network = NULL;
  ramp_status status = ramp_data_open("fashion-mnist", NULL, &train, &test);
  if (!status)
    status =
        ramp_network_create("dense 256 relu, dense 128 relu, dense 10", 784, 1, &network);
  if (!status)
    status = strcmp(what, "health") == 0 ? time_health(network, test, times)
                                         : time_training(network, train, test, times);
  ramp_network_free(network);
  ramp_data_free(train);
  ramp_data_free(test);
  return status;
}

int main(int arguments, char **argument) {
  if (arguments != 3 || atol(argument[2]) < 1) {
    fprintf(stderr, "usage: bench-training train|health TIMES\n");
    return 2;
  }
  if (run(argument[1], (size_t)atol(argument[2])) == RAMP_OK) return 0;
  fprintf(stderr, "bench-training: %s\n", ramp_error_detail());
  return 3;
}
