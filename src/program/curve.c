/* SPDX-License-Identifier: MIT */
/* curve.c: sampling a function piece by piece between its kinks. */
#include "curve.h"

#include <math.h>
#include <stdlib.h>

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
  ramp_status status = (c->derivative ? ramp_derivative : ramp_forward)(
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

/* ------------------------------------------------------------------ jumps */

static void leave_out(curve *c, double x, double y, double taken) {
  if (y != taken) c->left_out_at[c->left_out++] = (curve_point){x, y};
}

static ramp_status mark_jump(curve *c, const ramp_kink *kink) {
  double taken;
  ramp_status status = ramp_derivative(&c->function, RAMP_F64, 1, &kink->at, &taken);
  if (status != RAMP_OK) return status;
  c->taken_at[c->taken++] = (curve_point){kink->at, taken};
  leave_out(c, kink->at, kink->left, taken);
  leave_out(c, kink->at, kink->right, taken);
  return RAMP_OK;
}

/* The pieces on both sides end at the one-sided derivatives, not at what the kink rule
   takes. */
static void set_ends(curve *c, const ramp_kink *kink) {
  for (int i = 0; i < c->pieces; i++) {
    curve_point *first = c->piece[i], *last = first + CURVE_POINTS - 1;
    if (first->x == kink->at) first->y = kink->right;
    if (last->x == kink->at) last->y = kink->left;
  }
}

static ramp_status mark_jumps(curve *c, const ramp_kink *kinks, int count, double low,
                              double high) {
  ramp_status status = RAMP_OK;
  for (int i = 0; i < count && status == RAMP_OK; i++) {
    if (kinks[i].at < low || kinks[i].at > high) continue;
    set_ends(c, &kinks[i]);
    status = mark_jump(c, &kinks[i]);
  }
  return status;
}

/* ------------------------------------------------------------------ the curve */

ramp_status curve_sample(curve *c, double low, double high) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(&c->function, kinks);
  double from = low;
  ramp_status status = RAMP_OK;
  c->pieces = c->taken = c->left_out = 0;
  for (int i = 0; i < count && status == RAMP_OK; i++) {
    if (kinks[i].at <= low || kinks[i].at >= high) continue;
    status = add_piece(c, from, kinks[i].at);
    from = kinks[i].at;
  }
  if (status == RAMP_OK) status = add_piece(c, from, high);
  if (status != RAMP_OK || !c->derivative) return status;
  return mark_jumps(c, kinks, count, low, high);
}

void curve_free(curve *c) {
  for (int i = 0; i < c->pieces; i++)
    free(c->piece[i]);
  c->pieces = 0;
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
