/* SPDX-License-Identifier: MIT */
/* Rows of the table of folds as data; whether a fold is valid; how many outputs it
   has. */
#include "api/fold/table.h"

#include "api/status.h"

#include <stdbool.h>
#include <stdio.h>

/* ------------------------------------------------------------ expansions of the table */

#define HE RAMP_INITIAL_HE
#define GLOROT RAMP_INITIAL_GLOROT
#define LECUN RAMP_INITIAL_LECUN
#define MASKED 1
#define UNMASKED 0
#define GATE(function) #function
#define NO_GATE NULL
#define NO_ARGUMENTS

#define WHOLE(name, field, value, least, greatest) +1
#define CHOICE(name, field, first, second) +1
#define FOLD(name, code, kept, mask, outputs, gate, start, formula, derivative, range,   \
             arguments)                                                                  \
  arguments_of_##name = 0 arguments,
enum {
#include "functions/folds.def"
};
#undef FOLD
#undef WHOLE
#undef CHOICE

#define WHOLE(name, field, value, least, greatest)                                       \
  {#name, #value, "a whole number from " #least " to " #greatest},
#define CHOICE(name, field, first, second) {#name, #first, #first " or " #second},
#define FOLD(name, code, kept, mask, outputs, gate, start, formula, derivative, range,   \
             arguments)                                                                  \
  {#name, formula, derivative,          range,      RAMP_KEEP_##kept, mask,              \
   gate,  start,   arguments_of_##name, {arguments}},
static const ramp_fold_row rows[] = {
#include "functions/folds.def"
};
#undef FOLD
#undef WHOLE
#undef CHOICE

enum { ROWS = sizeof rows / sizeof *rows };

#define WHOLE(name, field, value, least, greatest)                                       \
  {offsetof(ramp_fold, field), value, least, greatest, {NULL, NULL}},
#define CHOICE(name, field, first, second)                                               \
  {offsetof(ramp_fold, field), 0, 0, 1, {#first, #second}},
#define FOLD(name, code, kept, mask, outputs, gate, start, formula, derivative, range,   \
             arguments)                                                                  \
  {arguments},
static const ramp_fold_argument inner_arguments[ROWS][RAMP_FOLD_ARGUMENTS_MAX] = {
#include "functions/folds.def"
};
#undef FOLD

#define FOLD(name, code, kept, mask, outputs, ...) RAMP_OUTPUTS_##outputs,
static const ramp_fold_size sizes[ROWS] = {
#include "functions/folds.def"
};
#undef FOLD

int ramp_fold_rows(void) { return ROWS; }

const ramp_fold_row *ramp_fold_row_at(int i) {
  return i >= 0 && i < ROWS ? &rows[i] : NULL;
}

ramp_fold_size ramp_fold_size_of(const ramp_fold *fold) { return sizes[fold->row]; }

/* ------------------------------------------------------------------ arguments */

const ramp_fold_argument *ramp_fold_argument_at(int row, int i) {
  return &inner_arguments[row][i];
}

/* Every field that an argument stands for is an int, or an enum as wide. */
_Static_assert(sizeof(ramp_packing) == sizeof(int), "a packing is read as an int");

int *ramp_fold_field(ramp_fold *fold, const ramp_fold_argument *argument) {
  return (int *)((char *)fold + argument->offset);
}

int ramp_fold_value(const ramp_fold *fold, const ramp_fold_argument *argument) {
  return *(const int *)((const char *)fold + argument->offset);
}

ramp_status ramp_fold_check(const ramp_fold *fold) {
  if (!fold) return ramp_fail(RAMP_NULL_POINTER, "the fold is a null pointer");
  if (fold->row < 0 || fold->row >= ROWS)
    return ramp_fail(RAMP_UNKNOWN_FUNCTION,
                     "the table of folds has no row %d; it has %d rows", fold->row,
                     (int)ROWS);
  const ramp_fold_row *row = &rows[fold->row];
  for (int i = 0; i < row->arguments; i++) {
    const ramp_fold_argument *argument = &inner_arguments[fold->row][i];
    int value = ramp_fold_value(fold, argument);
    if (value < argument->least || value > argument->greatest)
      return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %s is %d, but must be %s", row->name,
                       row->argument[i].name, value, row->argument[i].domain);
  }
  return RAMP_OK;
}

ramp_kept ramp_fold_keeps(const ramp_fold *fold) {
  return ramp_fold_check(fold) == RAMP_OK ? rows[fold->row].kept : RAMP_KEEP_INPUT;
}

/* ------------------------------------------------------------------ outputs */

ramp_status ramp_fold_count(const ramp_fold *fold, const char *where, int64_t inputs,
                            int64_t *outputs) {
  const char *name = rows[fold->row].name;
  ramp_fold_size size = sizes[fold->row];
  if (size == RAMP_OUTPUTS_GROUPS && inputs % fold->k != 0)
    return ramp_fail(RAMP_SHAPE_MISMATCH,
                     "%s: the %lld elements%s do not make groups of k = %d", name,
                     (long long)inputs, where, fold->k);
  if (size == RAMP_OUTPUTS_HALF && inputs % 2 != 0)
    return ramp_fail(RAMP_SHAPE_MISMATCH,
                     "%s: the %lld elements%s have no halves; their number must be even",
                     name, (long long)inputs, where);
  if (size == RAMP_OUTPUTS_TWICE && inputs > INT64_MAX / 2)
    return ramp_fail(RAMP_TOO_LARGE, "%s: twice the %lld elements%s are too many", name,
                     (long long)inputs, where);
  *outputs = inputs;
  if (size == RAMP_OUTPUTS_TWICE) *outputs = 2 * inputs;
  if (size == RAMP_OUTPUTS_HALF) *outputs = inputs / 2;
  if (size == RAMP_OUTPUTS_GROUPS) *outputs = inputs / fold->k;
  if (size == RAMP_OUTPUTS_ONE) *outputs = 1;
  return RAMP_OK;
}

ramp_status ramp_fold_outputs(const ramp_fold *fold, int64_t inputs, int64_t *outputs) {
  ramp_status status = ramp_fold_check(fold);
  if (status != RAMP_OK) return status;
  if (!outputs)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_fold_outputs was given no place for its result");
  if (inputs < 0)
    return ramp_fail(RAMP_SHAPE_MISMATCH, "%s: there cannot be %lld inputs",
                     rows[fold->row].name, (long long)inputs);
  return ramp_fold_count(fold, "", inputs, outputs);
}
