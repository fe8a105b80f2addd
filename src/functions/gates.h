/* SPDX-License-Identifier: MIT */
/* x times a sigmoid of x. */
#ifndef RAMP_GATES_H
#define RAMP_GATES_H

#include "functions/sigmoids.h"

/* ------------------------------------------------------------------ x sigmoid(t) */

/* A float has x/2 in its middle for subnormal x, and a term of x^2 decides upwards;
   UPWARDS is far below the last bit of any normal float. */
#define UPWARDS 0x1p-172

/* Beyond it a narrow x and all that is made of it have overflowed; yet times e^-708 it
   is 0. */
#define GATED_END 0x1p130

#ifdef RAMP_ARITHMETIC_extended
/* x, or 1 of its sign where e^-|t| is 0 and x might make more of it. */
INLINE real or_one(real t, real x) {
  return by_sign(760 - absolute(t), with_sign(1, x), x);
}
#endif

/* x sigmoid(t) with t = high + low of the sign of x or, throughout, of -x, and |high| at
   most DECAY_END or, in extended arithmetic, low = 0 beyond it. */
INLINE real gated(real x, real high, real low, decay_care care, const given *p) {
#ifdef RAMP_ARITHMETIC_extended
  ratio e = decay_with_care(absolute(high), by_sign(high, -low, low), care, p);
  number s = sigmoid_of_decay(e, high);
  real value = lowered(high, rounded(product(number_of(or_one(high, x)), s)));
#else
  ratio e = decay_with_care(high, low, care, p);
  real near = UNBOUNDED_WITHIN(x, GATED_END);
  real value = multiply_add(near, e.lower.high, UPWARDS) / total(e).high;
#endif
  return or_large(high, x, with_sign(value, x));
}

#ifdef RAMP_ARITHMETIC_extended
/* h (first + h q) within 1/8 of a derivative's root, which h is measured from. */
INLINE real or_near_root(real h, real first, real q, real general) {
  return by_sign(absolute(h) - 0.125, multiply_add_closely(h, first, h * q), general);
}
#endif

/* Near its root the derivative of x sigmoid(x) is (x - root) q(x - root): a 64-bit result
   keeps all its digits there.  For narrower ones the general formula does. */
INLINE real gate_near_root(real t, real low, real general) {
#ifdef RAMP_ARITHMETIC_extended
  real h = (t + 0x1.474973c84120bp0) + (low + 0x1.f8d74bc9ac154p-54);
  real q = 0x1.f08dba751fd7bp-20;
  q = multiply_add(q, h, -0x1.859ad3f8718bep-19);
  q = multiply_add(q, h, -0x1.f2766af2a7dd6p-16);
  q = multiply_add(q, h, -0x1.572509b6c0b99p-15);
  q = multiply_add(q, h, 0x1.85749b46aa528p-13);
  q = multiply_add(q, h, 0x1.a2a7cb2126eb8p-11);
  q = multiply_add(q, h, 0x1.098e9324b8b83p-13);
  q = multiply_add(q, h, -0x1.b0f82c4995406p-8);
  q = multiply_add(q, h, -0x1.f2d0e32bc4122p-7);
  q = multiply_add(q, h, 0x1.353eb573ca45ep-6);
  q = multiply_add(q, h, 0x1.2c563458cc0adp-3);
  q = multiply_add(q, h, -0x1.2563304c9974ap-58);
  return or_near_root(h, 0x1.be1410460527fp-3, q, general);
#else
  (void)t, (void)low;
  return general;
#endif
}

/* The derivative of x sigmoid(t), t = high + low: s (1 + x t' (1 - s)), where rise +
   rise_low is x t'.  With s = a/(a + b) and 1 - s = b/(a + b), of which one is the
   sigmoid of |t|, narrow types need a single division. */
INLINE real gate_slope(real high, real low, number rise, real rise_low, decay_care care,
                       const given *p) {
  real outward = by_sign(high, -low, low);
  ratio e = decay_with_care(absolute(high), outward, care, p);
  if (care == QUICK) e = ties_inwards(e, high);
  number a = choose_by_sign(high, e.upper, e.lower);
  number b = choose_by_sign(high, e.lower, e.upper);
  number d = total(e);
#ifdef RAMP_ARITHMETIC_extended
  (void)rise_low;
  number inverse = quotient(number_of(1), d);
  number bracket = sum(1, product(rise, product(b, inverse)));
  return lowered(high, rounded(product(product(a, inverse), bracket)));
#else
  real bracket = multiply_add(rise.high, b.high, d.high);
  if (care == OF_SUM) bracket = multiply_add(rise_low, b.high, bracket);
  return a.high * (bracket / (d.high * d.high));
#endif
}

/* Where t is a multiple of x, x t' is t: times `rising`, a 1 but for its last bits. */
INLINE real proportional_gate_slope(real high, real low, real rising, decay_care care,
                                    const given *p) {
#ifdef RAMP_ARITHMETIC_extended
  number rise = {high, low};
  (void)rising;
#else
  number rise = {high * rising};
#endif
  return gate_near_root(high, low, gate_slope(high, low, rise, low, care, p));
}

INLINE real silu_value(real x, const given *p) {
  return gated(x, UNBOUNDED_AT_LEAST(x, -DECAY_END), 0, QUICK, p);
}
INLINE real silu_derivative(real x, const given *p) {
  return proportional_gate_slope(UNBOUNDED_WITHIN(x, DECAY_END), 0, 1, QUICK, p);
}

INLINE real swish_value(real x, const given *p) {
  number t = product_within(p->parameter[0], x, DECAY_END);
  return gated(x, t.high, second_part(t), QUICK, p);
}
INLINE real swish_derivative(real x, const given *p) {
  number t = product_within(p->parameter[0], x, DECAY_END);
  return proportional_gate_slope(t.high, second_part(t), 1, QUICK, p);
}

/* By beta: x^2 s (1 - s). */
INLINE real swish_by_beta(real x, const given *p) {
  real near = within(x, GATED_END);
  return near * near *
         bell(absolute(product_within(p->parameter[0], x, DECAY_END).high), p);
}

/* 1.702 x in two parts: in working arithmetic 29 bits times a float are exact. */
#ifdef RAMP_ARITHMETIC_extended
#define GELU_SIGMOID_HIGH 0x1.b3b645a1cac08p0
#define GELU_SIGMOID_LOW 0x1.89374bc6a7efap-55
#define GELU_SIGMOID_OUTWARDS 0
#define GELU_SIGMOID_RISE 1
#else
#define GELU_SIGMOID_HIGH 0x1.b3b645ap0
#define GELU_SIGMOID_LOW 0x1.cac083126e979p-32
/* For two floats whose value all but falls on a middle, -0x1.21f914p+0 and
   0x1.e2fa4ep-9. */
#define GELU_SIGMOID_OUTWARDS 0x1p-51
/* Likewise for one of the derivative, 0x1.69a2fp+0: x t' is less by 2^-48 of it. */
#define GELU_SIGMOID_RISE 0x1.fffffffffffep-1
#endif

INLINE real gelu_sigmoid_rest(real x, real high) {
  real near = by_sign(DECAY_END - absolute(high), 0, x);
#ifdef RAMP_ARITHMETIC_extended
  real error = product_error(GELU_SIGMOID_HIGH, near, GELU_SIGMOID_HIGH * near);
  return multiply_add(GELU_SIGMOID_LOW, near, error);
#else
  return GELU_SIGMOID_LOW * near;
#endif
}
INLINE real gelu_sigmoid_value(real x, const given *p) {
  real t = GELU_SIGMOID_HIGH * x;
  real low = gelu_sigmoid_rest(x, t) + with_sign(GELU_SIGMOID_OUTWARDS, x);
  return gated(x, UNBOUNDED_WITHIN(t, DECAY_END), low, OF_SUM, p);
}
INLINE real gelu_sigmoid_derivative(real x, const given *p) {
  real t = GELU_SIGMOID_HIGH * x;
  real rising = by_sign(x, 1, GELU_SIGMOID_RISE); /* the root is left of 0 */
  return proportional_gate_slope(UNBOUNDED_WITHIN(t, DECAY_END), gelu_sigmoid_rest(x, t),
                                 rising, OF_SUM, p);
}

/* ------------------------------------------------------------------ a cubic, and mish */

/* t = 2 sqrt(2/pi) (x + 0.044715 x^3) = x (linear + cubic x^2) in two parts, and x t'. */
typedef struct {
  real high, low;
  number rise;
} gelu_tanh_argument;

#define GELU_TANH_LINEAR 0x1.9884533d43651p0, -0x1.cbc0d30ebfd15p-54
#define GELU_TANH_CUBIC 0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c7p-61

#ifdef RAMP_ARITHMETIC_extended
#define GELU_TANH_END 22.5 /* beyond it t is beyond DECAY_END */
#define GELU_TANH_INWARDS 0
#define GELU_TANH_OUTWARDS 0
#define GELU_TANH_RISE 0

INLINE gelu_tanh_argument gelu_tanh_t(real x) {
  const number linear = {GELU_TANH_LINEAR}, cubic = {GELU_TANH_CUBIC};
  number near = number_of(within(x, GELU_TANH_END));
  number cubed = product(cubic, product(near, near));
  number t = product(near, sum_of(linear, cubed));
  number rise = product(near, sum_of(linear, product(number_of(3), cubed)));
  return (gelu_tanh_argument){t.high, t.low, rise};
}
#else
#define GELU_TANH_END 21.1 /* t is within DECAY_END, and e^-t 0 in narrow types */
/* At -0x1.6148dep-16 and 0x1.6148dep-16 the value all but falls on the middle between two
   floats, and is nearer to x/2. */
#define GELU_TANH_INWARDS 0x1p-51
/* Likewise for the derivative's floats -0x1.40d932p-26 and 0x1.40d932p-25, and for one
   beside its root. */
#define GELU_TANH_OUTWARDS 0x1.4p-51
#define GELU_TANH_RISE 0x1p-53

/* The square of a float is exact. */
INLINE gelu_tanh_argument gelu_tanh_t(real x) {
  const real linear[] = {GELU_TANH_LINEAR}, cubic[] = {GELU_TANH_CUBIC};
  real near = within(x, GELU_TANH_END), square = near * near, cubed = cubic[0] * square;
  real factor = linear[0] + cubed, lost = sum_error(linear[0], cubed, factor);
  lost += product_error(cubic[0], square, cubed) + linear[1];
  real high = near * factor;
  real low = multiply_add(near, lost, product_error(near, factor, high));
  return (gelu_tanh_argument){high, low, {multiply_add(near, 2 * cubed, high)}};
}
#endif

/* As gate_near_root(). */
INLINE real gelu_tanh_near_root(real x, real general) {
#ifdef RAMP_ARITHMETIC_extended
  real h = (x + 0x1.81429f9e97e4dp-1) - 0x1.4f523ed77dbdcp-55;
  real q = 0x1.8e736ff043f7bp-12;
  q = multiply_add(q, h, 0x1.bd5f98bf7fa88p-13);
  q = multiply_add(q, h, -0x1.312f3e26dad6dp-15);
  q = multiply_add(q, h, -0x1.82e606a41277fp-15);
  q = multiply_add(q, h, 0x1.057ba2cc3927bp-13);
  q = multiply_add(q, h, 0x1.14fef17ba6798p-12);
  q = multiply_add(q, h, -0x1.e63fc42dcb798p-11);
  q = multiply_add(q, h, -0x1.3d8d79384ea07p-9);
  q = multiply_add(q, h, 0x1.58c9ed8b604ecp-8);
  q = multiply_add(q, h, 0x1.427996dfb51cbp-6);
  q = multiply_add(q, h, -0x1.104a83edc4f1fp-6);
  q = multiply_add(q, h, -0x1.d2b7734647989p-4);
  q = multiply_add(q, h, -0x1.029615edb076cp-6);
  q = multiply_add(q, h, 0x1.8cd1a2b2fff33p-2);
  q = multiply_add(q, h, 0x1.7624feb5a8aaap-56);
  return or_near_root(h, 0x1.b8bacd2c96b91p-2, q, general);
#else
  (void)x;
  return general;
#endif
}

INLINE real gelu_tanh_value(real x, const given *p) {
  gelu_tanh_argument t = gelu_tanh_t(x);
  return gated(x, t.high, t.low - with_sign(GELU_TANH_INWARDS, x), OF_SUM, p);
}
INLINE real gelu_tanh_derivative(real x, const given *p) {
  gelu_tanh_argument t = gelu_tanh_t(x);
  t.rise = cut_number(p, STAGE_ARGUMENT, KEPT_ONE, t.rise);
  t.low = cut(p, STAGE_ARGUMENT, KEPT_OTHER, t.low);
  real low = t.low + with_sign(GELU_TANH_OUTWARDS, t.high);
  real slope = gate_slope(t.high, low, t.rise, t.low + GELU_TANH_RISE, OF_SUM, p);
  return gelu_tanh_near_root(x, slope);
}

/* tanh(log(1 + e^x)) = n/(n + 2) with n = e^x (e^x + 2).  With e^x = p/q, of which one is
   made of e^-|x|, and all multiplied by q^2, nothing overflows or cancels. */
#define MISH_END 800

/* At -0x1.4p-24, 0x1.4p-24 and, for the derivative, -0x1.4p-27 the value falls on the
   middle between two floats, but for a term below a double's last bit.  It decides
   downwards, and so does a 2 that is less by three of its last bits; the 4, less by one,
   is for the floats beside the derivative's root. */
#ifdef RAMP_ARITHMETIC_extended
#define MISH_TWO 2
#define MISH_FOUR 4
#else
#define MISH_TWO 0x1.ffffffffffffdp0
#define MISH_FOUR 0x1.fffffffffffffp1
#endif

typedef struct {
  number p, q, n, whole; /* whole is n + 2 q^2 */
} mish_parts;

INLINE mish_parts mish_of(real x, const given *p) {
  ratio e = decay_in_full(magnitude_at_most(x, MISH_END), p);
  number above = choose_by_sign(x, e.upper, e.lower);
  number q = choose_by_sign(x, e.lower, e.upper);
  number n = product(above, product_plus(number_of(MISH_TWO), q, above));
  return (mish_parts){above, q, n, product_plus(times_power(q, 2), q, n)};
}

/* As gate_near_root(). */
INLINE real mish_near_root(real x, real general) {
#ifdef RAMP_ARITHMETIC_extended
  real h = (x + 0x1.31432c0d12d84p0) + 0x1.bf319154da21p-55;
  real q = -0x1.d2f49aefdf38dp-16;
  q = multiply_add(q, h, 0x1.f5adee345abadp-21);
  q = multiply_add(q, h, -0x1.0655f5cf6b8b1p-16);
  q = multiply_add(q, h, -0x1.d44f32e10570ap-15);
  q = multiply_add(q, h, -0x1.604b3038a9faap-15);
  q = multiply_add(q, h, 0x1.0a79516bb13bfp-12);
  q = multiply_add(q, h, 0x1.037997ceca4aap-10);
  q = multiply_add(q, h, 0x1.1e5e184c504e7p-10);
  q = multiply_add(q, h, -0x1.b87ddfb95bb07p-9);
  q = multiply_add(q, h, -0x1.03369d4ac93a3p-6);
  q = multiply_add(q, h, -0x1.4c222fe64cfb1p-6);
  q = multiply_add(q, h, 0x1.574f121a868dcp-5);
  q = multiply_add(q, h, 0x1.a34a251d8ad7bp-3);
  q = multiply_add(q, h, 0x1.1acdbd27b56b3p-56);
  return or_near_root(h, 0x1.115acb42500bbp-2, q, general);
#else
  (void)x;
  return general;
#endif
}

INLINE real mish_value(real x, const given *p) {
  mish_parts m = mish_of(x, p);
#ifdef RAMP_ARITHMETIC_extended
  number value = product(number_of(or_one(x, x)), quotient(m.n, m.whole));
  real result = lowered(x, rounded(value));
#else
  real result = UNBOUNDED_WITHIN(x, GATED_END) * (m.n.high / m.whole.high);
#endif
  return or_large(x, x, with_sign(result, x));
}

/* n/(n + 2) + 4 x e^x (e^x + 1)/(n + 2)^2. */
INLINE real mish_derivative(real x, const given *p) {
  mish_parts m = mish_of(x, p);
  number near = number_of(MISH_FOUR * within(x, MISH_END));
  number rise = product(product(m.p, sum_of(m.p, m.q)), product(m.q, m.q));
  number upper = sum_of(product(m.n, m.whole), product(near, rise));
  number slope = quotient(upper, product(m.whole, m.whole));
  return mish_near_root(x, lowered(x, rounded(slope)));
}

#endif
