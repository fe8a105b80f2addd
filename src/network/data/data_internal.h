/* SPDX-License-Identifier: MIT */
/*
 * What the files of this folder share: bytes of a file (source.c) become a data set by
 * one of the formats (idx.c, csv.c, generated.c), which open.c chooses.  A format fills
 * one whole data set; split.c parts it.  Nothing here knows of networks.
 *
 * Every function that can fail returns a status and has then released all that it took;
 * what it hands out on success is the caller's to free.
 */
#ifndef RAMP_DATA_INTERNAL_H
#define RAMP_DATA_INTERNAL_H

#include "api/status.h"
#include <ramp/data.h>
#include <zlib.h>

/* ------------------------------------------------------------------ memory (dataset.c)
   */

/* Uninitialised room for count elements, at least one byte; null when there is none or
   when count * size does not fit an address. */
void *ramp_data_memory(size_t count, size_t size);

/* The status of a null from ramp_data_memory() or ramp_data_text(). */
ramp_status ramp_data_no_memory(const char *path);

/* printf into a string of its own; null without memory. */
char *ramp_data_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A data set with its arrays uninitialised and without names of classes.  `name` is
   copied. */
ramp_status ramp_data_create(const char *name, ramp_task task, size_t examples,
                             size_t inputs, size_t outputs, ramp_data **data);

/* Copies [outputs] names into a data set; null names are none. */
ramp_status ramp_data_name_classes(ramp_data *data, char *const *names);

/* The part of a path behind its last slash. */
const char *ramp_data_base_name(const char *path);

/* ------------------------------------------------------------------ bytes (source.c) */

/* A file being read, decompressed when it is gzip. */
typedef struct ramp_source {
  gzFile stream;
  const char *path; /* the caller's, for messages */
  int first;        /* the first byte, not yet taken */
} ramp_source;

/* Fails for a file that is missing, a folder, empty, or named .gz without being gzip. */
ramp_status ramp_source_open(const char *path, ramp_source *source);
void ramp_source_close(ramp_source *source);

/* Takes `count` bytes or as many as there are; the shortage is in *taken. */
ramp_status ramp_source_take(ramp_source *source, void *bytes, size_t count,
                             size_t *taken);

/* Takes all that is left, but at most `limit` bytes, into memory that grows with what the
   file yields, whatever a header has promised.  A zero byte follows the last one. */
ramp_status ramp_source_take_all(ramp_source *source, uint64_t limit,
                                 unsigned char **bytes, size_t *count);

/* ------------------------------------------------------------------ random numbers
   (noise.c) */

/* What random number is drawn for; a counter of its own for each. */
typedef enum { RAMP_NOISE_PLACE, RAMP_NOISE_NORMAL, RAMP_NOISE_SPLIT } ramp_noise;

/* Two numbers of [0, 1) that depend on the arguments alone. */
void ramp_noise_uniform(uint64_t seed, ramp_noise purpose, uint64_t index, double two[2]);

/* Two independent numbers of the normal distribution. */
void ramp_noise_normal(uint64_t seed, uint64_t index, double two[2]);

/* ------------------------------------------------------------------ parts (split.c) */

/* Marks in (*in_test)[examples] which examples belong to the test part: each part gets at
   least one.  `path` is for messages. */
ramp_status ramp_split_choose(const char *path, size_t examples,
                              const ramp_data_options *options, unsigned char **in_test);

/* Parts the whole, keeping the order of the examples in each. */
ramp_status ramp_split_apply(const ramp_data *whole, const unsigned char *in_test,
                             ramp_data **train, ramp_data **test);

/* ------------------------------------------------------------------ scaling
   (standardise.c) */

/* Scales a column, `stride` apart, to mean 0 and variance 1 over the rows that are not
   in_test. A column that is constant there becomes 0 everywhere, and its *deviation is 0.
   */
void ramp_standardise(double *column, size_t rows, size_t stride,
                      const unsigned char *in_test, double *mean, double *deviation);

/* The nearest float; what is beyond the largest becomes the largest. */
float ramp_finite_float(double x);

/* ------------------------------------------------------------------ IDX (idx*.c) */

/* One IDX file of unsigned bytes. */
typedef struct ramp_idx {
  size_t examples;      /* the first dimension */
  size_t size;          /* bytes per example: the product of the others */
  size_t header;        /* bytes before the first example */
  unsigned char *bytes; /* [examples][size] */
} ramp_idx;

typedef enum { RAMP_IDX_IMAGES, RAMP_IDX_LABELS } ramp_idx_kind;

/* Reads a whole file of 2 to 4 dimensions (images) or 1 (labels), none of them 0. */
ramp_status ramp_idx_read(const char *path, ramp_idx_kind kind, ramp_idx *idx);

/* Reads no more than the header: whether this is a file of images at all. */
ramp_status ramp_idx_check_images(const char *path);

/* Joins images and labels.  classes 0: as many as the labels show, at least two different
   ones; otherwise a label outside [0, classes) is an error. */
ramp_status ramp_idx_pair(const char *name, const char *images, const char *labels,
                          size_t classes, ramp_data **data);

/* The files of a data set: paths, each of its own memory or null. */
enum {
  RAMP_IDX_TRAIN_IMAGES,
  RAMP_IDX_TRAIN_LABELS,
  RAMP_IDX_TEST_IMAGES,
  RAMP_IDX_TEST_LABELS,
  RAMP_IDX_FILES
};
void ramp_idx_free_paths(char *path[RAMP_IDX_FILES]);

/* Reads a training and a test pair that fit each other. */
ramp_status ramp_idx_open_pairs(const char *name, char *const path[RAMP_IDX_FILES],
                                ramp_data **train, ramp_data **test);

/* The four files of a folder, under `name`. */
ramp_status ramp_idx_open_folder(const char *name, const char *folder, ramp_data **train,
                                 ramp_data **test);

/* A file of images with its labels, and its test files or a part of itself. */
ramp_status ramp_idx_open_images(const char *images, const ramp_data_options *options,
                                 ramp_data **train, ramp_data **test);

/* Whether a path carries the name of an IDX file. */
int ramp_idx_named(const char *path);

/* Whether all four files are in the folder and may be read. */
int ramp_idx_folder_complete(const char *folder);

/* ------------------------------------------------------------------ CSV (csv*.c) */

/* The cells of a CSV file, without quotes and without spaces around what stood unquoted.
   */
typedef struct ramp_table {
  const char *path;
  char *text;    /* the cells in reading order, each ended by a zero */
  size_t *start; /* [rows] where in text a row begins */
  size_t *line;  /* [rows] the line of the file, from 1, where it begins */
  size_t rows, columns;
  size_t header; /* 1 when row 0 names the columns, else 0 */
} ramp_table;

/* Parses text[length], followed by a zero, in place.  On success the table owns the text.
   */
ramp_status ramp_table_parse(const char *path, char *text, size_t length,
                             ramp_table *table);
void ramp_table_free(ramp_table *table);

const char *ramp_table_cell(const ramp_table *table, size_t row, size_t column);

/* The cell behind this one in reading order. */
const char *ramp_table_next(const char *cell);

/* Whether the whole cell is a number, by the locale in force; *value may be NaN or
   infinite. */
int ramp_table_number(const char *cell, double *value);

/* The cell's finite number that a float can hold, or the error that names its place. */
ramp_status ramp_table_finite(const ramp_table *table, size_t row, size_t column,
                              const char *cell, double *value);

/* "line 7, column 2 'width'", for messages. */
typedef struct ramp_place {
  char text[128];
} ramp_place;
ramp_place ramp_table_place(const ramp_table *table, size_t row, size_t column);

/* What is to be learnt from the label column. */
typedef struct ramp_labels {
  ramp_task task;
  size_t outputs;
  int32_t *label; /* [examples]; null for a regression */
  double *target; /* [examples]; null for a classification */
  char **classes; /* [outputs]; null for a regression */
} ramp_labels;

ramp_status ramp_labels_read(const ramp_table *table, size_t column,
                             ramp_task_choice choice, ramp_labels *labels);
void ramp_labels_free(ramp_labels *labels);

ramp_status ramp_csv_open(ramp_source *source, const ramp_data_options *options,
                          ramp_data **train, ramp_data **test);

/* ------------------------------------------------------------------ generated
   (generated.c) */

/* Whether `name` is one of the generated sets. */
int ramp_generated_named(const char *name);

ramp_status ramp_generated_open(const char *name, const ramp_data_options *options,
                                ramp_data **train, ramp_data **test);

#endif
