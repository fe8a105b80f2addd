/* SPDX-License-Identifier: MIT */
/*
 * network.c: trains a small network and says what became of its units.
 *
 *     cc examples/network.c -Iinclude build/lib/libramp-network.a build/lib/libramp.a \
 *       -ldnnl -lz -fopenmp -lm -o network
 *     ./network "dense 16 relu, dense 2"
 */
#include <ramp/network.h>
#include <stdio.h>

static void print_layer(size_t i, const ramp_layer_health *layer) {
  printf("layer %zu:", i + 1);
  for (int v = 0; v < RAMP_VERDICTS; v++)
    printf("  %s %zu", ramp_verdict_name((ramp_verdict)v), layer->verdicts[v]);
  putchar('\n');
}

static void print_history(const ramp_history *history) {
  const ramp_epoch *last = &history->epoch[history->epochs];
  printf("accuracy on the test set %.1f %%\n", 100 * last->test.accuracy);
  for (size_t i = 0; i < last->health->layers; i++)
    print_layer(i, &last->health->layer[i]);
}

int main(int argc, char **argv) {
  const char *text = argc > 1 ? argv[1] : "dense 16 relu, dense 16 relu, dense 2";
  ramp_data *train = NULL, *test = NULL;
  ramp_network *network = NULL;
  ramp_history *history = NULL;
  ramp_training how = ramp_training_defaults();
  how.epochs = 50;
  int failed = ramp_data_open("moons", NULL, &train, &test) != RAMP_OK ||
               ramp_network_create(text, train->inputs, how.seed, &network) != RAMP_OK ||
               ramp_train(network, &how, train, test, &history) != RAMP_OK;
  if (failed)
    fprintf(stderr, "%s\n", ramp_error_detail());
  else
    print_history(history);
  ramp_history_free(history);
  ramp_network_free(network);
  ramp_data_free(train);
  ramp_data_free(test);
  return failed;
}
