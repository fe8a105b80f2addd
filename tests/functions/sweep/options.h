/* SPDX-License-Identifier: MIT */
/* options.h: the command lines of ramp-sweep and ramp-measure. */
#ifndef RAMP_TESTS_OPTIONS_H
#define RAMP_TESTS_OPTIONS_H

#include "oracle.h"
#include "variants.h"

typedef struct options {
  const char *function; /* as written, or "all" */
  bool wanted[ORACLE_DIRECTIONS];
  bool all_variants;
  variants variants;
  const char *hard, *only, *state, *record; /* files, or null */
  double share; /* of the inputs of a measurement, in (0, 1] */
} options;

extern const char *const direction_name[ORACLE_DIRECTIONS];

/* False, after a sentence and the usage on standard error, when it cannot be read.  A
   program has those options that its usage names. */
bool options_read(int count, char **argument, const char *usage, options *o);

#endif
