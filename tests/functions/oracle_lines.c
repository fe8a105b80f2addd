/* SPDX-License-Identifier: MIT */
/* The lines of oracle.def: as text, compiled, and by row of the table. */
#include "expression.h"
#include "oracle.h"

#include <math.h>
#include <string.h>

#define ORACLE(name, value, derivative)                                                  \
  static double name##_value(double x, const double *p) {                                \
    (void)x, (void)p;                                                                    \
    return value;                                                                        \
  }                                                                                      \
  static double name##_derivative(double x, const double *p) {                           \
    (void)x, (void)p;                                                                    \
    return derivative;                                                                   \
  }
#include "oracle.def"
#undef ORACLE

#define ORACLE(name, value, derivative)                                                  \
  {#name, {#value, #derivative}, {name##_value, name##_derivative}},
const oracle_line oracle_lines[] = {
#include "oracle.def"
};
#undef ORACLE
const int oracle_line_count = sizeof oracle_lines / sizeof *oracle_lines;

const oracle_line *oracle_line_of(int row) {
  const ramp_function_row *r = ramp_function_row_at(row);
  if (!r) return NULL;
  const char *name = r->alias ? r->alias : r->name;
  size_t length = strcspn(name, ":");
  for (int i = 0; i < oracle_line_count; i++)
    if (strlen(oracle_lines[i].name) == length &&
        strncmp(oracle_lines[i].name, name, length) == 0)
      return &oracle_lines[i];
  return NULL;
}
