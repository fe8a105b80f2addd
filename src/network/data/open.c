/* SPDX-License-Identifier: MIT */
/*
 * ramp_data_open(): which of the formats a name means.  A file is IDX by its first byte,
 * which is 0 and which no CSV file begins with, or by its name; everything else is CSV.
 */
#include "network/data/data_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char fashion[] = "fashion-mnist";
static const char *const fashion_classes[] = {
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};
enum { FASHION_CLASSES = 10 };

/* ------------------------------------------------------------------ fashion-mnist */

static char *fashion_folder(void) {
  const char *parent = getenv("RAMP_DATASETS");
  return ramp_data_text("%s/%s", parent && *parent ? parent : "/usr/share/datasets",
                        fashion);
}

int ramp_data_fashion_mnist_found(void) {
  char *folder = fashion_folder();
  int found = folder && ramp_idx_folder_complete(folder);
  free(folder);
  return found;
}

static ramp_status name_fashion(ramp_data *data) {
  if (data->outputs != FASHION_CLASSES) return RAMP_OK;
  return ramp_data_name_classes(data, (char *const *)fashion_classes);
}

static ramp_status open_fashion_folder(const char *folder, ramp_data **train,
                                       ramp_data **test) {
  ramp_data *first, *second;
  ramp_status status = ramp_idx_open_folder(fashion, folder, &first, &second);
  if (status != RAMP_OK) return status;
  status = name_fashion(first);
  if (status == RAMP_OK) status = name_fashion(second);
  if (status == RAMP_OK) {
    *train = first;
    *test = second;
    return RAMP_OK;
  }
  ramp_data_free(first);
  ramp_data_free(second);
  return status;
}

static ramp_status open_fashion(ramp_data **train, ramp_data **test) {
  struct stat about;
  char *folder = fashion_folder();
  if (!folder) return ramp_data_no_memory(fashion);
  ramp_status status =
      stat(folder, &about) == 0
          ? open_fashion_folder(folder, train, test)
          : ramp_fail(RAMP_CANNOT_OPEN,
                      "%s is not in %s: install the package dataset-fashion-mnist, or "
                      "let the environment variable RAMP_DATASETS name the folder above "
                      "it",
                      fashion, folder);
  free(folder);
  return status;
}

/* ------------------------------------------------------------------ folders and files */

static ramp_status open_folder(const char *path, ramp_data **train, ramp_data **test) {
  char *folder = ramp_data_text("%s", path);
  if (!folder) return ramp_data_no_memory(path);
  for (size_t end = strlen(folder); end > 1 && folder[end - 1] == '/'; end--)
    folder[end - 1] = 0;
  ramp_status status =
      ramp_idx_open_folder(ramp_data_base_name(folder), folder, train, test);
  free(folder);
  return status;
}

static int named_csv(const char *path) {
  const char *at = strstr(ramp_data_base_name(path), ".csv");
  return at && (!at[4] || strcmp(at + 4, ".gz") == 0);
}

static ramp_status open_file(const char *path, const ramp_data_options *options,
                             ramp_data **train, ramp_data **test) {
  ramp_source source;
  ramp_status status = ramp_source_open(path, &source);
  if (status != RAMP_OK) return status;
  int idx = !named_csv(path) && (source.first == 0 || ramp_idx_named(path));
  if (!idx) status = ramp_csv_open(&source, options, train, test);
  ramp_source_close(&source);
  return idx ? ramp_idx_open_images(path, options, train, test) : status;
}

static ramp_status open_path(const char *path, const ramp_data_options *options,
                             ramp_data **train, ramp_data **test) {
  struct stat about;
  if (stat(path, &about) == 0)
    return S_ISDIR(about.st_mode) ? open_folder(path, train, test)
                                  : open_file(path, options, train, test);
  if (errno == ENOENT && !strchr(path, '/') && !strchr(path, '.'))
    return ramp_fail(
        RAMP_CANNOT_OPEN,
        "there is no data set '%s': it is neither a file or folder nor one of "
        "xor, moons, spiral, sine, fashion-mnist",
        path);
  return ramp_fail(RAMP_CANNOT_OPEN, "%s cannot be opened: %s", path, strerror(errno));
}

/* ------------------------------------------------------------------ the public call */

static ramp_status check_options(const ramp_data_options *options) {
  double share = options->test_share;
  if (!(share >= 0 && share < 1))
    return ramp_fail(RAMP_INVALID_OPTION,
                     "the test share %g is out of range: it is at least 0 (for the usual "
                     "0.2) and below 1",
                     share);
  if (options->header < -1 || options->header > 1)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "the header option %d is out of range: it is 1, 0 or -1",
                     options->header);
  if (options->task < RAMP_TASK_AUTO || options->task > RAMP_TASK_REGRESSION)
    return ramp_fail(RAMP_INVALID_OPTION, "the task %d is none of ramp_task_choice",
                     (int)options->task);
  return RAMP_OK;
}

ramp_status ramp_data_open(const char *name, const ramp_data_options *options,
                           ramp_data **train, ramp_data **test) {
  static const ramp_data_options defaults = {0};
  if (train) *train = NULL;
  if (test) *test = NULL;
  if (!name || !train || !test)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_data_open needs a name and two places for the data sets");
  if (!options) options = &defaults;
  ramp_status status = check_options(options);
  if (status != RAMP_OK) return status;
  if (ramp_generated_named(name)) return ramp_generated_open(name, options, train, test);
  if (strcmp(name, fashion) == 0) return open_fashion(train, test);
  return open_path(name, options, train, test);
}
