/* SPDX-License-Identifier: MIT */
/*
 * A data set in a folder of four IDX files, found by the names MNIST gave them:
 * train-images-idx3-ubyte and train-labels-idx1-ubyte, and the same with t10k for the
 * test part; a dot may stand for the dash before idx, the digit may be another, and .gz
 * may follow.
 */
#include "network/data/data_internal.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const stems[RAMP_IDX_FILES] = {"train-images", "train-labels",
                                                  "t10k-images", "t10k-labels"};
static const char *const usual[RAMP_IDX_FILES] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"};

/* *path becomes null when there is no such file. */
static ramp_status keep_if_there(char **path) {
  if (!*path) return ramp_data_no_memory("a folder of IDX files");
  if (access(*path, F_OK) != 0) {
    free(*path);
    *path = NULL;
  }
  return RAMP_OK;
}

static ramp_status find_stem(const char *folder, const char *stem, char **path) {
  static const char dashes[] = "-.", digits[] = "3124";
  static const char *const ends[] = {"", ".gz"};
  *path = NULL;
  for (int i = 0; i < 2 * 4 * 2 && !*path; i++) {
    *path = ramp_data_text("%s/%s%cidx%c-ubyte%s", folder, stem, dashes[i / 8],
                           digits[i / 2 % 4], ends[i % 2]);
    ramp_status status = keep_if_there(path);
    if (status != RAMP_OK) return status;
  }
  return RAMP_OK;
}

void ramp_idx_free_paths(char *path[RAMP_IDX_FILES]) {
  for (int i = 0; i < RAMP_IDX_FILES; i++)
    free(path[i]);
}

static ramp_status find_all(const char *folder, char *path[RAMP_IDX_FILES]) {
  memset(path, 0, RAMP_IDX_FILES * sizeof *path);
  for (int i = 0; i < RAMP_IDX_FILES; i++) {
    ramp_status status = find_stem(folder, stems[i], &path[i]);
    if (status == RAMP_OK) continue;
    ramp_idx_free_paths(path);
    return status;
  }
  return RAMP_OK;
}

static ramp_status check_missing(const char *folder, char *const path[RAMP_IDX_FILES]) {
  char missing[160] = "";
  for (int i = 0; i < RAMP_IDX_FILES; i++) {
    if (path[i]) continue;
    if (missing[0]) strcat(missing, ", ");
    strcat(missing, usual[i]);
  }
  if (!missing[0]) return RAMP_OK;
  return ramp_fail(RAMP_CANNOT_OPEN,
                   "the folder %s lacks %s (plain or .gz), which a data set in a folder "
                   "needs",
                   folder, missing);
}

static ramp_status check_same_inputs(const ramp_data *train, const ramp_data *test,
                                     const char *path) {
  if (train->inputs == test->inputs) return RAMP_OK;
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s has images of %zu pixels, but the training images have %zu", path,
                   test->inputs, train->inputs);
}

ramp_status ramp_idx_open_pairs(const char *name, char *const path[RAMP_IDX_FILES],
                                ramp_data **train, ramp_data **test) {
  ramp_data *first, *second;
  ramp_status status = ramp_idx_pair(name, path[RAMP_IDX_TRAIN_IMAGES],
                                     path[RAMP_IDX_TRAIN_LABELS], 0, &first);
  if (status != RAMP_OK) return status;
  status = ramp_idx_pair(name, path[RAMP_IDX_TEST_IMAGES], path[RAMP_IDX_TEST_LABELS],
                         first->outputs, &second);
  if (status == RAMP_OK) {
    status = check_same_inputs(first, second, path[RAMP_IDX_TEST_IMAGES]);
    if (status == RAMP_OK) {
      *train = first;
      *test = second;
      return RAMP_OK;
    }
    ramp_data_free(second);
  }
  ramp_data_free(first);
  return status;
}

ramp_status ramp_idx_open_folder(const char *name, const char *folder, ramp_data **train,
                                 ramp_data **test) {
  char *path[RAMP_IDX_FILES];
  ramp_status status = find_all(folder, path);
  if (status != RAMP_OK) return status;
  status = check_missing(folder, path);
  if (status == RAMP_OK) status = ramp_idx_open_pairs(name, path, train, test);
  ramp_idx_free_paths(path);
  return status;
}

int ramp_idx_folder_complete(const char *folder) {
  char *path[RAMP_IDX_FILES];
  int complete = 1;
  if (find_all(folder, path) != RAMP_OK) return 0;
  for (int i = 0; i < RAMP_IDX_FILES; i++)
    complete &= path[i] && access(path[i], R_OK) == 0;
  ramp_idx_free_paths(path);
  return complete;
}
