/* SPDX-License-Identifier: MIT */
/*
 * Tensors as lines along an axis: where each begins, and its elements as doubles, a chunk
 * at a time.  Line i is the i-th in row-major order of the other axes.
 */
#ifndef RAMP_LINES_H
#define RAMP_LINES_H

#include "api/compute.h"
#include "api/tensor/walk.h"
#include "kernels/softmax.h"

/* What chunks hold at most: a multiple of RAMP_LANES. */
enum { RAMP_CHUNK = 1024 };

/* The tensors of a call, by what they are to it. */
typedef enum {
  RAMP_LINE_OUT,
  RAMP_LINE_IN,
  RAMP_LINE_DY,
  RAMP_LINE_MASK,
  RAMP_LINE_LABEL, /* of one element a line, as is the next */
  RAMP_LINE_LOSS
} ramp_line_role;
enum { RAMP_LINE_ROLES = 6 };

typedef struct ramp_lines {
  size_t lines, length;
  ramp_walk walk; /* over the lines' first elements */
  int operand[RAMP_LINE_ROLES];
  int64_t step[RAMP_LINE_ROLES]; /* bytes from one element of a line to the next */
  ramp_type type;                /* of IN and DY */
  size_t size;
  ramp_conversion *widen, *round; /* from and to that type; round to OUT's */
  size_t out_size;
  bool in_place; /* OUT is IN or DY */
} ramp_lines;

/* The tensors by their roles, those that are not there null; but IN is. */
ramp_lines ramp_lines_of(int axis, const ramp_view *const role[RAMP_LINE_ROLES]);

/* Where a line begins; null for a role that no tensor has. */
char *ramp_line_at(const ramp_lines *lines, ramp_line_role role, size_t line);

/* One line's tensors. */
typedef struct ramp_line {
  const ramp_lines *lines;
  char *at[RAMP_LINE_ROLES];
} ramp_line;
ramp_line ramp_line_of(const ramp_lines *lines, size_t line);

/* How many elements a chunk that begins at `first` has, and with what fills up the last
   row. */
size_t ramp_chunk_at(const ramp_lines *lines, size_t first);
size_t ramp_chunk_filled(size_t n);

/* Elements first .. first + n of IN or DY; masked ones, and what fills up the last row,
   are `absent`. */
void ramp_line_load(const ramp_line *line, ramp_line_role role, size_t first, size_t n,
                    double absent, double *x);
/* Rounds them to the type of OUT. */
void ramp_line_store(const ramp_line *line, size_t first, size_t n, double *y);
/* Those that are masked become `absent`. */
void ramp_line_mask(const ramp_line *line, size_t first, size_t n, double absent,
                    double *y);

#endif
