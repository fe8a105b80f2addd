/* SPDX-License-Identifier: MIT */
/*
 * state.h: a file of lines "TASK: REST", so that a killed program goes on where it was.
 *
 * The file is replaced as a whole, so it is whole whenever the program dies.  It belongs
 * to one build: its first line holds a key, and what was written under another key counts
 * as nothing.
 */
#ifndef RAMP_TESTS_STATE_H
#define RAMP_TESTS_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct state_line {
  char *task, *rest;
} state_line;

typedef struct state {
  const char *path; /* null: nothing is kept */
  uint64_t key;
  size_t count;
  state_line *line;
} state;

/* A hash of the bytes of this program and of the libramp it runs with. */
uint64_t state_build_key(void);

/* Empty when there is no such file, or one of another key. */
state state_open(const char *path, uint64_t key);
void state_close(state *s);

/* What was set for the task, or null. */
const char *state_get(const state *s, const char *task);

/* Replaces the line of the task in memory and in the file; rest null removes it, and the
   file with its last line.  False when the file cannot be written. */
bool state_set(state *s, const char *task, const char *rest);

#endif
