/* SPDX-License-Identifier: MIT */
/* The table of folds as data: what code needs beyond its public rows. */
#ifndef RAMP_FOLD_TABLE_H
#define RAMP_FOLD_TABLE_H

#include "kernels/kernels.h"

#include <ramp/tensor.h>

/* How many outputs there are along the axis, for n inputs. */
typedef enum {
  RAMP_OUTPUTS_SAME,   /* n */
  RAMP_OUTPUTS_TWICE,  /* 2 n */
  RAMP_OUTPUTS_HALF,   /* n/2 */
  RAMP_OUTPUTS_GROUPS, /* n/k */
  RAMP_OUTPUTS_ONE     /* 1 */
} ramp_fold_size;

/* An argument: the field it stands for and what that may be.  `word`: what users write
   for 0 and 1, or null where they write a number. */
typedef struct ramp_fold_argument {
  size_t offset;
  int value, least, greatest;
  const char *word[2];
} ramp_fold_argument;

/* Argument i of a row, and its field in a fold. */
const ramp_fold_argument *ramp_fold_argument_at(int row, int i);
int *ramp_fold_field(ramp_fold *fold, const ramp_fold_argument *argument);
int ramp_fold_value(const ramp_fold *fold, const ramp_fold_argument *argument);

/* Checks the row and the arguments. */
ramp_status ramp_fold_check(const ramp_fold *fold);

/* For a valid fold. */
ramp_fold_size ramp_fold_size_of(const ramp_fold *fold);

/* As ramp_fold_outputs(), for a valid fold and inputs >= 0; `where` follows "elements" in
   the sentence of a failure: " of x along axis 1". */
ramp_status ramp_fold_count(const ramp_fold *fold, const char *where, int64_t inputs,
                            int64_t *outputs);

#endif
