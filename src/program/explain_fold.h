/* SPDX-License-Identifier: MIT */
/* explain_fold.h: `ramp explain` of functions of several inputs. */
#ifndef PROGRAM_EXPLAIN_FOLD_H
#define PROGRAM_EXPLAIN_FOLD_H

#include <ramp/tensor.h>

/* At the line of numbers that the words are, in `type`.  The exit code; reports a
   failure. */
int explain_fold(const ramp_fold *fold, ramp_type type, char **words, int count,
                 int json);

#endif
