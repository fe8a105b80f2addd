/* SPDX-License-Identifier: MIT */
/*
 * conventions_formulas.h: the rows of conventions.def as functions of one arithmetic.
 * Who includes it, once, has defined `real` as float or double, and FORMULAS as the name
 * of what it makes of them.
 */
#include "conventions.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <tgmath.h>

#define R(number) ((real)(number))
#define EPSILON (sizeof(real) == sizeof(float) ? R(FLT_EPSILON) : R(DBL_EPSILON))

#define SELU_SCALE 1.0507009873554804934193349852946
#define SELU_ALPHA 1.6732632423543772848170429916717
#define ROOT_2 1.4142135623730950488
#define HALF_ROOT 0.70710678118654752440      /* 1/sqrt(2) */
#define ERF_SLOPE 1.1283791670955125739       /* 2/sqrt(pi) */
#define NORMAL_DENSITY 0.39894228040143267794 /* 1/sqrt(2 pi) */
#define GELU_SCALE 0.79788456080286535588     /* sqrt(2/pi) */

/* ------------------------------------------------------------------ what rows share */

/* The larger and the smaller one; NaN when either is. */
static inline real maximum(real a, real b) { return isnan(a) || a > b ? a : b; }
static inline real minimum(real a, real b) { return isnan(a) || a < b ? a : b; }

/* The derivative of max(x, at) and min(x, at) by x, a tie's shared by both arguments. */
static inline real share_above(real x, real at) {
  return x > at ? R(1) : x == at ? R(0.5) : R(0);
}

static inline real share_below(real x, real at) {
  return x < at ? R(1) : x == at ? R(0.5) : R(0);
}

static inline real logistic(real x) { return 1 / (1 + exp(-x)); }

/* TensorFlow's softplus: x, log(1 + e^x) or e^x, by thresholds of the type. */
static inline real softplus_in_three(real x, real epsilon) {
  real threshold = log(epsilon) + 2;
  return x > -threshold ? x : x < threshold ? exp(x) : log1p(exp(x));
}

static inline real gelu_inner(real x) {
  return R(GELU_SCALE) * (x + R(0.044715) * (x * x * x));
}

static inline real gelu_tanh_slope(real x) {
  real t = tanh(gelu_inner(x));
  real inner_slope = R(GELU_SCALE) * (1 + 3 * R(0.044715) * (x * x));
  return R(0.5) * (1 + t) + R(0.5) * x * (1 - t * t) * inner_slope;
}

/* JAX's derivative of x tanh(softplus), given the rounded softplus. */
static inline real mish_slope(real x, real softplus) {
  real t = tanh(softplus);
  return t + x * (((1 + t) * (1 - t)) * (isinf(x) ? R(x > 0) : exp(x - softplus)));
}

/* ------------------------------------------------------------------ rows */

#define DERIVATIVE_ONLY(function, peer, id, call, derivative, why)                       \
  static real function##_##peer##_##id##_slope(real x, real y, const real *p) {          \
    (void)x, (void)y, (void)p;                                                           \
    return derivative;                                                                   \
  }
#define VALUE_ONLY(function, peer, id, call, value, why)                                 \
  static real function##_##peer##_##id(real x, const real *p) {                          \
    (void)x, (void)p;                                                                    \
    return value;                                                                        \
  }
#define CONVENTION(function, peer, id, call, value, derivative, why)                     \
  VALUE_ONLY(function, peer, id, call, value, why)                                       \
  DERIVATIVE_ONLY(function, peer, id, call, derivative, why)
#define CONVENTION_OF_F32 CONVENTION
#include "conventions.def"
#undef CONVENTION
#undef VALUE_ONLY
#undef DERIVATIVE_ONLY

typedef struct {
  real (*value)(real x, const real *p);
  real (*slope)(real x, real y, const real *p);
} row_formulas;

#define CONVENTION(function, peer, id, ...)                                              \
  {function##_##peer##_##id, function##_##peer##_##id##_slope},
#define VALUE_ONLY(function, peer, id, ...) {function##_##peer##_##id, NULL},
#define DERIVATIVE_ONLY(function, peer, id, ...) {NULL, function##_##peer##_##id##_slope},
static const row_formulas formulas[] = {
#include "conventions.def"
};

typedef struct {
  real p[RAMP_PARAMETERS_MAX];
} parameters;

static parameters rounded(const double *p) {
  parameters result;
  for (int i = 0; i < RAMP_PARAMETERS_MAX; i++)
    result.p[i] = (real)p[i];
  return result;
}

static double value_of(int row, double x, const double *p) {
  return formulas[row].value((real)x, rounded(p).p);
}

static double derivative_of(int row, double x, double y, const double *p) {
  return formulas[row].slope((real)x, (real)y, rounded(p).p);
}

const convention_formulas FORMULAS = {value_of, derivative_of};
