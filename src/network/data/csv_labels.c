/* SPDX-License-Identifier: MIT */
/*
 * The label column of a table: which task it asks for, and its classes or targets.
 *
 * Classes are ordered by number where every label is a whole number, else by the bytes of
 * their text.  Targets are left in the file's unit.
 */
#include "network/data/data_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A regression has more different numbers than this, or one that is not whole. */
enum { NUMERIC_CLASSES_MAX = 100 };

typedef struct survey {
  size_t examples;
  const char **text; /* [examples] */
  double *number;    /* [examples]; NaN where the label is text */
  double *distinct;  /* [distinct_count] the different numbers, ascending */
  size_t texts, fractions, distinct_count;
} survey;

static int compare_numbers(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts an array and drops repetitions; returns how many are left. */
static size_t sort_unique(void *array, size_t count, size_t size,
                          int (*compare)(const void *, const void *)) {
  char *items = array;
  size_t kept = 0;
  qsort(items, count, size, compare);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || compare(items + i * size, items + (kept - 1) * size) != 0)
      memmove(items + kept++ * size, items + i * size, size);
  return kept;
}

static ramp_status look_at(const ramp_table *table, size_t row, size_t column, survey *s,
                           size_t i) {
  const char *cell = ramp_table_cell(table, row, column);
  double value;
  s->text[i] = cell;
  if (*cell && !ramp_table_number(cell, &value)) {
    s->number[i] = NAN;
    s->texts++;
    return RAMP_OK;
  }
  ramp_status status = ramp_table_finite(table, row, column, cell, &value);
  if (status != RAMP_OK) return status;
  s->number[i] = value + 0.0; /* -0 and 0 are the same class */
  s->distinct[s->distinct_count++] = s->number[i];
  s->fractions += value != floor(value);
  return RAMP_OK;
}

static void free_survey(survey *s) {
  free(s->text);
  free(s->number);
  free(s->distinct);
}

static ramp_status make_survey(const ramp_table *table, size_t column, survey *s) {
  size_t n = table->rows - table->header;
  *s = (survey){.examples = n,
                .text = ramp_data_memory(n, sizeof *s->text),
                .number = ramp_data_memory(n, sizeof *s->number),
                .distinct = ramp_data_memory(n, sizeof *s->distinct)};
  ramp_status status =
      s->text && s->number && s->distinct ? RAMP_OK : ramp_data_no_memory(table->path);
  for (size_t i = 0; i < n && status == RAMP_OK; i++)
    status = look_at(table, i + table->header, column, s, i);
  if (status != RAMP_OK) {
    free_survey(s);
    return status;
  }
  s->distinct_count =
      sort_unique(s->distinct, s->distinct_count, sizeof *s->distinct, compare_numbers);
  return RAMP_OK;
}

static int wants_regression(const survey *s, ramp_task_choice choice) {
  if (choice != RAMP_TASK_AUTO) return choice == RAMP_TASK_REGRESSION;
  return s->fractions > 0 || s->distinct_count > NUMERIC_CLASSES_MAX;
}

static ramp_status read_targets(const ramp_table *table, size_t column, const survey *s,
                                ramp_labels *labels) {
  double value;
  for (size_t i = 0; i < s->examples && s->texts; i++)
    if (isnan(s->number[i]))
      return ramp_table_finite(table, i + table->header, column, s->text[i], &value);
  if (s->distinct_count == 1)
    return ramp_fail(RAMP_INVALID_DATA,
                     "%s, column %zu: every label is %g: there is nothing to learn",
                     table->path, column + 1, s->distinct[0]);
  labels->target = ramp_data_memory(s->examples, sizeof *labels->target);
  if (!labels->target) return ramp_data_no_memory(table->path);
  memcpy(labels->target, s->number, s->examples * sizeof *s->number);
  labels->task = RAMP_REGRESSION;
  labels->outputs = 1;
  return RAMP_OK;
}

/* Room for the names and labels of `count` classes. */
static ramp_status make_classes(const ramp_table *table, size_t column, size_t examples,
                                size_t count, ramp_labels *labels) {
  if (count < 2)
    return ramp_fail(RAMP_INVALID_DATA,
                     "%s, column %zu: all labels are the same class, and telling classes "
                     "apart takes two",
                     table->path, column + 1);
  labels->task = RAMP_CLASSIFICATION;
  labels->label = ramp_data_memory(examples, sizeof *labels->label);
  labels->classes = ramp_data_memory(count, sizeof *labels->classes);
  if (!labels->label || !labels->classes) return ramp_data_no_memory(table->path);
  labels->outputs = count;
  memset(labels->classes, 0, count * sizeof *labels->classes);
  return RAMP_OK;
}

static ramp_status number_classes(const ramp_table *table, size_t column, const survey *s,
                                  ramp_labels *labels) {
  ramp_status status =
      make_classes(table, column, s->examples, s->distinct_count, labels);
  if (status != RAMP_OK) return status;
  for (size_t i = 0; i < s->distinct_count; i++) {
    labels->classes[i] = ramp_data_text("%.17g", s->distinct[i]);
    if (!labels->classes[i]) return ramp_data_no_memory(table->path);
  }
  for (size_t i = 0; i < s->examples; i++) {
    const double *found = bsearch(&s->number[i], s->distinct, s->distinct_count,
                                  sizeof *s->distinct, compare_numbers);
    labels->label[i] = (int32_t)(found - s->distinct);
  }
  return RAMP_OK;
}

static ramp_status text_classes(const ramp_table *table, size_t column, const survey *s,
                                const char **sorted, ramp_labels *labels) {
  memcpy(sorted, s->text, s->examples * sizeof *sorted);
  size_t count = sort_unique(sorted, s->examples, sizeof *sorted, compare_texts);
  ramp_status status = make_classes(table, column, s->examples, count, labels);
  if (status != RAMP_OK) return status;
  for (size_t i = 0; i < count; i++) {
    labels->classes[i] = ramp_data_text("%s", sorted[i]);
    if (!labels->classes[i]) return ramp_data_no_memory(table->path);
  }
  for (size_t i = 0; i < s->examples; i++) {
    const char **found =
        bsearch(&s->text[i], sorted, count, sizeof *sorted, compare_texts);
    labels->label[i] = (int32_t)(found - sorted);
  }
  return RAMP_OK;
}

static ramp_status read_classes(const ramp_table *table, size_t column, const survey *s,
                                ramp_labels *labels) {
  if (!s->texts && !s->fractions) return number_classes(table, column, s, labels);
  const char **sorted = ramp_data_memory(s->examples, sizeof *sorted);
  if (!sorted) return ramp_data_no_memory(table->path);
  ramp_status status = text_classes(table, column, s, sorted, labels);
  free(sorted);
  return status;
}

ramp_status ramp_labels_read(const ramp_table *table, size_t column,
                             ramp_task_choice choice, ramp_labels *labels) {
  survey s;
  *labels = (ramp_labels){0};
  ramp_status status = make_survey(table, column, &s);
  if (status != RAMP_OK) return status;
  status = wants_regression(&s, choice) ? read_targets(table, column, &s, labels)
                                        : read_classes(table, column, &s, labels);
  free_survey(&s);
  if (status != RAMP_OK) ramp_labels_free(labels);
  return status;
}

void ramp_labels_free(ramp_labels *labels) {
  for (size_t i = 0; labels->classes && i < labels->outputs; i++)
    free(labels->classes[i]);
  free(labels->classes);
  free(labels->label);
  free(labels->target);
}
