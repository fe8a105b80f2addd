/* SPDX-License-Identifier: MIT */
/*
 * Whether fl(high x + fl(middle x)) is the product with a slope rounded once, for every
 * float x whose products are normal.  It can only fail where a product is as near to the
 * middle of two floats as what the sum loses, and of 2^23 significands x few have one.
 * Those are found as Euclid finds a divisor, without a look at the others, and tried.
 */
#include "api/compute.h"

#include <math.h>

/* `steps` of a, less `turns` of a period, are `rest`. */
typedef struct {
  uint64_t steps, turns, rest;
} hit;

static const hit none = {UINT64_MAX, 0, 0};

/* The fewest steps of a, below the period, that end from `least` to `most`.  Where no
   turn is needed they are counted; else turns, which are steps within a, come first. */
static hit first_hit(uint64_t a, uint64_t period, uint64_t least, uint64_t most) {
  if (least == 0) return (hit){0, 0, 0};
  if (a == 0) return none;
  if (a > period / 2) {
    hit back = first_hit(period - a, period, period - most, period - least);
    if (back.steps == none.steps) return none;
    return (hit){back.steps, back.steps - back.turns - 1, period - back.rest};
  }
  uint64_t steps = (least - 1) / a + 1;
  if (a * steps <= most) return (hit){steps, 0, a * steps};
  hit turn = first_hit(period % a, a, a - most % a, a - least % a);
  if (turn.steps == none.steps) return none;
  steps = (least + turn.rest - 1) / a + 1;
  return (hit){period / a * turn.steps + turn.turns + steps, turn.steps,
               a * steps - turn.rest};
}

/* A slope from 1 to 2, and its parts. */
typedef struct {
  double slope;
  float high, middle;
} parts;

/* Of an integer of 24 bits. */
static bool is_right(const parts *p, uint64_t significand) {
  float x = (float)significand, sum = fmaf(p->high, x, p->middle * x);
  double product = p->slope * x, error = fma(p->slope, x, -product);
  return fabs((product - (double)sum) + error) < (sum < 0x1p24f ? 0.5 : 1);
}

/* Slopes are integers by 2^52.  The sum loses less than this: what middle x is rounded
   by, 2^-24 of a product with less than 2^-23, and half as much behind middle. */
#define LOST ((uint64_t)1 << 30)
enum { FRACTION = 52, TRIED = 64 };

/* For significands from the first up to the end, whose products have middles in the midst
   of periods. */
static bool are_right(const parts *p, uint64_t first, uint64_t end, uint64_t period) {
  uint64_t slope = (uint64_t)ldexp(p->slope, FRACTION);
  uint64_t least = period / 2 - LOST;
  for (int tried = 0; tried < TRIED; tried++) {
    uint64_t from = (least - slope * first) % period;
    bool here = from == 0 || from + 2 * LOST >= period;
    if (!here) first += first_hit(slope % period, period, from, from + 2 * LOST).steps;
    if (first >= end) return true;
    if (!is_right(p, first++)) return false;
  }
  return false;
}

bool ramp_two_products_suffice(double slope, float high, float middle) {
  int exponent;
  const double unit = 2 * frexp(slope, &exponent);
  const parts p = {unit, ldexpf(high, 1 - exponent), ldexpf(middle, 1 - exponent)};
  const uint64_t least = 1 << 23, most = 1 << 24, one = (uint64_t)1 << FRACTION;
  const uint64_t next = (uint64_t)ceil((double)most / unit);
  return are_right(&p, least, next, one) && are_right(&p, next, most, 2 * one);
}
