/* SPDX-License-Identifier: MIT */
/* The counting loop.  Compiled once per instruction set, with RAMP_VARIANT naming it;
   every variant counts the same, bit for bit, because nothing here is added in an order
   of its choice. */
#include "health/loops/tally.h"

#include <float.h>

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

static float magnitude(float y) { return y < 0 ? -y : y; }

static void count_outputs(size_t units, const float *y, ramp_tally_block *b) {
#pragma omp simd
  for (size_t u = 0; u < units; u++) {
    b->positive[u] += y[u] > 0;
    b->zero[u] += y[u] == 0;
    b->nan[u] += y[u] != y[u];
    b->infinite[u] += magnitude(y[u]) > FLT_MAX;
    b->lowest[u] = y[u] < b->lowest[u] ? y[u] : b->lowest[u];
    b->highest[u] = y[u] > b->highest[u] ? y[u] : b->highest[u];
  }
}

static void count_inputs(size_t units, const float *x, const float *y, const float *below,
                         const float *above, ramp_tally_block *b) {
#pragma omp simd
  for (size_t u = 0; u < units; u++) {
    b->saturated[u] += ((x[u] < below[u]) | (x[u] > above[u])) & (y[u] != 0);
    b->lowest_in[u] = x[u] < b->lowest_in[u] ? x[u] : b->lowest_in[u];
    b->highest_in[u] = x[u] > b->highest_in[u] ? x[u] : b->highest_in[u];
  }
}

static void sum_outputs(size_t units, const float *y, ramp_tally_block *b) {
#pragma omp simd
  for (size_t u = 0; u < units; u++) {
    float finite = magnitude(y[u]) <= FLT_MAX ? y[u] : b->pivot[u];
    double deviation = (double)finite - (double)b->pivot[u];
    b->sum[u] += deviation;
    b->squares[u] += deviation * deviation;
  }
}

static void count(const ramp_tally_part *p, ramp_tally_block *b) {
  for (size_t row = 0; row < p->rows; row++) {
    const float *x = p->x + row * p->stride, *y = p->y + row * p->stride;
    count_outputs(p->units, y, b);
    count_inputs(p->units, x, y, p->saturated_below, p->saturated_above, b);
    sum_outputs(p->units, y, b);
  }
}

const ramp_tally_loops PASTE(ramp_tally_loops_, RAMP_VARIANT) = {TEXT(RAMP_VARIANT),
                                                                 count};
