/* SPDX-License-Identifier: MIT */
/*
 * x times a sigmoid of x, in float.  All are max(x, 0) less what is even in x, so that
 * one quotient serves both sides and its power of two is taken out by a fused operation.
 *
 * A derivative has a root left of 0, near which its sum cancels.  There its numerator
 * 1 + e + x t', with e = e^t, is written by what it is 0 at: with E = e^t0 and h = t - t0
 * it is (x t' - x0 t0') + E (e^h - 1), two terms of one sign.
 */
#ifndef RAMP_FAST_GATES_H
#define RAMP_FAST_GATES_H

#include "functions/fast/sigmoids.h"

/* x/(1 + e^-t) where t has the sign of x and |t| = a: x - x e/(1 + e) above 0, with
   e = e^-a. */
INLINE real gated(real x, pair a, const given *p) {
  growth e = growth_of(negative(a), 64, p);
  real magnitude = magnitude_at_most(x, POWER_END);
  real rest = magnitude * e.upper / multiply_add(e.upper, LOWERED, e.lower);
  return with_sign(multiply_add(rest, -LOWERED, above_0(x)), x);
}

/* What a slope's root is told by: E, and a share c of 1 just below it with c E.  The
   quotient is taken with c above and below, so that its denominator, c where e is 0, does
   not lie just above a power of two, where rounding takes twice as much. */
typedef struct {
  real power, share, shared_power;
} root_power;

/* With h = t - t0 and e^t0 = E: e (line + E (e^h - 1))/(1 + e)^2, where `line` is the
   numerator's other term; below 0 that is the derivative, above 0 what 1 has beyond it.
   E is a float: what it lacks of e^t0 is in h, and again in line. */
INLINE real gate_slope(real x, pair h, pair line, root_power at_root, const given *p) {
  line = (pair){cut(p, STAGE_ARGUMENT, KEPT_ONE, line.high),
                cut(p, STAGE_ARGUMENT, KEPT_OTHER, line.low)};
  exponential power = exponential_of(h, 64, p);
  exponential e = scaled(at_root.power * LOWERED, power);
  real small = multiply_add(e.power, e.excess, line.low);
  real rise = line.high + ((e.power - at_root.power) + small);
  real lifted = value_of(scaled(at_root.shared_power, power));
  real d = multiply_add(lifted * LOWERED, 2 + value_of(e), at_root.share);
  real slope = lifted * (rise * LOWERED) / d;
  return by_sign(x, slope, 1 - slope);
}

/* ------------------------------------------------------------------ silu and kin */

/* t0 of the derivative's root. 1 - t0 + E is 0 for the float E, too, so that `line` needs
   no rest of t0. */
#define SILU_ROOT ((pair){0x1.474974p0f, -0x1.ffde9cp-25f})
#define SILU_POWER ((root_power){0x1.1d25dp-2f, 0x1.e8ap-1f, 0x1.102126p-2f})

/* s (1 + t (1 - s)) of |t| = a. */
INLINE real proportional_gate_slope(real x, pair a, const given *p) {
  pair h = difference(SILU_ROOT.high, a.high);
  h.low -= a.low;
  pair line = h;
  h.low += SILU_ROOT.low;
  return gate_slope(x, h, line, SILU_POWER, p);
}

INLINE pair magnitude(real x) { return (pair){magnitude_at_most(x, POWER_END), NOTHING}; }

INLINE real silu_value(real x, const given *p) { return gated(x, magnitude(x), p); }
INLINE real silu_derivative(real x, const given *p) {
  return proportional_gate_slope(x, magnitude(x), p);
}

#define GELU_SIGMOID_SLOPE ((pair){0x1.b3b646p0f, -0x1.78d4fep-26f})

INLINE real gelu_sigmoid_value(real x, const given *p) {
  return gated(x, pair_product(magnitude_at_most(x, 70), GELU_SIGMOID_SLOPE), p);
}
INLINE real gelu_sigmoid_derivative(real x, const given *p) {
  pair a = pair_product(magnitude_at_most(x, 70), GELU_SIGMOID_SLOPE);
  return proportional_gate_slope(x, a, p);
}

/* x/(1 + e^-t) with t = beta x of either sign. */
INLINE real swish_value(real x, const given *p) {
  real end = POWER_END / absolute(p->parameter[0]), t = with_sign(1, p->parameter[0]) * x;
  real near = magnitude_at_most(x, end);
  growth e = growth_of(negative(pair_product(near, (pair){absolute(p->parameter[0]), 0})),
                       64, p);
  real rest = near * e.upper / multiply_add(e.upper, LOWERED, e.lower);
  real value = multiply_add(rest, -LOWERED, above_0(t));
  return with_sign(value, x);
}
INLINE real swish_derivative(real x, const given *p) {
  real end = POWER_END / absolute(p->parameter[0]), t = with_sign(1, p->parameter[0]) * x;
  real near = magnitude_at_most(x, end);
  return proportional_gate_slope(
      t, pair_product(near, (pair){absolute(p->parameter[0]), 0}), p);
}

/* ------------------------------------------------------------------ gelu_tanh */

/* t = a (linear + cubic a^2), linear = 2 sqrt(2/pi) and cubic = 0.044715 linear; beyond
   11.2 it is as good as POWER_END.  The first part of linear has 20 bits behind the
   point, so that what rounding takes from the sum is a float. */
#define GELU_TANH_END 11.2f
#define GELU_TANH_LINEAR ((pair){0x1.98845p0f, 0x1.9ea1b2p-23f})
#define GELU_TANH_CUBIC ((pair){0x1.2444f2p-4f, 0x1.49b16ap-29f})

INLINE pair gelu_tanh_argument(real a) {
  const pair linear = GELU_TANH_LINEAR, cubic = GELU_TANH_CUBIC;
  real square = a * a, rest = multiply_add(a, a, -square);
  real factor = multiply_add(cubic.high, square, linear.high);
  real low = multiply_add(cubic.high, square, linear.high - factor);
  low = multiply_add(cubic.high, rest, low);
  low = multiply_add(cubic.low, square, low + linear.low);
  return pair_product(a, (pair){factor, low});
}

INLINE real gelu_tanh_value(real x, const given *p) {
  return gated(x, gelu_tanh_argument(magnitude_at_most(x, GELU_TANH_END)), p);
}

/* a0 of the derivative's root, t0 there, and e^-t0. */
#define GELU_TANH_ROOT ((pair){0x1.8142ap-1f, -0x1.85a06cp-27f})
#define GELU_TANH_AT_ROOT ((pair){0x1.3b2cf8p0f, -0x1.04cc04p-26f})
#define GELU_TANH_POWER ((root_power){0x1.2af64ep-2f, 0x1.e74p-1f, 0x1.1c82a6p-2f})
#define GELU_TANH_SLOPE_REST 0x1.12c5p-25f
#define GELU_TANH_POWER_REST -0x1.3890bep-27f
#define GELU_TANH_SLOPE_0 0x1.b78b7ap0f
#define GELU_TANH_SLOPE_1 0x1.49e1dp-3f
#define GELU_TANH_SLOPE_2 0x1.b6676cp-3f

/* a t' - a0 t0' is (a - a0) (linear + 3 cubic (a^2 + a a0 + a0^2)). */
INLINE real gelu_tanh_derivative(real x, const given *p) {
  real a = magnitude_at_most(x, GELU_TANH_END), root = GELU_TANH_ROOT.high;
  pair t = gelu_tanh_argument(a), h = difference(GELU_TANH_AT_ROOT.high, t.high);
  h.low += GELU_TANH_AT_ROOT.low - t.low;
  real inner = multiply_add(GELU_TANH_SLOPE_2, a, GELU_TANH_SLOPE_1);
  real slope = multiply_add(inner, a, GELU_TANH_SLOPE_0);
  real rest = multiply_add(inner, a, GELU_TANH_SLOPE_0 - slope) + GELU_TANH_SLOPE_REST;
  pair from_root = difference(root, a), line = {from_root.high * slope, 0};
  line.low = multiply_add(from_root.high, slope, -line.high);
  line.low = multiply_add(from_root.high, rest, line.low);
  line.low +=
      multiply_add(from_root.low + GELU_TANH_ROOT.low, slope, GELU_TANH_POWER_REST);
  return gate_slope(x, h, line, GELU_TANH_POWER, p);
}

/* ------------------------------------------------------------------ mish */

/* x n/(n + 2) with n = e^x (e^x + 2), less x above 0: -2x/(n + 2). */
INLINE real mish_value(real x, const given *p) {
  const real c = 0x1.ep-1f; /* as in root_power */
  real a = magnitude_at_most(x, POWER_END);
  exponential power = exponential_of((pair){-a, NOTHING}, 64, p);
  real e = value_of(power) * LOWERED;
  real share = multiply_add(c, e, by_sign(x, 2 * c, c * e));
  real d = multiply_add(e, share, by_sign(x, 2 * c, multiply_add(2 * c, e, c)));
  real rest = times_exponential(a * share, power) / d;
  return with_sign(multiply_add(rest, -LOWERED, above_0(x)), x);
}

/* Left of 0 the numerator is 4 e y (x + Q(y)) with y = 1 + e and
   Q = (y^2 + y + 1 + 1/y)/4, and Q - Q0 is (y - y0) (y + y0 + 1 - 1/(y y0))/4. */
#define MISH_ROOT ((pair){0x1.31432cp0f, 0x1.a35ecep-27f})
#define MISH_LINE_REST 0x1.0402aap-30f
#define MISH_POWER 0x1.36c42p-2f
/* Above and below the line all is times a share c, chosen by trying so that these lose
   little: c E, c E (4 + E) and c E (3 + E - 1/y0). */
#define MISH_SHARE 0x1.202bcp-1f
#define MISH_ABOVE 0x1.5dd1cp-3f
#define MISH_BRACKET_1 0x1.785c4p-1f
#define MISH_BRACKET_0 0x1.bb9fe6p-2f

INLINE real mish_derivative(real x, const given *p) {
  const real inner = MISH_POWER, c = MISH_SHARE, above = MISH_ABOVE;
  real a = magnitude_at_most(x, POWER_END);
  pair h = difference(MISH_ROOT.high, a);
  pair t = {by_sign(x, h.high, -a), by_sign(x, h.low + MISH_ROOT.low, 0)};
  exponential power = exponential_of(t, 64, p);
  exponential part = scaled(by_sign(x, inner * LOWERED, LOWERED), power);
  real e = value_of(part), four_y = multiply_add(4 * above, e, 4 * above);
  real bracket = multiply_add(above, e, MISH_BRACKET_1);
  bracket = multiply_add(bracket, e, MISH_BRACKET_0);
  real rise = four_y * (h.low + MISH_LINE_REST);
  rise = multiply_add(less(part, inner), bracket, rise);
  rise = multiply_add(four_y, h.high, rise);
  real whole = multiply_add(multiply_add(c, e, 4 * c), e, 8 * c);
  whole = multiply_add(multiply_add(whole, e, 8 * c), e, 4 * c);
  /* above 0: (1 + 2 e)/d + 4 x e^2 (1 + e)/d^2 with e = e^-x and d = 1 + 2 e + 2 e^2 */
  real y = 1 + e, d = multiply_add(2 * e, y, 1);
  real upper = multiply_add(4 * a * e, e * y, multiply_add(2, e, 1) * d);
  real quotient = by_sign(x, rise, upper) / by_sign(x, whole, d * d);
  return by_sign(x, times_exponential(quotient, power) * LOWERED, quotient);
}

#endif
