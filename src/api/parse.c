/* SPDX-License-Identifier: MIT */
/* A function as text, NAME[:ARGUMENT,...], read and written. */
#define _GNU_SOURCE /* strtod_l */
#include "api/compute.h"
#include "api/names.h"
#include "api/status.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of the text, not ended by a zero.  Longer ones are cut to LONGEST, which no
   name and no number that is read may have. */
enum { LONGEST = 200 };

typedef struct {
  const char *start;
  int length;
} word;

static bool is(word w, const char *name) {
  return strlen(name) == (size_t)w.length && memcmp(w.start, name, (size_t)w.length) == 0;
}

/* Cuts the word up to `end` off *text and steps over `end`. */
static word cut(const char **text, char end) {
  const char *stop = strchr(*text, end);
  size_t length = stop ? (size_t)(stop - *text) : strlen(*text);
  word w = {*text, (int)(length < LONGEST ? length : LONGEST)};
  *text += length + (stop != NULL);
  return w;
}

/* The whole word as a number, in the C locale. */
static bool read_number(word w, double *number) {
  char text[LONGEST + 1], *end;
  memcpy(text, w.start, (size_t)w.length);
  text[w.length] = 0;
  locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
  *number = strtod_l(text, &end, c);
  freelocale(c);
  return w.length > 0 && w.length < LONGEST && *end == 0 && text[0] != ' ';
}

/* ------------------------------------------------------------------ names */

static const char *row_name(int i) { return ramp_function_row_at(i)->name; }

static ramp_status find_row(word w, int *row) {
  for (*row = 0; *row < ramp_function_rows(); ++*row)
    if (is(w, row_name(*row))) return RAMP_OK;
  char wrong[LONGEST + 1];
  snprintf(wrong, sizeof wrong, "%.*s", w.length, w.start);
  const char *nearest = ramp_nearest_name(wrong, row_name, ramp_function_rows());
  if (nearest)
    return ramp_fail(RAMP_UNKNOWN_FUNCTION,
                     "there is no function \"%s\"; did you mean \"%s\"?", wrong, nearest);
  return ramp_fail(RAMP_UNKNOWN_FUNCTION,
                   "there is no function \"%s\"; `ramp list` shows all of them", wrong);
}

/* ------------------------------------------------------------------ arguments */

/* The arguments as they are read: into f, counting those without a name, and noting
   which were given (bit i for parameter i, the last one for the kink rule). */
typedef struct {
  const ramp_function_row *row;
  ramp_function *f;
  int position;
  unsigned given;
} reading;

static ramp_status note(reading *r, int i, const char *name) {
  unsigned bit = 1u << i;
  if (r->given & bit)
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %s is given twice", r->row->name, name);
  r->given |= bit;
  return RAMP_OK;
}

static ramp_status refuse_kink(const reading *r, word value) {
  return ramp_fail(
      RAMP_INVALID_PARAMETER,
      "%s: kink is \"%.*s\", but must be least, left, right, middle or a number "
      "from 0 to 1",
      r->row->name, value.length, value.start);
}

static ramp_status read_kink(reading *r, word value) {
  static const struct {
    const char *name;
    double mix;
  } rules[] = {{"left", 0}, {"middle", 0.5}, {"right", 1}};
  ramp_function *f = r->f;
  f->kink_rule = is(value, "least") ? RAMP_KINK_LEAST : RAMP_KINK_MIX;
  if (f->kink_rule == RAMP_KINK_LEAST) return note(r, RAMP_PARAMETERS_MAX, "kink");
  bool known = read_number(value, &f->kink_mix) && f->kink_mix >= 0 && f->kink_mix <= 1;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (is(value, rules[i].name)) {
      f->kink_mix = rules[i].mix;
      known = true;
    }
  return known ? note(r, RAMP_PARAMETERS_MAX, "kink") : refuse_kink(r, value);
}

static ramp_status read_parameter(reading *r, int i, word value) {
  const char *name = r->row->parameter[i].name;
  double *number = &r->f->parameter[i];
  if (!read_number(value, number) || !isfinite(*number))
    return ramp_fail(RAMP_INVALID_PARAMETER,
                     "%s: %s is \"%.*s\", which is not a finite number", r->row->name,
                     name, value.length, value.start);
  return note(r, i, name);
}

static ramp_status refuse_name(const ramp_function_row *row, word name) {
  char list[200] = "";
  for (int i = 0; i < row->parameters; i++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s, ",
             row->parameter[i].name);
  return ramp_fail(RAMP_INVALID_PARAMETER, "%s has no parameter \"%.*s\"; it has %skink",
                   row->name, name.length, name.start, list);
}

static ramp_status read_unnamed(reading *r, word argument) {
  const ramp_function_row *row = r->row;
  if (r->position < row->parameters) return read_parameter(r, r->position++, argument);
  return ramp_fail(RAMP_INVALID_PARAMETER,
                   "%s takes %d parameter%s, so \"%.*s\" is one too many", row->name,
                   row->parameters, row->parameters == 1 ? "" : "s", argument.length,
                   argument.start);
}

static ramp_status read_argument(reading *r, word argument) {
  const char *equals = memchr(argument.start, '=', (size_t)argument.length);
  if (!equals) return read_unnamed(r, argument);
  word name = {argument.start, (int)(equals - argument.start)};
  word value = {equals + 1, argument.length - name.length - 1};
  if (is(name, "kink")) return read_kink(r, value);
  for (int i = 0; i < r->row->parameters; i++)
    if (is(name, r->row->parameter[i].name)) return read_parameter(r, i, value);
  return refuse_name(r->row, name);
}

static ramp_status read_arguments(const char *text, ramp_function *f) {
  reading r = {ramp_function_row_at(f->row), f, 0, 0};
  bool more = true;
  while (more) {
    more = strchr(text, ',') != NULL;
    ramp_status status = read_argument(&r, cut(&text, ','));
    if (status != RAMP_OK) return status;
  }
  return RAMP_OK;
}

/* The defaults of a row: an alias has those of what it stands for. */
static void set_defaults(int row, ramp_function *f) {
  const ramp_function_row *r = ramp_function_row_at(row);
  *f = (ramp_function){.row = row, .kink_rule = RAMP_KINK_LEAST};
  if (r->alias && ramp_function_parse(r->alias, f) == RAMP_OK) f->row = row;
  for (int i = 0; i < r->parameters; i++)
    f->parameter[i] = r->parameter[i].value;
}

ramp_status ramp_function_parse(const char *text, ramp_function *f) {
  if (!text || !f)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_function_parse was given a null pointer");
  bool arguments = strchr(text, ':') != NULL;
  int row;
  ramp_status status = find_row(cut(&text, ':'), &row);
  if (status != RAMP_OK) return status;
  ramp_function parsed;
  set_defaults(row, &parsed);
  if (arguments) status = read_arguments(text, &parsed);
  if (status == RAMP_OK) status = ramp_function_check(&parsed);
  if (status == RAMP_OK) *f = parsed;
  return status;
}

/* ------------------------------------------------------------------ writing */

typedef struct {
  char *text;
  size_t size, length;
} buffer;

static void append(buffer *b, const char *text) {
  for (; *text; text++, b->length++)
    if (b->length + 1 < b->size) b->text[b->length] = *text;
}

/* In the C locale, with as many digits as reading back the same number takes. */
static void append_number(buffer *b, double number) {
  char text[40];
  locale_t c = newlocale(LC_ALL_MASK, "C", NULL), before = uselocale(c);
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  uselocale(before);
  freelocale(c);
  append(b, text);
}

static void append_argument(buffer *b, const char *name, double value) {
  append(b, memchr(b->text, ':', b->length < b->size ? b->length : b->size) ? "," : ":");
  append(b, name);
  append(b, "=");
  append_number(b, value);
}

size_t ramp_function_text(const ramp_function *f, char *text, size_t size) {
  char whole[512];
  buffer b = {whole, sizeof whole, 0};
  if (ramp_function_check(f) == RAMP_OK) {
    const ramp_function_row *row = ramp_function_row_at(f->row);
    append(&b, row->name);
    for (int i = 0; i < row->parameters; i++)
      if (f->parameter[i] != row->parameter[i].value)
        append_argument(&b, row->parameter[i].name, f->parameter[i]);
    if (f->kink_rule == RAMP_KINK_MIX) append_argument(&b, "kink", f->kink_mix);
  }
  whole[b.length] = 0;
  if (size > 0) snprintf(text, size, "%s", whole);
  return b.length;
}
