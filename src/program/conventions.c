/* SPDX-License-Identifier: MIT */
/* conventions.c: the rows of conventions.def: which are about a function, and what they
   give, with the sentences they share. */
#include "conventions.h"
#include "list.h"
#include "number.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* ------------------------------------------------------------------ sentences */

#define NAN_PASSES                                                                       \
  "NaN fails the test that stops a gradient, so it passes as that of an ordinary number"
#define NAN_STOPS                                                                        \
  "NaN fails the test that lets a gradient pass, so it becomes 0 and NaN is hidden"
#define NAN_HIDDEN                                                                       \
  (isnan(x) ? "NaN fails the test, so it becomes an ordinary number and is hidden" : NULL)
#define NAN_LEFT                                                                         \
  "NaN fails the test x > 0, so it gets the derivative of a negative number"
#define ZERO_LEFT                                                                        \
  "0 counts with the negative numbers, whichever derivative is the smaller"
#define ZERO_RIGHT                                                                       \
  "0 counts with the positive numbers, whichever derivative is the smaller"
#define TIE                                                                              \
  "at a tie maximum and minimum share the derivative, half to each of their arguments"
#define END_INSIDE                                                                       \
  "the ends count as inside, where the derivative is 1; Ramp takes the least"
#define KEEPS_MINUS_0 (x == 0 ? "-0 is returned as it came; max(0, x) is +0" : NULL)
#define SIGN_OF_0 (x == 0 ? "zeros keep their sign there, or lose it" : NULL)
#define SLOPE_FIXED(otherwise)                                                           \
  (p[0] != 1.0 / 6 ? "its slope is 1/6 and cannot be changed" : (otherwise))
#define BETA_FIXED "its beta is 1 and cannot be changed"
#define INFINITY_TIMES_0 "infinity times 0 is NaN, where Ramp gives the limit"
#define INFINITY_BY_INFINITY                                                             \
  "infinity divided by infinity is NaN, where Ramp gives the limit"
#define SQUARE_OVERFLOWS                                                                 \
  (fabs(x) > 1 ? "the square overflows to infinity, long before the result would" : NULL)
#define ROOT_CANCELS                                                                     \
  "x and the root nearly cancel, and what is left of their sum is the root's rounding"
#define EXP_OVERFLOWS                                                                    \
  "e^-x overflows to infinity, though the result is still a number of the type"
#define EXP_OVERFLOWS_UP                                                                 \
  "e^x overflows to infinity, though the result is still a number of the type"
#define ONE_MINUS_Y                                                                      \
  "the derivative is y (1 - y), and y is rounded: near 1 few digits of 1 - y are left, " \
  "then none"
#define ONE_MINUS_YY                                                                     \
  "the derivative is 1 - y^2, and y is rounded: near 1 few digits are left, then none"
#define EXP_MINUS_1                                                                      \
  "e^x is rounded before 1 is taken away, which near 0 leaves its last digits alone"
#define Y_PLUS_ALPHA                                                                     \
  "the derivative is taken from the output as y + alpha, and y has lost the digits of "  \
  "e^x"
#define ERF_CANCELS                                                                      \
  "it computes 1 + erf(x/sqrt 2): erf is rounded near -1, and the sum has few digits, "  \
  "then none"
#define TANH_CANCELS                                                                     \
  "it computes 1 + tanh(...): tanh is rounded near -1, and the sum has few digits, "     \
  "then "                                                                                \
  "none"
#define TANH_APPROXIMATION                                                               \
  "its default is the approximation by tanh (here gelu_tanh), another function"
#define NEARLY_EQUAL                                                                     \
  "x and tanh x agree in their first digits, and their difference has what is left"
#define NEAR_A_ROOT                                                                      \
  "near a root of the derivative its terms cancel, and their roundings are what is left"

/* ------------------------------------------------------------------ rows */

#define ROW(function, peer, call, has_value, has_derivative, only_f32)                   \
  {#function, PEER_##peer, call, has_value, has_derivative, only_f32},
#define CONVENTION(function, peer, id, call, value, derivative, why)                     \
  ROW(function, peer, call, 1, 1, 0)
#define CONVENTION_OF_F32(function, peer, id, call, value, derivative, why)              \
  ROW(function, peer, call, 1, 1, 1)
#define VALUE_ONLY(function, peer, id, call, value, why)                                 \
  ROW(function, peer, call, 1, 0, 0)
#define DERIVATIVE_ONLY(function, peer, id, call, derivative, why)                       \
  ROW(function, peer, call, 0, 1, 0)
static const convention rows[] = {
#include "conventions.def"
};
#undef CONVENTION_OF_F32
#define CONVENTION_OF_F32 CONVENTION
#undef CONVENTION
#undef VALUE_ONLY
#undef DERIVATIVE_ONLY
#define ROWS ((int)(sizeof rows / sizeof *rows))

#define WHY(function, peer, id, sentence)                                                \
  static const char *function##_##peer##_##id##_why(double x, const double *p) {         \
    (void)x, (void)p;                                                                    \
    return sentence;                                                                     \
  }
#define CONVENTION(function, peer, id, call, value, derivative, why)                     \
  WHY(function, peer, id, why)
#define VALUE_ONLY(function, peer, id, call, value, why)                                 \
  WHY(function, peer, id##_value, why)
#define DERIVATIVE_ONLY(function, peer, id, call, derivative, why)                       \
  WHY(function, peer, id##_slope, why)
#include "conventions.def"
#undef CONVENTION
#undef VALUE_ONLY
#undef DERIVATIVE_ONLY

#define CONVENTION(function, peer, id, ...) function##_##peer##_##id##_why,
#define VALUE_ONLY(function, peer, id, ...) function##_##peer##_##id##_value_why,
#define DERIVATIVE_ONLY(function, peer, id, ...) function##_##peer##_##id##_slope_why,
static const char *(*const why[ROWS])(double x, const double *p) = {
#include "conventions.def"
};

/* ------------------------------------------------------------------ finding rows */

static int has_rows(const char *function) {
  for (int i = 0; i < ROWS; i++)
    if (!strcmp(rows[i].function, function)) return 1;
  return 0;
}

const convention *convention_at(const ramp_function *f, int i) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  const char *function = has_rows(row->name) ? row->name : list_function_of(row)->name;
  for (int r = 0; r < ROWS; r++)
    if (!strcmp(rows[r].function, function) && i-- == 0) return &rows[r];
  return NULL;
}

/* ------------------------------------------------------------------ asking */

convention_answer convention_ask(const convention *row, const ramp_function *f,
                                 ramp_type type, double x) {
  const convention_formulas *formulas =
      type == RAMP_F64 ? &conventions_f64 : &conventions_f32;
  int r = (int)(row - rows);
  convention_answer answer = {NAN, NAN, why[r](x, f->parameter)};
  if (row->has_value)
    answer.value = number_rounded(formulas->value(r, x, f->parameter), type);
  if (row->has_derivative)
    answer.derivative =
        number_rounded(formulas->derivative(r, x, answer.value, f->parameter), type);
  return answer;
}

const char *convention_peer_name(convention_peer peer) {
  static const char *const names[PEERS] = {"PyTorch", "JAX", "TensorFlow", "NumPy"};
  return names[peer];
}

int convention_is_measured(convention_peer peer) {
  return peer == PEER_PYTORCH || peer == PEER_NUMPY;
}

/* ------------------------------------------------------------------ names */

#define NONE NULL
#define NAMES(function, pytorch, jax, keras, onnx) {#function, pytorch, jax, keras, onnx},
static const convention_names names[] = {
#include "convention_names.def"
};

const convention_names *convention_names_of(const char *function) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strcmp(names[i].function, function)) return &names[i];
  return NULL;
}
