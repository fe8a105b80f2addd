/* SPDX-License-Identifier: MIT */
/* Functions and folds under one name: read, written, refused. */
#include "support.h"

#include <string.h>

static void expect_text(const char *text, int is_fold, const char *wanted) {
  ramp_activation a;
  char back[64];
  assert_int_equal(ramp_activation_parse(text, &a), RAMP_OK);
  assert_int_equal(a.is_fold, is_fold);
  size_t length = ramp_activation_text(&a, back, sizeof back);
  assert_string_equal(back, wanted);
  assert_int_equal(length, strlen(wanted));
  if (is_fold)
    assert_string_equal(ramp_function_row_at(a.function.row)->name, "identity");
}

static void both_are_read(void **state) {
  (void)state;
  expect_text("relu", 0, "relu");
  expect_text("leaky_relu:0.1,kink=middle", 0, "leaky_relu:slope=0.1,kink=0.5");
  expect_text("relu6", 0, "relu6");
  expect_text("maxout:k=4", 1, "maxout:k=4");
  expect_text("swiglu:interleaved", 1, "swiglu:packing=interleaved");
}

static void refuse(const char *text, ramp_status wanted, const char *words) {
  ramp_activation a = {.is_fold = 77};
  assert_int_equal(ramp_activation_parse(text, &a), wanted);
  if (!strstr(ramp_error_detail(), words))
    fail_msg("'%s' is refused with: %s", text ? text : "null", ramp_error_detail());
  assert_int_equal(a.is_fold, 77);
}

static void neither_is_refused(void **state) {
  (void)state;
  refuse("rellu", RAMP_UNKNOWN_FUNCTION, "did you mean \"relu\"?");
  refuse("maxuot:2", RAMP_UNKNOWN_FUNCTION, "did you mean \"maxout\"?");
  refuse("maxout:1", RAMP_INVALID_PARAMETER, "must be a whole number");
  refuse("clip:6,0", RAMP_INVALID_PARAMETER, "clip");
  refuse(NULL, RAMP_NULL_POINTER, "null pointer");
  assert_int_equal(ramp_activation_parse("relu", NULL), RAMP_NULL_POINTER);
}

static void starts_follow_the_tables(void **state) {
  (void)state;
  const struct {
    const char *text;
    ramp_initialisation start;
  } rows[] = {{"relu", RAMP_INITIAL_HE},
              {"tanh", RAMP_INITIAL_GLOROT},
              {"identity", RAMP_INITIAL_LECUN},
              {"crelu", RAMP_INITIAL_HE},
              {"maxout", RAMP_INITIAL_LECUN}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ramp_activation a;
    assert_int_equal(ramp_activation_parse(rows[i].text, &a), RAMP_OK);
    assert_int_equal(ramp_activation_initialisation(&a), rows[i].start);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(both_are_read),
                                     cmocka_unit_test(neither_is_refused),
                                     cmocka_unit_test(starts_follow_the_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
