/* SPDX-License-Identifier: MIT */
/*
 * expression.h: an arithmetic expression in x and p[0..3], read from text, evaluated
 * twice over: exactly (exact.c, MPFR intervals of any precision) and quickly (quick.c,
 * blocks of double intervals).  Both give an interval that holds the real value.
 *
 * Grammar, with C's precedence: ?: || && comparisons + - * / unary minus, parentheses,
 * numbers, x, p[i], fabs, fmin, fmax and the functions of expression_functions.
 *
 * An expression is an array of nodes in which each comes after its operands: evaluating
 * it is one pass from the first to the last, without recursion.
 */
#ifndef RAMP_TESTS_EXPRESSION_H
#define RAMP_TESTS_EXPRESSION_H

#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>

#define EXPRESSION_NODES 64
#define EXPRESSION_OPERANDS 3

typedef enum {
  NODE_X,
  NODE_PARAMETER, /* p[index] */
  NODE_NUMBER,
  NODE_NEGATE,
  NODE_ADD,
  NODE_SUBTRACT,
  NODE_MULTIPLY,
  NODE_DIVIDE,
  NODE_LESS,
  NODE_LESS_EQUAL,
  NODE_GREATER,
  NODE_GREATER_EQUAL,
  NODE_AND,
  NODE_OR,
  NODE_SELECT, /* operand 0 ? operand 1 : operand 2 */
  NODE_ABSOLUTE,
  NODE_MINIMUM,
  NODE_MAXIMUM,
  NODE_FUNCTION /* expression_functions[index] of operand 0 */
} node_kind;

typedef struct expression_node {
  node_kind kind;
  int index;
  int operand[EXPRESSION_OPERANDS]; /* nodes before this one */
  bool point;                       /* exact: both ends of its interval are the same */
  bool free_of_x;
  const char *digits; /* of a NODE_NUMBER, within the text; else "" */
  size_t length;      /* of the digits */
  double low, high;   /* the doubles around it */
} expression_node;

typedef struct expression {
  const char *text;
  int nodes;
  expression_node node[EXPRESSION_NODES];
} expression;

/* How a function runs over its domain: that is all an interval needs to know of it. */
typedef enum { SHAPE_INCREASING, SHAPE_DECREASING, SHAPE_EVEN } function_shape;

typedef struct expression_function {
  const char *name;
  function_shape shape;
  int (*exact)(mpfr_t, const mpfr_t, mpfr_rnd_t);
  void (*quick)(size_t count, const double *x, double *y);
} expression_function;

/* Functions of expressions that C's library lacks. */
double nearest(double x);      /* the double nearest to the exact value */
double x_minus_tanh(double x); /* x - tanh x */
int exact_nearest(mpfr_t y, const mpfr_t x, mpfr_rnd_t direction);
int exact_x_minus_tanh(mpfr_t y, const mpfr_t x, mpfr_rnd_t direction);

extern const expression_function expression_functions[];
extern const int expression_function_count;

/* Returns null, or where the text cannot be read.  The text must outlive the expression.
 */
const char *expression_parse(const char *text, expression *e);

/* ------------------------------------------------------------------ exact.c */

typedef struct exact_interval {
  mpfr_t low, high;
} exact_interval;

/* Which way a comparison of equal numbers falls: as if x were a little less, or more. */
typedef enum { SIDE_LEFT = -1, SIDE_NONE = 0, SIDE_RIGHT = 1 } expression_side;

/* Sets those of node[0 .. e->nodes) that do not hold x, at the precision they have. */
void expression_exact_constants(const expression *e, const double *parameter,
                                exact_interval *node);

/* Sets the others; the last one is the result.  An infinite x stands for a number beyond
   every stored type, so that limits come out and inf * 0 cannot. */
void expression_exact(const expression *e, double x, const double *parameter,
                      expression_side side, exact_interval *node);

void exact_multiply(exact_interval *y, const exact_interval *a, const exact_interval *b);
void exact_add(exact_interval *y, const exact_interval *a, const exact_interval *b);
void exact_subtract(exact_interval *y, const exact_interval *a, const exact_interval *b);

/* ------------------------------------------------------------------ quick.c */

#define QUICK_BLOCK 256

/* One node's intervals for a block of inputs. */
typedef struct quick_block {
  double low[QUICK_BLOCK], high[QUICK_BLOCK];
} quick_block;

/* As expression_exact() for count <= QUICK_BLOCK finite inputs, none of which is equal to
   what it is compared with. */
void expression_quick(const expression *e, size_t count, const double *x,
                      const double *parameter, quick_block *node);

/* *y = the intervals *a times the points b. */
void quick_scale(size_t count, const quick_block *a, const double *b, quick_block *y);

#endif
