/* SPDX-License-Identifier: MIT */
/* subjects.h: the functions that a program goes through, one or all. */
#ifndef RAMP_TESTS_SUBJECTS_H
#define RAMP_TESTS_SUBJECTS_H

#include "options.h"
#include "state.h"

typedef struct subject {
  char name[128]; /* what the user wrote, or the table says */
  ramp_function f;
  int row;  /* of the table where the name is a row's, else -1 */
  int same; /* the row before, going through all, that this is an alias of; or -1 */
} subject;

/* Returns an exit code. */
typedef int subject_run(void *context, const subject *s);

/* Runs through `function`, or all: the largest exit code, 2 after a sentence on standard
   error for what is no function. */
int subjects_run(const char *function, subject_run *run, void *context);

/* What the state calls one direction of a subject: "tanh value". */
void subject_task(const char *name, int direction, char *task, size_t size);

/* Takes what is done out of the state. */
void subjects_forget(const options *o, state *s);

/* "2026-11-21", today in UTC. */
void subject_date(char date[16]);

#endif
