/* SPDX-License-Identifier: MIT */
/* eval.h: the three ways in which `ramp eval` gets its numbers: arguments, standard
   input, an array. */
#ifndef PROGRAM_EVAL_H
#define PROGRAM_EVAL_H

#include <ramp/ramp.h>

typedef enum { EVAL_VALUE, EVAL_DERIVATIVE, EVAL_SUBGRADIENT } eval_what;

typedef struct evaluation {
  ramp_function function;
  ramp_type type;
  int type_given; /* type was asked for, and is not the default */
  eval_what what;
  int json;
} evaluation;

/* Each returns the exit code and reports a failure. */
int eval_arguments(const evaluation *evaluation, char **words, int count);
int eval_standard_input(const evaluation *evaluation);
int eval_array(const evaluation *evaluation, const char *input, const char *output);

#endif
