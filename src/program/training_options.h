/* SPDX-License-Identifier: MIT */
/*
 * training_options.h: what `ramp train` and `ramp compare` both ask: which data, which
 * network, how to train.  Options are checked as far as they can be before the data is
 * read.
 */
#ifndef PROGRAM_TRAINING_OPTIONS_H
#define PROGRAM_TRAINING_OPTIONS_H

#include "program.h"

#include <ramp/network.h>

typedef struct training_request {
  const char *network, *optimiser, *label, *task;
  double learning_rate, momentum, test_share; /* NaN: not given */
  size_t epochs, batch, examples;             /* 0: not given */
  uint64_t seed;
  int header, no_header, json;
} training_request;

/* What the two help pages share. */
#define TRAINING_HELP                                                                    \
  "  --network TEXT        layers, from the data on: dense UNITS [FUNCTION], ...\n"      \
  "  --epochs N            passes over the training part (8; 200 for fewer than\n"       \
  "                        10000 examples)\n"                                            \
  "  --batch N             examples in a mini-batch (128; 32 for fewer than 10000)\n"    \
  "  --optimiser NAME      adam or sgd (adam)\n"                                         \
  "  --learning-rate X     size of a step, above 0 (adam 0.001, sgd 0.05)\n"             \
  "  --momentum X          of sgd, from 0 to below 1 (0.9)\n"                            \
  "  --seed N              first weights, order, noise and split (1)\n"                  \
  "  --label COLUMN        CSV: column with the label, name or number from 1 (last)\n"   \
  "  --header, --no-header CSV: whether the first line is one (looks)\n"                 \
  "  --task NAME           CSV: classification or regression (looks)\n"                  \
  "  --test-share X        CSV and generated: share kept for testing (0.2)\n"            \
  "  --examples N          generated: examples in all (2000)\n"                          \
  "  --json                results as JSON on standard output\n"

#define TRAINING_DATA_HELP                                                               \
  "DATA is fashion-mnist (Debian's dataset-fashion-mnist), a generated set (xor, "       \
  "moons,\n"                                                                             \
  "spiral, sine), a folder or file in IDX format, gzip or not, or a CSV file.\n"

#define TRAINING_OPTIONS 14
training_request training_request_defaults(void);

/* Writes the TRAINING_OPTIONS options that fill in *request, without an end, to list. */
void training_options(training_request *request, option_row *list);

/* Checks what was asked; EXIT_FINE, or EXIT_USAGE after reporting. */
int training_check(const training_request *request);

/* Opens the data and fills in what the data decides; EXIT_FINE, or reported. */
int training_open(const training_request *request, const char *name, ramp_data **train,
                  ramp_data **test, ramp_training *how);

/* A network text that suits the data; `function` in its hidden layers.  The caller's to
   free. */
char *suitable_network(const ramp_data *train, const char *function);

/* Creates the network and checks that it fits the data; EXIT_FINE, or reported. */
int training_network(const char *text, const ramp_data *train, uint64_t seed,
                     ramp_network **network);

#endif
