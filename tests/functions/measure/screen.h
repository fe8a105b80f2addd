/* SPDX-License-Identifier: MIT */
/*
 * screen.h: intervals in long double around the values of an expression, narrow enough to
 * see by how much a double misses.  What they cannot tell is left to MPFR.
 */
#ifndef RAMP_TESTS_SCREEN_H
#define RAMP_TESTS_SCREEN_H

#include "expression.h"

#define SCREEN_BLOCK 256

typedef struct screen_block {
  long double low[SCREEN_BLOCK], high[SCREEN_BLOCK];
} screen_block;

/* As expression_quick(): the last node's interval holds the exact value, or has NaN ends
   where it is not known. */
void expression_screen(const expression *e, size_t count, const double *x,
                       const double *parameter, screen_block *node);

/* No less than number_ulps() of `got`, whatever in the interval the exact value is;
   infinite where the interval does not tell. */
double screen_ulps(double got, long double low, long double high);

#endif
