/* SPDX-License-Identifier: MIT */
/* Smooth formulas that are near x for large x, and near a constant for small. */
#ifndef RAMP_RECTIFIERS_H
#define RAMP_RECTIFIERS_H

#include "functions/sigmoids.h"

/* e^-|t|: of what t lost by rounding it has |t| times the share. */
INLINE ratio decay_of_product(number t, const given *p) {
  real low = second_part(t);
  return decay_with_care(absolute(t.high), by_sign(t.high, -low, low), QUICK, p);
}

/* log(1 + e^t), lifted for t < -600. */
INLINE number softplus_of(number t, const given *p) {
  number l = logarithm_of_one_plus(decay_of_product(t, p), at_least(t.high, 0), p);
  return with_last(l, by_sign(t.high, 0, second_part(t)));
}

/* Beyond t = 700 softplus is x in every type.  A bounded x does not bound t. */
INLINE real softplus_value(real x, const given *p) {
  real beta = p->parameter[0];
  number t = product_within(beta, x, DECAY_END);
  real general = lowered(t.high, rounded(quotient(softplus_of(t, p), number_of(beta))));
#ifdef RAMP_ARITHMETIC_extended
  general = by_sign(DECAY_END + beta * x, 0, general); /* or a small beta shows e^-800 */
#endif
  return by_sign(700 - t.high, x, general);
}
INLINE real softplus_derivative(real x, const given *p) {
  number t = product_within(p->parameter[0], x, DECAY_END);
  ratio e = ties_inwards(decay_of_product(t, p), t.high);
  return lowered(t.high, rounded(sigmoid_of_decay(e, t.high)));
}

/* (t s(t) - log(1 + e^t))/beta^2 with s the sigmoid.  It is even in t, and for t < 0
   nothing cancels. */
INLINE real softplus_by_beta(real x, const given *p) {
  real a = absolute(p->parameter[0] * x), near = at_most(a, DECAY_END);
  ratio e = decay(near, p);
  real linear = near * rounded(quotient(e.upper, total(e)));
  real sum = linear + rounded(logarithm_of_one_plus(e, 0, p));
  return by_sign(DECAY_END - a, 0, -sum / p->parameter[0] / p->parameter[0]);
}

INLINE real elu_value(real x, const given *p) {
  ratio e = decay_minus_one(absolute(x), p);
  number m = quotient(e.upper, e.lower);
  real below = with_sign(rounded(product(number_of(p->parameter[0]), m)), -1);
  return by_sign(x, below, x);
}
INLINE real elu_derivative(real x, const given *p) {
  ratio e = decay_in_full(absolute(x), p);
  real below = rounded(quotient(product(number_of(p->parameter[0]), e.upper), e.lower));
  return by_sign(x, lowered(x, below), 1);
}
INLINE real elu_by_alpha(real x, const given *p) {
  ratio e = decay_minus_one(absolute(x), p);
  return by_sign(x, rounded(quotient(e.upper, e.lower)), 0);
}

INLINE real log_sigmoid_value(real x, const given *p) {
  number t = number_of(within(-x, DECAY_END));
  return by_sign(700 - t.high, x, -lowered(t.high, rounded(softplus_of(t, p))));
}
INLINE real log_sigmoid_derivative(real x, const given *p) {
  return sigmoid_value(-x, p);
}

/* scale (e^x - 1) alpha below 0, with the constants of self-normalising networks. */
#define SELU_SCALE CONSTANT(0x1.0cfabd6a91132p0, 0x1.6fc7d272f2695p-55)
#define SELU_SCALE_ALPHA CONSTANT(0x1.c212cc640f031p0, 0x1.05161b045a1fep-56)

INLINE real selu_value(real x, const given *p) {
  ratio e = decay_minus_one(absolute(x), p);
  number below = quotient(product(SELU_SCALE_ALPHA, e.upper), e.lower);
  real above = constant_times(SELU_SCALE, x);
  return by_sign(x, with_sign(rounded(below), -1), above);
}
INLINE real selu_derivative(real x, const given *p) {
  ratio e = decay_in_full(absolute(x), p);
  real below = rounded(quotient(product(SELU_SCALE_ALPHA, e.upper), e.lower));
  return by_sign(x, lowered(x, below), rounded(SELU_SCALE));
}

/* |x|/alpha in two parts, where that is not beyond all that matters; a bounded x does not
   bound it. */
INLINE number celu_argument(real x, const given *p) {
  real limit = DECAY_END * p->parameter[0];
  return quotient(number_of(at_most(absolute(x), at_most(limit, REAL_MAX))),
                  number_of(p->parameter[0]));
}
INLINE real celu_value(real x, const given *p) {
  number t = celu_argument(x, p);
  ratio e = decay_of_sum_minus_one(t.high, second_part(t), p);
  number m = quotient(e.upper, e.lower);
  real below = with_sign(rounded(product(number_of(p->parameter[0]), m)), -1);
  return by_sign(x, below, x);
}
INLINE real celu_derivative(real x, const given *p) {
  number t = celu_argument(x, p);
  ratio e = decay_of_sum(t.high, second_part(t), p);
  real below = rounded(quotient(e.upper, e.lower));
  return by_sign(x, lowered(-t.high, below), 1);
}

/* By alpha: (e^t - 1) - t e^t with t = x/alpha. */
INLINE real celu_by_alpha(real x, const given *p) {
  real t = celu_argument(x, p).high;
  ratio m = decay_minus_one(t, p), e = decay(t, p);
  real by = (m.upper.high + t * e.upper.high) / m.lower.high;
  return by_sign(x, by, 0);
}

#endif
