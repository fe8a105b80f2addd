/* SPDX-License-Identifier: MIT */
/*
 * options.c: options from a list of rows, read by getopt_long(), which is told to hand
 * operands over in their order ("-" first in its letters), so that a number with a minus
 * sign can be kept from it.
 */
#include "program.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 24
/* Above every letter: option i is called FIRST_OPTION + i by getopt_long(). */
#define FIRST_OPTION 256

typedef struct getopt_tables {
  struct option names[OPTIONS_MAX + 1];
  char letters[2 * OPTIONS_MAX + 3];
} getopt_tables;

static void tables_fill(getopt_tables *tables, const option_row *rows) {
  memset(tables, 0, sizeof *tables);
  char *letter = tables->letters;
  *letter++ = '-';
  *letter++ = ':';
  for (int i = 0; rows[i].name && i < OPTIONS_MAX; i++) {
    int has_value = rows[i].kind != OPTION_FLAG;
    tables->names[i] = (struct option){rows[i].name, has_value, NULL, FIRST_OPTION + i};
    if (!rows[i].letter) continue;
    *letter++ = rows[i].letter;
    if (has_value) *letter++ = ':';
  }
}

static const option_row *row_of(const option_row *rows, int code) {
  if (code >= FIRST_OPTION) return &rows[code - FIRST_OPTION];
  for (; rows->name; rows++)
    if (rows->letter == code) return rows;
  return NULL;
}

/* ------------------------------------------------------------------ values */

static int read_whole_number(const char *text, uint64_t from, uint64_t *number) {
  char *end;
  if (*text < '0' || *text > '9') return 0;
  errno = 0;
  unsigned long long read = strtoull(text, &end, 10);
  if (errno || *end || read < from || read > UINT64_MAX) return 0;
  *number = read;
  return 1;
}

static int wrong_value(const option_row *row, const char *text, const char *right) {
  fail(EXIT_USAGE, "--%s wants %s, not '%s'", row->name, right, text);
  return -1;
}

static int set_whole_number(const option_row *row, const char *text) {
  uint64_t number, from = row->kind == OPTION_COUNT;
  if (!read_whole_number(text, from, &number) ||
      (row->kind == OPTION_COUNT && number > SIZE_MAX))
    return wrong_value(row, text, from ? "a whole number from 1" : "a whole number");
  if (row->kind == OPTION_COUNT) *(size_t *)row->value = (size_t)number;
  if (row->kind == OPTION_SEED) *(uint64_t *)row->value = number;
  return 0;
}

static int set_number(const option_row *row, const char *text) {
  double number;
  if (!number_read(text, &number) || !isfinite(number))
    return wrong_value(row, text, "a finite number");
  *(double *)row->value = number;
  return 0;
}

static int set_type(const option_row *row, const char *text) {
  if (ramp_type_parse(text, row->value) == RAMP_OK) return 0;
  return wrong_value(row, text, "f64, f32, f16 or bf16");
}

static int set_value(const option_row *row, const char *text) {
  switch (row->kind) {
  case OPTION_FLAG:
    *(int *)row->value = 1;
    return 0;
  case OPTION_TEXT:
    *(const char **)row->value = text;
    return 0;
  case OPTION_COUNT:
  case OPTION_SEED:
    return set_whole_number(row, text);
  case OPTION_NUMBER:
    return set_number(row, text);
  case OPTION_TYPE:
    return set_type(row, text);
  }
  return 0;
}

/* ------------------------------------------------------------------ failures */

static int unknown_option(const option_row *rows, const char *word) {
  const char *names[OPTIONS_MAX];
  size_t count = 0;
  for (; rows[count].name && count < OPTIONS_MAX; count++)
    names[count] = rows[count].name;
  const char *nearest = NULL;
  if (!strncmp(word, "--", 2)) nearest = nearest_name(word + 2, names, count);
  if (nearest)
    fail(EXIT_USAGE, "unknown option '%s'; did you mean --%s?", word, nearest);
  else
    fail(EXIT_USAGE, "'%s' is neither an option nor a number; --help lists the options",
         word);
  return -1;
}

static int wrong_option(const option_row *rows, int code, int wrong, const char *word) {
  const option_row *row = wrong ? row_of(rows, wrong) : NULL;
  if (!row) return unknown_option(rows, word);
  if (code == ':')
    fail(EXIT_USAGE, "--%s wants a value after it", row->name);
  else
    fail(EXIT_USAGE, "--%s takes no value, but '%s' gives one", row->name, word);
  return -1;
}

/* ------------------------------------------------------------------ reading */

/* Takes the number that getopt_long() would take for options; null when there is none. */
static char *signed_number(int argc, char **argv) {
  double number;
  if (optind >= argc || argv[optind][0] != '-') return NULL;
  return number_read(argv[optind], &number) ? argv[optind++] : NULL;
}

int options_read(const option_row *rows, int argc, char **argv) {
  getopt_tables tables;
  tables_fill(&tables, rows);
  int operands = 0, code;
  optind = 1;
  opterr = 0;
  for (;;) {
    char *operand = signed_number(argc, argv);
    if (!operand) {
      int at = optind;
      code = getopt_long(argc, argv, tables.letters, tables.names, NULL);
      if (code == -1) break;
      if (code == '?' || code == ':') return wrong_option(rows, code, optopt, argv[at]);
      if (code == 1) operand = optarg;
      if (code != 1 && set_value(row_of(rows, code), optarg)) return -1;
    }
    if (operand) argv[operands++] = operand;
  }
  while (optind < argc)
    argv[operands++] = argv[optind++];
  argv[operands] = NULL;
  return operands;
}
