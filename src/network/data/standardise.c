/* SPDX-License-Identifier: MIT */
/*
 * Scaling of columns to mean 0 and variance 1 over the training part.  Test examples have
 * no say in the scale; they are only measured by it.
 */
#include "network/data/data_internal.h"
#include <float.h>
#include <math.h>

typedef struct column {
  double *values;
  size_t rows, stride;
  const unsigned char *in_test;
} column;

static double mean_of(const column *c) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < c->rows; i++)
    if (!c->in_test[i]) sum += c->values[i * c->stride], count++;
  return sum / (double)count;
}

/* Compares values, not their distance from the mean, which rounding keeps from being 0.
   */
static int constant(const column *c) {
  size_t first = 0;
  while (c->in_test[first])
    first++;
  for (size_t i = first; i < c->rows; i++)
    if (!c->in_test[i] && c->values[i * c->stride] != c->values[first * c->stride])
      return 0;
  return 1;
}

static double largest_distance(const column *c, double mean) {
  double largest = 0;
  for (size_t i = 0; i < c->rows; i++)
    if (!c->in_test[i]) largest = fmax(largest, fabs(c->values[i * c->stride] - mean));
  return largest;
}

/* The root of the mean square of (value - mean) / unit. */
static double spread(const column *c, double mean, double unit) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < c->rows; i++) {
    double d = (c->values[i * c->stride] - mean) / unit;
    if (!c->in_test[i]) sum += d * d, count++;
  }
  return sqrt(sum / (double)count);
}

void ramp_standardise(double *values, size_t rows, size_t stride,
                      const unsigned char *in_test, double *mean, double *deviation) {
  column c = {values, rows, stride, in_test};
  int flat = constant(&c);
  *mean = mean_of(&c);
  *deviation = 0;
  /* Squares are taken in units of the largest distance, so that none of them underflows.
     */
  double unit = flat ? 0 : largest_distance(&c, *mean);
  double root = flat ? 0 : spread(&c, *mean, unit);
  for (size_t i = 0; i < rows; i++) {
    double *v = values + i * stride;
    *v = flat ? 0 : (*v - *mean) / unit / root;
  }
  *deviation = unit * root;
}

float ramp_finite_float(double x) { return (float)fmax(-FLT_MAX, fmin(FLT_MAX, x)); }
