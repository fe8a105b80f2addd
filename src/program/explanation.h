/* SPDX-License-Identifier: MIT */
/*
 * explanation.h: all there is to say of a function at one number: its neighbours, its
 * derivatives from both sides, what was chosen among them, and what others give.  Plain
 * numbers and sentences; how they are shown is another matter.
 */
#ifndef PROGRAM_EXPLANATION_H
#define PROGRAM_EXPLANATION_H

#include "conventions.h"

#include <stddef.h>

#define EXPLANATION_ANSWERS_MAX 16

/* What somebody else gives there. */
typedef struct explanation_answer {
  const char *who, *call;
  int has_value, has_derivative;
  double value, derivative;
  int differs;        /* in any of the two, be it in the sign of a 0 */
  int roundings_only; /* by no more than a formula of several operations loses */
  int measured;       /* compared with the peer itself, not with what its sources say */
  const char *why;    /* a sentence, when it differs; else null */
} explanation_answer;

typedef struct explanation_point {
  double x, value;
  double steps; /* numbers of the type from f(x) to this value */
} explanation_point;

typedef struct explanation {
  ramp_function function;
  ramp_type type;
  explanation_point here, below, above; /* a neighbour's x is NaN where there is none */
  double ulp; /* the step from f(x) to the next number; NaN when f(x) is not finite */
  double wide_value; /* f(x) in 64 bits */
  double derivative, left, right;
  int is_kink, is_jump;
  int parameters; /* the derivatives by each, in f64 */
  double by_parameter[RAMP_PARAMETERS_MAX];
  int is_random; /* a slope is drawn in training: f(x) and f'(x) at both of its bounds */
  double slope[2], random_value[2], random_derivative[2];
  ramp_kink jump; /* of the value, when is_jump */
  explanation_answer answer[EXPLANATION_ANSWERS_MAX];
  int answers;
  int conventions; /* how many of the answers are conventions of others */
} explanation;

/* All of it at x, a number of `type`. */
ramp_status explain_at(const ramp_function *f, ramp_type type, double x, explanation *e);

/* How `theirs` differs from `ours`, in a few words: "same", "3 ulp", "57 %", "sign". */
#define DIFFERENCE_TEXT 24
void difference_text(double ours, double theirs, ramp_type type,
                     char text[DIFFERENCE_TEXT]);

/* Each prints it; EXIT_FINE, or reported.  `typed` is x as the user wrote it. */
int explain_print_text(const explanation *e, const char *typed);
int explain_print_json(const explanation *e);

#endif
