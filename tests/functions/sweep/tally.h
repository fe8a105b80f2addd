/* SPDX-License-Identifier: MIT */
/* tally.h: how many results of one variant are misrounded, and the worst of them. */
#ifndef RAMP_TESTS_TALLY_H
#define RAMP_TESTS_TALLY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TALLY_WORST 5

/* All three are bits of f32. */
typedef struct miss {
  uint32_t x, got, expected;
} miss;

typedef struct tally {
  uint64_t misrounded;
  miss worst[TALLY_WORST]; /* descending by distance; the first `misrounded` are set */
} tally;

/* Adds what differs among count results. */
void tally_compare(tally *t, size_t count, const uint32_t *x, const uint32_t *got,
                   const uint32_t *expected);

void tally_merge(tally *into, const tally *from);

/* How many of `worst` are set. */
int tally_known(const tally *t);

/* A line for each of the worst. */
void tally_print(const tally *t, const char *variant, FILE *file);

#endif
