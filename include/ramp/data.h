/* SPDX-License-Identifier: MIT */
/*
 * data.h: data sets for training, read whole into memory.
 *
 *     ramp_data *train, *test;
 *     if (ramp_data_open("fashion-mnist", NULL, &train, &test) != RAMP_OK)
 *       fprintf(stderr, "%s\n", ramp_error_detail());
 *
 * What `name` may be, first match counts:
 *   xor, moons, spiral, sine   generated (sine is a regression, the others
 *                              classifications)
 *   fashion-mnist              the files of Debian's package dataset-fashion-mnist,
 *                              looked for in /usr/share/datasets/fashion-mnist, or in
 *                              fashion-mnist under the folder that the environment
 *                              variable RAMP_DATASETS names
 *   a folder                   with train-images-idx3-ubyte, train-labels-idx1-ubyte
 *                              and the two t10k files, plain or .gz, the names that
 *                              MNIST and its kin use (a dot may stand before idx)
 *   a file                     IDX images (labels beside it, by the same naming), or CSV
 *
 * Any file may be gzip; one that is named .gz must be.
 *
 * IDX: images of 2 to 4 dimensions of unsigned bytes, flattened, pixels scaled to [0, 1].
 * There are as many classes as the largest training label says, plus one; a test label
 * beyond is an error.  A file named train-... takes the t10k pair beside it as test part;
 * where there is none, or the name is another, the seed chooses a test part of the file.
 *
 * CSV, after RFC 4180: commas, quotes around cells that hold commas, quotes (doubled)
 * or line ends.  LF alone ends a line too; blank lines, a byte order mark, and spaces
 * around an unquoted cell are ignored.  A header is a first row without any number,
 * where numbers follow.  One column is the label; all others are inputs and hold finite
 * numbers, written with a point in every locale.  Classes are ordered as numbers where
 * every label is a whole number, else by the bytes of their text.  The seed chooses the
 * test part.  Inputs are scaled to mean 0 and variance 1 over the training part, and so
 * are the targets of a regression (target_mean and target_deviation lead back to the
 * file's unit); a column that is constant over the training part becomes 0.
 *
 * Generated, 2000 examples; u is uniform in [0, 1), n normal with the deviation in
 * brackets, the classes are balanced:
 *   xor      corners (+-1, +-1) + n(0.3); class 1 where the corner's signs differ
 *   moons    t = pi u; (cos t, sin t) or (1 - cos t, 1/2 - sin t), + n(0.1)
 *   spiral   s = sqrt(u); radius 2 s at the angle 7/2 pi s, or opposite, + n(0.05)
 *   sine     x = pi (2 u - 1); target sin x + n(0.1); neither is scaled
 * Example i depends on the seed and i alone, on no number of threads.
 */
#ifndef RAMP_DATA_H
#define RAMP_DATA_H

#include <ramp/ramp.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum { RAMP_CLASSIFICATION, RAMP_REGRESSION } ramp_task;

/* A data set.  All fields may be read; ramp_data_free() releases it. */
typedef struct ramp_data {
  char *name; /* as a person would call it: "fashion-mnist", "iris.csv" */
  ramp_task task;
  size_t examples; /* rows */
  size_t inputs;   /* numbers per example */
  size_t outputs;  /* classes, or 1 for a regression */
  float *x;        /* [examples][inputs] */
  int32_t *label;  /* [examples], 0 <= label < outputs; null for a regression */
  float *target;   /* [examples][outputs]; null for a classification */
  char **classes;  /* [outputs] names of the classes; null where none are known */
  /* A target in the file's unit is target * target_deviation + target_mean; 0 and 1 where
     targets are not scaled. */
  double target_mean, target_deviation;
} ramp_data;

/* Task wanted from a CSV file; RAMP_TASK_AUTO: regression exactly when the label column
   holds a number that is not whole or more than 100 different ones. */
typedef enum {
  RAMP_TASK_AUTO,
  RAMP_TASK_CLASSIFICATION,
  RAMP_TASK_REGRESSION
} ramp_task_choice;

/* Zeroed means: the defaults named here. */
typedef struct ramp_data_options {
  /* CSV: label column, a name of the header or a number from 1; null: last */
  const char *label;
  int header;            /* CSV: 1 has a header line, -1 has none, 0 look (see above) */
  ramp_task_choice task; /* CSV */
  double test_share; /* share of the examples for the test part, in [0, 1); 0 means 0.2 */
  size_t examples;   /* generated: examples in all; 0 means 2000 */
  uint64_t seed;     /* generated: the noise; the choice of the test part */
} ramp_data_options;

/* Opens the data set `name`; options may be null.  On success *train and *test are the
   caller's to free, and each has at least one example; on failure both are null.
   Errors: RAMP_NULL_POINTER, RAMP_CANNOT_OPEN, RAMP_DAMAGED_FILE, RAMP_INVALID_DATA,
   RAMP_INVALID_OPTION, RAMP_OUT_OF_MEMORY; the detail names file, line or byte. */
ramp_status ramp_data_open(const char *name, const ramp_data_options *options,
                           ramp_data **train, ramp_data **test);

/* 1 when the files behind "fashion-mnist" are there. */
int ramp_data_fashion_mnist_found(void);

/* Null is fine. */
void ramp_data_free(ramp_data *data);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
