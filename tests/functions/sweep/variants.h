/* SPDX-License-Identifier: MIT */
/* variants.h: what a program goes through: all variants that this CPU runs, or one. */
#ifndef RAMP_TESTS_VARIANTS_H
#define RAMP_TESTS_VARIANTS_H

#include <stdbool.h>
#include <stddef.h>

#define VARIANTS_MAX 8

typedef struct variants {
  int count;
  const char *name[VARIANTS_MAX];
} variants;

/* All that this CPU runs, best first. */
variants variants_all(void);

/* The one called `name`; false when it cannot be had: ramp_error_detail() says why. */
bool variants_one(const char *name, variants *v);

/* "avx512 avx2 baseline" */
void variants_text(const variants *v, char *text, size_t size);

#endif
