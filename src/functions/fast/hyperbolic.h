/* SPDX-License-Identifier: MIT */
/*
 * Formulas of tanh and cosh, in float.  Up to |x| = 1 those that are like a power of x
 * near 0 are polynomials, beyond it e^-2|x| serves them.
 */
#ifndef RAMP_FAST_HYPERBOLIC_H
#define RAMP_FAST_HYPERBOLIC_H

#include "functions/fast/rectifiers.h"

/* e^-2a is nothing beside 1. */
#define FAR_END 20

INLINE growth far_decay(real a, const given *p) {
  return growth_of((pair){-2 * at_least_low(a, FAR_END), NOTHING}, 0, p);
}

/* p with a - tanh a = a^3 p(a^2), for a in [0, 1]. */
INLINE real tanh_shrink_core(real z) {
  real b = multiply_add(-0x1.437b6ep-13f, z, 0x1.faea1ep-11f);
  b = multiply_add(b, z, -0x1.acf0eap-9f);
  b = multiply_add(b, z, 0x1.1eada6p-7f);
  b = multiply_add(b, z, -0x1.660068p-6f);
  b = multiply_add(b, z, 0x1.ba1af6p-5f);
  b = multiply_add(b, z, -0x1.11112cp-3f);
  return multiply_add(b, z, 0x1.555556p-2f);
}

/* a^3 p(a^2), or a - 1 + 2e/(1 + e). */
INLINE real tanh_shrink_value(real x, const given *p) {
  real a = absolute(x), z = a * a, b = tanh_shrink_core(z);
  growth e = far_decay(a, p);
  real far = (a - 1) + 2 * e.upper / (e.upper + e.lower);
  return with_sign(by_sign(a - 1, a * z * b, far), x);
}

INLINE real tanh_shrink_derivative(real x, const given *p) {
  real a = absolute(x), z = a * a, t = multiply_add(-a * z, tanh_shrink_core(z), a);
  return by_sign(a - 1, t * t, 1 - bell(2 * a, 4, p));
}

/* a^2 p(a^2), or a - ln 2 + log(1 + e). */
INLINE real log_cosh_value(real x, const given *p) {
  real a = absolute(x), z = a * a;
  real b = multiply_add(0x1.73628cp-13f, z, -0x1.64e4e8p-11f);
  b = multiply_add(-0x1.b1d9c8p-16f, z * z, b);
  b = multiply_add(b, z, 0x1.1b69fp-9f);
  b = multiply_add(b, z, -0x1.b9b9bep-8f);
  b = multiply_add(b, z, 0x1.6c13eep-6f);
  b = multiply_add(b, z, -0x1.55554ep-4f);
  b = multiply_add(b, z, 0.5f);
  growth e = far_decay(a, p);
  real s = e.upper / multiply_add(2, e.lower, e.upper);
  real logarithm = 2 * s * logarithm_ratio(s * s);
  real far = (a - LN2) + (logarithm - LN2_REST);
  return by_sign(a - 1, z * b, far);
}
INLINE real log_cosh_derivative(real x, const given *p) { return tanh_value(x, p); }

INLINE real lisht_value(real x, const given *p) { return x * tanh_value(x, p); }

/* With e = e^-2a: (1 - e)/(1 + e) + 4 a e/(1 + e)^2. */
INLINE real lisht_derivative(real x, const given *p) {
  real a = absolute(x), near = at_least_low(a, FAR_END);
  exponential parts = exponential_of((pair){-2 * near, NOTHING}, 0, p);
  real e = value_of(parts), whole = 1 + e;
  real upper = multiply_add(-less(parts, 1), whole, 4 * near * e);
  return with_sign(upper / (whole * whole), x);
}

#endif
