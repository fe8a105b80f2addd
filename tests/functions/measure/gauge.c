/* SPDX-License-Identifier: MIT */
/* Measures one chunk: every variant's results first, then their errors. */
#include "gauge.h"

#include "numbers.h"
#include "screen.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

ramp_status gauge_library(const ramp_function *f, oracle_direction direction,
                          size_t count, const double *x, double *y) {
  return direction == ORACLE_VALUE ? ramp_forward(f, RAMP_F64, count, x, y)
                                   : ramp_derivative(f, RAMP_F64, count, x, y);
}

/* ------------------------------------------------------------------ a block */

/* One thread's workspace for a block of inputs. */
typedef struct bench {
  oracle *truth;
  expression expression;
  screen_block node[EXPRESSION_NODES];
  bool special[SCREEN_BLOCK]; /* inputs that ask for a rule of oracle.c */
  bool known[SCREEN_BLOCK];   /* high and low are MPFR's */
  double high[SCREEN_BLOCK];
  long double low[SCREEN_BLOCK];
} bench;

static bench *bench_open(const gauge *g) {
  bench *b = calloc(1, sizeof *b);
  if (!b || !(b->truth = oracle_open(&g->f))) abort();
  if (expression_parse(oracle_line_of(g->f.row)->text[g->direction], &b->expression))
    abort();
  return b;
}

static void bench_close(bench *b) {
  oracle_close(b->truth);
  free(b);
}

static void mark_special(bench *b, size_t count, const double *x) {
  const double *threshold;
  int thresholds = oracle_thresholds(b->truth, &threshold);
  for (size_t i = 0; i < count; i++) {
    b->known[i] = false;
    b->special[i] = !isfinite(x[i]) || x[i] == 0;
    for (int t = 0; t < thresholds; t++)
      b->special[i] |= x[i] == threshold[t];
  }
}

/* A zero has a sign, and a NaN bits, besides their distance. */
static double exact_ulps(const gauge *g, bench *b, size_t i, double x, double got) {
  if (!b->known[i]) oracle_exact(b->truth, g->direction, x, 1, &b->high[i], &b->low[i]);
  b->known[i] = true;
  bool sign_lost = b->high[i] == 0 && !signbit(got) != !signbit(b->high[i]);
  return sign_lost ? INFINITY : number_ulps(RAMP_F64, got, b->high[i], b->low[i]);
}

static void screen(const bench *b, size_t count, const double *got, double *most) {
  const screen_block *v = &b->node[b->expression.nodes - 1];
  for (size_t i = 0; i < count; i++)
    most[i] = b->special[i] ? INFINITY : screen_ulps(got[i], v->low[i], v->high[i]);
}

static size_t place_of_largest(size_t count, const double *v) {
  size_t place = 0;
  for (size_t i = 1; i < count; i++)
    if (v[i] > v[place]) place = i;
  return place;
}

/* From the largest possible error down, as long as one may beat the worst. */
static void measure(const gauge *g, bench *b, size_t count, const double *x,
                    const double *got, worst *w) {
  double most[SCREEN_BLOCK];
  screen(b, count, got, most);
  for (size_t left = count; left > 0; left--) {
    size_t i = place_of_largest(count, most);
    if (!(most[i] > w->ulps)) return;
    double ulps = exact_ulps(g, b, i, x[i], got[i]);
    if (ulps > w->ulps) *w = (worst){ulps, x[i]};
    most[i] = 0;
  }
}

/* ------------------------------------------------------------------ a chunk */

typedef struct chunk {
  size_t count;
  double *x, *got[VARIANTS_MAX];
} chunk;

static bool chunk_open(chunk *c, const gauge *g, uint64_t first) {
  uint64_t left = plan_inputs(&g->plan) - first;
  c->count = left < g->chunk ? (size_t)left : g->chunk;
  double *all = malloc((size_t)(g->variants.count + 1) * c->count * sizeof *all);
  if (!all) return false;
  c->x = all;
  for (int v = 0; v < g->variants.count; v++)
    c->got[v] = all + (size_t)(v + 1) * c->count;
#pragma omp parallel for
  for (size_t i = 0; i < c->count; i++)
    c->x[i] = plan_input(&g->plan, first + i);
  return true;
}

static ramp_status compute(const gauge *g, const chunk *c) {
  ramp_status status = RAMP_OK;
  for (int v = 0; v < g->variants.count && status == RAMP_OK; v++) {
    status = ramp_variant_set(g->variants.name[v]);
    if (status == RAMP_OK)
      status = g->compute(&g->f, g->direction, c->count, c->x, c->got[v]);
  }
  return status;
}

static void merge(worst *into, const worst *from) {
  if (from->ulps > into->ulps) *into = *from;
}

static void measure_chunk(const gauge *g, const chunk *c, reading *r) {
#pragma omp parallel
  {
    bench *b = bench_open(g);
    reading mine = *r;
#pragma omp for schedule(dynamic)
    for (size_t start = 0; start < c->count; start += SCREEN_BLOCK) {
      size_t n = c->count - start < SCREEN_BLOCK ? c->count - start : SCREEN_BLOCK;
      const double *x = c->x + start;
      expression_screen(&b->expression, n, x, g->f.parameter, b->node);
      mark_special(b, n, x);
      for (int v = 0; v < g->variants.count; v++)
        measure(g, b, n, x, c->got[v] + start, &mine.worst[v]);
    }
#pragma omp critical(reading)
    {
      r->exact_answers += oracle_exact_answers(b->truth);
      for (int v = 0; v < g->variants.count; v++)
        merge(&r->worst[v], &mine.worst[v]);
    }
    bench_close(b);
  }
}

ramp_status gauge_chunk(const gauge *g, reading *r) {
  double start = omp_get_wtime();
  chunk c;
  if (!chunk_open(&c, g, r->done)) return RAMP_OUT_OF_MEMORY;
  ramp_status status = compute(g, &c);
  if (status == RAMP_OK) {
    measure_chunk(g, &c, r);
    r->done += c.count;
  }
  free(c.x);
  r->seconds += omp_get_wtime() - start;
  return status;
}
