/* SPDX-License-Identifier: MIT */
/*
 * Joins a file of images and a file of labels to a data set: a pixel becomes pixel / 255,
 * a label stays itself.
 */
#include "network/data/data_internal.h"
#include <stdlib.h>

/* The training labels decide how many classes there are. */
static ramp_status count_classes(const char *path, const ramp_idx *labels,
                                 size_t *classes) {
  unsigned char least = labels->bytes[0], largest = least;
  for (size_t i = 0; i < labels->examples; i++) {
    if (labels->bytes[i] < least) least = labels->bytes[i];
    if (labels->bytes[i] > largest) largest = labels->bytes[i];
  }
  *classes = (size_t)largest + 1;
  if (least < largest) return RAMP_OK;
  return ramp_fail(
      RAMP_INVALID_DATA,
      "%s knows one class only: every label is %d, and telling classes apart "
      "takes two",
      path, least);
}

static ramp_status check_labels(const char *path, const ramp_idx *labels,
                                size_t classes) {
  for (size_t i = 0; i < labels->examples; i++)
    if (labels->bytes[i] >= classes)
      return ramp_fail(RAMP_INVALID_DATA,
                       "%s, byte %zu: label %d of example %zu is out of range: the "
                       "training labels go from 0 to %zu",
                       path, labels->header + i, labels->bytes[i], i + 1, classes - 1);
  return RAMP_OK;
}

static ramp_status check_counts(const char *images_path, const ramp_idx *images,
                                const char *labels_path, const ramp_idx *labels) {
  if (images->examples == labels->examples) return RAMP_OK;
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s holds %zu images but %s holds %zu labels: each image needs one",
                   images_path, images->examples, labels_path, labels->examples);
}

static void fill(const ramp_idx *images, const ramp_idx *labels, ramp_data *data) {
  float scaled[256];
  for (int i = 0; i < 256; i++)
    scaled[i] = (float)i / 255;
  for (size_t i = 0; i < images->examples * images->size; i++)
    data->x[i] = scaled[images->bytes[i]];
  for (size_t i = 0; i < labels->examples; i++)
    data->label[i] = labels->bytes[i];
}

static ramp_status join(const char *name, const ramp_idx *images, const ramp_idx *labels,
                        size_t classes, ramp_data **data) {
  ramp_status status = ramp_data_create(name, RAMP_CLASSIFICATION, images->examples,
                                        images->size, classes, data);
  if (status == RAMP_OK) fill(images, labels, *data);
  return status;
}

ramp_status ramp_idx_pair(const char *name, const char *images_path,
                          const char *labels_path, size_t classes, ramp_data **data) {
  ramp_idx images, labels;
  ramp_status status = ramp_idx_read(labels_path, RAMP_IDX_LABELS, &labels);
  if (status != RAMP_OK) return status;
  if (classes)
    status = check_labels(labels_path, &labels, classes);
  else
    status = count_classes(labels_path, &labels, &classes);
  if (status == RAMP_OK) {
    status = ramp_idx_read(images_path, RAMP_IDX_IMAGES, &images);
    if (status == RAMP_OK) {
      status = check_counts(images_path, &images, labels_path, &labels);
      if (status == RAMP_OK) status = join(name, &images, &labels, classes, data);
      free(images.bytes);
    }
  }
  free(labels.bytes);
  return status;
}
