/* SPDX-License-Identifier: MIT */
/*
 * Softmax and its kin, line by line.  Forward passes of 32 and 16 bits try the quick
 * loops first (softmax_quick.c), which leave to the exact ones what they cannot decide,
 * and all that is out of the ordinary: lines with NaN, infinities, or nothing in them.
 */
#ifndef RAMP_SOFTMAX_H
#define RAMP_SOFTMAX_H

#include "api/fold/lines.h"

/* What becomes of x, its powers and their sum. */
typedef enum {
  RAMP_SHARES,      /* e^x / sum */
  RAMP_DIFFERENCES, /* x - log sum */
  RAMP_LOG_SUM,     /* log sum */
  RAMP_PROJECTION,  /* sparsemax */
  RAMP_LARGEST      /* hardmax */
} ramp_softmax_kind;

typedef struct ramp_softmax_call {
  ramp_softmax_kind kind;
  bool one;       /* the sum has 1 added */
  bool negative;  /* of -x */
  bool empty_nan; /* what lines without elements give is NaN */
  bool narrow;    /* OUT has less than 64 bits */
  ramp_lines lines;
  const ramp_quick_softmax *quick; /* null where exact loops are to do all */
  const ramp_line_loops *loops;
} ramp_softmax_call;

/* The forward pass of a whole tensor, without `one`, `negative` and `empty_nan`. */
ramp_softmax_call ramp_softmax_call_of(ramp_softmax_kind kind, int axis,
                                       const ramp_view *x, const ramp_view *mask,
                                       const ramp_view *y);

/* What the exact loops know of a line. */
typedef struct ramp_line_facts {
  bool unordered;        /* NaN takes part */
  bool empty;            /* nothing does, or -inf alone */
  bool infinite;         /* +inf does: all of them, as if they were 0, and nothing else */
  double reference;      /* the largest x, or 0 for `one` */
  ramp_two_parts others; /* the sum of e^(x - reference) but for one that is 1 */
} ramp_line_facts;

/* Elements first .. first + n of -x or x, or what is taken for them. */
void ramp_softmax_load(const ramp_softmax_call *call, const ramp_line *line,
                       const ramp_line_facts *facts, size_t first, size_t n, double *x);

/* Powers of a line's chunk: facts.others comes of all of them. */
typedef struct ramp_powers {
  double x[RAMP_CHUNK], high[RAMP_CHUNK], low[RAMP_CHUNK];
} ramp_powers;

/* Looks at a line; `powers` then holds those of its last chunk. */
ramp_line_facts ramp_softmax_look(const ramp_softmax_call *call, const ramp_line *line,
                                  ramp_powers *powers);

/* The powers of a chunk, unless they are there: of a line of one chunk they are. */
void ramp_softmax_powers(const ramp_softmax_call *call, const ramp_line *line,
                         const ramp_line_facts *facts, size_t first, size_t n,
                         ramp_powers *powers);

/* Computes one line of OUT from IN. */
void ramp_softmax_exact(const ramp_softmax_call *call, size_t line);

/* The same of lines begin .. end, by quick loops as far as they go; RAMP_LANES lines are
   computed together where ramp_panel_across(). */
void ramp_softmax_quick(const ramp_softmax_call *call, size_t begin, size_t end);

/* ------------------------------------------------------------------ intervals */

/* One line's number for all its lanes. */
static inline void ramp_spread(double number, double *lane) {
  for (int j = 0; j < RAMP_LANES; j++)
    lane[j] = number;
}

/* The interval of results for the lanes' sums of powers, which are the `same` where they
   are one line's, and what shares of them are wrong by at most; lanes that are out of the
   ordinary become unsafe. */
void ramp_softmax_interval(const ramp_softmax_call *call, const double *total, bool same,
                           double error, ramp_interval *interval, uint32_t *unsafe);

/* ------------------------------------------------------------------ backward */

/* How lines of floats go back from floats to floats. */
typedef struct ramp_floats_back {
  bool possible; /* elements of all tensors are neighbours, and none is masked */
  double sign;
  bool in_place;
  bool streams;       /* dx goes past the caches */
  size_t ahead, next; /* bytes that are asked for ahead: by sums, and with them */
} ramp_floats_back;

ramp_floats_back ramp_floats_back_of(const ramp_lines *lines, double sign);

/* dx = y (dy - sum of y dy) sign, and dx = dy - e^y sum of dy; false, and nothing done,
   where that is for chunks of doubles: unaligned lines, or sums that are not finite. */
bool ramp_floats_products_back(const ramp_floats_back *b, const ramp_line *line);
bool ramp_floats_present_back(const ramp_floats_back *b, const ramp_line *line);

#endif
