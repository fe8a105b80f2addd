/* SPDX-License-Identifier: MIT */
/*
 * hard.h: the inputs whose answers took MPFR: exact results beside a rounding boundary,
 * which are the first to fail when a formula changes.
 *
 * A file holds a line "FUNCTION DIRECTION BITS" for each: "tanh value 0x39ddb3d7".
 */
#ifndef RAMP_TESTS_HARD_H
#define RAMP_TESTS_HARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* More than this many are thinned out, evenly and the same in every run. */
#define HARD_MAX (1 << 18)

typedef struct hard {
  size_t count, capacity;
  uint32_t *x;
  uint64_t limit; /* inputs with a hash above it are left out; 0 is none yet */
} hard;

void hard_add(hard *h, uint32_t x);
void hard_free(hard *h);

/* False when the file cannot be written. */
bool hard_write(const hard *h, FILE *file, const char *function, const char *direction);

/* Adds the lines of the function and direction, all of them.  Returns 0, or the number of
   the first line that cannot be read. */
int hard_read(hard *h, FILE *file, const char *function, const char *direction);

#endif
