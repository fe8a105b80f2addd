/* SPDX-License-Identifier: MIT */
/*
 * What a formula is given beside x, and where a loop may cut it into stages.
 *
 * A formula is a chain of operations, each of which waits for the one before.  A CPU that
 * meets the chain of one number behind that of the other fills its queues with what
 * waits, long before its units have enough to do.  So a loop computes a block in stages:
 * a short chain of all its numbers, then the next.
 *
 * Every stage runs the whole formula.  At the cut where it ends it keeps what it has come
 * to, and nobody uses what the formula makes of that; at cuts of earlier stages it looks
 * up what was kept, and nobody uses what the formula made before: the compiler drops
 * both.  What a formula needs on both sides of a cut it computes twice, unless that is
 * kept as well.
 */
#ifndef RAMP_STAGES_H
#define RAMP_STAGES_H

#include "functions/arithmetic.h"

#include <stddef.h>

/* The arithmetics whose loops come in stages. */
#if defined RAMP_ARITHMETIC_bounded || defined RAMP_ARITHMETIC_fast
#define RAMP_STAGED
#endif

/* By what a stage comes to: the argument of a series, reduced to where that is good; its
   sum; a quotient made of it; the result.  A formula need not have all of them. */
typedef enum {
  STAGE_ALL, /* from x to the result at once */
  STAGE_ARGUMENT,
  STAGE_SERIES,
  STAGE_QUOTIENT,
  STAGE_RESULT
} stage_end;

/* What is kept of a number: of e^x the reduced argument, the power of two and the series;
   and two more of the formula's own. */
typedef enum { KEPT_REDUCED, KEPT_SHIFTED, KEPT_SERIES, KEPT_ONE, KEPT_OTHER, KEPT } kept;

/* Of a block. */
enum { STAGE_BLOCK = 512 / sizeof(real) };
typedef real kept_block[KEPT][STAGE_BLOCK];

/* For number i of a block, or for any number in STAGE_ALL. */
typedef struct {
  const real *parameter; /* of the function's row */
  stage_end stage;
  real (*kept)[STAGE_BLOCK];
  size_t i;
} given;

/* For a formula that has no parameters, all at once. */
#define NOTHING_GIVEN ((given){.stage = STAGE_ALL})

/* The value, to which the stage `end` comes. */
INLINE real cut(const given *p, stage_end end, kept place, real value) {
#ifdef RAMP_STAGED
  if (p->stage > end) return p->kept[place][p->i];
  if (p->stage == end) p->kept[place][p->i] = value;
#else
  (void)p, (void)end, (void)place;
#endif
  return value;
}

#if defined RAMP_ARITHMETIC_extended || defined RAMP_ARITHMETIC_working
INLINE number cut_number(const given *p, stage_end end, kept place, number value) {
  value.high = cut(p, end, place, value.high);
  return value;
}
#endif

#endif
