/* SPDX-License-Identifier: MIT */
/* support.h: what the test programs of this folder share. */
#ifndef RAMP_TESTS_SUPPORT_H
#define RAMP_TESTS_SUPPORT_H

#include "numbers.h"
#include "oracle.h"
#include "sample.h"

/* cmocka.h asks for these first. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The function of `text`; fails the test when it cannot be read. */
static inline ramp_function function_of(const char *text) {
  ramp_function f;
  if (ramp_function_parse(text, &f) != RAMP_OK)
    fail_msg("\"%s\": %s", text, ramp_error_detail());
  return f;
}

static inline oracle *truth_of(const ramp_function *f) {
  oracle *truth = oracle_open(f);
  if (!truth)
    fail_msg("oracle.def has no line for %s", ramp_function_row_at(f->row)->name);
  return truth;
}

static inline ramp_status compute(const ramp_function *f, oracle_direction direction,
                                  ramp_type type, size_t count, const void *x, void *y) {
  return direction == ORACLE_VALUE ? ramp_forward(f, type, count, x, y)
                                   : ramp_derivative(f, type, count, x, y);
}

#endif
