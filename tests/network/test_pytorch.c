/* SPDX-License-Identifier: MIT */
/* Training against PyTorch's numbers: the loss, step after step, from the same first
   weights. */
#include "support.h"

#include <math.h>
#include <stdio.h>

typedef struct sequence {
  const char *function;
  ramp_optimiser optimiser;
  ramp_task task;
  double loss[25];
} sequence;

#include "pytorch_losses.h"

static ramp_training training_of(const sequence *s) {
  ramp_training how = ramp_training_defaults();
  how.optimiser = s->optimiser;
  how.learning_rate = s->optimiser == RAMP_ADAM ? 0.02 : 0.05;
  how.batch = EXAMPLES;
  how.epochs = STEPS;
  return how;
}

static void follow(const sequence *s) {
  char text[100];
  ramp_history *history;
  ramp_training how = training_of(s);
  ramp_data *data = data_of(s->task, EXAMPLES, INPUTS, OUTPUTS);
  snprintf(text, sizeof text, "dense 10 %s, dense 8 %s, dense 4", s->function,
           s->function);
  ramp_network *network = network_of(text, INPUTS, 1);
  scatter_parameters(network, 0.8);
  assert_ok(ramp_train(network, &how, data, data, &history));
  for (size_t step = 0; step < STEPS; step++) {
    double loss = history->epoch[step + 1].train_loss;
    if (!(fabs(loss / s->loss[step] - 1) < 2e-5))
      fail_msg("%s, optimiser %d, task %d, step %zu: loss %.10g, PyTorch's is %.10g",
               s->function, s->optimiser, s->task, step, loss, s->loss[step]);
  }
  ramp_history_free(history);
  ramp_network_free(network);
  data_free(data);
}

static void every_sequence(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
    follow(&sequences[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_sequence)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
