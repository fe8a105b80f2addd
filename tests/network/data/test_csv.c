/* SPDX-License-Identifier: MIT */
/* CSV files that are in order: what the reader makes of headers, quotes, labels, numbers.
   */
#include "scratch.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The example of this class, where each class has one; null when it is in the other part.
   */
static const float *example_of(const ramp_data *data, const char *class) {
  for (size_t i = 0; i < data->examples; i++)
    if (strcmp(data->classes[data->label[i]], class) == 0)
      return data->x + i * data->inputs;
  return NULL;
}

/* Undoes the scaling: both parts hold a x + b of the file's numbers, and the mean and
   deviation over the training part are known from the numbers themselves. */
static void check_scaled(const ramp_data *train, const ramp_data *test, size_t count,
                         const char *const class[], size_t input, const double value[]) {
  long double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++)
    if (example_of(train, class[i])) sum += value[i];
  long double mean = sum / train->examples;
  for (size_t i = 0; i < count; i++)
    if (example_of(train, class[i])) squares += (value[i] - mean) * (value[i] - mean);
  long double deviation = sqrtl(squares / train->examples);
  for (size_t i = 0; i < count; i++) {
    const float *x = example_of(train, class[i]);
    if (!x) x = example_of(test, class[i]);
    assert_non_null(x);
    float expected = (float)((value[i] - mean) / deviation);
    assert_true(fabsf(x[input] - expected) <= 1e-6f * (1 + fabsf(expected)));
  }
}

static const char *const five[] = {"a", "b", "c", "d", "e"};

/* Opens text whose rows are classes a to e with inputs 1.5, -2, 4, 1e2, 0.25, and 7 times
   that. */
static void check_five(const char *path, const ramp_data_options *options) {
  const double x[] = {1.5, -2, 4, 1e2, 0.25}, seven[] = {10.5, -14, 28, 7e2, 1.75};
  ramp_data *train, *test;
  scratch_open(path, options, &train, &test);
  assert_int_equal(train->task, RAMP_CLASSIFICATION);
  assert_int_equal(train->examples, 4);
  assert_int_equal(test->examples, 1);
  assert_int_equal(train->inputs, 2);
  assert_int_equal(train->outputs, 5);
  for (int i = 0; i < 5; i++) {
    assert_string_equal(train->classes[i], five[i]);
    assert_string_equal(test->classes[i], five[i]);
  }
  check_scaled(train, test, 5, five, 0, x);
  check_scaled(train, test, 5, five, 1, seven);
  ramp_data_free(train);
  ramp_data_free(test);
}

static const char headed[] =
    "x,seven,class\n1.5,10.5,a\n-2,-14,b\n4,28,c\n1e2,7e2,d\n.25,1.75,e\n";

static void test_header_and_none(void **state) {
  (void)state;
  ramp_data_options yes = {.header = 1}, no = {.header = -1};
  const char *path = scratch_write_text("five.csv", headed);
  check_five(path, NULL);
  check_five(path, &yes);
  path = scratch_write_text("none.csv", strchr(headed, '\n') + 1);
  check_five(path, NULL);
  check_five(path, &no);
}

static void test_gzip(void **state) {
  (void)state;
  check_five(scratch_write_gzip("five.csv.gz", headed, strlen(headed)), NULL);
}

static void test_line_ends_and_mark(void **state) {
  (void)state;
  check_five(scratch_write_text("crlf.csv", "\xEF\xBB\xBFx,seven,class\r\n1.5,10.5,a\r\n"
                                            "-2,-14,b\r\n4,28,c\r\n100,700,d\r\n"
                                            "0.25,1.75,e\r\n\r\n  \r\n"),
             &(ramp_data_options){.label = "class"});
  check_five(scratch_write_text("cr.csv", "1.5,10.5,a\r-2,-14,b\r4,28,c\r100,700,d\r"
                                          "0.25,1.75,e"),
             NULL);
  check_five(scratch_write_text("mark.csv", "\xEF\xBB\xBF"
                                            "1.5,10.5,a\n-2,-14,b\n4,28,c\n100,700,d\n"
                                            "0.25,1.75,e\n\n\n"),
             NULL);
}

static void test_label_column(void **state) {
  (void)state;
  const char *first =
      scratch_write_text("first.csv", "class,x,seven\na,1.5,10.5\nb,-2,-14\nc,4,28\n"
                                      "d,100,700\ne,0.25,1.75\n");
  check_five(first, &(ramp_data_options){.label = "class"});
  check_five(first, &(ramp_data_options){.label = "1"});
  const char *middle = scratch_write_text("middle.csv", "1.5,a,10.5\n-2,b,-14\n4,c,28\n"
                                                        "100,d,700\n0.25,e,1.75\n");
  check_five(middle, &(ramp_data_options){.label = "2"});
}

/* A header whose names are numbers: the name counts before the position. */
static void test_label_named_by_digits(void **state) {
  (void)state;
  ramp_data_options options = {.label = "1", .header = 1};
  check_five(scratch_write_text("digits.csv", "3,2,1\n1.5,10.5,a\n-2,-14,b\n4,28,c\n"
                                              "100,700,d\n0.25,1.75,e\n"),
             &options);
}

static void test_quotes(void **state) {
  (void)state;
  const char *names[] = {"a \"b\"", "c,d", "e\nf", " g ", "h"};
  ramp_data *train, *test;
  scratch_open(scratch_write_text("quotes.csv",
                                  "\"x\",\"the, \"\"class\"\"\"\n"
                                  "\"1\",\"a \"\"b\"\"\"\n2,\"c,d\"\n 3 ,\"e\nf\"\n"
                                  "4,\" g \"\n5 , h\t\n"),
               &(ramp_data_options){.label = "the, \"class\""}, &train, &test);
  assert_int_equal(train->outputs, 5);
  check_scaled(train, test, 5, names, 0, (double[]){1, 2, 3, 4, 5});
  ramp_data_free(train);
  ramp_data_free(test);
}

static void check_classes(const char *text, const ramp_data_options *options,
                          size_t count, const char *const class[]) {
  ramp_data *train, *test;
  scratch_open(scratch_write_text("classes.csv", text), options, &train, &test);
  assert_int_equal(train->task, RAMP_CLASSIFICATION);
  assert_int_equal(train->outputs, count);
  for (size_t i = 0; i < count; i++)
    assert_string_equal(train->classes[i], class[i]);
  ramp_data_free(train);
  ramp_data_free(test);
}

/* Whole numbers in numeric order, whatever their spelling; all else by bytes. */
static void test_order_of_classes(void **state) {
  (void)state;
  const ramp_data_options force = {.task = RAMP_TASK_CLASSIFICATION};
  check_classes("1,10\n2,9\n3,-3\n4,9.0\n5,1e1\n6,-0\n7,0\n", NULL, 4,
                (const char *[]){"-3", "0", "9", "10"});
  check_classes("1,10\n2,9\n3,b\n4,B\n", NULL, 4, (const char *[]){"10", "9", "B", "b"});
  check_classes("1,0.5\n2,10.5\n3,9\n", &force, 3, (const char *[]){"0.5", "10.5", "9"});
}

/* `count` rows of i, first + i. */
static const char *write_counting(int count, double first) {
  static char text[8192];
  size_t length = 0;
  for (int i = 0; i < count; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "%d,%g\n", i * i,
                               first + i);
  return scratch_write_text("counting.csv", text);
}

static ramp_task task_of(const char *path, ramp_task_choice choice) {
  ramp_data *train, *test;
  scratch_open(path, &(ramp_data_options){.task = choice}, &train, &test);
  ramp_task task = train->task;
  assert_int_equal(train->outputs == 1, task == RAMP_REGRESSION);
  ramp_data_free(train);
  ramp_data_free(test);
  return task;
}

static void test_choice_of_task(void **state) {
  (void)state;
  assert_int_equal(task_of(write_counting(100, 0), RAMP_TASK_AUTO), RAMP_CLASSIFICATION);
  assert_int_equal(task_of(write_counting(101, 0), RAMP_TASK_AUTO), RAMP_REGRESSION);
  assert_int_equal(task_of(write_counting(9, 0.5), RAMP_TASK_AUTO), RAMP_REGRESSION);
  assert_int_equal(task_of(write_counting(9, 0), RAMP_TASK_REGRESSION), RAMP_REGRESSION);
  assert_int_equal(task_of(write_counting(101, 0), RAMP_TASK_CLASSIFICATION),
                   RAMP_CLASSIFICATION);
}

/* Targets have mean 0 and variance 1 over the training part, and lead back to the file.
   */
static void test_regression_targets(void **state) {
  (void)state;
  ramp_data *train, *test;
  double sum = 0, squares = 0;
  size_t found = 0;
  scratch_open(write_counting(120, 5000), &(ramp_data_options){.seed = 3}, &train, &test);
  assert_int_equal(train->examples, 96);
  assert_int_equal(test->examples, 24);
  for (size_t i = 0; i < train->examples; i++) {
    sum += train->target[i];
    squares += (double)train->target[i] * train->target[i];
  }
  assert_true(fabs(sum / 96) < 1e-6 && fabs(squares / 96 - 1) < 1e-6);
  assert_true(train->target_mean == test->target_mean);
  assert_true(train->target_deviation == test->target_deviation);
  for (size_t i = 0; i < 120; i++) {
    const ramp_data *part = i < 96 ? train : test;
    double y =
        part->target[i < 96 ? i : i - 96] * part->target_deviation + part->target_mean;
    assert_true(fabs(y - round(y)) < 1e-3 && y > 4999.5 && y < 5119.5);
    found += (size_t)round(y) - 5000;
  }
  assert_int_equal(found, 119 * 120 / 2);
  ramp_data_free(train);
  ramp_data_free(test);
}

/* A constant column becomes 0, even where its mean is not exact; tiny and huge numbers
   scale. */
static void test_extreme_columns(void **state) {
  (void)state;
  ramp_data *train, *test;
  scratch_open(scratch_write_text("extreme.csv", "0.1,1e-300,3e38,a\n0.1,3e-300,-3e38,b\n"
                                                 "0.1,2e-300,1e38,c\n0.1,7e-300,2e38,d\n"
                                                 "0.1,5e-300,0,e\n"),
               NULL, &train, &test);
  for (size_t i = 0; i < 4; i++)
    assert_true(train->x[3 * i] == 0);
  assert_true(test->x[0] == 0);
  check_scaled(train, test, 5, five, 1, (double[]){1, 3, 2, 7, 5});
  check_scaled(train, test, 5, five, 2, (double[]){3, -3, 1, 2, 0});
  ramp_data_free(train);
  ramp_data_free(test);
}

/* The seed alone decides the parts; another seed decides otherwise. */
static void test_split_by_seed(void **state) {
  (void)state;
  ramp_data *train[3], *test[3];
  const char *path = write_counting(100, 0.5);
  for (int i = 0; i < 3; i++)
    scratch_open(path, &(ramp_data_options){.seed = i == 2, .test_share = 0.25},
                 &train[i], &test[i]);
  assert_int_equal(test[0]->examples, 25);
  assert_memory_equal(test[0]->x, test[1]->x, 25 * sizeof(float));
  assert_memory_not_equal(test[0]->x, test[2]->x, 25 * sizeof(float));
  for (int i = 0; i < 3; i++) {
    ramp_data_free(train[i]);
    ramp_data_free(test[i]);
  }
}

/* However small or large the share, both parts have an example. */
static void test_extreme_shares(void **state) {
  (void)state;
  const double share[] = {1e-9, 0.999999};
  for (int i = 0; i < 2; i++) {
    ramp_data *train, *test;
    scratch_open(write_counting(9, 0.5), &(ramp_data_options){.test_share = share[i]},
                 &train, &test);
    assert_int_equal(train->examples, i ? 1 : 8);
    assert_int_equal(test->examples, i ? 8 : 1);
    ramp_data_free(train);
    ramp_data_free(test);
  }
}

/* Compiles a locale that writes one half as 0,5 and sets it; 0 where there is no
   compiler. */
static int set_comma_locale(void) {
  char command[600];
  const char *source = scratch_write_text(
      "comma-source", "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \"\"\ngrouping -1\n"
                      "END LC_NUMERIC\n");
  snprintf(command, sizeof command, "localedef -c -i %s %s >%s 2>&1", source,
           scratch_path("comma"), scratch_path("localedef-output"));
  /* It warns of the categories that are not there, and says so by its exit code. */
  if (system(command) == -1) return 0;
  setenv("LOCPATH", scratch_path("."), 1);
  return setlocale(LC_NUMERIC, "comma") != NULL;
}

static void test_locale(void **state) {
  (void)state;
  char half[8];
  if (!set_comma_locale()) skip();
  check_five(scratch_path("five.csv"), NULL);
  snprintf(half, sizeof half, "%.1f", 0.5);
  assert_string_equal(half, "0,5");
  setlocale(LC_NUMERIC, "C");
  unsetenv("LOCPATH");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_header_and_none),
      cmocka_unit_test(test_gzip),
      cmocka_unit_test(test_line_ends_and_mark),
      cmocka_unit_test(test_label_column),
      cmocka_unit_test(test_label_named_by_digits),
      cmocka_unit_test(test_quotes),
      cmocka_unit_test(test_order_of_classes),
      cmocka_unit_test(test_choice_of_task),
      cmocka_unit_test(test_regression_targets),
      cmocka_unit_test(test_extreme_columns),
      cmocka_unit_test(test_split_by_seed),
      cmocka_unit_test(test_extreme_shares),
      cmocka_unit_test(test_locale),
  };
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
