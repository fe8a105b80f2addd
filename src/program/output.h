/* SPDX-License-Identifier: MIT */
/*
 * output.h: files that appear whole or not at all.
 *
 *     output_file file;
 *     if (output_open(&file, path)) return EXIT_FILE;
 *     fprintf(file.stream, ...);
 *     return output_commit(&file);    or output_discard(&file) on a failure of one's own
 *
 * What is written goes to a temporary file beside the target, which replaces the target
 * when it is complete and on the disk.  A failure, and a signal that ends the program,
 * removes it. A target that is not a regular file (a terminal, a pipe, /dev/null) is
 * written directly, and "-" is standard output.  Must not know what is written.
 */
#ifndef PROGRAM_OUTPUT_H
#define PROGRAM_OUTPUT_H

#include <stdio.h>

typedef struct output_file {
  FILE *stream;
  const char *path;         /* as the caller named it; the caller's memory */
  char *target;             /* path with symbolic links followed */
  char *temporary;          /* null when the target is written directly */
  struct output_file *next; /* of the open ones */
} output_file;

/* EXIT_FINE, or EXIT_FILE after reporting why the target cannot be written. */
int output_open(output_file *file, const char *path);

/* Completes the target; EXIT_FINE, or EXIT_FILE after reporting, and then nothing is left
   behind. */
int output_commit(output_file *file);

/* Leaves the target as it was.  Reports nothing. */
void output_discard(output_file *file);

#endif
