/* SPDX-License-Identifier: MIT */
/* Smooth formulas that are near x for large x and near a constant for small, in float. */
#ifndef RAMP_FAST_RECTIFIERS_H
#define RAMP_FAST_RECTIFIERS_H

#include "functions/fast/sigmoids.h"

/* atanh(s)/s = 1 + z b(z), z = s^2, for s in [0, 1/3]. */
INLINE real logarithm_ratio(real z) {
  real b = multiply_add(0x1.e121b8p-4f, z, 0x1.bb311cp-4f);
  b = multiply_add(b, z, 0x1.24d76ep-3f);
  b = multiply_add(b, z, 0x1.999866p-3f);
  b = multiply_add(b, z, 0x1.555556p-2f);
  return multiply_add(b, z, 1);
}

/* beta x in two parts; beyond all powers in one. */
INLINE pair stretched(real x, real beta) {
  real t = x * beta, low = multiply_add(x, beta, -t);
  return (pair){t, by_sign(POWER_END - absolute(t), 0, low)};
}

/* above + share log(1 + e^-|t|), the logarithm as 2 atanh(e/(2 + e)). */
INLINE real softplus_of(pair t, real above, real share, const given *p) {
  pair y = {-magnitude_at_most(t.high, POWER_END), by_sign(t.high, t.low, -t.low)};
  growth e = growth_of(y, 64, p);
  real s = e.upper / multiply_add(e.upper, LOWERED, 2 * e.lower);
  s = cut(p, STAGE_QUOTIENT, KEPT_ONE, s);
  real lowered = s * LOWERED, ratio = logarithm_ratio(lowered * lowered);
  return multiply_add(s, ratio * (2 * LOWERED * share), above);
}

INLINE real softplus_value(real x, const given *p) {
  real beta = p->parameter[0];
  return softplus_of(stretched(x, beta), above_0(x), 1 / beta, p);
}
INLINE real softplus_derivative(real x, const given *p) {
  return sigmoid_of(stretched(x, p->parameter[0]), p);
}

INLINE real log_sigmoid_value(real x, const given *p) {
  return -softplus_of((pair){-x, NOTHING}, above_0(-x), 1, p);
}
INLINE real log_sigmoid_derivative(real x, const given *p) {
  return sigmoid_of((pair){-x, NOTHING}, p);
}

/* factor (e^y - 1), which is -factor from y = -18 on. */
INLINE real less_than_0(pair y, real factor, const given *p) {
  growth e = growth_of((pair){at_least_low(y.high, -20), y.low}, 0, p);
  return with_sign(factor * excess(e, 1) / e.lower, -1);
}

/* factor e^y */
INLINE real decay(pair y, real factor, const given *p) {
  pair near = {at_least_low(y.high, -POWER_END), y.low};
  return lifted_power(near, p) * (factor * LOWERED);
}

INLINE real elu_value(real x, const given *p) {
  return by_sign(x, less_than_0((pair){-absolute(x), NOTHING}, p->parameter[0], p), x);
}
INLINE real elu_derivative(real x, const given *p) {
  return by_sign(x, decay((pair){-absolute(x), NOTHING}, p->parameter[0], p), 1);
}

#define SELU_SCALE 0x1.0cfabep0f
#define SELU_SCALE_ALPHA 0x1.c212ccp0f

INLINE real selu_value(real x, const given *p) {
  return by_sign(x, less_than_0((pair){-absolute(x), NOTHING}, SELU_SCALE_ALPHA, p),
                 SELU_SCALE * x);
}
INLINE real selu_derivative(real x, const given *p) {
  return by_sign(x, decay((pair){-absolute(x), NOTHING}, SELU_SCALE_ALPHA, p),
                 SELU_SCALE);
}

/* x/alpha in two parts for x <= 0. */
INLINE pair celu_argument(real x, real alpha) {
  real inverse = 1 / alpha, near = at_least_low(x, -POWER_END * alpha);
  real t = near * inverse;
  return (pair){t, multiply_add(-t, alpha, near) * inverse};
}
/* Next to 0 it is x, whose quotient may be subnormal. */
INLINE real celu_value(real x, const given *p) {
  real alpha = p->parameter[0], end = -0x1p-40f * absolute(alpha);
  real below = less_than_0(celu_argument(-absolute(x), alpha), alpha, p);
  return by_sign(x - end, below, x);
}
INLINE real celu_derivative(real x, const given *p) {
  return by_sign(x, decay(celu_argument(-absolute(x), p->parameter[0]), 1, p), 1);
}

#endif
