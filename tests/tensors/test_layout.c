/* SPDX-License-Identifier: MIT */
/* Which layouts are refused because elements share memory: against a map of all bytes. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA = 400 };

static unsigned char arena[ARENA];

/* Some tensor within the arena; false when its strides lead out of it. */
static bool place(uint64_t *state, ramp_type type, int axes, const int64_t *shape,
                  tensor *t) {
  size_t size = ramp_type_size(type);
  int64_t low = 0, high = 0;
  *t = (tensor){.size = size};
  t->dl =
      (DLTensor){arena, {kDLCPU, 0}, axes, tensor_dtype(type), t->shape, t->strides, 0};
  for (int i = 0; i < axes; i++) {
    t->shape[i] = shape[i];
    t->strides[i] = between(state, -9, 9);
    int64_t reach = (shape[i] - 1) * t->strides[i];
    *(reach < 0 ? &low : &high) += reach;
  }
  int64_t room = ARENA - (high - low + 1) * (int64_t)size;
  if (room < 0) return false;
  int64_t first = between(state, 0, 1) ? room / 2 / 8 * 8 : between(state, 0, room);
  t->dl.byte_offset = (uint64_t)(first - low * (int64_t)size);
  return true;
}

/* Counts how many elements have each byte; whether any has more than one. */
static bool map_bytes(const tensor *t, int map[ARENA]) {
  bool shared = false;
  memset(map, 0, ARENA * sizeof *map);
  for (size_t i = 0; i < tensor_count(t); i++)
    for (size_t b = 0; b < t->size; b++)
      shared = map[tensor_at(t, i) + b - arena]++ > 0 || shared;
  return shared;
}

static bool same_place(const tensor *a, const tensor *b) {
  for (size_t i = 0; i < tensor_count(a); i++)
    if (tensor_at(a, i) != tensor_at(b, i)) return false;
  return true;
}

static ramp_status truth(const tensor *x, const tensor *y) {
  int of_x[ARENA], of_y[ARENA];
  map_bytes(x, of_x);
  if (map_bytes(y, of_y)) return RAMP_OVERLAP;
  for (int b = 0; b < ARENA; b++)
    if (of_x[b] && of_y[b]) return same_place(x, y) ? RAMP_OK : RAMP_OVERLAP;
  return RAMP_OK;
}

static void check_pair(const tensor *x, const tensor *y, int tally[2]) {
  ramp_function f = function_of("identity");
  ramp_status expected = truth(x, y);
  unsigned char before[ARENA];
  memcpy(before, arena, ARENA);
  assert_int_equal(ramp_tensor_forward(&f, &x->dl, (DLTensor *)&y->dl), expected);
  if (expected != RAMP_OK) assert_memory_equal(arena, before, ARENA);
  tally[expected != RAMP_OK]++;
}

static void shared_memory_is_found_exactly(void **state) {
  (void)state;
  uint64_t seed = 5;
  int tally[2] = {0, 0};
  for (int i = 0; i < 60000; i++) {
    int64_t shape[RAMP_AXES_MAX];
    ramp_type type = (ramp_type)(i % NUMBER_TYPES);
    int axes = random_shape(&seed, 3, 30, shape);
    tensor x, y;
    if (!place(&seed, type, axes, shape, &x) || !place(&seed, type, axes, shape, &y))
      continue;
    check_pair(&x, i % 5 ? &y : &x, tally);
  }
  assert_true(tally[0] > 5000 && tally[1] > 5000);
}

/* Views that people make, too large for a map. */
static void halves_and_columns_in_turn_are_apart(void **state) {
  (void)state;
  enum { ROWS = 1000, COLUMNS = 600 };
  float *array = malloc(sizeof(float) * ROWS * COLUMNS);
  for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
    array[i] = (float)i - 1000;
  ramp_function f = function_of("relu");
  int64_t shape[2] = {ROWS, COLUMNS / 2}, halves[2] = {COLUMNS, 1},
          in_turn[2] = {COLUMNS, 2};
  DLTensor x = {array, {kDLCPU, 0}, 2, tensor_dtype(RAMP_F32), shape, halves, 0}, y = x;
  y.byte_offset = COLUMNS / 2 * sizeof(float);
  assert_int_equal(ramp_tensor_forward(&f, &x, &y), RAMP_OK);
  y.byte_offset -= sizeof(float);
  assert_int_equal(ramp_tensor_forward(&f, &x, &y), RAMP_OVERLAP);
  x.strides = y.strides = in_turn;
  y.byte_offset = sizeof(float);
  assert_int_equal(ramp_tensor_forward(&f, &x, &y), RAMP_OK);
  y.byte_offset = 2 * sizeof(float);
  assert_int_equal(ramp_tensor_forward(&f, &x, &y), RAMP_OVERLAP);
  free(array);
}

static void a_transpose_is_not_in_place(void **state) {
  (void)state;
  enum { SIDE = 300 };
  float *array = calloc(SIDE * SIDE, sizeof *array);
  ramp_function f = function_of("relu");
  int64_t shape[2] = {SIDE, SIDE}, rows[2] = {SIDE, 1}, columns[2] = {1, SIDE};
  DLTensor x = {array, {kDLCPU, 0}, 2, tensor_dtype(RAMP_F32), shape, rows, 0}, y = x;
  assert_int_equal(ramp_tensor_forward(&f, &x, &y), RAMP_OK);
  y.strides = columns;
  assert_int_equal(ramp_tensor_forward(&f, &x, &y), RAMP_OVERLAP);
  free(array);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shared_memory_is_found_exactly),
      cmocka_unit_test(halves_and_columns_in_turn_are_apart),
      cmocka_unit_test(a_transpose_is_not_in_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
