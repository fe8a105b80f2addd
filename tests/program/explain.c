/* SPDX-License-Identifier: MIT */
/* ramp explain: neighbours by nextafter(), values by erfc() in long double, and what
   others are known to give; tests/program/conventions.py asks the others themselves. */
#define _XOPEN_SOURCE 700
#include "json.h"

#include <ramp/tensor.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *explained(const char *function, const char *x, const char *type) {
  return json_of(RUN("explain", function, x, "--type", type, "--json"));
}

static double number_in(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  assert_non_null(value);
  if (json_is_string(value)) return strtod(json_string_value(value), NULL);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

static const char *text_in(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

static const json_t *others_answer(const json_t *root, const char *call) {
  const json_t *others = json_object_get(root, "others");
  for (size_t i = 0; i < json_array_size(others); i++)
    if (!strcmp(text_in(json_array_get(others, i), "call"), call))
      return json_array_get(others, i);
  fail_msg("nobody calls %s", call);
  return NULL;
}

/* ------------------------------------------------------------------ Ramp's own */

static void neighbours_are_the_next_floats(void **state) {
  (void)state;
  static const char *const points[] = {"-1e-45", "-0",     "0",     "1e-45",
                                       "-1",     "1.5e10", "2e-38", "-3e38"};
  for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
    json_t *root = explained("leaky_relu:0.25", points[i], "f32");
    float x = strtof(points[i], NULL), up = nextafterf(x, INFINITY);
    float down = nextafterf(x, -INFINITY), value = x > 0 ? x : 0.25f * x;
    const json_t *above = json_object_get(root, "above");
    const json_t *below = json_object_get(root, "below");
    char bits[16];
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    snprintf(bits, sizeof bits, "0x%08x", word);
    assert_string_equal(text_in(root, "bits"), bits);
    assert_true((float)number_in(above, "x") == up);
    assert_true((float)number_in(above, "value") == (up > 0 ? up : 0.25f * up));
    assert_true((float)number_in(below, "x") == down);
    assert_true((float)number_in(root, "ulp") ==
                nextafterf(fabsf(value), INFINITY) - fabsf(value));
    json_decref(root);
  }
}

static void assert_bits(const char *type, const char *one, const char *below) {
  json_t *root = explained("identity", "1", type);
  assert_string_equal(text_in(root, "bits"), one);
  assert_string_equal(text_in(json_object_get(root, "below"), "bits"), below);
  assert_true(number_in(json_object_get(root, "below"), "ulp_away") == 1);
  json_decref(root);
}

static void bits_are_those_of_the_type(void **state) {
  (void)state;
  assert_bits("f64", "0x3ff0000000000000", "0x3fefffffffffffff");
  assert_bits("f32", "0x3f800000", "0x3f7fffff");
  assert_bits("f16", "0x3c00", "0x3bff");
  assert_bits("bf16", "0x3f80", "0x3f7f");
}

/* Beside the ends there is nothing, and NaN has no neighbours. */
static void ends_have_one_neighbour(void **state) {
  (void)state;
  json_t *root = explained("identity", "inf", "f32");
  assert_true(json_is_null(json_object_get(root, "above")));
  assert_true((float)number_in(json_object_get(root, "below"), "x") == 0x1.fffffep127f);
  assert_true(isnan(number_in(root, "ulp")));
  json_decref(root);
  root = explained("relu", "nan", "f16");
  assert_true(json_is_null(json_object_get(root, "above")));
  assert_true(json_is_null(json_object_get(root, "below")));
  assert_true(isnan(number_in(root, "value")));
  json_decref(root);
}

/* How far apart two values are, in steps, across 0 as well. */
static void steps_are_counted_across_zero(void **state) {
  (void)state;
  json_t *root = explained("tanh", "1", "f32");
  float here = (float)tanhl(1), above = (float)tanhl(nextafterf(1, 2));
  int steps = 0;
  for (float at = here; at < above; at = nextafterf(at, 2))
    steps++;
  assert_true(number_in(json_object_get(root, "above"), "ulp_away") == steps);
  json_decref(root);
  root = explained("identity", "0", "f32");
  assert_true(number_in(json_object_get(root, "below"), "ulp_away") == 1);
  assert_true(number_in(json_object_get(root, "above"), "ulp_away") == 1);
  json_decref(root);
}

static void assert_slopes(const char *function, const char *x, double left, double taken,
                          double right, int kink) {
  json_t *root = explained(function, x, "f32");
  const json_t *derivative = json_object_get(root, "derivative");
  assert_true(number_in(derivative, "left") == left);
  assert_true(number_in(derivative, "taken") == taken);
  assert_true(number_in(derivative, "right") == right);
  assert_int_equal(json_is_true(json_object_get(derivative, "kink")), kink);
  json_decref(root);
}

static void a_kink_has_two_derivatives_and_one_is_taken(void **state) {
  (void)state;
  assert_slopes("relu", "0", 0, 0, 1, 1);
  assert_slopes("relu:kink=middle", "0", 0, 0.5, 1, 1);
  assert_slopes("relu:kink=right", "-0", 0, 1, 1, 1);
  assert_slopes("relu6", "6", 1, 0, 0, 1);
  assert_slopes("leaky_relu:2", "0", 2, 1, 1, 1);
  assert_slopes("relu", "1e-45", 1, 1, 1, 0);
  assert_slopes("elu", "0", 1, 1, 1, 0);
}

/* ------------------------------------------------------------------ others */

static void assert_other(const json_t *root, const char *call, const char *key,
                         double wanted) {
  double found = number_in(others_answer(root, call), key);
  if (isnan(wanted) ? !isnan(found)
                    : found != wanted || !signbit(found) != !signbit(wanted))
    fail_msg("the %s of %s is %.9g, not %.9g", key, call, found, wanted);
}

static void others_take_what_they_take_at_kinks(void **state) {
  (void)state;
  json_t *root = explained("relu", "0", "f32");
  assert_other(root, "torch.relu(x)", "derivative", 0);
  assert_other(root, "jax.nn.relu(x)", "derivative", 0);
  assert_other(root, "jnp.maximum(x, 0)", "derivative", 0.5);
  assert_other(root, "tf.nn.relu(x)", "derivative", 0);
  assert_other(root, "(f(x + h) - f(x - h)) / 2h, h = 0.001", "derivative", 0.5);
  json_decref(root);
  root = explained("leaky_relu", "0", "f64");
  assert_other(root, "F.leaky_relu(x, slope)", "derivative", 0.01);
  assert_other(root, "jax.nn.leaky_relu(x, slope)", "derivative", 1);
  json_decref(root);
  root = explained("clip:-2,5", "5", "f32");
  assert_other(root, "torch.clamp(x, low, high)", "derivative", 1);
  assert_other(root, "jnp.clip(x, low, high)", "derivative", 0.5);
  json_decref(root);
  root = explained("hard_tanh", "1", "f32");
  assert_other(root, "F.hardtanh(x)", "derivative", 0);
  json_decref(root);
}

static void others_treat_nan_and_infinity_their_way(void **state) {
  (void)state;
  json_t *root = explained("relu", "nan", "f32");
  assert_other(root, "torch.relu(x)", "derivative", 1);
  assert_other(root, "jax.nn.relu(x)", "derivative", 0);
  assert_other(root, "np.where(x > 0, x, 0)", "value", 0);
  assert_other(root, "np.fmax(x, 0)", "value", 0);
  assert_other(root, "torch.relu(x)", "value", NAN);
  json_decref(root);
  root = explained("relu", "-inf", "f32");
  assert_other(root, "x * (x > 0)", "value", NAN);
  json_decref(root);
  root = explained("relu", "-3", "f32");
  assert_other(root, "x * (x > 0)", "value", -0.0);
  json_decref(root);
  root = explained("relu", "3e38", "f32");
  assert_other(root, "(abs(x) + x) / 2", "value", INFINITY);
  json_decref(root);
}

/* The digits that others lose are lost in the type asked for: softplus(40) is 40 with the
   tail e^-40 far below f64's last digit, and below 20 PyTorch's threshold does not act.
 */
static void others_compute_in_the_type(void **state) {
  (void)state;
  json_t *root = explained("sigmoid", "20", "f32");
  assert_other(root, "torch.sigmoid(x)", "derivative", 0);
  json_decref(root);
  root = explained("sigmoid", "20", "f64");
  double found = number_in(others_answer(root, "torch.sigmoid(x)"), "derivative");
  assert_true(fabs(found / 2.0611536e-9 - 1) < 1e-6 && found != 0);
  json_decref(root);
  root = explained("softplus", "20.5", "f64");
  assert_other(root, "F.softplus(x, beta)", "value", 20.5);
  assert_true(number_in(root, "value") > 20.5);
  json_decref(root);
  root = explained("softplus", "20", "f64");
  assert_true(number_in(others_answer(root, "F.softplus(x, beta)"), "value") > 20);
  json_decref(root);
}

static int parses(const char *name) {
  ramp_activation of;
  return ramp_activation_parse(name, &of) == RAMP_OK;
}

static double gelu_exactly(double x) { return (double)(x / 2 * erfcl(-x / sqrtl(2))); }

/* The row on which the issue began; -5.5 is 57 % off. */
static void gelu_has_no_digits_left_at_minus_6(void **state) {
  (void)state;
  json_t *root = explained("gelu", "-6", "f32");
  assert_true((float)number_in(root, "value") == (float)gelu_exactly(-6));
  assert_other(root, "F.gelu(x), one number", "value", -0.0);
  assert_other(root, "F.gelu(x), an array", "value", 0);
  assert_non_null(strstr(text_in(others_answer(root, "F.gelu(x), one number"), "why"),
                         "it computes 1 + erf(x/sqrt 2)"));
  json_decref(root);
  run_result r = RUN("explain", "gelu", "-6", "--type", "f64");
  assert_null(strstr(r.out, "an array"));
  run_free(&r);
  r = RUN("explain", "gelu", "-5.5");
  double wrong = -5.5 * 0.5 * (1 + erff(-5.5f * 0.70710678f));
  assert_true(fabs(wrong / gelu_exactly(-5.5) - 1.57) < 0.005);
  assert_non_null(strstr(r.out, " 57 % "));
  run_free(&r);
}

static void a_difference_has_a_reason_and_the_same_none(void **state) {
  (void)state;
  static const char *const functions[] = {"relu", "sigmoid", "softplus", "elu", "silu"};
  static const char *const points[] = {"0", "-inf", "nan", "-90", "25", "1e-20"};
  for (size_t i = 0; i < 5 * 6; i++) {
    json_t *root = explained(functions[i / 6], points[i % 6], "f32"), *one;
    size_t at;
    json_array_foreach(json_object_get(root, "others"), at, one) {
      int differs = json_is_true(json_object_get(one, "differs"));
      assert_int_equal(differs, text_in(one, "why") != NULL);
    }
    json_decref(root);
  }
}

/* Every function that the tables speak of is one of Ramp's. */
static void assert_names_are_known(const char *file, int least) {
  size_t size;
  int count = 0;
  char *path = path_join(SOURCES, file), *text = file_read(path, &size);
  for (char *at = text; (at = strchr(at, '\n')); at++) {
    char macro[32], name[64];
    if (sscanf(at + 1, "%31[A-Z_0-9](%63[a-z_0-9],", macro, name) != 2) continue;
    if (!parses(name)) fail_msg("%s speaks of %s: %s", file, name, ramp_error_detail());
    count++;
  }
  assert_true(count >= least);
  free(text);
  free(path);
}

static void conventions_are_about_functions_of_the_table(void **state) {
  (void)state;
  assert_names_are_known("conventions.def", 30);
  assert_names_are_known("convention_names.def", 30);
  assert_names_are_known("fold_names.def", 20);
}

/* ------------------------------------------------------------------ text */

static void assert_says(const char *function, const char *x, const char *words) {
  run_result r = RUN("explain", function, x);
  assert_int_equal(r.code, 0);
  assert_string_equal(r.err, "");
  if (!strstr(r.out, words)) fail_msg("no \"%s\" in:\n%s", words, r.out);
  assert_null(strstr(r.out, " \n"));
  run_free(&r);
}

static void the_text_says_what_a_person_wants_to_know(void **state) {
  (void)state;
  assert_says("relu", "0", "relu at 0, in f32\n");
  assert_says("relu", "1e-50", "relu at 1e-50, which is 0 in f32\n");
  assert_says("relu", "0", "0 from the left, 1 from the right: a kink\n");
  assert_says("relu", "0", "[0, 1]: any number of it");
  assert_says("relu", "0", "0, the element of least magnitude");
  assert_says("relu:kink=middle", "0", "0.5, left + 0.5 (right - left)");
  assert_says("relu", "0", "at a tie maximum and minimum share the derivative");
  assert_says("relu", "2", "1 from both sides: no kink");
  assert_says("relu", "nan", "nan: NaN in, NaN out");
  assert_says("identity", "2", "No other convention is known to Ramp for identity.\n");
  assert_says("silu", "-90", " 100 % ");
  assert_says("relu6", "-0", "sign of 0");
}

static void a_jump_is_told_from_a_kink(void **state) {
  (void)state;
  assert_says("threshold", "1", "the value jumps here from 0 to 1\n");
  assert_says("threshold", "1", "0 from the left, 1 from the right: a jump\ntaken");
  assert_says("threshold", "1", "a difference across the jump grows without end");
  assert_says("threshold", "1", "    1.1e+09 ulp away");
  assert_says("step", "0", "0: there is none at a jump");
}

static void assert_interval(const json_t *object, const char *key, double low,
                            double high) {
  const json_t *ends = json_object_get(object, key);
  assert_true(json_number_value(json_array_get(ends, 0)) == low);
  assert_true(json_number_value(json_array_get(ends, 1)) == high);
}

/* The slope is anywhere between its bounds: so are the value and the derivative. */
static void a_random_slope_is_an_interval(void **state) {
  (void)state;
  json_t *root = explained("rrelu:0.25,0.75", "-2", "f64");
  const json_t *random = json_object_get(root, "in_training");
  assert_interval(random, "slope", 0.25, 0.75);
  assert_interval(random, "value", -1.5, -0.5);
  assert_interval(random, "derivative", 0.25, 0.75);
  json_decref(root);
  root = explained("relu", "-2", "f64");
  assert_true(json_is_null(json_object_get(root, "in_training")));
  json_decref(root);
  assert_says("rrelu:0.25,0.75", "-2", "the slope is drawn from [0.25, 0.75]");
  assert_says("rrelu:0.25,0.75", "0", "f(x) is then 0, the derivative from 0.25 to 0.75");
  assert_says("rrelu", "3", "which does not matter here");
}

static void parameters_have_derivatives(void **state) {
  (void)state;
  json_t *root = explained("prelu", "-3", "f32");
  const json_t *by = json_object_get(root, "by_parameter");
  assert_true(number_in(by, "slope") == -3);
  json_decref(root);
  assert_says("prelu:0.5", "-3", "by slope        -3, how f(x) follows slope = 0.5");
  assert_says("prelu", "2", "by slope        0,");
}

static void several_numbers_are_explained_in_turn(void **state) {
  (void)state;
  run_result r = RUN("explain", "relu", "1", "-2", "--type", "f16");
  assert_non_null(strstr(r.out, "relu at 1, in f16\n"));
  assert_non_null(strstr(r.out, "\n\nrelu at -2, in f16\n"));
  run_free(&r);
  r = RUN("explain", "relu", "1", "-2", "--json");
  char *second = strchr(r.out, '\n') + 1;
  assert_memory_equal(second, "{\"function\": \"relu\"", 19);
  run_free(&r);
}

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  assert_refused(RUN("explain"), 2, "which function, and where?");
  assert_refused(RUN("explain", "relu"), 2, "at which number? For example: ramp explain");
  assert_refused(RUN("explain", "rleu", "0"), 2, "did you mean \"relu\"?");
  assert_refused(RUN("explain", "relu", "1", "x"), 2, "'x', number 2 of the arguments");
  assert_refused(RUN("explain", "relu", "1", "--type", "f8"), 2, "--type wants f64");
  assert_refused(RUN("explain", "elu:-1", "1"), 2, "alpha");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(neighbours_are_the_next_floats),
      cmocka_unit_test(bits_are_those_of_the_type),
      cmocka_unit_test(ends_have_one_neighbour),
      cmocka_unit_test(steps_are_counted_across_zero),
      cmocka_unit_test(a_kink_has_two_derivatives_and_one_is_taken),
      cmocka_unit_test(others_take_what_they_take_at_kinks),
      cmocka_unit_test(others_treat_nan_and_infinity_their_way),
      cmocka_unit_test(others_compute_in_the_type),
      cmocka_unit_test(gelu_has_no_digits_left_at_minus_6),
      cmocka_unit_test(a_difference_has_a_reason_and_the_same_none),
      cmocka_unit_test(conventions_are_about_functions_of_the_table),
      cmocka_unit_test(the_text_says_what_a_person_wants_to_know),
      cmocka_unit_test(a_jump_is_told_from_a_kink),
      cmocka_unit_test(a_random_slope_is_an_interval),
      cmocka_unit_test(parameters_have_derivatives),
      cmocka_unit_test(several_numbers_are_explained_in_turn),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests_name("program: explain", tests, NULL, NULL);
}
