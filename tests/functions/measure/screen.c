/* SPDX-License-Identifier: MIT */
/*
 * Evaluates expressions over blocks of long double intervals, operation by operation, as
 * quick.c does in double.  Each end is widened by more than its operation's error.
 */
#include "screen.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One rounding is half a unit, LDBL_EPSILON / 2.  glibc states at most 5 units in the
   last place for these functions in long double; three times that is allowed for. */
#define WIDTH_OPERATION LDBL_EPSILON
#define WIDTH_FUNCTION (16 * LDBL_EPSILON)
/* Far below all doubles, far above what underflows. */
#define WIDTH_UNDERFLOW 0x1p-4000L
/* What a result is at least that may have overflowed; far above all doubles. */
#define OVERFLOWED 0x1p12000L

typedef struct ends {
  long double low, high;
} ends;

static inline long double least(long double a, long double b) { return a < b ? a : b; }
static inline long double most(long double a, long double b) { return a > b ? a : b; }

/* Down to 0, and not below it, for a positive v; -0 is negative. */
static inline long double down(long double v, long double width) {
  long double bounded = v > OVERFLOWED ? OVERFLOWED : v;
  long double lower = bounded - (fabsl(bounded) * width + WIDTH_UNDERFLOW);
  return lower < 0 && !signbit(v) ? 0 : lower;
}

static inline long double up(long double v, long double width) {
  return -down(-v, width);
}

static inline ends around(long double low, long double high, bool exact) {
  if (exact) return (ends){low, high};
  return (ends){down(low, WIDTH_OPERATION), up(high, WIDTH_OPERATION)};
}

/* ------------------------------------------------------------------ operations */

/* Knuth's: whether s is a + b without any rounding. */
static inline bool exact_sum(long double a, long double b, long double s) {
  long double part = s - a;
  return (a - (s - part)) + (b - part) == 0;
}

static ends add(ends a, ends b) {
  long double low = a.low + b.low, high = a.high + b.high;
  return around(low, high,
                exact_sum(a.low, b.low, low) && exact_sum(a.high, b.high, high));
}

static ends negate(ends a) { return (ends){-a.high, -a.low}; }

static ends subtract(ends a, ends b) { return add(a, negate(b)); }

/* 0 inf counts as 0: the end at 0 is exact or beyond what matters. */
static inline long double product(long double a, long double b) {
  bool zero = (a == 0 && isinf(b)) || (b == 0 && isinf(a));
  return zero ? 0 : a * b;
}

static bool is_zero(ends a) { return a.low == 0 && a.high == 0; }

/* Multiplying with it, and dividing by it, rounds nothing. */
static bool is_power_of_two(ends a) {
  int exponent;
  return a.low == a.high && fabsl(frexpl(a.low, &exponent)) == 0.5L;
}

static ends corners(long double ll, long double lh, long double hl, long double hh,
                    bool exact) {
  if (isunordered(ll, lh) || isunordered(hl, hh)) return (ends){NAN, NAN};
  return around(least(least(ll, lh), least(hl, hh)), most(most(ll, lh), most(hl, hh)),
                exact);
}

static ends multiply(ends a, ends b, bool exact) {
  return corners(product(a.low, b.low), product(a.low, b.high), product(a.high, b.low),
                 product(a.high, b.high), exact || is_zero(a) || is_zero(b));
}

static ends divide(ends a, ends b, bool exact) {
  if (!(product(b.low, b.high) > 0)) return (ends){NAN, NAN};
  return corners(a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high,
                 exact || is_zero(a));
}

static ends minimum(ends a, ends b) {
  if (isunordered(a.low, b.low)) return (ends){NAN, NAN};
  return (ends){least(a.low, b.low), least(a.high, b.high)};
}

static ends maximum(ends a, ends b) { return negate(minimum(negate(a), negate(b))); }

static ends compare(node_kind kind, ends a, ends b) {
  bool flipped = kind == NODE_GREATER || kind == NODE_GREATER_EQUAL;
  bool less = a.high<b.low, greater = a.low> b.high;
  long double truth = less == greater ? NAN : flipped ? greater : less;
  return (ends){truth, truth};
}

static ends connect(node_kind kind, ends a, ends b) {
  long double both = a.low + b.low;
  long double truth = kind == NODE_AND ? both == 2 : both >= 1;
  return isnan(both) ? (ends){NAN, NAN} : (ends){truth, truth};
}

static ends choose(ends condition, ends a, ends b) {
  return condition.low == 1 ? a : condition.low == 0 ? b : (ends){NAN, NAN};
}

static ends absolute(ends a) {
  long double low = fabsl(a.low), high = fabsl(a.high);
  bool straddles = a.low < 0 && a.high > 0;
  return (ends){straddles ? 0 : least(low, high), most(low, high)};
}

/* ------------------------------------------------------------------ functions */

/* Lambert's continued fraction, as x_minus_tanh() of quick.c has it. */
#define LAMBERT_LEVELS 20
#define LAMBERT_END 2

static long double x_minus_tanhl(long double x) {
  long double square = x * x, next = 1, d = 2 * LAMBERT_LEVELS + 1;
  for (int k = LAMBERT_LEVELS - 1; k > 0; k--) {
    long double above = (2 * k + 1) * d + square * next;
    next = d;
    d = above;
  }
  return fabsl(x) < LAMBERT_END ? x * (square * next / (d + square * next))
                                : x - tanhl(x);
}

typedef struct long_function {
  const char *name;
  long double (*compute)(long double);
} long_function;

static const long_function long_functions[] = {
    {"exp", expl},   {"expm1", expm1l}, {"log", logl},   {"log1p", log1pl},
    {"tanh", tanhl}, {"sinh", sinhl},   {"cosh", coshl}, {"sqrt", sqrtl},
    {"atan", atanl}, {"erf", erfl},     {"erfc", erfcl}, {"x_minus_tanh", x_minus_tanhl}};

static long double unknown(long double x) {
  (void)x;
  return NAN;
}

/* Of a function that is not listed nothing is known: MPFR decides. */
static const long_function *long_form(const char *name) {
  static const long_function none = {"", unknown};
  for (size_t i = 0; i < sizeof long_functions / sizeof *long_functions; i++)
    if (strcmp(long_functions[i].name, name) == 0) return &long_functions[i];
  return &none;
}

static ends apply(const long_function *f, function_shape shape, ends a) {
  if (shape == SHAPE_EVEN) a = absolute(a);
  if (shape == SHAPE_DECREASING) a = (ends){a.high, a.low};
  long double low = f->compute(a.low);
  long double high = a.low == a.high ? low : f->compute(a.high);
  return (ends){down(low, WIDTH_FUNCTION), up(high, WIDTH_FUNCTION)};
}

/* ------------------------------------------------------------------ expressions */

static ends at(const screen_block *b, size_t i) { return (ends){b->low[i], b->high[i]}; }

static void set(screen_block *b, size_t i, ends v) {
  b->low[i] = v.low;
  b->high[i] = v.high;
}

/* Nodes of one operation and two operands. */
static void operate(const expression *e, const expression_node *n, size_t count,
                    const screen_block *node, screen_block *y) {
  const screen_block *a = &node[n->operand[0]], *b = &node[n->operand[1]];
  bool a_scales = e->node[n->operand[0]].free_of_x && is_power_of_two(at(a, 0));
  bool b_scales = e->node[n->operand[1]].free_of_x && is_power_of_two(at(b, 0));
  for (size_t i = 0; i < count; i++) {
    ends u = at(a, i), v = at(b, i);
    if (n->kind == NODE_ADD) set(y, i, add(u, v));
    if (n->kind == NODE_SUBTRACT) set(y, i, subtract(u, v));
    if (n->kind == NODE_MULTIPLY) set(y, i, multiply(u, v, a_scales || b_scales));
    if (n->kind == NODE_DIVIDE) set(y, i, divide(u, v, b_scales));
    if (n->kind == NODE_MINIMUM) set(y, i, minimum(u, v));
    if (n->kind == NODE_MAXIMUM) set(y, i, maximum(u, v));
    if (n->kind == NODE_AND || n->kind == NODE_OR) set(y, i, connect(n->kind, u, v));
    if (n->kind >= NODE_LESS && n->kind <= NODE_GREATER_EQUAL)
      set(y, i, compare(n->kind, u, v));
  }
}

/* A number in digits, to long double. */
static ends number(const expression_node *n) {
  long double v = strtold(n->digits, NULL);
  return around(v, v, n->low == n->high);
}

static void fill(size_t count, long double low, long double high, screen_block *y) {
  for (size_t i = 0; i < count; i++)
    set(y, i, (ends){low, high});
}

/* What does not hold x is the same for the whole block: one element is computed. */
void expression_screen(const expression *e, size_t whole, const double *x,
                       const double *parameter, screen_block *node) {
  for (int i = 0; i < e->nodes; i++) {
    const expression_node *n = &e->node[i];
    const screen_block *a = &node[n->operand[0]], *b = &node[n->operand[1]];
    screen_block *y = &node[i];
    const expression_function *f = &expression_functions[n->index];
    size_t count = n->free_of_x ? 1 : whole;
    switch (n->kind) {
    case NODE_X:
      for (size_t j = 0; j < count; j++)
        set(y, j, (ends){x[j], x[j]});
      break;
    case NODE_PARAMETER:
      set(y, 0, (ends){parameter[n->index], parameter[n->index]});
      break;
    case NODE_NUMBER:
      set(y, 0, number(n));
      break;
    case NODE_NEGATE:
      for (size_t j = 0; j < count; j++)
        set(y, j, negate(at(a, j)));
      break;
    case NODE_SELECT:
      for (size_t j = 0; j < count; j++)
        set(y, j, choose(at(a, j), at(b, j), at(&node[n->operand[2]], j)));
      break;
    case NODE_ABSOLUTE:
      for (size_t j = 0; j < count; j++)
        set(y, j, absolute(at(a, j)));
      break;
    case NODE_FUNCTION:
      for (size_t j = 0; j < count; j++)
        set(y, j, apply(long_form(f->name), f->shape, at(a, j)));
      break;
    default:
      operate(e, n, count, node, y);
    }
    if (count < whole) fill(whole, y->low[0], y->high[0], y);
  }
}

/* ------------------------------------------------------------------ errors */

double screen_ulps(double got, long double low, long double high) {
  long double nearer = least(fabsl(low), fabsl(high));
  bool negative = signbit(low);
  bool same_sign = negative == (signbit(high) != 0) && negative == (signbit(got) != 0);
  if (!(low <= high) || !same_sign) return INFINITY;
  if (isinf(got)) return nearer >= 0x1p1024L ? 0 : INFINITY;
  if (most(fabsl(low), fabsl(high)) > DBL_MAX) return INFINITY;
  int exponent;
  frexpl(nearer, &exponent);
  if (nearer == 0 || exponent < DBL_MIN_EXP) exponent = DBL_MIN_EXP;
  long double far = most(fabsl(got - low), fabsl(got - high));
  return (double)ldexpl(far * (1 + 4 * LDBL_EPSILON), DBL_MANT_DIG - exponent);
}
