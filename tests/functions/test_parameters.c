/* SPDX-License-Identifier: MIT */
/*
 * The gradient of a function's parameters: each df/dparameter against differences of the
 * oracle's values, sums against plain ones, and the same bits for any number of threads,
 * any place in memory and any type.
 */
#include "support.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ one element */

typedef struct number {
  double high;
  long double low; /* the sum is exact to about 2^-105 */
} number;

/* f(x) with parameter p moved by `step`. */
static number value_at(const ramp_function *f, int p, double step, double x) {
  ramp_function moved = *f;
  moved.parameter[p] += step;
  oracle *truth = truth_of(&moved);
  number y;
  oracle_exact(truth, ORACLE_VALUE, x, 1, &y.high, &y.low);
  oracle_close(truth);
  return y;
}

/* f(x) at p + h less that at p - h; *size is the largest value met. */
static long double change(const ramp_function *f, int p, double h, double x,
                          long double *size) {
  number above = value_at(f, p, h, x), below = value_at(f, p, -h, x);
  *size = fmaxl(*size, fabs(above.high));
  return ((long double)above.high - below.high) + ((long double)above.low - below.low);
}

/* By differences of fourth order. */
static long double difference(const ramp_function *f, int p, double h, double x,
                              long double *size) {
  long double near = change(f, p, h, x, size), far = change(f, p, 2 * h, x, size);
  return (8 * near - far) / (12 * (long double)h);
}

static double gradient_at(const ramp_function *f, int p, double x, double dy) {
  double gradient[RAMP_PARAMETERS_MAX];
  if (ramp_gradient_of_parameters(f, RAMP_F64, 1, &x, &dy, gradient) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
  return gradient[p];
}

/* Returns whether it could be judged: not where a kink moves with the parameter. */
static bool check_at(const ramp_function *f, const char *text, int p, double x) {
  double h = fmax(fabs(f->parameter[p]), 0.125) / (1 + fabs(x)) * 0x1p-9;
  long double size = 0;
  long double coarse = difference(f, p, h, x, &size);
  long double fine = difference(f, p, h / 2, x, &size);
  long double noise = size * 0x1p-98L / h;
  if (!(fabsl(coarse - fine) <= fabsl(fine) * 1e-9L + noise)) return false;
  double got = gradient_at(f, p, x, 1);
  if (!(fabsl(got - fine) <= fabsl(fine) * 1e-10L + noise))
    fail_msg("%s at %a by parameter %d: %.17g, should be %.17Lg", text, x, p, got, fine);
  return true;
}

static void check_function(const char *text, int parameters) {
  ramp_function f = function_of(text);
  for (int p = 0; p < parameters; p++) {
    int judged = 0, tried = 0;
    for (int k = -24; k <= 22; k++)
      for (int sign = -1; sign <= 1; sign += 2, tried++)
        judged += check_at(&f, text, p, sign * exp2(k / 4.0 + 0.03));
    if (judged < tried * 2 / 3) /* a gaussian far out is too steep for differences */
      fail_msg("%s: only %d of %d could be judged", text, judged, tried);
  }
}

static void each_is_the_derivative_of_the_value(void **state) {
  (void)state;
  static const char *const other[] = {"leaky_relu:-2", "clip:-3,0.25", "softplus:3",
                                      "softplus:0.1", "elu:2.5"};
  for (int row = 0; row < ramp_function_rows(); row++) {
    const ramp_function_row *r = ramp_function_row_at(row);
    if (r->parameters > 0) check_function(r->name, r->parameters);
  }
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    check_function(other[i], ramp_function_row_at(function_of(other[i]).row)->parameters);
}

static const struct fact {
  const char *text;
  int parameter;
  double x, dy, gradient;
} facts[] = {
    {"leaky_relu", 0, -INFINITY, 1, -INFINITY},
    {"leaky_relu", 0, -INFINITY, 0, 0},
    {"leaky_relu", 0, INFINITY, INFINITY, 0},
    {"leaky_relu", 0, 3, -INFINITY, 0},
    {"leaky_relu", 0, 3, NAN, NAN},
    {"leaky_relu", 0, -3, -NAN, NAN},
    {"leaky_relu", 0, NAN, 1, NAN},
    {"leaky_relu", 0, NAN, 0, NAN},
    {"leaky_relu", 0, -0.0, 5, 0},
    {"clip", 0, -INFINITY, 2, 2},
    {"clip", 1, -INFINITY, INFINITY, 0},
    {"clip", 0, -1, 2, 0},
    {"clip", 1, 1, 2, 0},
    {"relu6", 1, 7, 2, 2},
    {"softplus", 0, -INFINITY, INFINITY, 0},
    {"softplus", 0, INFINITY, INFINITY, 0},
    {"softplus:1e-200", 0, 1, 0, 0},
    {"elu", 0, -INFINITY, 2, -2},
    {"elu", 0, INFINITY, INFINITY, 0},
    {"relu", 0, -1, INFINITY, 0},
};

static void limits_kinks_and_nan_are_as_promised(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    const struct fact *a = &facts[i];
    ramp_function f = function_of(a->text);
    double got = gradient_at(&f, a->parameter, a->x, a->dy);
    if (number_load(RAMP_F64, &got, 0) != number_round(RAMP_F64, a->gradient) &&
        !(got == 0 && a->gradient == 0))
      fail_msg("%s by parameter %d at %g times %g: %g, should be %g", a->text,
               a->parameter, a->x, a->dy, got, a->gradient);
  }
}

/* ------------------------------------------------------------------ sums */

#define MANY ((size_t)3 << 20)

typedef struct bench {
  unsigned char *x, *dy; /* [MANY + 1] of 8 bytes each */
} bench;

static bench random_bench(ramp_type type) {
  uint64_t random = 31;
  bench b = {malloc(MANY * 8 + 8), malloc(MANY * 8 + 8)};
  assert_true(b.x && b.dy);
  for (size_t i = 0; i < MANY; i++) {
    double x = (double)(int64_t)number_random(&random) * 0x1p-60;
    double dy = (double)(int64_t)number_random(&random) * 0x1p-63;
    number_store(type, b.x, i, number_round(type, x));
    number_store(type, b.dy, i, number_round(type, dy));
  }
  return b;
}

static void free_bench(bench *b) {
  free(b->x);
  free(b->dy);
}

/* Around vectors, blocks, parts of 32768 and rounds of 64 parts. */
static const size_t counts[] = {
    0,     1,     15,    16,    17,    511,    513,        32767,          32768,
    32769, 65535, 65536, 65537, 98311, 200000, 64 * 32768, 64 * 32768 + 1, MANY};
#define COUNTS (sizeof counts / sizeof *counts)

/* Whole numbers: exact in any order. */
static void every_element_is_counted_once(void **state) {
  (void)state;
  ramp_function f = function_of("leaky_relu");
  bench b = random_bench(RAMP_F32);
  float *x = (float *)b.x, *dy = (float *)b.dy;
  for (size_t i = 0; i < MANY; i++) {
    x[i] = (float)(i % 1021) - 600;
    dy[i] = (float)(i % 11) - 4;
  }
  for (size_t c = 0; c < COUNTS; c++) {
    double sum = 0, gradient[RAMP_PARAMETERS_MAX] = {9, 9, 9, 9};
    for (size_t i = 0; i < counts[c]; i++)
      sum += x[i] < 0 ? (double)x[i] * (double)dy[i] : 0;
    assert_int_equal(
        ramp_gradient_of_parameters(&f, RAMP_F32, counts[c], x, dy, gradient), RAMP_OK);
    if (gradient[0] != sum || gradient[1] != 0 || gradient[3] != 0)
      fail_msg("%zu elements: %.17g, should be %.17g", counts[c], gradient[0], sum);
  }
  free_bench(&b);
}

static void sums_are_those_of_the_elements(void **state) {
  (void)state;
  bench b = random_bench(RAMP_F64);
  const size_t count = 50000;
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = function_of(ramp_function_row_at(row)->name);
    double gradient[RAMP_PARAMETERS_MAX];
    assert_int_equal(
        ramp_gradient_of_parameters(&f, RAMP_F64, count, b.x, b.dy, gradient), RAMP_OK);
    for (int p = 0; p < ramp_function_row_at(row)->parameters; p++) {
      long double sum = 0, size = 0;
      for (size_t i = 0; i < count; i++) {
        double term = gradient_at(&f, p, ((double *)b.x)[i], ((double *)b.dy)[i]);
        sum += term;
        size += fabs(term);
      }
      if (!(fabsl(gradient[p] - sum) <= size * 0x1p-48L))
        fail_msg("%s by parameter %d: %.17g, should be %.17Lg",
                 ramp_function_row_at(row)->name, p, gradient[p], sum);
    }
  }
  free_bench(&b);
}

static void same_bits(const ramp_function *f, ramp_type type, size_t count, const void *x,
                      const void *dy, const double *expected, const char *when) {
  double got[RAMP_PARAMETERS_MAX];
  assert_int_equal(ramp_gradient_of_parameters(f, type, count, x, dy, got), RAMP_OK);
  if (memcmp(got, expected, sizeof got) != 0)
    fail_msg("%s %s, %zu elements: other bits %s", ramp_function_row_at(f->row)->name,
             ramp_type_name(type), count, when);
}

static void check_threads(const ramp_function *f, ramp_type type, const bench *b) {
  double one[RAMP_PARAMETERS_MAX];
  for (size_t c = 0; c < COUNTS; c++) {
    omp_set_num_threads(1);
    assert_int_equal(ramp_gradient_of_parameters(f, type, counts[c], b->x, b->dy, one),
                     RAMP_OK);
    for (int threads = 2; threads <= 3; threads++) {
      omp_set_num_threads(threads);
      same_bits(f, type, counts[c], b->x, b->dy, one, "with more threads");
    }
  }
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
  (void)state;
  int before = omp_get_max_threads();
  for (int type = 0; type < NUMBER_TYPES; type += 3) {
    bench b = random_bench((ramp_type)type);
    static const char *const texts[] = {"leaky_relu", "clip", "softplus"};
    for (int i = 0; i < 3; i++) {
      ramp_function f = function_of(texts[i]);
      check_threads(&f, (ramp_type)type, &b);
    }
    free_bench(&b);
  }
  omp_set_num_threads(before);
}

/* Misaligned by one byte, in every variant; and the same numbers as f64. */
static void check_places(int row, ramp_type type, const bench *b) {
  static unsigned char x[5001 * 8], dy[5001 * 8];
  static double wide_x[5000], wide_dy[5000];
  ramp_function f = function_of(ramp_function_row_at(row)->name);
  size_t bytes = 5000 * ramp_type_size(type);
  double expected[RAMP_PARAMETERS_MAX];
  memcpy(x + 1, b->x, bytes);
  memcpy(dy + 1, b->dy, bytes);
  for (size_t i = 0; i < 5000; i++) {
    wide_x[i] = number_value(type, number_load(type, b->x, i));
    wide_dy[i] = number_value(type, number_load(type, b->dy, i));
  }
  assert_int_equal(ramp_gradient_of_parameters(&f, type, 5000, b->x, b->dy, expected),
                   RAMP_OK);
  same_bits(&f, type, 5000, x + 1, dy + 1, expected, "off alignment");
  same_bits(&f, RAMP_F64, 5000, wide_x, wide_dy, expected, "widened by the caller");
}

static void neither_place_nor_type_matter(void **state) {
  (void)state;
  for (int type = 0; type < NUMBER_TYPES; type++) {
    bench b = random_bench((ramp_type)type);
    for (int v = 0; v < ramp_variants(); v++) {
      if (!ramp_variant_supported(v)) continue;
      assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
      for (int row = 0; row < ramp_function_rows(); row++)
        check_places(row, (ramp_type)type, &b);
    }
    free_bench(&b);
  }
  ramp_variant_set(NULL);
}

/* ------------------------------------------------------------------ refusals */

static void refused(const ramp_function *f, ramp_type type, size_t count, const void *x,
                    const void *dy, double *gradient, ramp_status status) {
  double before[RAMP_PARAMETERS_MAX] = {0};
  if (gradient) memcpy(before, gradient, sizeof before);
  assert_int_equal(ramp_gradient_of_parameters(f, type, count, x, dy, gradient), status);
  assert_true(strlen(ramp_error_detail()) > 10);
  if (gradient) assert_memory_equal(gradient, before, sizeof before);
}

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  ramp_function f = function_of("leaky_relu"), wrong = f;
  double x[8] = {0}, gradient[RAMP_PARAMETERS_MAX] = {5, 6, 7, 8};
  wrong.parameter[0] = NAN;
  refused(NULL, RAMP_F64, 1, x, x, gradient, RAMP_NULL_POINTER);
  refused(&f, RAMP_F64, 1, NULL, x, gradient, RAMP_NULL_POINTER);
  refused(&f, RAMP_F64, 1, x, NULL, gradient, RAMP_NULL_POINTER);
  refused(&f, RAMP_F64, 1, x, x, NULL, RAMP_NULL_POINTER);
  refused(&f, RAMP_F64, 0, NULL, NULL, NULL, RAMP_NULL_POINTER);
  refused(&f, (ramp_type)4, 1, x, x, gradient, RAMP_UNKNOWN_TYPE);
  refused(&f, RAMP_F64, SIZE_MAX / 8, x, x, gradient, RAMP_TOO_LARGE);
  refused(&wrong, RAMP_F64, 1, x, x, gradient, RAMP_INVALID_PARAMETER);
  refused(&f, RAMP_F64, 8, x, gradient + 1, gradient, RAMP_OVERLAP);
  refused(&f, RAMP_F64, 4, gradient, x, gradient, RAMP_OVERLAP);
  assert_int_equal(ramp_gradient_of_parameters(&f, RAMP_F64, 0, NULL, NULL, gradient),
                   RAMP_OK);
  assert_true(gradient[0] == 0 && gradient[3] == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_is_the_derivative_of_the_value),
      cmocka_unit_test(limits_kinks_and_nan_are_as_promised),
      cmocka_unit_test(every_element_is_counted_once),
      cmocka_unit_test(sums_are_those_of_the_elements),
      cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
      cmocka_unit_test(neither_place_nor_type_matter),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests_name("parameters", tests, NULL, NULL);
}
