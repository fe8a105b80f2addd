/* SPDX-License-Identifier: MIT */
/* compare.c: `ramp compare`, the main job.  Everything that can be wrong is looked at
   before the first network trains; after that the only ends are a report, Ctrl-C and a
   full disk. */
#include "allocate.h"
#include "compare_table.h"
#include "function_list.h"
#include "interrupt.h"
#include "progress.h"
#include "report.h"
#include "training_options.h"

#include <math.h>
#include <omp.h>
#include <unistd.h>

#define DEFAULT_FUNCTIONS "relu,leaky_relu,elu,silu,tanh,sigmoid"
#define DEFAULT_FOLDER "ramp-report"

static const char help[] =
    "usage: ramp compare [DATA] [--functions LIST] [--network TEXT] [--output DIR] "
    "...\n\n"
    "Trains one network once per activation function, on the same data in the same "
    "order\n"
    "with the same seed, prints a table and writes a page with curves, DIR/index.html, "
    "and\n"
    "all numbers, DIR/results.json.\n\n"
    "  ramp compare\n"
    "  ramp compare fashion-mnist --functions relu,leaky_relu:0.1,clip:0,6 --epochs 3\n"
    "  ramp compare --functions relu,prelu,rrelu,maxout:2,swiglu\n"
    "  ramp compare flowers.csv --network \"dense 64 relu, dense 3\" --target "
    "0.95\n\n" TRAINING_DATA_HELP
    "Without DATA: fashion-mnist when its files are found, else the generated spiral.\n\n"
    "  --functions LIST      what to compare (" DEFAULT_FUNCTIONS ");\n"
    "                        a comma before a number or NAME=VALUE belongs to the\n"
    "                        function before it: clip:0,6,tanh are two functions\n"
    "  --target X            accuracy from above 0 to 1, for a regression the loss, to "
    "which\n"
    "                        the time is taken (the largest whole multiple of 5 % that\n"
    "                        at least half of the functions reach)\n"
    "  --output DIR          folder of the report (" DEFAULT_FOLDER
    "), made when missing\n" TRAINING_HELP
    "\nThe network is written as for ramp train; every layer but the last that names a "
    "function\n"
    "gets each compared function in its place.  Exit code 1 when a network diverged, 130 "
    "after\n"
    "Ctrl-C; then no report is written and an earlier one stays.\n";

typedef struct request {
  training_request training;
  const char *data, *functions, *folder;
  double target; /* NaN: not given */
} request;

/* ------------------------------------------------------------------ what was asked */

static int read_request(int argc, char **argv, request *asked) {
  *asked = (request){training_request_defaults(), NULL, DEFAULT_FUNCTIONS, DEFAULT_FOLDER,
                     NAN};
  option_row options[TRAINING_OPTIONS + 4] = {
      {"functions", 0, OPTION_TEXT, &asked->functions},
      {"output", 0, OPTION_TEXT, &asked->folder},
      {"target", 0, OPTION_NUMBER, &asked->target}};
  training_options(&asked->training, options + 3);
  int operands = options_read(options, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (operands > 1)
    return fail(EXIT_USAGE, "one data set at a time: \"%s\" is one too many", argv[1]);
  asked->data = operands ? argv[0] : NULL;
  if (asked->target <= 0)
    return fail(EXIT_USAGE, "--target %g is not above 0", asked->target);
  if (!*asked->folder) return fail(EXIT_USAGE, "--output is empty: name a folder");
  return training_check(&asked->training);
}

/* The data set of a newcomer who names none. */
static const char *data_at_hand(void) {
  int found = ramp_data_fashion_mnist_found();
  const char *name = found ? "fashion-mnist" : "spiral";
  fprintf(
      stderr, "no data set named: taking %s%s\n", name,
      found
          ? ""
          : ", which is generated; Debian's package dataset-fashion-mnist has pictures");
  return name;
}

static int target_fits(const request *asked, const ramp_data *test) {
  if (test->task == RAMP_CLASSIFICATION && asked->target > 1)
    return fail(EXIT_USAGE,
                "--target %g is not an accuracy: it lies above 0 and at most at 1",
                asked->target);
  return EXIT_FINE;
}

/* Marks the layers whose function is replaced: all but the last that have one. */
static int mark_compared(const ramp_network *network, const char *text, comparison *c) {
  c->layers = ramp_network_layers(network);
  c->compared = allocate(c->layers, sizeof *c->compared);
  for (size_t i = 0; i + 1 < c->layers; i++) {
    ramp_layer layer;
    ramp_network_layer(network, i, &layer);
    c->compared[i] = layer.activation.is_fold ||
                     strcmp(ramp_function_row_at(layer.activation.function.row)->name,
                            "identity") != 0;
  }
  if (compared_layers(c)) return EXIT_FINE;
  return fail(
      EXIT_USAGE,
      "no layer of \"%s\" but the last names a function, so there is none to replace: "
      "write for example \"dense 64 relu, dense %zu\"",
      text, c->train->outputs);
}

static void plan_runs(const ramp_network *network, char **functions, size_t count,
                      comparison *c) {
  c->network = network_with_function(network, c->compared, "f");
  c->parameters = ramp_network_parameters(network);
  c->runs = count;
  c->run = allocate(count, sizeof *c->run);
  for (size_t i = 0; i < count; i++) {
    c->run[i].function = copy_text(functions[i]);
    c->run[i].network = network_with_function(network, c->compared, functions[i]);
    c->run[i].spread = allocate(compared_layers(c), sizeof *c->run[i].spread);
  }
}

static int plan_network(const training_request *training, char **functions, size_t count,
                        comparison *c) {
  char *text = training->network ? copy_text(training->network)
                                 : suitable_network(c->train, "relu");
  ramp_network *network = NULL;
  int code = training_network(text, c->train, c->how.seed, &network);
  if (code == EXIT_FINE) code = mark_compared(network, text, c);
  if (code == EXIT_FINE) plan_runs(network, functions, count, c);
  ramp_network_free(network);
  free(text);
  return code;
}

/* ------------------------------------------------------------------ the command to
   repeat it */

/* A word as a shell reads it back. */
static void shell_word(FILE *stream, const char *word) {
  if (*word && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789_-+=.,:/@%") == strlen(word)) {
    fputs(word, stream);
    return;
  }
  fputc('\'', stream);
  for (; *word; word++)
    fputs(*word == '\'' ? "'\\''" : (char[]){*word, 0}, stream);
  fputc('\'', stream);
}

static void shell_option(FILE *stream, const char *name, const char *value) {
  if (!value) return;
  fprintf(stream, " --%s ", name);
  shell_word(stream, value);
}

static void shell_functions(FILE *stream, const comparison *c) {
  char *list = NULL;
  size_t size;
  FILE *text = checked(open_memstream(&list, &size));
  for (size_t i = 0; i < c->runs; i++)
    fprintf(text, "%s%s", i ? "," : "", c->run[i].function);
  fclose(text);
  shell_option(stream, "functions", checked(list));
  free(list);
}

static void shell_data_options(FILE *stream, const training_request *training) {
  shell_option(stream, "label", training->label);
  shell_option(stream, "task", training->task);
  if (training->header) fputs(" --header", stream);
  if (training->no_header) fputs(" --no-header", stream);
  if (!isnan(training->test_share))
    fprintf(stream, " --test-share %.17g", training->test_share);
  if (training->examples) fprintf(stream, " --examples %zu", training->examples);
}

/* Says everything that defaults would decide, so that it outlives them. */
static char *command_text(const request *asked, const char *data, const comparison *c) {
  char *text = NULL;
  size_t size;
  FILE *stream = checked(open_memstream(&text, &size));
  fputs("ramp compare ", stream);
  shell_word(stream, data);
  shell_functions(stream, c);
  shell_option(stream, "network", c->run[0].network);
  fprintf(stream,
          " --epochs %zu --batch %zu --optimiser %s --learning-rate %.9g --seed %llu",
          c->how.epochs, c->how.batch, c->how.optimiser == RAMP_SGD ? "sgd" : "adam",
          c->how.learning_rate, (unsigned long long)c->how.seed);
  if (c->how.optimiser == RAMP_SGD) fprintf(stream, " --momentum %.9g", c->how.momentum);
  if (c->target_given) fprintf(stream, " --target %.9g", c->target);
  shell_data_options(stream, &asked->training);
  fclose(stream);
  return checked(text);
}

/* ------------------------------------------------------------------ training */

static int label_width(const comparison *c) {
  size_t width = 0;
  for (size_t i = 0; i < c->runs; i++)
    if (strlen(c->run[i].function) > width) width = strlen(c->run[i].function);
  return (int)width;
}

/* What stays on the screen of a finished run. */
static void end_progress(progress *bar, const comparison *c, const run *r) {
  char result[160], seconds[16];
  const ramp_epoch *end = last_epoch(r->history);
  layer_totals hidden = layers_together(end, c->compared);
  write_seconds(seconds, end->seconds);
  int used = 0;
  if (c->test->task == RAMP_CLASSIFICATION)
    used = snprintf(result, sizeof result, "test accuracy %5.1f %%  ",
                    100 * end->test.accuracy);
  snprintf(result + used, sizeof result - (size_t)used,
           "test loss %.4g  %zu of %zu units dead  %s%s", end->test.loss,
           hidden.verdicts[RAMP_DEAD], hidden.units, seconds,
           r->diverged ? "  diverged" : "");
  progress_end(bar, result);
}

static int train_network(comparison *c, run *r, ramp_network *network) {
  progress bar;
  r->parameters = ramp_network_parameters(network);
  progress_begin(&bar, r->function, label_width(c), c->train);
  ramp_training how = c->how;
  how.progress = progress_show, how.context = &bar;
  ramp_status status = ramp_train(network, &how, c->train, c->test, &r->history);
  r->diverged = status == RAMP_DIVERGED;
  if (interrupted() || (status != RAMP_OK && !r->diverged)) {
    progress_end(&bar, NULL);
    return interrupted() ? EXIT_INTERRUPTED : fail_status(status);
  }
  end_progress(&bar, c, r);
  status = measure_distributions(network, c->test, c->compared, r->spread);
  return status == RAMP_OK ? EXIT_FINE : fail_status(status);
}

static int train_all(comparison *c) {
  int code = EXIT_FINE;
  interrupt_watch();
  print_plan(c->network, &c->how, c->train, c->test);
  for (size_t i = 0; i < c->runs && code == EXIT_FINE; i++) {
    ramp_network *network = NULL;
    ramp_status status =
        ramp_network_create(c->run[i].network, c->train->inputs, c->how.seed, &network);
    code =
        status == RAMP_OK ? train_network(c, &c->run[i], network) : fail_status(status);
    ramp_network_free(network);
  }
  interrupt_release();
  if (code == EXIT_INTERRUPTED)
    fputs("ramp compare: interrupted, no report written.\n", stderr);
  return code;
}

/* ------------------------------------------------------------------ the whole */

static int show_results(const comparison *c, const char *folder, int json) {
  int code = report_write(folder, c);
  if (json) {
    char *text = comparison_json(c);
    fputs(text, stdout);
    free(text);
  } else {
    print_comparison(c);
    if (code == EXIT_FINE) printf("\nreport: %s/index.html\n", folder);
  }
  if (code != EXIT_FINE) return code;
  for (size_t i = 0; i < c->runs; i++)
    if (c->run[i].diverged) code = EXIT_FINDING;
  return code;
}

/* Trains and reports into a folder that is ready; takes a new one away again on a
   failure. */
static int compare_into(const request *asked, comparison *c) {
  int made;
  int code = report_prepare(asked->folder, &made);
  if (code != EXIT_FINE) return code;
  code = train_all(c);
  if (code == EXIT_FINE) {
    measure_runs(c);
    code = show_results(c, asked->folder, asked->training.json);
  }
  if (code > EXIT_FINDING && made) rmdir(asked->folder);
  return code;
}

/* Everything that is known once the data is. */
static int plan(const request *asked, const char *data, char **functions, size_t count,
                comparison *c) {
  int code = target_fits(asked, c->test);
  if (code == EXIT_FINE) code = plan_network(&asked->training, functions, count, c);
  if (code != EXIT_FINE) return code;
  c->threads = omp_get_max_threads();
  c->target = asked->target, c->target_given = !isnan(asked->target);
  c->command = command_text(asked, data, c);
  return code;
}

static int compare_functions(const request *asked, char **functions, size_t count) {
  ramp_data *train = NULL, *test = NULL;
  comparison c = {0};
  const char *data = asked->data ? asked->data : data_at_hand();
  int code = training_open(&asked->training, data, &train, &test, &c.how);
  if (code == EXIT_FINE) {
    c.train = train, c.test = test;
    code = plan(asked, data, functions, count, &c);
  }
  if (code == EXIT_FINE) code = compare_into(asked, &c);
  free_comparison(&c);
  ramp_data_free(train);
  ramp_data_free(test);
  return code;
}

static int run_compare(int argc, char **argv) {
  request asked;
  char **functions;
  size_t count;
  int code = read_request(argc, argv, &asked);
  if (code == EXIT_FINE)
    code = function_list_read("functions", asked.functions, &functions, &count);
  if (code != EXIT_FINE) return code;
  code = compare_functions(&asked, functions, count);
  function_list_free(functions, count);
  return code;
}

const command compare_command = {
    "compare", "train one network with several functions and report what they did", help,
    run_compare, 1};
