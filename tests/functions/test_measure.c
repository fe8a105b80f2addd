/* SPDX-License-Identifier: MIT */
/*
 * The measurement of 64-bit results: its screen never hides an error, its inputs are
 * where it says, and it finds a result that is wrong on purpose.
 */
#include "gauge.h"
#include "screen.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARE 0.0005

/* A plan's input, from near one end of the plan to the other. */
static double input_of(const plan *p, uint64_t i, uint64_t many) {
  return plan_input(p, i * (plan_inputs(p) / many));
}

/* Whatever is got, the screen does not see less than its error. */
static void check_screen(oracle *truth, oracle_direction direction, double x,
                         long double low, long double high) {
  double exact, step[] = {0, 1, -1, 7, -1e6};
  long double rest;
  oracle_exact(truth, direction, x, 1, &exact, &rest);
  for (int i = 0; i < 5; i++) {
    int64_t rank =
        number_rank(RAMP_F64, number_round(RAMP_F64, exact)) + (int64_t)step[i];
    double got = number_value(RAMP_F64, number_at_rank(RAMP_F64, rank));
    double ulps = number_ulps(RAMP_F64, got, exact, rest);
    if (!isnan(got) && !(screen_ulps(got, low, high) >= ulps))
      fail_msg("%s at %a: %a is %g ulp from %a, screened as %g in [%La, %La]",
               direction ? "derivative" : "value", x, got, ulps, exact,
               screen_ulps(got, low, high), low, high);
  }
}

static void screen_function(const ramp_function *f, oracle_direction direction) {
  static screen_block node[EXPRESSION_NODES];
  oracle *truth = truth_of(f);
  plan p = plan_for(truth, SHARE);
  expression e;
  assert_null(expression_parse(oracle_line_of(f->row)->text[direction], &e));
  const double *threshold;
  int thresholds = oracle_thresholds(truth, &threshold);
  double x[SCREEN_BLOCK];
  for (size_t i = 0; i < SCREEN_BLOCK; i++)
    x[i] = input_of(&p, i, SCREEN_BLOCK);
  expression_screen(&e, SCREEN_BLOCK, x, f->parameter, node);
  for (size_t i = 0; i < SCREEN_BLOCK; i++) {
    bool special = !isfinite(x[i]) || x[i] == 0;
    for (int t = 0; t < thresholds; t++)
      special |= x[i] == threshold[t];
    const screen_block *v = &node[e.nodes - 1];
    if (!special) check_screen(truth, direction, x[i], v->low[i], v->high[i]);
  }
  plan_free(&p);
  oracle_close(truth);
}

static void the_screen_hides_no_error(void **context) {
  (void)context;
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = function_of(ramp_function_row_at(row)->name);
    for (int d = 0; d < ORACLE_DIRECTIONS; d++)
      screen_function(&f, (oracle_direction)d);
  }
}

/* Else MPFR would decide all, and a measurement take hours. */
static void the_screen_tells_most(void **context) {
  (void)context;
  static screen_block node[EXPRESSION_NODES];
  ramp_function f = function_of("sigmoid");
  expression e;
  assert_null(expression_parse(oracle_line_of(f.row)->text[ORACLE_VALUE], &e));
  double x[SCREEN_BLOCK];
  for (size_t i = 0; i < SCREEN_BLOCK; i++)
    x[i] = -8 + (double)i / 17;
  expression_screen(&e, SCREEN_BLOCK, x, f.parameter, node);
  for (size_t i = 0; i < SCREEN_BLOCK; i++)
    assert_true(screen_ulps(1 / (1 + exp(-x[i])), node[e.nodes - 1].low[i],
                            node[e.nodes - 1].high[i]) < 5);
}

/* ------------------------------------------------------------------ the inputs */

static void plans_reach_every_binade(void **context) {
  (void)context;
  ramp_function f = function_of("silu");
  oracle *truth = truth_of(&f);
  plan all = plan_for(truth, 1), p = plan_for(truth, 0.001);
  assert_true(plan_inputs(&all) > 10000000);
  bool seen[2][2098] = {{false}};
  for (uint64_t i = 0; i < plan_inputs(&p); i++) {
    double x = plan_input(&p, i);
    int exponent;
    frexp(x, &exponent);
    assert_false(isnan(x));
    if (x != 0 && isfinite(x)) seen[x < 0][exponent + 1073] = true;
  }
  for (int i = 0; i < 2 * 2098; i++)
    assert_true(seen[i % 2][i / 2]);
  plan_free(&all);
  plan_free(&p);
  oracle_close(truth);
}

/* The root of silu', to its last digit. */
static void plans_are_dense_where_something_happens(void **context) {
  (void)context;
  ramp_function f = function_of("silu");
  oracle *truth = truth_of(&f);
  plan p = plan_for(truth, 0.05);
  int around = 0, infinite = 0;
  for (uint64_t i = 0; i < plan_inputs(&p); i++) {
    double x = plan_input(&p, i);
    infinite += isinf(x) != 0;
    around += fabs(x + 1.2784645427610738) < 1e-14;
  }
  assert_true(around > 60);
  assert_true(infinite >= 2);
  plan_free(&p);
  oracle_close(truth);
}

/* ------------------------------------------------------------------ what is wrong */

static double wrong_x;

/* Three units too much at one input. */
static ramp_status wrong(const ramp_function *f, oracle_direction direction, size_t count,
                         const double *x, double *y) {
  ramp_status status = gauge_library(f, direction, count, x, y);
  for (size_t i = 0; i < count; i++)
    for (int step = 0; step < 3 && x[i] == wrong_x; step++)
      y[i] = nextafter(y[i], INFINITY);
  return status;
}

static reading reading_of(const char *text, oracle_direction direction,
                          gauge_compute *compute, size_t chunk) {
  ramp_function f = function_of(text);
  oracle *truth = truth_of(&f);
  gauge g = {f, direction, variants_all(), compute, plan_for(truth, SHARE), chunk};
  reading r = {0};
  if (wrong_x == 0) wrong_x = input_of(&g.plan, 3000, 5000);
  while (r.done < plan_inputs(&g.plan))
    assert_int_equal(gauge_chunk(&g, &r), RAMP_OK);
  plan_free(&g.plan);
  oracle_close(truth);
  return r;
}

static void wrong_results_are_found(void **context) {
  (void)context;
  reading r = reading_of("sigmoid", ORACLE_DERIVATIVE, wrong, 1 << 12);
  for (int v = 0; v < variants_all().count; v++) {
    assert_true(r.worst[v].ulps > 2 && r.worst[v].ulps < 4);
    assert_true(r.worst[v].x == wrong_x);
  }
}

/* By MPFR for every input. */
static double largest(const ramp_function *f, oracle_direction direction) {
  oracle *truth = truth_of(f);
  plan p = plan_for(truth, SHARE);
  double most = 0;
  for (uint64_t i = 0; i < plan_inputs(&p); i++) {
    double high, y, x = plan_input(&p, i);
    long double low;
    assert_int_equal(compute(f, direction, RAMP_F64, 1, &x, &y), RAMP_OK);
    oracle_exact(truth, direction, x, 1, &high, &low);
    most = fmax(most, number_ulps(RAMP_F64, y, high, low));
  }
  plan_free(&p);
  oracle_close(truth);
  return most;
}

/* With the screen, and without it. */
static void the_worst_is_the_worst(void **context) {
  (void)context;
  const char *const names[] = {"elu", "silu", "softplus", "tanh"};
  for (int i = 0; i < 4 * ORACLE_DIRECTIONS; i++) {
    oracle_direction direction = (oracle_direction)(i % ORACLE_DIRECTIONS);
    ramp_function f = function_of(names[i / ORACLE_DIRECTIONS]);
    reading r =
        reading_of(names[i / ORACLE_DIRECTIONS], direction, gauge_library, 1 << 13);
    ramp_variant_set(NULL);
    double most = largest(&f, direction);
    assert_true(most > 0 && r.worst[0].ulps == most);
    assert_true(r.exact_answers < r.done);
  }
}

static void readings_survive_as_text(void **context) {
  (void)context;
  variants two = {2, {"avx2", "baseline"}}, one = {1, {"avx2"}};
  reading r = {.done = 7, .exact_answers = 8, .seconds = 9.5}, again;
  r.worst[0] = (worst){0.501, -0x1.8p-3};
  r.worst[1] = (worst){INFINITY, 1};
  char text[READING_TEXT_MAX];
  reading_write(&r, &two, text);
  assert_true(reading_read(&again, &two, text));
  assert_memory_equal(&r, &again, sizeof r);
  assert_false(reading_read(&again, &one, text));
  assert_int_equal(again.done, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_screen_hides_no_error),
      cmocka_unit_test(the_screen_tells_most),
      cmocka_unit_test(plans_reach_every_binade),
      cmocka_unit_test(plans_are_dense_where_something_happens),
      cmocka_unit_test(wrong_results_are_found),
      cmocka_unit_test(the_worst_is_the_worst),
      cmocka_unit_test(readings_survive_as_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
