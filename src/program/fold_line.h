/* SPDX-License-Identifier: MIT */
/*
 * fold_line.h: a function of several inputs on one line of numbers of a type: its
 * outputs, its winners, and how each output follows each input.  Numbers are carried as
 * doubles.
 */
#ifndef PROGRAM_FOLD_LINE_H
#define PROGRAM_FOLD_LINE_H

#include <ramp/tensor.h>

typedef struct fold_line {
  ramp_fold fold;
  ramp_type type;
  size_t inputs, outputs;
  double *x, *y;
  uint8_t *winner; /* of each output, where the fold has winners; else null */
} fold_line;

/* x is copied.  Errors: those of the library; the line is to be freed in any case. */
ramp_status fold_line_compute(const ramp_fold *fold, ramp_type type, size_t inputs,
                              const double *x, fold_line *line);

/* dx[i] = the sum over j of dy[j] dy_j/dx_i. */
ramp_status fold_line_backward(const fold_line *line, const double *dy, double *dx);

void fold_line_free(fold_line *line);

#endif
