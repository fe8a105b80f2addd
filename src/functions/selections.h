/* SPDX-License-Identifier: MIT */
/* Formulas that pick among their input and parameters, in float or double alike. */
#ifndef RAMP_SELECTIONS_H
#define RAMP_SELECTIONS_H

#include "functions/elementary.h"

INLINE real identity_value(real x, const real *p) {
  (void)p;
  return x;
}
INLINE real identity_derivative(real x, const real *p) {
  (void)x, (void)p;
  return 1;
}

INLINE real relu_value(real x, const real *p) {
  (void)p;
  return x <= 0 ? 0 : x;
}
INLINE real relu_derivative(real x, const real *p) {
  (void)p;
  return x > 0 ? 1 : 0;
}

INLINE real clip_value(real x, const real *p) {
  return at_most(x <= p[0] ? p[0] : x, p[1]);
}
INLINE real clip_derivative(real x, const real *p) {
  return (x > p[0] ? 1 : 0) * (real)(x < p[1] ? 1 : 0);
}
INLINE real clip_by_low(real x, const real *p) { return x < p[0] ? 1 : 0; }
INLINE real clip_by_high(real x, const real *p) { return x > p[1] ? 1 : 0; }

#endif
