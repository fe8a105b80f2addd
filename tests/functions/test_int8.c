/* SPDX-License-Identifier: MIT */
/*
 * Functions of 8-bit integers: each of the 256 results against the exact value, which
 * MPFR finds at as many bits as it takes; scales are chosen so that results fall exactly
 * on the middle between two integers, or miss it by e^-155.
 */
#include "support.h"

#include "expression.h"

#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ the exact result */

typedef struct truth {
  const ramp_function *f;
  expression value;
  exact_interval node[EXPRESSION_NODES];
  long precision;
} truth;

static void set_precision(truth *t, long precision) {
  if (t->precision == precision) return;
  t->precision = precision;
  for (int i = 0; i < t->value.nodes; i++) {
    mpfr_set_prec(t->node[i].low, precision);
    mpfr_set_prec(t->node[i].high, precision);
  }
  expression_exact_constants(&t->value, t->f->parameter, t->node);
}

static void open_truth(truth *t, const ramp_function *f) {
  const oracle_line *line = oracle_line_of(f->row);
  assert_non_null(line);
  t->f = f;
  assert_null(expression_parse(line->text[ORACLE_VALUE], &t->value));
  t->precision = 0;
  for (int i = 0; i < EXPRESSION_NODES; i++)
    mpfr_inits2(128, t->node[i].low, t->node[i].high, (mpfr_ptr)0);
}

static void close_truth(truth *t) {
  for (int i = 0; i < EXPRESSION_NODES; i++)
    mpfr_clears(t->node[i].low, t->node[i].high, (mpfr_ptr)0);
}

/* f(x)/scale to the nearest whole number at one precision; false where it does not
   tell. */
static bool try_precision(truth *t, long precision, double x, float scale,
                          double *result) {
  set_precision(t, precision);
  expression_exact(&t->value, x, t->f->parameter, SIDE_NONE, t->node);
  exact_interval *y = &t->node[t->value.nodes - 1];
  mpfr_div_d(y->low, y->low, (double)scale, MPFR_RNDD);
  mpfr_div_d(y->high, y->high, (double)scale, MPFR_RNDU);
  mpfr_roundeven(y->low, y->low);
  mpfr_roundeven(y->high, y->high);
  *result = mpfr_get_d(y->low, MPFR_RNDN);
  return mpfr_equal_p(y->low, y->high) || (*result > 1000) ||
         mpfr_cmp_d(y->high, -1000) < 0;
}

/* NaN where it misses a middle by less than 2^-4096, as gelu_tanh(50) - 50 does. */
static double exact_result(truth *t, double x, float scale) {
  double result;
  for (long precision = 128; precision <= 4096; precision *= 2)
    if (try_precision(t, precision, x, scale, &result)) return result;
  return NAN;
}

static int saturated(double q, ramp_integer type) {
  double least = type == RAMP_INT8 ? -128 : 0, greatest = type == RAMP_INT8 ? 127 : 255;
  return (int)(q < least ? least : q > greatest ? greatest : q);
}

/* ------------------------------------------------------------------ tables */

static void check_table(const char *text, const ramp_quantisation *from,
                        const ramp_quantisation *to) {
  ramp_function f = function_of(text);
  uint8_t table[256];
  assert_int_equal(ramp_int8_table(&f, from, to, table), RAMP_OK);
  static truth t;
  int unknown = 0;
  open_truth(&t, &f);
  for (int byte = 0; byte < 256; byte++) {
    int q = from->type == RAMP_INT8 && byte > 127 ? byte - 256 : byte;
    double x = (double)from->scale * (q - from->zero_point);
    double exact = exact_result(&t, x, to->scale) + to->zero_point;
    unknown += isnan(exact) != 0;
    if (isnan(exact)) continue;
    int expected = saturated(exact, to->type);
    int got =
        to->type == RAMP_INT8 && table[byte] > 127 ? table[byte] - 256 : table[byte];
    if (got != expected)
      fail_msg("%s, scales %a and %a: %d gives %d, should be %d", text,
               (double)from->scale, (double)to->scale, q, got, expected);
  }
  close_truth(&t);
  assert_true(unknown < 100);
}

static const struct pair {
  ramp_quantisation from, to;
} pairs[] = {
    {{RAMP_INT8, 0.05f, 0}, {RAMP_INT8, 0.05f, 0}},
    {{RAMP_UINT8, 0.0235f, 128}, {RAMP_UINT8, 1 / 255.0f, 17}},
    {{RAMP_INT8, 0.5f, -3}, {RAMP_INT8, 1, 5}},           /* many ties */
    {{RAMP_UINT8, 1, 100}, {RAMP_INT8, 2, -1}},           /* x + e^-155 on ties */
    {{RAMP_INT8, 0x1p-30f, 0}, {RAMP_INT8, 0x1p-29f, 0}}, /* x - x^3/3 on ties */
    {{RAMP_INT8, 0.25f, 3}, {RAMP_UINT8, 0.015625f, 128}},
    {{RAMP_INT8, 0.75f, 0}, {RAMP_UINT8, 2, 0}}, /* 1 - e^-95 on a tie */
    {{RAMP_INT8, 2, 127}, {RAMP_UINT8, 2 / 3.0f, 255}},
};

static void all_results_are_correctly_rounded(void **state) {
  (void)state;
  static const char *const other[] = {"leaky_relu:0.5",    "leaky_relu:-1",
                                      "leaky_relu:0.0625", "clip:-0.7,0.7",
                                      "softplus:2",        "elu:0.5"};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    for (int row = 0; row < ramp_function_rows(); row++)
      check_table(ramp_function_row_at(row)->name, &pairs[i].from, &pairs[i].to);
    for (size_t o = 0; o < sizeof other / sizeof *other; o++)
      check_table(other[o], &pairs[i].from, &pairs[i].to);
  }
}

/* What a reader can follow without MPFR. */
static void some_results_are_these(void **state) {
  (void)state;
  static const struct {
    const char *text;
    ramp_quantisation from, to;
    int x, y;
  } facts[] = {
      {"relu", {RAMP_INT8, 0.1f, 0}, {RAMP_INT8, 0.1f, 0}, 100, 100},
      {"relu", {RAMP_INT8, 0.1f, 0}, {RAMP_INT8, 0.1f, 0}, -100, 0},
      {"identity", {RAMP_INT8, 1, 0}, {RAMP_INT8, 2, 0}, 1, 0},
      {"identity", {RAMP_INT8, 1, 0}, {RAMP_INT8, 2, 0}, 3, 2},
      {"identity", {RAMP_INT8, 1, 0}, {RAMP_INT8, 2, 0}, -3, -2},
      {"identity", {RAMP_INT8, 1, 0}, {RAMP_INT8, 2, 1}, 1, 1},
      {"identity", {RAMP_INT8, 1, 0}, {RAMP_UINT8, 1, 0}, -5, 0},
      {"identity", {RAMP_UINT8, 1, 0}, {RAMP_INT8, 1, 0}, 200, 127},
      {"identity", {RAMP_UINT8, FLT_MAX, 255}, {RAMP_INT8, FLT_TRUE_MIN, 9}, 0, -128},
      {"identity", {RAMP_UINT8, FLT_TRUE_MIN, 0}, {RAMP_INT8, FLT_MAX, 9}, 255, 9},
      {"softplus", {RAMP_UINT8, 1, 0}, {RAMP_UINT8, 2, 0}, 101, 51}, /* just above 50.5 */
      {"silu", {RAMP_UINT8, 1, 0}, {RAMP_UINT8, 2, 0}, 103, 51},     /* just below 51.5 */
      {"sigmoid", {RAMP_UINT8, 1, 0}, {RAMP_UINT8, 2, 0}, 250, 0},   /* just below 0.5 */
  };
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    ramp_function f = function_of(facts[i].text);
    uint8_t x = (uint8_t)facts[i].x, y;
    assert_int_equal(ramp_forward_int8(&f, &facts[i].from, &facts[i].to, 1, &x, &y),
                     RAMP_OK);
    if (y != (uint8_t)facts[i].y)
      fail_msg("%s, fact %zu: %d gives byte %d", facts[i].text, i, facts[i].x, y);
  }
}

/* ------------------------------------------------------------------ arrays */

#define MANY (((size_t)1 << 18) + 13)

static void arrays_are_mapped_by_the_table(void **state) {
  (void)state;
  static uint8_t x[MANY], y[MANY + 1], table[256];
  ramp_function f = function_of("tanh");
  uint64_t random = 47;
  for (size_t i = 0; i < MANY; i++)
    x[i] = (uint8_t)(number_random(&random) >> 20);
  assert_int_equal(ramp_int8_table(&f, &pairs[1].from, &pairs[1].to, table), RAMP_OK);
  static const size_t counts[] = {0, 1, 3, 511, 513, 65536, MANY};
  int before = omp_get_max_threads();
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
    for (int threads = 1; threads <= 3; threads++) {
      omp_set_num_threads(threads);
      memset(y, 0xa5, sizeof y);
      assert_int_equal(
          ramp_forward_int8(&f, &pairs[1].from, &pairs[1].to, counts[c], x, y), RAMP_OK);
      for (size_t i = 0; i < counts[c]; i++)
        assert_int_equal(y[i], table[x[i]]);
      assert_int_equal(y[counts[c]], 0xa5);
    }
  omp_set_num_threads(before);
  assert_int_equal(ramp_int8_map(table, MANY, x, x), RAMP_OK);
  assert_memory_equal(x, y, MANY);
}

/* ------------------------------------------------------------------ refusals */

static ramp_quantisation quantisation(ramp_integer type, float scale, int zero_point) {
  return (ramp_quantisation){type, scale, zero_point};
}

static void wrong_quantisations_are_refused(void **state) {
  (void)state;
  ramp_function f = function_of("silu");
  ramp_quantisation good = quantisation(RAMP_INT8, 0.1f, 0);
  const ramp_quantisation wrong[] = {
      quantisation(RAMP_INT8, 0, 0),       quantisation(RAMP_INT8, -1, 0),
      quantisation(RAMP_INT8, NAN, 0),     quantisation(RAMP_INT8, INFINITY, 0),
      quantisation(RAMP_INT8, 1, 128),     quantisation(RAMP_INT8, 1, -129),
      quantisation(RAMP_UINT8, 1, 256),    quantisation(RAMP_UINT8, 1, -1),
      quantisation((ramp_integer)2, 1, 0), quantisation((ramp_integer)-1, 1, 0)};
  uint8_t table[256], x[4] = {1, 2, 3, 4}, y[4] = {9, 9, 9, 9};
  memset(table, 0x55, sizeof table);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(ramp_int8_table(&f, &wrong[i], &good, table),
                     RAMP_INVALID_QUANTISATION);
    assert_non_null(strstr(ramp_error_detail(), " of x "));
    assert_int_equal(ramp_forward_int8(&f, &good, &wrong[i], 4, x, y),
                     RAMP_INVALID_QUANTISATION);
    assert_non_null(strstr(ramp_error_detail(), " of y "));
  }
  assert_int_equal(ramp_int8_table(&f, NULL, &good, table), RAMP_NULL_POINTER);
  assert_int_equal(ramp_int8_table(&f, &good, NULL, table), RAMP_NULL_POINTER);
  assert_int_equal(ramp_int8_table(NULL, &good, &good, table), RAMP_NULL_POINTER);
  assert_int_equal(ramp_int8_table(&f, &good, &good, NULL), RAMP_NULL_POINTER);
  f.kink_rule = (ramp_kink_rule)5;
  assert_int_equal(ramp_int8_table(&f, &good, &good, table), RAMP_INVALID_PARAMETER);
  assert_true(table[0] == 0x55 && table[255] == 0x55 && y[0] == 9 && y[3] == 9);
}

static void wrong_arrays_are_refused(void **state) {
  (void)state;
  ramp_function f = function_of("silu");
  ramp_quantisation q = quantisation(RAMP_UINT8, 0.1f, 0);
  uint8_t table[256] = {0}, x[16] = {1, 2, 3}, before[16];
  memcpy(before, x, sizeof x);
  assert_int_equal(ramp_forward_int8(&f, &q, &q, 4, NULL, x), RAMP_NULL_POINTER);
  assert_int_equal(ramp_forward_int8(&f, &q, &q, 4, x, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_forward_int8(&f, &q, &q, 4, x, x + 3), RAMP_OVERLAP);
  assert_int_equal(ramp_forward_int8(&f, &q, &q, 4, x + 3, x), RAMP_OVERLAP);
  assert_int_equal(ramp_forward_int8(&f, &q, &q, SIZE_MAX, x, x), RAMP_TOO_LARGE);
  assert_int_equal(ramp_int8_map(NULL, 4, x, x), RAMP_NULL_POINTER);
  assert_int_equal(ramp_int8_map(table, 4, x, table + 252), RAMP_OVERLAP);
  assert_int_equal(ramp_forward_int8(&f, &q, &q, 0, NULL, NULL), RAMP_OK);
  assert_memory_equal(x, before, sizeof x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_results_are_correctly_rounded),
      cmocka_unit_test(some_results_are_these),
      cmocka_unit_test(arrays_are_mapped_by_the_table),
      cmocka_unit_test(wrong_quantisations_are_refused),
      cmocka_unit_test(wrong_arrays_are_refused),
  };
  return cmocka_run_group_tests_name("int8", tests, NULL, NULL);
}
