/* SPDX-License-Identifier: MIT */
/*
 * bench_picture.c: a panel for each pass and number of threads; in it a line for each
 * function with a dot for each size, and for each size, in the same colour, an upright
 * line where the limit is: as far to the right of it as a dot stands, so much of the time
 * is the function's own.
 */
#include "bench_picture.h"

#include <math.h>
#include <string.h>

#define PANEL_WIDTH 470
#define LINE_HEIGHT 22
/* Around the panels, and between them; pixels. */
#define MARGIN_TOP 95
#define MARGIN_BOTTOM 62
#define MARGIN_RIGHT 25
#define GAP_X 25
#define GAP_Y 70
#define LETTER_WIDTH 8
#define LEGEND_LEFT 105
#define LEGEND_STEP 85

typedef struct layout {
  bench_pass passes[BENCH_PASSES]; /* those measured, in columns of panels */
  size_t columns, functions;
  double left, width, height; /* pixels; of the whole picture, but for left */
  double low, high;           /* of the axis, in nanoseconds */
} layout;

static const char *colour_of(size_t size) {
  return gnuplot_colour[size % GNUPLOT_COLOURS];
}

/* ------------------------------------------------------------------ layout */

static void count_rows(const bench *b, layout *l) {
  size_t name = 0;
  for (size_t i = 0; i < b->row_count; i++) {
    const bench_row *row = &b->rows[i];
    if (bench_is_copy(row->pass)) continue;
    if (!l->columns || l->passes[l->columns - 1] != row->pass)
      l->passes[l->columns++] = row->pass;
    l->functions += row->pass == BENCH_FORWARD;
    if (strlen(row->text) > name) name = strlen(row->text);
  }
  l->left = 30 + LETTER_WIDTH * (double)name;
}

/* What a pass takes per element at the limit. */
static double limit_time(const bench *b, bench_pass pass, size_t thread, size_t size) {
  return (double)bench_bytes(b, pass) / bench_limit(b, thread, size);
}

static void extend(layout *l, double ns) {
  l->low = fmin(l->low, ns);
  l->high = fmax(l->high, ns);
}

static void find_extent(const bench *b, layout *l) {
  l->low = INFINITY, l->high = 0;
  for (size_t thread = 0; thread < b->thread_count; thread++)
    for (size_t size = 0; size < b->size_count; size++) {
      for (size_t row = 0; row < b->row_count; row++)
        if (!bench_is_copy(b->rows[row].pass))
          extend(l, bench_time_of(b, thread, size, row)->least);
      for (size_t i = 0; i < l->columns; i++)
        extend(l, limit_time(b, l->passes[i], thread, size));
    }
  l->low *= 0.8;
  l->high *= 1.25;
}

static double panel_height(const layout *l) {
  return LINE_HEIGHT * ((double)l->functions + 0.6);
}

static layout layout_of(const bench *b) {
  layout l = {0};
  double rows = (double)b->thread_count;
  count_rows(b, &l);
  find_extent(b, &l);
  l.width = l.left + (double)l.columns * (PANEL_WIDTH + GAP_X) - GAP_X + MARGIN_RIGHT;
  l.height = MARGIN_TOP + rows * (panel_height(&l) + GAP_Y) - GAP_Y + MARGIN_BOTTOM;
  return l;
}

/* ------------------------------------------------------------------ data */

/* Functions stand from the top down: the first on the line with the largest number.
   Times that are alike would hide each other: sizes stand a little apart. */
static void write_dots(const bench *b, FILE *script, size_t thread, bench_pass pass,
                       size_t size, size_t functions) {
  double spread = 0.6 / (double)b->size_count;
  double line =
      (double)functions + spread * ((double)(b->size_count - 1) / 2 - (double)size);
  for (size_t row = 0; row < b->row_count; row++)
    if (b->rows[row].pass == pass)
      fprintf(script, "%.6g %.6g\n", bench_time_of(b, thread, size, row)->least, line--);
}

static void write_data(const bench *b, FILE *script, const layout *l) {
  for (size_t thread = 0; thread < b->thread_count; thread++)
    for (size_t column = 0; column < l->columns; column++)
      for (size_t size = 0; size < b->size_count; size++) {
        fprintf(script, "$dots_%zu_%zu_%zu << end\n", thread, column, size);
        write_dots(b, script, thread, l->passes[column], size, l->functions);
        double limit = limit_time(b, l->passes[column], thread, size);
        fprintf(script, "end\n$limit_%zu_%zu_%zu << end\n%.6g 0.2\n%.6g %g\nend\n",
                thread, column, size, limit, limit, (double)l->functions + 0.8);
      }
}

/* ------------------------------------------------------------------ panels */

static void write_place(const bench *b, FILE *script, const layout *l, size_t thread,
                        size_t column) {
  double left = l->left + (double)column * (PANEL_WIDTH + GAP_X);
  double top = MARGIN_TOP + (double)thread * (panel_height(l) + GAP_Y);
  fprintf(script,
          "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
          "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
          left / l->width, (left + PANEL_WIDTH) / l->width, 1 - top / l->height,
          1 - (top + panel_height(l)) / l->height);
  fprintf(script, "set title '%s, %zu thread%s' offset 0,-0.5\n",
          bench_pass_name(l->passes[column]), b->threads[thread],
          b->threads[thread] == 1 ? "" : "s");
}

static void write_names(const bench *b, FILE *script, const layout *l, size_t column) {
  size_t line = l->functions;
  fputs("set ytics (", script);
  for (size_t row = 0; row < b->row_count; row++) {
    if (b->rows[row].pass != BENCH_FORWARD) continue;
    if (line < l->functions) fputs(", ", script);
    gnuplot_string(script, column ? "" : b->rows[row].text);
    fprintf(script, " %zu", line--);
  }
  fputs(")\n", script);
}

/* Title and legend, which stand above all, are the first panel's. */
static void write_panel(const bench *b, FILE *script, const layout *l, size_t thread,
                        size_t column) {
  write_place(b, script, l, thread, column);
  write_names(b, script, l, column);
  fprintf(script, "set xlabel '%s'\n",
          thread + 1 == b->thread_count ? "nanoseconds per element" : "");
  if (thread || column) fputs("unset label\n", script);
  for (size_t size = 0; size < b->size_count; size++)
    fprintf(script, "%s $limit_%zu_%zu_%zu with lines linecolor rgb '%s' linewidth 2",
            size ? "," : "plot", thread, column, size, colour_of(size));
  for (size_t size = 0; size < b->size_count; size++)
    fprintf(script, ", $dots_%zu_%zu_%zu with points pointtype 7 linecolor rgb '%s'",
            thread, column, size, colour_of(size));
  fputc('\n', script);
}

/* 1, 2 and 5 of each power of ten. */
static void write_tics(FILE *script, const layout *l) {
  const char *before = "";
  fputs("set xtics (", script);
  for (double power = 1e-4; power < 1e6; power *= 10)
    for (int digit = 1; digit <= 5; digit += digit == 1 ? 1 : 3) {
      double at = digit * power;
      if (at < l->low || at > l->high) continue;
      fprintf(script, "%s'%g' %g", before, at, at);
      before = ", ";
    }
  fputs(")\n", script);
}

static void write_legend(const bench *b, FILE *script, const layout *l) {
  double y = 1 - 46 / l->height;
  fprintf(script, "set label 'elements:' at screen %.6f,%.6f\n", 12 / l->width, y);
  for (size_t size = 0; size < b->size_count; size++) {
    char text[BENCH_SIZE_TEXT];
    bench_size_text(b->sizes[size], text);
    fprintf(script,
            "set label '%s' at screen %.6f,%.6f offset 1,-0.2 point pointtype 7 "
            "linecolor rgb "
            "'%s'\n",
            text, (LEGEND_LEFT + LEGEND_STEP * (double)size) / l->width, y,
            colour_of(size));
  }
}

static void write_frame(const bench *b, FILE *script, const layout *l) {
  fprintf(script,
          "set multiplot\n"
          "set label '%s, %s: functions at numbers of elements (dots), and the faster "
          "copy of as many bytes (lines)' at screen %.6f,%.6f font ',13'\n",
          ramp_type_name(b->type), ramp_variant(), 12 / l->width, 1 - 20 / l->height);
  write_legend(b, script, l);
  write_tics(script, l);
  fprintf(script,
          "set logscale x\nset xrange [%.6g:%.6g]\nset yrange [0.2:%g]\nunset key\n",
          l->low, l->high, (double)l->functions + 0.8);
}

typedef struct drawing {
  const bench *b;
  gnuplot_format format;
} drawing;

static void write_script(const void *what, FILE *script) {
  const drawing *d = what;
  layout l = layout_of(d->b);
  write_data(d->b, script, &l);
  gnuplot_canvas(script, d->format, (int)l.width, (int)l.height);
  /* a dot of the same size is larger in an SVG */
  fprintf(script, "set pointsize %g\n", d->format == GNUPLOT_SVG ? 0.75 : 1.2);
  write_frame(d->b, script, &l);
  for (size_t thread = 0; thread < d->b->thread_count; thread++)
    for (size_t column = 0; column < l.columns; column++)
      write_panel(d->b, script, &l, thread, column);
  fputs("unset multiplot\n", script);
}

int bench_draw(const bench *b, gnuplot_format format, FILE *picture) {
  return gnuplot_draw(write_script, &(drawing){b, format}, picture);
}
