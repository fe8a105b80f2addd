/* SPDX-License-Identifier: MIT */
/* plot_curves.c: from the functions that were named to curves and their colours. */
#include "allocate.h"
#include "fold_curves.h"
#include "plot.h"
#include "random_slope.h"

#include <math.h>

static curve *add_function(plot *p, const ramp_function *f, const char *text,
                           int derivative) {
  p->curves = checked(realloc(p->curves, (size_t)(p->count + 1) * sizeof *p->curves));
  curve *c = &p->curves[p->count++];
  *c = (curve){.function = *f, .text = text, .derivative = derivative};
  return c;
}

static curve *add_slope(plot *p, const ramp_function *f, double slope, const char *text,
                        int derivative, curve_look look) {
  ramp_function fixed = random_slope_fixed(f, slope);
  curve *c = add_function(p, &fixed, text, derivative);
  c->look = look;
  return c;
}

enum { DRAWS = 7 };

/* All slopes as a band, and some that are drawn: behind the curve of evaluation. */
static void add_draws(plot *p, const ramp_function *f, const char *text, int derivative) {
  double lower, upper, slope[DRAWS];
  if (random_slope_draw(f, DRAWS, slope) != RAMP_OK) return;
  random_slope_bounds(f, &lower, &upper);
  curve *c = add_slope(p, f, lower, text, derivative, CURVE_BAND);
  snprintf(c->label, sizeof c->label, "all slopes");
  add_slope(p, f, upper, text, derivative, CURVE_EDGE);
  for (int i = 0; i < DRAWS; i++) {
    c = add_slope(p, f, slope[i], text, derivative, CURVE_FAINT);
    if (i == 0) snprintf(c->label, sizeof c->label, "%d draws", DRAWS);
  }
}

static void add_random(plot *p, const ramp_function *f, const char *text,
                       int derivative) {
  add_draws(p, f, text, derivative);
  curve *c = add_function(p, f, text, derivative);
  snprintf(c->label, sizeof c->label, "%s, evaluation", text);
}

/* Value and derivative of one function share their colours. */
static void add_curves(plot *p, const ramp_activation *of, const char *text,
                       int derivative) {
  int from = p->count, colour = p->colours;
  if (of->is_fold)
    fold_curves_add(&of->fold, text, derivative, &p->curves, &p->count);
  else if (random_slope_is(&of->function))
    add_random(p, &of->function, text, derivative);
  else
    add_function(p, &of->function, text, derivative);
  for (int i = from; i < p->count; i++)
    p->curves[i].colour = p->curves[i].look == CURVE_BOLD ? colour++ : colour;
}

/* One more than the last. */
static int next_colour(const plot *p) {
  int next = 0;
  for (int i = 0; i < p->count; i++)
    if (p->curves[i].look == CURVE_BOLD && p->curves[i].colour >= next)
      next = p->curves[i].colour + 1;
  return next;
}

int plot_add(plot *p, const char *text) {
  ramp_status status = ramp_activation_parse(text, &p->last);
  if (status != RAMP_OK) return fail_status(status);
  if (p->what != PLOT_DERIVATIVE) add_curves(p, &p->last, text, 0);
  if (p->what != PLOT_VALUE) add_curves(p, &p->last, text, 1);
  p->colours = next_colour(p);
  p->functions++;
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ sampling */

/* A kink at the very edge would not be seen as one: it gets a tenth of the picture beside
   it. */
static void choose_range(plot *p) {
  double low = 0, high = 0;
  for (int i = 0; i < p->count; i++)
    curve_breaks_extent(&p->curves[i], &low, &high);
  double beside = fmax(1, 0.1 * (high - low));
  p->low = fmin(-4, low - beside);
  p->high = fmax(4, high + beside);
}

int plot_sample(plot *p) {
  if (p->low == p->high) choose_range(p);
  for (int i = 0; i < p->count; i++) {
    ramp_status status = curve_sample(&p->curves[i], p->low, p->high);
    if (status == RAMP_OUT_OF_MEMORY) return fail_memory();
    if (status != RAMP_OK) return fail_status(status);
  }
  return EXIT_FINE;
}

void plot_free(plot *p) {
  for (int i = 0; i < p->count; i++)
    curve_free(&p->curves[i]);
  free(p->curves);
}
