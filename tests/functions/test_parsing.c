/* SPDX-License-Identifier: MIT */
/* Functions as text: every form that is read, every mistake and its sentence, and the way
 * back. */
#include "support.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ what is read */

static const struct reading {
  const char *text, *same_as;
  int parameters;
  double parameter[RAMP_PARAMETERS_MAX];
} readings[] = {
    {"relu", "relu", 0, {0}},
    {"leaky_relu", "leaky_relu", 1, {0.01}},
    {"leaky_relu:0.1", "leaky_relu", 1, {0.1}},
    {"leaky_relu:slope=0.1", "leaky_relu", 1, {0.1}},
    {"leaky_relu:-2.5e-3", "leaky_relu", 1, {-2.5e-3}},
    {"leaky_relu:+.5", "leaky_relu", 1, {0.5}},
    {"clip", "clip", 2, {-1, 1}},
    {"clip:-3", "clip", 2, {-3, 1}},
    {"clip:-3,4", "clip", 2, {-3, 4}},
    {"clip:low=-3,high=4", "clip", 2, {-3, 4}},
    {"clip:high=4,low=-3", "clip", 2, {-3, 4}},
    {"clip:-3,high=4", "clip", 2, {-3, 4}},
    {"clip:high=4", "clip", 2, {-1, 4}},
    {"clip:2,2", "clip", 2, {2, 2}},
    {"relu6", "clip:0,6", 2, {0, 6}},
    {"hard_tanh", "clip:-1,1", 2, {-1, 1}},
    {"softplus", "softplus", 1, {1}},
    {"softplus:beta=20", "softplus", 1, {20}},
    {"elu", "elu", 1, {1}},
    {"elu:0x1.8p1", "elu", 1, {3}},
};

static void every_form_is_read(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
    const struct reading *r = &readings[i];
    ramp_function f = function_of(r->text);
    if (oracle_line_of(f.row) != oracle_line_of(function_of(r->same_as).row))
      fail_msg("\"%s\" is another function", r->text);
    for (int p = 0; p < r->parameters; p++)
      if (f.parameter[p] != r->parameter[p])
        fail_msg("\"%s\": parameter %d is %g", r->text, p, f.parameter[p]);
    assert_int_equal(f.kink_rule, RAMP_KINK_LEAST);
  }
}

static const struct kink_reading {
  const char *text;
  ramp_kink_rule rule;
  double mix;
} kink_readings[] = {
    {"relu:kink=least", RAMP_KINK_LEAST, 0},
    {"relu:kink=left", RAMP_KINK_MIX, 0},
    {"relu:kink=right", RAMP_KINK_MIX, 1},
    {"relu:kink=middle", RAMP_KINK_MIX, 0.5},
    {"relu:kink=0.25", RAMP_KINK_MIX, 0.25},
    {"clip:0,6,kink=right", RAMP_KINK_MIX, 1},
    {"relu6:kink=0", RAMP_KINK_MIX, 0},
    {"leaky_relu:kink=1,slope=0.5", RAMP_KINK_MIX, 1},
    {"tanh:kink=left", RAMP_KINK_MIX, 0},
};

static void the_precision_is_read(void **state) {
  (void)state;
  assert_int_equal(function_of("gelu").precision, RAMP_EXACT);
  assert_int_equal(function_of("gelu:precision=exact").precision, RAMP_EXACT);
  assert_int_equal(function_of("gelu:precision=fast").precision, RAMP_FAST);
  ramp_function f = function_of("elu:precision=fast,alpha=2,kink=right");
  assert_true(f.precision == RAMP_FAST && f.parameter[0] == 2 && f.kink_mix == 1);
}

static void the_kink_rule_is_read(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof kink_readings / sizeof *kink_readings; i++) {
    const struct kink_reading *r = &kink_readings[i];
    ramp_function f = function_of(r->text);
    if (f.kink_rule != r->rule || (r->rule == RAMP_KINK_MIX && f.kink_mix != r->mix))
      fail_msg("\"%s\": rule %d, mix %g", r->text, f.kink_rule, f.kink_mix);
  }
}

/* ------------------------------------------------------------------ what is refused */

static const struct mistake {
  const char *text;
  ramp_status status;
  const char *detail; /* what the sentence must hold */
} mistakes[] = {
    {"rleu", RAMP_UNKNOWN_FUNCTION, "\"relu\""},
    {"Relu", RAMP_UNKNOWN_FUNCTION, "\"relu\""},
    {"sigmoyd", RAMP_UNKNOWN_FUNCTION, "\"sigmoid\""},
    {"leakyrelu", RAMP_UNKNOWN_FUNCTION, "\"leaky_relu\""},
    {"tahn:1", RAMP_UNKNOWN_FUNCTION, "\"tanh\""},
    {"", RAMP_UNKNOWN_FUNCTION, ""},
    {":", RAMP_UNKNOWN_FUNCTION, ""},
    {"qqqqqqqqqqqq", RAMP_UNKNOWN_FUNCTION, "qqqqqqqqqqqq"},
    {"relu:1", RAMP_INVALID_PARAMETER, "relu"},
    {"relu:", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:slop=1", RAMP_INVALID_PARAMETER, "slope"},
    {"leaky_relu:0.1,0.2", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:0.1,slope=0.2", RAMP_INVALID_PARAMETER, "slope"},
    {"leaky_relu:slope=", RAMP_INVALID_PARAMETER, "slope"},
    {"leaky_relu:=1", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:nan", RAMP_INVALID_PARAMETER, "nan"},
    {"leaky_relu:inf", RAMP_INVALID_PARAMETER, "inf"},
    {"leaky_relu:-infinity", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:1e999", RAMP_INVALID_PARAMETER, "1e999"},
    {"leaky_relu:abc", RAMP_INVALID_PARAMETER, "abc"},
    {"leaky_relu:1x", RAMP_INVALID_PARAMETER, "1x"},
    {"leaky_relu:1 ", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu: 1", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:\t1", RAMP_INVALID_PARAMETER, ""},
    {"leaky_relu:0,1", RAMP_INVALID_PARAMETER, ""},
    {"clip:,1", RAMP_INVALID_PARAMETER, ""},
    {"clip:1,", RAMP_INVALID_PARAMETER, ""},
    {"clip:1,2,3", RAMP_INVALID_PARAMETER, ""},
    {"clip:2,1", RAMP_INVALID_PARAMETER, "low"},
    {"clip:low=2", RAMP_INVALID_PARAMETER, "low"},
    {"softplus:0", RAMP_INVALID_PARAMETER, "beta"},
    {"softplus:-1", RAMP_INVALID_PARAMETER, "beta"},
    {"softplus:beta=-0.0", RAMP_INVALID_PARAMETER, "beta"},
    {"relu6:1", RAMP_INVALID_PARAMETER, ""},
    {"relu:kink=", RAMP_INVALID_PARAMETER, "kink"},
    {"relu:kink=up", RAMP_INVALID_PARAMETER, "kink"},
    {"relu:kink=nan", RAMP_INVALID_PARAMETER, "kink"},
    {"relu:kink=1.5", RAMP_INVALID_PARAMETER, "kink"},
    {"relu:kink=-0.5", RAMP_INVALID_PARAMETER, "kink"},
    {"relu:kink=left,kink=right", RAMP_INVALID_PARAMETER, "kink"},
    {"gelu:precision=", RAMP_INVALID_PARAMETER, "exact or fast"},
    {"gelu:precision=faster", RAMP_INVALID_PARAMETER, "faster"},
    {"gelu:precision=fast,precision=exact", RAMP_INVALID_PARAMETER, "precision"},
    {"gelu:speed=fast", RAMP_INVALID_PARAMETER, "kink and precision"},
};

/* Returns whether the mistake is refused as it should be. */
static bool refused(const struct mistake *m) {
  ramp_function f, before;
  memset(&f, 0x5a, sizeof f);
  memcpy(&before, &f, sizeof f);
  ramp_status status = ramp_function_parse(m->text, &f);
  const char *detail = ramp_error_detail();
  if (status == m->status && strstr(detail, m->detail) && strlen(detail) > 10 &&
      !strchr(detail, '\n') && memcmp(&f, &before, sizeof f) == 0)
    return true;
  print_error("\"%s\": status %d, \"%s\"; should be %d and hold \"%s\"\n", m->text,
              status, detail, m->status, m->detail);
  return false;
}

static void every_mistake_has_its_sentence(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
    wrong += !refused(&mistakes[i]);
  assert_int_equal(wrong, 0);
}

static void a_text_of_any_length_is_refused_safely(void **state) {
  (void)state;
  size_t length = 100000;
  char *text = malloc(length + 1);
  ramp_function f;
  assert_non_null(text);
  memset(text, 'x', length);
  text[length] = 0;
  assert_int_equal(ramp_function_parse(text, &f), RAMP_UNKNOWN_FUNCTION);
  memcpy(text, "leaky_relu:", 11);
  assert_int_equal(ramp_function_parse(text, &f), RAMP_INVALID_PARAMETER);
  memset(text + 11, '9', length - 11);
  assert_int_equal(ramp_function_parse(text, &f), RAMP_INVALID_PARAMETER);
  assert_true(strlen(ramp_error_detail()) < 2000);
  free(text);
}

/* ------------------------------------------------------------------ the way back */

static bool same_function(const ramp_function *a, const ramp_function *b) {
  for (int p = 0; p < RAMP_PARAMETERS_MAX; p++)
    if (a->parameter[p] != b->parameter[p]) return false;
  return a->row == b->row && a->kink_rule == b->kink_rule &&
         a->precision == b->precision &&
         (a->kink_rule == RAMP_KINK_LEAST || a->kink_mix == b->kink_mix);
}

static void check_round_trip(const ramp_function *f) {
  char text[256], cut[8];
  size_t length = ramp_function_text(f, text, sizeof text);
  assert_int_equal(length, strlen(text));
  ramp_function back = function_of(text);
  if (!same_function(f, &back)) fail_msg("\"%s\" is read as another function", text);
  memset(cut, '#', sizeof cut);
  assert_int_equal(ramp_function_text(f, cut, 4), length);
  assert_true(strncmp(cut, text, 3) == 0 && cut[3] == 0 && cut[4] == '#');
  assert_int_equal(ramp_function_text(f, NULL, 0), length);
}

static void text_reads_back_to_the_same_function(void **state) {
  (void)state;
  static const char *const other[] = {
      "leaky_relu:0.1",      "leaky_relu:0x1.999999999999ap-4",
      "leaky_relu:1e-300",   "clip:-0.3,0.7",
      "clip:high=3",         "softplus:beta=3.3",
      "elu:alpha=0.1",       "relu:kink=right",
      "relu:kink=middle",    "relu:kink=0.1",
      "clip:0,6,kink=left",  "relu6:kink=right",
      "leaky_relu:-5e-324",  "leaky_relu:1.7976931348623157e308",
      "gelu:precision=fast", "elu:alpha=2,kink=right,precision=fast"};
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = function_of(ramp_function_row_at(row)->name);
    check_round_trip(&f);
  }
  for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
    ramp_function f = function_of(other[i]);
    check_round_trip(&f);
  }
}

/* What is the default is not said, and numbers are as short as they can be. */
static void text_is_what_a_person_would_write(void **state) {
  (void)state;
  static const char *const texts[] = {"relu", "leaky_relu", "leaky_relu:slope=0.1",
                                      "tanh"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ramp_function f = function_of(texts[i]);
    char text[64];
    ramp_function_text(&f, text, sizeof text);
    assert_string_equal(text, texts[i]);
  }
}

/* ------------------------------------------------------------------ the table */

static void the_table_is_complete(void **state) {
  (void)state;
  assert_null(ramp_function_row_at(-1));
  assert_null(ramp_function_row_at(ramp_function_rows()));
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *r = ramp_function_row_at(i);
    assert_true(r->name && r->formula && r->derivative && r->range);
    ramp_function f = function_of(r->name);
    for (int p = 0; p < r->parameters; p++) {
      assert_true(r->parameter[p].name && r->parameter[p].domain);
      assert_true(f.parameter[p] == r->parameter[p].value);
    }
    if (!r->alias) continue;
    ramp_function original = function_of(r->alias);
    assert_int_equal(r->parameters, 0);
    assert_memory_equal(f.parameter, original.parameter, sizeof f.parameter);
  }
}

/* ------------------------------------------------------------------ locale */

static void numbers_are_read_the_same_in_every_locale(void **state) {
  (void)state;
  static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8",
                                      "fr_FR.utf8"};
  bool found = false;
  for (size_t i = 0; i < sizeof comma / sizeof *comma && !found; i++)
    found = setlocale(LC_ALL, comma[i]) != NULL;
  if (!found) {
    print_message("no locale with a decimal comma is installed: skipped\n");
    skip();
  }
  ramp_function f = function_of("clip:-0.5,2.5");
  char text[64];
  ramp_function_text(&f, text, sizeof text);
  setlocale(LC_ALL, "C");
  assert_true(f.parameter[0] == -0.5 && f.parameter[1] == 2.5);
  assert_null(strstr(text, "0,5"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_form_is_read),
      cmocka_unit_test(the_kink_rule_is_read),
      cmocka_unit_test(the_precision_is_read),
      cmocka_unit_test(every_mistake_has_its_sentence),
      cmocka_unit_test(a_text_of_any_length_is_refused_safely),
      cmocka_unit_test(text_reads_back_to_the_same_function),
      cmocka_unit_test(text_is_what_a_person_would_write),
      cmocka_unit_test(the_table_is_complete),
      cmocka_unit_test(numbers_are_read_the_same_in_every_locale),
  };
  return cmocka_run_group_tests_name("parsing", tests, NULL, NULL);
}
