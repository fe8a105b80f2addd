/* SPDX-License-Identifier: MIT */
/*
 * findings.h: what the numbers of a training say, in sentences.  Every sentence follows
 * from measured numbers and the thresholds below (those of verdicts are in
 * ramp/health.h); no function's name is known here.
 */
#ifndef PROGRAM_FINDINGS_H
#define PROGRAM_FINDINGS_H

#include "comparison.h"

/* Vanishing: the norm of the first layer's gradient is less than this share of the
   last's. */
#define VANISHING_RATIO 0.1
/* Exploding: more than this multiple. */
#define EXPLODING_RATIO 10.0
/* Sparse: at least this share of a network's hidden outputs is exactly 0. */
#define SPARSE_SHARE 0.5
/* Often saturated: at least this share of its hidden outputs, though no unit need be. */
#define OFTEN_SATURATED_SHARE 0.1
/* Overfitted: the test loss ended this many times above its lowest. */
#define OVERFITTED_RATIO 1.1

typedef enum { FINDING_PLAIN, FINDING_WARNING } finding_kind;

typedef struct finding {
  finding_kind kind;
  size_t run; /* whose; FINDING_ALL: of the comparison as a whole */
  char *text; /* a sentence without a full stop */
} finding;
#define FINDING_ALL ((size_t)-1)

typedef struct findings {
  size_t count;
  finding *list;
} findings;

/* What one network's training says, layer by layer. */
findings findings_of_training(const ramp_history *history);

/* What the comparison says: as a whole first, then run by run. */
findings findings_of_comparison(const comparison *c);

void findings_free(findings *found);

#endif
