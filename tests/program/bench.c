/* SPDX-License-Identifier: MIT */
/*
 * ramp bench: what it measures and how it says so.  No number is held against a time:
 * each has to be positive and finite and to agree with the others.
 */
#include "json.h"

#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ramp/ramp.h>

#define QUICK "--seconds", "0"
#define TINY QUICK, "--threads", "1", "--size", "64"

static double number(json_t *object, const char *name) {
  json_t *value = json_object_get(object, name);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

static const char *text(json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

static json_t *setting(json_t *object, size_t i) {
  return json_array_get(json_object_get(object, "settings"), i);
}

/* The row of a pass, of `function` unless that is null, in a setting; null if it has
   none. */
static json_t *row(json_t *setting, const char *pass, const char *function) {
  size_t i;
  json_t *one;
  json_array_foreach(json_object_get(setting, "rows"), i, one) {
    const char *name = text(one, "function");
    if (!strcmp(text(one, "pass"), pass) &&
        (function ? name && !strcmp(name, function) : !name))
      return one;
  }
  return NULL;
}

static int near(double a, double b) { return fabs(a - b) <= 1e-6 * fabs(b); }

/* ------------------------------------------------------------------ numbers */

static void assert_numbers(json_t *one, double element_bytes, double limit) {
  int arrays = strcmp(text(one, "pass"), "backward") ? 2 : 3;
  static const char *const names[] = {"ns_per_element", "median_ns_per_element",
                                      "gb_per_second", "share_of_limit", "rounds"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_true(isfinite(number(one, names[i])) && number(one, names[i]) > 0);
  double least = number(one, "ns_per_element"), speed = number(one, "gb_per_second");
  assert_true(number(one, "median_ns_per_element") >= least);
  assert_true(near(speed * least, arrays * element_bytes));
  assert_true(near(number(one, "share_of_limit") * limit, speed));
  assert_true(number(one, "rounds") >= 3);
}

static void assert_setting(json_t *measured, double element_bytes, size_t functions) {
  size_t i, copies = 0;
  json_t *one;
  double limit = number(measured, "limit_gb_per_second"), fastest = 0;
  json_array_foreach(json_object_get(measured, "rows"), i, one) {
    assert_numbers(one, element_bytes, limit);
    if (json_object_get(one, "function")) continue;
    copies++;
    fastest = fmax(fastest, number(one, "gb_per_second"));
  }
#ifdef __x86_64__
  assert_non_null(row(measured, "non-temporal copy", NULL));
#endif
  assert_in_range(copies, 1, 2);
  assert_int_equal(i, copies + 2 * functions);
  assert_true(near(fastest, limit));
  assert_non_null(row(measured, "memcpy", NULL));
}

static void every_setting_has_every_row(void **state) {
  (void)state;
  json_t *object = json_of(RUN("bench", "--function", "relu,clip:0,6,gelu", "--size",
                               "7,4Ki,70000", "--threads", "1", QUICK, "--json"));
  static const double sizes[] = {7, 4096, 70000};
  assert_string_equal(text(object, "type"), "f32");
  assert_string_equal(text(object, "variant"), ramp_variant());
  assert_true(number(object, "processors") >= 1 && number(object, "load") >= 0);
  assert_int_equal(json_array_size(json_object_get(object, "settings")), 3);
  for (size_t i = 0; i < 3; i++) {
    assert_true(number(setting(object, i), "threads") == 1);
    assert_true(number(setting(object, i), "elements") == sizes[i]);
    assert_setting(setting(object, i), 4, 3);
    assert_non_null(row(setting(object, i), "forward", "clip:0,6"));
    assert_non_null(row(setting(object, i), "backward", "gelu"));
    assert_null(row(setting(object, i), "derivative", "gelu"));
  }
  json_decref(object);
}

static void every_type_counts_its_bytes(void **state) {
  (void)state;
  for (ramp_type type = RAMP_F64; type <= RAMP_BF16; type++) {
    const char *name = ramp_type_name(type);
    json_t *object =
        json_of(RUN("bench", "-f", "relu,exp", "--type", name, TINY, "--json"));
    assert_string_equal(text(object, "type"), name);
    assert_setting(setting(object, 0), (double)ramp_type_size(type), 2);
    json_decref(object);
  }
}

static void all_are_the_functions_of_the_table(void **state) {
  (void)state;
  json_t *object = json_of(RUN("bench", "--function", "all", TINY, "--json"));
  size_t functions = 0;
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *listed = ramp_function_row_at(i);
    assert_true(!listed->alias == !!row(setting(object, 0), "forward", listed->name));
    functions += !listed->alias;
  }
  assert_setting(setting(object, 0), 4, functions);
  json_decref(object);
}

static void the_derivative_is_measured_on_request(void **state) {
  (void)state;
  json_t *object = json_of(RUN("bench", "-f", "relu,tanh", "-d", TINY, "--json"));
  json_t *derivative = row(setting(object, 0), "derivative", "tanh");
  assert_non_null(derivative);
  assert_numbers(derivative, 4, number(setting(object, 0), "limit_gb_per_second"));
  json_decref(object);
}

/* From 65,536 elements on the library shares its work. */
static void threads_are_one_and_all(void **state) {
  (void)state;
  json_t *object = json_of(RUN("bench", "-f", "relu", QUICK, "--size", "70000",
                               "--threads", "all,1", "--json"));
  assert_true(number(setting(object, 0), "threads") == omp_get_max_threads());
  assert_true(number(setting(object, 1), "threads") == 1);
  assert_setting(setting(object, 0), 4, 1);
  json_decref(object);
  object = json_of(RUN("bench", "-f", "relu", QUICK, "--size", "8", "--json"));
  assert_int_equal(json_array_size(json_object_get(object, "settings")),
                   omp_get_max_threads() > 1 ? 2 : 1);
  json_decref(object);
}

/* ------------------------------------------------------------------ the table */

static void assert_shown(const char *table, const char *words) {
  if (!strstr(table, words)) fail_msg("no \"%s\" in:\n%s", words, table);
}

static void the_table_has_a_line_for_each_row(void **state) {
  (void)state;
  run_result r = RUN("bench", "--function", "relu,leaky_relu:0.1", "--type", "bf16",
                     "--threads", "1", QUICK, "--size", "10,1Ki,30,40,50");
  assert_int_equal(r.code, 0);
  assert_string_equal(r.err, "");
  assert_shown(r.out, "bf16, 1 thread, ");
  assert_shown(r.out, " 1 Ki ");
  assert_shown(r.out, "\nmemcpy ");
  assert_shown(r.out, "\nrelu ");
  assert_shown(r.out, "\nleaky_relu:0.1 backward ");
  assert_shown(r.out, "100 %");
  assert_shown(r.out, "the least of 3 to 3 rounds");
  assert_shown(strstr(r.out, "                    50\n"), "\nrelu backward ");
  for (char *line = strtok(r.out, "\n"); line; line = strtok(NULL, "\n"))
    assert_true(strlen(line) <= 112);
  run_free(&r);
}

/* ------------------------------------------------------------------ pictures */

static char *draw(const char *name, size_t *size) {
  char *folder = folder_make(), *file = path_join(folder, name);
  run_result r =
      RUN("bench", "-f", "relu,leaky_relu:0.1", TINY, "--size", "8,2Ki", "-o", file);
  assert_string_equal(r.err, "");
  assert_int_equal(r.code, 0);
  assert_shown(r.out, "leaky_relu:0.1 backward");
  assert_int_equal(folder_entries(folder), 1);
  char *picture = file_read(file, size);
  run_free(&r);
  free(file);
  folder_remove(folder);
  return picture;
}

static void a_png_is_whole(void **state) {
  (void)state;
  size_t size;
  char *png = draw("speed.png", &size);
  assert_true(size > 5000);
  assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
  assert_memory_equal(png + size - 8, "IEND", 4);
  free(png);
}

static void a_picture_names_what_it_shows(void **state) {
  (void)state;
  size_t size;
  char *svg = draw("speed.svg", &size);
  static const char *const words[] = {
      ">relu<", ">leaky_relu:0.1<",    ">8<",
      ">2 Ki<", ">forward, 1 thread<", ">backward, 1 thread<"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    assert_shown(svg, words[i]);
  assert_shown(svg, "</svg>");
  free(svg);
}

/* ------------------------------------------------------------------ refusals */

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  static const char *const sizes[] = {"0",
                                      "-1",
                                      "x",
                                      "4ki",
                                      "",
                                      "8,",
                                      ",8",
                                      "1.5",
                                      "4 Ki",
                                      "1e3",
                                      " 8",
                                      "8,,8",
                                      "99999999999999999999",
                                      "17179869184Gi"};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    assert_refused(RUN("bench", "--size", sizes[i]), 2,
                   "--size wants numbers of elements such as 1000 or 4Ki,64Ki,1Mi, not");
  assert_refused(RUN("bench", "--size", "8,1048576Gi"), 2, "GiB of memory");
  assert_refused(RUN("bench", "--threads", "0"), 2, "--threads wants");
  assert_refused(RUN("bench", "--threads", "some"), 2, "--threads wants");
  assert_refused(RUN("bench", "--threads", "1,1000000"), 2, "--threads 1000000 are more");
  assert_refused(RUN("bench", "--function", "relu,sigmiod"), 2, "sigmoid");
  assert_refused(RUN("bench", "--function", "relu,,elu"), 2, "--function has nothing");
  assert_refused(RUN("bench", "--function", "relu,relu"), 2,
                 "--function names relu twice");
  assert_refused(RUN("bench", "--function", "relu,softmax"), 2,
                 "softmax, a function of several inputs");
  assert_refused(RUN("bench", "--functions", "relu"), 2, "did you mean --function?");
  assert_refused(RUN("bench", "--type", "f8"), 2, "--type wants");
  assert_refused(RUN("bench", "--seconds", "-1"), 2, "--seconds");
  assert_refused(RUN("bench", "--seconds", "inf"), 2, "--seconds");
  assert_refused(RUN("bench", "relu"), 2, "'relu'");
  assert_refused(RUN("bench", "-o", "x.pdf"), 2, "ends in .png or .svg");
}

/* Before anything is measured. */
static void a_picture_that_cannot_be_is_refused(void **state) {
  (void)state;
  char *folder = folder_make();
  char *nowhere = path_join(folder, "no/x.svg"), *picture = path_join(folder, "x.png");
  assert_refused(RUN("bench", TINY, "-o", nowhere), 3,
                 "x.svg': No such file or directory");
  run_result r =
      run_ramp((run_request){.arguments = ARGUMENTS("bench", TINY, "-o", picture),
                             .environment = ARGUMENTS("PATH=/nonexistent")});
  assert_refused(r, 3, "gnuplot draws the pictures and is not installed");
  assert_int_equal(folder_entries(folder), 0);
  free(nowhere);
  free(picture);
  folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_setting_has_every_row),
      cmocka_unit_test(every_type_counts_its_bytes),
      cmocka_unit_test(all_are_the_functions_of_the_table),
      cmocka_unit_test(the_derivative_is_measured_on_request),
      cmocka_unit_test(threads_are_one_and_all),
      cmocka_unit_test(the_table_has_a_line_for_each_row),
      cmocka_unit_test(a_png_is_whole),
      cmocka_unit_test(a_picture_names_what_it_shows),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(a_picture_that_cannot_be_is_refused),
  };
  return cmocka_run_group_tests_name("program: bench", tests, NULL, NULL);
}
