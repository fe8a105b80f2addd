/* SPDX-License-Identifier: MIT */
/* explanation.c: what is asked of the library and of the conventions at one number. */
#include "explanation.h"
#include "element.h"
#include "list.h"
#include "number.h"
#include "random_slope.h"

#include <math.h>
#include <stdio.h>

/* ------------------------------------------------------------------ differences */

static int same_bits(double a, double b, ramp_type type) {
  return (isnan(a) && isnan(b)) || element_bits(a, type) == element_bits(b, type);
}

/* So few units in the last place are what a formula of several operations loses. */
#define ROUNDINGS_MOST 4

static int is_near(double ours, double theirs, ramp_type type) {
  if (same_bits(ours, theirs, type)) return 1;
  return ours != 0 && element_steps(ours, theirs, type) <= ROUNDINGS_MOST &&
         isfinite(theirs);
}

static void finite_difference(double ours, double theirs, ramp_type type, char *text) {
  double share = fabs((theirs - ours) / ours), steps = element_steps(ours, theirs, type);
  if (steps < 1000 && share < 0.5)
    snprintf(text, DIFFERENCE_TEXT, "%.0f ulp", steps);
  else if (share < 10)
    snprintf(text, DIFFERENCE_TEXT, "%.*f %%", share < 0.1, 100 * share);
  else
    snprintf(text, DIFFERENCE_TEXT, "%.2g times", fabs(theirs / ours));
}

void difference_text(double ours, double theirs, ramp_type type,
                     char text[DIFFERENCE_TEXT]) {
  if (same_bits(ours, theirs, type))
    snprintf(text, DIFFERENCE_TEXT, "same");
  else if (isnan(ours) || isnan(theirs))
    snprintf(text, DIFFERENCE_TEXT, isnan(ours) ? "hides NaN" : "NaN");
  else if (ours == 0 && theirs == 0)
    snprintf(text, DIFFERENCE_TEXT, "sign of 0");
  else if (isinf(ours) || isinf(theirs))
    snprintf(text, DIFFERENCE_TEXT, isinf(ours) ? "finite" : "infinite");
  else if (ours == 0)
    snprintf(text, DIFFERENCE_TEXT, "not 0");
  else
    finite_difference(ours, theirs, type, text);
}

/* ------------------------------------------------------------------ neighbours */

static ramp_status neighbour(explanation *e, explanation_point *point, int upwards) {
  *point = (explanation_point){element_next(e->here.x, e->type, upwards), NAN, NAN};
  if (isnan(point->x)) return RAMP_OK;
  ramp_status status =
      element_compute(&e->function, 0, e->type, 1, &point->x, &point->value);
  point->steps = element_steps(point->value, e->here.value, e->type);
  return status;
}

static ramp_status compute_values(explanation *e) {
  const ramp_function *f = &e->function;
  ramp_status status = element_compute(f, 0, e->type, 1, &e->here.x, &e->here.value);
  if (status != RAMP_OK) return status;
  e->ulp = element_ulp(e->here.value, e->type);
  status = element_compute(f, 0, RAMP_F64, 1, &e->here.x, &e->wide_value);
  if (status == RAMP_OK) status = neighbour(e, &e->below, 0);
  return status == RAMP_OK ? neighbour(e, &e->above, 1) : status;
}

/* ------------------------------------------------------------------ derivatives */

static void find_jump(explanation *e) {
  ramp_kink jumps[RAMP_KINKS_MAX];
  int count = ramp_function_jumps(&e->function, jumps);
  for (int i = 0; i < count; i++)
    if (jumps[i].at == e->here.x) {
      e->is_jump = 1;
      e->jump = jumps[i];
    }
}

/* Away from kinks the derivative itself is rounded once from the exact one, which the
   one-sided derivatives in 64 bits, rounded again, are not. */
static ramp_status compute_derivatives(explanation *e) {
  const ramp_function *f = &e->function;
  ramp_status status = element_compute(f, 1, e->type, 1, &e->here.x, &e->derivative);
  if (status == RAMP_OK) status = ramp_subgradient(f, e->here.x, &e->left, &e->right);
  if (status != RAMP_OK) return status;
  e->is_kink = e->left != e->right && !isnan(e->left);
  e->left = e->is_kink ? number_rounded(e->left, e->type) : e->derivative;
  e->right = e->is_kink ? number_rounded(e->right, e->type) : e->derivative;
  find_jump(e);
  return RAMP_OK;
}

/* ------------------------------------------------------------------ parameters */

static ramp_status compute_by_parameters(explanation *e) {
  const double one = 1;
  e->parameters = list_function_of(ramp_function_row_at(e->function.row))->parameters;
  return ramp_gradient_of_parameters(&e->function, RAMP_F64, 1, &e->here.x, &one,
                                     e->by_parameter);
}

static ramp_status compute_random(explanation *e) {
  e->is_random = random_slope_is(&e->function);
  if (!e->is_random) return RAMP_OK;
  ramp_status status = RAMP_OK;
  random_slope_bounds(&e->function, &e->slope[0], &e->slope[1]);
  for (int i = 0; i < 2 && status == RAMP_OK; i++) {
    ramp_function f = random_slope_fixed(&e->function, e->slope[i]);
    status = element_compute(&f, 0, e->type, 1, &e->here.x, &e->random_value[i]);
    if (status == RAMP_OK)
      status = element_compute(&f, 1, e->type, 1, &e->here.x, &e->random_derivative[i]);
  }
  return status;
}

/* ------------------------------------------------------------------ what others give */

static int has_near_results(const explanation *e, const explanation_answer *a) {
  return (!a->has_value || is_near(e->here.value, a->value, e->type)) &&
         (!a->has_derivative || is_near(e->derivative, a->derivative, e->type));
}

static void add_answer(explanation *e, explanation_answer a, const char *why) {
  if (e->answers == EXPLANATION_ANSWERS_MAX) return;
  a.differs = (a.has_value && !same_bits(a.value, e->here.value, e->type)) ||
              (a.has_derivative && !same_bits(a.derivative, e->derivative, e->type));
  a.roundings_only = has_near_results(e, &a) || !why;
  if (a.differs)
    a.why = a.roundings_only ? "each of its operations rounds; Ramp rounds once" : why;
  e->answer[e->answers++] = a;
}

static void add_conventions(explanation *e) {
  const convention *row;
  for (int i = 0; (row = convention_at(&e->function, i)); i++) {
    if (row->only_f32 && e->type != RAMP_F32) continue;
    convention_answer given = convention_ask(row, &e->function, e->type, e->here.x);
    add_answer(e,
               (explanation_answer){.who = convention_peer_name(row->peer),
                                    .call = row->call,
                                    .has_value = row->has_value,
                                    .has_derivative = row->has_derivative,
                                    .value = given.value,
                                    .derivative = given.derivative,
                                    .measured = convention_is_measured(row->peer)},
               given.why);
  }
  e->conventions = e->answers;
}

static const char *difference_reason(const explanation *e) {
  if (e->is_jump) return "a difference across the jump grows without end as h shrinks";
  if (e->is_kink) return "a difference across the kink mixes the slopes of both sides";
  return "f(x + h) and f(x - h) share their first digits, which the difference loses, "
         "and the slope changes between them";
}

/* What a check of gradients computes: here with Ramp's own values, which are the best. */
static ramp_status add_central_difference(explanation *e) {
  const double h = number_rounded(0.001, e->type);
  double x[2] = {number_rounded(e->here.x + h, e->type),
                 number_rounded(e->here.x - h, e->type)};
  double y[2];
  ramp_status status = element_compute(&e->function, 0, e->type, 2, x, y);
  if (status != RAMP_OK) return status;
  double rise = number_rounded(y[0] - y[1], e->type);
  explanation_answer a = {.who = "anyone",
                          .call = "(f(x + h) - f(x - h)) / 2h, h = 0.001",
                          .has_derivative = 1,
                          .derivative = number_rounded(rise / (2 * h), e->type),
                          .measured = 1};
  add_answer(e, a, difference_reason(e));
  return RAMP_OK;
}

ramp_status explain_at(const ramp_function *f, ramp_type type, double x, explanation *e) {
  *e = (explanation){.function = *f, .type = type, .here = {x, NAN, NAN}};
  ramp_status status = compute_values(e);
  if (status == RAMP_OK) status = compute_derivatives(e);
  if (status == RAMP_OK) status = compute_by_parameters(e);
  if (status == RAMP_OK) status = compute_random(e);
  if (status != RAMP_OK) return status;
  add_conventions(e);
  return add_central_difference(e);
}
