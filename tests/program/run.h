/* SPDX-License-Identifier: MIT */
/*
 * run.h: runs the built program `ramp` as a person would and keeps what came of it.
 *
 *     run_result r = RUN("eval", "relu", "-3", "2");
 *     assert_int_equal(r.code, 0);
 *     assert_string_equal(r.out, "0\n2\n");
 *     run_free(&r);
 *
 * With more than arguments:
 *     run_request request = {.arguments = ARGUMENTS("eval", "relu"), .input = "1 2"};
 *     run_result r = run_ramp(request);
 *
 * Must not know the program's sources.
 */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <stddef.h>

typedef struct run_request {
  const char *const *arguments; /* without the program's name, null-terminated */
  const char *input;            /* standard input; null: empty */
  size_t input_size;            /* 0: strlen(input) */
  const char *const
      *environment;   /* "NAME=VALUE" on top of the test's own, null-terminated */
  const char *folder; /* to run in; null: the test's own */
  const char *output; /* file that standard output goes to; null: r.out */
  size_t file_limit;  /* bytes that a file may grow to; 0: as many as it likes */
} run_request;

typedef struct run_result {
  int code;        /* exit code, or 128 + signal */
  char *out, *err; /* zero-terminated */
  size_t out_size; /* without the zero */
  size_t err_size;
} run_result;

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define RUN(...) run_ramp((run_request){.arguments = ARGUMENTS(__VA_ARGS__)})

/* Fails the test when the program cannot be started. */
run_result run_ramp(run_request request);
void run_free(run_result *result);

/* Starts `ramp` without waiting for it, on descriptors of the caller's choice; returns
   its process. -1 as a descriptor: the test's own. */
int start_ramp(const char *const *arguments, int in, int out, int err);

/* A folder of its own for a test, made under the system's temporary folder, and its
   removal with everything in it. */
char *folder_make(void);
void folder_remove(char *folder);

/* Number of entries in a folder, without "." and "..". */
int folder_entries(const char *folder);

/* "folder/name", the caller's to free. */
char *path_join(const char *folder, const char *name);

/* A file with these bytes; and the bytes of a file with their number, the caller's to
   free. */
void file_write(const char *path, const void *bytes, size_t size);
char *file_read(const char *path, size_t *size);

/* Waits until a file has this text in it; fails the test where that never comes. */
void wait_for_text(const char *path, const char *text);

/* What a run that fails must do: end with `code`, print nothing on standard output, and
   on standard error one line that begins with "ramp" and holds `words`.  Frees the
   result. */
void assert_refused(run_result result, int code, const char *words);

#endif
