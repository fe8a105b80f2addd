/* SPDX-License-Identifier: MIT */
/*
 * Softmax and log_softmax of lines of floats that lie in memory element by element, as
 * most do: they are computed where they are, without panels.
 */
#ifndef RAMP_SOFTMAX_WHOLE_H
#define RAMP_SOFTMAX_WHOLE_H

#include "api/fold/panel.h"
#include "api/fold/softmax.h"

/* Rows that are no part of the others: one at each end of a line. */
enum { RAMP_EDGES = 2 };

typedef struct ramp_whole_lines {
  const ramp_softmax_call *call;
  bool possible;  /* for a call of this kind */
  bool streams;   /* y goes past the caches */
  double *powers; /* of a line, or what is not wanted of a chunk */

  /* The line whose results are to be found.  When y streams it waits until the powers of
     the next one are, too: memory takes results as slowly as these are found. */
  bool waits;
  size_t line;
  const float *x;
  float *y;
  size_t head; /* where rows begin: that of y lies at a line of cache when it streams */
  ramp_interval interval;
  uint32_t unsafe[RAMP_LANES];
} ramp_whole_lines;

/* `powers` has place for all whole rows of a line and RAMP_EDGES, or is null; where these
   are not kept, for one row. */
ramp_whole_lines ramp_whole_lines_of(const ramp_softmax_call *call,
                                     const ramp_panel *panel, double *powers);

/* Computes a line.  False where it does not suit, and then `beyond` tells whether some
   |x| is known to be larger than RAMP_POWERS_BOUND; all lines before it are done. */
bool ramp_whole_line(ramp_whole_lines *w, size_t line, bool *beyond);

/* Ends the line that waits, if there is one. */
void ramp_whole_end(ramp_whole_lines *w);

#endif
