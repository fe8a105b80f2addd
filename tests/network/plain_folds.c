/* SPDX-License-Identifier: MIT */
#include "plain_folds.h"

#include <math.h>
#include <string.h>

static int is(const ramp_fold *fold, const char *name) {
  return strcmp(ramp_fold_row_at(fold->row)->name, name) == 0;
}

static void near(double *nearest, double distance) {
  *nearest = fmin(*nearest, fabs(distance));
}

static void plain_maxout(size_t k, size_t inputs, const double *x, double *y,
                         double *nearest) {
  for (size_t group = 0; group < inputs / k; group++) {
    const double *member = x + group * k;
    y[group] = member[0];
    for (size_t i = 1; i < k; i++) {
      near(nearest, member[i] - y[group]);
      y[group] = fmax(y[group], member[i]);
    }
  }
}

static void plain_crelu(size_t inputs, const double *x, double *y, double *nearest) {
  for (size_t i = 0; i < inputs; i++) {
    near(nearest, x[i]);
    y[i] = fmax(0, x[i]);
    y[inputs + i] = fmax(0, -x[i]);
  }
}

static double plain_gate(const ramp_fold *fold, double g, double *nearest) {
  if (is(fold, "glu")) return 1 / (1 + exp(-g));
  if (is(fold, "bilinear_glu")) return g;
  if (is(fold, "swiglu")) return g / (1 + exp(-g));
  if (is(fold, "geglu")) return g * erfc(-g / sqrt(2)) / 2;
  if (!is(fold, "reglu"))
    fail_msg("%s is not known here", ramp_fold_row_at(fold->row)->name);
  near(nearest, g);
  return fmax(0, g);
}

static void plain_gated(const ramp_fold *fold, size_t inputs, const double *x, double *y,
                        double *nearest) {
  for (size_t i = 0; i < inputs / 2; i++) {
    int pairs = fold->packing == RAMP_INTERLEAVED;
    double first = pairs ? x[2 * i] : x[i],
           second = pairs ? x[2 * i + 1] : x[inputs / 2 + i];
    y[i] = fold->gate_first ? second * plain_gate(fold, first, nearest)
                            : first * plain_gate(fold, second, nearest);
  }
}

/* e^x/(constant + sum e^x), with x times `sign`. */
static void plain_softmax(double sign, double constant, size_t inputs, const double *x,
                          double *y) {
  double sum = constant;
  for (size_t i = 0; i < inputs; i++)
    sum += exp(sign * x[i]);
  for (size_t i = 0; i < inputs; i++)
    y[i] = exp(sign * x[i]) / sum;
}

static void plain_hardmax(size_t inputs, const double *x, double *y, double *nearest) {
  size_t largest = 0;
  for (size_t i = 1; i < inputs; i++) {
    near(nearest, x[i] - x[largest]);
    if (x[i] > x[largest]) largest = i;
  }
  for (size_t i = 0; i < inputs; i++)
    y[i] = i == largest;
}

/* The threshold tau with sum max(0, x - tau) = 1, by halving. */
static void plain_sparsemax(size_t inputs, const double *x, double *y, double *nearest) {
  double low = -1e3, high = 1e3;
  for (int i = 0; i < 200; i++) {
    double middle = (low + high) / 2, sum = 0;
    for (size_t k = 0; k < inputs; k++)
      sum += fmax(0, x[k] - middle);
    *(sum > 1 ? &low : &high) = middle;
  }
  for (size_t i = 0; i < inputs; i++) {
    near(nearest, x[i] - low);
    y[i] = fmax(0, x[i] - low);
  }
}

void plain_fold(const ramp_fold *fold, size_t inputs, const double *x, double *y,
                double *nearest_kink) {
  if (is(fold, "maxout"))
    plain_maxout((size_t)fold->k, inputs, x, y, nearest_kink);
  else if (is(fold, "crelu"))
    plain_crelu(inputs, x, y, nearest_kink);
  else if (is(fold, "softmax"))
    plain_softmax(1, 0, inputs, x, y);
  else if (is(fold, "softmin"))
    plain_softmax(-1, 0, inputs, x, y);
  else if (is(fold, "softmax_one"))
    plain_softmax(1, 1, inputs, x, y);
  else if (is(fold, "sparsemax"))
    plain_sparsemax(inputs, x, y, nearest_kink);
  else if (is(fold, "hardmax"))
    plain_hardmax(inputs, x, y, nearest_kink);
  else if (is(fold, "log_softmax") || is(fold, "log_sum_exp")) {
    double logarithm, one[16];
    plain_softmax(1, 0, inputs, x, one);
    logarithm = x[0] - log(one[0]);
    for (size_t i = 0; i < (is(fold, "log_softmax") ? inputs : 1); i++)
      y[i] = is(fold, "log_softmax") ? x[i] - logarithm : logarithm;
  } else
    plain_gated(fold, inputs, x, y, nearest_kink);
}
