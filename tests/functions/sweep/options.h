/* SPDX-License-Identifier: MIT */
/* options.h: the command line of ramp-sweep. */
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
} options;

extern const char *const direction_name[ORACLE_DIRECTIONS];

/* False, after a sentence on standard error, when it cannot be read. */
bool options_read(int count, char **argument, options *o);

#endif
