/* SPDX-License-Identifier: MIT */
/*
 * The right answers of whole arrays: in blocks by quick.c, and one by one where that does
 * not decide.
 */
#include "oracle_parts.h"

#include "numbers.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void load_block(ramp_type type, const void *array, size_t start, size_t count,
                       double *block) {
  if (type == RAMP_F32) {
    float value[QUICK_BLOCK];
    memcpy(value, (const char *)array + start * sizeof *value, count * sizeof *value);
    for (size_t i = 0; i < count; i++)
      block[i] = (double)value[i];
  } else {
    for (size_t i = 0; i < count; i++)
      block[i] = number_value(type, number_load(type, array, start + i));
  }
}

static void round_block(ramp_type type, size_t count, const double *value,
                        uint64_t *bits) {
  for (size_t i = 0; type == RAMP_F32 && i < count; i++) {
    union {
      float value;
      uint32_t bits;
    } narrow = {.value = (float)value[i]};
    bits[i] = narrow.bits;
  }
  for (size_t i = 0; type != RAMP_F32 && i < count; i++)
    bits[i] = number_round(type, value[i]);
}

/* easy[i]: neither x[i] nor dy[i] asks for a rule of oracle_bits(). */
static void plain_numbers(const oracle *o, size_t count, const double *x,
                          const double *dy, bool *easy) {
  for (size_t i = 0; i < count; i++)
    easy[i] = fabs(x[i]) <= DBL_MAX && (!dy || fabs(dy[i]) <= DBL_MAX);
  for (int t = 0; t < o->thresholds; t++)
    for (size_t i = 0; i < count; i++)
      easy[i] &= x[i] != o->threshold[t];
}

static void answer_block(oracle *o, oracle_direction direction, ramp_type type,
                         size_t count, const double *x, const double *dy,
                         uint64_t *answer) {
  uint64_t low[QUICK_BLOCK];
  bool easy[QUICK_BLOCK];
  const expression *e = &o->expression[direction];
  const quick_block *v = &o->quick[e->nodes - 1];
  expression_quick(e, count, x, o->f.parameter, o->quick);
  if (dy) {
    quick_scale(count, v, dy, &o->scaled);
    v = &o->scaled;
  }
  plain_numbers(o, count, x, dy, easy);
  round_block(type, count, v->low, low);
  round_block(type, count, v->high, answer);
  for (size_t i = 0; i < count; i++)
    easy[i] &= (v->low[i] <= v->high[i]) & (low[i] == answer[i]);
  for (size_t i = 0; i < count; i++)
    if (!easy[i]) answer[i] = oracle_bits(o, direction, type, x[i], dy ? dy[i] : 1);
}

static void store_block(ramp_type type, size_t count, const uint64_t *bits, void *array,
                        size_t start) {
  if (type == RAMP_F32) {
    uint32_t narrow[QUICK_BLOCK];
    for (size_t i = 0; i < count; i++)
      narrow[i] = (uint32_t)bits[i];
    memcpy((char *)array + start * sizeof *narrow, narrow, count * sizeof *narrow);
  } else {
    for (size_t i = 0; i < count; i++)
      number_store(type, array, start + i, bits[i]);
  }
}

void oracle_answer(oracle *o, oracle_direction direction, ramp_type type, size_t count,
                   const void *x, const void *dy, void *expected) {
  double x_block[QUICK_BLOCK], dy_block[QUICK_BLOCK];
  uint64_t bits[QUICK_BLOCK];
  for (size_t start = 0; start < count; start += QUICK_BLOCK) {
    size_t n = count - start < QUICK_BLOCK ? count - start : QUICK_BLOCK;
    load_block(type, x, start, n, x_block);
    if (dy) load_block(type, dy, start, n, dy_block);
    answer_block(o, direction, type, n, x_block, dy ? dy_block : NULL, bits);
    store_block(type, n, bits, expected, start);
  }
}
