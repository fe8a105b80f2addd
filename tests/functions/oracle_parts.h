/* SPDX-License-Identifier: MIT */
/* oracle_parts.h: what an oracle holds; for oracle.c and oracle_blocks.c only. */
#ifndef RAMP_TESTS_ORACLE_PARTS_H
#define RAMP_TESTS_ORACLE_PARTS_H

#include "expression.h"
#include "oracle.h"

#define THRESHOLDS_MAX 16

/* An expression's nodes, those free of x being set when the precision is. */
typedef struct workspace {
  long precision;
  exact_interval node[EXPRESSION_NODES];
} workspace;

/* Both sides of a point can be in hand at once. */
enum { HERE, THERE, WORKSPACES };

struct oracle {
  ramp_function f;
  expression expression[ORACLE_DIRECTIONS];
  int thresholds;
  double threshold[THRESHOLDS_MAX];
  uint64_t exact_answers;
  long precision;
  workspace work[ORACLE_DIRECTIONS][WORKSPACES];
  exact_interval chosen, factor;
  quick_block quick[EXPRESSION_NODES], scaled;
};

#endif
