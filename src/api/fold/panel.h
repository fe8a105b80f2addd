/* SPDX-License-Identifier: MIT */
/*
 * A panel: rows of RAMP_LANES floats out of lines, and their results back.  It is either
 * one line, whose neighbours are side by side, or as many lines side by side, for lines
 * that are short or lie across the memory.  The last row of one line may be cut short.
 */
#ifndef RAMP_PANEL_H
#define RAMP_PANEL_H

#include "api/fold/lines.h"

typedef struct ramp_panel {
  const ramp_lines *lines;
  bool negative; /* of -x */
  bool across;   /* a lane is a line */
  bool far;      /* x comes from memory, line by line */
  bool streams;  /* y goes past the caches */
  size_t rows;
  int lanes; /* across: lines; else those of the last row */
  char *x[RAMP_LANES], *y[RAMP_LANES], *mask[RAMP_LANES];
  bool overlapping; /* a last row that is cut short begins within the one before, and
                       repeats some of it */
} ramp_panel;

/* Some rows: whole ones, or the last one where it is cut short. */
typedef struct ramp_rows {
  size_t first, rows;
  bool cut;
  const float *x; /* as floats, */
  size_t stride;  /* and how far rows are apart */
} ramp_rows;

/* Whether lines are to be taken side by side: short ones, which fill the lanes so, and
   those whose neighbours are next to each other in memory, but not their elements. */
bool ramp_panel_across(const ramp_lines *lines);

/* A panel without any lines, and then with some from `line` on. */
ramp_panel ramp_panel_of(const ramp_lines *lines, bool negative);
void ramp_panel_set(ramp_panel *p, size_t line, size_t lines);

/* The rows from `first` on, at most RAMP_CHUNK elements; with x where it lies, or in a
   block of as many. */
void ramp_panel_take(const ramp_panel *p, size_t first, ramp_rows *r);
void ramp_panel_load(const ramp_panel *p, size_t first, float *block, ramp_rows *r);

/* Lets what lies behind these rows come from memory while they are computed: no CPU does
   so across pages, which are but 1,024 floats. */
void ramp_panel_expect(const ramp_panel *p, const ramp_rows *r);

/* Where rows of y may be written straight away, and how far these are apart there; null
   where they go through a block. */
void *ramp_panel_place(const ramp_panel *p, const ramp_rows *r, size_t *stride);
void ramp_panel_store(const ramp_panel *p, const ramp_rows *r, void *block);

#endif
