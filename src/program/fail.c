/* SPDX-License-Identifier: MIT */
/* fail.c: one sentence on standard error for whatever went wrong, and its exit code. */
#include "program.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static const char *failing_command;

void fail_for(const char *command) { failing_command = command; }

int fail(int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fflush(stdout);
  fprintf(stderr, failing_command ? "ramp %s: " : "ramp: ", failing_command);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return code;
}

static int exit_code(ramp_status status) {
  switch (status) {
  case RAMP_OK:
    return EXIT_FINE;
  case RAMP_DIVERGED:
    return EXIT_FINDING;
  case RAMP_CANNOT_OPEN:
  case RAMP_CANNOT_WRITE:
  case RAMP_DAMAGED_FILE:
  case RAMP_INVALID_DATA:
  case RAMP_OUT_OF_MEMORY:
    return EXIT_FILE;
  default:
    return EXIT_USAGE;
  }
}

int fail_status(ramp_status status) {
  const char *detail = ramp_error_detail();
  return fail(exit_code(status), "%s", *detail ? detail : ramp_status_text(status));
}

int fail_standard_output(void) {
  if (errno == EPIPE) return EXIT_FINE;
  const char *cause = errno ? strerror(errno) : "a write failed";
  return fail(EXIT_FILE, "cannot write standard output: %s", cause);
}

int fail_memory(void) { return fail(EXIT_FILE, "out of memory"); }

int fail_number(const char *word, int place) {
  return fail(EXIT_USAGE,
              "'%s', number %d of the arguments, is not a number such as -3, 1e-5, "
              "0x1p-3, inf or nan",
              word, place);
}
