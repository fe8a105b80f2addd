/* SPDX-License-Identifier: MIT */
/* Defaults by the size of the data: a large set is passed over a few times in large
   mini-batches, a small one often and in small ones, so that both take some thousand
   steps. */
#include "training_options.h"
#include "allocate.h"

#include <math.h>

#define SMALL_EXAMPLES 10000

training_request training_request_defaults(void) {
  return (training_request){.optimiser = "adam",
                            .learning_rate = NAN,
                            .momentum = NAN,
                            .test_share = NAN,
                            .seed = 1};
}

void training_options(training_request *r, option_row *list) {
  const option_row options[TRAINING_OPTIONS] = {
      {"network", 0, OPTION_TEXT, &r->network},
      {"epochs", 0, OPTION_COUNT, &r->epochs},
      {"batch", 0, OPTION_COUNT, &r->batch},
      {"optimiser", 0, OPTION_TEXT, &r->optimiser},
      {"learning-rate", 0, OPTION_NUMBER, &r->learning_rate},
      {"momentum", 0, OPTION_NUMBER, &r->momentum},
      {"seed", 0, OPTION_SEED, &r->seed},
      {"label", 0, OPTION_TEXT, &r->label},
      {"header", 0, OPTION_FLAG, &r->header},
      {"no-header", 0, OPTION_FLAG, &r->no_header},
      {"task", 0, OPTION_TEXT, &r->task},
      {"test-share", 0, OPTION_NUMBER, &r->test_share},
      {"examples", 0, OPTION_COUNT, &r->examples},
      {"json", 0, OPTION_FLAG, &r->json},
  };
  memcpy(list, options, sizeof options);
}

static int is_sgd(const training_request *r) { return strcmp(r->optimiser, "sgd") == 0; }

int training_check(const training_request *r) {
  if (!is_sgd(r) && strcmp(r->optimiser, "adam") != 0)
    return fail(EXIT_USAGE, "--optimiser \"%s\" is unknown: adam and sgd are known",
                r->optimiser);
  if (r->learning_rate <= 0)
    return fail(EXIT_USAGE, "--learning-rate %g is not above 0", r->learning_rate);
  if (!isnan(r->momentum) && !is_sgd(r))
    return fail(EXIT_USAGE, "--momentum is of sgd: add --optimiser sgd");
  if (r->momentum < 0 || r->momentum >= 1)
    return fail(EXIT_USAGE, "--momentum %g is not from 0 to below 1", r->momentum);
  if (r->test_share <= 0 || r->test_share >= 1)
    return fail(EXIT_USAGE, "--test-share %g is not between 0 and 1", r->test_share);
  if (r->header && r->no_header)
    return fail(EXIT_USAGE, "--header and --no-header exclude each other");
  if (r->task && strcmp(r->task, "classification") != 0 &&
      strcmp(r->task, "regression") != 0)
    return fail(EXIT_USAGE,
                "--task \"%s\" is unknown: classification and regression are known",
                r->task);
  return EXIT_FINE;
}

static ramp_data_options data_options(const training_request *r) {
  ramp_data_options options = {.label = r->label,
                               .header = r->header - r->no_header,
                               .examples = r->examples,
                               .seed = r->seed};
  if (!isnan(r->test_share)) options.test_share = r->test_share;
  if (r->task)
    options.task = r->task[0] == 'c' ? RAMP_TASK_CLASSIFICATION : RAMP_TASK_REGRESSION;
  return options;
}

int training_open(const training_request *r, const char *name, ramp_data **train,
                  ramp_data **test, ramp_training *how) {
  ramp_data_options options = data_options(r);
  ramp_status status = ramp_data_open(name, &options, train, test);
  if (status != RAMP_OK) return fail_status(status);
  int small = (*train)->examples < SMALL_EXAMPLES;
  *how = ramp_training_defaults();
  how->optimiser = is_sgd(r) ? RAMP_SGD : RAMP_ADAM;
  how->learning_rate = is_sgd(r) ? 0.05 : 0.001;
  if (!isnan(r->learning_rate)) how->learning_rate = r->learning_rate;
  if (!isnan(r->momentum)) how->momentum = r->momentum;
  how->epochs = r->epochs ? r->epochs : small ? 200 : 8;
  how->batch = r->batch ? r->batch : small ? 32 : 128;
  how->seed = r->seed;
  return EXIT_FINE;
}

char *suitable_network(const ramp_data *train, const char *function) {
  size_t first = train->inputs >= 64 ? 256 : 32, second = train->inputs >= 64 ? 128 : 32;
  char *text = NULL;
  size_t size;
  FILE *stream = checked(open_memstream(&text, &size));
  fprintf(stream, "dense %zu %s, dense %zu %s, dense %zu", first, function, second,
          function, train->outputs);
  fclose(stream);
  return checked(text);
}

int training_network(const char *text, const ramp_data *train, uint64_t seed,
                     ramp_network **network) {
  ramp_status status = ramp_network_create(text, train->inputs, seed, network);
  if (status != RAMP_OK) return fail_status(status);
  size_t outputs = ramp_network_outputs(*network);
  if (outputs == train->outputs) return EXIT_FINE;
  ramp_network_free(*network);
  *network = NULL;
  return fail(EXIT_USAGE,
              "the last layer of \"%s\" has %zu %s, but %s needs %zu: end with dense %zu",
              text, outputs, outputs == 1 ? "unit" : "units", train->name, train->outputs,
              train->outputs);
}
