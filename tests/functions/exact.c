/* SPDX-License-Identifier: MIT */
/*
 * Evaluates expressions in MPFR intervals.
 *
 * Invariant: low is rounded down and high up at every step, so the real value lies
 * between them. Where a result is exact both ends are equal, signs of zeros included.
 */
#include "expression.h"

#include <math.h>

/* Beyond the largest double, yet with room for products within MPFR's own range. */
#define BEYOND_ALL_EXPONENT 5000

typedef int binary_function(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

/* The extreme of a op b over the corners of both intervals; 0 inf counts as 0. */
static void corner_extreme(mpfr_t y, binary_function *op, const exact_interval *a,
                           const exact_interval *b, mpfr_rnd_t direction) {
  mpfr_t t;
  mpfr_init2(t, mpfr_get_prec(y));
  for (int corner = 0; corner < 4; corner++) {
    op(t, corner & 1 ? a->high : a->low, corner & 2 ? b->high : b->low, direction);
    if (mpfr_nan_p(t)) mpfr_set_zero(t, 1);
    bool better = direction == MPFR_RNDD ? mpfr_less_p(t, y) : mpfr_greater_p(t, y);
    if (corner == 0 || better) mpfr_set(y, t, MPFR_RNDN);
  }
  mpfr_clear(t);
}

static void corners(exact_interval *y, binary_function *op, const exact_interval *a,
                    const exact_interval *b) {
  bool points = mpfr_equal_p(a->low, a->high) && mpfr_equal_p(b->low, b->high);
  if (points && !mpfr_inf_p(a->low) && !mpfr_inf_p(b->low)) {
    op(y->low, a->low, b->low, MPFR_RNDD);
    op(y->high, a->high, b->high, MPFR_RNDU);
    return;
  }
  corner_extreme(y->low, op, a, b, MPFR_RNDD);
  corner_extreme(y->high, op, a, b, MPFR_RNDU);
}

void exact_multiply(exact_interval *y, const exact_interval *a, const exact_interval *b) {
  corners(y, mpfr_mul, a, b);
}

static void divide(exact_interval *y, const exact_interval *a, const exact_interval *b) {
  if (mpfr_sgn(b->low) * mpfr_sgn(b->high) > 0) {
    corners(y, mpfr_div, a, b);
  } else {
    mpfr_set_inf(y->low, -1);
    mpfr_set_inf(y->high, 1);
  }
}

void exact_add(exact_interval *y, const exact_interval *a, const exact_interval *b) {
  mpfr_add(y->low, a->low, b->low, MPFR_RNDD);
  mpfr_add(y->high, a->high, b->high, MPFR_RNDU);
}

void exact_subtract(exact_interval *y, const exact_interval *a, const exact_interval *b) {
  mpfr_sub(y->low, a->low, b->high, MPFR_RNDD);
  mpfr_sub(y->high, a->high, b->low, MPFR_RNDU);
}

static void negate(exact_interval *y, const exact_interval *a) {
  mpfr_neg(y->low, a->high, MPFR_RNDD);
  mpfr_neg(y->high, a->low, MPFR_RNDU);
}

/* |a|, as an interval whose ends keep their order. */
static void absolute(exact_interval *y, const exact_interval *a) {
  mpfr_abs(y->low, a->low, MPFR_RNDD);
  mpfr_abs(y->high, a->high, MPFR_RNDU);
  if (mpfr_greater_p(y->low, y->high)) mpfr_swap(y->low, y->high);
  if (mpfr_sgn(a->low) * mpfr_sgn(a->high) < 0) mpfr_set_zero(y->low, 1);
}

static void increasing(exact_interval *y, const expression_function *f,
                       const exact_interval *a) {
  int inexact = f->exact(y->low, a->low, MPFR_RNDD);
  if (mpfr_equal_p(a->low, a->high)) {
    mpfr_set(y->high, y->low, MPFR_RNDN);
    for (int step = 0; inexact && step < 2;
         step++) /* exact_x_minus_tanh() may be one off */
      mpfr_nextabove(y->high);
  } else {
    f->exact(y->high, a->high, MPFR_RNDU);
  }
}

static void apply(exact_interval *y, const expression_function *f,
                  const exact_interval *a) {
  exact_interval magnitude;
  switch (f->shape) {
  case SHAPE_INCREASING:
    increasing(y, f, a);
    break;
  case SHAPE_DECREASING:
    f->exact(y->low, a->high, MPFR_RNDD);
    f->exact(y->high, a->low, MPFR_RNDU);
    break;
  case SHAPE_EVEN:
    mpfr_inits2(mpfr_get_prec(y->low), magnitude.low, magnitude.high, (mpfr_ptr)0);
    absolute(&magnitude, a);
    increasing(y, f, &magnitude);
    mpfr_clears(magnitude.low, magnitude.high, (mpfr_ptr)0);
  }
}

int exact_nearest(mpfr_t y, const mpfr_t x, mpfr_rnd_t direction) {
  return mpfr_set_d(y, mpfr_get_d(x, MPFR_RNDN), direction);
}

/* From here on tanh is so near to 1 that any number so near will do: no stored type has
   a number or a midpoint between x - 1 and x - 1 + 2^-100. */
#define TANGENT_IS_ALMOST_ONE 8192

static void set_almost_one(mpfr_t tangent, const mpfr_t x) {
  mpfr_set_si_2exp(tangent, -1, -100, MPFR_RNDN);
  mpfr_add_si(tangent, tangent, 1, MPFR_RNDN);
  if (mpfr_sgn(x) < 0) mpfr_neg(tangent, tangent, MPFR_RNDN);
}

/* As many digits more as x and its tangent share: tanh x is x - x^3/3 and a little more,
   so twice the zeros in front of x, and some for the rounding of tanh. */
int exact_x_minus_tanh(mpfr_t y, const mpfr_t x, mpfr_rnd_t direction) {
  if (mpfr_zero_p(x)) return mpfr_set(y, x, direction);
  mpfr_exp_t zeros = mpfr_regular_p(x) && mpfr_get_exp(x) < 0 ? -mpfr_get_exp(x) : 0;
  mpfr_t tangent;
  mpfr_init2(tangent, mpfr_get_prec(y) + 2 * zeros + 64);
  if (mpfr_cmpabs_ui(x, TANGENT_IS_ALMOST_ONE) > 0)
    set_almost_one(tangent, x);
  else
    mpfr_tanh(tangent, x, direction == MPFR_RNDD ? MPFR_RNDU : MPFR_RNDD);
  int inexact = mpfr_sub(y, x, tangent, direction);
  mpfr_clear(tangent);
  return inexact ? inexact : direction == MPFR_RNDD ? -1 : 1;
}

static void set_double(exact_interval *y, double value) {
  if (isinf(value)) {
    mpfr_set_si_2exp(y->low, value < 0 ? -1 : 1, BEYOND_ALL_EXPONENT, MPFR_RNDN);
  } else {
    mpfr_set_d(y->low, value, MPFR_RNDN);
  }
  mpfr_set(y->high, y->low, MPFR_RNDN);
}

static void set_digits(exact_interval *y, const char *digits) {
  mpfr_strtofr(y->low, digits, NULL, 10, MPFR_RNDD);
  mpfr_strtofr(y->high, digits, NULL, 10, MPFR_RNDU);
}

static bool compare(node_kind kind, const exact_interval *a, const exact_interval *b,
                    expression_side side) {
  int order = mpfr_cmp(a->low, b->low);
  if (order == 0) order = side;
  switch (kind) {
  case NODE_LESS:
    return order < 0;
  case NODE_LESS_EQUAL:
    return order <= 0;
  case NODE_GREATER:
    return order > 0;
  default:
    return order >= 0;
  }
}

static void copy(exact_interval *y, const exact_interval *a) {
  mpfr_set(y->low, a->low, MPFR_RNDN);
  mpfr_set(y->high, a->high, MPFR_RNDN);
}

static void evaluate(const expression *e, int i, double x, const double *parameter,
                     expression_side side, exact_interval *node) {
  const expression_node *n = &e->node[i];
  exact_interval *y = &node[i];
  const exact_interval *a = &node[n->operand[0]], *b = &node[n->operand[1]];
  switch (n->kind) {
  case NODE_X:
    set_double(y, x);
    break;
  case NODE_PARAMETER:
    set_double(y, parameter[n->index]);
    break;
  case NODE_NUMBER:
    set_digits(y, n->digits);
    break;
  case NODE_NEGATE:
    negate(y, a);
    break;
  case NODE_ADD:
    exact_add(y, a, b);
    break;
  case NODE_SUBTRACT:
    exact_subtract(y, a, b);
    break;
  case NODE_MULTIPLY:
    exact_multiply(y, a, b);
    break;
  case NODE_DIVIDE:
    divide(y, a, b);
    break;
  case NODE_LESS:
  case NODE_LESS_EQUAL:
  case NODE_GREATER:
  case NODE_GREATER_EQUAL:
    set_double(y, compare(n->kind, a, b, side));
    break;
  case NODE_AND:
    set_double(y, !mpfr_zero_p(a->low) && !mpfr_zero_p(b->low));
    break;
  case NODE_OR:
    set_double(y, !mpfr_zero_p(a->low) || !mpfr_zero_p(b->low));
    break;
  case NODE_SELECT:
    copy(y, mpfr_zero_p(a->low) ? &node[n->operand[2]] : b);
    break;
  case NODE_ABSOLUTE:
    absolute(y, a);
    break;
  case NODE_MINIMUM:
    mpfr_min(y->low, a->low, b->low, MPFR_RNDD);
    mpfr_min(y->high, a->high, b->high, MPFR_RNDU);
    break;
  case NODE_MAXIMUM:
    mpfr_max(y->low, a->low, b->low, MPFR_RNDD);
    mpfr_max(y->high, a->high, b->high, MPFR_RNDU);
    break;
  case NODE_FUNCTION:
    apply(y, &expression_functions[n->index], a);
    break;
  }
}

void expression_exact_constants(const expression *e, const double *parameter,
                                exact_interval *node) {
  for (int i = 0; i < e->nodes; i++)
    if (e->node[i].free_of_x) evaluate(e, i, 0, parameter, SIDE_NONE, node);
}

void expression_exact(const expression *e, double x, const double *parameter,
                      expression_side side, exact_interval *node) {
  for (int i = 0; i < e->nodes; i++)
    if (!e->node[i].free_of_x) evaluate(e, i, x, parameter, side, node);
}
