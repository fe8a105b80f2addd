/* SPDX-License-Identifier: MIT */
/* Memory that will be read soon: asked for line by line, and read into a block on the way
   where there is one. */
#ifndef RAMP_AHEAD_H
#define RAMP_AHEAD_H

#include "kernels/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Lines of cache in rows, the first one at `at`: what lies `on` bytes further on is asked
   for, and need not be there.  With a block the lines are copied there, one behind the
   other. */
typedef struct ramp_area {
  uintptr_t at;
  uintptr_t step,
      jump;         /* from line to line, and from the last of a row to the next one */
  size_t row, rows; /* how many lines a row has, and how many rows there are */
  uintptr_t on;
  char *block;
} ramp_area;

enum { RAMP_AREAS_MAX = 16 };
typedef struct ramp_lines_ahead {
  int areas;
  size_t count;  /* how many lines there are, */
  bool in_pairs; /* and whether all may be taken in pairs; see ramp_are_pairs() */
  ramp_area area[RAMP_AREAS_MAX];
} ramp_lines_ahead;

/* How far it has been asked for: areas that are left, and lines and rows of the first of
   these.  A local variable of whoever stores past the caches: other stores would have to
   wait for these. */
typedef struct ramp_inquiry {
  const ramp_area *area, *end;
  uintptr_t at;
  char *block;
  size_t line, rows;
} ramp_inquiry;

static inline __attribute__((always_inline)) void ramp_turn_to(ramp_inquiry *q,
                                                               const ramp_area *area) {
  q->area = area;
  if (area == q->end) return;
  q->at = area->at;
  q->block = area->block;
  q->line = area->row;
  q->rows = area->rows;
}

static inline __attribute__((always_inline)) ramp_inquiry
ramp_inquire(const ramp_lines_ahead *ahead) {
  ramp_inquiry q = {.end = ahead->area + ahead->areas};
  ramp_turn_to(&q, ahead->area);
  return q;
}

/* Asks for the next lines of a row, or takes them; false when there are none.  Each row
   has a multiple of so many. */
static inline __attribute__((always_inline)) bool ramp_ask(ramp_inquiry *q,
                                                           size_t lines) {
  if (q->area == q->end) return false;
  const uintptr_t step = q->area->step, on = q->area->on;
  for (size_t i = 0; i < lines; i++)
    __builtin_prefetch((const void *)(q->at + on + i * step), 0, 2);
  if (q->block) {
    for (size_t i = 0; i < lines; i++)
      memcpy(q->block + i * STREAM_LINE, (const void *)(q->at + i * step), STREAM_LINE);
    q->block += lines * STREAM_LINE;
  }
  q->line -= lines;
  if (q->line > 0) {
    q->at += lines * step;
  } else if (--q->rows > 0) {
    q->at += (lines - 1) * step + q->area->jump;
    q->line = q->area->row;
  } else {
    ramp_turn_to(q, q->area + 1);
  }
  return true;
}

/* Asks for all that is left. */
static inline __attribute__((always_inline)) void ramp_ask_all(ramp_inquiry *q) {
  while (ramp_ask(q, 1))
    ;
}

/* What is only asked for had better come one by one. */
static inline bool ramp_are_pairs(const ramp_lines_ahead *ahead) {
  bool pairs = true;
  for (int i = 0; i < ahead->areas; i++)
    pairs = pairs && ahead->area[i].block && ahead->area[i].row % 2 == 0;
  return pairs;
}

#endif
