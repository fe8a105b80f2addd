/* SPDX-License-Identifier: MIT */
/* How the outputs of one run's hidden layers spread: the first layer filled, the last as
   a line.  A bin that towers over all others (the zeros of a function that cuts off) is
   cut and its share written at the top: otherwise nothing else could be seen. */
#include "allocate.h"
#include "gnuplot.h"
#include "report_charts.h"
#include "report_picture.h"

#include <math.h>

#define WIDTH 360
#define HEIGHT 220

/* The chart ends at this multiple of the bin that comes after the TOWERS highest. */
#define HEADROOM 1.5
#define TOWERS 4

static int descending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

/* Top of the chart, in percent. */
static double ceiling_of(const distribution *first, const distribution *last) {
  double shares[2 * DISTRIBUTION_BINS];
  memcpy(shares, first->share, sizeof first->share);
  memcpy(shares + DISTRIBUTION_BINS, last->share, sizeof last->share);
  qsort(shares, 2 * DISTRIBUTION_BINS, sizeof *shares, descending);
  double top = 1.1 * shares[0], ordinary = HEADROOM * shares[TOWERS];
  double ceiling = 100 * (ordinary > 0 && ordinary < top ? ordinary : top);
  return ceiling > 0 && isfinite(ceiling) ? ceiling : 1;
}

static double bin_width(const distribution *spread) {
  return (spread->high - spread->low) / DISTRIBUTION_BINS;
}

/* The corners of the steps, cut at the ceiling. */
static void write_steps(FILE *script, const char *name, const distribution *spread,
                        double ceiling) {
  fprintf(script, "$%s << END\n%.9g 0\n", name, spread->low);
  for (int i = 0; i < DISTRIBUTION_BINS; i++) {
    double left = spread->low + i * bin_width(spread);
    double percent = fmin(100 * spread->share[i], ceiling);
    if (!isfinite(percent)) percent = 0;
    fprintf(script, "%.9g %.9g\n%.9g %.9g\n", left, percent, left + bin_width(spread),
            percent);
  }
  fprintf(script, "%.9g 0\nEND\n", spread->high);
}

/* Writes the share of the highest bin beside it when the ceiling cuts it. */
static void write_tower(FILE *script, const distribution *spread, double ceiling,
                        const char *what, double line) {
  int top = 0;
  for (int i = 1; i < DISTRIBUTION_BINS; i++)
    if (spread->share[i] > spread->share[top]) top = i;
  if (!(100 * spread->share[top] > ceiling)) return;
  double middle = spread->low + (top + 0.5) * bin_width(spread);
  int left_half = top < DISTRIBUTION_BINS / 2;
  fprintf(script,
          "set label '%s: %.0f %%' at first %.9g, graph %.3f %s offset %d,0 "
          "font ',11' textcolor rgb '#404040'\n",
          what, 100 * spread->share[top], middle, line, left_half ? "left" : "right",
          left_half ? 1 : -1);
}

static void write_script(FILE *script, const comparison *c, size_t run) {
  const distribution *first = c->run[run].spread;
  const distribution *last = first + compared_layers(c) - 1;
  double ceiling = ceiling_of(first, last);
  gnuplot_canvas(script, GNUPLOT_SVG, WIDTH, HEIGHT);
  write_steps(script, "first", first, ceiling);
  write_steps(script, "last", last, ceiling);
  fprintf(script, "unset key\nset xrange [%.9g:%.9g]\nset yrange [0:%.9g]\n", first->low,
          first->high, ceiling);
  fputs("set format y '%g %%'\nset rmargin 2\nset xlabel 'output of a unit'\n", script);
  write_tower(script, first, ceiling, last > first ? "first layer" : "highest", 0.93);
  if (last > first) write_tower(script, last, ceiling, "last layer", 0.83);
  fprintf(script,
          "plot $first using 1:2 with filledcurves y1=0 fillstyle solid 0.45 noborder "
          "linecolor rgb '%s'",
          run_colour(run));
  if (last > first)
    fputs(", $last using 1:2 with lines linecolor rgb '#202020' linewidth 1.3", script);
  fputc('\n', script);
}

int write_distribution_chart(FILE *page, const comparison *c, size_t run) {
  char *text = NULL, name[48], title[512];
  size_t size;
  FILE *script = checked(open_memstream(&text, &size));
  write_script(script, c, run);
  fclose(script);
  snprintf(name, sizeof name, "distribution-%zu", run);
  snprintf(title, sizeof title, "Distribution of the outputs of hidden units with %s",
           c->run[run].function);
  int code = draw_inline(page, checked(text), size, name, title, c, &c->run[run]);
  free(text);
  return code;
}
