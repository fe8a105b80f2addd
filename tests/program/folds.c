/* SPDX-License-Identifier: MIT */
/*
 * Functions of several inputs in the program: whatever the table has is listed,
 * evaluated, explained and drawn.  Expected numbers are written out by hand; JSON is read
 * back by a JSON library.
 */
#include "json.h"

#include <ramp/tensor.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_prints(run_result r, const char *text) {
  if (r.code || *r.err || strcmp(r.out, text))
    fail_msg("wanted:\n%sgot (exit code %d):\n%s%s", text, r.code, r.out, r.err);
  run_free(&r);
}

static void assert_shows(run_result r, const char *const *words) {
  if (r.code || *r.err) fail_msg("exit code %d: %s", r.code, r.err);
  for (; *words; words++)
    if (!strstr(r.out, *words)) fail_msg("no \"%s\" in:\n%s", *words, r.out);
  run_free(&r);
}

static void assert_numbers(const json_t *array, const double *numbers, size_t count) {
  assert_int_equal(json_array_size(array), count);
  for (size_t i = 0; i < count; i++)
    assert_true(json_number_value(json_array_get(array, i)) == numbers[i]);
}

/* ------------------------------------------------------------------ eval */

static void arguments_are_one_line(void **state) {
  (void)state;
  assert_prints(RUN("eval", "maxout:2", "1", "5", "3", "2"), "5 3\n");
  assert_prints(RUN("eval", "maxout:k=4", "-1", "-5", "nan", "2"), "nan\n");
  assert_prints(RUN("eval", "crelu", "-1", "2", "-inf"), "0 2 0 1 0 inf\n");
  assert_prints(RUN("eval", "bilinear_glu", "1", "2", "3", "4"), "3 8\n");
  assert_prints(RUN("eval", "bilinear_glu:interleaved", "1", "2", "3", "4"), "2 12\n");
  assert_prints(RUN("eval", "reglu:gate=first", "-1", "2", "3", "4"), "0 8\n");
  assert_prints(RUN("eval", "reglu", "0.1", "3", "--type", "bf16"), "0.3\n");
}

static void each_line_of_standard_input_is_one(void **state) {
  (void)state;
  run_request request = {.arguments = ARGUMENTS("eval", "maxout"),
                         .input = "1 2 3 4\n\n  -1 -2\n7 7"};
  assert_prints(run_ramp(request), "2 4\n-1\n7\n");
  request.input = "1 2\n3 four\n";
  run_result r = run_ramp(request);
  assert_int_equal(r.code, 3);
  assert_string_equal(r.out, "2\n");
  assert_non_null(strstr(r.err, "standard input, line 2: 'four' is not a number"));
  run_free(&r);
}

static void json_has_winners(void **state) {
  (void)state;
  assert_prints(RUN("eval", "maxout:3", "1", "2", "nan", "--json"),
                "{\"x\": [1.0, 2.0, \"nan\"], \"value\": [\"nan\"], \"winners\": [2]}\n");
  assert_prints(RUN("eval", "crelu", "-0.5", "--json"),
                "{\"x\": [-0.5], \"value\": [0.0, 0.5]}\n");
}

static void wrong_lines_are_refused(void **state) {
  (void)state;
  assert_refused(RUN("eval", "maxout", "1", "2", "3"), 2,
                 "the 3 elements do not make groups of k = 2");
  assert_refused(RUN("eval", "swiglu", "1"), 2, "no halves");
  assert_refused(RUN("eval", "maxout:1", "1"), 2, "a whole number from 2 to 256");
  assert_refused(RUN("eval", "maxuot", "1"), 2, "maxout");
  assert_refused(RUN("eval", "maxout", "1", "two"), 2, "'two', number 2");
  assert_refused(RUN("eval", "maxout", "1", "2", "-d"), 2, "ramp explain");
  assert_refused(RUN("eval", "relu", "1", "--axis", "0"), 2, "several inputs");
}

/* ------------------------------------------------------------------ arrays */

static const char npy[] =
    "\x93NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': %s, 'shape': "
    "(2, 4), }";
enum { HEADER = 128 };

/* A 2 x 4 array of floats, and the program's `output` from it. */
static char *evaluated(const char *order, const float x[8], const char *fold,
                       const char *axis, size_t *size) {
  char *folder = folder_make(), *in = path_join(folder, "x.npy"),
       *out = path_join(folder, "y.npy"), bytes[HEADER + 32];
  int length = snprintf(bytes + 10, 118, npy + 10, order);
  memcpy(bytes, npy, 10);
  memset(bytes + 10 + length, ' ', (size_t)(HEADER - 10 - length));
  bytes[HEADER - 1] = '\n';
  memcpy(bytes + HEADER, x, 32);
  file_write(in, bytes, sizeof bytes);
  run_result r = RUN("eval", fold, "-i", in, "-o", out, "--axis", axis);
  if (r.code) fail_msg("%s", r.err);
  run_free(&r);
  char *written = file_read(out, size);
  folder_remove(folder);
  free(in), free(out);
  return written;
}

static void assert_array(char *written, size_t size, const char *shape, const char *order,
                         const float *elements, size_t count) {
  assert_int_equal(size % 64, count * sizeof *elements % 64);
  assert_memory_equal(written, "\x93NUMPY\1\0", 8);
  assert_non_null(strstr(written + 10, shape));
  assert_non_null(strstr(written + 10, order));
  assert_memory_equal(written + size - count * sizeof *elements, elements,
                      count * sizeof *elements);
  free(written);
}

static void arrays_fold_along_an_axis(void **state) {
  (void)state;
  const float x[8] = {1, 2, 3, 4, 8, 7, 6, 5};
  size_t size;
  char *y = evaluated("False", x, "maxout", "-1", &size);
  assert_array(y, size, "(2, 2,)", "False", (const float[]){2, 4, 8, 6}, 4);
  y = evaluated("False", x, "maxout", "0", &size);
  assert_array(y, size, "(1, 4,)", "False", (const float[]){8, 7, 6, 5}, 4);
  /* The first axis is contiguous: rows 1 3 8 6 and 2 4 7 5. */
  y = evaluated("True", x, "maxout", "1", &size);
  assert_array(y, size, "(2, 2,)", "True", (const float[]){3, 4, 8, 7}, 4);
  y = evaluated("True", x, "bilinear_glu", "0", &size);
  assert_array(y, size, "(1, 4,)", "True", (const float[]){2, 12, 56, 30}, 4);
}

/* ------------------------------------------------------------------ explain */

static void an_explanation_has_the_jacobian(void **state) {
  (void)state;
  json_t *root =
      json_of(RUN("explain", "maxout:3", "1", "5", "5", "2", "-1", "0", "--json"));
  assert_string_equal(json_string_value(json_object_get(root, "function")), "maxout:k=3");
  assert_numbers(json_object_get(root, "value"), (const double[]){5, 2}, 2);
  assert_numbers(json_object_get(root, "winners"), (const double[]){1, 0}, 2);
  const json_t *jacobian = json_object_get(root, "jacobian");
  assert_numbers(json_array_get(jacobian, 0), (const double[]){0, 1, 0, 0, 0, 0}, 6);
  assert_numbers(json_array_get(jacobian, 1), (const double[]){0, 0, 0, 1, 0, 0}, 6);
  assert_true(json_array_size(json_object_get(root, "others")) > 0);
  json_decref(root);
  root = json_of(RUN("explain", "bilinear_glu", "3", "4", "--json", "-t", "f64"));
  assert_numbers(json_array_get(json_object_get(root, "jacobian"), 0),
                 (const double[]){4, 3}, 2);
  json_decref(root);
}

static void an_explanation_says_what_is_special(void **state) {
  (void)state;
  assert_shows(RUN("explain", "maxout:3", "1", "5", "5"),
               ARGUMENTS("maxout:k=3 of 3 numbers, in f32", "5, x[1] won",
                         "x[1] and x[2] are equal: the first wins", "PyTorch"));
  assert_shows(RUN("explain", "reglu", "1", "0"),
               ARGUMENTS("x[1] is where relu has its kink", "dvalue = dy relu(gate)"));
  assert_shows(RUN("explain", "crelu", "nan"), ARGUMENTS("x[0] is nan"));
  run_result r = RUN("explain", "maxout", "2", "1");
  assert_null(strstr(r.out, "equal:"));
  run_free(&r);
  assert_refused(RUN("explain", "maxout"), 2, "ramp explain maxout 1 2 3 4");
  assert_refused(RUN("explain", "maxout", "1"), 2, "groups of k = 2");
}

static void every_fold_is_explained(void **state) {
  (void)state;
  for (int i = 0; i < ramp_fold_rows(); i++) {
    const ramp_fold_row *row = ramp_fold_row_at(i);
    assert_shows(RUN("explain", row->name, "1", "-2", "3", "0.5"),
                 ARGUMENTS(row->name, row->formula, row->derivative));
  }
}

/* ------------------------------------------------------------------ list */

static void every_fold_is_listed(void **state) {
  (void)state;
  run_result table = RUN("list");
  json_t *root = json_of(RUN("list", "--json"));
  for (int i = 0; i < ramp_fold_rows(); i++) {
    const ramp_fold_row *row = ramp_fold_row_at(i);
    char line[64];
    snprintf(line, sizeof line, "\n%s ", row->name);
    if (!strstr(table.out, line)) fail_msg("no %s in the table", row->name);
    const json_t *object = json_array_get(root, (size_t)(ramp_function_rows() + i));
    assert_string_equal(json_string_value(json_object_get(object, "name")), row->name);
    assert_true(json_is_true(json_object_get(object, "several_inputs")));
    assert_int_equal(json_is_true(json_object_get(object, "mask")), row->masked);
    assert_int_equal(json_array_size(json_object_get(object, "arguments")),
                     row->arguments);
    assert_shows(RUN("list", row->name), ARGUMENTS(row->name, row->range, "kept"));
  }
  for (char *line = table.out; *line; line += strcspn(line, "\n") + 1)
    assert_true(strcspn(line, "\n") <= 120);
  json_decref(root);
  run_free(&table);
}

static void a_page_has_the_arguments_given(void **state) {
  (void)state;
  assert_shows(RUN("list", "maxout:4"),
               ARGUMENTS("k = 4, a whole number from 2 to 256; default 2",
                         "1 for each 4 inputs", "winners, for the way back"));
  assert_shows(RUN("list", "glu:first"),
               ARGUMENTS("gate = first, second or first; default second",
                         "packing = halves, halves or interleaved; default halves"));
  json_t *root = json_of(RUN("list", "glu:interleaved", "--json"));
  const json_t *packing = json_array_get(json_object_get(root, "arguments"), 0);
  assert_string_equal(json_string_value(json_object_get(packing, "value")),
                      "interleaved");
  json_decref(root);
}

/* ------------------------------------------------------------------ plot */

static int count_of(const char *text, const char *words) {
  int count = 0;
  for (; (text = strstr(text, words)); text++)
    count++;
  return count;
}

static char *picture_of(const char *fold, const char *option) {
  char *folder = folder_make(), *path = path_join(folder, "p.svg");
  size_t size;
  run_result r =
      option ? RUN("plot", fold, option, "-o", path) : RUN("plot", fold, "-o", path);
  if (r.code) fail_msg("%s", r.err);
  run_free(&r);
  char *picture = file_read(path, &size);
  folder_remove(folder);
  free(path);
  return picture;
}

static void every_fold_is_drawn(void **state) {
  (void)state;
  for (int i = 0; i < ramp_fold_rows(); i++) {
    const char *name = ramp_fold_row_at(i)->name;
    char *picture = picture_of(name, NULL);
    assert_non_null(strstr(picture, name));
    free(picture);
    free(picture_of(name, "--both"));
  }
}

static void pictures_say_what_moves(void **state) {
  (void)state;
  char *picture = picture_of("maxout:4", NULL);
  assert_non_null(strstr(picture, "4 lines"));
  assert_non_null(strstr(picture, "maxout:4 of lines over x"));
  free(picture);
  picture = picture_of("swiglu", NULL);
  assert_int_equal(count_of(picture, "swiglu, value "), 3);
  free(picture);
  picture = picture_of("crelu", "-d");
  assert_non_null(strstr(picture, "crelu, y[1]"));
  free(picture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arguments_are_one_line),
      cmocka_unit_test(each_line_of_standard_input_is_one),
      cmocka_unit_test(json_has_winners),
      cmocka_unit_test(wrong_lines_are_refused),
      cmocka_unit_test(arrays_fold_along_an_axis),
      cmocka_unit_test(an_explanation_has_the_jacobian),
      cmocka_unit_test(an_explanation_says_what_is_special),
      cmocka_unit_test(every_fold_is_explained),
      cmocka_unit_test(every_fold_is_listed),
      cmocka_unit_test(a_page_has_the_arguments_given),
      cmocka_unit_test(every_fold_is_drawn),
      cmocka_unit_test(pictures_say_what_moves),
  };
  return cmocka_run_group_tests_name("program: folds", tests, NULL, NULL);
}
