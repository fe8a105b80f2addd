/* SPDX-License-Identifier: MIT */
/* Line charts: one table row each says where the points come from; the drawing is the
   same for all.  Names stand at the ends of the lines, moved apart where they would cover
   each other. */
#include "report_charts.h"
#include "allocate.h"
#include "gnuplot.h"
#include "report_picture.h"

#include <math.h>

/* Small enough that the letters can still be read when a telephone shrinks the picture.
   */
#define CHART_WIDTH 480
#define CHART_HEIGHT 300

/* Least distance of two names, as a share of the chart's height. */
#define NAME_DISTANCE 0.062

/* More names than this do not fit beside a chart; the legend of the page has them all. */
#define NAMES_MOST 14

/* With more points than this a line is drawn without dots. */
#define DOTS_MOST 25

/* An axis whose values span more than this factor is logarithmic. */
#define LOGARITHMIC_SPAN 20.0

typedef struct point {
  double x, y;
} point;

typedef enum { AXIS_LINEAR, AXIS_BY_SPAN, AXIS_COUNT, AXIS_LOGARITHMIC } axis_kind;

struct line_chart {
  const char *name, *title, *x_title, *y_title;
  axis_kind axis;
  int whole_x; /* x counts something: no tics between whole numbers */
  size_t (*points)(const comparison *c, size_t run);
  point (*at)(const comparison *c, size_t run, size_t i);
};

/* ------------------------------------------------------------------ where points come
   from */

static size_t trained_epochs(const comparison *c, size_t run) {
  return c->run[run].history->epochs;
}

static size_t epochs_with_start(const comparison *c, size_t run) {
  return trained_epochs(c, run) + 1;
}

static const ramp_epoch *epoch_of(const comparison *c, size_t run, size_t i) {
  return &c->run[run].history->epoch[i];
}

static point accuracy_by_epoch(const comparison *c, size_t run, size_t i) {
  return (point){(double)(i + 1), 100 * epoch_of(c, run, i + 1)->test.accuracy};
}

static point accuracy_by_second(const comparison *c, size_t run, size_t i) {
  const ramp_epoch *epoch = epoch_of(c, run, i + 1);
  return (point){epoch->seconds, 100 * epoch->test.accuracy};
}

static point loss_by_epoch(const comparison *c, size_t run, size_t i) {
  return (point){(double)(i + 1), epoch_of(c, run, i + 1)->test.loss};
}

static point loss_by_second(const comparison *c, size_t run, size_t i) {
  const ramp_epoch *epoch = epoch_of(c, run, i + 1);
  return (point){epoch->seconds, epoch->test.loss};
}

static point dead_by_epoch(const comparison *c, size_t run, size_t i) {
  layer_totals totals = layers_together(epoch_of(c, run, i), c->compared);
  return (point){(double)i, (double)totals.verdicts[RAMP_DEAD]};
}

static size_t layers_when_trained(const comparison *c, size_t run) {
  return trained_epochs(c, run) ? c->layers : 0;
}

static point gradient_first(const comparison *c, size_t run, size_t i) {
  return (point){(double)(i + 1), epoch_of(c, run, 1)->gradient_norm[i]};
}

static point gradient_last(const comparison *c, size_t run, size_t i) {
  return (point){(double)(i + 1), last_epoch(c->run[run].history)->gradient_norm[i]};
}

const line_chart chart_accuracy_by_epoch = {"accuracy-epoch", "Test accuracy by epoch",
                                            "epoch",          "test accuracy, %",
                                            AXIS_LINEAR,      1,
                                            trained_epochs,   accuracy_by_epoch};
const line_chart chart_accuracy_by_second = {
    "accuracy-second",     "Test accuracy by second",
    "seconds of training", "test accuracy, %",
    AXIS_LINEAR,           0,
    trained_epochs,        accuracy_by_second};
const line_chart chart_loss_by_epoch = {"loss-epoch",   "Test loss by epoch", "epoch",
                                        "test loss",    AXIS_BY_SPAN,         1,
                                        trained_epochs, loss_by_epoch};
const line_chart chart_loss_by_second = {"loss-second",         "Test loss by second",
                                         "seconds of training", "test loss",
                                         AXIS_BY_SPAN,          0,
                                         trained_epochs,        loss_by_second};
const line_chart chart_dead_by_epoch = {"dead-epoch",      "Dead hidden units by epoch",
                                        "epoch",           "dead units",
                                        AXIS_COUNT,        1,
                                        epochs_with_start, dead_by_epoch};
const line_chart chart_gradient_first = {
    "gradient-first",           "Gradient norm by layer, first epoch",
    "layer, from the input on", "gradient norm",
    AXIS_LOGARITHMIC,           1,
    layers_when_trained,        gradient_first};
const line_chart chart_gradient_last = {"gradient-last",
                                        "Gradient norm by layer, last epoch",
                                        "layer, from the input on",
                                        "gradient norm",
                                        AXIS_LOGARITHMIC,
                                        1,
                                        layers_when_trained,
                                        gradient_last};

/* ------------------------------------------------------------------ the frame */

typedef struct frame {
  double x_low, x_high, y_low, y_high;
  int logarithmic;
} frame;

const char *run_colour(size_t i) { return gnuplot_colour[i % GNUPLOT_COLOURS]; }

int run_is_dashed(size_t i) { return i >= GNUPLOT_COLOURS; }

/* Not every finite number can be drawn: a logarithm needs one above 0. */
static int drawable(point p, int logarithmic) {
  return isfinite(p.x) && isfinite(p.y) && (!logarithmic || p.y > 0);
}

static frame span(const line_chart *chart, const comparison *c, int logarithmic) {
  frame f = {INFINITY, -INFINITY, INFINITY, -INFINITY, logarithmic};
  for (size_t r = 0; r < c->runs; r++)
    for (size_t i = 0; i < chart->points(c, r); i++) {
      point p = chart->at(c, r, i);
      if (!drawable(p, logarithmic)) continue;
      f.x_low = fmin(f.x_low, p.x), f.x_high = fmax(f.x_high, p.x);
      f.y_low = fmin(f.y_low, p.y), f.y_high = fmax(f.y_high, p.y);
    }
  return f;
}

/* Height of a value in the frame, from 0 to 1. */
static double height(const frame *f, double y) {
  if (f->logarithmic) return log(y / f->y_low) / log(f->y_high / f->y_low);
  return (y - f->y_low) / (f->y_high - f->y_low);
}

static void widen(frame *f, axis_kind axis) {
  if (f->logarithmic) {
    f->y_low /= 1.3, f->y_high *= 1.3;
    return;
  }
  double margin =
      f->y_high > f->y_low ? 0.06 * (f->y_high - f->y_low) : 0.05 * fabs(f->y_high) + 0.5;
  f->y_low -= margin, f->y_high += margin;
  if (axis == AXIS_COUNT) f->y_low = 0, f->y_high = fmax(f->y_high, 5);
}

static frame frame_of(const line_chart *chart, const comparison *c) {
  frame f = span(chart, c, chart->axis == AXIS_LOGARITHMIC);
  if (chart->axis == AXIS_BY_SPAN && f.y_low > 0 && f.y_high > LOGARITHMIC_SPAN * f.y_low)
    f = span(chart, c, 1);
  if (!(f.x_low <= f.x_high))
    f = (frame){0, 1, f.logarithmic ? 0.1 : 0, 1, f.logarithmic};
  widen(&f, chart->axis);
  if (!chart->whole_x) f.x_low = 0; /* a clock begins at 0 */
  if (f.x_low == f.x_high) f.x_low -= 0.5, f.x_high += 0.5;
  return f;
}

/* ------------------------------------------------------------------ names at the lines
   */

typedef struct name_place {
  size_t run;
  double wanted, at; /* shares of the chart's height */
} name_place;

static int by_height(const void *a, const void *b) {
  double x = ((const name_place *)a)->wanted, y = ((const name_place *)b)->wanted;
  return (x > y) - (x < y);
}

/* Moves the places apart, upwards first, then down again from the top where there is no
   room. */
static void move_apart(name_place *places, size_t count) {
  qsort(places, count, sizeof *places, by_height);
  for (size_t i = 0; i < count; i++) {
    places[i].at = fmax(places[i].wanted, 0.02);
    if (i && places[i].at < places[i - 1].at + NAME_DISTANCE)
      places[i].at = places[i - 1].at + NAME_DISTANCE;
  }
  double ceiling = 1.0;
  for (size_t i = count; i-- > 0; ceiling = places[i].at - NAME_DISTANCE)
    places[i].at = fmin(places[i].at, ceiling);
}

static size_t places_of(const line_chart *chart, const comparison *c, const frame *f,
                        name_place *places) {
  size_t count = 0;
  for (size_t r = 0; r < c->runs; r++)
    for (size_t i = chart->points(c, r); i-- > 0;) {
      point p = chart->at(c, r, i);
      if (!drawable(p, f->logarithmic)) continue;
      places[count++] = (name_place){r, height(f, p.y), 0};
      break;
    }
  return count;
}

static void write_names(FILE *script, const line_chart *chart, const comparison *c,
                        const frame *f) {
  name_place *places = allocate(c->runs, sizeof *places);
  size_t count = places_of(chart, c, f, places);
  move_apart(places, count);
  for (size_t i = 0; i < count; i++) {
    fputs("set label ", script);
    gnuplot_string(script, c->run[places[i].run].function);
    fprintf(script, " at graph 1.02, graph %.4f left font ',12' textcolor rgb '%s'\n",
            places[i].at, run_colour(places[i].run));
  }
  free(places);
}

/* ------------------------------------------------------------------ the script */

static size_t longest_name(const comparison *c) {
  size_t longest = 0;
  for (size_t r = 0; r < c->runs; r++)
    longest = strlen(c->run[r].function) > longest ? strlen(c->run[r].function) : longest;
  return longest;
}

/* Over few decades a tic at every power of ten is too few to read from. */
static void write_logarithmic_tics(FILE *script, const frame *f) {
  const double steps[] = {1, 2, 5};
  fputs("set logscale y\nset format y '%g'\n", script);
  if (f->y_high > 1000 * f->y_low) return;
  double power = pow(10, floor(log10(f->y_low)));
  for (int count = 0; power < f->y_high; power *= 10)
    for (int i = 0; i < 3; i++)
      if (steps[i] * power >= f->y_low && steps[i] * power <= f->y_high)
        fprintf(script, "%s%.9g", count++ ? ", " : "set ytics (", steps[i] * power);
  fputs(")\n", script);
}

static void write_frame(FILE *script, const line_chart *chart, const comparison *c,
                        const frame *f) {
  fprintf(script, "unset key\nset xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", f->x_low,
          f->x_high, f->y_low, f->y_high);
  fprintf(script, "set xlabel '%s'\nset ylabel '%s'\n", chart->x_title, chart->y_title);
  if (f->logarithmic) write_logarithmic_tics(script, f);
  if (chart->whole_x && f->x_high - f->x_low <= 12) fputs("set xtics 1\n", script);
  if (c->runs > NAMES_MOST) return;
  fprintf(script, "set rmargin %zu\n", longest_name(c) + 2);
  write_names(script, chart, c, f);
}

static void write_points(FILE *script, const line_chart *chart, const comparison *c,
                         size_t run, int logarithmic) {
  fprintf(script, "$run%zu << END\nNaN NaN\n", run);
  for (size_t i = 0; i < chart->points(c, run); i++) {
    point p = chart->at(c, run, i);
    if (drawable(p, logarithmic)) fprintf(script, "%.9g %.9g\n", p.x, p.y);
  }
  fputs("END\n", script);
}

static void write_lines(FILE *script, const line_chart *chart, const comparison *c) {
  for (size_t r = 0; r < c->runs; r++) {
    int dots = chart->points(c, r) <= DOTS_MOST;
    fprintf(script, "%s $run%zu using 1:2 with %s linetype %zu%s", r ? "," : "plot", r,
            dots ? "linespoints" : "lines", r + 1, dots ? " pointsize 0.45" : "");
  }
  fputc('\n', script);
}

int write_line_chart(FILE *page, const line_chart *chart, const comparison *c) {
  char *text = NULL;
  size_t size;
  FILE *script = checked(open_memstream(&text, &size));
  frame f = frame_of(chart, c);
  gnuplot_canvas(script, GNUPLOT_SVG, CHART_WIDTH, CHART_HEIGHT);
  for (size_t r = 0; r < c->runs; r++)
    write_points(script, chart, c, r, f.logarithmic);
  write_frame(script, chart, c, &f);
  write_lines(script, chart, c);
  fclose(script);
  int code = draw_inline(page, checked(text), size, chart->name, chart->title, c, NULL);
  free(text);
  return code;
}
