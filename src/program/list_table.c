/* SPDX-License-Identifier: MIT */
/* list_table.c: the table of functions for a terminal of 120 columns.  A cell that is
   wider than its column goes on in the line below. */
#include "fold_facts.h"
#include "list.h"
#include "number.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

#define CELL 128
enum { NAME, FORMULA, PARAMETERS, RANGE, KINKS, ERROR, COLUMNS };

/* The widest that a column becomes. */
static const int widest[COLUMNS] = {20, 32, 18, 19, 10, 9};

typedef struct table_line {
  char cell[COLUMNS][CELL];
} table_line;

/* ------------------------------------------------------------------ cells */

/* Appends to a cell, behind a comma unless it is the first. */
static void append(char *cell, const char *text) {
  size_t length = strlen(cell);
  snprintf(cell + length, CELL - length, "%s%s", length ? ", " : "", text);
}

/* Four digits tell a default; a function's page has them all. */
static void list_parameters(const ramp_function_row *row, char *cell) {
  for (int i = 0; i < row->parameters; i++) {
    char text[64];
    snprintf(text, sizeof text, "%s=%.4g", row->parameter[i].name,
             row->parameter[i].value);
    append(cell, text);
  }
}

static void append_point(char *cell, const char *before, double at) {
  char number[NUMBER_TEXT], text[NUMBER_TEXT + 8];
  number_text(at, RAMP_F64, number);
  snprintf(text, sizeof text, "%s%s", before, number);
  append(cell, text);
}

static int is_among(double at, const ramp_kink *points, int count) {
  for (int i = 0; i < count; i++)
    if (points[i].at == at) return 1;
  return 0;
}

/* Where the value jumps, the derivative may do so, too: that goes without saying. */
static void list_kinks(const ramp_function *f, char *cell) {
  ramp_kink kinks[RAMP_KINKS_MAX], jumps[RAMP_KINKS_MAX];
  int kinks_count = ramp_function_kinks(f, kinks);
  int jumps_count = ramp_function_jumps(f, jumps);
  for (int i = 0; i < kinks_count; i++)
    if (!is_among(kinks[i].at, jumps, jumps_count)) append_point(cell, "", kinks[i].at);
  for (int i = 0; i < jumps_count; i++)
    append_point(cell, i ? "" : "jump ", jumps[i].at);
}

static void list_bounds(const ramp_function_row *row, char *cell) {
  char bound[NUMBER_TEXT];
  number_text(row->f64_value_bound, RAMP_F64, bound);
  append(cell, bound);
  number_text(row->f64_derivative_bound, RAMP_F64, bound);
  append(cell, bound);
}

static table_line line_of(const ramp_function_row *row) {
  table_line line = {0};
  ramp_function f;
  snprintf(line.cell[NAME], CELL, "%s%s", row->alias ? "  " : "", row->name);
  snprintf(line.cell[FORMULA], CELL, "%s%s", row->alias ? "is " : "",
           row->alias ? row->alias : row->formula);
  list_parameters(row, line.cell[PARAMETERS]);
  snprintf(line.cell[RANGE], CELL, "%s", row->range);
  if (ramp_function_parse(row->name, &f) == RAMP_OK) list_kinks(&f, line.cell[KINKS]);
  list_bounds(row, line.cell[ERROR]);
  return line;
}

/* ------------------------------------------------------------------ layout */

static int smaller(int a, int b) { return a < b ? a : b; }

static void widen(int *width, const table_line *line) {
  for (int c = 0; c < COLUMNS; c++) {
    int wanted = smaller((int)strlen(line->cell[c]), widest[c]);
    if (wanted > width[c]) width[c] = wanted;
  }
}

/* Prints one line of what is left of the cells and moves on; whether there was any. */
static int print_part(const int *width, const char **left) {
  char text[COLUMNS * CELL];
  int length = 0, any = 0;
  for (int c = 0; c < COLUMNS; c++) {
    int part = (int)line_fitting(left[c], (size_t)width[c]);
    any |= part > 0;
    length += snprintf(text + length, sizeof text - (size_t)length, "%-*.*s  ", width[c],
                       part, left[c]);
    left[c] += part;
    left[c] += strspn(left[c], " ");
  }
  while (length > 0 && text[length - 1] == ' ')
    text[--length] = 0;
  if (any) puts(text);
  return any;
}

static void print_line(const int *width, const table_line *line) {
  const char *left[COLUMNS];
  for (int c = 0; c < COLUMNS; c++)
    left[c] = line->cell[c];
  while (print_part(width, left))
    continue;
}

static void print_function(const int *width, const ramp_function_row *function) {
  int i = 0;
  table_line line = line_of(function);
  print_line(width, &line);
  for (const ramp_function_row *alias; (alias = list_next_alias(function, &i));) {
    line = line_of(alias);
    print_line(width, &line);
  }
}

/* ------------------------------------------------------------------ of several inputs */

/* These columns have other heads here. */
enum { KEPT = KINKS, MASK = ERROR };

static table_line line_of_fold(const ramp_fold_row *row) {
  table_line line = {0};
  ramp_fold fold;
  snprintf(line.cell[NAME], CELL, "%s", row->name);
  snprintf(line.cell[FORMULA], CELL, "%s", row->formula);
  for (int i = 0; i < row->arguments; i++) {
    char text[64];
    snprintf(text, sizeof text, "%s=%s", row->argument[i].name, row->argument[i].value);
    append(line.cell[PARAMETERS], text);
  }
  snprintf(line.cell[RANGE], CELL, "%s", row->range);
  if (ramp_fold_parse(row->name, &fold) == RAMP_OK)
    snprintf(line.cell[KEPT], CELL, "%s", fold_kept(&fold));
  snprintf(line.cell[MASK], CELL, "%s", row->masked ? "yes" : "no");
  return line;
}

static void print_folds(void) {
  const table_line head = {
      {"OF SEVERAL", "FORMULA", "ARGUMENTS", "RANGE", "KEPT", "MASK"}};
  int width[COLUMNS] = {0};
  widen(width, &head);
  for (int i = 0; i < ramp_fold_rows(); i++) {
    table_line line = line_of_fold(ramp_fold_row_at(i));
    widen(width, &line);
  }
  putchar('\n');
  print_line(width, &head);
  for (int i = 0; i < ramp_fold_rows(); i++) {
    table_line line = line_of_fold(ramp_fold_row_at(i));
    print_line(width, &line);
  }
  puts("\nOF SEVERAL inputs x along an axis. KEPT: what the way back is computed from. "
       "MASK: whether\nelements may be left out.");
}

/* ------------------------------------------------------------------ both */

int list_print_table(void) {
  const table_line head = {
      {"NAME", "FORMULA", "PARAMETERS", "RANGE", "KINKS", "F64 ERROR"}};
  int width[COLUMNS] = {0};
  widen(width, &head);
  for (int i = 0; i < ramp_function_rows(); i++) {
    table_line line = line_of(ramp_function_row_at(i));
    widen(width, &line);
  }
  print_line(width, &head);
  for (int i = 0; i < ramp_function_rows(); i++)
    if (!ramp_function_row_at(i)->alias) print_function(width, ramp_function_row_at(i));
  puts("\nF64 ERROR: of value and derivative at most, in units in the last place. f32, "
       "f16 "
       "and bf16\nare the nearest numbers to the exact results. ramp list NAME tells "
       "more.");
  print_folds();
  return EXIT_FINE;
}
