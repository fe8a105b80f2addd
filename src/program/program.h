/* SPDX-License-Identifier: MIT */
/*
 * program.h: what every subcommand of `ramp` shares: how it is listed, how it reads its
 * options, how it reports a failure and with which exit code it ends.
 *
 * A subcommand is one file that defines one `command` and is named in the table of
 * main.c:
 *
 *     static int run_echo(int argc, char **argv) {
 *       int json = 0;
 *       size_t times = 1;
 *       const option_row options[] = {{"json", 0, OPTION_FLAG, &json},
 *                                 {"times", 'n', OPTION_COUNT, &times},
 *                                 {0}};
 *       int operands = options_read(options, argc, argv);
 *       if (operands < 0) return EXIT_USAGE;
 *       ...argv[0] .. argv[operands - 1]...
 *       return EXIT_FINE;
 *     }
 *     const command echo_command = {"echo", "say it again", "usage: ...\n", run_echo, 0};
 *
 * Nothing here knows what the subcommands compute.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <ramp/ramp.h>

#include <stdint.h>
#include <stdio.h>

/* ------------------------------------------------------------------ subcommands */

/* What a subcommand returns and the program ends with. */
enum {
  EXIT_FINE = 0,
  EXIT_FINDING = 1, /* it ran, and found something wrong with what it looked at */
  EXIT_USAGE = 2,   /* function, parameter, option, text of a network */
  EXIT_FILE = 3     /* input cannot be read, output cannot be written */
};

typedef struct command {
  const char *name;
  const char *summary; /* one line for `ramp --help`, lower case, without a full stop */
  const char *help;    /* the page of `ramp NAME --help`, with an example */
  /* argv[0] is the subcommand's name; `--help` never arrives here.  Standard output is
     flushed and checked by the caller. */
  int (*run)(int argc, char **argv);
  int trains; /* 1: keeps threads at work for long */
} command;

extern const command list_command, eval_command, explain_command, plot_command,
    train_command, compare_command, bench_command;

/* ------------------------------------------------------------------ failures */

/* Prints "ramp NAME: SENTENCE" and a newline on standard error and returns `code`.  The
   sentence says what is wrong, where, and what would be right; it ends without full stop
   or newline. */
int fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* fail() with the library's sentence on its last failure and the exit code that suits
   `status`. */
int fail_status(ramp_status status);

/* fail() for a standard output that cannot be written, by errno; a reader who closed the
   pipe has seen enough: then EXIT_FINE, silently. */
int fail_standard_output(void);

int fail_memory(void);

/* fail() for `word`, number `place` of the arguments, which is not a number. */
int fail_number(const char *word, int place);

/* The subcommand that the sentences of fail() are about; null: the program as a whole. */
void fail_for(const char *command);

/* ------------------------------------------------------------------ options */

typedef enum {
  OPTION_FLAG,   /* int: becomes 1 */
  OPTION_TEXT,   /* const char * */
  OPTION_COUNT,  /* size_t: a whole number from 1 */
  OPTION_SEED,   /* uint64_t: a whole number from 0 */
  OPTION_NUMBER, /* double: finite */
  OPTION_TYPE    /* ramp_type: f64, f32, f16, bf16 */
} option_kind;

/* One option, `--name` and, unless 0, `-letter`; a list ends with a zeroed one. */
typedef struct option_row {
  const char *name;
  char letter;
  option_kind kind;
  void *value; /* what option_kind says; left alone when the option is not given */
} option_row;

/*
 * Reads argv[1] .. argv[argc - 1].  Options and operands may be mixed; after `--`
 * everything is an operand, and so are `-` and what reads as a number (-3, -inf).  Moves
 * the operands to argv[0] onwards, ends them with a null pointer and returns their
 * number; at a wrong option reports it and returns -1.
 */
int options_read(const option_row *options, int argc, char **argv);

/* ------------------------------------------------------------------ words */

/* Whether the whole of `text` is a number as strtod() reads it, without white space
   before it. */
int number_read(const char *text, double *number);

/* The one of `count` names that is closest to `word` in typing mistakes, null when none
   is close. For "did you mean". */
const char *nearest_name(const char *word, const char *const *names, size_t count);

/* How much of a text fits into a line of `width` columns: all, or up to a space, or,
   where none comes in time, as much as there is room for. */
size_t line_fitting(const char *text, size_t width);

#endif
