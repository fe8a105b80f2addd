/* SPDX-License-Identifier: MIT */
/* main.c: the table of subcommands, help, version, how threads wait, and a last look at
   standard output. */
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const command *const commands[] = {
    &compare_command, &train_command, &plot_command, &eval_command,
    &explain_command, &list_command,  &bench_command};
#define COMMANDS (sizeof commands / sizeof *commands)

static const command *command_named(const char *name) {
  for (size_t i = 0; i < COMMANDS; i++)
    if (!strcmp(commands[i]->name, name)) return commands[i];
  return NULL;
}

/* ------------------------------------------------------------------ help and version */

static int print_help(void) {
  puts("ramp - activation functions: compute them, train with them, see what they do\n\n"
       "usage: ramp SUBCOMMAND ...\n");
  for (size_t i = 0; i < COMMANDS; i++)
    printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
  puts(
      "\nramp SUBCOMMAND --help tells more; ramp --version tells how this one was "
      "built.\n"
      "Exit codes: 0 fine, 1 a finding, 2 wrong usage, 3 unreadable input or unwritable\n"
      "output.\n\n"
      "Begin with: ramp compare");
  return EXIT_FINE;
}

static int print_version(void) {
#ifdef __clang__
  const char *compiler = __VERSION__;
#else
  const char *compiler = "GCC " __VERSION__;
#endif
  const char *in_use = ramp_variant();
  printf("ramp " RAMP_VERSION "\ncompiler: %s\nvariants:\n", compiler);
  for (int i = 0; i < ramp_variants(); i++) {
    const char *name = ramp_variant_name(i);
    const char *state = ramp_variant_supported(i) ? "supported" : "not on this CPU";
    printf("  %-9s %s\n", name, strcmp(name, in_use) ? state : "in use");
  }
  return EXIT_FINE;
}

static int unknown_command(const char *name) {
  const char *names[COMMANDS];
  for (size_t i = 0; i < COMMANDS; i++)
    names[i] = commands[i]->name;
  const char *nearest = nearest_name(name, names, COMMANDS);
  if (nearest)
    return fail(EXIT_USAGE, "unknown subcommand '%s'; did you mean %s?", name, nearest);
  return fail(EXIT_USAGE, "unknown subcommand '%s'; ramp --help lists them", name);
}

static int help_on(const char *name) {
  const command *found = command_named(name);
  if (!found) return unknown_command(name);
  fputs(found->help, stdout);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ running */

static int asks_for_help(int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
    if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) return 1;
  return 0;
}

/* The library passes over a variant in the environment that it cannot have; a person who
   asked for one wants to know. */
static int check_variant(void) {
  const char *wanted = getenv("RAMP_VARIANT");
  if (!wanted || !*wanted) return EXIT_FINE;
  ramp_status status = ramp_variant_set(wanted);
  return status == RAMP_OK ? EXIT_FINE : fail_status(status);
}

/* GNU's OpenMP lets threads without work spin.  Where others want the cores, too, a
   spinning thread takes the time of the one it waits for, and a training becomes several
   times slower.  The library reads its environment only when it is loaded: so the program
   sets it and starts once more in its own place.  Who set either variable has chosen;
   where the program cannot be started again, it only runs slower. */
static void let_threads_sleep(char **program_argv) {
  if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return;
  if (setenv("OMP_WAIT_POLICY", "passive", 1) == 0) execv("/proc/self/exe", program_argv);
}

static int run_command(int argc, char **argv, char **program_argv) {
  const command *found = command_named(argv[0]);
  if (!found) return unknown_command(argv[0]);
  if (asks_for_help(argc, argv)) return help_on(argv[0]);
  if (found->trains) let_threads_sleep(program_argv);
  fail_for(found->name);
  int code = check_variant();
  return code ? code : found->run(argc, argv);
}

static int run_program(int argc, char **argv) {
  const char *first = argc > 1 ? argv[1] : "--help";
  if (!strcmp(first, "--version")) return print_version();
  if (!strcmp(first, "--help") || !strcmp(first, "-h")) return print_help();
  if (strcmp(first, "help")) return run_command(argc - 1, argv + 1, argv);
  return argc > 2 ? help_on(argv[2]) : print_help();
}

/* The cause of a failed write is known right after it only, so what is not for a terminal
   is written at the end. */
static void keep_output(void) {
  static char buffer[1 << 20];
  if (!isatty(STDOUT_FILENO)) setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

int main(int argc, char **argv) {
  keep_output();
  int code = run_program(argc, argv);
  if (code > EXIT_FINDING) return code;
  errno = 0;
  if (fflush(stdout) || ferror(stdout)) {
    int failed = fail_standard_output();
    return failed ? failed : code;
  }
  return code;
}
