/* SPDX-License-Identifier: MIT */
/*
 * run.c: starting `ramp` and keeping its exit code and what it printed.  Input and output
 * go through temporary files, so that no run can block on a full pipe.
 */
#define _XOPEN_SOURCE 700
#include "run.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGUMENTS_MAX 64

static FILE *input_file(const run_request *request) {
  FILE *file = tmpfile();
  assert_non_null(file);
  size_t size = request->input_size;
  if (request->input && !size) size = strlen(request->input);
  if (size) assert_int_equal(fwrite(request->input, 1, size, file), size);
  rewind(file);
  return file;
}

static char *whole(FILE *file, size_t *size) {
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  long end = ftell(file);
  assert_true(end >= 0);
  rewind(file);
  char *text = malloc((size_t)end + 1);
  assert_non_null(text);
  *size = fread(text, 1, (size_t)end, file);
  text[*size] = 0;
  return text;
}

static void execute(const char *const *arguments, int in, int out, int err) {
  char *argv[ARGUMENTS_MAX + 2] = {"ramp"};
  for (int i = 0; i < ARGUMENTS_MAX && arguments[i]; i++)
    argv[i + 1] = (char *)arguments[i];
  if ((in >= 0 && dup2(in, 0) < 0) || (out >= 0 && dup2(out, 1) < 0) ||
      (err >= 0 && dup2(err, 2) < 0))
    _exit(127);
  execv(RAMP_PROGRAM, argv);
  _exit(127);
}

/* With SIGXFSZ ignored, a write beyond the limit fails as one on a full disk does. */
static void limit_files(size_t bytes) {
  struct rlimit limit = {bytes, bytes};
  if (!bytes) return;
  signal(SIGXFSZ, SIG_IGN);
  if (setrlimit(RLIMIT_FSIZE, &limit)) _exit(127);
}

static void become_ramp(const run_request *request, int in, int out, int err) {
  for (const char *const *e = request->environment; e && *e; e++)
    putenv((char *)*e);
  if (request->output) out = open(request->output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (request->folder && chdir(request->folder)) _exit(127);
  limit_files(request->file_limit);
  execute(request->arguments, in, out, err);
}

int start_ramp(const char *const *arguments, int in, int out, int err) {
  pid_t child = fork();
  if (child == 0) execute(arguments, in, out, err);
  assert_true(child > 0);
  return child;
}

run_result run_ramp(run_request request) {
  FILE *in = input_file(&request), *out = tmpfile(), *err = tmpfile();
  assert_non_null(out);
  assert_non_null(err);
  pid_t child = fork();
  if (child == 0) become_ramp(&request, fileno(in), fileno(out), fileno(err));
  assert_true(child > 0);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  run_result result = {0};
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  assert_int_not_equal(result.code, 127);
  result.out = whole(out, &result.out_size);
  result.err = whole(err, &result.err_size);
  fclose(in);
  fclose(out);
  fclose(err);
  return result;
}

void run_free(run_result *result) {
  free(result->out);
  free(result->err);
  *result = (run_result){0};
}

void assert_refused(run_result result, int code, const char *words) {
  const char *end = strchr(result.err, '\n');
  if (result.code != code || result.out_size || strncmp(result.err, "ramp", 4) ||
      !strstr(result.err, words) || !end || end[1])
    fail_msg("wanted exit code %d and one line with \"%s\"; got %d, %zu bytes of output "
             "and:\n%s",
             code, words, result.code, result.out_size, result.err);
  run_free(&result);
}
