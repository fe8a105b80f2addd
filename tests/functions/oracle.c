/* SPDX-License-Identifier: MIT */
/*
 * The right answers one by one: intervals from exact.c, rounded, and the rules beside
 * them.
 */
#include "oracle_parts.h"

#include "numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRECISION_FIRST 128
#define PRECISION_LAST 16384

/* ------------------------------------------------------------------ life */

static void add_threshold(oracle *o, double at) {
  int place = 0;
  while (place < o->thresholds && o->threshold[place] < at)
    place++;
  bool known = place < o->thresholds && o->threshold[place] == at;
  if (known || o->thresholds == THRESHOLDS_MAX) return;
  size_t later = (size_t)(o->thresholds++ - place);
  memmove(&o->threshold[place + 1], &o->threshold[place], later * sizeof(double));
  o->threshold[place] = at;
}

static bool compares(node_kind kind) {
  return kind >= NODE_LESS && kind <= NODE_GREATER_EQUAL;
}

static void parse(const char *text, expression *e) {
  const char *failed = expression_parse(text, e);
  if (!failed) return;
  fprintf(stderr, "oracle.def: \"%s\": cannot read from \"%s\" on\n", text, failed);
  abort();
}

static void init_interval(exact_interval *v, long precision) {
  mpfr_inits2(precision, v->low, v->high, (mpfr_ptr)0);
}

static void set_precision(exact_interval *v, long precision) {
  mpfr_set_prec(v->low, precision);
  mpfr_set_prec(v->high, precision);
}

static void clear_interval(exact_interval *v) {
  mpfr_clears(v->low, v->high, (mpfr_ptr)0);
}

static void prepare(workspace *w, const expression *e, const double *parameter,
                    long precision) {
  for (int i = 0; i < e->nodes; i++)
    if (w->precision == 0)
      init_interval(&w->node[i], precision);
    else
      set_precision(&w->node[i], precision);
  expression_exact_constants(e, parameter, w->node);
  w->precision = precision;
}

static const exact_interval *evaluate(oracle *o, oracle_direction direction, double x,
                                      expression_side side, int place) {
  const expression *e = &o->expression[direction];
  workspace *w = &o->work[direction][place];
  if (w->precision != o->precision) prepare(w, e, o->f.parameter, o->precision);
  expression_exact(e, x, o->f.parameter, side, w->node);
  return &w->node[e->nodes - 1];
}

/* Whatever x is compared with does not hold x, so its value at any x will do. */
static void find_thresholds(oracle *o, oracle_direction direction) {
  const expression *e = &o->expression[direction];
  evaluate(o, direction, 1, SIDE_NONE, HERE);
  for (int i = 0; i < e->nodes; i++) {
    const expression_node *n = &e->node[i];
    if (!compares(n->kind)) continue;
    if (e->node[n->operand[0]].kind == NODE_X && e->node[n->operand[1]].free_of_x) {
      add_threshold(
          o, mpfr_get_d(o->work[direction][HERE].node[n->operand[1]].low, MPFR_RNDN));
    } else {
      fprintf(stderr, "oracle.def: \"%s\": a condition has x alone on its left\n",
              e->text);
      abort();
    }
  }
}

oracle *oracle_open(const ramp_function *f) {
  const oracle_line *line = oracle_line_of(f->row);
  oracle *o = line ? calloc(1, sizeof *o) : NULL;
  if (!o) return NULL;
  o->f = *f;
  o->precision = PRECISION_FIRST;
  init_interval(&o->chosen, o->precision);
  init_interval(&o->factor, o->precision);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
    parse(line->text[d], &o->expression[d]);
    find_thresholds(o, (oracle_direction)d);
  }
  return o;
}

static void clear_workspace(workspace *w, const expression *e) {
  for (int i = 0; w->precision && i < e->nodes; i++)
    clear_interval(&w->node[i]);
}

void oracle_close(oracle *o) {
  if (!o) return;
  for (int d = 0; d < ORACLE_DIRECTIONS; d++)
    for (int place = 0; place < WORKSPACES; place++)
      clear_workspace(&o->work[d][place], &o->expression[d]);
  clear_interval(&o->chosen);
  clear_interval(&o->factor);
  free(o);
  mpfr_free_cache();
}

int oracle_thresholds(const oracle *o, const double **threshold) {
  *threshold = o->threshold;
  return o->thresholds;
}

uint64_t oracle_exact_answers(const oracle *o) { return o->exact_answers; }

/* ------------------------------------------------------------------ exactly */

static bool at_threshold(const oracle *o, double x) {
  for (int i = 0; i < o->thresholds; i++)
    if (x == o->threshold[i]) return true;
  return false;
}

static void set_zero(exact_interval *v) {
  mpfr_set_zero(v->low, 1);
  mpfr_set_zero(v->high, 1);
}

static void copy(exact_interval *y, const exact_interval *v) {
  mpfr_set(y->low, v->low, MPFR_RNDN);
  mpfr_set(y->high, v->high, MPFR_RNDN);
}

/* The subgradient of least magnitude: zero when the derivative changes sign here. */
static void least_magnitude(exact_interval *y, const exact_interval *left,
                            const exact_interval *right) {
  if (mpfr_sgn(left->low) * mpfr_sgn(right->low) <= 0)
    set_zero(y);
  else
    copy(y, mpfr_cmpabs(left->low, right->low) <= 0 ? left : right);
}

static void mix(oracle *o, const exact_interval *left, const exact_interval *right) {
  exact_interval share, part;
  init_interval(&share, o->precision);
  init_interval(&part, o->precision);
  exact_subtract(&o->chosen, right, left);
  mpfr_set_d(share.low, o->f.kink_mix, MPFR_RNDN);
  mpfr_set(share.high, share.low, MPFR_RNDN);
  exact_multiply(&part, &o->chosen, &share);
  exact_add(&o->chosen, left, &part);
  clear_interval(&share);
  clear_interval(&part);
}

/* The two sides of a point where a condition changes. */
static const exact_interval *sides(oracle *o, oracle_direction direction, double x,
                                   const exact_interval **right) {
  *right = evaluate(o, direction, x, SIDE_RIGHT, THERE);
  return evaluate(o, direction, x, SIDE_LEFT, HERE);
}

static const exact_interval *kink(oracle *o, double x) {
  const exact_interval *right, *left = sides(o, ORACLE_DERIVATIVE, x, &right);
  if (mpfr_equal_p(left->low, right->low) && mpfr_equal_p(left->high, right->high))
    return left;
  if (o->f.kink_rule == RAMP_KINK_LEAST)
    least_magnitude(&o->chosen, left, right);
  else
    mix(o, left, right);
  return &o->chosen;
}

/* -0 is the limit from the left and +0 the one from the right. */
static expression_side side_of(double x) {
  if (x != 0) return SIDE_NONE;
  return signbit(x) ? SIDE_LEFT : SIDE_RIGHT;
}

/* Where the value jumps at zero, it is what the expression says there; elsewhere the two
   sides of zero differ in their sign at most. */
static const exact_interval *value(oracle *o, double x) {
  expression_side side = side_of(x);
  const exact_interval *here = evaluate(o, ORACLE_VALUE, x, side, HERE);
  if (x != 0 || !at_threshold(o, x)) return here;
  const exact_interval *there = evaluate(o, ORACLE_VALUE, x, -side, THERE);
  bool jumps = mpfr_less_p(here->high, there->low) || mpfr_less_p(there->high, here->low);
  return jumps ? evaluate(o, ORACLE_VALUE, x, SIDE_NONE, HERE) : here;
}

static const exact_interval *answer(oracle *o, oracle_direction direction, double x) {
  if (direction == ORACLE_VALUE) return value(o, x);
  if (at_threshold(o, x)) return kink(o, x);
  return evaluate(o, direction, x, SIDE_NONE, HERE);
}

/* Two zeros of different sign are one exact zero, +0. */
static bool decided(ramp_type type, const exact_interval *v, uint64_t *bits) {
  uint64_t low = number_round_exact(type, v->low);
  uint64_t high = number_round_exact(type, v->high);
  *bits = high;
  if (low == high) return true;
  if (!mpfr_zero_p(v->low) || !mpfr_zero_p(v->high)) return false;
  *bits = 0;
  return true;
}

static const exact_interval *times(oracle *o, const exact_interval *v, double dy) {
  mpfr_t point;
  exact_interval constant;
  mpfr_init2(point, 53);
  mpfr_set_d(point, dy, MPFR_RNDN);
  *constant.low = *constant.high = *point;
  exact_multiply(&o->factor, v, &constant);
  mpfr_clear(point);
  return &o->factor;
}

static void set_precisions(oracle *o, long precision) {
  if (o->precision == precision) return;
  o->precision = precision;
  set_precision(&o->chosen, precision);
  set_precision(&o->factor, precision);
}

/* An interval that narrows down on a number of half the digits holds no other: a quotient
   times dy may be a number exactly, which its interval never tells. */
static bool decided_as_number(ramp_type type, const exact_interval *v, uint64_t *bits) {
  mpfr_t low, high;
  mpfr_inits2(PRECISION_LAST / 2, low, high, (mpfr_ptr)0);
  mpfr_set(low, v->low, MPFR_RNDN);
  mpfr_set(high, v->high, MPFR_RNDN);
  bool same = mpfr_equal_p(low, high);
  *bits = number_round_exact(type, low);
  mpfr_clears(low, high, (mpfr_ptr)0);
  return same;
}

/* Raises the precision until the answer is decided, and leaves the interval that decided
 * it. */
static const exact_interval *decide(oracle *o, oracle_direction direction, ramp_type type,
                                    double x, double dy, uint64_t *bits) {
  o->exact_answers++;
  for (long precision = PRECISION_FIRST; precision <= PRECISION_LAST; precision *= 2) {
    set_precisions(o, precision);
    const exact_interval *v = answer(o, direction, x);
    if (dy != 1) v = times(o, v, dy);
    if (decided(type, v, bits)) return v;
    if (precision == PRECISION_LAST && decided_as_number(type, v, bits)) return v;
  }
  fprintf(stderr, "oracle: \"%s\" undecided at x = %a\n", o->expression[direction].text,
          x);
  abort();
}

/* A zero derivative, as a value or as the limit at an infinite x, blocks an infinite dy;
   one that only underflows does not. */
static uint64_t times_infinity(oracle *o, ramp_type type, double x, double dy) {
  uint64_t derivative;
  const exact_interval *v = decide(o, ORACLE_DERIVATIVE, RAMP_F64, x, 1, &derivative);
  bool zero = mpfr_zero_p(v->low) && mpfr_zero_p(v->high);
  if (isinf(x)) zero = number_value(RAMP_F64, derivative) == 0;
  bool negative = (derivative >> 63) != (signbit(dy) != 0);
  return (zero ? 0 : number_infinity(type)) | (negative ? number_sign(type) : 0);
}

uint64_t oracle_bits(oracle *o, oracle_direction direction, ramp_type type, double x,
                     double dy) {
  uint64_t bits = number_nan(type);
  if (isnan(x) || isnan(dy)) return bits;
  if (isinf(dy)) return times_infinity(o, type, x, dy);
  decide(o, direction, type, x, dy, &bits);
  return bits;
}

void oracle_exact(oracle *o, oracle_direction direction, double x, double dy,
                  double *high, long double *low) {
  *low = 0;
  if (isnan(x) || isnan(dy) || isinf(dy)) {
    *high = number_value(RAMP_F64, oracle_bits(o, direction, RAMP_F64, x, dy));
    return;
  }
  uint64_t bits;
  const exact_interval *v = decide(o, direction, RAMP_F64, x, dy, &bits);
  *high = number_value(RAMP_F64, bits);
  if (!isfinite(*high)) return;
  mpfr_t rest;
  mpfr_init2(rest, mpfr_get_prec(v->low));
  mpfr_sub_d(rest, v->low, *high, MPFR_RNDN);
  *low = mpfr_get_ld(rest, MPFR_RNDN);
  mpfr_clear(rest);
}

void oracle_sides(oracle *o, oracle_direction direction, double x, double *left,
                  double *right) {
  *left = *right = NAN;
  if (isnan(x)) return;
  const exact_interval *r, *l = sides(o, direction, x, &r);
  *left = mpfr_get_d(l->low, MPFR_RNDN);
  *right = mpfr_get_d(r->low, MPFR_RNDN);
}
