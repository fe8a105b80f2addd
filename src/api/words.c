/* SPDX-License-Identifier: MIT */
/* Words of NAME[:ARGUMENT,...] cut, compared, read as numbers, and written. */
#define _GNU_SOURCE /* strtod_l */
#include "api/words.h"

#include "api/names.h"
#include "api/status.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ reading */

bool ramp_word_is(ramp_word word, const char *name) {
  return strlen(name) == (size_t)word.length &&
         memcmp(word.start, name, (size_t)word.length) == 0;
}

ramp_word ramp_word_cut(const char **text, char end) {
  const char *stop = strchr(*text, end);
  size_t length = stop ? (size_t)(stop - *text) : strlen(*text);
  ramp_word word = {*text, (int)(length < RAMP_WORD_MAX ? length : RAMP_WORD_MAX)};
  *text += length + (stop != NULL);
  return word;
}

ramp_word ramp_word_value(ramp_word argument, ramp_word *name) {
  const char *equals = memchr(argument.start, '=', (size_t)argument.length);
  *name = (ramp_word){argument.start, 0};
  if (!equals) return argument;
  name->length = (int)(equals - argument.start);
  return (ramp_word){equals + 1, argument.length - name->length - 1};
}

ramp_status ramp_word_each(const char *text,
                           ramp_status (*read)(void *reading, ramp_word argument),
                           void *reading) {
  ramp_status status = RAMP_OK;
  for (bool more = true; more && status == RAMP_OK;) {
    more = strchr(text, ',') != NULL;
    status = read(reading, ramp_word_cut(&text, ','));
  }
  return status;
}

bool ramp_word_number(ramp_word word, double *number) {
  char text[RAMP_WORD_MAX + 1], *end;
  memcpy(text, word.start, (size_t)word.length);
  text[word.length] = 0;
  locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
  *number = strtod_l(text, &end, c);
  freelocale(c);
  const bool begins = !strchr(" \t\n\v\f\r", text[0]);
  return word.length > 0 && word.length < RAMP_WORD_MAX && *end == 0 && begins;
}

ramp_status ramp_word_find(ramp_word word, const char *what, const char *(*name)(int),
                           int names, int *found) {
  for (*found = 0; *found < names; ++*found)
    if (ramp_word_is(word, name(*found))) return RAMP_OK;
  char wrong[RAMP_WORD_MAX + 1];
  snprintf(wrong, sizeof wrong, "%.*s", word.length, word.start);
  const char *nearest = ramp_nearest_name(wrong, name, names);
  if (nearest)
    return ramp_fail(RAMP_UNKNOWN_FUNCTION, "there is no %s \"%s\"; did you mean \"%s\"?",
                     what, wrong, nearest);
  return ramp_fail(RAMP_UNKNOWN_FUNCTION,
                   "there is no %s \"%s\"; `ramp list` shows all of them", what, wrong);
}

/* ------------------------------------------------------------------ writing */

void ramp_write(ramp_writing *to, const char *text) {
  for (; *text; text++, to->length++)
    if (to->length + 1 < to->size) to->text[to->length] = *text;
}

void ramp_write_argument(ramp_writing *to, const char *name, const char *value) {
  ramp_write(to, to->arguments++ ? "," : ":");
  ramp_write(to, name);
  ramp_write(to, "=");
  ramp_write(to, value);
}

void ramp_write_number(ramp_writing *to, const char *name, double value) {
  char text[40];
  locale_t c = newlocale(LC_ALL_MASK, "C", NULL), before = uselocale(c);
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (strtod(text, NULL) == value) break;
  }
  uselocale(before);
  freelocale(c);
  ramp_write_argument(to, name, text);
}

size_t ramp_write_end(ramp_writing *to) {
  if (to->size > 0) to->text[to->length < to->size ? to->length : to->size - 1] = 0;
  return to->length;
}
