/* SPDX-License-Identifier: MIT */
/*
 * One bit an element: forward and backward with a mask against forward and backward
 * without, the bytes of a mask against their definition, on all variants, counts,
 * alignments and numbers of threads; and the count of elements on a kink.
 */
#include "support.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELEMENTS 4200
#define BYTES (ELEMENTS / 8)
#define CANARY 0xa5

static bool possible(const ramp_function *f, ramp_type type) {
  ramp_status status = ramp_forward_masked(f, type, 0, NULL, NULL, NULL);
  assert_int_equal(ramp_backward_masked(f, type, 0, NULL, NULL, NULL), status);
  return status == RAMP_OK;
}

/* Inputs around the kinks and at random, their results without a mask, and the mask. */
typedef struct bench {
  ramp_function f;
  ramp_type type;
  size_t size;
  unsigned char x[ELEMENTS * 8], dy[ELEMENTS * 8], y[ELEMENTS * 8], dx[ELEMENTS * 8];
  uint8_t mask[BYTES];
} bench;

static void fill(bench *b) {
  static const double special[] = {1, -3.25, 0.0, -0.0, INFINITY, -INFINITY, NAN, 0.7};
  uint64_t random = 41;
  ramp_kink kinks[RAMP_KINKS_MAX + 1] = {{0, 0, 0}};
  int n = 1 + ramp_function_kinks(&b->f, kinks + 1);
  for (size_t i = 0; i < ELEMENTS; i++) {
    double near = kinks[number_random(&random) % (size_t)n].at;
    int64_t rank = number_rank(b->type, number_round(b->type, near));
    uint64_t bits = number_random(&random) >> (64 - 8 * b->size);
    if (number_random(&random) % 2)
      bits = number_at_rank(b->type, rank + (int64_t)(i % 9) - 4);
    if (number_is_nan(b->type, bits)) bits = number_infinity(b->type);
    number_store(b->type, b->x, i, bits);
    number_store(b->type, b->dy, i, number_round(b->type, special[i * 5 / 3 % 8]));
  }
}

/* x is right of the kink where it is above it, or at it and has the right slope. */
static void define_mask(bench *b) {
  ramp_kink kink[RAMP_KINKS_MAX] = {{0, 0, 0}};
  int n = ramp_function_kinks(&b->f, kink);
  memset(b->mask, 0, BYTES);
  for (size_t i = 0; i < ELEMENTS; i++) {
    double x = number_value(b->type, number_load(b->type, b->x, i)), slope;
    assert_int_equal(ramp_derivative(&b->f, RAMP_F64, 1, &x, &slope), RAMP_OK);
    bool right = x > (n == 1 ? kink[0].at : 0) ||
                 (n == 1 && x == kink[0].at && slope == kink[0].right);
    b->mask[i / 8] |= (uint8_t)(right << i % 8);
  }
}

static void answers(bench *b, const char *text, ramp_type type) {
  b->f = function_of(text);
  b->type = type;
  b->size = ramp_type_size(type);
  fill(b);
  define_mask(b);
  assert_int_equal(ramp_forward(&b->f, type, ELEMENTS, b->x, b->y), RAMP_OK);
  assert_int_equal(ramp_backward(&b->f, type, ELEMENTS, b->x, b->dy, b->dx), RAMP_OK);
}

static void same(const bench *b, const void *got, const void *expected, size_t bytes,
                 const char *what, size_t count) {
  if (memcmp(got, expected, bytes) == 0) return;
  size_t at = 0;
  while (((const char *)got)[at] == ((const char *)expected)[at])
    at++;
  char text[64];
  ramp_function_text(&b->f, text, sizeof text);
  fail_msg("%s %s %s, %zu elements: other %s at byte %zu", text, ramp_type_name(b->type),
           ramp_variant(), count, what, at);
}

static void same_mask(const bench *b, const uint8_t *mask, size_t count) {
  uint8_t expected[BYTES + 1] = {0};
  memcpy(expected, b->mask, (count + 7) / 8);
  if (count % 8) expected[count / 8] &= (uint8_t)((1 << count % 8) - 1);
  expected[(count + 7) / 8] = CANARY;
  same(b, mask, expected, (count + 7) / 8 + 1, "mask", count);
}

/* `shift` bytes off any alignment, and in place; the arrays end in canaries. */
static void check_count(const bench *b, size_t count, size_t shift) {
  static unsigned char in[ELEMENTS * 8 + 32], out[ELEMENTS * 8 + 32], mask[BYTES + 32];
  size_t bytes = count * b->size;
  memset(out, CANARY, sizeof out);
  memset(mask, CANARY, sizeof mask);
  memcpy(in + shift, b->x, bytes);
  assert_int_equal(
      ramp_forward_masked(&b->f, b->type, count, in + shift, out + shift, mask + shift),
      RAMP_OK);
  same(b, out + shift, b->y, bytes, "value", count);
  assert_int_equal(out[shift + bytes], CANARY);
  same_mask(b, mask + shift, count);
  assert_int_equal(
      ramp_forward_masked(&b->f, b->type, count, in + shift, in + shift, mask + shift),
      RAMP_OK);
  same(b, in + shift, b->y, bytes, "value in place", count);
  same_mask(b, mask + shift, count);

  memset(out, CANARY, sizeof out);
  memcpy(in + shift, b->dy, bytes);
  assert_int_equal(
      ramp_backward_masked(&b->f, b->type, count, mask + shift, in + shift, out + shift),
      RAMP_OK);
  same(b, out + shift, b->dx, bytes, "gradient", count);
  assert_int_equal(out[shift + bytes], CANARY);
  if (count % 8) mask[shift + count / 8] |= (uint8_t)(0xff << count % 8);
  assert_int_equal(
      ramp_backward_masked(&b->f, b->type, count, mask + shift, in + shift, in + shift),
      RAMP_OK);
  same(b, in + shift, b->dx, bytes, "gradient in place", count);
}

static void check_counts(const bench *b) {
  static const size_t larger[] = {127, 511, 512, 513, 1023, 1031, 4096, 4097};
  for (size_t count = 0; count <= 66; count++)
    check_count(b, count, count % 5);
  for (size_t i = 0; i < sizeof larger / sizeof *larger; i++)
    check_count(b, larger[i], i % 3);
}

static const char *const parameters[] = {"leaky_relu:0",
                                         "leaky_relu:1",
                                         "leaky_relu:-2",
                                         "leaky_relu:3",
                                         "leaky_relu:1e-300",
                                         "leaky_relu:-2,kink=left",
                                         "abs:kink=left",
                                         "threshold:0.7,2",
                                         "threshold:-0.7,2,kink=right",
                                         "srelu:-0.3,0.5,1,1",
                                         "relu:kink=right",
                                         "leaky_relu:0.5,kink=right",
                                         "clip:2,2"};

static void a_mask_gives_the_same_bits(void **state) {
  (void)state;
  static bench b;
  int rows = ramp_function_rows(), n = sizeof parameters / sizeof *parameters, done = 0;
  for (int i = 0; i < rows + n; i++)
    for (int type = 0; type < NUMBER_TYPES; type++) {
      const char *text = i < rows ? ramp_function_row_at(i)->name : parameters[i - rows];
      ramp_function f = function_of(text);
      if (!possible(&f, (ramp_type)type)) continue;
      answers(&b, text, (ramp_type)type);
      for (int v = 0; v < ramp_variants(); v++) {
        if (!ramp_variant_supported(v)) continue;
        assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
        check_counts(&b);
      }
      ramp_variant_set(NULL);
      done++;
    }
  assert_true(done >= NUMBER_TYPES * (n + 2));
}

/* As many as fill a register, and one more. */
static void nan_counts_as_right_of_the_kink(void **state) {
  (void)state;
  enum { N = 33 };
  static const float pattern[8] = {-1, NAN, -1, -NAN, -1, 1, -1, -1};
  ramp_function f = function_of("leaky_relu:0.5");
  float x[N], y[N], dy[N], dx[N];
  uint8_t mask[N / 8 + 1];
  for (int i = 0; i < N; i++) {
    x[i] = i + 1 < N ? pattern[i % 8] : NAN;
    dy[i] = 4;
  }
  assert_int_equal(ramp_forward_masked(&f, RAMP_F32, N, x, y, mask), RAMP_OK);
  for (int i = 0; i < N; i++)
    assert_true(isnan(x[i]) ? isnan(y[i]) : y[i] == (x[i] > 0 ? 1 : -0.5f));
  for (int i = 0; i < N / 8; i++)
    assert_int_equal(mask[i], 0x2a);
  assert_int_equal(mask[N / 8], 1);
  assert_int_equal(ramp_backward_masked(&f, RAMP_F32, N, mask, dy, dx), RAMP_OK);
  for (int i = 0; i < N; i++)
    assert_true(dx[i] == (x[i] <= 0 ? 2 : 4));
}

static void only_two_lines_fit_one_bit(void **state) {
  (void)state;
  static const char *const no[] = {
      "clip",         "relu6", "silu", "tanh", "elu", "softplus", "relu:kink=middle",
      "leaky_relu:-2"};
  static const char *const yes[] = {"identity", "relu", "leaky_relu", "clip:3,3"};
  for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
    ramp_function f = function_of(no[i]);
    if (possible(&f, RAMP_F32)) fail_msg("%s should not be possible", no[i]);
    assert_non_null(strstr(ramp_error_detail(), ramp_function_row_at(f.row)->name));
    assert_int_equal(ramp_forward_masked(&f, RAMP_F32, 0, NULL, NULL, NULL),
                     RAMP_NOT_ONE_BIT);
  }
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
    ramp_function f = function_of(yes[i]);
    if (!possible(&f, RAMP_F32)) fail_msg("%s: %s", yes[i], ramp_error_detail());
  }
}

/* ------------------------------------------------------------------ threads, counting */

#define MANY (((size_t)1 << 20) + 77)

/* Whole numbers, so that many are on a kink. */
static float *whole_numbers(void) {
  uint64_t random = 43;
  float *x = malloc(MANY * 4);
  assert_non_null(x);
  for (size_t i = 0; i < MANY; i++)
    x[i] = (float)(int)(number_random(&random) % 9) - 4;
  return x;
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
  (void)state;
  float *x = whole_numbers(), *y[3];
  uint8_t *mask[3];
  ramp_function f = function_of("leaky_relu:-0.3,kink=left");
  int before = omp_get_max_threads();
  for (int threads = 1; threads <= 3; threads++) {
    y[threads - 1] = malloc(MANY * 4);
    mask[threads - 1] = malloc(MANY / 8 + 1);
    omp_set_num_threads(threads);
    assert_int_equal(
        ramp_forward_masked(&f, RAMP_F32, MANY, x, y[threads - 1], mask[threads - 1]),
        RAMP_OK);
    assert_memory_equal(mask[threads - 1], mask[0], MANY / 8 + 1);
    assert_memory_equal(y[threads - 1], y[0], MANY * 4);
    assert_int_equal(ramp_backward_masked(&f, RAMP_F32, MANY, mask[0], x, y[threads - 1]),
                     RAMP_OK);
    if (threads > 1) assert_memory_equal(y[threads - 1], y[1], MANY * 4);
    if (threads == 1)
      assert_int_equal(ramp_forward(&f, RAMP_F32, MANY, x, y[0]), RAMP_OK);
  }
  omp_set_num_threads(before);
  assert_int_equal(ramp_backward(&f, RAMP_F32, MANY, x, x, y[0]), RAMP_OK);
  assert_memory_equal(y[0], y[1], MANY * 4);
  for (int i = 0; i < 3; i++) {
    free(y[i]);
    free(mask[i]);
  }
  free(x);
}

/* From 16 MiB on results are stored past the caches, by whole lines. */
enum { LARGE = (1 << 22) + 37, MARGIN = 64 };

typedef struct {
  float *x, *dy, *wanted, *memory; /* memory: MARGIN elements more at both ends */
  uint8_t *mask, *wanted_mask;
} large;

static void check_result(const large *l, const float *y) {
  unsigned char canary[2 * MARGIN * 4];
  memset(canary, CANARY, sizeof canary);
  assert_memory_equal(y, l->wanted, LARGE * 4);
  assert_memory_equal(l->memory, canary, (size_t)(y - l->memory) * 4);
  assert_memory_equal(y + LARGE, canary, (size_t)(l->memory + MARGIN - y + MARGIN) * 4);
}

/* Against calls without a mask; the mask against those of parts that are not large. */
static void check_large(const char *text, const large *l, size_t offset) {
  enum { PART = 80000 };
  ramp_function f = function_of(text);
  float *y = l->memory + offset;
  for (size_t at = 0; at < LARGE; at += PART)
    assert_int_equal(ramp_forward_masked(&f, RAMP_F32,
                                         LARGE - at < PART ? LARGE - at : PART, l->x + at,
                                         l->wanted + at, l->wanted_mask + at / 8),
                     RAMP_OK);
  memset(l->memory, CANARY, (LARGE + 2 * MARGIN) * 4);
  assert_int_equal(ramp_forward_masked(&f, RAMP_F32, LARGE, l->x, y, l->mask), RAMP_OK);
  assert_memory_equal(l->mask, l->wanted_mask, LARGE / 8 + 1);
  check_result(l, y);
  assert_int_equal(ramp_backward(&f, RAMP_F32, LARGE, l->x, l->dy, l->wanted), RAMP_OK);
  assert_int_equal(ramp_backward_masked(&f, RAMP_F32, LARGE, l->mask, l->dy, y), RAMP_OK);
  check_result(l, y);
  memcpy(y, l->dy, LARGE * 4);
  assert_int_equal(ramp_backward_masked(&f, RAMP_F32, LARGE, l->mask, y, y), RAMP_OK);
  check_result(l, y);
}

static void large_results_have_the_same_bits(void **state) {
  (void)state;
  large l = {malloc(LARGE * 4),     malloc(LARGE * 4),
             malloc(LARGE * 4),     malloc((LARGE + 2 * MARGIN) * 4),
             malloc(LARGE / 8 + 1), malloc(LARGE / 8 + 1)};
  uint64_t random = 47;
  assert_true(l.x && l.dy && l.wanted && l.memory && l.mask && l.wanted_mask);
  for (size_t i = 0; i < LARGE; i++) {
    l.x[i] = (float)(int)(number_random(&random) % 9) - 4;
    l.dy[i] = (float)(int)(number_random(&random) % 1000) - 500;
  }
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    check_large("relu", &l, 7);
    check_large("prelu:0.5", &l, 16);
  }
  ramp_variant_set(NULL);
  free(l.x);
  free(l.dy);
  free(l.wanted);
  free(l.memory);
  free(l.mask);
  free(l.wanted_mask);
}

/* How many of count elements are met by one of the kinks. */
static size_t plain_count(const ramp_function *f, size_t count, const float *x) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_kinks(f, kinks);
  size_t found = 0;
  for (size_t i = 0; i < count; i++)
    for (int k = 0; k < n; k++)
      found += x[i] == kinks[k].at;
  return found;
}

static void elements_on_kinks_are_counted(void **state) {
  (void)state;
  static const char *const texts[] = {"relu",         "clip:-2,3", "clip:2,2",
                                      "leaky_relu:1", "tanh",      "clip:-0.1,0.1"};
  static const size_t counts[] = {0, 1, 7, 511, 513, 65537, MANY};
  float *x = whole_numbers();
  x[3] = -0.0f;
  x[5] = NAN;
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      ramp_function f = function_of(texts[t]);
      size_t found = 99, expected = plain_count(&f, counts[c], x);
      assert_int_equal(ramp_count_on_kinks(&f, RAMP_F32, counts[c], x, &found), RAMP_OK);
      if (found != expected)
        fail_msg("%s, %zu elements: %zu on a kink, should be %zu", texts[t], counts[c],
                 found, expected);
    }
  free(x);
}

static void every_type_and_place_is_counted(void **state) {
  (void)state;
  ramp_function f = function_of("clip");
  for (int type = 0; type < NUMBER_TYPES; type++)
    for (int v = 0; v < ramp_variants(); v++) {
      if (!ramp_variant_supported(v)) continue;
      assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
      static unsigned char x[600 * 8 + 1];
      for (size_t i = 0; i < 600; i++) {
        uint64_t bits = number_round((ramp_type)type, (double)(i % 5) - 2);
        number_store((ramp_type)type, x + 1, i, bits);
      }
      size_t found;
      assert_int_equal(ramp_count_on_kinks(&f, (ramp_type)type, 600, x + 1, &found),
                       RAMP_OK);
      assert_int_equal(found, 240);
    }
  ramp_variant_set(NULL);
}

/* ------------------------------------------------------------------ refusals */

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  ramp_function relu = function_of("relu"), wrong = relu;
  float x[8] = {1, 2, 3}, y[8] = {7, 8, 9};
  uint8_t mask[4] = {0x55, 0x55};
  size_t found = 5;
  wrong.kink_mix = NAN;
  wrong.kink_rule = RAMP_KINK_MIX;
  const struct {
    const ramp_function *f;
    ramp_type type;
    size_t count;
    void *x, *y, *mask;
    ramp_status status;
  } calls[] = {
      {NULL, RAMP_F32, 3, x, y, mask, RAMP_NULL_POINTER},
      {&relu, RAMP_F32, 3, NULL, y, mask, RAMP_NULL_POINTER},
      {&relu, RAMP_F32, 3, x, NULL, mask, RAMP_NULL_POINTER},
      {&relu, RAMP_F32, 3, x, y, NULL, RAMP_NULL_POINTER},
      {&relu, (ramp_type)7, 3, x, y, mask, RAMP_UNKNOWN_TYPE},
      {&relu, RAMP_F32, SIZE_MAX / 2, x, y, mask, RAMP_TOO_LARGE},
      {&relu, RAMP_F32, 3, y + 1, y, mask, RAMP_OVERLAP},
      {&relu, RAMP_F32, 3, x, y, y, RAMP_OVERLAP},
      {&relu, RAMP_F32, 3, x, y, (char *)y + 11, RAMP_OVERLAP},
      {&relu, RAMP_F32, 3, x, y, x, RAMP_OVERLAP},
      {&relu, RAMP_F32, 3, x, x, x + 1, RAMP_OVERLAP},
      {&wrong, RAMP_F32, 3, x, y, mask, RAMP_INVALID_PARAMETER},
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    for (int backward = 0; backward < 2; backward++) {
      ramp_status status =
          backward ? ramp_backward_masked(calls[i].f, calls[i].type, calls[i].count,
                                          calls[i].mask, calls[i].x, calls[i].y)
                   : ramp_forward_masked(calls[i].f, calls[i].type, calls[i].count,
                                         calls[i].x, calls[i].y, calls[i].mask);
      if (status != calls[i].status) fail_msg("call %zu: status %d", i, status);
      assert_true(strlen(ramp_error_detail()) > 10);
      assert_true(y[0] == 7 && y[1] == 8 && y[2] == 9 && x[0] == 1 && x[2] == 3);
      assert_true(mask[0] == 0x55 && mask[1] == 0x55);
    }
  assert_int_equal(ramp_count_on_kinks(NULL, RAMP_F32, 3, x, &found), RAMP_NULL_POINTER);
  assert_int_equal(ramp_count_on_kinks(&relu, RAMP_F32, 3, NULL, &found),
                   RAMP_NULL_POINTER);
  assert_int_equal(ramp_count_on_kinks(&relu, RAMP_F32, 3, x, NULL), RAMP_NULL_POINTER);
  assert_int_equal(ramp_count_on_kinks(&relu, (ramp_type)4, 3, x, &found),
                   RAMP_UNKNOWN_TYPE);
  assert_int_equal(found, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_mask_gives_the_same_bits),
      cmocka_unit_test(nan_counts_as_right_of_the_kink),
      cmocka_unit_test(only_two_lines_fit_one_bit),
      cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
      cmocka_unit_test(large_results_have_the_same_bits),
      cmocka_unit_test(elements_on_kinks_are_counted),
      cmocka_unit_test(every_type_and_place_is_counted),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests_name("masks", tests, NULL, NULL);
}
