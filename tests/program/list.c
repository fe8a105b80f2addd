/* SPDX-License-Identifier: MIT */
/* ramp list: whatever the table has, the program shows; JSON is read back by a JSON
   library. */
#include "run.h"

#include <ramp/ramp.h>

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_shows(const run_result *r, const char *words) {
  assert_int_equal(r->code, 0);
  assert_string_equal(r->err, "");
  if (!strstr(r->out, words)) fail_msg("no \"%s\" in:\n%s", words, r->out);
}

static void the_table_has_every_function(void **state) {
  (void)state;
  run_result r = RUN("list");
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    assert_shows(&r, row->name);
    assert_shows(&r, row->alias ? row->alias : row->formula);
    assert_shows(&r, row->range);
  }
  assert_shows(&r, "slope=0.01 ");
  assert_shows(&r, "\n  relu6 ");
  assert_shows(&r, "low=-1, high=1 ");
  run_free(&r);
}

static void a_page_tells_all_about_a_function(void **state) {
  (void)state;
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    run_result r = RUN("list", row->name);
    assert_shows(&r, row->name);
    assert_shows(&r, row->formula);
    assert_shows(&r, row->derivative);
    assert_shows(&r, row->range);
    for (int p = 0; p < row->parameters; p++) {
      assert_shows(&r, row->parameter[p].name);
      assert_shows(&r, row->parameter[p].domain);
    }
    run_free(&r);
  }
}

static void a_page_on(const char *function, const char *const *lines) {
  run_result r = RUN("list", function);
  for (; *lines; lines++)
    assert_shows(&r, *lines);
  run_free(&r);
}

static void pages_have_kinks_aliases_and_start(void **state) {
  (void)state;
  a_page_on("leaky_relu:0.25",
            ARGUMENTS("slope = 0.25, any finite number; default 0.01",
                      "at 0 the derivative jumps from 0.25 to 1; 0.25 is taken there",
                      "He: first weights with variance 2/inputs"));
  a_page_on("relu:kink=middle", ARGUMENTS("from 0 to 1; 0.5 is taken there"));
  a_page_on("clip", ARGUMENTS("relu6 is clip:0,6", "hard_tanh is clip:-1,1"));
  a_page_on("relu6", ARGUMENTS("stands for      clip:0,6", "at 6 the derivative jumps"));
  a_page_on("tanh", ARGUMENTS("kinks           none", "Glorot"));
}

static json_t *json_of(run_result r) {
  json_error_t error;
  assert_int_equal(r.code, 0);
  json_t *root = json_loads(r.out, 0, &error);
  if (!root) fail_msg("%s in:\n%s", error.text, r.out);
  run_free(&r);
  return root;
}

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  assert_non_null(text);
  return text;
}

static void json_has_every_function(void **state) {
  (void)state;
  json_t *root = json_of(RUN("list", "--json"));
  assert_int_equal(json_array_size(root), ramp_function_rows());
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    const json_t *object = json_array_get(root, (size_t)i);
    assert_string_equal(text_of(object, "name"), row->name);
    assert_string_equal(text_of(object, "formula"), row->formula);
    assert_string_equal(text_of(object, "derivative"), row->derivative);
    assert_string_equal(text_of(object, "range"), row->range);
    const json_t *stands_for = json_object_get(object, "stands_for");
    assert_int_equal(json_is_null(stands_for), row->alias == NULL);
    double bound = json_real_value(json_object_get(object, "f64_value_ulp"));
    assert_true(bound == row->f64_value_bound);
  }
  json_decref(root);
}

static void json_of_one_function_has_its_parameters(void **state) {
  (void)state;
  json_t *root = json_of(RUN("list", "leaky_relu:0.1", "--json"));
  const json_t *slope = json_array_get(json_object_get(root, "parameters"), 0);
  const json_t *kink = json_array_get(json_object_get(root, "kinks"), 0);
  assert_string_equal(text_of(slope, "name"), "slope");
  assert_true(json_real_value(json_object_get(slope, "value")) == 0.1);
  assert_true(json_real_value(json_object_get(slope, "default")) == 0.01);
  assert_true(json_real_value(json_object_get(kink, "left")) == 0.1);
  assert_true(json_real_value(json_object_get(kink, "right")) == 1);
  json_decref(root);
  root = json_of(RUN("list", "clip", "--json"));
  const json_t *aliases = json_object_get(root, "aliases");
  assert_string_equal(json_string_value(json_array_get(aliases, 0)), "relu6");
  assert_string_equal(json_string_value(json_array_get(aliases, 1)), "hard_tanh");
  json_decref(root);
}

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  assert_refused(RUN("list", "leaky_rleu"), 2, "leaky_relu");
  assert_refused(RUN("list", "leaky_relu:inf"), 2, "slope");
  assert_refused(RUN("list", "relu", "elu"), 2, "'elu' is a second one");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_table_has_every_function),
      cmocka_unit_test(a_page_tells_all_about_a_function),
      cmocka_unit_test(pages_have_kinks_aliases_and_start),
      cmocka_unit_test(json_has_every_function),
      cmocka_unit_test(json_of_one_function_has_its_parameters),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests_name("program: list", tests, NULL, NULL);
}
