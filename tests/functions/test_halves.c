/* SPDX-License-Identifier: MIT */
/*
 * 16 bits by way of float: on every variant products with a derivative are those of
 * doubles, rounded once, for all x and dy of every size; and no result depends on where
 * arrays lie.  That values and derivatives are right for all x is test_values.c's.
 */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALL 65536
#define ROUNDS 6

static const ramp_type types[] = {RAMP_F16, RAMP_BF16};

static void demand(ramp_status status) {
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

typedef struct trial {
  ramp_function f;
  ramp_type type;
  double slope[ALL]; /* by the bits of x */
  uint16_t x[ALL], dy[ALL], dx[ALL];
} trial;

static double value_of(const trial *t, uint16_t bits) {
  return number_value(t->type, bits);
}

/* Each x once, with some finite dy that is not 0, another one each round. */
static void set_inputs(trial *t, int round) {
  uint64_t random = 1000 + (uint64_t)round;
  for (uint32_t i = 0; i < ALL; i++) {
    t->x[i] = (uint16_t)(i * 40503);
    do
      t->dy[i] = (uint16_t)(number_random(&random) >> 48);
    while (!isfinite(value_of(t, t->dy[i])) || value_of(t, t->dy[i]) == 0);
  }
}

static void set_slopes(trial *t) {
  static double x[ALL];
  for (uint32_t i = 0; i < ALL; i++)
    x[i] = value_of(t, (uint16_t)i);
  demand(ramp_derivative(&t->f, RAMP_F64, ALL, x, t->slope));
}

/* The double's own error may turn a tie. */
static bool is_product(ramp_type type, uint16_t got, double product) {
  if (isnan(product)) return got == number_nan(type);
  return got == number_round(type, product * (1 - 0x1p-49)) ||
         got == number_round(type, product * (1 + 0x1p-49));
}

static void check_products(const trial *t) {
  for (uint32_t i = 0; i < ALL; i++) {
    double dy = value_of(t, t->dy[i]), product = t->slope[t->x[i]] * dy;
    if (!is_product(t->type, t->dx[i], product))
      fail_msg("%s %s %s: x = %a, dy = %a: got %04x, expected %a",
               ramp_function_row_at(t->f.row)->name, ramp_type_name(t->type),
               ramp_variant(), value_of(t, t->x[i]), dy, t->dx[i], product);
  }
}

static void check_function(trial *t) {
  set_slopes(t);
  for (int round = 0; round < ROUNDS; round++) {
    set_inputs(t, round);
    for (int v = 0; ramp_variant_name(v); v++) {
      if (ramp_variant_set(ramp_variant_name(v)) != RAMP_OK) continue;
      demand(ramp_backward(&t->f, t->type, ALL, t->x, t->dy, t->dx));
      check_products(t);
    }
    demand(ramp_variant_set(NULL));
  }
}

/* Of aliases the function itself stands for them. */
static void products_are_those_of_doubles(void **state) {
  (void)state;
  trial *t = malloc(sizeof *t);
  assert_non_null(t);
  for (int row = 0; row < ramp_function_rows(); row++)
    for (int type = 0; type < 2; type++) {
      if (ramp_function_row_at(row)->alias) continue;
      t->f = function_of(ramp_function_row_at(row)->name);
      t->type = types[type];
      check_function(t);
    }
  free(t);
}

/* ------------------------------------------------------------------ places */

/* Results in place of x, of dy, beside them, and from odd addresses. */
static void check_places(const ramp_function *f, ramp_type type, size_t n) {
  static uint16_t x[ALL], dy[ALL], expected[ALL], got[ALL];
  static char odd[3][2 * ALL + 1];
  for (size_t i = 0; i < n; i++) {
    x[i] = (uint16_t)(i * 40503);
    dy[i] = (uint16_t)(i * 27011);
  }
  for (size_t i = 0; i < n; i += 100) { /* short ones */
    size_t here = n - i < 100 ? n - i : 100;
    demand(ramp_backward(f, type, here, x + i, dy + i, expected + i));
  }
  demand(ramp_backward(f, type, n, x, dy, got));
  assert_memory_equal(got, expected, n * sizeof *got);
  memcpy(got, x, n * sizeof *got);
  demand(ramp_backward(f, type, n, got, dy, got));
  assert_memory_equal(got, expected, n * sizeof *got);
  memcpy(got, dy, n * sizeof *got);
  demand(ramp_backward(f, type, n, x, got, got));
  assert_memory_equal(got, expected, n * sizeof *got);
  memcpy(odd[0] + 1, x, n * sizeof *x);
  memcpy(odd[1] + 1, dy, n * sizeof *dy);
  demand(ramp_backward(f, type, n, odd[0] + 1, odd[1] + 1, odd[2] + 1));
  assert_memory_equal(odd[2] + 1, expected, n * sizeof *got);
}

static void results_do_not_depend_on_places(void **state) {
  (void)state;
  static const char *const names[] = {"silu", "exp", "selu", "relu", "leaky_relu"};
  static const size_t counts[] = {1, 31, 33, 2047, 2049, 5000, ALL};
  for (int v = 0; ramp_variant_name(v); v++) {
    if (ramp_variant_set(ramp_variant_name(v)) != RAMP_OK) continue;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int type = 0; type < 2; type++) {
          ramp_function f = function_of(names[i]);
          check_places(&f, types[type], counts[k]);
        }
  }
  demand(ramp_variant_set(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(products_are_those_of_doubles),
      cmocka_unit_test(results_do_not_depend_on_places),
  };
  return cmocka_run_group_tests_name("halves", tests, NULL, NULL);
}
