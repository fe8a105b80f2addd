/* SPDX-License-Identifier: MIT */
/*
 * Small files cut off at every byte and with every bit turned: each opens to data that
 * keep their promises or is refused in a sentence; no cut of a file with a length or a
 * checksum opens.
 */
#include "scratch.h"

#include <stdlib.h>
#include <string.h>

typedef struct victim {
  const char *name, *open; /* the file that is damaged, and what is opened */
  unsigned char *bytes;
  size_t count;
} victim;

/* Opens; returns whether it went well. */
static int opens(const victim *v) {
  ramp_data *train, *test;
  ramp_status status = ramp_data_open(scratch_path(v->open), NULL, &train, &test);
  if (status == RAMP_OK) {
    scratch_check(train);
    scratch_check(test);
  } else {
    assert_true(status == RAMP_DAMAGED_FILE || status == RAMP_INVALID_DATA);
    assert_non_null(strstr(ramp_error_detail(), v->name));
    assert_null(train);
    assert_null(test);
  }
  ramp_data_free(train);
  ramp_data_free(test);
  return status == RAMP_OK;
}

static size_t cuts_that_open(const victim *v) {
  size_t good = 0;
  for (size_t count = 0; count < v->count; count++) {
    scratch_write(v->name, v->bytes, count);
    good += (size_t)opens(v);
  }
  return good;
}

static size_t turns_that_open(const victim *v) {
  size_t good = 0;
  for (size_t bit = 0; bit < 8 * v->count; bit++) {
    v->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    scratch_write(v->name, v->bytes, v->count);
    good += (size_t)opens(v);
    v->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  scratch_write(v->name, v->bytes, v->count);
  assert_true(opens(v));
  return good;
}

/* Ten images of 2 x 2 with labels 0, 1, 2, 0, ...: the file of images or of labels. */
static size_t make_idx(unsigned char *file, int labels) {
  unsigned char number[10];
  for (int i = 0; i < 10; i++)
    number[i] = (unsigned char)(i % 3);
  return labels ? scratch_idx(file, 1, (uint32_t[]){10}, number)
                : scratch_idx(file, 3, (uint32_t[]){10, 2, 2}, NULL);
}

/* The header's 16 bytes are fixed to the last bit, the 40 pixels may be anything. */
static void test_idx_images(void **state) {
  (void)state;
  unsigned char file[128];
  scratch_write("my-labels-idx1-ubyte", file, make_idx(file, 1));
  victim v = {"my-images-idx3-ubyte", "my-images-idx3-ubyte", file, make_idx(file, 0)};
  assert_int_equal(cuts_that_open(&v), 0);
  assert_int_equal(turns_that_open(&v), 8 * 40);
}

/* Any bit of a label may turn here: there is always more than one class. */
static void test_idx_labels(void **state) {
  (void)state;
  unsigned char file[128];
  scratch_write("my-images-idx3-ubyte", file, make_idx(file, 0));
  victim v = {"my-labels-idx1-ubyte", "my-images-idx3-ubyte", file, make_idx(file, 1)};
  assert_int_equal(cuts_that_open(&v), 0);
  assert_int_equal(turns_that_open(&v), 8 * 10);
}

/* In gzip only the header has bits that mean nothing here: time, flags, system; 10 bytes.
   */
static void test_gzip(void **state) {
  (void)state;
  unsigned char file[128];
  scratch_write("packed-labels-idx1-ubyte", file, make_idx(file, 1));
  size_t count = make_idx(file, 0);
  victim v = {"packed-images-idx3-ubyte.gz", "packed-images-idx3-ubyte.gz", NULL, 0};
  v.bytes = scratch_read(scratch_write_gzip(v.name, file, count), &v.count);
  assert_int_equal(cuts_that_open(&v), 0);
  assert_in_range(turns_that_open(&v), 1, 8 * 8);
  free(v.bytes);
}

static void test_csv(void **state) {
  (void)state;
  char text[] =
      "width,\"the height\",class\r\n1.5,-2,\"a,\"\"b\"\r\n3e2,4,c\r\n5,6, d \r\n"
      "7,8,c\r\n";
  victim v = {"cut.csv", "cut.csv", (unsigned char *)text, strlen(text)};
  assert_in_range(cuts_that_open(&v), 1, v.count);
  assert_in_range(turns_that_open(&v), 1, 8 * v.count);
}

static void test_csv_gzip(void **state) {
  (void)state;
  const char text[] = "1,2,a\n3,4,b\n5,6,a\n7,8,b\n";
  victim v = {"cut.csv.gz", "cut.csv.gz", NULL, 0};
  v.bytes = scratch_read(scratch_write_gzip(v.name, text, strlen(text)), &v.count);
  assert_int_equal(cuts_that_open(&v), 0);
  assert_in_range(turns_that_open(&v), 1, 8 * 8);
  free(v.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_idx_images), cmocka_unit_test(test_idx_labels),
      cmocka_unit_test(test_gzip),       cmocka_unit_test(test_csv),
      cmocka_unit_test(test_csv_gzip),
  };
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
