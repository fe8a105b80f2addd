/* SPDX-License-Identifier: MIT */
/*
 * Calls of few elements, for which a thread keeps what it prepared: each result is that
 * of the function, type and arrays that the call was given, whatever was kept before, and
 * has the bits that it has among many.
 */
#include "calls.h"
#include "support.h"

#include <omp.h>
#include <string.h>

enum { FEW = 5 };

/* What x = -1, -0, +0, 1, 3 give. */
typedef struct {
  const char *function;
  double value[FEW], slope[FEW];
} fact;

/* Neighbours differ in one field, or in the sign of a zero. */
static const fact facts[] = {
    {"relu", {0, 0, 0, 1, 3}, {0, 0, 0, 1, 1}},
    {"relu:kink=0.25", {0, 0, 0, 1, 3}, {0, 0.25, 0.25, 1, 1}},
    {"relu:kink=0.5", {0, 0, 0, 1, 3}, {0, 0.5, 0.5, 1, 1}},
    {"leaky_relu:0.5", {-0.5, -0.0, 0, 1, 3}, {0.5, 0.5, 0.5, 1, 1}},
    {"leaky_relu:0.25", {-0.25, -0.0, 0, 1, 3}, {0.25, 0.25, 0.25, 1, 1}},
    {"leaky_relu:0", {-0.0, -0.0, 0, 1, 3}, {0, 0, 0, 1, 1}},
    {"leaky_relu:-0", {0, 0, 0, 1, 3}, {-0.0, -0.0, -0.0, 1, 1}},
    {"clip:-1,1", {-1, -0.0, 0, 1, 1}, {0, 1, 1, 0, 0}},
    {"clip:-1,2", {-1, -0.0, 0, 1, 2}, {0, 1, 1, 1, 0}},
    {"clip:-0.5,2", {-0.5, -0.0, 0, 1, 2}, {0, 1, 1, 1, 0}},
    {"identity", {-1, -0.0, 0, 1, 3}, {1, 1, 1, 1, 1}},
    {"abs", {1, 0, 0, 1, 3}, {-1, 0, 0, 1, 1}},
};
enum { FACTS = sizeof facts / sizeof *facts };

static void expect(const fact *a, const char *call, ramp_type type, const double *numbers,
                   const void *got) {
  for (size_t i = 0; i < FEW; i++) {
    uint64_t expected = number_round(type, numbers[i]), found = number_load(type, got, i);
    if (found != expected)
      fail_msg("%s %s %s: element %zu is %llx, not %llx", a->function,
               ramp_type_name(type), call, i, (unsigned long long)found,
               (unsigned long long)expected);
  }
}

static void check(const fact *a, ramp_type type) {
  static const double numbers[FEW] = {-1, -0.0, 0.0, 1, 3};
  ramp_function f = function_of(a->function);
  unsigned char x[FEW * 8], ones[FEW * 8], y[FEW * 8];
  for (size_t i = 0; i < FEW; i++) {
    number_store(type, x, i, number_round(type, numbers[i]));
    number_store(type, ones, i, number_round(type, 1));
  }
  assert_int_equal(ramp_forward(&f, type, FEW, x, y), RAMP_OK);
  expect(a, "forward", type, a->value, y);
  assert_int_equal(ramp_derivative(&f, type, FEW, x, y), RAMP_OK);
  expect(a, "derivative", type, a->slope, y);
  assert_int_equal(ramp_backward(&f, type, FEW, x, ones, y), RAMP_OK);
  expect(a, "backward", type, a->slope, y);
}

/* In every order of two, each at once again. */
static void what_was_kept_is_of_this_function_and_type(void **state) {
  (void)state;
  for (int i = 0; i < FACTS; i++)
    for (int j = 0; j < FACTS; j++)
      for (int type = 0; type < NUMBER_TYPES; type++)
        for (int times = 0; times < 2; times++) {
          check(&facts[i], (ramp_type)type);
          check(&facts[i], (ramp_type)((type + 1) % NUMBER_TYPES));
          check(&facts[j], (ramp_type)type);
        }
}

/* The last bit of an f64 result may be another variant's; many elements are not kept. */
static void variants_keep_their_own(void **state) {
  (void)state;
  enum { MANY = 40000 };
  ramp_function f = function_of("gelu");
  static double x[MANY], few[MANY], many[MANY];
  for (int i = 0; i < MANY; i++)
    x[i] = 0.0003 * i - 6;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (int i = 0; i < MANY; i += FEW)
      assert_int_equal(ramp_forward(&f, RAMP_F64, FEW, x + i, few + i), RAMP_OK);
    assert_int_equal(ramp_forward(&f, RAMP_F64, MANY, x, many), RAMP_OK);
    assert_memory_equal(few, many, sizeof few);
  }
  ramp_variant_set(NULL);
}

static void threads_keep_their_own(void **state) {
  (void)state;
  int wrong = 0;
#pragma omp parallel for num_threads(2) reduction(+ : wrong)
  for (int thread = 0; thread < 2; thread++) {
    ramp_function f;
    float slope = thread ? 0.5f : 0.25f, x[3] = {-1, -2, -3}, y[3];
    ramp_function_parse(thread ? "leaky_relu:0.5" : "leaky_relu:0.25", &f);
    for (int i = 0; i < 1000000; i++) {
      ramp_forward(&f, RAMP_F32, 3, x, y);
      wrong += y[0] != -slope || y[2] != -3 * slope;
    }
  }
  assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ counts, places */

/* Some registers of any type and variant; the long arrays are whole blocks of loops that
   take their elements in stages. */
enum { LONG = 512, REGISTERS = 33, PLACES = 16 };

typedef struct {
  ramp_function f;
  ramp_type type;
  unsigned char x[LONG * 8], dy[LONG * 8], y[CALLS][LONG * 8];
} arrays;

static void run(const arrays *a, call which, size_t count, const void *x, const void *dy,
                void *y) {
  if (call_on(&a->f, which, a->type, count, x, dy, y) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
}

/* Ordinary numbers, as bounded loops take them. */
static void fill(arrays *a) {
  for (size_t i = 0; i < LONG; i++) {
    number_store(a->type, a->x, i, number_round(a->type, (i * 37 % LONG) / 16.0 - 15.9));
    number_store(a->type, a->dy, i, number_round(a->type, 1.3 + (double)(i % 7)));
  }
  for (int c = 0; c < CALLS; c++)
    run(a, (call)c, LONG, a->x, a->dy, a->y[c]);
}

/* In place, so that what is beside is known: x, or dy. */
static void check_part(const arrays *a, call which, size_t count, size_t place) {
  size_t size = ramp_type_size(a->type), from = place * size, bytes = count * size;
  unsigned char out[LONG * 8];
  memcpy(out, which == BACKWARD ? a->dy : a->x, sizeof out);
  run(a, which, count, which == BACKWARD ? a->x + from : out + from, out + from,
      out + from);
  unsigned char expected[LONG * 8];
  memcpy(expected, which == BACKWARD ? a->dy : a->x, sizeof expected);
  memcpy(expected + from, a->y[which] + from, bytes);
  if (memcmp(out, expected, sizeof out) != 0)
    fail_msg("%s %s, precision %d, %s: %zu elements from the %zuth on differ in call %d",
             ramp_function_row_at(a->f.row)->name, ramp_type_name(a->type),
             (int)a->f.precision, ramp_variant(), count, place, (int)which);
}

static void check_parts(arrays *a) {
  fill(a);
  for (size_t count = 1; count <= REGISTERS; count++)
    for (size_t place = 0; place < PLACES; place += 1 + count % 3)
      for (int c = 0; c < CALLS; c++)
        check_part(a, (call)c, count, place);
}

static void check_function(int row) {
  static arrays a;
  for (int type = 0; type < NUMBER_TYPES; type++)
    for (int fast = 0; fast < 2; fast++) {
      a.f = function_of(ramp_function_row_at(row)->name);
      a.f.precision = fast ? RAMP_FAST : RAMP_EXACT;
      a.type = (ramp_type)type;
      check_parts(&a);
    }
}

static void few_are_what_many_are(void **state) {
  (void)state;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (int row = 0; row < ramp_function_rows(); row++)
      check_function(row);
  }
  ramp_variant_set(NULL);
}

/* ------------------------------------------------------------------ refusals */

static ramp_status forward(const ramp_function *f, ramp_type type, const void *x,
                           void *y) {
  return ramp_forward(f, type, FEW, x, y);
}

/* Behind a call that was fine. */
static void calls_are_checked_as_ever(void **state) {
  (void)state;
  ramp_function f = function_of("leaky_relu:0.5"), wrong = f;
  float memory[3 * FEW] = {1, 2, 3}, before[3 * FEW], *x = memory + FEW;
  memcpy(before, memory, sizeof memory);
  assert_int_equal(forward(&f, RAMP_F32, memory, memory + FEW), RAMP_OK);
  assert_int_equal(ramp_backward(&f, RAMP_F32, FEW, x, x, memory), RAMP_OK);
  memcpy(memory, before, sizeof memory);
  for (int distance = 1; distance < FEW; distance++) {
    assert_int_equal(forward(&f, RAMP_F32, x, x + distance), RAMP_OVERLAP);
    assert_int_equal(forward(&f, RAMP_F32, x, x - distance), RAMP_OVERLAP);
    assert_int_equal(ramp_backward(&f, RAMP_F32, FEW, x, x + distance, x), RAMP_OVERLAP);
    assert_int_equal(ramp_backward(&f, RAMP_F32, FEW, x - distance, x, x), RAMP_OVERLAP);
  }
  assert_int_equal(forward(NULL, RAMP_F32, x, x), RAMP_NULL_POINTER);
  assert_int_equal(forward(&f, RAMP_F32, NULL, x), RAMP_NULL_POINTER);
  assert_int_equal(forward(&f, RAMP_F32, x, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_backward(&f, RAMP_F32, FEW, x, NULL, x), RAMP_NULL_POINTER);
  assert_int_equal(forward(&f, (ramp_type)7, x, x), RAMP_UNKNOWN_TYPE);
  wrong.parameter[0] = __builtin_nan("");
  assert_int_equal(forward(&wrong, RAMP_F32, x, x), RAMP_INVALID_PARAMETER);
  wrong = f;
  wrong.kink_rule = (ramp_kink_rule)9;
  assert_int_equal(forward(&wrong, RAMP_F32, x, x), RAMP_INVALID_PARAMETER);
  wrong = f;
  wrong.row += 8 * 1000;
  assert_int_equal(forward(&wrong, RAMP_F32, x, x), RAMP_UNKNOWN_FUNCTION);
  assert_memory_equal(memory, before, sizeof memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_kept_is_of_this_function_and_type),
      cmocka_unit_test(variants_keep_their_own),
      cmocka_unit_test(threads_keep_their_own),
      cmocka_unit_test(few_are_what_many_are),
      cmocka_unit_test(calls_are_checked_as_ever),
  };
  return cmocka_run_group_tests_name("few", tests, NULL, NULL);
}
