/* SPDX-License-Identifier: MIT */
/* function_index.c: the page that leads to all functions, each with a small picture. */
#include "allocate.h"
#include "fold_curves.h"
#include "function_page.h"
#include "gnuplot.h"
#include "list.h"
#include "page.h"

#include <math.h>

extern const char function_index_template[]; /* function_index.html */

/* ------------------------------------------------------------------ small pictures */

#define LOW -4.0
#define HIGH 4.0
#define WIDTH 180.0
#define HEIGHT 100.0
/* Every which sampled point is enough for so small a picture. */
#define STEP 8

/* One unit is as long upwards as across, and 0 lies below the middle. */
#define UNIT (WIDTH / (HIGH - LOW))
#define FLOOR (0.68 * HEIGHT)

static double across(double x) { return (x - LOW) * UNIT; }

/* Beyond the edge a line may end where nobody sees it. */
static double down(double y) { return fmax(-HEIGHT, fmin(2 * HEIGHT, FLOOR - y * UNIT)); }

static void write_piece(FILE *page, const curve_point *points) {
  for (int i = 0; i < CURVE_POINTS; i += STEP)
    fprintf(page, "%c%.1f %.1f", i ? 'L' : 'M', across(points[i].x), down(points[i].y));
}

/* The curve is freed. */
static int write_path(FILE *page, curve *c, const char *look) {
  ramp_status status = curve_sample(c, LOW, HIGH);
  if (status == RAMP_OUT_OF_MEMORY) return fail_memory();
  if (status != RAMP_OK) return fail_status(status);
  fputs("<path fill=\"none\" d=\"", page);
  for (int i = 0; i < c->pieces; i++)
    write_piece(page, c->piece[i]);
  fprintf(page, "\" %s/>", look);
  curve_free(c);
  return EXIT_FINE;
}

static void write_axes(FILE *page) {
  fprintf(page,
          "<svg viewBox=\"0 0 %g %g\" aria-hidden=\"true\"><path stroke=\"#d5d9de\" "
          "d=\"M0 %g H%g M%g 0 V%g\"/>",
          WIDTH, HEIGHT, FLOOR, WIDTH, across(0), HEIGHT);
}

static int write_picture(FILE *page, const ramp_function *f) {
  curve value = {.function = *f}, slope = {.function = *f, .derivative = 1};
  write_axes(page);
  int code = write_path(page, &slope,
                        "stroke=\"#4d4d4d\" stroke-width=\"1.2\" "
                        "stroke-dasharray=\"4 3\"");
  if (code == EXIT_FINE)
    code = write_path(page, &value, "stroke=\"#0072b2\" stroke-width=\"2.4\"");
  fputs("</svg>", page);
  return code;
}

static int write_fold_picture(FILE *page, const ramp_fold *fold, const char *name) {
  curve *curves = NULL;
  int count = 0, code = EXIT_FINE, bold = 0;
  fold_curves_add(fold, name, 0, &curves, &count);
  write_axes(page);
  for (int i = 0; i < count && code == EXIT_FINE; i++) {
    char look[80];
    int faint = curves[i].look == CURVE_FAINT;
    snprintf(look, sizeof look, "stroke=\"%s\" stroke-width=\"%s\"",
             faint ? "#a0a0a0" : gnuplot_colour[bold % GNUPLOT_COLOURS],
             faint ? "1" : "2.2");
    bold += !faint;
    code = write_path(page, &curves[i], look);
  }
  fputs("</svg>", page);
  for (int i = 0; i < count; i++)
    curve_free(&curves[i]);
  free(curves);
  return code;
}

/* ------------------------------------------------------------------ parts */

static int write_function(FILE *page, const ramp_function_row *row) {
  ramp_function f;
  ramp_status status = ramp_function_parse(row->name, &f);
  if (status != RAMP_OK) return fail_status(status);
  fprintf(page, "<a class=\"card\" href=\"%s.html\">", row->name);
  int code = write_picture(page, &f);
  fprintf(page, "<h2>%s</h2><code>", row->name);
  html_text(page, row->alias ? row->alias : row->formula);
  fputs("</code></a>\n", page);
  return code;
}

static int write_functions(FILE *page) {
  int code = EXIT_FINE;
  for (int i = 0; i < ramp_function_rows() && code == EXIT_FINE; i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    int next = 0;
    if (row->alias) continue;
    code = write_function(page, row);
    for (const ramp_function_row *alias;
         code == EXIT_FINE && (alias = list_next_alias(row, &next));)
      code = write_function(page, alias);
  }
  return code;
}

static int write_fold(FILE *page, const ramp_fold_row *row) {
  ramp_fold fold;
  ramp_status status = ramp_fold_parse(row->name, &fold);
  if (status != RAMP_OK) return fail_status(status);
  fprintf(page, "<a class=\"card\" href=\"%s.html\">", row->name);
  int code = write_fold_picture(page, &fold, row->name);
  fprintf(page, "<h2>%s</h2><code>", row->name);
  html_text(page, row->formula);
  fputs("</code></a>\n", page);
  return code;
}

static int write_folds(FILE *page) {
  int code = EXIT_FINE;
  for (int i = 0; i < ramp_fold_rows() && code == EXIT_FINE; i++)
    code = write_fold(page, ramp_fold_row_at(i));
  return code;
}

static int aliases(void) {
  int count = 0;
  for (int i = 0; i < ramp_function_rows(); i++)
    count += ramp_function_row_at(i)->alias != NULL;
  return count;
}

static int write_part(FILE *page, const char *name, size_t size, const void *what) {
  (void)what;
  if (page_is_part(name, size, "functions")) return write_functions(page);
  if (page_is_part(name, size, "folds")) return write_folds(page);
  if (page_is_part(name, size, "version"))
    fputs(RAMP_VERSION, page);
  else if (page_is_part(name, size, "count"))
    fprintf(page, "%d", ramp_function_rows() - aliases());
  else if (page_is_part(name, size, "fold_count"))
    fprintf(page, "%d", ramp_fold_rows());
  else if (page_is_part(name, size, "aliases"))
    fprintf(page, "%d", aliases());
  else
    return PAGE_NO_PART;
  return EXIT_FINE;
}

int function_index(char **text) {
  return page_fill(function_index_template, write_part, NULL, text);
}
