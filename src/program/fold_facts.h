/* SPDX-License-Identifier: MIT */
/* fold_facts.h: what there is to know of a function of several inputs: its page in
   `ramp list`, and what is special about a line of numbers. */
#ifndef PROGRAM_FOLD_FACTS_H
#define PROGRAM_FOLD_FACTS_H

#include "facts.h"
#include "fold_line.h"

#include <jansson.h>

/* What somebody else has for it; `differs` is "" where there is nothing to say. */
typedef struct fold_name {
  const char *fold, *who, *call, *differs;
} fold_name;

/* Name number i of a fold, from 0; null when there are no more. */
const fold_name *fold_name_at(const char *fold, int i);

/* All of them, as JSON. */
json_t *fold_names_json(const char *fold);

/* "x", "y", "winners". */
const char *fold_kept(const ramp_fold *fold);

/* The value of argument i of the fold, as users write it. */
const char *fold_argument(const ramp_fold *fold, int i, char text[64]);

facts fold_facts_of(const ramp_fold *fold);

/* What is special about these numbers: ties, kinks, NaN, sums that would overflow. */
facts fold_notes_of(const fold_line *line);

#endif
