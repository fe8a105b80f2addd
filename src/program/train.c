/* SPDX-License-Identifier: MIT */
/* train.c: `ramp train`: one network, watched while it trains, then judged layer by
   layer. */
#include "allocate.h"
#include "findings.h"
#include "interrupt.h"
#include "progress.h"
#include "training_json.h"
#include "training_options.h"

#include <math.h>

static const char help[] =
    "usage: ramp train DATA [--network TEXT] [--epochs N] ...\n\n"
    "Trains a network, then prints how well it does on the test set and what became of "
    "its\n"
    "units.\n\n"
    "  ramp train fashion-mnist --network \"dense 256 relu, dense 128 relu, dense 10\"\n"
    "  ramp train spiral --network \"dense 32 maxout 4, dense 32 prelu, dense 2\"\n"
    "  ramp train houses.csv --label price --task regression "
    "--json\n\n" TRAINING_DATA_HELP "\n" TRAINING_HELP
    "\nWithout --network: two hidden layers of relu that suit the data.  Exit code 1 "
    "when the\n"
    "training diverged, 130 after Ctrl-C; the epochs finished before are still "
    "reported.\n";

/* ------------------------------------------------------------------ what to print */

static void print_quality(const ramp_history *history, const ramp_data *train,
                          const ramp_data *test) {
  const ramp_epoch *end = last_epoch(history);
  printf("%s after %zu epoch%s: ", test->name, history->epochs,
         history->epochs == 1 ? "" : "s");
  if (test->task == RAMP_CLASSIFICATION)
    printf("test accuracy %.2f %%, ", 100 * end->test.accuracy);
  printf("test loss %.4g", end->test.loss);
  if (history->epochs)
    printf(" (training loss %.4g), %.2f s, %.0f %s per second", end->train_loss,
           end->seconds, history->images_per_second, example_name(train));
  puts("\n");
}

static void print_head(void) {
  printf("%5s  %-14s %6s", "layer", "function", "units");
  for (int v = 1; v < RAMP_VERDICTS; v++)
    printf(" %9s", ramp_verdict_name((ramp_verdict)v));
  printf(" %9s %9s %9s\n", "sparsity", "mean", "gradient");
}

static void print_layer(const ramp_layer_health *layer, size_t number,
                        double gradient_norm) {
  char function[256];
  ramp_activation_text(&layer->activation, function, sizeof function);
  printf("%5zu  %-14s %6zu", number, function, layer->units);
  for (int v = 1; v < RAMP_VERDICTS; v++)
    printf(" %9zu", layer->verdicts[v]);
  printf(" %7.1f %% %9.3g", 100 * layer->zero_share, layer->mean);
  if (isfinite(gradient_norm))
    printf(" %9.3g\n", gradient_norm);
  else
    printf(" %9s\n", "-");
}

static void print_summary(const ramp_history *history, const ramp_data *train,
                          const ramp_data *test) {
  const ramp_epoch *end = last_epoch(history);
  print_quality(history, train, test);
  print_head();
  for (size_t i = 0; i < end->health->layers; i++)
    print_layer(&end->health->layer[i], i + 1, end->gradient_norm[i]);
  findings found = findings_of_training(history);
  puts(found.count ? "" : "\nnothing stands out");
  for (size_t i = 0; i < found.count; i++)
    printf("%s\n", found.list[i].text);
  findings_free(&found);
}

static void print_json(const ramp_history *history, const ramp_training *how,
                       const char *network, const ramp_data *train,
                       const ramp_data *test) {
  const ramp_epoch *end = last_epoch(history);
  findings found = findings_of_training(history);
  json_t *object = json_pack("{s:s, s:s}", "ramp", RAMP_VERSION, "network", network);
  json_object_set_new(object, "data", json_data(train, test));
  json_object_set_new(object, "training", json_training(how));
  json_object_set_new(object, "test_accuracy", json_number(end->test.accuracy));
  json_object_set_new(object, "test_loss", json_number(end->test.loss));
  json_object_set_new(object, "examples_per_second",
                      json_number(history->images_per_second));
  json_object_set_new(object, "epochs", json_history(history));
  json_object_set_new(object, "findings", json_findings(&found, NULL));
  findings_free(&found);
  char *text = json_text(object);
  fputs(text, stdout);
  free(text);
}

/* ------------------------------------------------------------------ training */

static int fail_diverged(const ramp_history *history, const ramp_training *how) {
  return fail(EXIT_FINDING,
              "the training diverged: in epoch %zu the loss stopped being finite; a "
              "--learning-rate below %g may help",
              history->epochs + 1, how->learning_rate);
}

/* What the end of a training means for the exit code, in a sentence where it is not fine.
   */
static int judge_end(ramp_status status, const ramp_history *history,
                     const ramp_training *how) {
  if (interrupted()) {
    fprintf(stderr, "ramp train: interrupted after %zu of %zu epochs.\n", history->epochs,
            how->epochs);
    return EXIT_INTERRUPTED;
  }
  return status == RAMP_DIVERGED ? fail_diverged(history, how) : EXIT_FINE;
}

static int train_and_report(const training_request *asked, const char *text,
                            ramp_network *network, ramp_training *how,
                            const ramp_data *train, const ramp_data *test) {
  ramp_history *history = NULL;
  progress bar;
  progress_begin(&bar, "", 0, train);
  how->progress = progress_show, how->context = &bar;
  interrupt_watch();
  print_plan(text, how, train, test);
  ramp_status status = ramp_train(network, how, train, test, &history);
  interrupt_release();
  progress_end(&bar, NULL);
  if (!history) return fail_status(status);
  int code = status == RAMP_OK || status == RAMP_DIVERGED
                 ? judge_end(status, history, how)
                 : fail_status(status);
  if (code != EXIT_FINE && code != EXIT_FINDING && code != EXIT_INTERRUPTED) {
    ramp_history_free(history);
    return code;
  }
  if (asked->json)
    print_json(history, how, text, train, test);
  else
    print_summary(history, train, test);
  ramp_history_free(history);
  return code;
}

static int train_on(const training_request *asked, ramp_training *how,
                    const ramp_data *train, const ramp_data *test) {
  char *text =
      asked->network ? copy_text(asked->network) : suitable_network(train, "relu");
  ramp_network *network = NULL;
  int code = training_network(text, train, how->seed, &network);
  if (code == EXIT_FINE) code = train_and_report(asked, text, network, how, train, test);
  ramp_network_free(network);
  free(text);
  return code;
}

static int read_request(int argc, char **argv, training_request *asked,
                        const char **data) {
  option_row options[TRAINING_OPTIONS + 1] = {0};
  *asked = training_request_defaults();
  training_options(asked, options);
  int operands = options_read(options, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (operands != 1)
    return fail(EXIT_USAGE,
                operands ? "one data set at a time: \"%s\" is one too many"
                         : "name the data, for example ramp train spiral%s",
                operands ? argv[1] : "");
  *data = argv[0];
  return training_check(asked);
}

static int run_train(int argc, char **argv) {
  training_request asked;
  ramp_training how;
  ramp_data *train = NULL, *test = NULL;
  const char *data = NULL;
  int code = read_request(argc, argv, &asked, &data);
  if (code != EXIT_FINE) return code;
  code = training_open(&asked, data, &train, &test, &how);
  if (code == EXIT_FINE) code = train_on(&asked, &how, train, test);
  ramp_data_free(train);
  ramp_data_free(test);
  return code;
}

const command train_command = {"train", "train a network and judge its units", help,
                               run_train, 1};
