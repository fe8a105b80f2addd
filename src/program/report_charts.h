/* SPDX-License-Identifier: MIT */
/* report_charts.h: the curves of the page, drawn by gnuplot.  Every run has the same
   colour in all. */
#ifndef PROGRAM_REPORT_CHARTS_H
#define PROGRAM_REPORT_CHARTS_H

#include "comparison.h"

#include <stdio.h>

typedef struct line_chart line_chart; /* one kind of chart with a line per run */

extern const line_chart chart_accuracy_by_epoch, chart_accuracy_by_second,
    chart_loss_by_epoch, chart_loss_by_second, chart_dead_by_epoch, chart_gradient_first,
    chart_gradient_last;

/* Each writes an inline <svg>; EXIT_FINE, or reported. */
int write_line_chart(FILE *page, const line_chart *chart, const comparison *c);
int write_shape_chart(FILE *page, const comparison *c, size_t run);
int write_distribution_chart(FILE *page, const comparison *c, size_t run);

/* The colour of run i, as "#rrggbb", and whether its lines are dashed because an earlier
   run has that colour. */
const char *run_colour(size_t i);
int run_is_dashed(size_t i);

#endif
