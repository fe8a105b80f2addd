/* SPDX-License-Identifier: MIT */
/*
 * A data set given by its file of images: the labels lie beside it, under the same name
 * with "labels" for "images" and idx1 for idx3, and so does, for a name that begins with
 * "train", the test part, which begins with "t10k".  Each may be plain or .gz.
 */
#include "network/data/data_internal.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int ramp_idx_named(const char *path) {
  const char *base = ramp_data_base_name(path);
  return strstr(base, "-idx") || strstr(base, ".idx");
}

/* The path with the first `old` of its last part replaced; the same path where there is
   none. */
static char *replaced(const char *path, const char *old, const char *new) {
  const char *at = strstr(ramp_data_base_name(path), old);
  if (!at) return ramp_data_text("%s", path);
  return ramp_data_text("%.*s%s%s", (int)(at - path), path, new, at + strlen(old));
}

static char *labels_name(const char *images) {
  static const char *const old[] = {"idx2", "idx3", "idx4"};
  char *name = replaced(images, "images", "labels");
  for (int i = 0; name && i < 3; i++) {
    char *next = replaced(name, old[i], "idx1");
    free(name);
    name = next;
  }
  return name;
}

/* Takes *path, and where no such file is the path with .gz added or removed, if that one
   is. Returns whether there is a file. */
static ramp_status settle_gzip(char **path, int *there) {
  if (!*path) return ramp_data_no_memory("a file of images");
  *there = access(*path, F_OK) == 0;
  if (*there) return RAMP_OK;
  size_t length = strlen(*path);
  int gzip = length > 3 && strcmp(*path + length - 3, ".gz") == 0;
  char *other = gzip ? ramp_data_text("%.*s", (int)(length - 3), *path)
                     : ramp_data_text("%s.gz", *path);
  if (!other) return ramp_data_no_memory(*path);
  *there = access(other, F_OK) == 0;
  char *unused = *there ? *path : other;
  if (*there) *path = other;
  free(unused);
  return RAMP_OK;
}

static ramp_status find_labels(const char *images, char **labels) {
  int there;
  *labels = labels_name(images);
  ramp_status status = settle_gzip(labels, &there);
  if (status != RAMP_OK || there) return status;
  return ramp_fail(RAMP_CANNOT_OPEN,
                   "the labels of %s are looked for in %s (plain or .gz), which is not "
                   "there",
                   images, *labels);
}

/* Leaves the test paths null where the name or the folder has no test images. */
static ramp_status find_test(char *path[RAMP_IDX_FILES]) {
  const char *images = path[RAMP_IDX_TRAIN_IMAGES];
  int there;
  if (strncmp(ramp_data_base_name(images), "train", 5) != 0) return RAMP_OK;
  path[RAMP_IDX_TEST_IMAGES] = replaced(images, "train", "t10k");
  ramp_status status = settle_gzip(&path[RAMP_IDX_TEST_IMAGES], &there);
  if (status != RAMP_OK) return status;
  if (there) return find_labels(path[RAMP_IDX_TEST_IMAGES], &path[RAMP_IDX_TEST_LABELS]);
  free(path[RAMP_IDX_TEST_IMAGES]);
  path[RAMP_IDX_TEST_IMAGES] = NULL;
  return RAMP_OK;
}

static ramp_status find_beside(const char *images, char *path[RAMP_IDX_FILES]) {
  if (!strstr(ramp_data_base_name(images), "images"))
    return ramp_fail(RAMP_CANNOT_OPEN,
                     "the labels of %s cannot be found: a file of IDX images needs "
                     "\"images\" in its name, and labels beside it with \"labels\" there",
                     images);
  path[RAMP_IDX_TRAIN_IMAGES] = ramp_data_text("%s", images);
  if (!path[RAMP_IDX_TRAIN_IMAGES]) return ramp_data_no_memory(images);
  ramp_status status = find_labels(images, &path[RAMP_IDX_TRAIN_LABELS]);
  return status == RAMP_OK ? find_test(path) : status;
}

static ramp_status open_and_split(const char *name, char *const path[RAMP_IDX_FILES],
                                  const ramp_data_options *options, ramp_data **train,
                                  ramp_data **test) {
  ramp_data *whole;
  unsigned char *in_test;
  const char *images = path[RAMP_IDX_TRAIN_IMAGES];
  ramp_status status =
      ramp_idx_pair(name, images, path[RAMP_IDX_TRAIN_LABELS], 0, &whole);
  if (status != RAMP_OK) return status;
  status = ramp_split_choose(images, whole->examples, options, &in_test);
  if (status == RAMP_OK) {
    status = ramp_split_apply(whole, in_test, train, test);
    free(in_test);
  }
  ramp_data_free(whole);
  return status;
}

ramp_status ramp_idx_open_images(const char *images, const ramp_data_options *options,
                                 ramp_data **train, ramp_data **test) {
  char *path[RAMP_IDX_FILES] = {NULL};
  const char *name = ramp_data_base_name(images);
  ramp_status status = ramp_idx_check_images(images);
  if (status == RAMP_OK) status = find_beside(images, path);
  if (status == RAMP_OK && path[RAMP_IDX_TEST_IMAGES])
    status = ramp_idx_open_pairs(name, path, train, test);
  else if (status == RAMP_OK)
    status = open_and_split(name, path, options, train, test);
  ramp_idx_free_paths(path);
  return status;
}
