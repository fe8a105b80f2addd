/* SPDX-License-Identifier: MIT */
/*
 * 16 bits by way of float, and lines by integers: on every variant values, derivatives
 * and products with a derivative are those of 64 bits, rounded once, for all x and dy of
 * every size, and for lines of many a kind; and no result depends on where arrays lie.
 */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALL 65536
#define ROUNDS 4

static const ramp_type types[] = {RAMP_F16, RAMP_BF16};

static void demand(ramp_status status) {
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

typedef struct trial {
  ramp_function f;
  ramp_type type;
  double value[ALL], slope[ALL]; /* by the bits of x */
  uint16_t x[ALL], dy[ALL], got[ALL];
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

static void set_truth(trial *t) {
  static double x[ALL];
  for (uint32_t i = 0; i < ALL; i++)
    x[i] = value_of(t, (uint16_t)i);
  demand(ramp_forward(&t->f, RAMP_F64, ALL, x, t->value));
  demand(ramp_derivative(&t->f, RAMP_F64, ALL, x, t->slope));
}

/* The double's own error may turn a tie. */
static bool is_rounded(ramp_type type, uint16_t got, double exact) {
  if (isnan(exact)) return got == number_nan(type);
  return got == number_round(type, exact * (1 - 0x1p-49)) ||
         got == number_round(type, exact * (1 + 0x1p-49));
}

typedef enum { VALUE, DERIVATIVE, BACKWARD, PASSES } pass;

static void check_results(const trial *t, pass p) {
  for (uint32_t i = 0; i < ALL; i++) {
    double exact = (p == VALUE ? t->value : t->slope)[t->x[i]], dy = 1;
    if (p == BACKWARD) dy = value_of(t, t->dy[i]);
    if (!is_rounded(t->type, t->got[i], exact * dy))
      fail_msg("%s(%g, %g, ...) %s %s: x = %a, dy = %a: got %04x, expected %a",
               ramp_function_row_at(t->f.row)->name, t->f.parameter[0], t->f.parameter[1],
               ramp_type_name(t->type), ramp_variant(), value_of(t, t->x[i]), dy,
               t->got[i], exact * dy);
  }
}

static void check_round(trial *t) {
  demand(ramp_forward(&t->f, t->type, ALL, t->x, t->got));
  check_results(t, VALUE);
  demand(ramp_derivative(&t->f, t->type, ALL, t->x, t->got));
  check_results(t, DERIVATIVE);
  demand(ramp_backward(&t->f, t->type, ALL, t->x, t->dy, t->got));
  check_results(t, BACKWARD);
}

static void check_function(trial *t, int rounds) {
  set_truth(t);
  for (int round = 0; round < rounds; round++) {
    set_inputs(t, round);
    for (int v = 0; ramp_variant_name(v); v++) {
      if (ramp_variant_set(ramp_variant_name(v)) != RAMP_OK) continue;
      check_round(t);
    }
    demand(ramp_variant_set(NULL));
  }
}

static void check_text(const char *text, int rounds) {
  trial *t = malloc(sizeof *t);
  assert_non_null(t);
  t->f = function_of(text);
  for (int type = 0; type < 2; type++) {
    t->type = types[type];
    check_function(t, rounds);
  }
  free(t);
}

/* Of aliases the function itself stands for them. */
static void results_are_those_of_64_bits(void **state) {
  (void)state;
  for (int row = 0; row < ramp_function_rows(); row++)
    if (!ramp_function_row_at(row)->alias)
      check_text(ramp_function_row_at(row)->name, ROUNDS);
}

/* With parameters that both types hold, where those are rounded. */
static void so_are_lines_and_kinks_of_every_kind(void **state) {
  (void)state;
  static const char *const lines[] = {
      "relu:kink=right",
      "relu:kink=middle",
      "abs:kink=right",
      "abs:kink=0.25",
      "leaky_relu:0",
      "leaky_relu:1",
      "leaky_relu:-1",
      "leaky_relu:-0.5",
      "leaky_relu:0.75",
      "leaky_relu:0.3",
      "leaky_relu:-0.7",
      "leaky_relu:1.001",
      "leaky_relu:1e10",
      "leaky_relu:1e-37",
      "leaky_relu:0.3,kink=right",
      "clip:0,0",
      "clip:-3,1000",
      "clip:0,0.5,kink=left",
      "clip:-3,-2,kink=middle",
      "threshold:0,0",
      "threshold:-1,5",
      "threshold:2,-3,kink=right",
      "hard_shrink:0",
      "hard_shrink:3",
      "soft_shrink:0",
      "soft_shrink:0.25",
      "hard_sigmoid:0.3,0.1",
      "hard_sigmoid:1,0",
      "srelu:-1,0.3,1,0.3",
      "srelu:0,0.5,2,-1",
      "srelu:1e-30,0.3,2,1",
      "srelu:0,0.3,0,0.3",
      "srelu:-1,0.3,1,0.7",
      "hard_sigmoid:0.25",
      "hard_swish:kink=left",
      "hard_swish:kink=middle",
      "rrelu:-1,1",
      "rrelu:0.1,0.2",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    check_text(lines[i], 1);
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
  static const char *const names[] = {"silu", "exp",        "selu",
                                      "relu", "leaky_relu", "hard_sigmoid"};
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
      cmocka_unit_test(results_are_those_of_64_bits),
      cmocka_unit_test(so_are_lines_and_kinks_of_every_kind),
      cmocka_unit_test(results_do_not_depend_on_places),
  };
  return cmocka_run_group_tests_name("halves", tests, NULL, NULL);
}
