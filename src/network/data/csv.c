/* SPDX-License-Identifier: MIT */
/*
 * A CSV file to a data set: header, label column, labels, inputs, split, scaling.
 *
 * Numbers are read in the "C" locale, whatever the program has set, so that 0.5 means one
 * half everywhere.
 */
#include "network/data/data_internal.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ header */

static int has_number(const ramp_table *table, size_t row) {
  const char *cell = table->text + table->start[row];
  double value;
  for (size_t i = 0; i < table->columns; i++, cell = ramp_table_next(cell))
    if (ramp_table_number(cell, &value)) return 1;
  return 0;
}

/* A first row without any number is a header where numbers follow, or nothing at all. */
static int looks_like_header(const ramp_table *table) {
  if (has_number(table, 0)) return 0;
  for (size_t row = 1; row < table->rows; row++)
    if (has_number(table, row)) return 1;
  return table->rows == 1;
}

static ramp_status find_header(ramp_table *table, int wanted) {
  if (table->rows == 0)
    return ramp_fail(RAMP_INVALID_DATA, "%s is empty: it holds no row of data",
                     table->path);
  table->header = wanted ? wanted > 0 : looks_like_header(table);
  if (table->rows > table->header) return RAMP_OK;
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s is empty: it holds a header in line %zu and no row of data",
                   table->path, table->line[0]);
}

/* ------------------------------------------------------------------ label column */

/* What the columns are called, as far as the room goes. */
static void list_columns(const ramp_table *table, char *list, size_t room) {
  size_t length = 0;
  for (size_t i = 0; i < table->columns; i++) {
    const char *name = ramp_table_cell(table, 0, i);
    if (length + strlen(name) + sizeof ", '', ..." > room) {
      snprintf(list + length, room - length, ", ...");
      return;
    }
    length +=
        (size_t)snprintf(list + length, room - length, "%s'%s'", i ? ", " : "", name);
  }
}

static ramp_status no_such_column(const ramp_table *table, const char *label) {
  char names[300] = "";
  if (!table->header)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "%s has no label column '%s': without a header line it is a number "
                     "from 1 to %zu",
                     table->path, label, table->columns);
  list_columns(table, names, sizeof names);
  return ramp_fail(RAMP_INVALID_OPTION,
                   "%s has no label column '%s': its columns are %s, or a number from 1 "
                   "to %zu",
                   table->path, label, names, table->columns);
}

/* How many columns bear the name; *column is the last of them. */
static size_t columns_named(const ramp_table *table, const char *name, size_t *column) {
  const char *cell = table->text;
  size_t count = 0;
  for (size_t i = 0; i < table->columns; i++, cell = ramp_table_next(cell))
    if (strcmp(cell, name) == 0) *column = i, count++;
  return count;
}

static ramp_status find_label(const ramp_table *table, const char *label,
                              size_t *column) {
  *column = table->columns - 1;
  if (!label) return RAMP_OK;
  size_t bearers = table->header ? columns_named(table, label, column) : 0;
  if (bearers == 1) return RAMP_OK;
  if (bearers > 1)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "%s has %zu columns named '%s': choose the label column by number, "
                     "from 1 to %zu",
                     table->path, bearers, label, table->columns);
  size_t digits = strspn(label, "0123456789");
  unsigned long long number = digits && !label[digits] ? strtoull(label, NULL, 10) : 0;
  if (number < 1 || number > table->columns) return no_such_column(table, label);
  *column = (size_t)number - 1;
  return RAMP_OK;
}

/* Semicolons and tabs are what spreadsheets write for commas. */
static ramp_status check_columns(const ramp_table *table) {
  if (table->columns >= 2) return RAMP_OK;
  const char *hint = strchr(table->text, ';')    ? " (there are semicolons)"
                     : strchr(table->text, '\t') ? " (there are tabs)"
                                                 : "";
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s has one column only, and a label and at least one input are "
                   "needed: commas separate columns%s",
                   table->path, hint);
}

/* ------------------------------------------------------------------ inputs */

/* Reads all columns but `label` into x [examples][columns - 1]. */
static ramp_status read_inputs(const ramp_table *table, size_t label, double *x) {
  for (size_t row = table->header; row < table->rows; row++) {
    const char *cell = table->text + table->start[row];
    for (size_t i = 0; i < table->columns; i++, cell = ramp_table_next(cell)) {
      if (i == label) continue;
      ramp_status status = ramp_table_finite(table, row, i, cell, x++);
      if (status != RAMP_OK) return status;
    }
  }
  return RAMP_OK;
}

/* ------------------------------------------------------------------ the data set */

static void fill_inputs(double *x, const unsigned char *in_test, ramp_data *data) {
  double mean, deviation;
  for (size_t i = 0; i < data->inputs; i++)
    ramp_standardise(x + i, data->examples, data->inputs, in_test, &mean, &deviation);
  for (size_t i = 0; i < data->examples * data->inputs; i++)
    data->x[i] = ramp_finite_float(x[i]);
}

static void fill_labels(ramp_labels *labels, const unsigned char *in_test,
                        ramp_data *data) {
  if (labels->label) {
    memcpy(data->label, labels->label, data->examples * sizeof *data->label);
    return;
  }
  double deviation;
  ramp_standardise(labels->target, data->examples, 1, in_test, &data->target_mean,
                   &deviation);
  if (deviation > 0) data->target_deviation = deviation;
  for (size_t i = 0; i < data->examples; i++)
    data->target[i] = ramp_finite_float(labels->target[i]);
}

static ramp_status make_parts(const ramp_table *table, double *x, ramp_labels *labels,
                              const unsigned char *in_test, ramp_data **train,
                              ramp_data **test) {
  ramp_data *whole;
  ramp_status status = ramp_data_create(ramp_data_base_name(table->path), labels->task,
                                        table->rows - table->header, table->columns - 1,
                                        labels->outputs, &whole);
  if (status != RAMP_OK) return status;
  fill_inputs(x, in_test, whole);
  fill_labels(labels, in_test, whole);
  status = ramp_data_name_classes(whole, labels->classes);
  if (status == RAMP_OK) status = ramp_split_apply(whole, in_test, train, test);
  ramp_data_free(whole);
  return status;
}

static ramp_status read_and_part(const ramp_table *table, size_t column,
                                 const ramp_data_options *options, ramp_labels *labels,
                                 ramp_data **train, ramp_data **test) {
  size_t examples = table->rows - table->header;
  unsigned char *in_test = NULL;
  double *x = ramp_data_memory(examples, (table->columns - 1) * sizeof *x);
  ramp_status status =
      x ? read_inputs(table, column, x) : ramp_data_no_memory(table->path);
  if (status == RAMP_OK)
    status = ramp_split_choose(table->path, examples, options, &in_test);
  if (status == RAMP_OK) status = make_parts(table, x, labels, in_test, train, test);
  free(in_test);
  free(x);
  return status;
}

static ramp_status open_table(ramp_table *table, const ramp_data_options *options,
                              ramp_data **train, ramp_data **test) {
  size_t column;
  ramp_labels labels;
  ramp_status status = find_header(table, options->header);
  if (status == RAMP_OK) status = check_columns(table);
  if (status == RAMP_OK) status = find_label(table, options->label, &column);
  if (status == RAMP_OK) status = ramp_labels_read(table, column, options->task, &labels);
  if (status != RAMP_OK) return status;
  status = read_and_part(table, column, options, &labels, train, test);
  ramp_labels_free(&labels);
  return status;
}

static ramp_status read_table(ramp_source *source, ramp_table *table) {
  unsigned char *bytes;
  size_t length;
  ramp_status status = ramp_source_take_all(source, UINT64_MAX, &bytes, &length);
  if (status != RAMP_OK) return status;
  status = ramp_table_parse(source->path, (char *)bytes, length, table);
  if (status != RAMP_OK) free(bytes);
  return status;
}

static ramp_status open_csv(ramp_source *source, const ramp_data_options *options,
                            ramp_data **train, ramp_data **test) {
  ramp_table table;
  ramp_status status = read_table(source, &table);
  if (status != RAMP_OK) return status;
  status = open_table(&table, options, train, test);
  ramp_table_free(&table);
  return status;
}

ramp_status ramp_csv_open(ramp_source *source, const ramp_data_options *options,
                          ramp_data **train, ramp_data **test) {
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!plain) return ramp_data_no_memory(source->path);
  locale_t callers = uselocale(plain);
  ramp_status status = open_csv(source, options, train, test);
  uselocale(callers);
  freelocale(plain);
  return status;
}
