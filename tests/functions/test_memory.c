/* SPDX-License-Identifier: MIT */
/*
 * What a call may touch: exactly `count` elements, wherever they lie.  The bits of each
 * element must not depend on count, position, alignment, being in place, variant or
 * threads.
 */
#define _GNU_SOURCE
#include "calls.h"
#include "support.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ELEMENTS 4200
#define CANARY 0xa5

/* Inputs and right answers of one function in one type. */
typedef struct bench {
  ramp_function f;
  ramp_type type;
  size_t size; /* of an element */
  unsigned char x[ELEMENTS * 8], dy[ELEMENTS * 8], y[CALLS][ELEMENTS * 8];
} bench;

static void run(const bench *b, call which, size_t count, const void *x, const void *dy,
                void *y) {
  if (call_on(&b->f, which, b->type, count, x, dy, y) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
}

static void fill_bench(bench *b, int row, ramp_type type) {
  uint64_t random = 17;
  b->f = function_of(ramp_function_row_at(row)->name);
  b->type = type;
  b->size = ramp_type_size(type);
  for (size_t i = 0; i < ELEMENTS; i++) {
    uint64_t bits = number_random(&random);
    double near = ((double)(bits >> 11) * 0x1p-53 - 0.5) * 20;
    number_store(type, b->x, i, i % 3 ? number_round(type, near) : bits >> 7);
    number_store(type, b->dy, i,
                 number_round(type, (double)(bits >> 20 & 0xff) / 16 - 8));
  }
  for (int c = 0; c < CALLS; c++)
    run(b, (call)c, ELEMENTS, b->x, b->dy, b->y[c]);
}

/* Runs `check` for every function, type and variant. */
static void everywhere(void (*check)(const bench *)) {
  bench *b = malloc(sizeof *b);
  assert_non_null(b);
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (int row = 0; row < ramp_function_rows(); row++)
      for (int type = 0; type < NUMBER_TYPES; type++) {
        fill_bench(b, row, (ramp_type)type);
        check(b);
      }
  }
  ramp_variant_set(NULL);
  free(b);
}

static void same(const bench *b, call which, const void *got, size_t count,
                 const char *when) {
  if (memcmp(got, b->y[which], count * b->size) != 0)
    fail_msg("%s %s: call %d of %zu elements differs %s",
             ramp_function_row_at(b->f.row)->name, ramp_type_name(b->type), which, count,
             when);
}

static void canaries(const unsigned char *from, const unsigned char *to) {
  while (from < to)
    if (*from++ != CANARY) fail_msg("a byte outside the array was written");
}

/* ------------------------------------------------------------------ in place */

static void check_in_place(const bench *b) {
  static unsigned char buffer[ELEMENTS * 8];
  size_t bytes = ELEMENTS * b->size;
  for (int c = 0; c < CALLS; c++) {
    memcpy(buffer, b->x, bytes);
    run(b, (call)c, ELEMENTS, buffer, b->dy, buffer);
    same(b, (call)c, buffer, ELEMENTS, "in place of x");
  }
  memcpy(buffer, b->dy, bytes);
  run(b, BACKWARD, ELEMENTS, b->x, buffer, buffer);
  same(b, BACKWARD, buffer, ELEMENTS, "in place of dy");
}

static void in_place_gives_the_same_bits(void **state) {
  (void)state;
  everywhere(check_in_place);
}

/* dy may even be x itself: reading twice is no overlap. */
static void inputs_may_be_one_array(void **state) {
  (void)state;
  ramp_function f = function_of("relu");
  float x[3] = {-1, 2, 3}, dx[3];
  assert_int_equal(ramp_backward(&f, RAMP_F32, 3, x, x, dx), RAMP_OK);
  assert_true(dx[0] == 0 && dx[1] == 2 && dx[2] == 3);
  assert_int_equal(ramp_backward(&f, RAMP_F32, 3, x, x, x), RAMP_OK);
  assert_memory_equal(x, dx, sizeof x);
}

/* ------------------------------------------------------------------ counts, alignment */

/* Arrays that start `shift` bytes off any alignment. */
static void check_placed(const bench *b, size_t count, size_t shift) {
  static unsigned char x[ELEMENTS * 8 + 64], dy[ELEMENTS * 8 + 64], y[ELEMENTS * 8 + 128];
  size_t bytes = count * b->size;
  memcpy(x + shift, b->x, bytes);
  memcpy(dy + 2 * shift, b->dy, bytes);
  for (int c = 0; c < CALLS; c++) {
    memset(y, CANARY, bytes + 128);
    run(b, (call)c, count, x + shift, dy + 2 * shift, y + 32 + shift);
    same(b, (call)c, y + 32 + shift, count, "by count or alignment");
    canaries(y, y + 32 + shift);
    canaries(y + 32 + shift + bytes, y + bytes + 128);
  }
}

/* 65 is four vectors of 16 floats and one more; the others surround blocks. */
static void check_counts(const bench *b) {
  static const size_t larger[] = {127, 128, 129,  255,  256,  257,  258,  511,     512,
                                  513, 767, 1023, 1025, 4095, 4096, 4097, ELEMENTS};
  for (size_t count = 0; count <= 66; count++)
    check_placed(b, count, count % 16);
  for (size_t i = 0; i < sizeof larger / sizeof *larger; i++)
    check_placed(b, larger[i], i % 16);
}

static void every_count_and_alignment_gives_the_same_bits(void **state) {
  (void)state;
  everywhere(check_counts);
}

/* ------------------------------------------------------------------ guard pages */

/* Two readable pages between two that are not; the array lies against one end. */
typedef struct guarded {
  unsigned char *whole, *first, *end;
  size_t page;
} guarded;

static guarded guard(void) {
  guarded g = {.page = (size_t)sysconf(_SC_PAGESIZE)};
  g.whole = mmap(NULL, 4 * g.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(g.whole != MAP_FAILED);
  g.first = g.whole + g.page;
  g.end = g.first + 2 * g.page;
  assert_int_equal(mprotect(g.first, 2 * g.page, PROT_READ | PROT_WRITE), 0);
  return g;
}

static guarded pages[3];

static void check_guarded(const bench *b) {
  static const size_t counts[] = {1,  2,  3,  5,  7,  8,   15,  16,  17,
                                  31, 33, 63, 64, 65, 255, 257, 1000};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    for (int late = 0; late < 2; late++) {
      size_t bytes = counts[i] * b->size;
      unsigned char *at[3];
      for (int p = 0; p < 3; p++)
        at[p] = late ? pages[p].end - bytes : pages[p].first;
      memcpy(at[0], b->x, bytes);
      memcpy(at[1], b->dy, bytes);
      for (int c = 0; c < CALLS; c++) {
        run(b, (call)c, counts[i], at[0], at[1], at[2]);
        same(b, (call)c, at[2], counts[i], "between guard pages");
      }
    }
}

static void nothing_beyond_the_arrays_is_touched(void **state) {
  (void)state;
  for (int p = 0; p < 3; p++)
    pages[p] = guard();
  everywhere(check_guarded);
  for (int p = 0; p < 3; p++)
    munmap(pages[p].whole, 4 * pages[p].page);
}

/* The calls that everywhere() does not know; arrays of `bytes` and a mask against one end
   of their pages. */
static void check_others(const ramp_function *f, ramp_type type, size_t count,
                         bool late) {
  static const ramp_quantisation q = {RAMP_UINT8, 0.1f, 3};
  size_t bytes = count * ramp_type_size(type), mask_bytes = (count + 7) / 8, found;
  unsigned char *x = late ? pages[0].end - bytes : pages[0].first;
  unsigned char *y = late ? pages[1].end - bytes : pages[1].first;
  uint8_t *mask = late ? pages[2].end - mask_bytes : pages[2].first;
  double gradient[RAMP_PARAMETERS_MAX];
  memset(x, 0x3c, bytes);
  ramp_status s[] = {ramp_forward_masked(f, type, count, x, y, mask),
                     ramp_backward_masked(f, type, count, mask, x, y),
                     ramp_backward_from_output(f, type, count, x, x, y),
                     ramp_gradient_of_parameters(f, type, count, x, x, gradient),
                     ramp_count_on_kinks(f, type, count, x, &found),
                     ramp_forward_int8(f, &q, &q, bytes, x, y)};
  for (size_t i = 0; i < sizeof s / sizeof *s; i++)
    assert_int_equal(s[i], RAMP_OK);
}

static void other_calls_touch_nothing_beyond_their_arrays(void **state) {
  (void)state;
  ramp_function f = function_of("leaky_relu:0.25");
  for (int p = 0; p < 3; p++)
    pages[p] = guard();
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (int type = 0; type < NUMBER_TYPES; type++)
      for (size_t count = 1; count <= 1000; count += count < 70 ? 1 : 155)
        for (int late = 0; late < 2; late++)
          check_others(&f, (ramp_type)type, count, late);
  }
  ramp_variant_set(NULL);
  for (int p = 0; p < 3; p++)
    munmap(pages[p].whole, 4 * pages[p].page);
}

/* ------------------------------------------------------------------ threads */

#define MANY ((size_t)1 << 21)

static void any_number_of_threads_gives_the_same_bits(void **state) {
  (void)state;
  float *x = malloc(MANY * 4), *one = malloc(MANY * 4), *more = malloc(MANY * 4);
  uint64_t random = 23;
  assert_true(x && one && more);
  for (size_t i = 0; i < MANY; i++)
    number_store(RAMP_F32, x, i, number_random(&random) >> 9);
  int before = omp_get_max_threads();
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = function_of(ramp_function_row_at(row)->name);
    omp_set_num_threads(1);
    assert_int_equal(ramp_backward(&f, RAMP_F32, MANY, x, x, one), RAMP_OK);
    for (int threads = 2; threads <= 3; threads++) {
      memset(more, CANARY, MANY * 4);
      omp_set_num_threads(threads);
      assert_int_equal(ramp_backward(&f, RAMP_F32, MANY, x, x, more), RAMP_OK);
      assert_memory_equal(one, more, MANY * 4);
    }
  }
  omp_set_num_threads(before);
  free(x);
  free(one);
  free(more);
}

/* ------------------------------------------------------------------ large results */

/* From 16 MiB on results of float loops are stored past the caches, by whole lines. */
#define LARGE (((size_t)1 << 22) + 37)
#define MARGIN 32

typedef struct large {
  float *x, *dy, *wanted, *memory; /* memory: MARGIN elements more at both ends */
} large;

/* In parts that are too small for that. */
static void call_in_parts(const bench *b, call which, const large *l) {
  enum { PART = 100000 };
  for (size_t at = 0; at < LARGE; at += PART)
    run(b, which, LARGE - at < PART ? LARGE - at : PART, l->x + at, l->dy + at,
        l->wanted + at);
}

static void check_large(const bench *b, call which, const large *l, size_t offset) {
  unsigned char canary[2 * MARGIN * 4];
  memset(canary, CANARY, sizeof canary);
  memset(l->memory, CANARY, (LARGE + 2 * MARGIN) * 4);
  float *y = l->memory + offset;
  run(b, which, LARGE, l->x, l->dy, y);
  assert_memory_equal(y, l->wanted, LARGE * 4);
  assert_memory_equal(l->memory, canary, offset * 4);
  assert_memory_equal(y + LARGE, canary, (2 * MARGIN - offset) * 4);
}

static void check_large_function(const char *text, const large *l) {
  bench b = {.f = function_of(text), .type = RAMP_F32, .size = 4};
  for (int c = 0; c < CALLS; c++) {
    call_in_parts(&b, (call)c, l);
    check_large(&b, (call)c, l, 7);
  }
}

static void large_results_have_the_same_bits(void **state) {
  (void)state;
  const char *texts[] = {"relu", "hard_shrink"};
  large l = {malloc(LARGE * 4), malloc(LARGE * 4), malloc(LARGE * 4),
             malloc((LARGE + 2 * MARGIN) * 4)};
  uint64_t random = 29;
  assert_true(l.x && l.dy && l.wanted && l.memory);
  for (size_t i = 0; i < LARGE; i++) {
    number_store(RAMP_F32, l.x, i, number_random(&random) >> 9);
    l.dy[i] = (float)(i % 17) - 8;
  }
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
      check_large_function(texts[i], &l);
  }
  ramp_variant_set(NULL);
  free(l.x), free(l.dy), free(l.wanted), free(l.memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_place_gives_the_same_bits),
      cmocka_unit_test(inputs_may_be_one_array),
      cmocka_unit_test(every_count_and_alignment_gives_the_same_bits),
      cmocka_unit_test(nothing_beyond_the_arrays_is_touched),
      cmocka_unit_test(other_calls_touch_nothing_beyond_their_arrays),
      cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
      cmocka_unit_test(large_results_have_the_same_bits),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
