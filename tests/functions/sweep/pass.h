/* SPDX-License-Identifier: MIT */
/*
 * pass.h: compares results of f32 with the oracle, chunk after chunk: the oracle answers
 * once, then every variant is compared with its answers.
 *
 * A block of 512 small inputs may take other code than one with a large input among them
 * (the bounded arithmetic of docs/design.md), so small inputs are compared twice: among
 * their like, and with a large one in each 512.
 */
#ifndef RAMP_TESTS_PASS_H
#define RAMP_TESTS_PASS_H

#include "hard.h"
#include "oracle.h"
#include "outcome.h"

#define PASS_ALL (1ULL << 32)

/* Puts f or f' of count inputs into y; what is judged: the library, or a test's own. */
typedef ramp_status pass_compute(const ramp_function *f, oracle_direction direction,
                                 size_t count, const uint32_t *x, uint32_t *y);
pass_compute pass_library;

typedef struct pass {
  ramp_function f;
  oracle_direction direction;
  variants variants;
  pass_compute *compute;
  uint64_t inputs;      /* how many: of the list, or of all bits from 0 on */
  const uint32_t *list; /* or null */
  hard *hard;           /* collects hard inputs; or null */
  size_t chunk;
  uint32_t *expected; /* [chunk]: room for the oracle's answers */
} pass;

/* The next inputs, at most `chunk`.  Fails when the function does. */
ramp_status pass_chunk(const pass *p, outcome *o);

#endif
