/* SPDX-License-Identifier: MIT */
/* Small data sets and networks for the tests of this folder; every value is a plain
   formula, so that a test never depends on the random numbers it tests. */
#ifndef RAMP_TESTS_NETWORK_SUPPORT_H
#define RAMP_TESTS_NETWORK_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ramp/network.h>

/* Fails the test with the library's own sentence unless `call` succeeds. */
#define assert_ok(call)                                                                  \
  do {                                                                                   \
    if ((call) != RAMP_OK) fail_msg("%s: %s", #call, ramp_error_detail());               \
  } while (0)

/* A number in [-1, 1) that looks random: the same in every language with whole
   numbers. */
double scattered(size_t i);

/* A network, or a failed test. */
ramp_network *network_of(const char *text, size_t inputs, uint64_t seed);
ramp_layer layer_of(const ramp_network *network, size_t i);

/* Sets every weight, bias and slope of the network from scattered(), times `scale`. */
void scatter_parameters(ramp_network *network, double scale);

/* A copy of all parameters, layer by layer; the caller frees it. */
float *copy_parameters(const ramp_network *network);

/* Inputs from scattered(), labels i mod outputs or targets from scattered();
   data_free() it. */
ramp_data *data_of(ramp_task task, size_t examples, size_t inputs, size_t outputs);
void data_free(ramp_data *data);

#endif
