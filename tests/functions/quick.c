/* SPDX-License-Identifier: MIT */
/*
 * Evaluates expressions over blocks of doubles: glibc's elementary functions, widened to
 * intervals that hold the exact value, operation by operation.  The compiler vectorises
 * the loops, and with gcc the calls of glibc too.
 *
 * Invariant: an end never crosses zero by widening, so signs of results that underflow
 * stay known. Undecided conditions (an interval on both sides of what it is compared
 * with) give NaN ends, and with them the question to exact.c.
 */
#include "expression.h"

#include <math.h>
#include <string.h>

/* gcc compiles the loops for several CPUs, and knows glibc's vector functions (libmvec)
   when told that they exist; elsewhere the scalar ones are as right, only slower. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                   \
    defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#define VECTOR_FORM __attribute__((simd("notinbranch")))
#define CALL_VECTOR_FORM _Pragma("omp simd")
#else
#define FOR_EACH_CPU
#define VECTOR_FORM
#define CALL_VECTOR_FORM
#endif

/* One rounding of an operation is half of 2^-52.  glibc states at most 4 units in the
   last place, 2^-50, for its scalar and vector functions; twice that is allowed for. */
#define WIDTH_OPERATION 0x1p-52
#define WIDTH_FUNCTION 0x1p-49
/* Far above what underflows in double, far below all of f32. */
#define WIDTH_UNDERFLOW 0x1p-1000
/* The error of a product or quotient above this does not underflow itself. */
#define ERRORS_ARE_SEEN 0x1p-900
/* What a result that overflowed is at least. */
#define OVERFLOWED 0x1p1023

/* Down to 0, and not below it, for a positive v; -0 is negative. */
static inline double widen_down(double v, double width) {
  double bounded = v > OVERFLOWED ? OVERFLOWED : v;
  double lower = bounded - (fabs(bounded) * width + WIDTH_UNDERFLOW);
  return lower < 0 && copysign(1, v) > 0 ? 0 : lower;
}

static inline double widen_up(double v, double width) { return -widen_down(-v, width); }

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }

/* The interval around the result v of an operation on points that is `error` off; NaN
   when that is not known.  Exact ones stay, so that what is a tie is seen as one. */
static inline void set_ends(quick_block *y, size_t i, double low, double high,
                            double error) {
  double lower = widen_down(low, WIDTH_OPERATION);
  double upper = widen_up(high, WIDTH_OPERATION);
  y->low[i] = error == 0 ? low : lower;
  y->high[i] = error == 0 ? high : upper;
}

static inline bool points(const quick_block *a, const quick_block *b, size_t i) {
  return (a->low[i] == a->high[i]) & (b->low[i] == b->high[i]);
}

/* Knuth's: what the sum s of a and b is short of. */
static inline double sum_error(double a, double b, double s) {
  double part = s - a;
  return (a - (s - part)) + (b - part);
}

static inline double product_error(double a, double b, double p) {
  double seen = fma(a, b, -p), error = fabs(p) > ERRORS_ARE_SEEN ? seen : NAN;
  return ((a == 0) | (b == 0)) ? 0 : error;
}

static inline double quotient_error(double a, double b, double q) {
  double seen = fma(q, b, -a), smaller = least(fabs(a), fabs(q));
  double error = smaller > ERRORS_ARE_SEEN ? seen : NAN;
  return a == 0 ? 0 : error;
}

FOR_EACH_CPU
static void add(size_t count, const quick_block *a, const quick_block *b,
                quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    double low = a->low[i] + b->low[i];
    double error = sum_error(a->low[i], b->low[i], low);
    set_ends(y, i, low, a->high[i] + b->high[i], points(a, b, i) ? error : NAN);
  }
}

FOR_EACH_CPU
static void subtract(size_t count, const quick_block *a, const quick_block *b,
                     quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    double low = a->low[i] - b->high[i];
    double error = sum_error(a->low[i], -b->high[i], low);
    set_ends(y, i, low, a->high[i] - b->low[i], points(a, b, i) ? error : NAN);
  }
}

/* 0 inf counts as 0: the end at 0 is exact or beyond what matters. */
static inline double product(double a, double b) {
  double p = a * b;
  return ((p != p) & (a == a) & (b == b)) ? 0 : p;
}

FOR_EACH_CPU
static void multiply(size_t count, const quick_block *a, const quick_block *b,
                     quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    double ll = product(a->low[i], b->low[i]), lh = product(a->low[i], b->high[i]);
    double hl = product(a->high[i], b->low[i]), hh = product(a->high[i], b->high[i]);
    double error = product_error(a->low[i], b->low[i], ll);
    set_ends(y, i, least(least(ll, lh), least(hl, hh)), most(most(ll, lh), most(hl, hh)),
             points(a, b, i) ? error : NAN);
  }
}

/* Both intervals turned so that the divisor is positive; then the dividend's signs tell
   which ends to take. */
FOR_EACH_CPU
static void divide(size_t count, const quick_block *a, const quick_block *b,
                   quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    bool negative = b->high[i] < 0;
    double a_low = negative ? -a->high[i] : a->low[i];
    double a_high = negative ? -a->low[i] : a->high[i];
    double b_low = negative ? -b->high[i] : b->low[i];
    double b_high = negative ? -b->low[i] : b->high[i];
    double below = a_low >= 0 ? b_high : b_low, above = a_high >= 0 ? b_low : b_high;
    double low = b_low > 0 ? a_low / below : NAN, high = b_low > 0 ? a_high / above : NAN;
    double error = quotient_error(a_low, b_low, low);
    set_ends(y, i, low, high, points(a, b, i) ? error : NAN);
  }
}

FOR_EACH_CPU
static void compare(size_t count, node_kind kind, const quick_block *a,
                    const quick_block *b, quick_block *y) {
  bool flipped = kind == NODE_GREATER || kind == NODE_GREATER_EQUAL;
  for (size_t i = 0; i < count; i++) {
    double less = a->high[i]<b->low[i], greater = a->low[i]> b->high[i];
    double truth = flipped ? greater : less;
    y->low[i] = y->high[i] = less + greater == 1 ? truth : NAN;
  }
}

FOR_EACH_CPU
static void choose(size_t count, const quick_block *condition, const quick_block *a,
                   const quick_block *b, quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    double c = condition->low[i];
    y->low[i] = c == 1 ? a->low[i] : c == 0 ? b->low[i] : NAN;
    y->high[i] = c == 1 ? a->high[i] : c == 0 ? b->high[i] : NAN;
  }
}

/* Of conditions, which are points: a NaN stays one in both. */
static void connect(size_t count, node_kind kind, const quick_block *a,
                    const quick_block *b, quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    double both = a->low[i] + b->low[i];
    double truth = kind == NODE_AND ? both == 2 : both >= 1;
    y->low[i] = y->high[i] = both == both ? truth : NAN;
  }
}

FOR_EACH_CPU
static void minimum(size_t count, const quick_block *a, const quick_block *b,
                    quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    y->low[i] = least(a->low[i], b->low[i]);
    y->high[i] = least(a->high[i], b->high[i]);
  }
}

FOR_EACH_CPU
static void maximum(size_t count, const quick_block *a, const quick_block *b,
                    quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    y->low[i] = most(a->low[i], b->low[i]);
    y->high[i] = most(a->high[i], b->high[i]);
  }
}

FOR_EACH_CPU
static void absolute(size_t count, const quick_block *a, quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    double low = fabs(a->low[i]), high = fabs(a->high[i]);
    bool straddles = a->low[i] < 0 && a->high[i] > 0;
    y->low[i] = straddles ? 0 : least(low, high);
    y->high[i] = most(low, high);
  }
}

FOR_EACH_CPU
static void negate(size_t count, const quick_block *a, quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    y->low[i] = -a->high[i];
    y->high[i] = -a->low[i];
  }
}

FOR_EACH_CPU
static void widen(size_t count, quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    y->low[i] = widen_down(y->low[i], WIDTH_FUNCTION);
    y->high[i] = widen_up(y->high[i], WIDTH_FUNCTION);
  }
}

static void apply(size_t count, const expression_function *f, bool point,
                  const quick_block *a, quick_block *y) {
  quick_block magnitude;
  if (f->shape == SHAPE_EVEN) absolute(count, a, &magnitude), a = &magnitude;
  bool falling = f->shape == SHAPE_DECREASING;
  f->quick(count, falling ? a->high : a->low, y->low);
  if (point)
    memcpy(y->high, y->low, count * sizeof *y->low);
  else
    f->quick(count, falling ? a->low : a->high, y->high);
  widen(count, y);
}

static void fill(size_t count, double low, double high, quick_block *y) {
  for (size_t i = 0; i < count; i++) {
    y->low[i] = low;
    y->high[i] = high;
  }
}

/* What does not hold x is the same for the whole block: one element is computed. */
void expression_quick(const expression *e, size_t whole, const double *x,
                      const double *parameter, quick_block *node) {
  for (int i = 0; i < e->nodes; i++) {
    const expression_node *n = &e->node[i];
    quick_block *y = &node[i];
    size_t count = n->free_of_x ? 1 : whole;
    const quick_block *a = &node[n->operand[0]], *b = &node[n->operand[1]];
    switch (n->kind) {
    case NODE_X:
      memcpy(y->low, x, count * sizeof *x);
      memcpy(y->high, x, count * sizeof *x);
      break;
    case NODE_PARAMETER:
      fill(count, parameter[n->index], parameter[n->index], y);
      break;
    case NODE_NUMBER:
      fill(count, n->low, n->high, y);
      break;
    case NODE_NEGATE:
      negate(count, a, y);
      break;
    case NODE_ADD:
      add(count, a, b, y);
      break;
    case NODE_SUBTRACT:
      subtract(count, a, b, y);
      break;
    case NODE_MULTIPLY:
      multiply(count, a, b, y);
      break;
    case NODE_DIVIDE:
      divide(count, a, b, y);
      break;
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
      compare(count, n->kind, a, b, y);
      break;
    case NODE_AND:
    case NODE_OR:
      connect(count, n->kind, a, b, y);
      break;
    case NODE_SELECT:
      choose(count, a, b, &node[n->operand[2]], y);
      break;
    case NODE_ABSOLUTE:
      absolute(count, a, y);
      break;
    case NODE_MINIMUM:
      minimum(count, a, b, y);
      break;
    case NODE_MAXIMUM:
      maximum(count, a, b, y);
      break;
    case NODE_FUNCTION:
      apply(count, &expression_functions[n->index], e->node[n->operand[0]].point, a, y);
      break;
    }
    if (count < whole) fill(whole, y->low[0], y->high[0], y);
  }
}

void quick_scale(size_t count, const quick_block *a, const double *b, quick_block *y) {
  quick_block points;
  memcpy(points.low, b, count * sizeof *b);
  memcpy(points.high, b, count * sizeof *b);
  multiply(count, a, &points, y);
}

/* A block function: glibc's, element by element. */
#define QUICK(name)                                                                      \
  VECTOR_FORM double name(double);                                                       \
  FOR_EACH_CPU static void quick_##name(size_t count, const double *restrict x,          \
                                        double *restrict y) {                            \
    CALL_VECTOR_FORM                                                                     \
    for (size_t i = 0; i < count; i++)                                                   \
      y[i] = name(x[i]);                                                                 \
  }

QUICK(exp)
QUICK(expm1)
QUICK(log)
QUICK(log1p)
QUICK(tanh)
QUICK(sinh)
QUICK(cosh)
FOR_EACH_CPU static void quick_sqrt(size_t count, const double *x, double *y) {
  for (size_t i = 0; i < count; i++)
    y[i] = sqrt(x[i]);
}
QUICK(atan)
QUICK(erf)
QUICK(erfc)

/* Only ever of what is free of x. */
static void quick_nearest(size_t count, const double *x, double *y) {
  memcpy(y, x, count * sizeof *x);
}

double nearest(double x) { return x; }

/* Enough of them up to there for every bit of a double. */
#define LAMBERT_LEVELS 16
#define LAMBERT_END 2

/* x - tanh x = x w/(1 + w) with w = x^2/(3 + x^2/(5 + x^2/(7 + ...))), by Lambert's
   continued fraction of tanh: all of it positive, so nothing cancels.  Its denominators,
   from the last one up, are d[k] = (2k + 1) d[k+1] + x^2 d[k+2]; w is x^2 d[2]/d[1]. */
double x_minus_tanh(double x) {
  double square = x * x, next = 1, d = 2 * LAMBERT_LEVELS + 1;
  for (int k = LAMBERT_LEVELS - 1; k > 0; k--) {
    double above = (2 * k + 1) * d + square * next;
    next = d;
    d = above;
  }
  return fabs(x) < LAMBERT_END ? x * (square * next / (d + square * next)) : x - tanh(x);
}

FOR_EACH_CPU static void quick_x_minus_tanh(size_t count, const double *restrict x,
                                            double *restrict y) {
  for (size_t i = 0; i < count; i++)
    y[i] = x_minus_tanh(x[i]);
}

#define ENTRY(name, shape)                                                               \
  { #name, shape, mpfr_##name, quick_##name }
#define OWN_ENTRY(name, shape)                                                           \
  { #name, shape, exact_##name, quick_##name }

const expression_function expression_functions[] = {
    ENTRY(exp, SHAPE_INCREASING),
    ENTRY(expm1, SHAPE_INCREASING),
    ENTRY(log, SHAPE_INCREASING),
    ENTRY(log1p, SHAPE_INCREASING),
    ENTRY(tanh, SHAPE_INCREASING),
    ENTRY(sinh, SHAPE_INCREASING),
    ENTRY(cosh, SHAPE_EVEN),
    ENTRY(sqrt, SHAPE_INCREASING),
    ENTRY(atan, SHAPE_INCREASING),
    ENTRY(erf, SHAPE_INCREASING),
    ENTRY(erfc, SHAPE_DECREASING),
    OWN_ENTRY(nearest, SHAPE_INCREASING),
    OWN_ENTRY(x_minus_tanh, SHAPE_INCREASING)};
const int expression_function_count =
    sizeof expression_functions / sizeof *expression_functions;
