/* SPDX-License-Identifier: MIT */
/* Collects, writes and reads hard inputs. */
#include "hard.h"

#include "numbers.h"

#include <stdlib.h>
#include <string.h>

static void append(hard *h, uint32_t x) {
  if (h->count == h->capacity) {
    h->capacity = h->capacity ? 2 * h->capacity : 1024;
    h->x = realloc(h->x, h->capacity * sizeof *h->x);
    if (!h->x) abort();
  }
  h->x[h->count++] = x;
}

static uint64_t hash(uint32_t x) {
  uint64_t state = x;
  return number_random(&state);
}

/* Keeps the half with the smaller hashes: what stays does not depend on the order. */
static void thin_out(hard *h) {
  size_t kept = 0;
  h->limit /= 2;
  for (size_t i = 0; i < h->count; i++)
    if (hash(h->x[i]) <= h->limit) h->x[kept++] = h->x[i];
  h->count = kept;
}

void hard_add(hard *h, uint32_t x) {
  if (h->limit == 0) h->limit = UINT64_MAX;
  if (hash(x) > h->limit) return;
  append(h, x);
  if (h->count > HARD_MAX) thin_out(h);
}

void hard_free(hard *h) {
  free(h->x);
  *h = (hard){0};
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

bool hard_write(const hard *h, FILE *file, const char *function, const char *direction) {
  if (h->count) qsort(h->x, h->count, sizeof *h->x, ascending);
  for (size_t i = 0; i < h->count; i++)
    if (fprintf(file, "%s %s 0x%08x\n", function, direction, h->x[i]) < 0) return false;
  return fflush(file) == 0;
}

int hard_read(hard *h, FILE *file, const char *function, const char *direction) {
  char line[256], name[128], way[32];
  for (int number = 1; fgets(line, sizeof line, file); number++) {
    unsigned bits;
    int end = 0;
    if (sscanf(line, "%127s %31s %x %n", name, way, &bits, &end) != 3 || line[end])
      return number;
    if (strcmp(name, function) == 0 && strcmp(way, direction) == 0) append(h, bits);
  }
  return 0;
}
