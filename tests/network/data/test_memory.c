/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out at the first, the second, ... allocation of a call, until the call
 * gets through: each time it reports so, and the leak checker of a sanitized build sees
 * that everything was released.  Linked with --wrap, so that the library's allocations
 * come here.
 */
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocations that still succeed; negative: all. */
static long left = -1;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static int refuse(void) { return left == 0 || (left > 0 && left-- == 0); }

void *__wrap_malloc(size_t size) { return refuse() ? NULL : __real_malloc(size); }

void *__wrap_realloc(void *old, size_t size) {
  return refuse() ? NULL : __real_realloc(old, size);
}

/* Returns how many allocations the call takes. */
static long starve(const char *name, const ramp_data_options *options) {
  for (long allocations = 0;; allocations++) {
    ramp_data *train, *test;
    left = allocations;
    ramp_status status = ramp_data_open(name, options, &train, &test);
    left = -1;
    ramp_data_free(train);
    ramp_data_free(test);
    if (status == RAMP_OK) return allocations;
    assert_int_equal(status, RAMP_OUT_OF_MEMORY);
    assert_non_null(strstr(ramp_error_detail(), "memory"));
    assert_null(train);
    assert_null(test);
  }
}

static void test_generated(void **state) {
  (void)state;
  assert_true(starve("spiral", NULL) >= 13);
  assert_true(starve("sine", NULL) >= 13);
}

/* Enough rows that arrays have to grow. */
static void write_csv(char *text, size_t room, const char *label) {
  size_t length = (size_t)snprintf(text, room, "x,y,label\n");
  for (int i = 0; i < 600; i++)
    length += (size_t)snprintf(text + length, room - length, "%d,%d,%s%d\n", i, i * i % 7,
                               label, i % 5);
}

static void test_csv(void **state) {
  (void)state;
  static char text[16000];
  write_csv(text, sizeof text, "class");
  const char *path = scratch_write_text("text.csv", text);
  assert_true(starve(path, NULL) >= 30);
  write_csv(text, sizeof text, "");
  path = scratch_write_text("whole.csv", text);
  assert_true(starve(path, NULL) >= 30);
  assert_true(starve(path, &(ramp_data_options){.task = RAMP_TASK_REGRESSION}) >= 20);
}

static void test_idx(void **state) {
  (void)state;
  unsigned char file[256], label[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const char *const parts[] = {"train", "t10k"};
  setenv("RAMP_DATASETS", scratch_path("."), 1);
  scratch_folder("fashion-mnist");
  for (int i = 0; i < 2; i++) {
    char name[64];
    snprintf(name, sizeof name, "fashion-mnist/%s-images-idx3-ubyte", parts[i]);
    scratch_write(name, file, scratch_idx(file, 3, (uint32_t[]){10, 2, 2}, NULL));
    snprintf(name, sizeof name, "fashion-mnist/%s-labels-idx1-ubyte", parts[i]);
    scratch_write(name, file, scratch_idx(file, 1, (uint32_t[]){10}, label));
  }
  assert_true(starve("fashion-mnist", NULL) >= 40);
  assert_true(starve(scratch_path("fashion-mnist/t10k-images-idx3-ubyte"), NULL) >= 18);
  assert_true(starve(scratch_path("fashion-mnist/train-images-idx3-ubyte"), NULL) >= 18);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_generated),
      cmocka_unit_test(test_csv),
      cmocka_unit_test(test_idx),
  };
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
