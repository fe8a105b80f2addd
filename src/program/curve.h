/* SPDX-License-Identifier: MIT */
/*
 * curve.h: a function or its derivative as points to draw.  A curve is in pieces that
 * meet at kinks and jumps, each sampled up to its very ends: a kink of a value stays a
 * corner; a jump of a value, and a kink of a derivative, becomes a gap, with the limits
 * from both sides at the ends of the pieces.
 */
#ifndef PROGRAM_CURVE_H
#define PROGRAM_CURVE_H

#include <ramp/tensor.h>

typedef struct curve_point {
  double x, y;
} curve_point;

/* Kinks and jumps. */
#define CURVE_BREAKS_MAX (2 * RAMP_KINKS_MAX)

/* Inputs of a function of several that move together: input i is start + rise t at the
   place t of the picture.  The curve is one of the outputs, or one of the inputs. */
typedef struct curve_line {
  double start, rise;
} curve_line;

typedef struct curve_fold {
  ramp_fold fold;
  size_t output; /* which one, unless `is_input`: which input */
  int is_input;
  size_t inputs;
  curve_line line[]; /* of each input */
} curve_fold;

/* How a curve is drawn. */
typedef enum {
  CURVE_BOLD,
  CURVE_BAND, /* the area between it and the next one, */
  CURVE_EDGE, /* which is this */
  CURVE_FAINT /* thin and grey, in the background; in the legend only by its label */
} curve_look;

typedef struct curve {
  ramp_function function; /* unless `of` */
  curve_fold *of;         /* of several inputs; freed with the curve.  Or null */
  const char *text;       /* as the user wrote it */
  char label[128];        /* for the legend; "" for the text */
  curve_look look;
  int colour;     /* from 0 */
  int derivative; /* draw f', not f */
  int pieces;
  curve_point *piece[CURVE_BREAKS_MAX + 1]; /* [CURVE_POINTS] each */
  /* At the gaps in the range: what the curve takes there (one point each), and the limits
     from one side that it does not take. */
  int taken, left_out;
  curve_point taken_at[CURVE_BREAKS_MAX], left_out_at[2 * CURVE_BREAKS_MAX];
} curve;

/* Points of one piece. */
#define CURVE_POINTS 513

/* Widens *lowest and *highest to hold the kinks and jumps of its function. */
void curve_breaks_extent(const curve *curve, double *lowest, double *highest);

/* Samples `function` between low and high.  Errors: those of the library,
   RAMP_OUT_OF_MEMORY. curve_free() in any case. */
ramp_status curve_sample(curve *curve, double low, double high);
void curve_free(curve *curve);

/* Widens *lowest and *highest to hold the curve's finite values. */
void curve_extent(const curve *curve, double *lowest, double *highest);

#endif
