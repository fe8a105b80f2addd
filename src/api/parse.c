/* SPDX-License-Identifier: MIT */
/* A function as text, NAME[:ARGUMENT,...], read and written. */
#include "api/compute.h"
#include "api/status.h"
#include "api/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ arguments */

/* The arguments as they are read: into f, counting those without a name, and noting
   which were given (bit i for parameter i, then kink rule and precision). */
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

static ramp_status refuse_kink(const reading *r, ramp_word value) {
  return ramp_fail(
      RAMP_INVALID_PARAMETER,
      "%s: kink is \"%.*s\", but must be least, left, right, middle or a number "
      "from 0 to 1",
      r->row->name, value.length, value.start);
}

static ramp_status read_kink(reading *r, ramp_word value) {
  static const struct {
    const char *name;
    double mix;
  } rules[] = {{"left", 0}, {"middle", 0.5}, {"right", 1}};
  ramp_function *f = r->f;
  f->kink_rule = ramp_word_is(value, "least") ? RAMP_KINK_LEAST : RAMP_KINK_MIX;
  if (f->kink_rule == RAMP_KINK_LEAST) return note(r, RAMP_PARAMETERS_MAX, "kink");
  bool known =
      ramp_word_number(value, &f->kink_mix) && f->kink_mix >= 0 && f->kink_mix <= 1;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (ramp_word_is(value, rules[i].name)) {
      f->kink_mix = rules[i].mix;
      known = true;
    }
  return known ? note(r, RAMP_PARAMETERS_MAX, "kink") : refuse_kink(r, value);
}

static ramp_status read_precision(reading *r, ramp_word value) {
  bool fast = ramp_word_is(value, "fast");
  if (!fast && !ramp_word_is(value, "exact"))
    return ramp_fail(RAMP_INVALID_PARAMETER,
                     "%s: precision is \"%.*s\", but must be exact or fast", r->row->name,
                     value.length, value.start);
  r->f->precision = fast ? RAMP_FAST : RAMP_EXACT;
  return note(r, RAMP_PARAMETERS_MAX + 1, "precision");
}

static ramp_status read_parameter(reading *r, int i, ramp_word value) {
  const char *name = r->row->parameter[i].name;
  double *number = &r->f->parameter[i];
  if (!ramp_word_number(value, number) || !isfinite(*number))
    return ramp_fail(RAMP_INVALID_PARAMETER,
                     "%s: %s is \"%.*s\", which is not a finite number", r->row->name,
                     name, value.length, value.start);
  return note(r, i, name);
}

static ramp_status refuse_name(const ramp_function_row *row, ramp_word name) {
  char list[200] = "";
  for (int i = 0; i < row->parameters; i++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s, ",
             row->parameter[i].name);
  return ramp_fail(RAMP_INVALID_PARAMETER,
                   "%s has no parameter \"%.*s\"; it has %skink and precision", row->name,
                   name.length, name.start, list);
}

static ramp_status read_unnamed(reading *r, ramp_word argument) {
  const ramp_function_row *row = r->row;
  if (r->position < row->parameters) return read_parameter(r, r->position++, argument);
  return ramp_fail(RAMP_INVALID_PARAMETER,
                   "%s takes %d parameter%s, so \"%.*s\" is one too many", row->name,
                   row->parameters, row->parameters == 1 ? "" : "s", argument.length,
                   argument.start);
}

static ramp_status read_argument(void *reading_of, ramp_word argument) {
  reading *r = reading_of;
  ramp_word name, value = ramp_word_value(argument, &name);
  if (value.start == argument.start) return read_unnamed(r, argument);
  if (ramp_word_is(name, "kink")) return read_kink(r, value);
  if (ramp_word_is(name, "precision")) return read_precision(r, value);
  for (int i = 0; i < r->row->parameters; i++)
    if (ramp_word_is(name, r->row->parameter[i].name)) return read_parameter(r, i, value);
  return refuse_name(r->row, name);
}

static ramp_status read_arguments(const char *text, ramp_function *f) {
  reading r = {ramp_function_row_at(f->row), f, 0, 0};
  return ramp_word_each(text, read_argument, &r);
}

/* The defaults of a row: an alias has those of what it stands for. */
static void set_defaults(int row, ramp_function *f) {
  const ramp_function_row *r = ramp_function_row_at(row);
  *f = (ramp_function){.row = row, .kink_rule = RAMP_KINK_LEAST};
  if (r->alias && ramp_function_parse(r->alias, f) == RAMP_OK) f->row = row;
  for (int i = 0; i < r->parameters; i++)
    f->parameter[i] = r->parameter[i].value;
}

static const char *row_name(int i) { return ramp_function_row_at(i)->name; }

ramp_status ramp_function_parse(const char *text, ramp_function *f) {
  if (!text || !f)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_function_parse was given a null pointer");
  bool arguments = strchr(text, ':') != NULL;
  int row;
  ramp_status status = ramp_word_find(ramp_word_cut(&text, ':'), "function", row_name,
                                      ramp_function_rows(), &row);
  if (status != RAMP_OK) return status;
  ramp_function parsed;
  set_defaults(row, &parsed);
  if (arguments) status = read_arguments(text, &parsed);
  if (status == RAMP_OK) status = ramp_function_check(&parsed);
  if (status == RAMP_OK) *f = parsed;
  return status;
}

/* ------------------------------------------------------------------ writing */

size_t ramp_function_text(const ramp_function *f, char *text, size_t size) {
  ramp_writing to = {.text = text, .size = size};
  if (ramp_function_check(f) == RAMP_OK) {
    const ramp_function_row *row = ramp_function_row_at(f->row);
    ramp_write(&to, row->name);
    for (int i = 0; i < row->parameters; i++)
      if (f->parameter[i] != row->parameter[i].value)
        ramp_write_number(&to, row->parameter[i].name, f->parameter[i]);
    if (f->kink_rule == RAMP_KINK_MIX) ramp_write_number(&to, "kink", f->kink_mix);
    if (f->precision == RAMP_FAST) ramp_write_argument(&to, "precision", "fast");
  }
  return ramp_write_end(&to);
}
