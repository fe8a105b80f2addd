/* SPDX-License-Identifier: MIT */
/* plot_script.c: how curves, their jumps and their legend look. */
#include "fold_curves.h"
#include "plot.h"

#include <math.h>

static int is_text(const plot *p) {
  return p->format == GNUPLOT_TEXT || p->format == GNUPLOT_TEXT_COLOUR;
}

/* ------------------------------------------------------------------ data */

/* gnuplot breaks a line where the data have an empty one. */
static void write_points(FILE *script, const curve_point *points, int count) {
  for (int i = 0; i < count; i++)
    if (isfinite(points[i].y))
      fprintf(script, "%.17g %.17g\n", points[i].x, points[i].y);
    else
      fputc('\n', script);
  fputc('\n', script);
}

static void write_curve(FILE *script, const curve *c, int backwards) {
  for (int i = 0; i < c->pieces * CURVE_POINTS; i++) {
    int at = backwards ? c->pieces * CURVE_POINTS - 1 - i : i;
    const curve_point *point = &c->piece[at / CURVE_POINTS][at % CURVE_POINTS];
    fprintf(script, "%.17g %.17g\n", point->x, point->y);
  }
}

/* The outline of what lies between two curves. */
static void write_band(FILE *script, const curve *c, int number) {
  fprintf(script, "$band%d << end\n", number);
  write_curve(script, &c[0], 0);
  write_curve(script, &c[1], 1);
  fputs("end\n", script);
}

static void write_data(FILE *script, const curve *c, int number) {
  if (c->look == CURVE_BAND) write_band(script, c, number);
  fprintf(script, "$line%d << end\n", number);
  for (int i = 0; i < c->pieces; i++)
    write_points(script, c->piece[i], CURVE_POINTS);
  fputs("end\n", script);
  if (!c->taken) return;
  fprintf(script, "$taken%d << end\n", number);
  write_points(script, c->taken_at, c->taken);
  fprintf(script, "end\n$left_out%d << end\n", number);
  write_points(script, c->left_out_at, c->left_out);
  fputs("end\n", script);
}

/* ------------------------------------------------------------------ frame */

static void title_of_one(const plot *p, FILE *script) {
  char title[256], name[128];
  const ramp_function_row *row = ramp_function_row_at(p->last.function.row);
  snprintf(name, sizeof name, "%s", p->curves[0].text);
  if (p->last.is_fold)
    snprintf(name, sizeof name, "%s of %s", p->curves[0].text,
             fold_curves_inputs(&p->last.fold));
  switch (p->what) {
  case PLOT_VALUE:
    snprintf(title, sizeof title, "%s:  %s", name,
             p->last.is_fold ? ramp_fold_row_at(p->last.fold.row)->formula
                             : row->formula);
    break;
  case PLOT_DERIVATIVE:
    snprintf(title, sizeof title, "derivative of %s%s%s", name,
             p->last.is_fold ? "" : ":  ", p->last.is_fold ? "" : row->derivative);
    break;
  case PLOT_BOTH:
    snprintf(title, sizeof title, "%s and its derivative", name);
    break;
  }
  gnuplot_string(script, title);
}

static void write_title(const plot *p, FILE *script) {
  static const char *const titles[] = {"Activation functions",
                                       "Derivatives of activation functions",
                                       "Activation functions and their derivatives"};
  fputs("set title ", script);
  if (p->functions == 1)
    title_of_one(p, script);
  else
    gnuplot_string(script, titles[p->what]);
  fputc('\n', script);
}

static void write_ranges(const plot *p, FILE *script) {
  double lowest = INFINITY, highest = -INFINITY;
  for (int i = 0; i < p->count; i++)
    curve_extent(&p->curves[i], &lowest, &highest);
  if (lowest > highest) lowest = highest = 0;
  double margin = 0.06 * (highest - lowest);
  if (margin == 0) margin = fmax(0.5, 0.1 * fabs(highest));
  fprintf(script, "set xrange [%.17g:%.17g]\nset yrange [%.17g:%.17g]\n", p->low, p->high,
          lowest - margin, highest + margin);
}

static void write_frame(const plot *p, FILE *script) {
  static const char *const labels[] = {"f(x)", "f'(x)", "f(x), f'(x)"};
  gnuplot_canvas(script, p->format, p->width, p->height);
  if (!p->in_page) write_title(p, script);
  write_ranges(p, script);
  fputs(p->count == 1 || p->in_page ? "unset key\n"
                                    : "set key outside right top reverse Left\n",
        script);
  if (is_text(p)) {
    fputs("set xzeroaxis\nset yzeroaxis\n", script);
    if (p->count > 1)
      fputs("unset title\nset key outside top center horizontal\n", script);
    return;
  }
  if (!p->in_page) {
    fputs("set xlabel 'x'\nset ylabel ", script);
    gnuplot_string(script, labels[p->what]);
  }
  fputs("\nset zeroaxis linetype 1 linecolor rgb '#909090' linewidth 1.2\n", script);
}

/* ------------------------------------------------------------------ curves */

/* Value and derivative of one function share their colour, unless they are alone. */
static int colour_number(const plot *p, int i) {
  if (p->in_page && p->curves[i].derivative) return GNUPLOT_COLOURS;
  return p->curves[i].colour + 1;
}

/* In a terminal each curve has letters of its own, and both edges of a band the same. */
static int text_number(const plot *p, int i) {
  return p->curves[i].look == CURVE_EDGE ? i : i + 1;
}

static void write_line(const plot *p, FILE *script, int i) {
  const curve *c = &p->curves[i];
  char title[160];
  snprintf(title, sizeof title, "%s%s", *c->label ? c->label : c->text,
           c->derivative && p->what == PLOT_BOTH ? " '" : "");
  if (c->look == CURVE_BAND && !is_text(p)) {
    fprintf(script,
            "%s $band%d with filledcurves closed fillstyle solid 0.2 noborder linetype "
            "%d title ",
            i ? "," : "plot", i, colour_number(p, i));
    gnuplot_string(script, title);
    return;
  }
  if (c->look == CURVE_EDGE && !is_text(p)) return;
  fprintf(script, "%s $line%d with lines linetype %d", i ? "," : "plot", i,
          is_text(p) ? text_number(p, i) : colour_number(p, i));
  if (c->look == CURVE_FAINT && !is_text(p))
    fputs(" linewidth 1 linecolor rgb '#a0a0a0'", script);
  if (c->derivative && p->what == PLOT_BOTH && !is_text(p))
    fputs(" dashtype '- '", script);
  if (c->look != CURVE_BOLD && !*c->label) {
    fputs(" notitle", script);
    return;
  }
  fputs(" title ", script);
  gnuplot_string(script, title);
}

/* A filled dot is on the value taken at the kink, an open one on a limit that is not. */
static void write_dots(const plot *p, FILE *script, int i) {
  const curve *c = &p->curves[i];
  int colour = colour_number(p, i);
  if (!c->taken || c->look != CURVE_BOLD) return;
  if (is_text(p)) {
    fprintf(script, ", $left_out%d with points linetype %d pointtype 'o' notitle", i,
            i + 1);
    fprintf(script, ", $taken%d with points linetype %d pointtype '@' notitle", i, i + 1);
    return;
  }
  fprintf(script, ", $left_out%d with points linetype %d pointsize 1.1 notitle", i,
          colour);
  fprintf(script,
          ", $left_out%d with points pointtype 7 pointsize 0.6 linecolor rgb 'white' "
          "notitle",
          i);
  fprintf(script, ", $taken%d with points linetype %d pointsize 1.1 notitle", i, colour);
}

void plot_script(const plot *p, FILE *script) {
  for (int i = 0; i < p->count; i++)
    write_data(script, &p->curves[i], i);
  write_frame(p, script);
  for (int i = 0; i < p->count; i++)
    write_line(p, script, i);
  for (int i = 0; i < p->count; i++)
    write_dots(p, script, i);
  fputc('\n', script);
}
