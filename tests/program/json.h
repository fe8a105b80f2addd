/* SPDX-License-Identifier: MIT */
/* json.h: what a run of `ramp` printed, as JSON. */
#ifndef TESTS_JSON_H
#define TESTS_JSON_H

#include "run.h"

/* cmocka.h asks for these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

/* The document that a run with this exit code printed; frees the result. */
static inline json_t *json_of_exit(run_result r, int code) {
  if (r.code != code) fail_msg("exit code %d: %s", r.code, r.err);
  json_error_t error;
  json_t *root = json_loads(r.out, 0, &error);
  if (!root) fail_msg("no JSON: line %d: %s in:\n%s", error.line, error.text, r.out);
  run_free(&r);
  return root;
}

/* The same of a run that has nothing to complain about. */
static inline json_t *json_of(run_result r) {
  if (*r.err) fail_msg("not silent: %s", r.err);
  return json_of_exit(r, 0);
}

#endif
