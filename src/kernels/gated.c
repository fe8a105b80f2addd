/* SPDX-License-Identifier: MIT */
/*
 * Gated units: one part of the inputs times a function of the other, forward and backward
 * in one pass, for one instruction set and one arithmetic, as loops.c.  Narrow types are
 * rounded once, from a product of doubles; the units of their arithmetics define
 * RAMP_UNFUSED, so that these doubles, and not only most of what they round to, are the
 * same on every variant.
 */
#include "kernels/element.h"

/* Working arithmetic's e^-x stops at e^-708; times a float, that is far below this, and
   this times a float far below any. */
#define LEAST_GATE 1e-260

INLINE real or_zero(real factor) {
#if defined RAMP_ARITHMETIC_working && !defined RAMP_ARITHMETIC_bounded
  return by_sign(absolute(factor) - LEAST_GATE, with_sign(0, factor), factor);
#else
  return factor;
#endif
}

INLINE void forward_loop(formula *gated_by, const ramp_arguments *arguments, size_t n,
                         const element *value, const element *gate, element *y) {
  const narrowed a = narrow(arguments);
  const given p = {.parameter = a.parameter};
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    y[i] = (element)canonical(value[i] * or_zero(gated_by(gate[i], &p)));
}

/* dy value slope, where a factor of 0 blocks infinite others. */
INLINE real passed_to_gate(real slope, real value, real dy) {
#ifdef RAMP_ARITHMETIC_extended
  /* No slope is much above 1: the larger factor first, lest what fits overflows, or
     underflows, in between. */
  real larger = by_sign(absolute(value) - absolute(dy), dy, value);
  real smaller = by_sign(absolute(value) - absolute(dy), value, dy);
  return passed_back(passed_back(slope, larger), smaller);
#else
  return passed_back(slope, passed_back(value, dy)); /* the inner product is exact */
#endif
}

INLINE void backward_loop(formula *gated_by, formula *derivative, int kinks,
                          const ramp_arguments *arguments, size_t n, const element *value,
                          const element *gate, const element *dy, element *dvalue,
                          element *dgate) {
  const narrowed a = narrow(arguments);
  const given p = {.parameter = a.parameter};
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    real v = value[i], g = gate[i], d = dy[i];
    dvalue[i] = (element)passed_back(or_zero(gated_by(g, &p)), d);
    dgate[i] = (element)passed_to_gate(slope_of(derivative, kinks, g, &a, &p), v, d);
  }
}

/* How many kinks a function has. */
#define NO_KINKS
#define KINK(at, left, right) +1
#define ALIAS(...)
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 kinks, ...)                                                             \
  kinks_of_##name = 0 kinks,
enum {
#include "functions/functions.def"
};
#undef FUNCTION
#undef ALIAS
#undef KINK
#undef NO_KINKS

/* One pair of loops for each function that gates. */
#define NO_GATE
#define GATE(function)                                                                   \
  static void gated_by_##function##_forward(                                             \
      const ramp_arguments *a, size_t n, const void *value, const void *gate, void *y) { \
    forward_loop(function##_value, a, n, value, gate, y);                                \
  }                                                                                      \
  static void gated_by_##function##_backward(                                            \
      const ramp_arguments *a, size_t n, const void *value, const void *gate,            \
      const void *dy, void *dvalue, void *dgate) {                                       \
    backward_loop(function##_value, function##_derivative, kinks_of_##function, a, n,    \
                  value, gate, dy, dvalue, dgate);                                       \
  }
#define FOLD(name, code, kept, mask, outputs, gate, ...) gate
#include "functions/folds.def"
#undef GATE
#undef NO_GATE
#undef FOLD

#define NO_GATE                                                                          \
  { NULL, NULL }
#define GATE(function)                                                                   \
  { gated_by_##function##_forward, gated_by_##function##_backward }
#define FOLD(name, code, kept, mask, outputs, gate, ...) [RAMP_FOLD_##name] = gate,
#define JOINED(a, b, c) a##b##_##c
#define GATED_OF(variant, arithmetic) JOINED(ramp_gated_, variant, arithmetic)
const ramp_gated_loops GATED_OF(RAMP_VARIANT, RAMP_ARITHMETIC)[RAMP_FOLDS] = {
#include "functions/folds.def"
};
