/* SPDX-License-Identifier: MIT */
/*
 * One chunk: the oracle's answers by all threads, then each variant by all threads, since
 * the variant in use is one for the whole process.
 */
#include "pass.h"

#include "expression.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What a thread takes at a time. */
#define BLOCK 16384
/* 512 inputs of a mixed block: these and a large one. */
#define COMPANY 511
#define MIXED ((BLOCK + COMPANY - 1) / COMPANY * (COMPANY + 1))
/* Bits of the largest input that bounded blocks hold, 128, and of one that is larger. */
#define BOUND_BITS 0x43000000u
#define LARGE_BITS 0x7f000000u

ramp_status pass_library(const ramp_function *f, oracle_direction direction, size_t count,
                         const uint32_t *x, uint32_t *y) {
  return direction == ORACLE_VALUE ? ramp_forward(f, RAMP_F32, count, x, y)
                                   : ramp_derivative(f, RAMP_F32, count, x, y);
}

static void load(const pass *p, uint64_t first, size_t count, uint32_t *x) {
  if (p->list)
    memcpy(x, p->list + first, count * sizeof *x);
  else
    for (size_t i = 0; i < count; i++)
      x[i] = (uint32_t)first + (uint32_t)i;
}

static size_t size_at(size_t start, size_t chunk) {
  return chunk - start < BLOCK ? chunk - start : BLOCK;
}

/* ------------------------------------------------------------------ the oracle */

static void collect_hard(oracle *truth, const pass *p, size_t count, const uint32_t *x) {
  for (size_t i = 0; i < count; i++) {
    uint32_t unused;
    uint64_t before = oracle_exact_answers(truth);
    oracle_answer(truth, p->direction, RAMP_F32, 1, &x[i], NULL, &unused);
    if (oracle_exact_answers(truth) == before) continue;
#pragma omp critical(hard)
    hard_add(p->hard, x[i]);
  }
}

/* Returns how many answers took MPFR. */
static uint64_t answer(oracle *truth, const pass *p, size_t count, const uint32_t *x,
                       uint32_t *expected) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i += QUICK_BLOCK) {
    size_t n = count - i < QUICK_BLOCK ? count - i : QUICK_BLOCK;
    uint64_t before = oracle_exact_answers(truth);
    oracle_answer(truth, p->direction, RAMP_F32, n, x + i, NULL, expected + i);
    uint64_t exact = oracle_exact_answers(truth) - before;
    if (p->hard && exact > 0) collect_hard(truth, p, n, x + i);
    sum += exact;
  }
  return sum;
}

static uint64_t answer_chunk(const pass *p, uint64_t first, size_t chunk) {
  uint64_t exact = 0;
#pragma omp parallel reduction(+ : exact)
  {
    uint32_t x[BLOCK];
    oracle *truth = oracle_open(&p->f);
    if (!truth) abort();
#pragma omp for schedule(dynamic)
    for (size_t start = 0; start < chunk; start += BLOCK) {
      size_t n = size_at(start, chunk);
      load(p, first + start, n, x);
      exact += answer(truth, p, n, x, p->expected + start);
    }
    oracle_close(truth);
  }
  return exact;
}

/* ------------------------------------------------------------------ the library */

static bool has_small(size_t count, const uint32_t *x) {
  uint32_t least = UINT32_MAX;
  for (size_t i = 0; i < count; i++) {
    uint32_t magnitude = x[i] & 0x7fffffff;
    least = magnitude < least ? magnitude : least;
  }
  return least <= BOUND_BITS;
}

/* Groups of 511 inputs and a large one. */
static size_t mix(size_t count, const uint32_t *x, uint32_t *mixed) {
  size_t used = 0;
  for (size_t at = 0; at < count; at += COMPANY) {
    size_t n = count - at < COMPANY ? count - at : COMPANY;
    memcpy(mixed + used, x + at, n * sizeof *x);
    used += n;
    mixed[used++] = LARGE_BITS;
  }
  return used;
}

/* Puts results among large inputs into `got` wherever those differ from what is
   expected. */
static ramp_status compute_mixed(const pass *p, size_t count, const uint32_t *x,
                                 const uint32_t *expected, uint32_t *got) {
  uint32_t mixed[MIXED], result[MIXED];
  size_t used = mix(count, x, mixed);
  ramp_status status = p->compute(&p->f, p->direction, used, mixed, result);
  for (size_t at = 0; at < count && status == RAMP_OK; at += COMPANY) {
    size_t n = count - at < COMPANY ? count - at : COMPANY;
    const uint32_t *group = result + at / COMPANY * (COMPANY + 1);
    if (memcmp(group, expected + at, n * sizeof *group) == 0) continue;
    for (size_t i = 0; i < n; i++)
      if (group[i] != expected[at + i]) got[at + i] = group[i];
  }
  return status;
}

static ramp_status compare_block(const pass *p, size_t count, const uint32_t *x,
                                 const uint32_t *expected, tally *t) {
  uint32_t got[BLOCK];
  ramp_status status = p->compute(&p->f, p->direction, count, x, got);
  if (status == RAMP_OK && has_small(count, x))
    status = compute_mixed(p, count, x, expected, got);
  if (status == RAMP_OK) tally_compare(t, count, x, got, expected);
  return status;
}

static ramp_status compare_chunk(const pass *p, uint64_t first, size_t chunk, tally *t) {
  ramp_status failure = RAMP_OK;
#pragma omp parallel
  {
    uint32_t x[BLOCK];
    tally mine = {0};
#pragma omp for schedule(dynamic)
    for (size_t start = 0; start < chunk; start += BLOCK) {
      size_t n = size_at(start, chunk);
      load(p, first + start, n, x);
      ramp_status status = compare_block(p, n, x, p->expected + start, &mine);
      if (status == RAMP_OK) continue;
#pragma omp atomic write
      failure = status;
    }
#pragma omp critical(tally)
    tally_merge(t, &mine);
  }
  return failure;
}

ramp_status pass_chunk(const pass *p, outcome *o) {
  double start = omp_get_wtime();
  uint64_t left = p->inputs - o->done;
  size_t chunk = left < p->chunk ? (size_t)left : p->chunk;
  o->exact_answers += answer_chunk(p, o->done, chunk);
  ramp_status status = RAMP_OK;
  for (int v = 0; v < p->variants.count && status == RAMP_OK; v++) {
    status = ramp_variant_set(p->variants.name[v]);
    if (status == RAMP_OK) status = compare_chunk(p, o->done, chunk, &o->tally[v]);
  }
  o->done += chunk;
  o->seconds += omp_get_wtime() - start;
  return status;
}
