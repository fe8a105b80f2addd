/* SPDX-License-Identifier: MIT */
/* Chooses the inputs of a measurement. */
#include "plan.h"

#include "numbers.h"

#include <math.h>
#include <stdlib.h>

/* Subnormal numbers count as binades of their own, so that small ones occur. */
#define LEAST_EXPONENT (-1074)
#define BINADES (1024 - LEAST_EXPONENT)
#define PER_BINADE 1000
/* From 2^-30 to 2^10. */
#define LIVELY_EXPONENT (-30)
#define LIVELY_BINADES 40
#define PER_LIVELY_BINADE 75000
/* Around a place: all neighbours, then numbers at random in distances that double. */
#define NEIGHBOURS 8192
#define DISTANCES 52
#define PER_DISTANCE 160
#define PER_PLACE (2 * NEIGHBOURS + 2 * DISTANCES * PER_DISTANCE)

/* Zero and the ends are special for every function. */
static void add_zero_and_ends(sample_places *places) {
  int64_t highest = number_rank(RAMP_F64, number_infinity(RAMP_F64));
  int64_t more[] = {0, highest, -1 - highest};
  places->rank = realloc(places->rank, (places->count + 3) * sizeof *places->rank);
  if (!places->rank) abort();
  for (int i = 0; i < 3; i++)
    places->rank[places->count++] = more[i];
}

plan plan_for(oracle *truth, double share) {
  plan p = {.places = sample_places_of(truth, RAMP_F64)};
  add_zero_and_ends(&p.places);
  p.binades = (uint64_t)ceil(share * 2 * BINADES * PER_BINADE);
  p.lively = (uint64_t)ceil(share * 2 * LIVELY_BINADES * PER_LIVELY_BINADE);
  p.dense = (uint64_t)ceil(share * PER_PLACE) * p.places.count;
  return p;
}

void plan_free(plan *p) {
  free(p->places.rank);
  *p = (plan){0};
}

uint64_t plan_inputs(const plan *p) { return p->binades + p->lively + p->dense; }

/* At random in the binade from 2^exponent on, of either sign. */
static double in_binade(int exponent, uint64_t i, uint64_t *random) {
  double fraction = (double)(number_random(random) >> 12) * 0x1p-52;
  return ldexp(i & 1 ? -1 - fraction : 1 + fraction, exponent);
}

static double near_place(const plan *p, uint64_t i, uint64_t *random) {
  int64_t rank = p->places.rank[i % p->places.count];
  int64_t highest = number_rank(RAMP_F64, number_infinity(RAMP_F64));
  uint64_t turn = i / p->places.count, ordinal = turn / 2;
  int64_t distance = (int64_t)ordinal;
  if (ordinal >= NEIGHBOURS) {
    int doubling = (int)((ordinal - NEIGHBOURS) % DISTANCES);
    distance = (int64_t)(number_random(random) % (2ULL << doubling));
  }
  if (turn & 1) distance = -1 - distance;
  /* rank is within highest of 0, and so is the result: no overflow. */
  if (distance > 0 && rank > highest - distance) rank = highest - distance;
  if (distance < 0 && rank < -1 - highest - distance) rank = -1 - highest - distance;
  return number_value(RAMP_F64, number_at_rank(RAMP_F64, rank + distance));
}

double plan_input(const plan *p, uint64_t i) {
  uint64_t random = i * 0x2545f4914f6cdd1d, lively = i - p->binades;
  if (i < p->binades)
    return in_binade(LEAST_EXPONENT + (int)(i / 2 % BINADES), i, &random);
  if (lively < p->lively)
    return in_binade(LIVELY_EXPONENT + (int)(lively / 2 % LIVELY_BINADES), i, &random);
  return near_place(p, lively - p->lively, &random);
}
