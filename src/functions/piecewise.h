/* SPDX-License-Identifier: MIT */
/* Formulas of pieces of lines and parabolas. */
#ifndef RAMP_PIECEWISE_H
#define RAMP_PIECEWISE_H

#include "functions/elementary.h"

/* A slope of 0 must not meet an infinite x. */
INLINE real leaky_relu_value(real x, const real *p) {
  real lowest = p[0] == 0 ? -1 : -REAL_INFINITY;
  return by_sign(x, product_to_odd(p[0], at_least(x, lowest)), x);
}
INLINE real leaky_relu_derivative(real x, const real *p) { return x > 0 ? 1 : p[0]; }
INLINE real leaky_relu_by_slope(real x, const real *p) {
  (void)p;
  return at_most(x, 0);
}

#endif
