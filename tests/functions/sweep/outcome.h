/* SPDX-License-Identifier: MIT */
/* outcome.h: how far a pass came and what it found; as a line of a state file, too. */
#ifndef RAMP_TESTS_OUTCOME_H
#define RAMP_TESTS_OUTCOME_H

#include "tally.h"
#include "variants.h"

#include <stdbool.h>

#define OUTCOME_TEXT_MAX 4096

typedef struct outcome {
  uint64_t done; /* inputs compared so far, from the first one on */
  uint64_t exact_answers;
  double seconds;
  tally tally[VARIANTS_MAX];
} outcome;

/* Of the variant that has most. */
uint64_t outcome_misrounded(const outcome *o);

/* "0", or "avx512 0, avx2 0, baseline 3" where there are any. */
void outcome_counts(const outcome *o, const variants *v, char *text, size_t size);

void outcome_write(const outcome *o, const variants *v, char text[OUTCOME_TEXT_MAX]);

/* False, with *o zero, when the text is not one of the same variants. */
bool outcome_read(outcome *o, const variants *v, const char *text);

#endif
