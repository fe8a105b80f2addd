/* SPDX-License-Identifier: MIT */
/*
 * The right answers: intervals from quick.c and exact.c, rounded, and the rules beside
 * them.
 */
#include "oracle.h"

#include "expression.h"
#include "numbers.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRECISION_FIRST 256
#define PRECISION_LAST 16384
#define THRESHOLDS_MAX 16

struct oracle {
  ramp_function f;
  expression expression[ORACLE_DIRECTIONS];
  int thresholds;
  double threshold[THRESHOLDS_MAX];
  uint64_t exact_answers;
  exact_interval left[EXPRESSION_NODES], right[EXPRESSION_NODES];
  exact_interval chosen, factor;
  quick_block quick[EXPRESSION_NODES], scaled;
};

#define ORACLE(name, value, derivative)                                                  \
  static double name##_value(double x, const double *p) {                                \
    (void)x, (void)p;                                                                    \
    return value;                                                                        \
  }                                                                                      \
  static double name##_derivative(double x, const double *p) {                           \
    (void)x, (void)p;                                                                    \
    return derivative;                                                                   \
  }
#include "oracle.def"
#undef ORACLE

#define ORACLE(name, value, derivative)                                                  \
  {#name, {#value, #derivative}, {name##_value, name##_derivative}},
const oracle_line oracle_lines[] = {
#include "oracle.def"
};
#undef ORACLE
const int oracle_line_count = sizeof oracle_lines / sizeof *oracle_lines;

const oracle_line *oracle_line_of(int row) {
  const ramp_function_row *r = ramp_function_row_at(row);
  if (!r) return NULL;
  const char *name = r->alias ? r->alias : r->name;
  size_t length = strcspn(name, ":");
  for (int i = 0; i < oracle_line_count; i++)
    if (strlen(oracle_lines[i].name) == length &&
        strncmp(oracle_lines[i].name, name, length) == 0)
      return &oracle_lines[i];
  return NULL;
}

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

/* Whatever x is compared with does not hold x, so its value at any x will do. */
static void find_thresholds(oracle *o, const expression *e) {
  expression_exact(e, 1, o->f.parameter, SIDE_NONE, o->left);
  for (int i = 0; i < e->nodes; i++) {
    const expression_node *n = &e->node[i];
    if (!compares(n->kind)) continue;
    if (e->node[n->operand[0]].kind == NODE_X && e->node[n->operand[1]].free_of_x) {
      add_threshold(o, mpfr_get_d(o->left[n->operand[1]].low, MPFR_RNDN));
    } else {
      fprintf(stderr, "oracle.def: \"%s\": a condition has x alone on its left\n",
              e->text);
      abort();
    }
  }
}

static void parse(const char *text, expression *e) {
  const char *failed = expression_parse(text, e);
  if (!failed) return;
  fprintf(stderr, "oracle.def: \"%s\": cannot read from \"%s\" on\n", text, failed);
  abort();
}

static void each_interval(oracle *o, void (*act)(exact_interval *, long), long argument) {
  for (int i = 0; i < EXPRESSION_NODES; i++) {
    act(&o->left[i], argument);
    act(&o->right[i], argument);
  }
  act(&o->chosen, argument);
  act(&o->factor, argument);
}

static void init_interval(exact_interval *v, long precision) {
  mpfr_inits2(precision, v->low, v->high, (mpfr_ptr)0);
}

static void set_precision(exact_interval *v, long precision) {
  mpfr_set_prec(v->low, precision);
  mpfr_set_prec(v->high, precision);
}

static void clear_interval(exact_interval *v, long unused) {
  (void)unused;
  mpfr_clears(v->low, v->high, (mpfr_ptr)0);
}

oracle *oracle_open(const ramp_function *f) {
  const oracle_line *line = oracle_line_of(f->row);
  oracle *o = line ? calloc(1, sizeof *o) : NULL;
  if (!o) return NULL;
  o->f = *f;
  each_interval(o, init_interval, PRECISION_FIRST);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
    parse(line->text[d], &o->expression[d]);
    find_thresholds(o, &o->expression[d]);
  }
  return o;
}

void oracle_close(oracle *o) {
  if (!o) return;
  each_interval(o, clear_interval, 0);
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
  mpfr_prec_t precision = mpfr_get_prec(left->low);
  init_interval(&share, precision);
  init_interval(&part, precision);
  exact_subtract(&o->chosen, right, left);
  mpfr_set_d(share.low, o->f.kink_mix, MPFR_RNDN);
  mpfr_set(share.high, share.low, MPFR_RNDN);
  exact_multiply(&part, &o->chosen, &share);
  exact_add(&o->chosen, left, &part);
  clear_interval(&share, 0);
  clear_interval(&part, 0);
}

/* o->left and o->right: the two sides of a point where a condition changes. */
static const exact_interval *sides(oracle *o, double x, const exact_interval **right) {
  const expression *e = &o->expression[ORACLE_DERIVATIVE];
  expression_exact(e, x, o->f.parameter, SIDE_LEFT, o->left);
  expression_exact(e, x, o->f.parameter, SIDE_RIGHT, o->right);
  *right = &o->right[e->nodes - 1];
  return &o->left[e->nodes - 1];
}

static const exact_interval *kink(oracle *o, double x) {
  const exact_interval *right, *left = sides(o, x, &right);
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

static const exact_interval *last(const expression *e, const exact_interval *node) {
  return &node[e->nodes - 1];
}

/* Where the value jumps at zero, it is what the expression says there; elsewhere the two
   sides of zero differ in their sign at most. */
static const exact_interval *value(oracle *o, double x) {
  const expression *e = &o->expression[ORACLE_VALUE];
  expression_exact(e, x, o->f.parameter, side_of(x), o->left);
  if (x != 0 || !at_threshold(o, x)) return last(e, o->left);
  expression_exact(e, x, o->f.parameter, -side_of(x), o->right);
  const exact_interval *here = last(e, o->left), *there = last(e, o->right);
  bool jumps = mpfr_less_p(here->high, there->low) || mpfr_less_p(there->high, here->low);
  if (jumps) expression_exact(e, x, o->f.parameter, SIDE_NONE, o->left);
  return here;
}

static const exact_interval *evaluate(oracle *o, oracle_direction direction, double x) {
  if (direction == ORACLE_VALUE) return value(o, x);
  if (at_threshold(o, x)) return kink(o, x);
  const expression *e = &o->expression[direction];
  expression_exact(e, x, o->f.parameter, SIDE_NONE, o->left);
  return last(e, o->left);
}

/* Two zeros of different sign are one exact zero, +0. */
static bool decided(ramp_type type, const exact_interval *v, uint64_t *bits) {
  uint64_t low = number_round_exact(type, v->low);
  uint64_t high = number_round_exact(type, v->high);
  *bits = high;
  return low == high || (mpfr_zero_p(v->low) && mpfr_zero_p(v->high));
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

/* Raises the precision until the answer is decided, and leaves the interval that decided
 * it. */
static const exact_interval *decide(oracle *o, oracle_direction direction, ramp_type type,
                                    double x, double dy, uint64_t *bits) {
  o->exact_answers++;
  for (long precision = PRECISION_FIRST; precision <= PRECISION_LAST; precision *= 2) {
    if (mpfr_get_prec(o->factor.low) != precision)
      each_interval(o, set_precision, precision);
    const exact_interval *v = evaluate(o, direction, x);
    if (dy != 1) v = times(o, v, dy);
    if (decided(type, v, bits)) return v;
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
                  double *high, double *low) {
  *high = number_value(RAMP_F64, oracle_bits(o, direction, RAMP_F64, x, dy));
  *low = 0;
  if (!isfinite(*high) || isinf(dy)) return;
  uint64_t unused;
  const exact_interval *v = decide(o, direction, RAMP_F64, x, dy, &unused);
  mpfr_t rest;
  mpfr_init2(rest, mpfr_get_prec(v->low));
  mpfr_sub_d(rest, v->low, *high, MPFR_RNDN);
  *low = mpfr_get_d(rest, MPFR_RNDN);
  mpfr_clear(rest);
}

void oracle_sides(oracle *o, double x, double *left, double *right) {
  *left = *right = NAN;
  if (isnan(x)) return;
  const exact_interval *r, *l = sides(o, x, &r);
  *left = mpfr_get_d(l->low, MPFR_RNDN);
  *right = mpfr_get_d(r->low, MPFR_RNDN);
}

/* ------------------------------------------------------------------ quickly */

static void load_block(ramp_type type, const void *array, size_t start, size_t count,
                       double *block) {
  if (type == RAMP_F32) {
    float value[QUICK_BLOCK];
    memcpy(value, (const char *)array + start * sizeof *value, count * sizeof *value);
    for (size_t i = 0; i < count; i++)
      block[i] = (double)value[i];
  } else {
    for (size_t i = 0; i < count; i++)
      block[i] = number_value(type, number_load(type, array, start + i));
  }
}

static void round_block(ramp_type type, size_t count, const double *value,
                        uint64_t *bits) {
  for (size_t i = 0; type == RAMP_F32 && i < count; i++) {
    union {
      float value;
      uint32_t bits;
    } narrow = {.value = (float)value[i]};
    bits[i] = narrow.bits;
  }
  for (size_t i = 0; type != RAMP_F32 && i < count; i++)
    bits[i] = number_round(type, value[i]);
}

/* easy[i]: neither x[i] nor dy[i] asks for a rule of oracle_bits(). */
static void plain_numbers(const oracle *o, size_t count, const double *x,
                          const double *dy, bool *easy) {
  for (size_t i = 0; i < count; i++)
    easy[i] = fabs(x[i]) <= DBL_MAX && (!dy || fabs(dy[i]) <= DBL_MAX);
  for (int t = 0; t < o->thresholds; t++)
    for (size_t i = 0; i < count; i++)
      easy[i] &= x[i] != o->threshold[t];
}

static void answer_block(oracle *o, oracle_direction direction, ramp_type type,
                         size_t count, const double *x, const double *dy,
                         uint64_t *answer) {
  uint64_t low[QUICK_BLOCK];
  bool easy[QUICK_BLOCK];
  const expression *e = &o->expression[direction];
  const quick_block *v = &o->quick[e->nodes - 1];
  expression_quick(e, count, x, o->f.parameter, o->quick);
  if (dy) {
    quick_scale(count, v, dy, &o->scaled);
    v = &o->scaled;
  }
  plain_numbers(o, count, x, dy, easy);
  round_block(type, count, v->low, low);
  round_block(type, count, v->high, answer);
  for (size_t i = 0; i < count; i++) {
    bool held = v->low[i] <= v->high[i] && low[i] == answer[i];
    if (!easy[i] || !held)
      answer[i] = oracle_bits(o, direction, type, x[i], dy ? dy[i] : 1);
  }
}

void oracle_answer(oracle *o, oracle_direction direction, ramp_type type, size_t count,
                   const void *x, const void *dy, void *expected) {
  double x_block[QUICK_BLOCK], dy_block[QUICK_BLOCK];
  uint64_t bits[QUICK_BLOCK];
  for (size_t start = 0; start < count; start += QUICK_BLOCK) {
    size_t n = count - start < QUICK_BLOCK ? count - start : QUICK_BLOCK;
    load_block(type, x, start, n, x_block);
    if (dy) load_block(type, dy, start, n, dy_block);
    answer_block(o, direction, type, n, x_block, dy ? dy_block : NULL, bits);
    for (size_t i = 0; i < n; i++)
      number_store(type, expected, start + i, bits[i]);
  }
}
