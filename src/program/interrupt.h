/* SPDX-License-Identifier: MIT */
/* Ctrl-C while a network trains or a benchmark runs: it stops at the next mini-batch or
   call instead of dying in the middle, so that the program can say what happened and
   leave nothing half-written. */
#ifndef PROGRAM_INTERRUPT_H
#define PROGRAM_INTERRUPT_H

/* Exit code after Ctrl-C: 128 + SIGINT, what a shell reports of a program that it ended.
   */
#define EXIT_INTERRUPTED 130

/* From here on SIGINT and SIGTERM are remembered; a second one ends the program at once.
   */
void interrupt_watch(void);

/* Whether one came since. */
int interrupted(void);

/* Back to what happened before on these signals. */
void interrupt_release(void);

#endif
