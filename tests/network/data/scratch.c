/* SPDX-License-Identifier: MIT */
/* Files for the tests of data sets; knows nothing of how they are read. */
#define _XOPEN_SOURCE 700
#include "scratch.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[] = "/tmp/ramp-data-XXXXXX";

int scratch_make(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind,
                      struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

int scratch_remove(void **state) {
  (void)state;
  return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_path(const char *name) {
  static char paths[8][256];
  static int turn;
  char *path = paths[turn++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

const char *scratch_write(const char *name, const void *bytes, size_t count) {
  const char *path = scratch_path(name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, count, file), count);
  assert_int_equal(fclose(file), 0);
  return path;
}

const char *scratch_write_text(const char *name, const char *text) {
  return scratch_write(name, text, strlen(text));
}

const char *scratch_write_gzip(const char *name, const void *bytes, size_t count) {
  const char *path = scratch_path(name);
  gzFile file = gzopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(gzwrite(file, bytes, (unsigned)count), count);
  assert_int_equal(gzclose(file), Z_OK);
  return path;
}

const char *scratch_folder(const char *name) {
  const char *path = scratch_path(name);
  mkdir(path, 0700);
  return path;
}

void scratch_delete(const char *name) { assert_int_equal(remove(scratch_path(name)), 0); }

unsigned char *scratch_read(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  *count = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*count + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, *count, file), *count);
  fclose(file);
  return bytes;
}

size_t scratch_idx(unsigned char *file, int dimensions, const uint32_t *dimension,
                   const unsigned char *numbers) {
  size_t length = 4, count = 1;
  memcpy(file, (unsigned char[]){0, 0, 8, (unsigned char)dimensions}, 4);
  for (int i = 0; i < dimensions; i++) {
    for (int shift = 24; shift >= 0; shift -= 8)
      file[length++] = (unsigned char)(dimension[i] >> shift);
    count *= dimension[i];
  }
  for (size_t i = 0; i < count; i++)
    file[length++] = numbers ? numbers[i] : (unsigned char)i;
  return length;
}

void scratch_open(const char *name, const ramp_data_options *options, ramp_data **train,
                  ramp_data **test) {
  ramp_status status = ramp_data_open(name, options, train, test);
  if (status != RAMP_OK) fail_msg("%s: %s", name, ramp_error_detail());
  scratch_check(*train);
  scratch_check(*test);
}

void scratch_check(const ramp_data *data) {
  assert_true(data->examples > 0 && data->inputs > 0 && data->outputs > 0);
  for (size_t i = 0; i < data->examples * data->inputs; i++)
    assert_true(isfinite(data->x[i]));
  assert_int_equal(data->task == RAMP_CLASSIFICATION, data->label != NULL);
  assert_int_equal(data->task == RAMP_REGRESSION, data->target != NULL);
  for (size_t i = 0; i < data->examples; i++)
    if (data->label)
      assert_true(data->label[i] >= 0 && (size_t)data->label[i] < data->outputs);
    else
      assert_true(isfinite(data->target[i]));
}

static void contains(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("\"%s\" does not say \"%s\"", text, part);
}

void scratch_refused(const char *name, const ramp_data_options *options,
                     ramp_status status, const char *where, const char *what) {
  ramp_data *train = (ramp_data *)&train, *test = (ramp_data *)&test;
  ramp_status got = ramp_data_open(name, options, &train, &test);
  const char *detail = ramp_error_detail();
  if (got != status) fail_msg("%s: status %d: %s", name, got, detail);
  assert_null(train);
  assert_null(test);
  contains(detail, where);
  contains(detail, what);
  assert_null(strchr(detail, '\n'));
  assert_int_not_equal(detail[strlen(detail) - 1], '.');
}
