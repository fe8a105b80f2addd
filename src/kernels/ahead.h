/* SPDX-License-Identifier: MIT */
/* Memory that will be read soon, to be asked for line by line.  It need not be there. */
#ifndef RAMP_AHEAD_H
#define RAMP_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines of cache in rows: `count` of them, of which the first is at `at` and has so many
   before it in its row. */
typedef struct ramp_area {
  uintptr_t at;
  uintptr_t step,
      jump; /* from line to line, and from the last of a row to the next one */
  size_t before, row, count;
} ramp_area;

enum { RAMP_AREAS_MAX = 8 };
typedef struct ramp_lines_ahead {
  int areas;
  ramp_area area[RAMP_AREAS_MAX];
} ramp_lines_ahead;

/* Which area is asked for, and what is left of it.  A local variable of whoever stores
   past the caches: other stores would have to wait for these. */
typedef struct ramp_inquiry {
  const ramp_lines_ahead *ahead;
  int area;
  ramp_area left;
} ramp_inquiry;

static inline __attribute__((always_inline)) ramp_inquiry
ramp_inquire(const ramp_lines_ahead *ahead) {
  ramp_inquiry q = {.ahead = ahead, .area = 0};
  if (ahead->areas > 0) q.left = ahead->area[0];
  return q;
}

/* Asks for the next line; false when there is none. */
static inline __attribute__((always_inline)) bool ramp_ask(ramp_inquiry *q) {
  while (q->left.count == 0) {
    if (q->area + 1 >= q->ahead->areas) return false;
    q->left = q->ahead->area[++q->area];
  }
  __builtin_prefetch((const void *)q->left.at, 0, 2);
  bool ends_row = ++q->left.before == q->left.row;
  q->left.at += ends_row ? q->left.jump : q->left.step;
  if (ends_row) q->left.before = 0;
  q->left.count--;
  return true;
}

/* Asks for all that is left. */
static inline __attribute__((always_inline)) void ramp_ask_all(ramp_inquiry *q) {
  while (ramp_ask(q))
    ;
}

#endif
