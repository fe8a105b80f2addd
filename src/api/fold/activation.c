/* SPDX-License-Identifier: MIT */
/* Functions and folds under one name. */
#include "api/status.h"
#include "api/words.h"

#include <ramp/tensor.h>

#include <stdbool.h>

/* The names of both tables, functions first. */
static const char *activation_name(int i) {
  int functions = ramp_function_rows();
  return i < functions ? ramp_function_row_at(i)->name
                       : ramp_fold_row_at(i - functions)->name;
}

static ramp_status parse_function(const char *text, ramp_activation *activation) {
  ramp_activation parsed = {0};
  ramp_status status = ramp_function_parse(text, &parsed.function);
  if (status == RAMP_OK) *activation = parsed;
  return status;
}

static ramp_status parse_fold(const char *text, ramp_activation *activation) {
  ramp_activation parsed = {.is_fold = 1};
  ramp_status status = ramp_fold_parse(text, &parsed.fold);
  if (status == RAMP_OK) status = ramp_function_parse("identity", &parsed.function);
  if (status == RAMP_OK) *activation = parsed;
  return status;
}

ramp_status ramp_activation_parse(const char *text, ramp_activation *activation) {
  if (!text || !activation)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_activation_parse was given a null pointer");
  int row, functions = ramp_function_rows();
  const char *rest = text;
  ramp_status status =
      ramp_word_find(ramp_word_cut(&rest, ':'), "function", activation_name,
                     functions + ramp_fold_rows(), &row);
  if (status != RAMP_OK) return status;
  return row < functions ? parse_function(text, activation)
                         : parse_fold(text, activation);
}

size_t ramp_activation_text(const ramp_activation *activation, char *text, size_t size) {
  return activation->is_fold ? ramp_fold_text(&activation->fold, text, size)
                             : ramp_function_text(&activation->function, text, size);
}

ramp_initialisation ramp_activation_initialisation(const ramp_activation *activation) {
  return activation->is_fold
             ? ramp_fold_row_at(activation->fold.row)->initialisation
             : ramp_function_row_at(activation->function.row)->initialisation;
}
