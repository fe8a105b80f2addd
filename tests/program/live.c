/* SPDX-License-Identifier: MIT */
/*
 * The program while it runs: answers on a pipe that stays open, a signal in the middle of
 * an output, a terminal, and how its threads wait.  Waiting is for events, with a limit
 * so generous that only a hang can reach it.
 */
#define _XOPEN_SOURCE 700
#include "run.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE 60000 /* milliseconds */

/* Both ends are closed in the program that is started; dup2() hands it the one it needs.
   */
static void pipe_make(int ends[2]) {
  assert_int_equal(pipe(ends), 0);
  for (int i = 0; i < 2; i++)
    assert_int_equal(fcntl(ends[i], F_SETFD, FD_CLOEXEC), 0);
}

static size_t read_some(int from, char *text, size_t size) {
  struct pollfd event = {.fd = from, .events = POLLIN};
  assert_int_equal(poll(&event, 1, PATIENCE), 1);
  ssize_t length = read(from, text, size - 1);
  text[length > 0 ? length : 0] = 0;
  return length > 0 ? (size_t)length : 0;
}

static void every_number_is_answered_at_once(void **state) {
  (void)state;
  int in[2], out[2], status;
  char answer[64];
  pipe_make(in);
  pipe_make(out);
  int child = start_ramp(ARGUMENTS("eval", "relu"), in[0], out[1], -1);
  assert_int_equal(write(in[1], "3\n", 2), 2);
  read_some(out[0], answer, sizeof answer);
  assert_string_equal(answer, "3\n");
  assert_int_equal(write(in[1], "-4 5", 4), 4);
  read_some(out[0], answer, sizeof answer);
  assert_string_equal(answer, "0\n");
  close(in[1]);
  read_some(out[0], answer, sizeof answer);
  assert_string_equal(answer, "5\n");
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  close(in[0]);
  close(out[0]);
  close(out[1]);
}

/* ------------------------------------------------------------------ signals */

static void wait_for_entries(const char *folder, int entries) {
  const struct timespec pause = {0, 2000000};
  for (int i = 0; i < PATIENCE / 2 && folder_entries(folder) != entries; i++)
    nanosleep(&pause, NULL);
  assert_int_equal(folder_entries(folder), entries);
}

static void a_signal_leaves_nothing_behind(void **state) {
  (void)state;
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  static const char header[] = "\x93NUMPY\1\0\x40\0{'descr': '<f8', 'fortran_order': "
                               "False, 'shape': (9,)}          ";
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    char *folder = folder_make(), *output = path_join(folder, "y.npy");
    int in[2], status;
    pipe_make(in);
    int child =
        start_ramp(ARGUMENTS("eval", "relu", "-i", "-", "-o", output), in[0], -1, -1);
    assert_int_equal(write(in[1], header, 74), 74);
    wait_for_entries(folder, 1);
    assert_int_equal(kill(child, signals[i]), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
    assert_int_equal(folder_entries(folder), 0);
    close(in[0]);
    close(in[1]);
    free(output);
    folder_remove(folder);
  }
}

/* ------------------------------------------------------------------ a terminal */

static int terminal_make(int columns, int rows, int *program_side) {
  struct winsize size = {.ws_col = (unsigned short)columns,
                         .ws_row = (unsigned short)rows};
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  assert_true(terminal >= 0);
  assert_int_equal(grantpt(terminal), 0);
  assert_int_equal(unlockpt(terminal), 0);
  *program_side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  assert_true(*program_side >= 0);
  assert_int_equal(ioctl(*program_side, TIOCSWINSZ, &size), 0);
  return terminal;
}

/* What the program shows on a terminal of this size; it must fit into `text`. */
static void show(const char *const *arguments, int columns, int rows, char *text,
                 size_t size) {
  int program_side, status;
  int terminal = terminal_make(columns, rows, &program_side);
  int child = start_ramp(arguments, -1, program_side, -1);
  close(program_side);
  for (size_t length; size > 1 && (length = read_some(terminal, text, size)) > 0;) {
    text += length;
    size -= length;
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  close(terminal);
}

static int longest_line(const char *text, int *lines) {
  int longest = 0, length = 0;
  *lines = 0;
  for (; *text; text++) {
    if (*text == '\n') {
      *lines += 1;
      length = 0;
    } else if (*text == '\033') {
      text += strcspn(text, "m");
    } else if (*text != '\r' && ++length > longest) {
      longest = length;
    }
  }
  return longest;
}

static void a_plot_fills_the_terminal_in_colour(void **state) {
  (void)state;
  static char text[1 << 16];
  int lines;
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  show(ARGUMENTS("plot", "relu", "elu"), 120, 40, text, sizeof text);
  assert_non_null(strstr(text, "\033["));
  assert_in_range(longest_line(text, &lines), 110, 120);
  assert_in_range(lines, 36, 39);
}

static void no_color_is_heeded(void **state) {
  (void)state;
  static char text[1 << 16];
  int lines;
  setenv("TERM", "xterm-256color", 1);
  setenv("NO_COLOR", "1", 1);
  show(ARGUMENTS("plot", "relu"), 60, 20, text, sizeof text);
  unsetenv("NO_COLOR");
  assert_null(strchr(text, '\033'));
  assert_in_range(longest_line(text, &lines), 50, 60);
  assert_in_range(lines, 16, 19);
}

/* A benchmark says on a terminal what it is at, and Ctrl-C ends it with one more line. */
static void a_benchmark_ends_at_an_interrupt(void **state) {
  (void)state;
  int program_side, status;
  char said[4096];
  setenv("TERM", "xterm-256color", 1);
  int terminal = terminal_make(80, 24, &program_side);
  int child = start_ramp(ARGUMENTS("bench", "--function", "all", "--size", "64Ki",
                                   "--threads", "1", "--seconds", "1000"),
                         -1, program_side, program_side);
  close(program_side);
  read_some(terminal, said, sizeof said);
  assert_non_null(strstr(said, "64 Ki elements, 1 thread (1 of 1)"));
  assert_int_equal(kill(child, SIGINT), 0);
  size_t length = 0, more;
  while ((more = read_some(terminal, said + length, sizeof said - length)) > 0)
    length += more;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 130);
  assert_string_equal(said, "\r\033[Kramp bench: interrupted\r\n");
  close(terminal);
}

/* ------------------------------------------------------------------ threads */

/* Whether `ramp train`, which has said on standard error that it trains, has this
   variable in the environment that it was started with. */
static int training_has(const char *variable) {
  int err[2], found = 0, status;
  char said[256], path[64];
  static char environment[1 << 17];
  pipe_make(err);
  int null = open("/dev/null", O_WRONLY);
  int child =
      start_ramp(ARGUMENTS("train", "xor", "--epochs", "1000000"), -1, null, err[1]);
  read_some(err[0], said, sizeof said);
  assert_non_null(strstr(said, "xor"));
  snprintf(path, sizeof path, "/proc/%d/environ", child);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t size = fread(environment, 1, sizeof environment - 1, file);
  fclose(file);
  environment[size] = 0;
  for (char *entry = environment; entry < environment + size; entry += strlen(entry) + 1)
    found |= strcmp(entry, variable) == 0;
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  close(null);
  close(err[0]);
  close(err[1]);
  return found;
}

static void threads_sleep_unless_told_otherwise(void **state) {
  (void)state;
  unsetenv("OMP_WAIT_POLICY");
  unsetenv("GOMP_SPINCOUNT");
  assert_true(training_has("OMP_WAIT_POLICY=passive"));
  setenv("GOMP_SPINCOUNT", "1000", 1);
  assert_false(training_has("OMP_WAIT_POLICY=passive"));
  unsetenv("GOMP_SPINCOUNT");
  setenv("OMP_WAIT_POLICY", "active", 1);
  assert_true(training_has("OMP_WAIT_POLICY=active"));
  setenv("OMP_WAIT_POLICY", "passive", 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_number_is_answered_at_once),
      cmocka_unit_test(a_signal_leaves_nothing_behind),
      cmocka_unit_test(a_plot_fills_the_terminal_in_colour),
      cmocka_unit_test(no_color_is_heeded),
      cmocka_unit_test(a_benchmark_ends_at_an_interrupt),
      cmocka_unit_test(threads_sleep_unless_told_otherwise),
  };
  return cmocka_run_group_tests_name("program: live", tests, NULL, NULL);
}
