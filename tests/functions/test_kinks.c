/* SPDX-License-Identifier: MIT */
/* Kinks: the rule chosen, the list of them, and the subdifferential at, beside and away
 * from them. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double derivative_at(const char *text, double x) {
  ramp_function f = function_of(text);
  double slope = -99;
  assert_int_equal(ramp_derivative(&f, RAMP_F64, 1, &x, &slope), RAMP_OK);
  for (int t = RAMP_F32; t <= RAMP_BF16; t++) {
    uint64_t in[1] = {0}, out[1] = {0};
    number_store((ramp_type)t, in, 0, number_round((ramp_type)t, x));
    assert_int_equal(ramp_derivative(&f, (ramp_type)t, 1, in, out), RAMP_OK);
    assert_int_equal(number_load((ramp_type)t, out, 0),
                     number_round((ramp_type)t, slope));
  }
  return slope;
}

static const struct choice {
  const char *text;
  double x, slope;
} choices[] = {
    {"relu", 0, 0},
    {"relu", -0.0, 0},
    {"relu:kink=least", 0, 0},
    {"relu:kink=left", 0, 0},
    {"relu:kink=right", 0, 1},
    {"relu:kink=right", -0.0, 1},
    {"relu:kink=middle", 0, 0.5},
    {"relu:kink=0.25", 0, 0.25},
    {"relu:kink=right", -1, 0},
    {"relu:kink=left", 1, 1},
    {"leaky_relu:0.5", 0, 0.5},
    {"leaky_relu:2", 0, 1},
    {"leaky_relu:-2", 0, 0},
    {"leaky_relu:-2,kink=left", 0, -2},
    {"leaky_relu:-2,kink=middle", 0, -0.5},
    {"leaky_relu:0.5,kink=0.25", 0, 0.625},
    {"leaky_relu:1,kink=middle", 0, 1},
    {"clip", -1, 0},
    {"clip", 1, 0},
    {"clip:kink=left", -1, 0},
    {"clip:kink=right", -1, 1},
    {"clip:kink=left", 1, 1},
    {"clip:kink=right", 1, 0},
    {"clip:kink=middle", 1, 0.5},
    {"clip:kink=0.25", 1, 0.75},
    {"relu6:kink=right", 0, 1},
    {"relu6:kink=left", 6, 1},
    {"clip:2,2,kink=middle", 2, 0},
    {"elu", 0, 1},
    {"elu:kink=left", 0, 1},
    {"elu:0.5", 0, 0.5},
    {"elu:2", 0, 1},
    {"elu:2,kink=left", 0, 2},
    {"elu:2,kink=middle", 0, 1.5},
    {"identity:kink=right", 0, 1},
    {"tanh:kink=left", 0, 1},
};

static void the_chosen_subgradient_stands_for_the_derivative(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    const struct choice *c = &choices[i];
    double slope = derivative_at(c->text, c->x);
    if (slope != c->slope)
      fail_msg("%s at %g: %g, should be %g", c->text, c->x, slope, c->slope);
  }
}

/* The gradient goes through the same slope; -0 and +0 are one kink. */
static void the_gradient_uses_the_chosen_subgradient(void **state) {
  (void)state;
  ramp_function f = function_of("relu:kink=middle");
  float x[2] = {0.0f, -0.0f}, dy[2] = {3, -5}, dx[2];
  assert_int_equal(ramp_backward(&f, RAMP_F32, 2, x, dy, dx), RAMP_OK);
  assert_true(dx[0] == 1.5f && dx[1] == -2.5f);
}

/* Small, large and infinite ones. */
static double gradient_at(uint64_t *state, ramp_type type, size_t i) {
  double near = ldexp((double)(number_random(state) >> 11), -50) - 4;
  if (i % 4 < 3) return near;
  if (i % 56 == 7) return near > 0 ? INFINITY : -INFINITY;
  return near * (type == RAMP_F16 ? 0x1p13 : 0x1p125);
}

/* At a kink, which the type holds: the slope in double, and a double's product of it and
   dy, are rounded once; a slope of 0 blocks dy.  Other elements stand beside it, so that
   vectors are whole. */
static void check_mixture(const ramp_function *f, const char *text, ramp_type type,
                          double at) {
  enum { COUNT = 300, PLACE = 7 };
  uint64_t x[COUNT], dy[COUNT], slope[COUNT], dx[COUNT];
  double exact_slope;
  assert_int_equal(ramp_derivative(f, RAMP_F64, 1, &at, &exact_slope), RAMP_OK);
  uint64_t state = 1;
  mpfr_t product;
  mpfr_init2(product, 53);
  for (size_t i = 0; i < COUNT; i++) {
    double gradient = gradient_at(&state, type, i);
    number_store(type, x, i, number_round(type, i % PLACE == 0 ? at : fmin(9, gradient)));
    number_store(type, dy, i, number_round(type, gradient));
  }
  assert_int_equal(ramp_derivative(f, type, COUNT, x, slope), RAMP_OK);
  assert_int_equal(ramp_backward(f, type, COUNT, x, dy, dx), RAMP_OK);
  for (size_t i = 0; i < COUNT; i += PLACE) {
    double gradient = number_value(type, number_load(type, dy, i));
    mpfr_set_d(product, exact_slope, MPFR_RNDN);
    if (number_load(type, slope, i) != number_round_exact(type, product))
      fail_msg("%s at %g: a derivative that is not %a, rounded once", text, at,
               exact_slope);
    mpfr_mul_d(product, product, exact_slope == 0 ? copysign(1, gradient) : gradient,
               MPFR_RNDN);
    if (number_load(type, dx, i) != number_round_exact(type, product))
      fail_msg("%s at %g, dy %a: dx %a, should be %a dy as a double, rounded once", text,
               at, gradient, number_value(type, number_load(type, dx, i)), exact_slope);
  }
  mpfr_clear(product);
}

/* Numbers that no type holds, that float holds, and that a float takes to the middle
   between two numbers of 16 bits. */
static const char *const mixtures[] = {"middle",    "0.1",        "0.7",
                                       "0.8125001", "0.80000001", "0.501953125000001",
                                       "0.3125",    "1e-9",       "0.50048828125001"};

static void mixtures_of(const char *name) {
  for (size_t i = 0; i < sizeof mixtures / sizeof *mixtures; i++) {
    char text[80];
    snprintf(text, sizeof text, "%s%ckink=%s", name, strchr(name, ':') ? ',' : ':',
             mixtures[i]);
    ramp_function f = function_of(text);
    ramp_kink kinks[RAMP_KINKS_MAX];
    int n = ramp_function_kinks(&f, kinks);
    for (int k = 0; k < n; k++)
      for (int t = RAMP_F32; t <= RAMP_BF16; t++)
        if (number_value((ramp_type)t, number_round((ramp_type)t, kinks[k].at)) ==
            kinks[k].at)
          check_mixture(&f, text, (ramp_type)t, kinks[k].at);
  }
}

static void a_mixture_of_slopes_is_rounded_once(void **state) {
  (void)state;
  static const char *const other[] = {"leaky_relu:0.5", "leaky_relu:-3", "clip:-0.5,0.75",
                                      "soft_shrink:2",  "relu6",         "elu:2"};
  for (int row = 0; row < ramp_function_rows(); row++)
    mixtures_of(ramp_function_row_at(row)->name);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    mixtures_of(other[i]);
}

/* The output of a kink is that of numbers beside it, whose slope is another one, however
   little: the product with a large dy shows it. */
static void an_output_does_not_tell_a_mixture(void **state) {
  (void)state;
  static const struct {
    const char *text;
    ramp_type type;
  } cases[] = {{"relu:kink=1e-46", RAMP_F32},
               {"relu:kink=1e-300", RAMP_F32},
               {"relu:kink=1e-9", RAMP_F16},
               {"relu:kink=0.1", RAMP_BF16},
               {"leaky_relu:0.5,kink=0.00000005", RAMP_F32},
               {"leaky_relu:0.5,kink=0.0004", RAMP_F16}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ramp_function f = function_of(cases[i].text);
    uint64_t y = 0, dy = 0, dx = 0;
    if (ramp_backward_from_output(&f, cases[i].type, 1, &y, &dy, &dx) !=
        RAMP_NOT_FROM_OUTPUT)
      fail_msg("%s goes back from its output in %s", cases[i].text,
               ramp_type_name(cases[i].type));
  }
}

static void the_value_does_not_depend_on_the_rule(void **state) {
  (void)state;
  ramp_function f = function_of("clip:kink=middle");
  float x[2] = {-1, 1}, y[2];
  assert_int_equal(ramp_forward(&f, RAMP_F32, 2, x, y), RAMP_OK);
  assert_true(y[0] == -1 && y[1] == 1);
}

/* Kinks as the oracle finds them: thresholds whose two sides differ. */
static int true_kinks(oracle *truth, ramp_kink *kinks) {
  const double *threshold;
  int n = 0, thresholds = oracle_thresholds(truth, &threshold);
  for (int i = 0; i < thresholds; i++) {
    ramp_kink k = {.at = threshold[i]};
    oracle_sides(truth, ORACLE_DERIVATIVE, k.at, &k.left, &k.right);
    if (k.left != k.right) kinks[n++] = k;
  }
  return n;
}

static void check_list(const char *text) {
  ramp_function f = function_of(text);
  oracle *truth = truth_of(&f);
  ramp_kink expected[16], got[RAMP_KINKS_MAX];
  int n = true_kinks(truth, expected);
  if (ramp_function_kinks(&f, got) != n) fail_msg("%s: not %d kinks", text, n);
  for (int i = 0; i < n; i++)
    if (got[i].at != expected[i].at || got[i].left != expected[i].left ||
        got[i].right != expected[i].right)
      fail_msg("%s: kink %d is (%g: %g, %g), should be (%g: %g, %g)", text, i, got[i].at,
               got[i].left, got[i].right, expected[i].at, expected[i].left,
               expected[i].right);
  oracle_close(truth);
}

static void kinks_are_listed_in_order(void **state) {
  (void)state;
  static const char *const other[] = {
      "leaky_relu:1", "leaky_relu:-1", "leaky_relu:1e300",
      "clip:0,0",     "clip:-0.5,0.1", "clip:-1e300,1e300",
      "elu:0",        "elu:2",         "relu:kink=0.7"};
  for (int row = 0; row < ramp_function_rows(); row++)
    check_list(ramp_function_row_at(row)->name);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    check_list(other[i]);
}

static void an_invalid_function_has_no_kinks(void **state) {
  (void)state;
  ramp_kink kinks[RAMP_KINKS_MAX];
  ramp_function f = function_of("clip");
  f.parameter[0] = 2;
  assert_int_equal(ramp_function_kinks(&f, kinks), 0);
  f.row = -1;
  assert_int_equal(ramp_function_kinks(&f, kinks), 0);
  assert_int_equal(ramp_function_kinks(NULL, kinks), 0);
}

static void check_sides(const ramp_function *f, oracle *truth, const char *name,
                        double x) {
  double left, right, l, r;
  assert_int_equal(ramp_subgradient(f, x, &left, &right), RAMP_OK);
  oracle_sides(truth, ORACLE_DERIVATIVE, x, &l, &r);
  double bound = ramp_function_row_at(f->row)->f64_derivative_bound;
  if (!(number_ulps(RAMP_F64, left, l, 0) <= bound + 0.5 &&
        number_ulps(RAMP_F64, right, r, 0) <= bound + 0.5))
    fail_msg("%s at %a: [%g, %g], should be [%g, %g]", name, x, left, right, l, r);
}

static void the_subdifferential_is_right_everywhere(void **state) {
  (void)state;
  static const double x[] = {0.0, -0.0, 1,   -1,       6,         0x1p-1074, -0x1p-1074,
                             0.3, -0.3, 7.5, INFINITY, -INFINITY, 1e300,     NAN};
  for (int row = 0; row < ramp_function_rows(); row++) {
    const char *name = ramp_function_row_at(row)->name;
    ramp_function f = function_of(name);
    oracle *truth = truth_of(&f);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
      check_sides(&f, truth, name, x[i]);
      check_sides(&f, truth, name, nextafter(x[i], -INFINITY));
      check_sides(&f, truth, name, nextafter(x[i], INFINITY));
    }
    oracle_close(truth);
  }
}

static void the_subdifferential_needs_somewhere_to_go(void **state) {
  (void)state;
  ramp_function f = function_of("relu");
  double side;
  assert_int_equal(ramp_subgradient(&f, 0, NULL, &side), RAMP_NULL_POINTER);
  assert_int_equal(ramp_subgradient(&f, 0, &side, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_subgradient(NULL, 0, &side, &side), RAMP_NULL_POINTER);
}

/* A place that floats cannot hold lies between two of them, each on its own side: the
   nearest is above 0.1, and below 0.7. */
static void a_jump_between_two_floats_parts_them(void **state) {
  (void)state;
  static const struct {
    const char *text;
    float x, y, slope;
  } cases[] = {{"threshold:0.1,-5", 0.1f, 0.1f, 1},  {"threshold:0.7,-5", 0.7f, -5, 0},
               {"hard_shrink:0.1", 0.1f, 0.1f, 1},   {"hard_shrink:0.7", 0.7f, 0, 0},
               {"hard_shrink:0.1", -0.1f, -0.1f, 1}, {"hard_shrink:0.7", -0.7f, 0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ramp_function f = function_of(cases[i].text);
    float y, slope;
    assert_int_equal(ramp_forward(&f, RAMP_F32, 1, &cases[i].x, &y), RAMP_OK);
    assert_int_equal(ramp_derivative(&f, RAMP_F32, 1, &cases[i].x, &slope), RAMP_OK);
    if (y != cases[i].y || slope != cases[i].slope)
      fail_msg("%s at %g: %g and %g, should be %g and %g", cases[i].text,
               (double)cases[i].x, (double)y, (double)slope, (double)cases[i].y,
               (double)cases[i].slope);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_chosen_subgradient_stands_for_the_derivative),
      cmocka_unit_test(the_gradient_uses_the_chosen_subgradient),
      cmocka_unit_test(a_mixture_of_slopes_is_rounded_once),
      cmocka_unit_test(an_output_does_not_tell_a_mixture),
      cmocka_unit_test(the_value_does_not_depend_on_the_rule),
      cmocka_unit_test(a_jump_between_two_floats_parts_them),
      cmocka_unit_test(kinks_are_listed_in_order),
      cmocka_unit_test(an_invalid_function_has_no_kinks),
      cmocka_unit_test(the_subdifferential_is_right_everywhere),
      cmocka_unit_test(the_subdifferential_needs_somewhere_to_go),
  };
  return cmocka_run_group_tests_name("kinks", tests, NULL, NULL);
}
