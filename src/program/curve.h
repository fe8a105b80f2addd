/* SPDX-License-Identifier: MIT */
/*
 * curve.h: a function or its derivative as points to draw.  A curve is in pieces that
 * meet at the kinks, each sampled up to its very ends: a kink of a value stays a corner,
 * a kink of a derivative becomes a jump, with the one-sided derivatives at the ends of
 * the pieces.
 */
#ifndef PROGRAM_CURVE_H
#define PROGRAM_CURVE_H

#include <ramp/ramp.h>

typedef struct curve_point {
  double x, y;
} curve_point;

typedef struct curve {
  ramp_function function;
  const char *text; /* as the user wrote it */
  int derivative;   /* draw f', not f */
  int pieces;
  curve_point *piece[RAMP_KINKS_MAX + 1]; /* [CURVE_POINTS] each */
  /* Of a derivative, at the kinks in the range: what it takes there (one point each), and
     the one-sided limits that it does not take. */
  int taken, left_out;
  curve_point taken_at[RAMP_KINKS_MAX], left_out_at[2 * RAMP_KINKS_MAX];
} curve;

/* Points of one piece. */
#define CURVE_POINTS 513

/* Samples `function` between low and high.  Errors: those of the library,
   RAMP_OUT_OF_MEMORY. curve_free() in any case. */
ramp_status curve_sample(curve *curve, double low, double high);
void curve_free(curve *curve);

/* Widens *lowest and *highest to hold the curve's finite values. */
void curve_extent(const curve *curve, double *lowest, double *highest);

#endif
