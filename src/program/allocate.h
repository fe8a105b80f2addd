/* SPDX-License-Identifier: MIT */
/* Memory for a program that has nothing better to do than stop when there is none. */
#ifndef PROGRAM_ALLOCATE_H
#define PROGRAM_ALLOCATE_H

#include "program.h"

#include <stdlib.h>
#include <string.h>

/* The pointer itself, never null. */
static inline void *checked(void *pointer) {
  if (!pointer) exit(fail_memory());
  return pointer;
}

/* Zeroed memory for count things of `size` bytes. */
static inline void *allocate(size_t count, size_t size) {
  return checked(calloc(count ? count : 1, size));
}

static inline char *copy_text(const char *text) { return checked(strdup(text)); }

#endif
