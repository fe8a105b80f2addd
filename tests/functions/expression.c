/* SPDX-License-Identifier: MIT */
/*
 * Reads expressions: a recursive-descent parser, one function per level of C's
 * precedence. A failure leaves `failed` at the place in the text; parsing then unwinds
 * without reading on.
 */
#include "expression.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct parser {
  expression *e;
  const char *at;
  const char *failed;
} parser;

static int choice(parser *p);

static int fail(parser *p) {
  if (!p->failed) p->failed = p->at;
  return 0;
}

static bool accept(parser *p, const char *token) {
  while (isspace((unsigned char)*p->at))
    p->at++;
  size_t length = strlen(token);
  if (p->failed || strncmp(p->at, token, length) != 0) return false;
  p->at += length;
  return true;
}

static void expect(parser *p, const char *token) {
  if (!accept(p, token)) fail(p);
}

static bool same(const expression_node *a, const expression_node *b) {
  return a->kind == b->kind && a->index == b->index && a->operand[0] == b->operand[0] &&
         a->operand[1] == b->operand[1] && a->operand[2] == b->operand[2] &&
         a->length == b->length && strncmp(a->digits, b->digits, a->length) == 0;
}

/* Adds a node, unless the same is there already: what is written twice is computed once.
   The expression as a whole is none of its parts, and so stays the last node. */
static int add(parser *p, const expression_node *n) {
  for (int i = 0; i < p->e->nodes; i++)
    if (same(&p->e->node[i], n)) return i;
  if (p->failed || p->e->nodes == EXPRESSION_NODES) return fail(p);
  p->e->node[p->e->nodes] = *n;
  return p->e->nodes++;
}

static int add_leaf(parser *p, node_kind kind, int index) {
  return add(p, &(expression_node){.kind = kind,
                                   .index = index,
                                   .point = true,
                                   .free_of_x = kind != NODE_X,
                                   .digits = ""});
}

static bool rounds(node_kind kind) {
  return kind == NODE_ADD || kind == NODE_SUBTRACT || kind == NODE_MULTIPLY ||
         kind == NODE_DIVIDE || kind == NODE_FUNCTION;
}

/* Of `operands` of a, b, c.  Copies without rounding keep a point a point. */
static int add_operation(parser *p, node_kind kind, int index, int operands, int a, int b,
                         int c) {
  expression_node n = {.kind = kind,
                       .index = index,
                       .operand = {a, b, c},
                       .point = !rounds(kind),
                       .free_of_x = true,
                       .digits = ""};
  for (int i = 0; i < operands; i++) {
    n.point = n.point && p->e->node[n.operand[i]].point;
    n.free_of_x = n.free_of_x && p->e->node[n.operand[i]].free_of_x;
  }
  return add(p, &n);
}

/* 1 and 0.5 are doubles, 0.044715 is not: its interval has two ends. */
static int number(parser *p) {
  char *end;
  mpfr_t value;
  expression_node n = {.kind = NODE_NUMBER, .digits = p->at, .free_of_x = true};
  mpfr_init2(value, 53);
  mpfr_strtofr(value, p->at, NULL, 10, MPFR_RNDD);
  n.low = mpfr_get_d(value, MPFR_RNDD);
  mpfr_strtofr(value, p->at, &end, 10, MPFR_RNDU);
  n.high = mpfr_get_d(value, MPFR_RNDU);
  mpfr_clear(value);
  n.point = n.low == n.high;
  n.length = (size_t)(end - p->at);
  if (n.length == 0) fail(p);
  p->at = end;
  return add(p, &n);
}

static int parameter(parser *p) {
  expect(p, "[");
  int index = isdigit((unsigned char)*p->at) ? *p->at++ - '0' : 9;
  if (index > 3) return fail(p);
  expect(p, "]");
  return add_leaf(p, NODE_PARAMETER, index);
}

static int extremum(parser *p, node_kind kind) {
  expect(p, "(");
  int a = choice(p);
  expect(p, ",");
  int b = choice(p);
  expect(p, ")");
  return add_operation(p, kind, 0, 2, a, b, 0);
}

static int function(parser *p, const char *name, size_t length) {
  for (int i = 0; i < expression_function_count; i++) {
    const char *known = expression_functions[i].name;
    if (strlen(known) != length || strncmp(known, name, length) != 0) continue;
    expect(p, "(");
    int a = choice(p);
    expect(p, ")");
    return add_operation(p, NODE_FUNCTION, i, 1, a, 0, 0);
  }
  return fail(p);
}

static int named(parser *p) {
  const char *name = p->at;
  while (isalnum((unsigned char)*p->at) || *p->at == '_')
    p->at++;
  size_t length = (size_t)(p->at - name);
  if (length == 1 && *name == 'x') return add_leaf(p, NODE_X, 0);
  if (length == 1 && *name == 'p') return parameter(p);
  if (length == 4 && strncmp(name, "fmin", 4) == 0) return extremum(p, NODE_MINIMUM);
  if (length == 4 && strncmp(name, "fmax", 4) == 0) return extremum(p, NODE_MAXIMUM);
  if (length == 4 && strncmp(name, "fabs", 4) == 0) {
    expect(p, "(");
    int a = choice(p);
    expect(p, ")");
    return add_operation(p, NODE_ABSOLUTE, 0, 1, a, 0, 0);
  }
  return function(p, name, length);
}

static int primary(parser *p) {
  if (p->failed) return 0;
  if (accept(p, "-")) return add_operation(p, NODE_NEGATE, 0, 1, primary(p), 0, 0);
  if (accept(p, "(")) {
    int inner = choice(p);
    expect(p, ")");
    return inner;
  }
  return isalpha((unsigned char)*p->at) ? named(p) : number(p);
}

static int binary(parser *p, node_kind kind, int a, int (*next)(parser *)) {
  int b = next(p);
  return add_operation(p, kind, 0, 2, a, b, 0);
}

static int product(parser *p) {
  int a = primary(p);
  for (;;) {
    if (accept(p, "*"))
      a = binary(p, NODE_MULTIPLY, a, primary);
    else if (accept(p, "/"))
      a = binary(p, NODE_DIVIDE, a, primary);
    else
      return a;
  }
}

static int sum(parser *p) {
  int a = product(p);
  for (;;) {
    if (accept(p, "+"))
      a = binary(p, NODE_ADD, a, product);
    else if (accept(p, "-"))
      a = binary(p, NODE_SUBTRACT, a, product);
    else
      return a;
  }
}

static int comparison(parser *p) {
  int a = sum(p);
  if (accept(p, "<=")) return binary(p, NODE_LESS_EQUAL, a, sum);
  if (accept(p, ">=")) return binary(p, NODE_GREATER_EQUAL, a, sum);
  if (accept(p, "<")) return binary(p, NODE_LESS, a, sum);
  if (accept(p, ">")) return binary(p, NODE_GREATER, a, sum);
  return a;
}

static int conjunction(parser *p) {
  int a = comparison(p);
  while (accept(p, "&&"))
    a = binary(p, NODE_AND, a, comparison);
  return a;
}

static int disjunction(parser *p) {
  int a = conjunction(p);
  while (accept(p, "||"))
    a = binary(p, NODE_OR, a, conjunction);
  return a;
}

static int choice(parser *p) {
  int condition = disjunction(p);
  if (!accept(p, "?")) return condition;
  int a = choice(p);
  expect(p, ":");
  int b = choice(p);
  return add_operation(p, NODE_SELECT, 0, 3, condition, a, b);
}

const char *expression_parse(const char *text, expression *e) {
  parser p = {.e = e, .at = text};
  e->text = text;
  e->nodes = 0;
  choice(&p);
  while (isspace((unsigned char)*p.at))
    p.at++;
  if (*p.at) fail(&p);
  return p.failed;
}
