/* SPDX-License-Identifier: MIT */
/* The normal distribution: Phi, its tail, and x Phi(x). */
#ifndef RAMP_NORMAL_H
#define RAMP_NORMAL_H

#include "functions/gates.h"

/* e^(a^2/2) Phi(-a) = upper/lower for a in [0, NORMAL_END], a quotient of polynomials
   without a negative coefficient (tools/normal_tail.py); beyond NORMAL_END e^(-a^2/2) is
   0 in every type.  In working arithmetic each is split in even and odd powers, so that a
   CPU computes four short chains side by side. */
#ifdef RAMP_ARITHMETIC_extended
#define NORMAL_END 39

INLINE ratio normal_tail(real x) {
  number a = number_of(x);
  number n = CONSTANT(0x1.58476847f8f28p-31, -0x1.02293f962fcb6p-85);
  n = product_plus(n, a, CONSTANT(0x1.ee3152fce1659p-26, 0x1.43a3bad8560b6p-82));
  n = product_plus(n, a, CONSTANT(0x1.5cf31ec5058a6p-21, 0x1.d8ec5d6028295p-76));
  n = product_plus(n, a, CONSTANT(0x1.3eabad363f7b9p-17, -0x1.595d1319fce2dp-74));
  n = product_plus(n, a, CONSTANT(0x1.a1e6cb773f089p-14, -0x1.0ce4c09cfa1a4p-68));
  n = product_plus(n, a, CONSTANT(0x1.9e26d6b2e799fp-11, 0x1.578ab722ac561p-67));
  n = product_plus(n, a, CONSTANT(0x1.3e6f7d678366bp-8, -0x1.3b47d99715b41p-64));
  n = product_plus(n, a, CONSTANT(0x1.80446dabe051dp-6, -0x1.70426b819decap-63));
  n = product_plus(n, a, CONSTANT(0x1.6be417a2d1993p-4, -0x1.2afb5246ff10ep-61));
  n = product_plus(n, a, CONSTANT(0x1.0b665c52988b1p-2, -0x1.6222007e013a7p-58));
  n = product_plus(n, a, CONSTANT(0x1.29368aaa60c8cp-1, 0x1.b7ccba779f671p-56));
  n = product_plus(n, a, CONSTANT(0x1.db710a09b442cp-1, -0x1.a2e3fa9e043d8p-55));
  n = product_plus(n, a, CONSTANT(0x1.ee7573e00b3a1p-1, -0x1.4b2d7af40748fp-60));
  n = product_plus(n, a, CONSTANT(0x1p-1, -0x1.09fc132c2aadbp-83));
  number d = CONSTANT(0x1.af7d5a1e7aaa5p-30, 0x1.9e196f63c2b4p-86);
  d = product_plus(d, a, CONSTANT(0x1.35b07807f2126p-24, 0x1.42424d250158ep-80));
  d = product_plus(d, a, CONSTANT(0x1.b5c3d40888cfcp-20, 0x1.0803ca757da6bp-76));
  d = product_plus(d, a, CONSTANT(0x1.909aa6be6de03p-16, -0x1.fda15862dddccp-70));
  d = product_plus(d, a, CONSTANT(0x1.07960680d20ccp-12, -0x1.7c3bb8e1dedp-67));
  d = product_plus(d, a, CONSTANT(0x1.06a1e941c56f8p-9, -0x1.d574a555f4968p-63));
  d = product_plus(d, a, CONSTANT(0x1.972d5fdc9ed8p-7, 0x1.5c6851f0150d3p-64));
  d = product_plus(d, a, CONSTANT(0x1.f171b7641da1dp-5, 0x1.a96497dcbaf69p-59));
  d = product_plus(d, a, CONSTANT(0x1.e0060b0a3817p-3, -0x1.03de875b5ceffp-57));
  d = product_plus(d, a, CONSTANT(0x1.6b53fb2285d1ep-1, 0x1.66ff06efa9795p-56));
  d = product_plus(d, a, CONSTANT(0x1.a7e2050697c42p0, -0x1.a7cb60587cd1dp-54));
  d = product_plus(d, a, CONSTANT(0x1.70fcef3356a37p1, 0x1.53109c213778cp-53));
  d = product_plus(d, a, CONSTANT(0x1.c477f83ccfcc8p1, 0x1.3237174e226ep-53));
  d = product_plus(d, a, CONSTANT(0x1.5d5bcebf56765p1, -0x1.781cf894f8afbp-53));
  d = product_plus(d, a, CONSTANT(0x1p0, 0));
  return (ratio){n, d};
}
#else
#define NORMAL_END 37.5

INLINE ratio normal_tail(real a) {
  real z = a * a;
  real n_even = 0x1.a290d96559804p-16;
  n_even = multiply_add(n_even, z, 0x1.963a23561af35p-9);
  n_even = multiply_add(n_even, z, 0x1.4ed9206aea978p-4);
  n_even = multiply_add(n_even, z, 0x1.159e8322ab7f5p-1);
  n_even = multiply_add(n_even, z, 0x1.0000000000002p-1);
  real n_odd = 0x1.cc364779506b2p-21;
  n_odd = multiply_add(n_odd, z, 0x1.6fe959b732f03p-12);
  n_odd = multiply_add(n_odd, z, 0x1.34e0e79dae30dp-6);
  n_odd = multiply_add(n_odd, z, 0x1.0323d64e37d0fp-2);
  n_odd = multiply_add(n_odd, z, 0x1.79fd42e898218p-1);
  real d_even = 0x1.2065269f18013p-19;
  d_even = multiply_add(d_even, z, 0x1.ce3c3a16887b3p-11);
  d_even = multiply_add(d_even, z, 0x1.8a4a9eb7e2a0dp-5);
  d_even = multiply_add(d_even, z, 0x1.5c170572301dp-1);
  d_even = multiply_add(d_even, z, 0x1.3317c450addeep1);
  d_even = multiply_add(d_even, z, 0x1p0);
  real d_odd = 0x1.064c171e540b6p-14;
  d_odd = multiply_add(d_odd, z, 0x1.009d4142273e8p-7);
  d_odd = multiply_add(d_odd, z, 0x1.b352ed5823353p-3);
  d_odd = multiply_add(d_odd, z, 0x1.8c94dfbf0af7fp0);
  d_odd = multiply_add(d_odd, z, 0x1.231fb6439ceap1);
  real n = multiply_add(n_odd, a, n_even), d = multiply_add(d_odd, a, d_even);
  return (ratio){number_of(n), number_of(d)};
}
#endif

/* Phi(-a) = e q, with e = e^(-a^2/2); `exponent` is a^2/2. */
typedef struct {
  real a, exponent;
  ratio e, q;
} normal;

INLINE normal normal_of(real x, const given *p) {
  normal result;
  result.a = magnitude_at_most(x, NORMAL_END);
  number half = product(number_of(0.5 * result.a), number_of(result.a));
  result.exponent = half.high;
  result.e = decay_of_sum(half.high, second_part(half), p);
  result.q = normal_tail(result.a);
  result.q.upper = cut_number(p, STAGE_ARGUMENT, KEPT_ONE, result.q.upper);
  result.q.lower = cut_number(p, STAGE_ARGUMENT, KEPT_OTHER, result.q.lower);
  return result;
}

/* part/whole below 0, 1 - part/whole above; lowered as e^x for x = -exponent. */
INLINE number or_complement(real x, number part, number whole) {
  return choose_by_sign(x, part, sum_of(whole, negative(part)));
}

/* x Phi(x); for subnormal x, as with all gates, a term of x^2 decides upwards. */
INLINE real gelu_value(real x, const given *p) {
  normal t = normal_of(x, p);
  number part = product(t.e.upper, t.q.upper), whole = product(t.e.lower, t.q.lower);
  number share = or_complement(x, part, whole);
#ifdef RAMP_ARITHMETIC_extended
  number value = product(number_of(or_one(t.exponent, x)), quotient(share, whole));
  real result = lowered(by_sign(x, -t.exponent, 0), rounded(value));
#else
  real near = UNBOUNDED_WITHIN(x, GATED_END);
  real result = multiply_add(near, share.high, UPWARDS) / whole.high;
#endif
  return or_large(with_sign(t.exponent, x), x, with_sign(result, x));
}

/* x phi(x) is e^(-a^2/2) times a/sqrt(2 pi).  In working arithmetic the last bits
   of this and of the first coefficient of normal_tail() are chosen for the floats beside
   the derivative's root and for four near 0 that all but fall on a middle. */
#ifdef RAMP_ARITHMETIC_extended
#define INVERSE_ROOT_TWO_PI CONSTANT(0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56)
#define DENSITY_AT_0 0
#else
#define INVERSE_ROOT_TWO_PI CONSTANT(0x1.9884533d43649p-2, 0)
#define DENSITY_AT_0 0x1.8p-52
#endif

/* As gate_near_root(). */
INLINE real gelu_near_root(real x, real general) {
#ifdef RAMP_ARITHMETIC_extended
  real h = (x + 0x1.80ead197f00b4p-1) - 0x1.13e74c58cada8p-56;
  real q = -0x1.86b4a591dc266p-13;
  q = multiply_add(q, h, -0x1.09e8eee50999bp-17);
  q = multiply_add(q, h, -0x1.29b20fcd00a85p-20);
  q = multiply_add(q, h, 0x1.696ba586079bp-14);
  q = multiply_add(q, h, 0x1.865585ffdc9c5p-13);
  q = multiply_add(q, h, -0x1.8680fe28210ecp-11);
  q = multiply_add(q, h, -0x1.258a5a5cb5979p-9);
  q = multiply_add(q, h, 0x1.297b9d7211f61p-8);
  q = multiply_add(q, h, 0x1.3e346dec0598bp-6);
  q = multiply_add(q, h, -0x1.e4088244fa3dcp-7);
  q = multiply_add(q, h, -0x1.d2fa4c17c7674p-4);
  q = multiply_add(q, h, -0x1.2a2ef9bb865a9p-6);
  q = multiply_add(q, h, 0x1.8d9a941de3ac5p-2);
  q = multiply_add(q, h, 0x1.f793be25bfc2ap-56);
  return or_near_root(h, 0x1.b9d98fa5a3215p-2, q, general);
#else
  (void)x;
  return general;
#endif
}

/* Phi(x) + x phi(x), which is 1 minus that of -x. */
INLINE real gelu_derivative(real x, const given *p) {
  normal t = normal_of(x, p);
  number line =
      product_plus(INVERSE_ROOT_TWO_PI, number_of(t.a), number_of(DENSITY_AT_0));
  number density = product(line, t.q.lower);
  number part = product(t.e.upper, sum_of(t.q.upper, negative(density)));
  number whole = product(t.e.lower, t.q.lower);
  number slope = quotient(or_complement(x, part, whole), whole);
  return gelu_near_root(x, lowered(by_sign(x, -t.exponent, 0), rounded(slope)));
}

#endif
