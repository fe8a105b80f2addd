/* SPDX-License-Identifier: MIT */
/* ramp list: whatever the table has, the program shows; JSON is read back by a JSON
   library. */
#include "json.h"

#include <ramp/tensor.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_shows(const run_result *r, const char *words) {
  assert_int_equal(r->code, 0);
  assert_string_equal(r->err, "");
  if (!strstr(r->out, words)) fail_msg("no \"%s\" in:\n%s", words, r->out);
}

/* ------------------------------------------------------------------ the table */

#define COLUMNS 6
static const char *const heads[COLUMNS] = {"NAME",  "FORMULA", "PARAMETERS",
                                           "RANGE", "KINKS",   "F64 ERROR"};

typedef struct table_row {
  char cell[COLUMNS][256];
} table_row;

/* Appends the words of a line between two columns to a cell. */
static void add_words(char *cell, const char *line, size_t from, size_t to) {
  size_t length = strcspn(line, "\n");
  if (from >= length) return;
  if (to > length) to = length;
  while (to > from && line[to - 1] == ' ')
    to--;
  if (to > from) {
    if (*cell) strcat(cell, " ");
    strncat(cell, line + from, to - from);
  }
}

/* The table as it reads when each cell's lines are put together: row i.  A row begins
   where the first column has a word. */
static table_row row_of_table(const char *text, int i) {
  table_row row = {0};
  size_t at[COLUMNS + 1];
  for (int c = 0; c < COLUMNS; c++)
    at[c] = (size_t)(strstr(text, heads[c]) - text);
  at[COLUMNS] = 1000;
  const char *line = strchr(text, '\n') + 1;
  for (int r = -1; *line != '\n'; line = strchr(line, '\n') + 1) {
    assert_true(strcspn(line, "\n") <= 120);
    r += strspn(line, " ") <= 2;
    for (int c = 0; r == i && c < COLUMNS; c++)
      add_words(row.cell[c], line, at[c], at[c + 1]);
  }
  return row;
}

static const char *without_spaces(char *text) { return text + strspn(text, " "); }

static void check_row(const char *text, int i, const ramp_function_row *wanted) {
  char alias[128], bounds[64];
  table_row row = row_of_table(text, i);
  snprintf(alias, sizeof alias, "is %s", wanted->alias ? wanted->alias : "");
  snprintf(bounds, sizeof bounds, "%g, %g", wanted->f64_value_bound,
           wanted->f64_derivative_bound);
  assert_string_equal(without_spaces(row.cell[0]), wanted->name);
  assert_int_equal(row.cell[0][0] == ' ', wanted->alias != NULL);
  assert_string_equal(row.cell[1], wanted->alias ? alias : wanted->formula);
  assert_string_equal(row.cell[3], wanted->range);
  assert_string_equal(row.cell[5], bounds);
  for (int p = 0; p < wanted->parameters; p++)
    assert_non_null(strstr(row.cell[2], wanted->parameter[p].name));
  if (!wanted->parameters) assert_string_equal(row.cell[2], "");
}

static int stands_for(const char *alias, const char *name) {
  size_t length = strlen(name);
  return !strncmp(alias, name, length) && (alias[length] == ':' || !alias[length]);
}

/* Functions in the order of the table, each with its aliases behind it. */
static void the_table_has_every_function(void **state) {
  (void)state;
  run_result r = RUN("list");
  int row = 0;
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *function = ramp_function_row_at(i);
    if (function->alias) continue;
    check_row(r.out, row++, function);
    for (int k = 0; k < ramp_function_rows(); k++) {
      const ramp_function_row *alias = ramp_function_row_at(k);
      if (alias->alias && stands_for(alias->alias, function->name))
        check_row(r.out, row++, alias);
    }
  }
  assert_int_equal(row, ramp_function_rows());
  run_free(&r);
}

static table_row row_called(const char *text, const char *name) {
  for (int i = 0; i < ramp_function_rows(); i++) {
    table_row row = row_of_table(text, i);
    if (!strcmp(without_spaces(row.cell[0]), name)) return row;
  }
  fail_msg("no row on %s", name);
  return (table_row){0};
}

static void the_table_has_parameters_and_kinks(void **state) {
  (void)state;
  run_result r = RUN("list");
  assert_string_equal(row_called(r.out, "sigmoid").cell[4], "");
  assert_string_equal(row_called(r.out, "leaky_relu").cell[2], "slope=0.01");
  assert_string_equal(row_called(r.out, "leaky_relu").cell[4], "0");
  assert_string_equal(row_called(r.out, "clip").cell[2], "low=-1, high=1");
  assert_string_equal(row_called(r.out, "relu6").cell[4], "0, 6");
  run_free(&r);
}

/* ------------------------------------------------------------------ the page */

/* A page without its line breaks: one space between words. */
static run_result page_of(const char *function) {
  run_result r = RUN("list", function);
  char *to = r.out;
  for (const char *at = r.out; *at;) {
    size_t spaces = strspn(at, " \n");
    if (spaces) *to++ = ' ';
    at += spaces;
    if (*at) *to++ = *at++;
  }
  *to = 0;
  return r;
}

static void a_page_tells_all_about_a_function(void **state) {
  (void)state;
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    run_result r = page_of(row->name);
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
  run_result r = page_of(function);
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
  a_page_on("relu6", ARGUMENTS("stands for clip:0,6", "at 6 the derivative jumps"));
  a_page_on("tanh", ARGUMENTS("kinks none", "Glorot"));
}

static void pages_have_properties_ways_back_and_names(void **state) {
  (void)state;
  a_page_on("tanh", ARGUMENTS("properties odd, f(-x) = -f(x); never falls back",
                              "back from y no: tanh: near -1 and 1",
                              "back from a bit no: tanh is not made of lines"));
  a_page_on("silu", ARGUMENTS("properties none", "Keras: silu", "ONNX: Swish"));
  a_page_on("relu",
            ARGUMENTS("straight between its kinks", "back from y yes:",
                      "back from a bit yes:", "PyTorch: nn.ReLU", "JAX: jax.nn.relu"));
  a_page_on("relu:kink=right", ARGUMENTS("back from y no: relu in f32: at x = "));
  a_page_on("leaky_relu:-1", ARGUMENTS("even, f(-x) = f(x)", "back from y no:"));
}

/* What the sweep wrote into docs/accuracy.md on a function, cell for cell. */
static void a_page_has_what_was_measured(void **state) {
  (void)state;
  size_t size;
  char *document = file_read(DOCUMENTS "/accuracy.md", &size), text[512] = "";
  char *section = strstr(document, "<!-- sweep: begin -->");
  assert_non_null(section);
  char *head = strchr(section, '|') + 1, *row = strstr(section, "\n| tanh |") + 10;
  head = strchr(head, '|') + 1;
  while (*row != '\n') {
    char name[64], value[128] = "";
    sscanf(head, " %63[^|]", name);
    sscanf(row, " %127[^|]", value);
    name[strcspn(name, " ")] = 0;
    while (*value && value[strlen(value) - 1] == ' ')
      value[strlen(value) - 1] = 0;
    if (*value)
      snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %s",
               *text ? ", " : "", name, value);
    head = strchr(head, '|') + 1;
    row = strchr(row, '|') + 1;
  }
  assert_non_null(strstr(text, "value 0, derivative 0"));
  a_page_on("tanh", ARGUMENTS("measured f32, misrounded of all 2^32 inputs: ", text));
  free(document);
}

static void lines_are_within_the_columns_of_a_page(void **state) {
  (void)state;
  for (int i = 0; i < ramp_function_rows(); i++) {
    run_result r = RUN("list", ramp_function_row_at(i)->name);
    for (char *line = r.out; *line; line += strcspn(line, "\n") + 1)
      assert_true(strcspn(line, "\n") <= 100);
    run_free(&r);
  }
}

/* ------------------------------------------------------------------ JSON */

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  assert_non_null(text);
  return text;
}

static void check_fast(const json_t *object, const char *name) {
  double value, derivative;
  ramp_function f;
  assert_int_equal(ramp_function_parse(name, &f), RAMP_OK);
  f.precision = RAMP_FAST;
  assert_int_equal(ramp_function_f32_bounds(&f, &value, &derivative), RAMP_OK);
  const json_t *fast = json_object_get(object, "fast");
  assert_int_equal(json_is_null(fast), value == 0.5);
  if (value == 0.5) return;
  assert_true(json_real_value(json_object_get(fast, "f32_value_ulp")) == value);
  assert_true(json_real_value(json_object_get(fast, "f32_derivative_ulp")) == derivative);
}

static void json_has_every_function(void **state) {
  (void)state;
  json_t *root = json_of(RUN("list", "--json"));
  assert_int_equal(json_array_size(root), ramp_function_rows() + ramp_fold_rows());
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
    check_fast(object, row->name);
  }
  json_decref(root);
}

static void assert_flag(const json_t *object, const char *key, int wanted) {
  assert_int_equal(json_is_true(json_object_get(object, key)), wanted != 0);
}

static double number_of(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  return json_is_string(value) ? strtod(json_string_value(value), NULL)
                               : json_real_value(value);
}

static void json_has_shape_and_ways_back(void **state) {
  (void)state;
  json_t *root = json_of(RUN("list", "--json"));
  for (int i = 0; i < ramp_function_rows(); i++) {
    const json_t *object = json_array_get(root, (size_t)i);
    const json_t *shape = json_object_get(object, "shape");
    ramp_function f;
    ramp_function_shape wanted;
    assert_int_equal(ramp_function_parse(text_of(object, "name"), &f), RAMP_OK);
    assert_int_equal(ramp_function_shape_of(&f, &wanted), RAMP_OK);
    assert_flag(shape, "odd", wanted.properties & RAMP_SHAPE_ODD);
    assert_flag(shape, "even", wanted.properties & RAMP_SHAPE_EVEN);
    assert_flag(shape, "never_falls", wanted.properties & RAMP_SHAPE_INCREASING);
    assert_flag(shape, "linear_between_kinks", wanted.properties & RAMP_SHAPE_LINEAR);
    assert_true(number_of(shape, "least") == wanted.least);
    assert_true(number_of(shape, "greatest") == wanted.greatest);
    assert_int_equal(json_is_null(json_object_get(object, "not_from_output")),
                     !ramp_backward_from_output(&f, RAMP_F32, 0, NULL, NULL, NULL));
    assert_int_equal(json_is_null(json_object_get(object, "not_from_a_bit")),
                     !ramp_backward_masked(&f, RAMP_F32, 0, NULL, NULL, NULL));
  }
  json_decref(root);
}

static void json_has_names_and_measurements(void **state) {
  (void)state;
  json_t *root = json_of(RUN("list", "silu", "--json"));
  assert_string_equal(text_of(json_object_get(root, "names"), "pytorch"), "nn.SiLU");
  assert_int_equal(json_array_size(json_object_get(root, "jumps")), 0);
  const char *sweep = text_of(json_object_get(root, "measured"), "sweep");
  assert_memory_equal(sweep, "value 0, derivative 0, ", 23);
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

static void jumps_of_a_value_are_shown(void **state) {
  (void)state;
  run_result r = RUN("list");
  assert_string_equal(row_called(r.out, "step").cell[4], "jump 0");
  assert_string_equal(row_called(r.out, "threshold").cell[4], "jump 1");
  assert_string_equal(row_called(r.out, "hard_shrink").cell[4], "jump -0.5, 0.5");
  run_free(&r);
  a_page_on("threshold:2,-1",
            ARGUMENTS("at 2 the value jumps from -1 to 2; it is -1 there",
                      "at 2 the derivative jumps from 0 to 1; 0 is taken there"));
  json_t *root = json_of(RUN("list", "threshold:2,-1", "--json"));
  const json_t *jump = json_array_get(json_object_get(root, "jumps"), 0);
  assert_true(number_of(jump, "at") == 2);
  assert_true(number_of(jump, "left") == -1);
  assert_true(number_of(jump, "right") == 2);
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
      cmocka_unit_test(the_table_has_parameters_and_kinks),
      cmocka_unit_test(pages_have_kinks_aliases_and_start),
      cmocka_unit_test(pages_have_properties_ways_back_and_names),
      cmocka_unit_test(a_page_has_what_was_measured),
      cmocka_unit_test(lines_are_within_the_columns_of_a_page),
      cmocka_unit_test(json_has_every_function),
      cmocka_unit_test(json_has_shape_and_ways_back),
      cmocka_unit_test(json_has_names_and_measurements),
      cmocka_unit_test(json_of_one_function_has_its_parameters),
      cmocka_unit_test(jumps_of_a_value_are_shown),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests_name("program: list", tests, NULL, NULL);
}
