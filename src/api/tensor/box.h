/* SPDX-License-Identifier: MIT */
/* One box of a walk after the other: what is gathered, computed and put back. */
#ifndef RAMP_BOX_H
#define RAMP_BOX_H

#include "api/compute.h"
#include "api/tensor/form.h"
#include "api/tensor/walk.h"
#include "kernels/ahead.h"

/* An operand's elements of a box, unless they lie ready.  Tiles are larger whose rows are
   computed where they lie: then blocks hold little but what lies crosswise to these. */
enum {
  RAMP_BLOCK_BYTES = RAMP_STREAM_BYTES / 2,
  RAMP_LARGE_BLOCK = 2 * RAMP_BLOCK_BYTES, /* the largest where operands are far */
  RAMP_LARGEST_BLOCK = 4 * RAMP_BLOCK_BYTES
};

_Static_assert(RAMP_LARGEST_BLOCK >> RAMP_SIDES_MAX <= 1, "boxes may have more sides");
_Static_assert(2 * RAMP_OPERANDS_MAX <= (int)RAMP_AREAS_MAX, "operands have two areas");

/* Where a box's elements lie in a block of its rows, one behind the other, if these are
   whole lines of cache: the first element at so many bytes. */
typedef struct ramp_whole_rows {
  int64_t first, stride[2];
} ramp_whole_rows;

/* Where rows of far results begin or end within lines, and boxes follow each other along
   these rows, a box keeps what it has of such a line for the next one, which stores the
   line whole.  The first row's place among those that are kept of each output. */
typedef struct ramp_joints {
  bool follows, is_followed;
  size_t row;
} ramp_joints;

/* So many rows are kept of each output. */
enum { RAMP_KEPT_ROWS = 256 };

/* What will be read after this box, and behind that: where these begin in each operand.
   The first was asked for when this box was what lay ahead: it is there, and rows of
   whole lines are read into a block.  So memory is at work all the time, and lines that
   share few places of the first cache are met once.  Rows that begin within a line share
   it with the box before: it is there, unless what lies behind is fresh. */
typedef struct ramp_ahead {
  const uint64_t *first, *behind;
  bool is_fresh;
} ramp_ahead;

/* So many inputs at most are read ahead: the first cache holds no more blocks. */
enum { RAMP_TAKEN_MAX = 3 };

/* Blocks of all operands and of what is read ahead; or of three that are the largest. */
enum { RAMP_BLOCKS_BYTES = 3 * RAMP_LARGEST_BLOCK };
_Static_assert((RAMP_OPERANDS_MAX + RAMP_TAKEN_MAX) * RAMP_BLOCK_BYTES <=
                   (int)RAMP_BLOCKS_BYTES,
               "blocks have too little memory");

typedef struct ramp_traveller {
  const ramp_walk *walk;
  ramp_box *box;
  const void *work;
  bool is_far;           /* the operands are larger than the caches */
  const uint64_t *first; /* where the box begins in each operand */
  ramp_ahead ahead;      /* where the operands are far */
  bool keeps;            /* boxes have joints, */
  ramp_joints joints;    /* and these are this one's */

  /* Of the box's form: */
  ramp_form form;
  ramp_layout layout[RAMP_OPERANDS_MAX];
  ramp_whole_rows rows[RAMP_OPERANDS_MAX];
  bool in_block[RAMP_OPERANDS_MAX]; /* what does not lie ready, or waits there */
  bool waits;                       /* results do, and are stored past the caches */
  bool by_rows;                     /* what does not lie in blocks lies in rows */
  bool holds[RAMP_OPERANDS_MAX];    /* whether a block of that form was gathered, */
  uint64_t held[RAMP_OPERANDS_MAX]; /* and from where */

  /* Of the form of what lies ahead: each operand's lines, from its first element on, and
     whether an input's rows are taken. */
  ramp_form form_ahead;
  int operand[RAMP_AREAS_MAX];
  uintptr_t lowest[RAMP_AREAS_MAX];
  bool is_behind[RAMP_AREAS_MAX]; /* asked for two boxes ahead */
  bool takes[RAMP_TAKEN_MAX];
  ramp_lines_ahead lines;
  int areas[2];     /* how many areas, and with those that only what is fresh has, */
  size_t counts[2]; /* and how many lines they have */

  bool has_taken[RAMP_TAKEN_MAX]; /* whether an input's rows were read ahead */
  char *block[RAMP_OPERANDS_MAX], *taken_rows[RAMP_TAKEN_MAX], *kept;
  _Alignas(STREAM_LINE) char memory[STREAM_LINE + RAMP_BLOCKS_BYTES];
} ramp_traveller;

/* How many elements a box may have that does not lie ready. */
int64_t ramp_box_room(const ramp_walk *walk);

/* How many of these places to take where there is room for fewer: halves rather than all
   there is room for and a crumb. */
int64_t ramp_box_portion(int64_t places, int64_t room);

/* How much memory a traveller's blocks take. */
size_t ramp_box_memory(const ramp_walk *walk, size_t block_bytes, bool keeps);

/* Whether there is room for what is kept, where so many results of a box lie in a row and
   so many rows are kept. */
bool ramp_box_can_keep(const ramp_walk *walk, int64_t row, int64_t rows);

/* Where the element of a place is in each operand. */
void ramp_addresses_of(const ramp_walk *walk, const int64_t *at, uint64_t *address);

/* Everything but the blocks and the places; forms there are none yet. */
void ramp_travel(ramp_traveller *t, const ramp_walk *walk, bool is_far, bool keeps,
                 ramp_box *box, const void *work);

/* The form of the box, and that of what lies ahead. */
void ramp_travel_form(ramp_traveller *t, const ramp_form *f);
void ramp_travel_ahead(ramp_traveller *t, const ramp_form *f);

/* Where the lines ahead are, now. */
void ramp_find_lines(ramp_traveller *t);

/* Computes the box. */
void ramp_visit(ramp_traveller *t);

#endif
