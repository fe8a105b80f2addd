/* SPDX-License-Identifier: MIT */
/* What a compared function looks like: its value as a thick line, its derivative, which
   is what learning goes through, as a thin one.  Of a gated unit, the function of its
   gate; other folds have no curve. */
#include "allocate.h"
#include "curve.h"
#include "gnuplot.h"
#include "report_charts.h"
#include "report_picture.h"

#include <math.h>

#define WIDTH 360
#define HEIGHT 200

/* The part of the axis on which pre-activations mostly lie. */
#define SHAPE_LOW -4.0
#define SHAPE_HIGH 4.0

/* The text of the function of one input that shows what `text` is; null for none. */
static const char *function_to_draw(const char *text) {
  ramp_activation a;
  if (ramp_activation_parse(text, &a) != RAMP_OK) return NULL;
  return a.is_fold ? ramp_fold_row_at(a.fold.row)->gate : text;
}

static int sample(curve *c, const char *text, int derivative) {
  *c = (curve){.text = text, .derivative = derivative};
  ramp_status status = ramp_function_parse(text, &c->function);
  if (status == RAMP_OK) status = curve_sample(c, SHAPE_LOW, SHAPE_HIGH);
  return status == RAMP_OK ? EXIT_FINE : fail_status(status);
}

/* An empty line between pieces makes a jump a jump. */
static void write_curve(FILE *script, const char *name, const curve *c) {
  fprintf(script, "$%s << END\n", name);
  for (int i = 0; i < c->pieces; i++, fputc('\n', script))
    for (int k = 0; k < CURVE_POINTS; k++)
      if (isfinite(c->piece[i][k].y))
        fprintf(script, "%.9g %.9g\n", c->piece[i][k].x, c->piece[i][k].y);
  fputs("END\n", script);
}

static void write_shape(FILE *script, const curve *value, const curve *slope,
                        size_t run) {
  double low = 0, high = 1;
  curve_extent(value, &low, &high);
  curve_extent(slope, &low, &high);
  double margin = 0.08 * (high - low);
  gnuplot_canvas(script, GNUPLOT_SVG, WIDTH, HEIGHT);
  write_curve(script, "value", value);
  write_curve(script, "slope", slope);
  fprintf(
      script,
      "unset key\nset xrange [%g:%g]\nset yrange [%.9g:%.9g]\nset rmargin 2\nset ytics "
      "%g\n"
      "plot $value using 1:2 with lines linecolor rgb '%s' linewidth 3, "
      "$slope using 1:2 with lines linecolor rgb '#202020' linewidth 1.3 dashtype '- '\n",
      SHAPE_LOW, SHAPE_HIGH, low - margin, high + margin, high - low > 3 ? 1.0 : 0.5,
      run_colour(run));
}

static int draw_shape(FILE *page, const comparison *c, size_t run, const curve *value,
                      const curve *slope) {
  char *text = NULL, *title = NULL, name[48];
  size_t size, title_size;
  FILE *script = checked(open_memstream(&text, &size));
  write_shape(script, value, slope, run);
  fclose(script);
  FILE *words = checked(open_memstream(&title, &title_size));
  fprintf(words, "%s and its derivative", value->text);
  fclose(words);
  snprintf(name, sizeof name, "shape-%zu", run);
  int code =
      draw_inline(page, checked(text), size, name, checked(title), c, &c->run[run]);
  free(title);
  free(text);
  return code;
}

int write_shape_chart(FILE *page, const comparison *c, size_t run) {
  const char *text = function_to_draw(c->run[run].function);
  curve value = {0}, slope = {0};
  if (!text) return EXIT_FINE;
  int code = sample(&value, text, 0);
  if (code == EXIT_FINE) code = sample(&slope, text, 1);
  if (code == EXIT_FINE) code = draw_shape(page, c, run, &value, &slope);
  curve_free(&value);
  curve_free(&slope);
  return code;
}
