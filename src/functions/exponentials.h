/* SPDX-License-Identifier: MIT */
/* e^x and e^(-x^2). */
#ifndef RAMP_EXPONENTIALS_H
#define RAMP_EXPONENTIALS_H

#include "functions/elementary.h"

INLINE real exp_value(real x, const given *p) {
  real near = UNBOUNDED_WITHIN(x, DECAY_END);
  ratio e = decay_in_full(-near, p);
  return raised(near, lowered(near, rounded(quotient(e.upper, e.lower))));
}
INLINE real exp_derivative(real x, const given *p) { return exp_value(x, p); }

/* eps x and e^-(eps x)^2, which is 0 in every type where |eps x| is beyond
   GAUSSIAN_END. */
#ifdef RAMP_ARITHMETIC_extended
#define GAUSSIAN_END 28
#define GAUSSIAN_INWARDS 0
#else
#define GAUSSIAN_END 26.5
/* At 0x1.0f876ep-11 and 0x1.d9f6ecp+0 the value all but falls on the middle between two
   floats, and is less. */
#define GAUSSIAN_INWARDS 0x1.4p-52
#endif
typedef struct {
  number u, square;
  ratio e;
} bell_curve;

/* The curve for x^2 + inwards. */
INLINE bell_curve gaussian_curve(real x, real inwards, const given *p) {
  bell_curve g;
  g.u = product_within(p->parameter[0], x, GAUSSIAN_END);
  g.square = product(g.u, g.u);
  g.e = decay_of_sum(g.square.high, second_part(g.square) + inwards, p);
  return g;
}

INLINE real gaussian_value(real x, const given *p) {
  bell_curve g = gaussian_curve(x, GAUSSIAN_INWARDS, p);
  return lowered(-g.square.high, rounded(quotient(g.e.upper, g.e.lower)));
}

/* Near 0 the derivative is -2 x (1 - x^2): times a gradient it may fall on the middle
   between two floats, and decides towards 0. */
INLINE number gaussian_less_near_0(number e, real u) {
#ifndef RAMP_ARITHMETIC_extended
  e.high = from_bits(bits_of(e.high) - ((bits_of(absolute(u)) - bits_of(0x1p-9)) >> 63));
#else
  (void)u;
#endif
  return e;
}
INLINE real gaussian_derivative(real x, const given *p) {
  bell_curve g = gaussian_curve(x, 0, p);
  number e = gaussian_less_near_0(g.e.upper, g.u.high);
  number slope = product(product(number_of(2 * p->parameter[0]), g.u), e);
  real size = lowered(-g.square.high, rounded(quotient(slope, g.e.lower)));
  return with_sign(size, -x);
}
INLINE real gaussian_by_eps(real x, const given *p) {
  bell_curve g = gaussian_curve(x, 0, p);
  return -2 * g.square.high / p->parameter[0] * (g.e.upper.high / g.e.lower.high);
}

#endif
