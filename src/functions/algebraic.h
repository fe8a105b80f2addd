/* SPDX-License-Identifier: MIT */
/* Formulas of quotients and square roots. */
#ifndef RAMP_ALGEBRAIC_H
#define RAMP_ALGEBRAIC_H

#include "functions/elementary.h"

/* Beyond 2^60 it is 1 in every type. */
INLINE real softsign_value(real x, const real *p) {
  (void)p;
  real a = magnitude_at_most(x, 0x1p60);
  return with_sign(quotient_to_odd(number_of(a), sum(1, number_of(a))), x);
}

INLINE real softsign_derivative(real x, const real *p) {
  (void)p;
  return inverse_square_to_odd(sum(1, number_of(magnitude_at_most(x, REAL_MAX))));
}

#endif
