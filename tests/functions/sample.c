/* SPDX-License-Identifier: MIT */
/* Chooses inputs.  Positions are ranks (numbers.h), in which neighbours differ by 1. */
#include "sample.h"

#include "numbers.h"

#include <math.h>
#include <stdlib.h>

static void add(sample *s, uint64_t bits) {
  if (s->count == s->capacity) {
    s->capacity = s->capacity ? 2 * s->capacity : 4096;
    s->x = realloc(s->x, s->capacity * ramp_type_size(s->type));
    if (!s->x) abort();
  }
  number_store(s->type, s->x, s->count++, bits);
}

static int64_t highest_rank(ramp_type type) {
  return number_rank(type, number_infinity(type));
}

static void add_around(sample *s, int64_t rank, int64_t radius) {
  int64_t highest = highest_rank(s->type);
  for (int64_t r = rank - radius; r <= rank + radius; r++)
    if (-1 - highest <= r && r <= highest) add(s, number_at_rank(s->type, r));
}

static void add_nans(sample *s) {
  uint64_t quiet = number_nan(s->type), infinity = number_infinity(s->type);
  uint64_t magnitude[] = {quiet, quiet + 1, infinity + 1, number_sign(s->type) - 1};
  for (int i = 0; i < 4; i++) {
    add(s, magnitude[i]);
    add(s, magnitude[i] | number_sign(s->type));
  }
}

/* Binades in which elementary functions do most of what they do. */
static bool lively(double x) { return fabs(x) > 0x1p-30 && fabs(x) < 0x1p10; }

static void add_binade(sample *s, uint64_t first, uint64_t next, uint64_t *random) {
  bool wide = s->type == RAMP_F64;
  bool many = lively(number_value(s->type, first));
  int inside = wide ? (many ? 40 : 1) : (many ? 400 : 40);
  for (int i = 0; i < inside; i++)
    add(s, first + number_random(random) % (next - first));
  if (!wide || many) add_around(s, number_rank(s->type, first), wide ? 2 : 8);
}

static void add_binades(sample *s) {
  uint64_t random = 1, step = number_infinity(s->type) & -number_infinity(s->type);
  for (uint64_t first = 0; first < number_infinity(s->type); first += step) {
    add_binade(s, first, first + step, &random);
    add_binade(s, first | number_sign(s->type), (first + step) | number_sign(s->type),
               &random);
  }
}

/* ------------------------------------------------------------------ where things happen
 */

typedef struct watch {
  oracle *truth;
  oracle_direction direction;
  ramp_type type;
  uint64_t at_infinity[2]; /* the answers at -inf and +inf */
} watch;

/* What is so about the answer at a rank; events lie where this changes. */
static int situation(const watch *w, int64_t rank) {
  uint64_t x = number_at_rank(w->type, rank);
  uint64_t y = oracle_bits(w->truth, w->direction, w->type, number_value(w->type, x), 1);
  uint64_t magnitude = y & (number_sign(w->type) - 1),
           infinity = number_infinity(w->type);
  return (magnitude == 0) | (magnitude < (infinity & -infinity)) << 1 |
         (magnitude >= infinity) << 2 | ((y & number_sign(w->type)) != 0) << 3 |
         (y == w->at_infinity[0]) << 4 | (y == w->at_infinity[1]) << 5 | (y == x) << 6;
}

/* Where between two ranks the situation changes: the last rank before it. */
static int64_t find_change(const watch *w, int64_t low, int64_t high) {
  int before = situation(w, low);
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (situation(w, middle) == before)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void add_place(sample_places *p, int64_t rank) {
  p->rank = realloc(p->rank, (p->count + 1) * sizeof *p->rank);
  if (!p->rank) abort();
  p->rank[p->count++] = rank;
}

static void add_changes(sample_places *p, oracle *truth, ramp_type type,
                        oracle_direction direction) {
  watch w = {truth, direction, type, {0}};
  for (int i = 0; i < 2; i++)
    w.at_infinity[i] = oracle_bits(truth, direction, type, i ? INFINITY : -INFINITY, 1);
  int64_t highest = highest_rank(type);
  int64_t stride = (int64_t)(number_infinity(type) & -number_infinity(type));
  if (type == RAMP_F64) stride *= 4;
  /* highest is close to the largest int64_t: compare before adding. */
  for (int64_t low = -1 - highest; low <= highest - stride; low += stride)
    if (situation(&w, low) != situation(&w, low + stride))
      add_place(p, find_change(&w, low, low + stride));
}

sample_places sample_places_of(oracle *truth, ramp_type type) {
  sample_places p = {0};
  const double *threshold;
  int thresholds = oracle_thresholds(truth, &threshold);
  for (int i = 0; i < thresholds; i++)
    add_place(&p, number_rank(type, number_round(type, threshold[i])));
  p.thresholds = p.count;
  add_changes(&p, truth, type, ORACLE_VALUE);
  add_changes(&p, truth, type, ORACLE_DERIVATIVE);
  return p;
}

sample sample_for(oracle *truth, ramp_type type) {
  sample s = {.type = type};
  if (ramp_type_size(type) == 2) {
    for (uint64_t bits = 0; bits < 65536; bits++)
      add(&s, bits);
    return s;
  }
  add_nans(&s);
  add_around(&s, 0, 512);
  add_around(&s, highest_rank(type), 4);
  add_around(&s, -1 - highest_rank(type), 4);
  add_binades(&s);
  sample_places p = sample_places_of(truth, type);
  for (size_t i = 0; i < p.count; i++)
    add_around(&s, p.rank[i], type == RAMP_F64 && i >= p.thresholds ? 40 : 256);
  free(p.rank);
  return s;
}

void sample_free(sample *s) {
  free(s->x);
  *s = (sample){0};
}
