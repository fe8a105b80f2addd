/* SPDX-License-Identifier: MIT */
/*
 * The sweep of the fast precision finds what is wrong: over some hundred thousand inputs,
 * with functions that are wrong on purpose.
 */
#include "support.h"
#include "survey.h"

#include <math.h>
#include <string.h>

/* Floats from 1 on, and the one whose result is spoilt. */
#define FIRST 0x3f800000u
#define INPUTS 200000
#define WRONG_INPUT (FIRST + 123457u)

static enum { NOTHING, UNITS, SIGN, MISSING, ONE_VARIANT } fault;

static float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static float spoilt(float y) {
  uint32_t bits;
  memcpy(&bits, &y, sizeof bits);
  if (fault == UNITS) return float_of(bits + 9);
  if (fault == SIGN) return -y;
  if (fault == MISSING) return NAN;
  return strcmp(ramp_variant(), ramp_variant_name(0)) == 0 ? y : float_of(bits + 1);
}

static ramp_status wrong(const ramp_function *f, oracle_direction direction, size_t count,
                         const float *x, float *y) {
  ramp_status status = survey_library(f, direction, count, x, y);
  for (size_t i = 0; i < count && fault != NOTHING; i++)
    if (x[i] == float_of(WRONG_INPUT)) y[i] = spoilt(y[i]);
  return status;
}

/* Zero variants where this CPU has no fast precision. */
static survey survey_of_silu(void) {
  ramp_function f = function_of("silu:precision=fast");
  variants all = variants_all();
  return (survey){.f = f,
                  .direction = ORACLE_VALUE,
                  .variants = survey_variants(&f, &all),
                  .compute = wrong,
                  .first = FIRST,
                  .inputs = INPUTS,
                  .chunk = 70000};
}

static reading result_of(const survey *s) {
  reading r = {0};
  while (r.done < s->inputs)
    assert_int_equal(survey_chunk(s, &r), RAMP_OK);
  assert_int_equal(r.done, INPUTS);
  return r;
}

static void the_library_is_within_its_bound(void **state) {
  (void)state;
  survey s = survey_of_silu();
  if (s.variants.count == 0) skip();
  fault = NOTHING;
  reading r = result_of(&s);
  worst w = reading_worst(&r);
  assert_true(w.ulps > 0.5 && w.ulps <= 4);
}

static void a_result_that_is_off_is_measured(void **state) {
  (void)state;
  survey s = survey_of_silu();
  if (s.variants.count == 0) skip();
  fault = UNITS;
  reading r = result_of(&s);
  worst w = reading_worst(&r);
  assert_true(w.x == (double)float_of(WRONG_INPUT) && w.ulps > 5 && w.ulps < 13);
}

static void signs_and_nan_are_infinite_errors(void **state) {
  (void)state;
  survey s = survey_of_silu();
  if (s.variants.count == 0) skip();
  for (fault = SIGN; fault <= MISSING; fault++) {
    reading r = result_of(&s);
    worst w = reading_worst(&r);
    assert_true(isinf(w.ulps) && w.x == (double)float_of(WRONG_INPUT));
  }
}

static void variants_must_agree(void **state) {
  (void)state;
  survey s = survey_of_silu();
  if (s.variants.count < 2) skip();
  fault = ONE_VARIANT;
  reading r = result_of(&s);
  worst w = reading_worst(&r);
  assert_true(isinf(w.ulps) && w.x == (double)float_of(WRONG_INPUT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_library_is_within_its_bound),
      cmocka_unit_test(a_result_that_is_off_is_measured),
      cmocka_unit_test(signs_and_nan_are_infinite_errors),
      cmocka_unit_test(variants_must_agree),
  };
  return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
