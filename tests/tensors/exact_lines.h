/* SPDX-License-Identifier: MIT */
/*
 * exact_lines.h: softmax and its kin of one line, forward and backward, in MPFR: by their
 * definitions, at a precision at which these lose nothing that counts.
 */
#ifndef RAMP_TESTS_EXACT_LINES_H
#define RAMP_TESTS_EXACT_LINES_H

#include <mpfr.h>
#include <ramp/tensor.h>
#include <stdbool.h>

typedef struct exact_line {
  size_t n;
  mpfr_t *value; /* y, or dx; of log_sum_exp's y one */
  mpfr_t scale;  /* backward: of the terms that cancel in dx */
} exact_line;

exact_line *exact_new(size_t n);
void exact_free(exact_line *line);

/* y of the fold `name` without arguments.  present[i] tells that x[i] takes part. */
void exact_forward(const char *name, size_t n, const double *x, const bool *present,
                   bool empty_nan, exact_line *y);

/* dx from `kept` (y, of log_sum_exp x) and finite dy. */
void exact_backward(const char *name, size_t n, const double *kept, const bool *present,
                    const double *dy, exact_line *dx);

/* loss in value[n], dx in the others. */
void exact_cross_entropy(size_t n, const double *x, size_t label, double scale,
                         exact_line *dx);

#endif
