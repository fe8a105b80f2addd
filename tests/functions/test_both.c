/* SPDX-License-Identifier: MIT */
/*
 * Value and derivative by one call: the bits of the calls for each, which other tests
 * hold against the oracle, for every function, type, precision and variant, wherever the
 * arrays lie; and what is refused.
 */
#include "support.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { N = 5003, CANARY = 0x5a };

typedef struct {
  ramp_function f;
  ramp_type type;
  size_t size;
  unsigned char x[N * 8], y[N * 8], slope[N * 8];
} task;

/* Ordinary numbers, with any bits among them in every fifth block. */
static void fill(task *t) {
  uint64_t random = 5;
  for (size_t i = 0; i < N; i++) {
    uint64_t bits = number_random(&random);
    double near = ((double)(bits >> 11) * 0x1p-53 - 0.5) * 12;
    bool any = i / 512 % 5 == 2 && i % 7 == 0;
    number_store(t->type, t->x, i, any ? bits >> 7 : number_round(t->type, near));
  }
}

static void expect(task *t) {
  assert_int_equal(ramp_forward(&t->f, t->type, N, t->x, t->y), RAMP_OK);
  assert_int_equal(ramp_derivative(&t->f, t->type, N, t->x, t->slope), RAMP_OK);
}

static void check_equal(const task *t, size_t count, const void *y, const void *slope,
                        const char *where) {
  bool same = memcmp(y, t->y, count * t->size) == 0 &&
              memcmp(slope, t->slope, count * t->size) == 0;
  if (!same)
    fail_msg("%s %s %s, %zu elements %s: not the bits of two calls",
             ramp_function_row_at(t->f.row)->name, ramp_type_name(t->type),
             ramp_variant(), count, where);
}

static void call(const task *t, size_t count, const void *x, void *y, void *slope) {
  if (ramp_value_and_derivative(&t->f, t->type, count, x, y, slope) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
}

/* Behind `offset` bytes, with nothing written beside. */
static void check_at(const task *t, size_t count, size_t offset) {
  static unsigned char x[N * 8 + 64], y[N * 8 + 64], slope[N * 8 + 64];
  size_t bytes = count * t->size;
  memset(y, CANARY, sizeof y);
  memset(slope, CANARY, sizeof slope);
  memcpy(x + offset, t->x, bytes);
  call(t, count, x + offset, y + offset, slope + offset);
  check_equal(t, count, y + offset, slope + offset, "apart");
  for (size_t i = 0; i < sizeof y; i++)
    if (i < offset || i >= offset + bytes)
      assert_true(y[i] == CANARY && slope[i] == CANARY);
}

static void check_in_place(const task *t, size_t count) {
  static unsigned char x[N * 8], other[N * 8];
  memcpy(x, t->x, count * t->size);
  call(t, count, x, x, other);
  check_equal(t, count, x, other, "with y in place");
  memcpy(x, t->x, count * t->size);
  call(t, count, x, other, x);
  check_equal(t, count, other, x, "with slope in place");
}

static void check(task *t) {
  static const size_t counts[] = {0, 1, 7, 16, 33, 513, N};
  t->size = ramp_type_size(t->type);
  fill(t);
  expect(t);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    check_at(t, counts[i], 0);
    check_at(t, counts[i], t->size);
    check_at(t, counts[i], 1);
    check_in_place(t, counts[i]);
  }
}

static void check_rows(ramp_precision precision) {
  static task t;
  for (int row = 0; row < ramp_function_rows(); row++)
    for (int type = 0; type < NUMBER_TYPES; type++) {
      t.f = function_of(ramp_function_row_at(row)->name);
      t.f.precision = precision;
      t.type = (ramp_type)type;
      check(&t);
    }
}

static void bits_are_those_of_two_calls(void **state) {
  (void)state;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    check_rows(RAMP_EXACT);
    check_rows(RAMP_FAST);
  }
  ramp_variant_set(NULL);
}

/* Lines, slopes that no float holds, a jump: another parameter than the kept job's. */
static void parameters_and_rules_count(void **state) {
  static const char *const functions[] = {
      "leaky_relu:0.3", "leaky_relu:0.25",  "relu:kink=middle", "hard_sigmoid:0.2",
      "clip:-2,0.1",    "threshold:1,-0.3", "elu:0.7",          "elu:precision=fast"};
  static task t;
  (void)state;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    for (int type = 0; type < NUMBER_TYPES; type++) {
      t.f = function_of(functions[i]);
      t.type = (ramp_type)type;
      check(&t);
    }
}

/* ------------------------------------------------------------------ large arrays */

/* Past the caches, by two threads; y and slope so many elements behind a line. */
static void check_far(const ramp_function *f, size_t y_behind, size_t slope_behind) {
  enum { FAR = (1 << 22) + 77, MORE = FAR + 32 };
  float *x = aligned_alloc(64, 4 * (MORE - MORE % 16));
  float *y = aligned_alloc(64, 4 * (MORE - MORE % 16)), *slope = malloc(4 * MORE);
  float *wanted = malloc(4 * MORE);
  assert_true(x && y && slope && wanted);
  for (size_t i = 0; i < FAR; i++)
    x[i] = (float)(i * 7919 % 10007) / 1000 - 5;
  x[FAR / 3] = NAN;
  float *first = y + y_behind, *second = slope + slope_behind;
  assert_int_equal(ramp_value_and_derivative(f, RAMP_F32, FAR, x, first, second),
                   RAMP_OK);
  assert_int_equal(ramp_forward(f, RAMP_F32, FAR, x, wanted), RAMP_OK);
  assert_memory_equal(first, wanted, 4 * FAR);
  assert_int_equal(ramp_derivative(f, RAMP_F32, FAR, x, wanted), RAMP_OK);
  assert_memory_equal(second, wanted, 4 * FAR);
  free(x);
  free(y);
  free(slope);
  free(wanted);
}

static void large_arrays_do_too(void **state) {
  static const char *const functions[] = {"relu", "leaky_relu", "gelu",
                                          "gelu:precision=fast", "hard_sigmoid"};
  (void)state;
  omp_set_num_threads(2);
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    ramp_function f = function_of(functions[i]);
    check_far(&f, 0, 0);
    check_far(&f, 5, 5);
    check_far(&f, 3, 8);
  }
}

/* ------------------------------------------------------------------ refusals */

static void bad_calls_are_refused(void **state) {
  (void)state;
  for (int kept = 0; kept < 2; kept++) {
    ramp_function f = function_of(kept ? "silu" : "leaky_relu:0.5"), wrong = f;
    float memory[24] = {1, 2, 3}, *m = memory, other[8], before[24];
    if (kept)
      assert_int_equal(ramp_value_and_derivative(&f, RAMP_F32, 8, m, m + 8, m + 16),
                       RAMP_OK);
    memcpy(before, memory, sizeof memory);
    wrong.parameter[0] = NAN;
    wrong.kink_rule = (ramp_kink_rule)7;
#define REFUSED(status, f, type, ...)                                                    \
  assert_int_equal(ramp_value_and_derivative(f, type, 8, __VA_ARGS__), status)
    REFUSED(RAMP_OVERLAP, &f, RAMP_F32, m, m, m);
    REFUSED(RAMP_OVERLAP, &f, RAMP_F32, other, m, m);
    REFUSED(RAMP_OVERLAP, &f, RAMP_F32, other, m, m + 7);
    REFUSED(RAMP_OVERLAP, &f, RAMP_F32, m, m + 1, other);
    REFUSED(RAMP_OVERLAP, &f, RAMP_F32, m + 1, other, m);
    REFUSED(RAMP_NULL_POINTER, &f, RAMP_F32, NULL, m, m + 8);
    REFUSED(RAMP_NULL_POINTER, &f, RAMP_F32, m, NULL, m + 8);
    REFUSED(RAMP_NULL_POINTER, &f, RAMP_F32, m, m + 8, NULL);
    REFUSED(RAMP_NULL_POINTER, NULL, RAMP_F32, m, m + 8, m + 16);
    REFUSED(RAMP_UNKNOWN_TYPE, &f, (ramp_type)7, m, m + 8, m + 16);
    REFUSED(RAMP_INVALID_PARAMETER, &wrong, RAMP_F32, m, m + 8, m + 16);
#undef REFUSED
    assert_memory_equal(memory, before, sizeof memory);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bits_are_those_of_two_calls),
      cmocka_unit_test(parameters_and_rules_count),
      cmocka_unit_test(large_arrays_do_too),
      cmocka_unit_test(bad_calls_are_refused),
  };
  return cmocka_run_group_tests_name("both", tests, NULL, NULL);
}
