/* SPDX-License-Identifier: MIT */
/*
 * Parts a data set into training and test part.  Which examples go where depends on the
 * seed, the share and the number of examples alone.
 */
#include "network/data/data_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t test_examples(size_t examples, double share) {
  double wanted = floor((double)examples * (share > 0 ? share : 0.2) + 0.5);
  if (wanted < 1) return 1;
  return wanted > (double)(examples - 1) ? examples - 1 : (size_t)wanted;
}

/* Marks `tests` of the examples, every choice equally likely: Knuth's selection sampling
   takes each example with the probability (still to take) / (still to come). */
static void mark(unsigned char *in_test, size_t examples, size_t tests, uint64_t seed) {
  for (size_t i = 0; i < examples; i++) {
    double u[2];
    ramp_noise_uniform(seed, RAMP_NOISE_SPLIT, i, u);
    in_test[i] = u[0] * (double)(examples - i) < (double)tests;
    tests -= in_test[i];
  }
}

ramp_status ramp_split_choose(const char *path, size_t examples,
                              const ramp_data_options *options, unsigned char **in_test) {
  if (examples < 2)
    return ramp_fail(RAMP_INVALID_DATA,
                     "%s holds %zu example: at least 2 are needed, one to train on and "
                     "one to test on",
                     path, examples);
  *in_test = ramp_data_memory(examples, 1);
  if (!*in_test) return ramp_data_no_memory(path);
  mark(*in_test, examples, test_examples(examples, options->test_share), options->seed);
  return RAMP_OK;
}

static void copy_example(const ramp_data *from, size_t i, ramp_data *to, size_t j) {
  memcpy(to->x + j * to->inputs, from->x + i * from->inputs, to->inputs * sizeof *to->x);
  if (to->label) to->label[j] = from->label[i];
  if (to->target)
    memcpy(to->target + j * to->outputs, from->target + i * from->outputs,
           to->outputs * sizeof *to->target);
}

static ramp_status part(const ramp_data *whole, const unsigned char *in_test, int wanted,
                        ramp_data **result) {
  size_t examples = 0;
  for (size_t i = 0; i < whole->examples; i++)
    examples += in_test[i] == wanted;
  ramp_data *data;
  ramp_status status = ramp_data_create(whole->name, whole->task, examples, whole->inputs,
                                        whole->outputs, &data);
  if (status != RAMP_OK) return status;
  data->target_mean = whole->target_mean;
  data->target_deviation = whole->target_deviation;
  for (size_t i = 0, j = 0; i < whole->examples; i++)
    if (in_test[i] == wanted) copy_example(whole, i, data, j++);
  status = ramp_data_name_classes(data, whole->classes);
  if (status != RAMP_OK)
    ramp_data_free(data);
  else
    *result = data;
  return status;
}

ramp_status ramp_split_apply(const ramp_data *whole, const unsigned char *in_test,
                             ramp_data **train, ramp_data **test) {
  ramp_data *first;
  ramp_status status = part(whole, in_test, 0, &first);
  if (status != RAMP_OK) return status;
  status = part(whole, in_test, 1, test);
  if (status != RAMP_OK)
    ramp_data_free(first);
  else
    *train = first;
  return status;
}
