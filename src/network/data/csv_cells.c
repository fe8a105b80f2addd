/* SPDX-License-Identifier: MIT */
/*
 * Cells of a table as numbers, and the sentences on those that are none, with their
 * place.
 */
#include "network/data/data_internal.h"
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ramp_table_number(const char *cell, double *value) {
  char *end;
  *value = strtod(cell, &end);
  while (*end == ' ' || *end == '\t')
    end++;
  return *cell && !*end;
}

/* At most 40 bytes of a cell, fit for one line of a message. */
typedef struct shown {
  char text[48];
} shown;

static shown show(const char *cell) {
  shown s;
  size_t length = strlen(cell), kept = length > 40 ? 40 : length;
  /* Do not cut within a UTF-8 character: its later bytes are 10xxxxxx. */
  while (kept && kept < length && ((unsigned char)cell[kept] & 0xC0) == 0x80)
    kept--;
  snprintf(s.text, sizeof s.text, "%.*s%s", (int)kept, cell, kept < length ? "..." : "");
  for (char *c = s.text; *c; c++)
    if (iscntrl((unsigned char)*c)) *c = '?';
  return s;
}

ramp_place ramp_table_place(const ramp_table *table, size_t row, size_t column) {
  ramp_place place;
  int length = snprintf(place.text, sizeof place.text, "line %zu, column %zu",
                        table->line[row], column + 1);
  const char *name = table->header ? ramp_table_cell(table, 0, column) : "";
  if (*name)
    snprintf(place.text + length, sizeof place.text - (size_t)length, " '%s'",
             show(name).text);
  return place;
}

static ramp_status not_a_number(const ramp_table *table, const char *place,
                                const char *cell) {
  if (!*cell)
    return ramp_fail(RAMP_INVALID_DATA,
                     "%s, %s: the cell is empty, a number belongs there", table->path,
                     place);
  return ramp_fail(RAMP_INVALID_DATA, "%s, %s: '%s' is not a number", table->path, place,
                   show(cell).text);
}

ramp_status ramp_table_finite(const ramp_table *table, size_t row, size_t column,
                              const char *cell, double *value) {
  int number = ramp_table_number(cell, value);
  if (number && fabs(*value) <= FLT_MAX) return RAMP_OK;
  ramp_place place = ramp_table_place(table, row, column);
  if (!number) return not_a_number(table, place.text, cell);
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s, %s: '%s' is %s: data must be finite and no larger than 3.4e38",
                   table->path, place.text, show(cell).text,
                   isnan(*value)   ? "not a number (NaN)"
                   : isinf(*value) ? "infinite"
                                   : "too large");
}
