/* SPDX-License-Identifier: MIT */
/* Every way a CSV file can be wrong: one sentence each, with the file, the line and the
   column. */
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refused(const char *text, const ramp_data_options *options,
                    ramp_status status, const char *where, const char *what) {
  const char *path = scratch_write_text("bad.csv", text);
  scratch_refused(path, options, status, "bad.csv", what);
  scratch_refused(path, options, status, where, what);
}

static void test_ragged(void **state) {
  (void)state;
  refused("x,y\n1,a\n2,b,c\n", NULL, RAMP_INVALID_DATA, "line 3", "3 cells");
  refused("x,y\n1,a\n\n\n2\n3,b\n", NULL, RAMP_INVALID_DATA, "line 5", "1 cell,");
  refused("x,y\r\n1,a\r\n2\r\n", NULL, RAMP_INVALID_DATA, "line 3", "1 cell,");
  refused("x,y\n1,\"a\nb\"\n2\n", NULL, RAMP_INVALID_DATA, "line 4", "line 1 has 2");
}

static void test_text_among_numbers(void **state) {
  (void)state;
  refused("width,height,class\n1,2,a\n3,tall,b\n", NULL, RAMP_INVALID_DATA,
          "line 3, column 2 'height'", "'tall' is not a number");
  refused("1,2,a\n3,4x,b\n", NULL, RAMP_INVALID_DATA, "line 2, column 2:", "'4x'");
  refused("1,2,a\n3,,b\n", NULL, RAMP_INVALID_DATA, "line 2, column 2:", "empty");
  refused("1,2,a\n3,\"new\nline\",b\n", NULL, RAMP_INVALID_DATA,
          "line 2, column 2:", "'new?line'");
  refused("a,b\nx,c\ny,d\n", NULL, RAMP_INVALID_DATA, "line 1, column 1:", "'a'");
}

/* A first row that holds a number is data, so its text is not passed over as a header. */
static void test_text_in_first_row(void **state) {
  (void)state;
  refused("?,2,a\n3,4,b\n5,6,b\n", NULL, RAMP_INVALID_DATA, "line 1, column 1:", "'?'");
  refused("x,class\n1,a\n2,b\n", &(ramp_data_options){.header = -1}, RAMP_INVALID_DATA,
          "line 1, column 1:", "'x'");
}

static void test_long_text_is_cut(void **state) {
  (void)state;
  char text[300];
  snprintf(text, sizeof text, "1,a\n%0200d%s,b\n", 1, "x");
  refused(text, NULL, RAMP_INVALID_DATA, "line 2, column 1",
          "'0000000000000000000000000000000000000000...'");
  refused("1,a\n012345678901234567890123456789012345678\xC3\xA9\xC3\xA9,b\n", NULL,
          RAMP_INVALID_DATA, "line 2", "'012345678901234567890123456789012345678...'");
}

static void test_not_finite(void **state) {
  (void)state;
  refused("x,y,c\n1,2,a\n1,nan,b\n", NULL, RAMP_INVALID_DATA, "line 3, column 2 'y'",
          "'nan' is not a number (NaN)");
  refused("1,2,a\n-inf,2,b\n", NULL, RAMP_INVALID_DATA, "line 2, column 1", "infinite");
  refused("1,2,a\n1,1e999,b\n", NULL, RAMP_INVALID_DATA, "line 2, column 2", "'1e999'");
  refused("1,2,a\n1,1e39,b\n", NULL, RAMP_INVALID_DATA, "line 2, column 2", "too large");
}

static void test_bad_labels(void **state) {
  (void)state;
  refused("1,0.5\n2,NaN\n", NULL, RAMP_INVALID_DATA, "line 2, column 2", "NaN");
  refused("1,a\n2,inf\n", NULL, RAMP_INVALID_DATA, "line 2, column 2", "infinite");
  refused("1,a\n2,\n", NULL, RAMP_INVALID_DATA, "line 2, column 2", "empty");
  refused("1,0.5\n2,half\n", NULL, RAMP_INVALID_DATA, "line 2, column 2", "'half'");
  refused("1,1\n2,two\n", &(ramp_data_options){.task = RAMP_TASK_REGRESSION},
          RAMP_INVALID_DATA, "line 2, column 2", "'two'");
}

static void test_one_class(void **state) {
  (void)state;
  refused("1,a\n2,a\n3,a\n", NULL, RAMP_INVALID_DATA, "column 2", "same class");
  refused("1,7\n2,7.0\n", NULL, RAMP_INVALID_DATA, "column 2", "same class");
  refused("1,0.5\n2,0.5\n", NULL, RAMP_INVALID_DATA, "column 2", "every label is 0.5");
}

static void test_empty(void **state) {
  (void)state;
  refused("", NULL, RAMP_INVALID_DATA, "bad.csv", "is empty");
  refused("\n \r\n\n", NULL, RAMP_INVALID_DATA, "bad.csv", "no row of data");
  refused("\xEF\xBB\xBF", NULL, RAMP_INVALID_DATA, "bad.csv", "no row of data");
  refused("\nx,y,class\n", NULL, RAMP_INVALID_DATA, "line 2", "no row of data");
  refused("1,2,a\n", &(ramp_data_options){.header = 1}, RAMP_INVALID_DATA, "line 1",
          "no row of data");
}

static void test_one_example(void **state) {
  (void)state;
  refused("1,2,0.5\n", NULL, RAMP_INVALID_DATA, "bad.csv", "nothing to learn");
  refused("x,class\n1,2\n", NULL, RAMP_INVALID_DATA, "bad.csv", "takes two");
}

static void test_one_column(void **state) {
  (void)state;
  refused("1\n2\n", NULL, RAMP_INVALID_DATA, "bad.csv", "one column");
  refused("1;2;a\n3;4;b\n", NULL, RAMP_INVALID_DATA, "one column", "semicolons");
  refused("1\t2\ta\n3\t4\tb\n", NULL, RAMP_INVALID_DATA, "one column", "tabs");
}

static void test_label_column(void **state) {
  (void)state;
  const char *headed = "width,class\n1,a\n2,b\n", *bare = "1,a\n2,b\n";
  const char *const none[] = {
      "kind", "0", "3", "-1", "1.5", "", "99999999999999999999999"};
  for (int i = 0; i < 7; i++) {
    ramp_data_options options = {.label = none[i]};
    refused(headed, &options, RAMP_INVALID_OPTION, none[i], "are 'width', 'class', or");
    refused(bare, &options, RAMP_INVALID_OPTION, none[i], "number from 1 to 2");
  }
  refused("x,x\n1,a\n2,b\n", &(ramp_data_options){.label = "x"}, RAMP_INVALID_OPTION,
          "2 columns named 'x'", "by number");
}

/* A thousand columns are not all listed. */
static void test_many_columns(void **state) {
  (void)state;
  char text[16000];
  size_t length = 0;
  for (int i = 0; i < 1000; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "column%d,", i);
  length += (size_t)snprintf(text + length, sizeof text - length, "class\n");
  for (int i = 0; i < 1000; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "%d,", i);
  snprintf(text + length, sizeof text - length, "a\n");
  refused(text, &(ramp_data_options){.label = "kind"}, RAMP_INVALID_OPTION,
          "'column0', 'column1'", ", ..., or a number from 1 to 1001");
}

static void test_quotes(void **state) {
  (void)state;
  refused("1,a\n2,\"b\n3,c\n", NULL, RAMP_INVALID_DATA, "line 2", "never closed");
  refused("1,a\n2,\"b\"c\n", NULL, RAMP_INVALID_DATA, "line 2", "closing quote");
}

static void test_not_text(void **state) {
  (void)state;
  const char *path = scratch_write("zero.csv", "1,a\n2\0,b\n", 9);
  scratch_refused(path, NULL, RAMP_DAMAGED_FILE, "zero.csv", "byte 5 is zero");
  path = scratch_write("idx.csv", "\0\0\10\1\0\0\0\1\5", 9);
  scratch_refused(path, NULL, RAMP_DAMAGED_FILE, "idx.csv", "not a CSV file");
}

static void test_gzip(void **state) {
  (void)state;
  size_t count;
  const char text[] = "1,a\n2,b\n3,a\n";
  unsigned char *bytes =
      scratch_read(scratch_write_gzip("bad.csv.gz", text, strlen(text)), &count);
  scratch_refused(scratch_write("bad.csv.gz", bytes, count - 3), NULL, RAMP_DAMAGED_FILE,
                  "bad.csv.gz", "truncated");
  bytes[count - 7] ^= 1;
  scratch_refused(scratch_write("bad.csv.gz", bytes, count), NULL, RAMP_DAMAGED_FILE,
                  "bad.csv.gz", "incorrect data check");
  scratch_refused(scratch_write_text("bad.csv.gz", text), NULL, RAMP_DAMAGED_FILE,
                  "bad.csv.gz", "not gzip");
  free(bytes);
}

static void test_missing(void **state) {
  (void)state;
  scratch_refused(scratch_path("absent.csv"), NULL, RAMP_CANNOT_OPEN, "absent.csv",
                  "No such file");
  scratch_refused("", NULL, RAMP_CANNOT_OPEN, "''", "spiral");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ragged),
      cmocka_unit_test(test_text_among_numbers),
      cmocka_unit_test(test_text_in_first_row),
      cmocka_unit_test(test_long_text_is_cut),
      cmocka_unit_test(test_not_finite),
      cmocka_unit_test(test_bad_labels),
      cmocka_unit_test(test_one_class),
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_one_example),
      cmocka_unit_test(test_one_column),
      cmocka_unit_test(test_label_column),
      cmocka_unit_test(test_many_columns),
      cmocka_unit_test(test_quotes),
      cmocka_unit_test(test_not_text),
      cmocka_unit_test(test_gzip),
      cmocka_unit_test(test_missing),
  };
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
