/* SPDX-License-Identifier: MIT */
/* IDX files that are in order: plain and gzip, folders, single files, Fashion-MNIST. */
#include "scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char train_labels[] = {0, 1, 2, 1, 2}, test_labels[] = {2, 0};

/* Five training images of 2 x 3, two test images: pixels count up from 0, or down from
   255. */
static void write_folder(const char *folder, const char *form,
                         const char *(*write)(const char *, const void *, size_t)) {
  unsigned char file[128], down[12];
  char name[96];
  const char *part[] = {"train", "t10k"};
  for (int i = 0; i < 12; i++)
    down[i] = (unsigned char)(255 - i);
  for (int test = 0; test < 2; test++) {
    uint32_t dimension[] = {test ? 2 : 5, 2, 3};
    size_t count = scratch_idx(file, 3, dimension, test ? down : NULL);
    snprintf(name, sizeof name, form, folder, part[test], "images", 3);
    write(name, file, count);
    count = scratch_idx(file, 1, dimension, test ? test_labels : train_labels);
    snprintf(name, sizeof name, form, folder, part[test], "labels", 1);
    write(name, file, count);
  }
}

static void check_folder(const char *path, const char *name) {
  ramp_data *train, *test;
  scratch_open(path, NULL, &train, &test);
  assert_string_equal(train->name, name);
  assert_string_equal(test->name, name);
  assert_int_equal(train->task, RAMP_CLASSIFICATION);
  assert_int_equal(train->examples, 5);
  assert_int_equal(test->examples, 2);
  assert_int_equal(train->inputs, 6);
  assert_int_equal(test->inputs, 6);
  assert_int_equal(train->outputs, 3);
  assert_int_equal(test->outputs, 3);
  assert_null(train->classes);
  for (int i = 0; i < 30; i++)
    assert_true(train->x[i] == (float)(i / 255.0));
  for (int i = 0; i < 12; i++)
    assert_true(test->x[i] == (float)((255 - i) / 255.0));
  for (int i = 0; i < 5; i++)
    assert_int_equal(train->label[i], train_labels[i]);
  for (int i = 0; i < 2; i++)
    assert_int_equal(test->label[i], test_labels[i]);
  ramp_data_free(train);
  ramp_data_free(test);
}

static void test_folder(void **state) {
  (void)state;
  scratch_folder("plain");
  write_folder("plain", "%s/%s-%s-idx%d-ubyte", scratch_write);
  check_folder(scratch_path("plain"), "plain");
  check_folder(scratch_path("plain//"), "plain");
  scratch_folder("packed");
  write_folder("packed", "%s/%s-%s-idx%d-ubyte.gz", scratch_write_gzip);
  check_folder(scratch_path("packed"), "packed");
  scratch_folder("dotted");
  write_folder("dotted", "%s/%s-%s.idx%d-ubyte", scratch_write);
  check_folder(scratch_path("dotted"), "dotted");
}

/* The images file alone finds the three others. */
static void test_images_file(void **state) {
  (void)state;
  check_folder(scratch_path("plain/train-images-idx3-ubyte"), "train-images-idx3-ubyte");
  check_folder(scratch_path("packed/train-images-idx3-ubyte.gz"),
               "train-images-idx3-ubyte.gz");
  check_folder(scratch_path("dotted/train-images.idx3-ubyte"), "train-images.idx3-ubyte");
}

static void test_mixed_compression(void **state) {
  (void)state;
  unsigned char file[32];
  scratch_folder("mixed");
  write_folder("mixed", "%s/%s-%s-idx%d-ubyte.gz", scratch_write_gzip);
  scratch_delete("mixed/train-labels-idx1-ubyte.gz");
  size_t count = scratch_idx(file, 1, (uint32_t[]){5}, train_labels);
  scratch_write("mixed/train-labels-idx1-ubyte", file, count);
  check_folder(scratch_path("mixed"), "mixed");
  check_folder(scratch_path("mixed/train-images-idx3-ubyte.gz"),
               "train-images-idx3-ubyte.gz");
}

/* Writes `dimensions` of images, 10 of 6 pixels each, with labels i mod 3. */
static const char *write_single(int dimensions) {
  unsigned char file[128], labels[10];
  char name[64];
  const uint32_t shapes[3][4] = {{10, 6}, {10, 2, 3}, {10, 1, 3, 2}};
  for (int i = 0; i < 10; i++)
    labels[i] = (unsigned char)(i % 3);
  size_t count = scratch_idx(file, 1, (uint32_t[]){10}, labels);
  scratch_write("my-labels-idx1-ubyte", file, count);
  snprintf(name, sizeof name, "my-images-idx%d-ubyte", dimensions);
  count = scratch_idx(file, dimensions, shapes[dimensions - 2], NULL);
  return scratch_write(name, file, count);
}

/* Images stay with their labels, and every one is in exactly one part. */
static void check_parts(const ramp_data *train, const ramp_data *test) {
  int seen[10] = {0};
  const ramp_data *part[] = {train, test};
  for (int p = 0; p < 2; p++)
    for (size_t i = 0; i < part[p]->examples; i++) {
      int image = (int)lroundf(part[p]->x[6 * i] * 255) / 6;
      assert_int_equal(part[p]->label[i], image % 3);
      assert_int_equal(seen[image]++, 0);
    }
  assert_int_equal(train->examples + test->examples, 10);
}

static void test_dimensions_and_split(void **state) {
  (void)state;
  for (int dimensions = 2; dimensions <= 4; dimensions++) {
    ramp_data *train, *test;
    ramp_data_options options = {.test_share = 0.3, .seed = (uint64_t)dimensions};
    scratch_open(write_single(dimensions), &options, &train, &test);
    assert_int_equal(train->inputs, 6);
    assert_int_equal(test->examples, 3);
    check_parts(train, test);
    ramp_data_free(train);
    ramp_data_free(test);
  }
}

/* Facts on Fashion-MNIST from outside: 6000 and 1000 images per class, and the first
   labels; the sum of all pixels was counted with `gzip -dc | tail -c +17` and a loop over
   bytes. */
static void check_fashion(const ramp_data *data, size_t examples, double pixel_sum) {
  size_t per_class[10] = {0};
  double sum = 0;
  assert_int_equal(data->examples, examples);
  assert_int_equal(data->inputs, 784);
  assert_int_equal(data->outputs, 10);
  for (size_t i = 0; i < examples; i++)
    per_class[data->label[i]]++;
  for (int i = 0; i < 10; i++)
    assert_int_equal(per_class[i], examples / 10);
  for (size_t i = 0; i < examples * 784; i++)
    sum += round(data->x[i] * 255.0);
  assert_true(sum == pixel_sum);
  assert_string_equal(data->name, "fashion-mnist");
  assert_string_equal(data->classes[0], "T-shirt/top");
  assert_string_equal(data->classes[9], "ankle boot");
}

static void test_fashion_mnist(void **state) {
  (void)state;
  ramp_data *train, *test;
  unsetenv("RAMP_DATASETS");
  if (!ramp_data_fashion_mnist_found()) skip();
  scratch_open("fashion-mnist", NULL, &train, &test);
  check_fashion(train, 60000, 3431114169);
  check_fashion(test, 10000, 573469082);
  assert_int_equal(train->label[0], 9);
  assert_int_equal(test->label[0], 9);
  assert_int_equal(test->label[1], 2);
  ramp_data_free(train);
  ramp_data_free(test);
}

static void test_datasets_variable(void **state) {
  (void)state;
  scratch_folder("fashion-mnist");
  setenv("RAMP_DATASETS", scratch_path("."), 1);
  assert_int_equal(ramp_data_fashion_mnist_found(), 0);
  write_folder("fashion-mnist", "%s/%s-%s-idx%d-ubyte", scratch_write);
  assert_int_equal(ramp_data_fashion_mnist_found(), 1);
  check_folder("fashion-mnist", "fashion-mnist");
  setenv("RAMP_DATASETS", scratch_path("nowhere"), 1);
  assert_int_equal(ramp_data_fashion_mnist_found(), 0);
  scratch_refused("fashion-mnist", NULL, RAMP_CANNOT_OPEN, "nowhere/fashion-mnist",
                  "RAMP_DATASETS");
  unsetenv("RAMP_DATASETS");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_folder),
      cmocka_unit_test(test_images_file),
      cmocka_unit_test(test_mixed_compression),
      cmocka_unit_test(test_dimensions_and_split),
      cmocka_unit_test(test_fashion_mnist),
      cmocka_unit_test(test_datasets_variable),
  };
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
