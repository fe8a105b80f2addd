/* SPDX-License-Identifier: MIT */
/* eval.h: the three ways in which `ramp eval` gets its numbers: arguments, standard
   input, an array; each for functions of one input and of several. */
#ifndef PROGRAM_EVAL_H
#define PROGRAM_EVAL_H

#include <ramp/tensor.h>

typedef enum { EVAL_VALUE, EVAL_DERIVATIVE, EVAL_SUBGRADIENT } eval_what;

typedef struct evaluation {
  ramp_activation of;
  ramp_type type;
  int type_given; /* type was asked for, and is not the default */
  eval_what what;
  int json;
  int axis; /* of an array, for functions of several inputs */
} evaluation;

/* Each returns the exit code and reports a failure. */
int eval_arguments(const evaluation *evaluation, char **words, int count);
int eval_standard_input(const evaluation *evaluation);
int eval_array(const evaluation *evaluation, const char *input, const char *output);

int eval_fold_arguments(const evaluation *evaluation, char **words, int count);
int eval_fold_standard_input(const evaluation *evaluation);
int eval_fold_array(const evaluation *evaluation, const char *input, const char *output);

/* That a type asked for is the one that the array called `name` has. */
int eval_check_type(const evaluation *evaluation, ramp_type of_array, const char *name);

#endif
