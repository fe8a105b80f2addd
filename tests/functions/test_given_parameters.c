/* SPDX-License-Identifier: MIT */
/*
 * Functions with other parameters than their defaults, which the sweeps do not have:
 * 64-bit results are within the bounds of the table, 32-bit ones one rounding of these,
 * or in the fast precision within 3 units more than their own bounds.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 80, INPUTS = 60, FLOATS = 200 };

static double choice_of(uint64_t *state) {
  static const double choices[] = {1e-3, 0.05, 0.1, 0.3, 0.7, 1,  1.1, 1.5, 2,   3,
                                   5,    7,    10,  13,  30,  50, 70,  100, 300, 1000};
  const double choice =
      choices[number_random(state) % (sizeof choices / sizeof *choices)];
  return number_random(state) % 3 == 0 ? -choice : choice;
}

/* Some parameters keep their defaults.  False where these must not stand together. */
static bool give_parameters(uint64_t *state, const ramp_function_row *row,
                            ramp_function *f) {
  char text[200];
  int at = snprintf(text, sizeof text, "%s", row->name);
  for (int i = 0; i < row->parameters; i++) {
    const double given =
        number_random(state) % 3 == 0 ? row->parameter[i].value : choice_of(state);
    at += snprintf(text + at, sizeof text - (size_t)at, "%c%.17g", i ? ',' : ':', given);
  }
  return ramp_function_parse(text, f) == RAMP_OK;
}

/* From -1 to 1. */
static double share_of(uint64_t *state) {
  return (double)(int64_t)number_random(state) * 0x1p-63;
}

/* Near 0, near a parameter, near its inverse times what decays within, and anywhere. */
static double input_of(uint64_t *state, const ramp_function *f, int parameters) {
  const double p = f->parameter[number_random(state) % (uint64_t)parameters];
  switch (number_random(state) % 4) {
  case 0:
    return share_of(state) * 8;
  case 1:
    return p * (1 + share_of(state) * exp2(-(double)(number_random(state) % 50)));
  case 2:
    return share_of(state) * 600 / (p == 0 ? 1 : p);
  default:
    return ldexp(share_of(state), (int)(number_random(state) % 276) - 148);
  }
}

static void check_double(const ramp_function_row *row, const ramp_function *f,
                         oracle *truth, double x) {
  const double bound[] = {row->f64_value_bound, row->f64_derivative_bound};
  for (int direction = 0; direction < ORACLE_DIRECTIONS; direction++) {
    double high, y;
    long double low;
    oracle_exact(truth, (oracle_direction)direction, x, 1, &high, &low);
    assert_int_equal(compute(f, (oracle_direction)direction, RAMP_F64, 1, &x, &y),
                     RAMP_OK);
    const double ulps = number_ulps(RAMP_F64, y, high, low);
    if (!(ulps <= bound[direction]))
      fail_msg(
          "%s:%.17g,%.17g,..., direction %d, x = %.17g: %.17g is %g units from %.17g",
          row->name, f->parameter[0], f->parameter[1], direction, x, y, ulps, high);
  }
}

/* A double that lies on the middle between two floats may have come from either side. */
#define ONE_ROUNDING (0.5 + 0x1p-20)
#define FAST_WITH_PARAMETERS 3

static void bounds_of(const ramp_function *f, double bound[ORACLE_DIRECTIONS]) {
  bound[ORACLE_VALUE] = bound[ORACLE_DERIVATIVE] = ONE_ROUNDING;
  if (f->precision == RAMP_EXACT) return;
  assert_int_equal(
      ramp_function_f32_bounds(f, &bound[ORACLE_VALUE], &bound[ORACLE_DERIVATIVE]),
      RAMP_OK);
  for (int direction = 0; direction < ORACLE_DIRECTIONS; direction++)
    bound[direction] += FAST_WITH_PARAMETERS;
}

static void check_floats(uint64_t *state, const ramp_function_row *row,
                         const ramp_function *f, oracle *truth) {
  float x[FLOATS], y[FLOATS];
  double bound[ORACLE_DIRECTIONS];
  bounds_of(f, bound);
  for (size_t i = 0; i < FLOATS; i++)
    x[i] = (float)input_of(state, f, row->parameters);
  for (int direction = 0; direction < ORACLE_DIRECTIONS; direction++) {
    assert_int_equal(compute(f, (oracle_direction)direction, RAMP_F32, FLOATS, x, y),
                     RAMP_OK);
    for (size_t i = 0; i < FLOATS; i++) {
      double high;
      long double low;
      oracle_exact(truth, (oracle_direction)direction, x[i], 1, &high, &low);
      const double ulps = number_ulps(RAMP_F32, y[i], high, low);
      const bool overflows = isinf(y[i]) && y[i] == (float)high;
      if (!overflows && !(ulps <= bound[direction]))
        fail_msg(
            "%s:%.17g,%.17g,..., precision %d, direction %d, x = %.9g: %.9g is %g units "
            "from %.17g",
            row->name, f->parameter[0], f->parameter[1], (int)f->precision, direction,
            (double)x[i], (double)y[i], ulps, high);
    }
  }
}

static void check_rows(void) {
  uint64_t state = 1;
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    for (int set = 0; set < SETS && row->parameters > 0; set++) {
      ramp_function f;
      if (!give_parameters(&state, row, &f)) continue;
      oracle *truth = truth_of(&f);
      for (int k = 0; k < INPUTS; k++)
        check_double(row, &f, truth, input_of(&state, &f, row->parameters));
      check_floats(&state, row, &f, truth);
      f.precision = RAMP_FAST;
      check_floats(&state, row, &f, truth);
      oracle_close(truth);
    }
  }
}

static void results_are_right_with_any_parameters(void **state) {
  (void)state;
  for (int i = 0; i < ramp_variants(); i++) {
    if (!ramp_variant_supported(i)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(i)), RAMP_OK);
    check_rows();
  }
  ramp_variant_set(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(results_are_right_with_any_parameters),
  };
  return cmocka_run_group_tests_name("given_parameters", tests, NULL, NULL);
}
