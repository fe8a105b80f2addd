/* SPDX-License-Identifier: MIT */
/* The hot loops of training.  Compiled once per instruction set, with RAMP_VARIANT
   naming it; every variant gives the same bits: nothing is contracted, and sums have
   LANES partial sums whatever the vectors' width. */
#include "network/loops/update.h"

#include <math.h>

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

enum { LANES = 16 };

static double total(const double lane[LANES]) {
  double sum = 0;
  for (int i = 0; i < LANES; i++)
    sum += lane[i];
  return sum;
}

/* ------------------------------------------------------------------ Adam */

static inline void adam_lanes(const ramp_adam_step *s, size_t lanes,
                              const float *restrict gradient, float *restrict first,
                              float *restrict second, float *restrict parameter,
                              double *restrict squares) {
#pragma omp simd
  for (size_t i = 0; i < lanes; i++) {
    float g = gradient[i];
    float m = s->beta1 * first[i] + s->rest1 * g;
    float v = s->beta2 * second[i] + s->rest2 * g * g;
    first[i] = m;
    second[i] = v;
    parameter[i] -= s->rate * m / (sqrtf(v) / s->root + s->epsilon);
    squares[i] += (double)g * (double)g;
  }
}

static double adam(const ramp_adam_step *step, size_t count, const float *gradient,
                   float *first, float *second, float *parameter) {
  const ramp_adam_step s = *step;
  double lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    adam_lanes(&s, LANES, gradient + i, first + i, second + i, parameter + i, lane);
  adam_lanes(&s, count - i, gradient + i, first + i, second + i, parameter + i, lane);
  return total(lane);
}

/* ------------------------------------------------------------------ SGD */

static inline void sgd_lanes(const ramp_sgd_step *s, size_t lanes,
                             const float *restrict gradient, float *restrict velocity,
                             float *restrict parameter, double *restrict squares) {
#pragma omp simd
  for (size_t i = 0; i < lanes; i++) {
    float g = gradient[i];
    velocity[i] = s->momentum * velocity[i] + g;
    parameter[i] -= s->rate * velocity[i];
    squares[i] += (double)g * (double)g;
  }
}

static double sgd(const ramp_sgd_step *step, size_t count, const float *gradient,
                  float *velocity, float *parameter) {
  const ramp_sgd_step s = *step;
  double lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    sgd_lanes(&s, LANES, gradient + i, velocity + i, parameter + i, lane);
  sgd_lanes(&s, count - i, gradient + i, velocity + i, parameter + i, lane);
  return total(lane);
}

/* ------------------------------------------------------------------ sums over a batch */

static void sum_rows(size_t rows, size_t stride, size_t units, const float *x,
                     double *sum) {
  for (size_t row = 0; row < rows; row++, x += stride)
#pragma omp simd
    for (size_t u = 0; u < units; u++)
      sum[u] += x[u];
}

const ramp_update_loops PASTE(ramp_update_loops_, RAMP_VARIANT) = {TEXT(RAMP_VARIANT),
                                                                   adam, sgd, sum_rows};
