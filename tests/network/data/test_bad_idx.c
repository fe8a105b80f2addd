/* SPDX-License-Identifier: MIT */
/* Every way an IDX or gzip file can be wrong: one sentence each, with the file and the
   place. */
#define _GNU_SOURCE /* seteuid with its errors */
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IMAGES "train-images-idx3-ubyte"
#define LABELS "train-labels-idx1-ubyte"
#define TEST_IMAGES "t10k-images-idx3-ubyte"
#define TEST_LABELS "t10k-labels-idx1-ubyte"

static unsigned char file[256];

static size_t images(uint32_t count) {
  return scratch_idx(file, 3, (uint32_t[]){count, 2, 3}, NULL);
}

static size_t labels(const char *numbers) {
  return scratch_idx(file, 1, (uint32_t[]){(uint32_t)strlen(numbers)},
                     (const unsigned char *)numbers);
}

/* A folder "set" in order: 4 training images of labels 1, 2, 1, 2 and 2 test images. */
static int write_set(void **state) {
  (void)state;
  scratch_folder("set");
  scratch_write("set/" IMAGES, file, images(4));
  scratch_write("set/" LABELS, file, labels("\1\2\1\2"));
  scratch_write("set/" TEST_IMAGES, file, images(2));
  scratch_write("set/" TEST_LABELS, file, labels("\2\1"));
  return 0;
}

static void refused(ramp_status status, const char *where, const char *what) {
  scratch_refused(scratch_path("set"), NULL, status, where, what);
}

static void test_in_order(void **state) {
  (void)state;
  ramp_data *train, *test;
  scratch_open(scratch_path("set"), NULL, &train, &test);
  assert_int_equal(train->outputs, 3);
  ramp_data_free(train);
  ramp_data_free(test);
}

static void test_missing(void **state) {
  (void)state;
  scratch_refused(scratch_path("nothing.idx"), NULL, RAMP_CANNOT_OPEN, "nothing.idx",
                  "No such file");
  scratch_delete("set/" LABELS);
  refused(RAMP_CANNOT_OPEN, "/set lacks " LABELS " ", "needs");
  scratch_refused(scratch_path("set/" IMAGES), NULL, RAMP_CANNOT_OPEN, "set/" LABELS,
                  "not there");
  scratch_delete("set/" TEST_IMAGES);
  refused(RAMP_CANNOT_OPEN, LABELS ", " TEST_IMAGES " ", "needs");
}

static void test_folder_without_files(void **state) {
  (void)state;
  scratch_folder("bare.csv");
  scratch_refused(scratch_path("bare.csv"), NULL, RAMP_CANNOT_OPEN, "bare.csv",
                  IMAGES ", " LABELS ", " TEST_IMAGES ", " TEST_LABELS);
}

static void test_folder_for_file(void **state) {
  (void)state;
  scratch_delete("set/" LABELS);
  scratch_folder("set/" LABELS);
  refused(RAMP_CANNOT_OPEN, LABELS, "is a folder");
  scratch_delete("set/" LABELS);
}

static void test_empty_file(void **state) {
  (void)state;
  scratch_write("set/" LABELS, "", 0);
  refused(RAMP_INVALID_DATA, LABELS, "is empty");
  scratch_write("empty", "", 0);
  scratch_refused(scratch_path("empty"), NULL, RAMP_INVALID_DATA, "/empty", "is empty");
  scratch_write_gzip("empty.csv.gz", "", 0);
  scratch_refused(scratch_path("empty.csv.gz"), NULL, RAMP_INVALID_DATA, "/empty.csv.gz",
                  "is empty");
}

static void test_truncated_header(void **state) {
  (void)state;
  for (size_t count = 1; count < 16; count++) {
    images(4);
    scratch_write("set/" IMAGES, file, count);
    char got[40];
    snprintf(got, sizeof got, "%zu of the %d bytes", count, count < 4 ? 4 : 16);
    refused(RAMP_DAMAGED_FILE, IMAGES, got);
  }
}

static void test_truncated_body(void **state) {
  (void)state;
  images(4);
  scratch_write("set/" IMAGES, file, 16 + 4 * 6 - 1);
  refused(RAMP_DAMAGED_FILE, IMAGES, "39 of the 40 bytes");
}

static void test_too_long(void **state) {
  (void)state;
  images(4);
  scratch_write("set/" IMAGES, file, 16 + 4 * 6 + 1);
  refused(RAMP_DAMAGED_FILE, IMAGES, "after the 40 bytes");
}

static void test_not_idx(void **state) {
  (void)state;
  scratch_write_text("set/" IMAGES, "1,2,3\n4,5,6\n");
  refused(RAMP_DAMAGED_FILE, IMAGES, "31 2c 32 2c");
  scratch_write_text("pixels.idx", "1,2,3\n4,5,6\n");
  scratch_refused(scratch_path("pixels.idx"), NULL, RAMP_DAMAGED_FILE, "pixels.idx",
                  "not an IDX file");
}

static void test_other_number_type(void **state) {
  (void)state;
  size_t count = images(4);
  file[2] = 0x0D;
  scratch_write("set/" IMAGES, file, count);
  refused(RAMP_DAMAGED_FILE, IMAGES, "type 0d (byte 2)");
}

static void test_images_and_labels_exchanged(void **state) {
  (void)state;
  scratch_write("set/" IMAGES, file, labels("\1\2\1\2"));
  refused(RAMP_DAMAGED_FILE, IMAGES, "does not hold images");
  scratch_refused(scratch_path("set/" LABELS), NULL, RAMP_DAMAGED_FILE, LABELS,
                  "1 dimension, as labels have");
  scratch_write("set/" LABELS, file, images(4));
  refused(RAMP_DAMAGED_FILE, LABELS, "does not hold labels");
  scratch_write("set/" LABELS, file,
                scratch_idx(file, 5, (uint32_t[]){1, 1, 1, 1, 1}, 0));
  scratch_refused(scratch_path("set/" LABELS), NULL, RAMP_DAMAGED_FILE, LABELS,
                  "5 dimensions");
}

static void test_counts_differ(void **state) {
  (void)state;
  scratch_write("set/" LABELS, file, labels("\1\2\1"));
  refused(RAMP_INVALID_DATA, "holds 4 images", "holds 3 labels");
}

static void test_pixels_differ(void **state) {
  (void)state;
  scratch_write("set/" TEST_IMAGES, file, scratch_idx(file, 2, (uint32_t[]){2, 4}, NULL));
  refused(RAMP_INVALID_DATA, TEST_IMAGES " has images of 4 pixels", "have 6");
}

static void test_label_out_of_range(void **state) {
  (void)state;
  scratch_write("set/" TEST_LABELS, file, labels("\2\3"));
  refused(RAMP_INVALID_DATA, TEST_LABELS ", byte 9: label 3 of example 2", "0 to 2");
}

static void test_one_class(void **state) {
  (void)state;
  scratch_write("set/" LABELS, file, labels("\2\2\2\2"));
  refused(RAMP_INVALID_DATA, LABELS, "every label is 2");
}

static void test_no_examples(void **state) {
  (void)state;
  scratch_write("set/" LABELS, file, labels(""));
  refused(RAMP_INVALID_DATA, LABELS, "0 examples");
  scratch_write("set/" LABELS, file, labels("\1\2\1\2"));
  scratch_write("set/" IMAGES, file, scratch_idx(file, 3, (uint32_t[]){4, 0, 3}, NULL));
  refused(RAMP_INVALID_DATA, IMAGES, "4 examples of 0 bytes");
}

static void test_single_example(void **state) {
  (void)state;
  scratch_write("one-images-idx3-ubyte", file, images(1));
  scratch_write("one-labels-idx1-ubyte", file, labels("\1"));
  scratch_refused(scratch_path("one-images-idx3-ubyte"), NULL, RAMP_INVALID_DATA,
                  "one-labels", "one class");
}

static void test_name_without_images(void **state) {
  (void)state;
  scratch_write("digits.idx", file, images(4));
  scratch_refused(scratch_path("digits.idx"), NULL, RAMP_CANNOT_OPEN, "digits.idx",
                  "\"images\" in its name");
}

/* Headers that promise up to 2^128 bytes, over a file of 40: nothing is reserved for
   them. */
static void test_huge_promises(void **state) {
  (void)state;
  const unsigned char top[4] = {0xFF, 0xFF, 0xFF, 0xFF};
  for (int dimensions = 1; dimensions <= 3; dimensions++) {
    size_t count = images(4);
    for (int i = 0; i < dimensions; i++)
      memcpy(file + 4 + 4 * i, top, 4);
    scratch_write("set/" IMAGES, file, count);
    refused(RAMP_DAMAGED_FILE, IMAGES,
            dimensions > 1 ? "more bytes than any file" : "40 of the ");
  }
  /* 4 images of 2^31 x 2^31 x 4 bytes: the size of one would wrap around to 0. */
  memset(file, 0, sizeof file);
  memcpy(file, (unsigned char[]){0, 0, 8,   4, 0, 0, 0, 4, 128, 0,
                                 0, 0, 128, 0, 0, 0, 0, 0, 0,   4},
         20);
  scratch_write("set/" IMAGES, file, 40);
  refused(RAMP_DAMAGED_FILE, IMAGES, "more bytes than any file");
  memset(file, 0xFF, sizeof file);
  memcpy(file, (unsigned char[]){0, 0, 8, 4}, 4);
  scratch_write("set/" IMAGES, file, 40);
  refused(RAMP_DAMAGED_FILE, IMAGES, "more bytes than any file");
}

static void test_unreadable(void **state) {
  (void)state;
  const char *path = scratch_path("set/" IMAGES);
  assert_int_equal(chmod(path, 0), 0);
  assert_int_equal(chmod(scratch_path("set"), 0711), 0);
  assert_int_equal(chmod(scratch_path("."), 0711), 0);
  int root = geteuid() == 0;
  if (root) assert_int_equal(seteuid(65534), 0);
  ramp_data *train, *test;
  ramp_status status = ramp_data_open(path, NULL, &train, &test);
  if (root) assert_int_equal(seteuid(0), 0);
  assert_int_equal(chmod(path, 0600), 0);
  assert_int_equal(status, RAMP_CANNOT_OPEN);
  assert_non_null(strstr(ramp_error_detail(), IMAGES));
  assert_non_null(strstr(ramp_error_detail(), "denied"));
}

/* ------------------------------------------------------------------ gzip */

/* Replaces the training images by a gzip file; returns its bytes, for the test to damage.
   */
static unsigned char *packed_images(size_t *count) {
  size_t plain = images(4);
  scratch_delete("set/" IMAGES);
  return scratch_read(scratch_write_gzip("set/" IMAGES ".gz", file, plain), count);
}

static void refused_gzip(unsigned char *bytes, size_t count, const char *what) {
  scratch_write("set/" IMAGES ".gz", bytes, count);
  refused(RAMP_DAMAGED_FILE, IMAGES ".gz", what);
  scratch_delete("set/" IMAGES ".gz");
  free(bytes);
}

static void test_gzip_truncated(void **state) {
  (void)state;
  size_t count;
  unsigned char *bytes = packed_images(&count);
  char where[40];
  snprintf(where, sizeof where, "ends at byte %zu", count - 1);
  refused_gzip(bytes, count - 1, where);
}

static void test_gzip_checksum(void **state) {
  (void)state;
  size_t count;
  unsigned char *bytes = packed_images(&count);
  bytes[count - 8] ^= 1;
  refused_gzip(bytes, count, "incorrect data check");
}

static void test_gzip_damaged_body(void **state) {
  (void)state;
  size_t count;
  unsigned char *bytes = packed_images(&count);
  bytes[10] |= 6; /* a deflate block of the reserved type */
  refused_gzip(bytes, count, "invalid block type");
}

static void test_gzip_in_name_only(void **state) {
  (void)state;
  size_t count;
  free(packed_images(&count));
  unsigned char *plain = malloc(64);
  assert_non_null(plain);
  count = images(4);
  memcpy(plain, file, count);
  refused_gzip(plain, count, "named .gz but is not gzip");
}

/* Each test finds the folder in order. */
#define CASE(test) cmocka_unit_test_setup(test, write_set)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_in_order),
      CASE(test_missing),
      CASE(test_folder_without_files),
      CASE(test_folder_for_file),
      CASE(test_empty_file),
      CASE(test_truncated_header),
      CASE(test_truncated_body),
      CASE(test_too_long),
      CASE(test_not_idx),
      CASE(test_other_number_type),
      CASE(test_images_and_labels_exchanged),
      CASE(test_counts_differ),
      CASE(test_pixels_differ),
      CASE(test_label_out_of_range),
      CASE(test_one_class),
      CASE(test_no_examples),
      CASE(test_single_example),
      CASE(test_name_without_images),
      CASE(test_huge_promises),
      CASE(test_unreadable),
      CASE(test_gzip_truncated),
      CASE(test_gzip_checksum),
      CASE(test_gzip_damaged_body),
      CASE(test_gzip_in_name_only),
  };
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
