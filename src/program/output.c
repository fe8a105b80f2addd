/* SPDX-License-Identifier: MIT */
/*
 * output.c: a temporary file beside the target, flushed to the disk, then renamed.  The
 * temporary files of the moment hang on one list, which a signal handler walks.  A file
 * is created and enters the list with the signals held back, so that the list never
 * misses one.
 */
#define _XOPEN_SOURCE 700
#include "output.h"
#include "program.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static output_file *volatile open_files;

/* ------------------------------------------------------------------ signals */

static void remove_temporaries(int signal_number) {
  for (output_file *file = open_files; file; file = file->next)
    unlink(file->temporary);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
#define ENDING_SIGNALS (sizeof ending_signals / sizeof *ending_signals)

static void catch_ending_signals(void) {
  for (size_t i = 0; i < ENDING_SIGNALS; i++) {
    struct sigaction now;
    sigaction(ending_signals[i], NULL, &now);
    if (now.sa_handler != SIG_DFL) continue;
    now.sa_handler = remove_temporaries;
    sigaction(ending_signals[i], &now, NULL);
  }
}

static void hold_ending_signals(sigset_t *before) {
  sigset_t ending;
  sigemptyset(&ending);
  for (size_t i = 0; i < ENDING_SIGNALS; i++)
    sigaddset(&ending, ending_signals[i]);
  sigprocmask(SIG_BLOCK, &ending, before);
}

/* mkstemp() whose file is on the list from its first moment. */
static int create_listed(output_file *file) {
  sigset_t before;
  catch_ending_signals();
  hold_ending_signals(&before);
  int descriptor = mkstemp(file->temporary), cause = errno;
  if (descriptor >= 0) {
    file->next = open_files;
    open_files = file;
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = cause;
  return descriptor;
}

static void list_remove(output_file *file) {
  if (open_files == file) {
    open_files = file->next;
    return;
  }
  for (output_file *f = open_files; f; f = f->next)
    if (f->next == file) f->next = file->next;
}

/* ------------------------------------------------------------------ opening */

static int cannot_write(const char *path) {
  return fail(EXIT_FILE, "cannot write '%s': %s", path, strerror(errno));
}

static void release(output_file *file) {
  free(file->target);
  free(file->temporary);
  *file = (output_file){0};
}

static int open_directly(output_file *file) {
  file->stream = fopen(file->path, "wb");
  return file->stream ? EXIT_FINE : cannot_write(file->path);
}

/* A new file gets the permissions that open() would have given it. */
static mode_t permissions(const struct stat *existing) {
  if (existing) return existing->st_mode & 0777;
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

static int open_temporary(output_file *file, const struct stat *existing) {
  file->target = existing ? realpath(file->path, NULL) : strdup(file->path);
  if (!file->target) return cannot_write(file->path);
  size_t size = strlen(file->target) + sizeof ".XXXXXX";
  file->temporary = malloc(size);
  if (!file->temporary) return fail_memory();
  snprintf(file->temporary, size, "%s.XXXXXX", file->target);
  int descriptor = create_listed(file);
  if (descriptor < 0) return cannot_write(file->path);
  file->stream = fdopen(descriptor, "wb");
  if (file->stream && !fchmod(descriptor, permissions(existing))) return EXIT_FINE;
  int code = cannot_write(file->path);
  if (!file->stream) close(descriptor);
  output_discard(file);
  return code;
}

int output_open(output_file *file, const char *path) {
  *file = (output_file){.path = path};
  if (!strcmp(path, "-")) {
    file->stream = stdout;
    return EXIT_FINE;
  }
  struct stat status;
  int exists = !stat(path, &status);
  if (exists && S_ISDIR(status.st_mode))
    return fail(EXIT_FILE, "cannot write '%s': it is a folder", path);
  if (exists && access(path, W_OK)) return cannot_write(path);
  if (exists && !S_ISREG(status.st_mode)) return open_directly(file);
  int code = open_temporary(file, exists ? &status : NULL);
  if (code) release(file);
  return code;
}

/* ------------------------------------------------------------------ completing */

/* Regular files alone can be flushed to a disk: a pipe or a device answers EINVAL. */
static int flush_and_close(output_file *file) {
  int failed = fflush(file->stream) || ferror(file->stream) ||
               (file->temporary && fsync(fileno(file->stream)));
  int cause = errno;
  if (file->stream == stdout) return failed ? (errno = cause, -1) : 0;
  if (fclose(file->stream) && !failed) return -1;
  errno = cause;
  return failed ? -1 : 0;
}

int output_commit(output_file *file) {
  if (flush_and_close(file) ||
      (file->temporary && rename(file->temporary, file->target))) {
    int code = file->stream == stdout ? fail_standard_output() : cannot_write(file->path);
    file->stream = NULL;
    output_discard(file);
    return code;
  }
  if (file->temporary) list_remove(file);
  release(file);
  return EXIT_FINE;
}

void output_discard(output_file *file) {
  if (file->stream && file->stream != stdout) fclose(file->stream);
  if (file->temporary) {
    unlink(file->temporary);
    list_remove(file);
  }
  release(file);
}
