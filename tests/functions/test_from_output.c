/* SPDX-License-Identifier: MIT */
/*
 * Back-propagation from the output: where it is allowed, it gives the bits of
 * back-propagation from the input, for every 16-bit number and for 32 and 64 bits at
 * random and around kinks; where it would not, it is refused.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ramp_status possible(const ramp_function *f, ramp_type type) {
  return ramp_backward_from_output(f, type, 0, NULL, NULL, NULL);
}

#define ELEMENTS 65536

/* All numbers of 16 bits; of wider types half at random, half the nearest to 0 and to a
   kink. */
static void fill(const ramp_function *f, ramp_type type, void *x) {
  uint64_t random = 37;
  ramp_kink kinks[RAMP_KINKS_MAX + 1] = {{0, 0, 0}};
  int n = 1 + ramp_function_kinks(f, kinks + 1);
  for (size_t i = 0; i < ELEMENTS; i++) {
    double near = kinks[i / 2 % (size_t)n].at;
    int64_t rank = number_rank(type, number_round(type, near));
    uint64_t bits = i % 2 ? number_random(&random) >> (64 - 8 * ramp_type_size(type))
                          : number_at_rank(type, rank + (int64_t)(i / 16 % 512) - 256);
    number_store(type, x, i, ramp_type_size(type) == 2 ? i : bits);
  }
}

/* Ordinary, zero, infinite and NaN. */
static void fill_gradient(ramp_type type, void *dy) {
  static const double special[] = {1, -3.25, 0.0, -0.0, INFINITY, -INFINITY, NAN, 0.7};
  for (size_t i = 0; i < ELEMENTS; i++)
    number_store(type, dy, i, number_round(type, special[i * 5 / 3 % 8]));
}

/* Returns whether the bits are the same everywhere, and if not, at which x they are
   not. */
static bool same_bits(const ramp_function *f, ramp_type type, double *where) {
  static unsigned char x[ELEMENTS * 8], dy[ELEMENTS * 8], expected[ELEMENTS * 8];
  fill(f, type, x);
  fill_gradient(type, dy);
  assert_int_equal(ramp_backward(f, type, ELEMENTS, x, dy, expected), RAMP_OK);
  static unsigned char y[ELEMENTS * 8];
  assert_int_equal(ramp_forward(f, type, ELEMENTS, x, y), RAMP_OK);
  assert_int_equal(ramp_backward_from_output(f, type, ELEMENTS, y, dy, y), RAMP_OK);
  for (size_t i = 0; i < ELEMENTS; i++)
    if (number_load(type, y, i) != number_load(type, expected, i)) {
      *where = number_value(type, number_load(type, x, i));
      return false;
    }
  return true;
}

/* Returns whether it is possible. */
static bool check(const char *text, ramp_type type) {
  ramp_function f = function_of(text);
  double where;
  if (possible(&f, type) != RAMP_OK) return false;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    if (!same_bits(&f, type, &where))
      fail_msg("%s %s %s: other bits at x = %a", text, ramp_type_name(type),
               ramp_variant(), where);
  }
  ramp_variant_set(NULL);
  return true;
}

static void the_bits_are_those_of_the_input(void **state) {
  (void)state;
  static const char *const rules[] = {"", "kink=left", "kink=right", "kink=middle"};
  char text[64];
  for (int row = 0; row < ramp_function_rows(); row++)
    for (int rule = 0; rule < 4; rule++)
      for (int type = 0; type < NUMBER_TYPES; type++) {
        snprintf(text, sizeof text, "%s%s%s", ramp_function_row_at(row)->name,
                 rule ? ":" : "", rules[rule]);
        check(text, (ramp_type)type);
      }
}

/* Where it must be possible and where not, in f64, f32, f16 and bf16. */
static const struct claim {
  const char *text, *possible;
} claims[] = {
    {"identity", "yyyy"},
    {"relu", "yyyy"},
    {"relu:kink=left", "yyyy"},
    {"relu:kink=right", "nnnn"},
    {"relu:kink=middle", "nnnn"},
    {"leaky_relu", "yyyy"},
    {"leaky_relu:1e-300", "yyyy"},
    {"leaky_relu:0.3,kink=right", "nnnn"},
    {"leaky_relu:0.6,kink=right", "yyyy"},
    {"leaky_relu:2", "yyyy"},
    {"leaky_relu:2,kink=left", "yyyy"},
    {"leaky_relu:0", "nnnn"},
    {"leaky_relu:-1", "nnnn"},
    {"relu6", "yyyy"},
    {"clip", "yyyy"},
    {"clip:-1,1,kink=middle", "nnnn"},
    {"clip:2,2", "yyyy"},
    {"clip:-0.7,0.7", "ynyn"}, /* some types hold a number below 0.7: inside */
    {"step", "yyyy"},
    {"sign", "yyyy"},
    {"abs", "nnnn"},
    {"prelu", "yyyy"},
    {"rrelu", "yyyy"},
    {"threshold", "yyyy"},
    {"threshold:0,1", "nnnn"},
    {"hard_shrink", "yyyy"},
    {"hard_shrink:0.5,kink=middle", "nnnn"},
    {"soft_shrink", "yyyy"},
    {"soft_shrink:0", "nnnn"},
    {"soft_shrink:0.5,kink=middle", "nnnn"},
    {"srelu", "yyyy"},
    {"srelu:-1,0.5,1,0.25", "yyyy"},
    {"srelu:-1,2,1,3", "yyyy"},
    {"srelu:-1,0.5,1,-0.25", "nnnn"},
    {"srelu:-1,0.5,1,0.25,kink=right", "nnnn"},
    {"hard_sigmoid", "nnnn"},
    {"sigmoid", "nnnn"},
    {"tanh", "nnnn"},
    {"silu", "nnnn"},
    {"elu", "nnnn"},
};

static void it_is_possible_where_it_can_be(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
    for (int type = 0; type < NUMBER_TYPES; type++)
      if (check(claims[i].text, (ramp_type)type) != (claims[i].possible[type] == 'y'))
        fail_msg("%s %s: should%s be possible: %s", claims[i].text,
                 ramp_type_name((ramp_type)type),
                 claims[i].possible[type] == 'y' ? "" : " not", ramp_error_detail());
}

/* ------------------------------------------------------------------ refusals */

static void refused(const ramp_function *f, ramp_type type, size_t count, const void *y,
                    const void *dy, void *dx, ramp_status status) {
  unsigned char before[32];
  if (dx) memcpy(before, dx, sizeof before);
  assert_int_equal(ramp_backward_from_output(f, type, count, y, dy, dx), status);
  assert_true(strlen(ramp_error_detail()) > 10);
  if (dx) assert_memory_equal(dx, before, sizeof before);
}

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  ramp_function relu = function_of("relu"), tanh = function_of("tanh"), wrong = relu;
  double y[8] = {1, 2, 3}, dx[8] = {7, 8, 9};
  wrong.kink_rule = (ramp_kink_rule)9;
  refused(&tanh, RAMP_F64, 3, y, y, dx, RAMP_NOT_FROM_OUTPUT);
  assert_non_null(strstr(ramp_error_detail(), "1 - y^2"));
  refused(NULL, RAMP_F64, 3, y, y, dx, RAMP_NULL_POINTER);
  refused(&relu, RAMP_F64, 3, NULL, y, dx, RAMP_NULL_POINTER);
  refused(&relu, RAMP_F64, 3, y, NULL, dx, RAMP_NULL_POINTER);
  refused(&relu, RAMP_F64, 3, y, y, NULL, RAMP_NULL_POINTER);
  refused(&relu, (ramp_type)-1, 3, y, y, dx, RAMP_UNKNOWN_TYPE);
  refused(&relu, RAMP_F64, SIZE_MAX / 4, y, y, dx, RAMP_TOO_LARGE);
  refused(&relu, RAMP_F64, 3, dx + 1, y, dx, RAMP_OVERLAP);
  refused(&relu, RAMP_F64, 3, y, dx + 1, dx, RAMP_OVERLAP);
  refused(&wrong, RAMP_F64, 3, y, y, dx, RAMP_INVALID_PARAMETER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_bits_are_those_of_the_input),
      cmocka_unit_test(it_is_possible_where_it_can_be),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests_name("from_output", tests, NULL, NULL);
}
