/* SPDX-License-Identifier: MIT */
/*
 * The contract of ramp.h for what is asked wrongly or specially: NaN, overlap, null
 * pointers, unknown types and functions, invalid parameters, counts beyond memory,
 * dispatch.
 */
#include "calls.h"
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ NaN, infinities,
 * zero */

/* Literal, because the oracle's own idea of NaN is what is checked, too. */
static const uint64_t canonical[NUMBER_TYPES] = {0x7ff8000000000000, 0x7fc00000, 0x7e00,
                                                 0x7fc0};

static void check_nan(const ramp_function *f, ramp_type type) {
  uint64_t infinity = number_infinity(type), sign = number_sign(type);
  uint64_t nans[] = {canonical[type], infinity + 1, sign | canonical[type],
                     sign | (infinity + 1), sign - 1};
  uint64_t one = number_round(type, 1);
  unsigned char x[8], dy[8], y[8];
  for (size_t i = 0; i < sizeof nans / sizeof *nans; i++)
    for (int c = 0; c <= CALLS; c++) {
      number_store(type, x, 0, c == CALLS ? 0 : nans[i]);
      number_store(type, dy, 0, c == CALLS ? nans[i] : one);
      call which = c == CALLS ? BACKWARD : (call)c;
      assert_int_equal(call_on(f, which, type, 1, x, dy, y), RAMP_OK);
      if (number_load(type, y, 0) != canonical[type])
        fail_msg("%s %s: call %d gives %llx for NaN", ramp_function_row_at(f->row)->name,
                 ramp_type_name(type), c, (unsigned long long)number_load(type, y, 0));
    }
}

static void nan_in_is_the_canonical_nan_out(void **state) {
  (void)state;
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = function_of(ramp_function_row_at(row)->name);
    for (int type = 0; type < NUMBER_TYPES; type++)
      check_nan(&f, (ramp_type)type);
  }
}

static const struct fact {
  const char *function;
  call which;
  double x, dy, y;
} facts[] = {
    {"relu", FORWARD, -INFINITY, 0, 0.0},
    {"relu", FORWARD, -0.0, 0, 0.0},
    {"relu", FORWARD, INFINITY, 0, INFINITY},
    {"relu", BACKWARD, -1, INFINITY, 0.0},
    {"relu", BACKWARD, -1, -INFINITY, -0.0},
    {"relu", BACKWARD, 0, INFINITY, 0.0},
    {"relu", BACKWARD, 1, -INFINITY, -INFINITY},
    {"relu", BACKWARD, -1, -5, -0.0},
    {"leaky_relu:0.5", FORWARD, -0.0, 0, -0.0},
    {"leaky_relu:0.5", FORWARD, -INFINITY, 0, -INFINITY},
    {"leaky_relu:0", FORWARD, -INFINITY, 0, -0.0},
    {"leaky_relu:-1", FORWARD, -INFINITY, 0, INFINITY},
    {"leaky_relu:-1", FORWARD, -0.0, 0, 0.0},
    {"leaky_relu:-1", FORWARD, 0.0, 0, 0.0},
    {"leaky_relu:0", BACKWARD, -1, INFINITY, 0.0},
    {"clip", FORWARD, -INFINITY, 0, -1},
    {"clip", FORWARD, INFINITY, 0, 1},
    {"clip", FORWARD, -0.0, 0, -0.0},
    {"relu6", FORWARD, -0.0, 0, 0.0},
    {"relu6", FORWARD, INFINITY, 0, 6},
    {"clip:-1,0", FORWARD, -0.0, 0, -0.0},
    {"clip:-1,0", FORWARD, 0.0, 0, 0.0},
    {"hard_tanh", BACKWARD, 2, -INFINITY, -0.0},
    {"sigmoid", FORWARD, -INFINITY, 0, 0.0},
    {"sigmoid", FORWARD, INFINITY, 0, 1},
    {"sigmoid", DERIVATIVE, -INFINITY, 0, 0.0},
    {"sigmoid", BACKWARD, INFINITY, INFINITY, 0.0},
    {"tanh", FORWARD, -0.0, 0, -0.0},
    {"tanh", FORWARD, -INFINITY, 0, -1},
    {"tanh", DERIVATIVE, INFINITY, 0, 0.0},
    {"tanh", BACKWARD, -INFINITY, -INFINITY, -0.0},
    {"softplus", FORWARD, -INFINITY, 0, 0.0},
    {"softplus", FORWARD, INFINITY, 0, INFINITY},
    {"softplus", DERIVATIVE, INFINITY, 0, 1},
    {"elu", FORWARD, -0.0, 0, -0.0},
    {"elu", FORWARD, -INFINITY, 0, -1},
    {"elu", DERIVATIVE, -INFINITY, 0, 0.0},
    {"elu:0", FORWARD, -INFINITY, 0, -0.0},
    {"silu", FORWARD, -0.0, 0, -0.0},
    {"silu", FORWARD, -INFINITY, 0, -0.0},
    {"silu", FORWARD, INFINITY, 0, INFINITY},
    {"silu", DERIVATIVE, -INFINITY, 0, -0.0},
    {"silu", DERIVATIVE, INFINITY, 0, 1},
    {"silu", BACKWARD, -INFINITY, INFINITY, -0.0},
    {"identity", FORWARD, -0.0, 0, -0.0},
    {"identity", BACKWARD, 3, INFINITY, INFINITY},
};

/* Returns whether the fact holds in `type`. */
static bool holds(const struct fact *a, ramp_type type) {
  ramp_function f = function_of(a->function);
  unsigned char x[8], dy[8], y[8];
  number_store(type, x, 0, number_round(type, a->x));
  number_store(type, dy, 0, number_round(type, a->dy));
  assert_int_equal(call_on(&f, a->which, type, 1, x, dy, y), RAMP_OK);
  uint64_t got = number_load(type, y, 0);
  if (got == number_round(type, a->y)) return true;
  print_error("%s %s, call %d, x = %g, dy = %g: %g, should be %g\n", a->function,
              ramp_type_name(type), a->which, a->x, a->dy, number_value(type, got), a->y);
  return false;
}

static void limits_and_signs_of_zero_are_kept(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    for (int type = 0; type < NUMBER_TYPES; type++)
      wrong += !holds(&facts[i], (ramp_type)type);
  assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ refusals */

/* Expects `status` from all calls, with nothing written and a sentence left. */
static void refused(const ramp_function *f, ramp_type type, size_t count,
                    ramp_status status) {
  float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, y[8], before[8];
  memset(y, 0x55, sizeof y);
  memcpy(before, y, sizeof y);
  for (int c = 0; c < CALLS; c++) {
    assert_int_equal(call_on(f, (call)c, type, count, x, x, y), status);
    assert_true(strlen(ramp_error_detail()) > 10);
    assert_memory_equal(y, before, sizeof y);
  }
}

static void overlap_is_refused_and_nothing_written(void **state) {
  (void)state;
  ramp_function f = function_of("relu");
  for (int t = 0; t < NUMBER_TYPES; t++) {
    ramp_type type = (ramp_type)t;
    size_t size = ramp_type_size(type);
    unsigned char memory[64 * 8], before[64 * 8], other[16 * 8] = {0};
    for (size_t i = 0; i < sizeof memory; i++)
      memory[i] = (unsigned char)(i * 37);
    memcpy(before, memory, sizeof memory);
    unsigned char *x = memory + 20 * size;
    size_t offsets[] = {1, size, 15 * size, 16 * size - 1};
    for (int i = 0; i < 4; i++)
      for (int c = 0; c < CALLS; c++)
        for (int below = 0; below < 2; below++) {
          unsigned char *y = below ? x - offsets[i] : x + offsets[i];
          if (y == x) continue;
          assert_int_equal(call_on(&f, (call)c, type, 16, x, other, y), RAMP_OVERLAP);
          assert_int_equal(ramp_backward(&f, type, 16, other, x, y), RAMP_OVERLAP);
          assert_memory_equal(memory, before, sizeof memory);
        }
    /* Neighbours touch without overlapping. */
    assert_int_equal(ramp_forward(&f, type, 16, x, x + 16 * size), RAMP_OK);
    assert_int_equal(ramp_forward(&f, type, 16, x, x - 16 * size), RAMP_OK);
  }
}

static void null_pointers_are_refused(void **state) {
  (void)state;
  ramp_function f = function_of("tanh");
  float x = 1, y = 0;
  assert_int_equal(ramp_forward(NULL, RAMP_F32, 1, &x, &y), RAMP_NULL_POINTER);
  assert_int_equal(ramp_forward(&f, RAMP_F32, 1, NULL, &y), RAMP_NULL_POINTER);
  assert_int_equal(ramp_forward(&f, RAMP_F32, 1, &x, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_derivative(&f, RAMP_F32, 1, NULL, &y), RAMP_NULL_POINTER);
  assert_int_equal(ramp_derivative(&f, RAMP_F32, 1, &x, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_backward(NULL, RAMP_F32, 1, &x, &x, &y), RAMP_NULL_POINTER);
  assert_int_equal(ramp_backward(&f, RAMP_F32, 1, NULL, &x, &y), RAMP_NULL_POINTER);
  assert_int_equal(ramp_backward(&f, RAMP_F32, 1, &x, NULL, &y), RAMP_NULL_POINTER);
  assert_int_equal(ramp_backward(&f, RAMP_F32, 1, &x, &x, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_convert(RAMP_F32, NULL, RAMP_F16, &y, 1), RAMP_NULL_POINTER);
  assert_int_equal(ramp_convert(RAMP_F32, &x, RAMP_F16, NULL, 1), RAMP_NULL_POINTER);
  assert_int_equal(ramp_function_parse(NULL, &f), RAMP_NULL_POINTER);
  assert_int_equal(ramp_function_parse("relu", NULL), RAMP_NULL_POINTER);
}

static void no_elements_need_no_arrays(void **state) {
  (void)state;
  ramp_function f = function_of("silu");
  for (int type = 0; type < NUMBER_TYPES; type++) {
    assert_int_equal(ramp_forward(&f, (ramp_type)type, 0, NULL, NULL), RAMP_OK);
    assert_int_equal(ramp_derivative(&f, (ramp_type)type, 0, NULL, NULL), RAMP_OK);
    assert_int_equal(ramp_backward(&f, (ramp_type)type, 0, NULL, NULL, NULL), RAMP_OK);
  }
}

static void an_unknown_type_is_refused(void **state) {
  (void)state;
  ramp_function f = function_of("relu");
  refused(&f, (ramp_type)4, 2, RAMP_UNKNOWN_TYPE);
  refused(&f, (ramp_type)-1, 2, RAMP_UNKNOWN_TYPE);
  ramp_type type;
  assert_int_equal(ramp_type_parse("f31", &type), RAMP_UNKNOWN_TYPE);
  assert_int_equal(ramp_type_parse("", &type), RAMP_UNKNOWN_TYPE);
  assert_null(ramp_type_name((ramp_type)4));
  assert_int_equal(ramp_type_size((ramp_type)-1), 0);
  for (int t = 0; t < NUMBER_TYPES; t++) {
    assert_int_equal(ramp_type_parse(ramp_type_name((ramp_type)t), &type), RAMP_OK);
    assert_int_equal(type, t);
  }
}

/* A function filled in by hand may hold anything. */
static void functions_filled_by_hand_are_checked(void **state) {
  (void)state;
  ramp_function f = function_of("relu");
  f.row = -1;
  refused(&f, RAMP_F32, 2, RAMP_UNKNOWN_FUNCTION);
  f.row = ramp_function_rows();
  refused(&f, RAMP_F32, 2, RAMP_UNKNOWN_FUNCTION);
  f = function_of("leaky_relu");
  f.parameter[0] = NAN;
  refused(&f, RAMP_F32, 2, RAMP_INVALID_PARAMETER);
  f.parameter[0] = -INFINITY;
  refused(&f, RAMP_F64, 1, RAMP_INVALID_PARAMETER);
  f = function_of("clip");
  f.parameter[0] = 1.5;
  refused(&f, RAMP_F32, 2, RAMP_INVALID_PARAMETER);
  f = function_of("softplus");
  f.parameter[0] = 0;
  refused(&f, RAMP_F32, 2, RAMP_INVALID_PARAMETER);
  f = function_of("relu");
  f.kink_rule = (ramp_kink_rule)7;
  refused(&f, RAMP_F32, 2, RAMP_INVALID_PARAMETER);
  f.kink_rule = RAMP_KINK_MIX;
  static const double mixes[] = {NAN, -0.1, 1.1, INFINITY};
  for (int i = 0; i < 4; i++) {
    f.kink_mix = mixes[i];
    refused(&f, RAMP_F32, 2, RAMP_INVALID_PARAMETER);
  }
}

static void counts_beyond_memory_are_refused(void **state) {
  (void)state;
  ramp_function f = function_of("relu");
  static const ramp_type types[] = {RAMP_F64, RAMP_F32, RAMP_F16};
  for (int i = 0; i < 3; i++) {
    refused(&f, types[i], SIZE_MAX, RAMP_TOO_LARGE);
    refused(&f, types[i], SIZE_MAX / ramp_type_size(types[i]) + 1, RAMP_TOO_LARGE);
  }
  float x = 1, y = 5;
  assert_int_equal(ramp_convert(RAMP_F32, &x, RAMP_F64, &y, SIZE_MAX / 8 + 1),
                   RAMP_TOO_LARGE);
  assert_true(y == 5);
}

/* ------------------------------------------------------------------ dispatch */

static void variants_are_chosen_by_name(void **state) {
  (void)state;
  assert_true(ramp_variants() >= 1);
  assert_null(ramp_variant_name(-1));
  assert_null(ramp_variant_name(ramp_variants()));
  assert_false(ramp_variant_supported(ramp_variants()));
  assert_true(ramp_variant_supported(ramp_variants() - 1));
#if defined __x86_64__
  assert_int_equal(ramp_variants(), 3);
  assert_string_equal(ramp_variant_name(2), "baseline");
#elif defined __aarch64__
  assert_int_equal(ramp_variants(), 1);
  assert_string_equal(ramp_variant_name(0), "neon");
#endif
  assert_int_equal(ramp_variant_set(NULL), RAMP_OK);
  char best[32];
  snprintf(best, sizeof best, "%s", ramp_variant());
  for (int v = 0; v < ramp_variants(); v++) {
    ramp_status expected = ramp_variant_supported(v) ? RAMP_OK : RAMP_UNKNOWN_VARIANT;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), expected);
    if (expected == RAMP_OK) assert_string_equal(ramp_variant(), ramp_variant_name(v));
  }
  assert_int_equal(ramp_variant_set("avx1024"), RAMP_UNKNOWN_VARIANT);
  assert_int_equal(ramp_variant_set(""), RAMP_OK);
  assert_string_equal(ramp_variant(), best);
}

static void every_status_has_a_sentence(void **state) {
  (void)state;
  for (int s = RAMP_OK; s <= RAMP_WRONG_DEVICE; s++)
    for (int other = s + 1; other <= RAMP_DIVERGED; other++)
      assert_string_not_equal(ramp_status_text((ramp_status)s),
                              ramp_status_text((ramp_status)other));
  assert_non_null(ramp_status_text((ramp_status)-1));
  assert_non_null(ramp_status_text((ramp_status)99));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nan_in_is_the_canonical_nan_out),
      cmocka_unit_test(limits_and_signs_of_zero_are_kept),
      cmocka_unit_test(overlap_is_refused_and_nothing_written),
      cmocka_unit_test(null_pointers_are_refused),
      cmocka_unit_test(no_elements_need_no_arrays),
      cmocka_unit_test(an_unknown_type_is_refused),
      cmocka_unit_test(functions_filled_by_hand_are_checked),
      cmocka_unit_test(counts_beyond_memory_are_refused),
      cmocka_unit_test(variants_are_chosen_by_name),
      cmocka_unit_test(every_status_has_a_sentence),
  };
  return cmocka_run_group_tests_name("contract", tests, NULL, NULL);
}
