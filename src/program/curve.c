/* SPDX-License-Identifier: MIT */
/* curve.c: sampling a function piece by piece between its kinks and jumps. */
#include "curve.h"
#include "fold_curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Exact at both ends, and without overflow on any finite range. */
static double between(double low, double high, int i) {
  double share = (double)i / (CURVE_POINTS - 1);
  if (i == 0) return low;
  return i == CURVE_POINTS - 1 ? high : low * (1 - share) + high * share;
}

static ramp_status sample_piece(const curve *c, double low, double high,
                                curve_point *points) {
  double x[CURVE_POINTS], y[CURVE_POINTS];
  for (int i = 0; i < CURVE_POINTS; i++)
    x[i] = between(low, high, i);
  ramp_status status = c->of ? curve_fold_sample(c->of, c->derivative, CURVE_POINTS, x, y)
                             : (c->derivative ? ramp_derivative : ramp_forward)(
                                   &c->function, RAMP_F64, CURVE_POINTS, x, y);
  if (status != RAMP_OK) return status;
  for (int i = 0; i < CURVE_POINTS; i++)
    points[i] = (curve_point){x[i], y[i]};
  return RAMP_OK;
}

static ramp_status add_piece(curve *c, double low, double high) {
  curve_point *points = malloc(CURVE_POINTS * sizeof *points);
  if (!points) return RAMP_OUT_OF_MEMORY;
  c->piece[c->pieces++] = points;
  return sample_piece(c, low, high, points);
}

/* ------------------------------------------------------------------ gaps */

/* Kinks and jumps, ascending; those of one place count once. */
static int find_breaks(const curve *c, double breaks[CURVE_BREAKS_MAX]) {
  ramp_kink points[CURVE_BREAKS_MAX];
  if (c->of) return 0;
  int count = ramp_function_kinks(&c->function, points), breaks_count = 0;
  count += ramp_function_jumps(&c->function, points + count);
  for (int i = 0; i < count; i++) {
    int at = breaks_count;
    while (at > 0 && breaks[at - 1] > points[i].at)
      at--;
    if (at > 0 && breaks[at - 1] == points[i].at) continue;
    memmove(&breaks[at + 1], &breaks[at], (size_t)(breaks_count - at) * sizeof *breaks);
    breaks[at] = points[i].at;
    breaks_count++;
  }
  return breaks_count;
}

static int find(const ramp_kink *points, int count, double at, ramp_kink *gap) {
  for (int i = 0; i < count; i++)
    if (points[i].at == at) {
      *gap = points[i];
      return 1;
    }
  return 0;
}

/* The limits of the curve from both sides of a break, as far as they differ. */
static int find_gap(const curve *c, double at, ramp_kink *gap) {
  ramp_kink points[RAMP_KINKS_MAX];
  int count =
      (c->derivative ? ramp_function_kinks : ramp_function_jumps)(&c->function, points);
  return find(points, count, at, gap);
}

static void leave_out(curve *c, double x, double y, double taken) {
  if (y != taken) c->left_out_at[c->left_out++] = (curve_point){x, y};
}

static ramp_status mark_gap(curve *c, const ramp_kink *gap) {
  double taken;
  ramp_status status = (c->derivative ? ramp_derivative : ramp_forward)(
      &c->function, RAMP_F64, 1, &gap->at, &taken);
  if (status != RAMP_OK) return status;
  c->taken_at[c->taken++] = (curve_point){gap->at, taken};
  leave_out(c, gap->at, gap->left, taken);
  leave_out(c, gap->at, gap->right, taken);
  return RAMP_OK;
}

/* The pieces on both sides end at the limits, not at what is taken between them. */
static void set_ends(curve *c, const ramp_kink *gap) {
  for (int i = 0; i < c->pieces; i++) {
    curve_point *first = c->piece[i], *last = first + CURVE_POINTS - 1;
    if (first->x == gap->at) first->y = gap->right;
    if (last->x == gap->at) last->y = gap->left;
  }
}

static ramp_status mark_gaps(curve *c, const double *breaks, int count, double low,
                             double high) {
  ramp_status status = RAMP_OK;
  ramp_kink gap;
  for (int i = 0; i < count && status == RAMP_OK; i++) {
    if (breaks[i] < low || breaks[i] > high || !find_gap(c, breaks[i], &gap)) continue;
    set_ends(c, &gap);
    status = mark_gap(c, &gap);
  }
  return status;
}

/* ------------------------------------------------------------------ the curve */

void curve_breaks_extent(const curve *c, double *lowest, double *highest) {
  double breaks[CURVE_BREAKS_MAX];
  int count = find_breaks(c, breaks);
  for (int i = 0; i < count; i++) {
    *lowest = fmin(*lowest, breaks[i]);
    *highest = fmax(*highest, breaks[i]);
  }
}

ramp_status curve_sample(curve *c, double low, double high) {
  double breaks[CURVE_BREAKS_MAX];
  int count = find_breaks(c, breaks);
  double from = low;
  ramp_status status = RAMP_OK;
  c->pieces = c->taken = c->left_out = 0;
  for (int i = 0; i < count && status == RAMP_OK; i++) {
    if (breaks[i] <= low || breaks[i] >= high) continue;
    status = add_piece(c, from, breaks[i]);
    from = breaks[i];
  }
  if (status == RAMP_OK) status = add_piece(c, from, high);
  return status == RAMP_OK ? mark_gaps(c, breaks, count, low, high) : status;
}

void curve_free(curve *c) {
  for (int i = 0; i < c->pieces; i++)
    free(c->piece[i]);
  c->pieces = 0;
  free(c->of);
  c->of = NULL;
}

static void extend(double y, double *lowest, double *highest) {
  if (!isfinite(y)) return;
  *lowest = fmin(*lowest, y);
  *highest = fmax(*highest, y);
}

void curve_extent(const curve *c, double *lowest, double *highest) {
  for (int i = 0; i < c->pieces; i++)
    for (int j = 0; j < CURVE_POINTS; j++)
      extend(c->piece[i][j].y, lowest, highest);
  for (int i = 0; i < c->taken; i++)
    extend(c->taken_at[i].y, lowest, highest);
}
