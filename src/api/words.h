/* SPDX-License-Identifier: MIT */
/* Reading and writing NAME[:ARGUMENT,...]: what functions of one and of several inputs
   have in common. */
#ifndef RAMP_WORDS_H
#define RAMP_WORDS_H

#include <ramp/ramp.h>
#include <stdbool.h>

/* ------------------------------------------------------------------ reading */

/* A piece of a text, not ended by a zero.  Longer ones are cut to RAMP_WORD_MAX, which no
   name and no number that is read may have. */
enum { RAMP_WORD_MAX = 200 };

typedef struct ramp_word {
  const char *start;
  int length;
} ramp_word;

bool ramp_word_is(ramp_word word, const char *name);

/* Cuts the word up to `end` off *text and steps over `end`. */
ramp_word ramp_word_cut(const char **text, char end);

/* An argument, NAME=VALUE or VALUE: cuts "NAME=" off; *name is empty where there is
   none. */
ramp_word ramp_word_value(ramp_word argument, ramp_word *name);

/* Reads each argument of a list with commas between, until one is refused. */
ramp_status ramp_word_each(const char *text,
                           ramp_status (*read)(void *reading, ramp_word argument),
                           void *reading);

/* The whole word as a number, in the C locale. */
bool ramp_word_number(ramp_word word, double *number);

/* Which of name(0) .. name(names - 1) the word is.  RAMP_UNKNOWN_FUNCTION suggests the
   nearest one; `what` is what they are called. */
ramp_status ramp_word_find(ramp_word word, const char *what, const char *(*name)(int),
                           int names, int *found);

/* ------------------------------------------------------------------ writing */

/* Where to write: at most `size` bytes, and the length that the whole text has. */
typedef struct ramp_writing {
  char *text;
  size_t size, length;
  int arguments; /* how many were written */
} ramp_writing;

void ramp_write(ramp_writing *to, const char *text);

/* Behind a NAME, or arguments already written: ":name=value", or ",name=value". */
void ramp_write_argument(ramp_writing *to, const char *name, const char *value);

/* The same of a number, in the C locale, with as many digits as reading back the same
   number takes. */
void ramp_write_number(ramp_writing *to, const char *name, double value);

/* Ends the text with a zero; returns its length. */
size_t ramp_write_end(ramp_writing *to);

#endif
