/* SPDX-License-Identifier: MIT */
/* A fold as text, NAME[:ARGUMENT,...], read and written. */
#include "api/fold/table.h"
#include "api/status.h"
#include "api/words.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ arguments */

/* The arguments as they are read: into fold, noting which were given (bit i for
   argument i). */
typedef struct {
  const ramp_fold_row *row;
  ramp_fold *fold;
  unsigned given;
} reading;

static const ramp_fold_argument *argument_at(const reading *r, int i) {
  return ramp_fold_argument_at(r->fold->row, i);
}

/* Whether the text is a value of an argument: a whole number, or one of its words. */
static bool read_value(const ramp_fold_argument *argument, ramp_word text, int *value) {
  double number;
  if (!argument->word[0]) {
    bool whole = ramp_word_number(text, &number) && number == floor(number);
    if (!whole || number < argument->least || number > argument->greatest) return false;
    *value = (int)number;
    return true;
  }
  for (*value = 0; *value < 2; ++*value)
    if (ramp_word_is(text, argument->word[*value])) return true;
  return false;
}

static ramp_status set(reading *r, int i, ramp_word text) {
  const ramp_fold_argument_row *row = &r->row->argument[i];
  int value;
  if (!read_value(argument_at(r, i), text, &value))
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %s is \"%.*s\", but must be %s",
                     r->row->name, row->name, text.length, text.start, row->domain);
  if (r->given & 1u << i)
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %s is given twice", r->row->name,
                     row->name);
  r->given |= 1u << i;
  *ramp_fold_field(r->fold, argument_at(r, i)) = value;
  return RAMP_OK;
}

/* What the row's arguments may be, for a sentence: "k, a whole number from 2 to 256". */
static void describe(const ramp_fold_row *row, size_t size, char *text) {
  size_t length = 0;
  for (int i = 0; i < row->arguments && length < size; i++)
    length += (size_t)snprintf(text + length, size - length, "%s%s, %s", i ? "; " : "",
                               row->argument[i].name, row->argument[i].domain);
}

static ramp_status refuse(const ramp_fold_row *row, const char *what, ramp_word text) {
  char known[200] = "no arguments";
  describe(row, sizeof known, known);
  return ramp_fail(RAMP_INVALID_PARAMETER, "%s has no %s \"%.*s\"; it has %s", row->name,
                   what, text.length, text.start, known);
}

/* Without a name: the first argument that has such a value, or that is a number. */
static ramp_status read_unnamed(reading *r, ramp_word text) {
  int value;
  for (int i = 0; i < r->row->arguments; i++) {
    const ramp_fold_argument *argument = argument_at(r, i);
    if (!argument->word[0] || read_value(argument, text, &value)) return set(r, i, text);
  }
  return refuse(r->row, "argument", text);
}

static ramp_status read_argument(void *reading_of, ramp_word argument) {
  reading *r = reading_of;
  ramp_word name, value = ramp_word_value(argument, &name);
  if (value.start == argument.start) return read_unnamed(r, argument);
  for (int i = 0; i < r->row->arguments; i++)
    if (ramp_word_is(name, r->row->argument[i].name)) return set(r, i, value);
  return refuse(r->row, "argument", name);
}

static ramp_status read_arguments(const char *text, ramp_fold *fold) {
  reading r = {ramp_fold_row_at(fold->row), fold, 0};
  return ramp_word_each(text, read_argument, &r);
}

static ramp_fold with_defaults(int row) {
  ramp_fold fold = {.row = row};
  for (int i = 0; i < ramp_fold_row_at(row)->arguments; i++) {
    const ramp_fold_argument *argument = ramp_fold_argument_at(row, i);
    *ramp_fold_field(&fold, argument) = argument->value;
  }
  return fold;
}

/* ------------------------------------------------------------------ both ways */

static const char *row_name(int i) { return ramp_fold_row_at(i)->name; }

ramp_status ramp_fold_parse(const char *text, ramp_fold *fold) {
  if (!text || !fold)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_fold_parse was given a null pointer");
  bool arguments = strchr(text, ':') != NULL;
  int row;
  ramp_status status =
      ramp_word_find(ramp_word_cut(&text, ':'), "function of several inputs", row_name,
                     ramp_fold_rows(), &row);
  if (status != RAMP_OK) return status;
  ramp_fold parsed = with_defaults(row);
  if (arguments) status = read_arguments(text, &parsed);
  if (status == RAMP_OK) *fold = parsed;
  return status;
}

static void write_argument(ramp_writing *to, const char *name,
                           const ramp_fold_argument *argument, int value) {
  if (argument->word[0])
    ramp_write_argument(to, name, argument->word[value]);
  else
    ramp_write_number(to, name, value);
}

size_t ramp_fold_text(const ramp_fold *fold, char *text, size_t size) {
  ramp_writing to = {.text = text, .size = size};
  if (ramp_fold_check(fold) == RAMP_OK) {
    const ramp_fold_row *row = ramp_fold_row_at(fold->row);
    ramp_write(&to, row->name);
    for (int i = 0; i < row->arguments; i++) {
      const ramp_fold_argument *argument = ramp_fold_argument_at(fold->row, i);
      int value = ramp_fold_value(fold, argument);
      if (value != argument->value)
        write_argument(&to, row->argument[i].name, argument, value);
    }
  }
  return ramp_write_end(&to);
}
