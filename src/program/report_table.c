/* SPDX-License-Identifier: MIT */
/* The table of results: one row of the list below is one column, in the page and its
   notes alike. */
#include "page.h"
#include "program.h"
#include "report_charts.h"
#include "report_parts.h"

#include <math.h>

typedef enum { BEST_NONE, BEST_HIGH, BEST_LOW } best_rule;

typedef struct column {
  const char *heading; /* null: the time to the target, whose heading names the target */
  const char *format;  /* of value() */
  double (*value)(const comparison *c, const run *r);
  best_rule best;
  int of_classification; /* 1: not for a regression */
} column;

static double accuracy(const comparison *c, const run *r) {
  (void)c;
  return 100 * r->measured.accuracy;
}

static double target_seconds(const comparison *c, const run *r) {
  (void)c;
  return r->measured.target_seconds;
}

static double loss(const comparison *c, const run *r) {
  (void)c;
  return r->measured.loss;
}

static double dead(const comparison *c, const run *r) {
  (void)c;
  return (double)r->measured.hidden.verdicts[RAMP_DEAD];
}

static double zero_share(const comparison *c, const run *r) {
  (void)c;
  return 100 * r->measured.hidden.zero_share;
}

static double saturated_share(const comparison *c, const run *r) {
  (void)c;
  return 100 * r->measured.hidden.saturated_share;
}

static double mean_output(const comparison *c, const run *r) {
  (void)c;
  return r->measured.hidden.mean;
}

static double gradient_ratio(const comparison *c, const run *r) {
  (void)c;
  return r->measured.gradient_ratio;
}

static double speed(const comparison *c, const run *r) {
  (void)c;
  return r->history->images_per_second;
}

static const column columns[] = {
    {"test accuracy", "%.1f&nbsp;%%", accuracy, BEST_HIGH, 1},
    {NULL, "%.3g&nbsp;s", target_seconds, BEST_LOW, 0},
    {"test loss", "%.4g", loss, BEST_LOW, 0},
    {"dead units", "%.0f", dead, BEST_NONE, 0},
    {"exact zeros", "%.1f&nbsp;%%", zero_share, BEST_NONE, 0},
    {"saturated outputs", "%.1f&nbsp;%%", saturated_share, BEST_NONE, 0},
    {"mean activation", "%.3f", mean_output, BEST_NONE, 0},
    {"gradient, first&nbsp;/&nbsp;last layer", "%.3g", gradient_ratio, BEST_NONE, 0},
    {"examples per second", "%.0f", speed, BEST_NONE, 0},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static int is_shown(const column *column, const comparison *c) {
  return !column->of_classification || c->test->task == RAMP_CLASSIFICATION;
}

static void write_target(FILE *page, const comparison *c) {
  if (isnan(c->target))
    fputs("time to the target", page);
  else if (c->test->task == RAMP_REGRESSION)
    fprintf(page, "time to loss&nbsp;%.4g", c->target);
  else
    fprintf(page, "time to %.4g&nbsp;%%", 100 * c->target);
}

int write_table_head(FILE *page, const comparison *c) {
  fputs("<th scope=\"col\">function</th>", page);
  for (size_t i = 0; i < COLUMNS; i++) {
    if (!is_shown(&columns[i], c)) continue;
    fputs("<th scope=\"col\">", page);
    if (columns[i].heading)
      fputs(columns[i].heading, page);
    else
      write_target(page, c);
    fputs("</th>", page);
  }
  return EXIT_FINE;
}

/* Whether no run has a better value in this column. */
static int is_best(const column *column, const comparison *c, const run *r) {
  double own = column->value(c, r), sign = column->best == BEST_HIGH ? 1 : -1;
  if (column->best == BEST_NONE || c->runs < 2 || isnan(own)) return 0;
  for (size_t i = 0; i < c->runs; i++)
    if (sign * column->value(c, &c->run[i]) > sign * own) return 0;
  return 1;
}

static void write_cell(FILE *page, const column *column, const comparison *c,
                       const run *r) {
  double value = column->value(c, r);
  fprintf(page, "<td%s>", is_best(column, c, r) ? " class=\"best\"" : "");
  if (isfinite(value))
    fprintf(page, column->format, value);
  else
    fputc('-', page);
  fputs("</td>", page);
}

static void write_row(FILE *page, const comparison *c, size_t i) {
  fprintf(page, "<tr data-run=\"%zu\"><td>", i);
  fprintf(page, "<span class=\"swatch%s\" style=\"background-color:%s\"></span>",
          run_is_dashed(i) ? " dashed" : "", run_colour(i));
  html_text(page, c->run[i].function);
  fprintf(page, "%s</td>", c->run[i].diverged ? " (diverged)" : "");
  for (size_t k = 0; k < COLUMNS; k++)
    if (is_shown(&columns[k], c)) write_cell(page, &columns[k], c, &c->run[i]);
  fputs("</tr>\n", page);
}

int write_table_rows(FILE *page, const comparison *c) {
  for (size_t i = 0; i < c->runs; i++)
    write_row(page, c, i);
  return EXIT_FINE;
}

static void explain_target(FILE *page, const comparison *c) {
  if (isnan(c->target))
    fputs("No round target was reached by half of the functions. ", page);
  else if (c->target_given)
    fputs("The time is that of training up to the first epoch that reached the target "
          "asked for; "
          "- where none did. ",
          page);
  else
    fprintf(page,
            "The time is that of training up to the first epoch that reached the target, "
            "the %s "
            "that at least half of the functions reach; - where none did. ",
            c->test->task == RAMP_REGRESSION ? "lowest round loss"
                                             : "largest whole multiple of 5&nbsp;%");
}

int write_table_notes(FILE *page, const comparison *c) {
  fputs("Accuracy and loss after the last epoch, on examples that were not trained on. ",
        page);
  explain_target(page, c);
  fprintf(
      page,
      "Dead units, zeros (sparsity), saturated outputs (slope below %g of the function's "
      "largest) and mean are those of the hidden units over the whole test set. The "
      "gradient's ratio compares the norms of the first and the last layer's weights in "
      "the "
      "last epoch: far below 1 it vanishes, far above it explodes.",
      RAMP_SATURATED_SLOPE);
  return EXIT_FINE;
}
