/* SPDX-License-Identifier: MIT */
/*
 * ramp_convert between all pairs of types: every number of the 16-bit types; of the wider
 * ones each binade, and around every 16-bit midpoint, where rounding twice would show.
 */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct list {
  ramp_type type;
  size_t count, capacity;
  void *x;
} list;

static void add(list *l, uint64_t bits) {
  if (l->count == l->capacity) {
    l->capacity = l->capacity ? 2 * l->capacity : 65536;
    l->x = realloc(l->x, l->capacity * ramp_type_size(l->type));
    assert_non_null(l->x);
  }
  number_store(l->type, l->x, l->count++, bits);
}

/* A number of the wide type and its neighbours, in both signs. */
static void add_around(list *l, double value) {
  uint64_t bits = number_round(l->type, value);
  for (int64_t d = -1; d <= 1; d++) {
    uint64_t near = number_at_rank(l->type, number_rank(l->type, bits) + d);
    add(l, near);
    add(l, near ^ number_sign(l->type));
  }
}

/* Midpoints of neighbours in a narrower type; for f64, also a hair beside what f32 would
   make of them, so that rounding to f32 first would make a tie of it. */
static void add_midpoints(list *l, ramp_type narrow, uint64_t step) {
  for (uint64_t bits = 0; bits + 1 < number_infinity(narrow); bits += step) {
    double a = number_value(narrow, bits), b = number_value(narrow, bits + 1);
    double middle = a / 2 + b / 2;
    add_around(l, middle);
    add_around(l, middle + (b - a) * 0x1p-20);
    add_around(l, middle - (b - a) * 0x1p-20);
  }
}

static list inputs_of(ramp_type type) {
  list l = {.type = type};
  if (ramp_type_size(type) == 2) {
    for (uint64_t bits = 0; bits < 65536; bits++)
      add(&l, bits);
    return l;
  }
  uint64_t step = number_infinity(type) & -number_infinity(type), random = 31;
  for (uint64_t first = 0; first <= number_infinity(type); first += step)
    for (uint64_t i = 0; i < 40; i++) {
      uint64_t inside = i == 0 ? 0 : i == 1 ? step - 1 : number_random(&random) % step;
      add(&l, first + inside);
      add(&l, (first + inside) | number_sign(type));
    }
  add_midpoints(&l, RAMP_F16, 1);
  add_midpoints(&l, RAMP_BF16, 1);
  if (type == RAMP_F64) add_midpoints(&l, RAMP_F32, 104729);
  return l;
}

static void compare(ramp_type from, const list *l, ramp_type to, const void *y) {
  for (size_t i = 0; i < l->count; i++) {
    uint64_t x = number_load(from, l->x, i), got = number_load(to, y, i);
    uint64_t expected = number_round(to, number_value(from, x));
    if (got != expected)
      fail_msg("%s %llx to %s with %s: %llx, should be %llx", ramp_type_name(from),
               (unsigned long long)x, ramp_type_name(to), ramp_variant(),
               (unsigned long long)got, (unsigned long long)expected);
  }
}

static void every_pair_of_types_rounds_once(void **state) {
  (void)state;
  for (int from = 0; from < NUMBER_TYPES; from++) {
    list l = inputs_of((ramp_type)from);
    void *y = malloc(l.count * 8);
    assert_non_null(y);
    for (int v = 0; v < ramp_variants(); v++) {
      if (!ramp_variant_supported(v)) continue;
      assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
      for (int to = 0; to < NUMBER_TYPES; to++) {
        assert_int_equal(ramp_convert((ramp_type)from, l.x, (ramp_type)to, y, l.count),
                         RAMP_OK);
        compare((ramp_type)from, &l, (ramp_type)to, y);
      }
    }
    free(y);
    free(l.x);
  }
  ramp_variant_set(NULL);
}

static void conversion_in_place_needs_the_same_size(void **state) {
  (void)state;
  uint16_t half[3] = {0x3c00, 0xc000, 0x7c01}, expected[3] = {0x3f80, 0xc000, 0x7fc0};
  assert_int_equal(ramp_convert(RAMP_F16, half, RAMP_BF16, half, 3), RAMP_OK);
  assert_memory_equal(half, expected, sizeof half);
  float x[4] = {1, 2, 3, 4}, before[4] = {1, 2, 3, 4};
  assert_int_equal(ramp_convert(RAMP_F32, x, RAMP_F16, x, 4), RAMP_OVERLAP);
  assert_int_equal(ramp_convert(RAMP_F16, x, RAMP_F32, x, 4), RAMP_OVERLAP);
  assert_int_equal(ramp_convert(RAMP_F32, x, RAMP_F32, x + 1, 3), RAMP_OVERLAP);
  assert_memory_equal(x, before, sizeof x);
}

static void mistakes_are_refused(void **state) {
  (void)state;
  float x = 1, y = 7;
  assert_int_equal(ramp_convert((ramp_type)9, &x, RAMP_F32, &y, 1), RAMP_UNKNOWN_TYPE);
  assert_int_equal(ramp_convert(RAMP_F32, &x, (ramp_type)-1, &y, 1), RAMP_UNKNOWN_TYPE);
  assert_int_equal(ramp_convert(RAMP_F32, NULL, RAMP_F16, NULL, 0), RAMP_OK);
  assert_true(y == 7);
}

/* Odd addresses and every count around a vector, with nothing written beyond. */
static void any_count_and_alignment_will_do(void **state) {
  (void)state;
  unsigned char x[8 * 80 + 1], y[8 * 80 + 1];
  for (int from = 0; from < NUMBER_TYPES; from++)
    for (int to = 0; to < NUMBER_TYPES; to++)
      for (size_t count = 0; count < 70; count++) {
        for (size_t i = 0; i < count; i++)
          number_store((ramp_type)from, x + 1, i,
                       number_round((ramp_type)from, (double)i / 3));
        memset(y, 0xa5, sizeof y);
        assert_int_equal(
            ramp_convert((ramp_type)from, x + 1, (ramp_type)to, y + 1, count), RAMP_OK);
        for (size_t i = 0; i < count; i++)
          assert_int_equal(
              number_load((ramp_type)to, y + 1, i),
              number_round(
                  (ramp_type)to,
                  number_value((ramp_type)from, number_load((ramp_type)from, x + 1, i))));
        assert_int_equal(y[0], 0xa5);
        assert_int_equal(y[1 + count * ramp_type_size((ramp_type)to)], 0xa5);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_pair_of_types_rounds_once),
      cmocka_unit_test(conversion_in_place_needs_the_same_size),
      cmocka_unit_test(mistakes_are_refused),
      cmocka_unit_test(any_count_and_alignment_will_do),
  };
  return cmocka_run_group_tests_name("conversion", tests, NULL, NULL);
}
