/* SPDX-License-Identifier: MIT */
/* One function per column: each writes its cell as text, and widths follow from the
   texts. */
#include "compare_table.h"
#include "allocate.h"
#include "findings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL 64

typedef struct column {
  void (*heading)(char cell[CELL], const comparison *c);
  void (*value)(char cell[CELL], const comparison *c, const run *r);
  int of_classification; /* 1: not for a regression */
} column;

static void number(char cell[CELL], const char *format, double value) {
  if (isfinite(value))
    snprintf(cell, CELL, format, value);
  else
    strcpy(cell, "-");
}

static void accuracy_heading(char cell[CELL], const comparison *c) {
  (void)c;
  strcpy(cell, "accuracy");
}
static void accuracy(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.1f %%", 100 * r->measured.accuracy);
}

static void target_heading(char cell[CELL], const comparison *c) {
  if (isnan(c->target))
    strcpy(cell, "time to target");
  else if (c->test->task == RAMP_REGRESSION)
    snprintf(cell, CELL, "time to loss %.4g", c->target);
  else
    snprintf(cell, CELL, "time to %.4g %%", 100 * c->target);
}
static void target(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.3g s", r->measured.target_seconds);
}

static void loss_heading(char cell[CELL], const comparison *c) {
  (void)c;
  strcpy(cell, "loss");
}
static void loss(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.4g", r->measured.loss);
}

static void dead_heading(char cell[CELL], const comparison *c) {
  FILE *text = checked(fmemopen(cell, CELL, "w"));
  fputs("dead of ", text);
  write_run_counts(text, c, hidden_units_of);
  fclose(text);
}
static void dead(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  snprintf(cell, CELL, "%zu", r->measured.hidden.verdicts[RAMP_DEAD]);
}

static void sparsity_heading(char cell[CELL], const comparison *c) {
  (void)c;
  strcpy(cell, "sparsity");
}
static void sparsity(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.1f %%", 100 * r->measured.hidden.zero_share);
}

static void saturated_heading(char cell[CELL], const comparison *c) {
  (void)c;
  strcpy(cell, "saturated");
}
static void saturated(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.1f %%", 100 * r->measured.hidden.saturated_share);
}

static void mean_heading(char cell[CELL], const comparison *c) {
  (void)c;
  strcpy(cell, "mean");
}
static void mean(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.3f", r->measured.hidden.mean);
}

static void gradient_heading(char cell[CELL], const comparison *c) {
  (void)c;
  strcpy(cell, "gradient first/last");
}
static void gradient(char cell[CELL], const comparison *c, const run *r) {
  (void)c;
  number(cell, "%.3g", r->measured.gradient_ratio);
}

static const column columns[] = {
    {accuracy_heading, accuracy, 1}, {target_heading, target, 0},
    {loss_heading, loss, 0},         {dead_heading, dead, 0},
    {sparsity_heading, sparsity, 0}, {saturated_heading, saturated, 0},
    {mean_heading, mean, 0},         {gradient_heading, gradient, 0},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static int is_shown(const column *column, const comparison *c) {
  return !column->of_classification || c->test->task == RAMP_CLASSIFICATION;
}

static int width_of(const column *column, const comparison *c) {
  char cell[CELL];
  column->heading(cell, c);
  size_t width = strlen(cell);
  for (size_t r = 0; r < c->runs; r++) {
    column->value(cell, c, &c->run[r]);
    if (strlen(cell) > width) width = strlen(cell);
  }
  return (int)width;
}

static int name_width(const comparison *c) {
  size_t width = strlen("function");
  for (size_t r = 0; r < c->runs; r++)
    if (strlen(c->run[r].function) > width) width = strlen(c->run[r].function);
  return (int)width;
}

/* The headings, or with r not null the values of that run. */
static void print_row(const comparison *c, const run *r) {
  printf("%-*s", name_width(c), r ? r->function : "function");
  for (size_t i = 0; i < COLUMNS; i++) {
    char cell[CELL];
    if (!is_shown(&columns[i], c)) continue;
    if (r)
      columns[i].value(cell, c, r);
    else
      columns[i].heading(cell, c);
    printf("  %*s", width_of(&columns[i], c), cell);
  }
  puts(r && r->diverged ? "  diverged" : "");
}

static void print_findings(const comparison *c) {
  findings found = findings_of_comparison(c);
  for (size_t i = 0; i < found.count; i++) {
    const finding *one = &found.list[i];
    printf("%s%s%s%s\n", one->kind == FINDING_WARNING ? "! " : "- ",
           one->run == FINDING_ALL ? "" : c->run[one->run].function,
           one->run == FINDING_ALL ? "" : ": ", one->text);
  }
  findings_free(&found);
}

void print_comparison(const comparison *c) {
  print_row(c, NULL);
  for (size_t r = 0; r < c->runs; r++)
    print_row(c, &c->run[r]);
  puts("");
  if (!c->target_given && !isnan(c->target))
    printf("- the target is the %s that at least half of the functions reach\n",
           c->test->task == RAMP_REGRESSION ? "lowest round loss"
                                            : "largest whole multiple of 5 %");
  print_findings(c);
}
