/* SPDX-License-Identifier: MIT */
/* Forward, derivative and backward of tensors against the same functions of arrays,
   element by element of any layout, on every variant and number of threads. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

typedef enum { FORWARD, DERIVATIVE, BACKWARD, CALLS } call;

typedef struct {
  ramp_function f;
  ramp_type type;
  call which;
  tensor *x, *dy, *out;
  void *expected;
} trial;

static ramp_status call_tensors(const trial *t) {
  if (t->which == FORWARD) return ramp_tensor_forward(&t->f, &t->x->dl, &t->out->dl);
  if (t->which == DERIVATIVE)
    return ramp_tensor_derivative(&t->f, &t->x->dl, &t->out->dl);
  return ramp_tensor_backward(&t->f, &t->x->dl, &t->dy->dl, &t->out->dl);
}

/* By the variant in use: f64 may differ in the last bit from another's. */
static void expect_arrays(trial *t) {
  ramp_type type = t->type;
  size_t count = tensor_count(t->x), bytes = count * t->x->size + 1;
  void *x = malloc(bytes), *dy = malloc(bytes);
  tensor_read(t->x, x);
  tensor_read(t->dy, dy);
  if (t->which == FORWARD) ramp_forward(&t->f, type, count, x, t->expected);
  if (t->which == DERIVATIVE) ramp_derivative(&t->f, type, count, x, t->expected);
  if (t->which == BACKWARD) ramp_backward(&t->f, type, count, x, dy, t->expected);
  free(x);
  free(dy);
}

static void check_trial(void *context) {
  trial *t = context;
  size_t count = tensor_count(t->out);
  expect_arrays(t);
  memset(t->out->memory, 0xa5, t->out->bytes);
  tensor_remember(t->out);
  if (call_tensors(t) != RAMP_OK) fail_msg("%s", ramp_error_detail());
  char *got = malloc(count * t->out->size + 1);
  tensor_read(t->out, got);
  assert_memory_equal(got, t->expected, count * t->out->size);
  free(got);
  tensor_check_untouched(t->out, false);
}

static void fill(uint64_t *state, ramp_type type, tensor *t) {
  void *elements = malloc(tensor_count(t) * t->size + 1);
  fill_random(state, type, tensor_count(t), elements);
  tensor_write(t, elements);
  free(elements);
}

static void free_trial(trial *t) {
  tensor_free(t->x);
  tensor_free(t->dy);
  tensor_free(t->out);
  free(t->expected);
}

/* A call on tensors of one shape, each in a layout of its own. */
static trial random_trial(uint64_t *state, ramp_type type, int axes,
                          const int64_t *shape) {
  static const char *const functions[] = {"relu", "silu", "leaky_relu:0.3", "tanh"};
  DLDataType dtype = tensor_dtype(type);
  trial t = {.f = function_of(functions[between(state, 0, 3)]),
             .type = type,
             .which = (call)between(state, 0, CALLS - 1),
             .x = tensor_make(state, dtype, axes, shape, LAYOUT_READ),
             .dy = tensor_make(state, dtype, axes, shape, LAYOUT_READ),
             .out = tensor_make(state, dtype, axes, shape, LAYOUT_WRITE)};
  fill(state, type, t.x);
  fill(state, type, t.dy);
  t.expected = malloc(tensor_count(t.x) * t.x->size + 1);
  expect_arrays(&t);
  return t;
}

static void any_layout_gives_the_bits_of_arrays(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < 160; i++) {
    int64_t shape[RAMP_AXES_MAX];
    int axes = random_shape(&seed, i % 4 == 0 ? 12 : 5, 3000, shape);
    trial t = random_trial(&seed, (ramp_type)(i % NUMBER_TYPES), axes, shape);
    on_every_machine(check_trial, &t);
    free_trial(&t);
  }
}

/* Large enough for threads, tiles and their ragged ends. */
static void large_tensors_do_too(void **state) {
  (void)state;
  uint64_t seed = 2;
  static const struct {
    int axes;
    int64_t shape[4];
  } shapes[] = {{2, {301, 419}}, {3, {37, 3, 999}}, {4, {5, 66, 7, 65}}, {1, {131073}}};
  for (int i = 0; i < 16; i++) {
    int s = i / 4;
    trial t = random_trial(&seed, (ramp_type)(i % NUMBER_TYPES), shapes[s].axes,
                           shapes[s].shape);
    on_every_machine(check_trial, &t);
    free_trial(&t);
  }
}

/* Planes of rows without gaps or with, of columns as rows, or of every second column. */
static tensor *make_planes(uint64_t *state, ramp_type type, const int64_t shape[3]) {
  const int64_t rows = shape[1], row = shape[2];
  const int64_t strides[][2] = {
      {row, 1}, {row + 9, 1}, {1, rows}, {1, rows + 3}, {2 * row, 2}};
  const int64_t *of_plane = strides[between(state, 0, 4)];
  const int64_t all[3] = {2 * (rows + 9) * (row + 9), of_plane[0], of_plane[1]};
  tensor *t = tensor_astray(tensor_dtype(type), 3, shape, all, between(state, 0, 7) == 0);
  fill(state, type, t);
  return t;
}

/* What does little but select is computed where rows lie, short and long ones, and what
   lies crosswise to them passes through blocks. */
static void rows_where_they_lie_do_too(void **state) {
  (void)state;
  static const char *const functions[] = {"relu",          "clip:-0.5,0.75",
                                          "soft_shrink:2", "leaky_relu",
                                          "hard_swish",    "relu:kink=0.1"};
  static const int64_t shapes[][3] = {
      {1, 130, 192}, {1, 64, 320}, {1, 1024, 80}, {1, 3, 1111}, {3, 10, 64}};
  uint64_t seed = 6;
  for (int i = 0; i < 120; i++) {
    const ramp_type type = (ramp_type)(i % NUMBER_TYPES);
    const int64_t *shape = shapes[i / 24];
    trial t = {.f = function_of(functions[between(&seed, 0, 5)]),
               .type = type,
               .which = (call)(i % CALLS),
               .x = make_planes(&seed, type, shape),
               .dy = make_planes(&seed, type, shape),
               .out = make_planes(&seed, type, shape)};
    t.expected = malloc(tensor_count(t.x) * t.x->size);
    on_every_machine(check_trial, &t);
    free_trial(&t);
  }
}

static void as_many_axes_as_there_may_be(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int i = 0; i < 40; i++) {
    int64_t shape[RAMP_AXES_MAX];
    for (int axis = 0; axis < RAMP_AXES_MAX; axis++)
      shape[axis] = axis % 3 == i % 3 ? 2 : 1;
    trial t = random_trial(&seed, (ramp_type)(i % NUMBER_TYPES), RAMP_AXES_MAX, shape);
    check_trial(&t);
    free_trial(&t);
  }
}

/* One of the inputs is the output; what is expected was computed before. */
static void call_in_place(const trial *t) {
  const size_t bytes = tensor_count(t->out) * t->out->size;
  void *got = malloc(bytes + 1);
  tensor_remember(t->out);
  if (call_tensors(t) != RAMP_OK) fail_msg("%s", ramp_error_detail());
  tensor_read(t->out, got);
  assert_memory_equal(got, t->expected, bytes);
  tensor_check_untouched(t->out, false);
  free(got);
}

/* x is first left as it was and read, then overwritten. */
static void in_place(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int i = 0; i < 300; i++) {
    int64_t shape[RAMP_AXES_MAX];
    ramp_type type = (ramp_type)(i % NUMBER_TYPES);
    int axes = random_shape(&seed, 5, 3000, shape);
    trial t = random_trial(&seed, type, axes, shape);
    tensor *over = i % 2 && t.which == BACKWARD ? t.dy : t.x;
    tensor *input = tensor_make(&seed, over->dl.dtype, axes, shape, LAYOUT_WRITE);
    void *elements = malloc(tensor_count(over) * over->size + 1);
    tensor_read(over, elements);
    tensor_write(input, elements);
    if (over == t.x) t.x = input;
    if (over == t.dy) t.dy = input;
    tensor_free(t.out);
    t.out = input;
    call_in_place(&t);
    free(elements);
    tensor_free(over);
    t.out = NULL;
    free_trial(&t);
  }
}

/* Over rows with gaps, while what lies crosswise to them passes through a block. */
static void rows_in_place(void **state) {
  (void)state;
  const int64_t shape[2] = {200, 128}, gaps[2] = {140, 1}, columns[2] = {1, 200};
  uint64_t seed = 7;
  for (int i = 0; i < 2 * NUMBER_TYPES * CALLS; i++) {
    const ramp_type type = (ramp_type)(i / 2 % NUMBER_TYPES);
    trial t = {.f = function_of(i % 2 ? "relu" : "leaky_relu"),
               .type = type,
               .which = (call)(i / 2 / NUMBER_TYPES)};
    t.x = t.out = tensor_strided(tensor_dtype(type), 2, shape, gaps);
    t.dy = tensor_strided(tensor_dtype(type), 2, shape, columns);
    fill(&seed, type, t.x);
    fill(&seed, type, t.dy);
    t.expected = malloc(tensor_count(t.x) * t.x->size);
    expect_arrays(&t);
    call_in_place(&t);
    t.out = NULL;
    free_trial(&t);
  }
}

/* One number read 2^60 times is fine as long as nothing is written. */
static void huge_axes(void **state) {
  (void)state;
  float x = -1, y = 3;
  int64_t shape[3] = {INT64_C(1) << 60, 0, INT64_C(1) << 60}, strides[3] = {0, 0, 0};
  DLTensor from = {&x, {kDLCPU, 0}, 3, tensor_dtype(RAMP_F32), shape, strides, 0};
  DLTensor to = {NULL, {kDLCPU, 0}, 3, tensor_dtype(RAMP_F32), shape, NULL, 0};
  ramp_function f = function_of("relu");
  assert_int_equal(ramp_tensor_forward(&f, &from, &to), RAMP_OK);
  from.ndim = to.ndim = 0;
  from.shape = to.shape = NULL;
  to.data = &y;
  assert_int_equal(ramp_tensor_forward(&f, &from, &to), RAMP_OK);
  assert_true(y == 0);
}

/* Value and derivative by one call: the bits of the calls for each. */
static void check_both(void *context) {
  trial *t = context;
  const size_t count = tensor_count(t->x), bytes = count * t->x->size;
  if (ramp_tensor_value_and_derivative(&t->f, &t->x->dl, &t->dy->dl, &t->out->dl) !=
      RAMP_OK)
    fail_msg("%s", ramp_error_detail());
  char *got = malloc(bytes + 1);
  t->which = FORWARD;
  expect_arrays(t);
  tensor_read(t->dy, got);
  assert_memory_equal(got, t->expected, bytes);
  t->which = DERIVATIVE;
  expect_arrays(t);
  tensor_read(t->out, got);
  assert_memory_equal(got, t->expected, bytes);
  free(got);
  tensor_check_untouched(t->dy, false);
  tensor_check_untouched(t->out, false);
}

static void value_and_derivative_do_too(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (int i = 0; i < 80; i++) {
    int64_t shape[RAMP_AXES_MAX];
    int axes = random_shape(&seed, 5, i % 8 == 0 ? 90000 : 3000, shape);
    trial t = random_trial(&seed, (ramp_type)(i % NUMBER_TYPES), axes, shape);
    tensor_free(t.dy);
    t.dy = tensor_make(&seed, t.x->dl.dtype, axes, shape, LAYOUT_WRITE);
    tensor_remember(t.dy);
    tensor_remember(t.out);
    on_every_machine(check_both, &t);
    free_trial(&t);
  }
}

static void value_and_derivative_of_rows_where_they_lie_do_too(void **state) {
  (void)state;
  static const int64_t shape[3] = {1, 130, 192};
  uint64_t seed = 8;
  for (int i = 0; i < 36; i++) {
    const ramp_type type = (ramp_type)(i % NUMBER_TYPES);
    trial t = {.f = function_of(i % 3 ? "relu:kink=0.1" : "leaky_relu"),
               .type = type,
               .x = make_planes(&seed, type, shape),
               .dy = make_planes(&seed, type, shape),
               .out = make_planes(&seed, type, shape)};
    t.expected = malloc(tensor_count(t.x) * t.x->size);
    tensor_remember(t.dy);
    tensor_remember(t.out);
    on_every_machine(check_both, &t);
    free_trial(&t);
  }
}

/* One of them in place of x, which is read twice. */
static void check_both_over_x(uint64_t *seed, ramp_type type, bool value_is_x) {
  const int64_t shape[2] = {200, 128}, gaps[2] = {140, 1}, columns[2] = {1, 200};
  trial t = {.f = function_of("relu:kink=right"), .type = type};
  t.x = tensor_strided(tensor_dtype(type), 2, shape, gaps);
  t.dy = tensor_strided(tensor_dtype(type), 2, shape, columns);
  fill(seed, type, t.x);
  const size_t bytes = tensor_count(t.x) * t.x->size;
  tensor *value = value_is_x ? t.x : t.dy, *slope = value_is_x ? t.dy : t.x;
  void *values = malloc(bytes), *slopes = malloc(bytes), *got = malloc(bytes);
  t.which = FORWARD, t.expected = values;
  expect_arrays(&t);
  t.which = DERIVATIVE, t.expected = slopes;
  expect_arrays(&t);
  if (ramp_tensor_value_and_derivative(&t.f, &t.x->dl, &value->dl, &slope->dl) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
  tensor_read(value, got);
  assert_memory_equal(got, values, bytes);
  tensor_read(slope, got);
  assert_memory_equal(got, slopes, bytes);
  free(values), free(got);
  free_trial(&t);
}

static void value_or_derivative_of_rows_in_place(void **state) {
  (void)state;
  uint64_t seed = 9;
  for (int t = 0; t < NUMBER_TYPES; t++) {
    check_both_over_x(&seed, (ramp_type)t, true);
    check_both_over_x(&seed, (ramp_type)t, false);
  }
}

static void value_and_derivative_are_apart(void **state) {
  (void)state;
  float x[6] = {1, 2, 3, 4, 5, 6}, y[6] = {0}, before[6] = {0};
  int64_t shape[1] = {3}, other[1] = {2}, step[1] = {2};
  DLTensor from = {x, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F32), shape, NULL, 0};
  DLTensor first = {y, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F32), shape, step, 0};
  DLTensor second = first;
  ramp_function f = function_of("silu");
  assert_int_equal(ramp_tensor_value_and_derivative(&f, &from, &first, &second),
                   RAMP_OVERLAP);
  second.byte_offset = 2 * sizeof *y;
  assert_int_equal(ramp_tensor_value_and_derivative(&f, &from, &first, &second),
                   RAMP_OVERLAP);
  second.byte_offset = sizeof *y;
  second.shape = other;
  assert_int_equal(ramp_tensor_value_and_derivative(&f, &from, &first, &second),
                   RAMP_SHAPE_MISMATCH);
  assert_memory_equal(y, before, sizeof y);
  second.shape = shape;
  assert_int_equal(ramp_tensor_value_and_derivative(&f, &from, &first, &second), RAMP_OK);
  assert_int_equal(ramp_tensor_forward(&f, &from, &from), RAMP_OK);
  assert_true(y[0] == x[0] && y[2] == x[1] && y[4] == x[2] && y[1] != 0 && y[5] != 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_layout_gives_the_bits_of_arrays),
      cmocka_unit_test(large_tensors_do_too),
      cmocka_unit_test(rows_where_they_lie_do_too),
      cmocka_unit_test(as_many_axes_as_there_may_be),
      cmocka_unit_test(in_place),
      cmocka_unit_test(rows_in_place),
      cmocka_unit_test(huge_axes),
      cmocka_unit_test(value_and_derivative_do_too),
      cmocka_unit_test(value_and_derivative_of_rows_where_they_lie_do_too),
      cmocka_unit_test(value_or_derivative_of_rows_in_place),
      cmocka_unit_test(value_and_derivative_are_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
