/* SPDX-License-Identifier: MIT */
/* Measures one chunk: exact results and those of every variant first, then errors. */
#include "survey.h"

#include "numbers.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What a thread takes at a time. */
enum { BLOCK = 4096 };

/* The last place of subnormal floats. */
#define LEAST_UNIT 0x1p-149

ramp_status survey_library(const ramp_function *f, oracle_direction direction,
                           size_t count, const float *x, float *y) {
  return direction == ORACLE_VALUE ? ramp_forward(f, RAMP_F32, count, x, y)
                                   : ramp_derivative(f, RAMP_F32, count, x, y);
}

variants survey_variants(const ramp_function *f, const variants *all) {
  variants fast = {0};
  for (int v = 0; v < all->count; v++) {
    double value = 0, derivative = 0;
    if (ramp_variant_set(all->name[v]) != RAMP_OK) continue;
    ramp_function_f32_bounds(f, &value, &derivative);
    if (value > 0.5) fast.name[fast.count++] = all->name[v];
  }
  return fast;
}

/* ------------------------------------------------------------------ a chunk */

typedef struct chunk {
  size_t count;
  float *x, *exact, *got[VARIANTS_MAX];
} chunk;

static bool chunk_open(chunk *c, const survey *s, uint64_t done) {
  uint64_t left = s->inputs - done;
  c->count = left < s->chunk ? (size_t)left : s->chunk;
  c->x = malloc((size_t)(2 + s->variants.count) * c->count * sizeof *c->x);
  if (!c->x) return false;
  c->exact = c->x + c->count;
  for (int v = 0; v < s->variants.count; v++)
    c->got[v] = c->exact + (size_t)(v + 1) * c->count;
#pragma omp parallel for
  for (size_t i = 0; i < c->count; i++) {
    uint32_t bits = (uint32_t)(s->first + done + i);
    memcpy(&c->x[i], &bits, sizeof bits);
  }
  return true;
}

static ramp_function exactly(ramp_function f) {
  f.precision = RAMP_EXACT;
  return f;
}

static ramp_status compute(const survey *s, const chunk *c) {
  ramp_function exact = exactly(s->f);
  ramp_status status = survey_library(&exact, s->direction, c->count, c->x, c->exact);
  for (int v = 0; v < s->variants.count && status == RAMP_OK; v++) {
    status = ramp_variant_set(s->variants.name[v]);
    if (status == RAMP_OK)
      status = s->compute(&s->f, s->direction, c->count, c->x, c->got[v]);
  }
  return status;
}

/* ------------------------------------------------------------------ a block */

/* Results of one variant that the exact ones do not settle, as doubles. */
typedef struct suspects {
  size_t count;
  double x[BLOCK], got[BLOCK], reference[BLOCK];
} suspects;

static uint32_t bits_of(float y) {
  uint32_t bits;
  memcpy(&bits, &y, sizeof bits);
  return bits;
}

static double unit_of(double y) {
  int exponent;
  frexp(y, &exponent);
  return exponent < -125 ? LEAST_UNIT : ldexp(1, exponent - 24);
}

/* By how many floats results may differ from the exact ones without being the worst:
   these are within half a unit.  One unit is kept in hand for ends of binades. */
static uint32_t settled_distance(double worst) {
  return worst > 1.5 ? (uint32_t)(worst - 1.5) : 0;
}

/* Of one sign floats are in the order of their bits.  NaN has but one set of bits. */
static bool is_settled(float got, float exact, uint32_t distance) {
  uint32_t a = bits_of(got), b = bits_of(exact);
  return (a > b ? a - b : b - a) <= (a << 1 > 0xff000000u ? 0 : distance);
}

static void suspect(size_t count, const float *x, const float *got, const float *exact,
                    double worst, suspects *all) {
  uint32_t distance = settled_distance(worst);
  all->count = 0;
  for (size_t i = 0; i < count; i++) {
    if (is_settled(got[i], exact[i], distance)) continue;
    all->x[all->count] = (double)x[i];
    all->got[all->count++] = (double)got[i];
  }
}

/* A zero has a sign, and a NaN bits, besides their distance. */
static double exact_ulps(oracle *truth, oracle_direction direction, double x,
                         double got) {
  double high;
  long double low;
  if (isnan(x) || isnan(got)) return INFINITY;
  oracle_exact(truth, direction, x, 1, &high, &low);
  if (!signbit(high) != !signbit(got)) return INFINITY;
  if (isinf(got) && isinf((float)high)) return 0;
  if (isinf(got)) got = copysign(0x1p128, got); /* as if floats went on */
  return number_ulps(RAMP_F32, got, high, low);
}

static void judge(const survey *s, oracle *truth, suspects *all, reading *r, worst *w) {
  ramp_function exact = exactly(s->f);
  if (gauge_library(&exact, s->direction, all->count, all->x, all->reference) != RAMP_OK)
    abort();
  for (size_t i = 0; i < all->count; i++) {
    double got = all->got[i], reference = all->reference[i];
    bool same_sign = !signbit(got) == !signbit(reference);
    double estimate = fabs(got - reference) / unit_of(reference);
    if (same_sign && estimate <= w->ulps + SURVEY_RESOLUTION) continue;
    double ulps = exact_ulps(truth, s->direction, all->x[i], got);
    if (ulps > w->ulps) *w = (worst){ulps, all->x[i]};
    r->exact_answers++;
  }
}

static void find_difference(size_t count, const float *x, const float *got,
                            const float *first, worst *w) {
  for (size_t i = 0; i < count; i++)
    if (bits_of(got[i]) != bits_of(first[i])) *w = (worst){INFINITY, (double)x[i]};
}

static void measure(const survey *s, const chunk *c, oracle *truth, size_t start,
                    reading *r) {
  size_t count = c->count - start < BLOCK ? c->count - start : BLOCK;
  const float *x = c->x + start, *exact = c->exact + start, *first = c->got[0] + start;
  suspects all;
  suspect(count, x, first, exact, r->worst[0].ulps, &all);
  if (all.count > 0) judge(s, truth, &all, r, &r->worst[0]);
  for (int v = 1; v < s->variants.count; v++)
    if (memcmp(c->got[v] + start, first, count * sizeof *first) != 0)
      find_difference(count, x, c->got[v] + start, first, &r->worst[v]);
}

/* Where bits are the first variant's, so are the errors. */
static void merge(reading *into, const reading *from, int variants) {
  for (int v = 0; v < variants; v++) {
    const worst *w = &from->worst[0];
    if (from->worst[v].ulps > w->ulps) w = &from->worst[v];
    if (w->ulps > into->worst[v].ulps) into->worst[v] = *w;
  }
}

static void measure_chunk(const survey *s, const chunk *c, reading *r) {
  uint64_t exact = 0;
#pragma omp parallel reduction(+ : exact)
  {
    oracle *truth = oracle_open(&s->f);
    if (!truth) abort();
    reading mine = *r;
    mine.exact_answers = 0;
#pragma omp for schedule(dynamic)
    for (size_t start = 0; start < c->count; start += BLOCK)
      measure(s, c, truth, start, &mine);
    exact += mine.exact_answers;
#pragma omp critical(reading)
    merge(r, &mine, s->variants.count);
    oracle_close(truth);
  }
  r->exact_answers += exact;
}

ramp_status survey_chunk(const survey *s, reading *r) {
  double start = omp_get_wtime();
  chunk c;
  if (!chunk_open(&c, s, r->done)) return RAMP_OUT_OF_MEMORY;
  ramp_status status = compute(s, &c);
  if (status == RAMP_OK) {
    measure_chunk(s, &c, r);
    r->done += c.count;
  }
  free(c.x);
  r->seconds += omp_get_wtime() - start;
  return status;
}
