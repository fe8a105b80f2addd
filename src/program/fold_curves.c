/* SPDX-License-Identifier: MIT */
/* fold_curves.c: which inputs are fixed and which move, and what comes out. */
#include "fold_curves.h"
#include "allocate.h"
#include "fold_line.h"

/* ------------------------------------------------------------------ sampling */

/* The derivatives by all inputs, as far as each moves; dx is overwritten. */
static ramp_status sample_slope(const curve_fold *of, const fold_line *line, double *dx,
                                double *y) {
  double *dy = allocate(line->outputs, sizeof *dy);
  dy[of->output] = 1;
  ramp_status status = fold_line_backward(line, dy, dx);
  free(dy);
  *y = 0;
  for (size_t i = 0; i < of->inputs; i++)
    *y += dx[i] * of->line[i].rise;
  return status;
}

static ramp_status sample_point(const curve_fold *of, int derivative, double t,
                                double *y) {
  double *x = allocate(of->inputs, sizeof *x);
  for (size_t i = 0; i < of->inputs; i++)
    x[i] = of->line[i].start + of->line[i].rise * t;
  fold_line line;
  ramp_status status = fold_line_compute(&of->fold, RAMP_F64, of->inputs, x, &line);
  if (status == RAMP_OK) *y = of->is_input ? x[of->output] : line.y[of->output];
  if (status == RAMP_OK && derivative) status = sample_slope(of, &line, x, y);
  fold_line_free(&line);
  free(x);
  return status;
}

ramp_status curve_fold_sample(const curve_fold *of, int derivative, size_t count,
                              const double *x, double *y) {
  ramp_status status = RAMP_OK;
  for (size_t i = 0; i < count && status == RAMP_OK; i++)
    status = sample_point(of, derivative, x[i], &y[i]);
  return status;
}

/* ------------------------------------------------------------------ making curves */

/* The curves that a call adds to. */
typedef struct adding {
  const ramp_fold *fold;
  const char *text;
  int derivative;
  curve **curves;
  int *count;
} adding;

static curve *add(const adding *a, size_t inputs, const curve_line *line, size_t output) {
  *a->curves = checked(realloc(*a->curves, (size_t)(*a->count + 1) * sizeof **a->curves));
  curve *c = &(*a->curves)[(*a->count)++];
  *c = (curve){.text = a->text, .derivative = a->derivative};
  c->of = allocate(1, sizeof *c->of + inputs * sizeof *line);
  c->of->fold = *a->fold;
  c->of->inputs = inputs;
  c->of->output = output;
  memcpy(c->of->line, line, inputs * sizeof *line);
  return c;
}

/* Tangents of x^2/4, from that at -2 to that at 2. */
static void add_maximum(const adding *a) {
  curve_line line[256];
  size_t k = (size_t)a->fold->k;
  for (size_t i = 0; i < k; i++) {
    double at = 4 * (double)i / (double)(k - 1) - 2;
    line[i] = (curve_line){-at * at / 4, at / 2};
  }
  for (size_t i = 0; i < k && !a->derivative; i++) {
    curve *c = add(a, k, line, i);
    c->of->is_input = 1;
    c->look = CURVE_FAINT;
    if (i == 0) snprintf(c->label, sizeof c->label, "%zu lines", k);
  }
  add(a, k, line, 0);
}

static void add_gated(const adding *a) {
  static const double values[] = {2, 1, -1};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    curve_line value = {values[i], 0}, gate = {0, 1};
    curve_line line[2] = {a->fold->gate_first ? gate : value,
                          a->fold->gate_first ? value : gate};
    curve *c = add(a, 2, line, 0);
    snprintf(c->label, sizeof c->label, "%s, value %g", a->text, values[i]);
  }
}

static void add_outputs(const adding *a, size_t inputs) {
  static const curve_line line[3] = {{0, 1}, {0, 0}, {1, 0}};
  int64_t outputs = 0;
  ramp_fold_outputs(a->fold, (int64_t)inputs, &outputs);
  for (int64_t i = 0; i < outputs; i++) {
    curve *c = add(a, inputs, line, (size_t)i);
    if (outputs > 1)
      snprintf(c->label, sizeof c->label, "%s, y[%lld]", a->text, (long long)i);
  }
}

/* ------------------------------------------------------------------ which they are */

typedef enum { MAXIMUM, GATED, OF_ONE, OF_THREE } profile;

static profile profile_of(const ramp_fold *fold) {
  int64_t outputs = 0;
  if (ramp_fold_keeps(fold) == RAMP_KEEP_WINNERS) return MAXIMUM;
  if (ramp_fold_row_at(fold->row)->gate) return GATED;
  ramp_fold_outputs(fold, 1, &outputs);
  return outputs > 1 ? OF_ONE : OF_THREE;
}

const char *fold_curves_inputs(const ramp_fold *fold) {
  static const char *const inputs[] = {[MAXIMUM] = "lines over x",
                                       [GATED] = "a value and the gate x",
                                       [OF_ONE] = "x alone",
                                       [OF_THREE] = "(x, 0, 1)"};
  return inputs[profile_of(fold)];
}

void fold_curves_add(const ramp_fold *fold, const char *text, int derivative,
                     curve **curves, int *count) {
  adding a = {fold, text, derivative, curves, count};
  switch (profile_of(fold)) {
  case MAXIMUM:
    add_maximum(&a);
    break;
  case GATED:
    add_gated(&a);
    break;
  case OF_ONE:
    add_outputs(&a, 1);
    break;
  case OF_THREE:
    add_outputs(&a, 3);
    break;
  }
}
