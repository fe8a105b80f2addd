/* SPDX-License-Identifier: MIT */
/* The fused forms against their steps, each rounded and stored. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  ramp_function f;
  ramp_type type;
  int axes;
  int64_t shape[RAMP_AXES_MAX];
  tensor *x, *added, *dy, *y, *dx, *total;
} trial;

static void succeed(ramp_status status) {
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

static void *array(size_t count) { return malloc(8 * count + 8); }

/* y = a + b, rounded to the type: of 32 bits or less their sum in double is near enough,
   for rounding twice to agree with once. */
static void add(const trial *t, const void *a, const void *b, void *y) {
  for (size_t i = 0; i < tensor_count(t->x); i++) {
    double sum = number_value(t->type, number_load(t->type, a, i)) +
                 number_value(t->type, number_load(t->type, b, i));
    number_store(t->type, y, i, number_round(t->type, sum));
  }
}

static void expect(const tensor *got, const void *elements) {
  void *all = array(tensor_count(got));
  tensor_read(got, all);
  assert_memory_equal(all, elements, tensor_count(got) * got->size);
  tensor_check_untouched(got, false);
  free(all);
}

static void expect_total(const trial *t, const void *terms) {
  size_t count = tensor_count(t->x);
  double *numbers = array(count), *total = array(tensor_count(t->total));
  for (size_t i = 0; i < count; i++)
    numbers[i] = number_value(t->type, number_load(t->type, terms, i));
  sum_in_order(t->total, t->axes, t->shape, numbers, total);
  check_numbers(t->type, t->total, total);
  tensor_check_untouched(t->total, false);
  free(numbers), free(total);
}

/* The second tensor with the elements that it is broadcast to. */
static void read_stretched(const trial *t, void *elements) {
  for (size_t i = 0; i < tensor_count(t->x); i++)
    memcpy((char *)elements + i * t->x->size,
           tensor_at(t->added, broadcast_index(t->added, t->axes, t->shape, i)),
           t->x->size);
}

static void clear(const trial *t) {
  tensor *out[] = {t->y, t->dx, t->total};
  for (int i = 0; i < 3; i++) {
    memset(out[i]->memory, 0xa5, out[i]->bytes);
    tensor_remember(out[i]);
  }
}

/* What the tensors of a trial hold, and room for the steps. */
typedef struct {
  void *x, *added, *dy, *before, *result;
} arrays;

static arrays arrays_of(const trial *t) {
  size_t count = tensor_count(t->x);
  arrays a = {array(count), array(count), array(count), array(count), array(count)};
  tensor_read(t->x, a.x);
  tensor_read(t->dy, a.dy);
  read_stretched(t, a.added);
  return a;
}

static void free_arrays(arrays *a) {
  free(a->x), free(a->added), free(a->dy), free(a->before), free(a->result);
}

static void check_bias(void *context) {
  trial *t = context;
  size_t count = tensor_count(t->x);
  arrays a = arrays_of(t);
  clear(t);
  succeed(ramp_bias_forward(&t->f, &t->x->dl, &t->added->dl, &t->y->dl));
  add(t, a.x, a.added, a.before);
  succeed(ramp_forward(&t->f, t->type, count, a.before, a.result));
  expect(t->y, a.result);
  succeed(ramp_bias_backward(&t->f, &t->x->dl, &t->added->dl, &t->dy->dl, &t->dx->dl,
                             &t->total->dl));
  succeed(ramp_backward(&t->f, t->type, count, a.before, a.dy, a.result));
  expect(t->dx, a.result);
  expect_total(t, a.result);
  clear(t);
  succeed(ramp_bias_backward(&t->f, &t->x->dl, &t->added->dl, &t->dy->dl, NULL,
                             &t->total->dl));
  expect_total(t, a.result);
  succeed(
      ramp_bias_backward(&t->f, &t->x->dl, &t->added->dl, &t->dy->dl, &t->dx->dl, NULL));
  expect(t->dx, a.result);
  free_arrays(&a);
}

static void check_residual(void *context) {
  trial *t = context;
  size_t count = tensor_count(t->x);
  arrays a = arrays_of(t);
  clear(t);
  succeed(ramp_residual_forward(&t->f, &t->x->dl, &t->added->dl, &t->y->dl));
  succeed(ramp_forward(&t->f, t->type, count, a.x, a.before));
  add(t, a.before, a.added, a.result);
  expect(t->y, a.result);
  succeed(
      ramp_residual_backward(&t->f, &t->x->dl, &t->dy->dl, &t->dx->dl, &t->total->dl));
  succeed(ramp_backward(&t->f, t->type, count, a.x, a.dy, a.result));
  expect(t->dx, a.result);
  expect_total(t, a.dy);
  clear(t);
  succeed(ramp_residual_backward(&t->f, &t->x->dl, &t->dy->dl, NULL, &t->total->dl));
  expect_total(t, a.dy);
  succeed(ramp_residual_backward(&t->f, &t->x->dl, &t->dy->dl, &t->dx->dl, NULL));
  expect(t->dx, a.result);
  free_arrays(&a);
}

static trial new_trial(uint64_t *state, ramp_type type, int axes, const int64_t *shape,
                       int narrow_axes, const int64_t *narrow) {
  static const char *const functions[] = {"relu", "silu", "leaky_relu:0.3", "gelu"};
  DLDataType dtype = tensor_dtype(type);
  trial t = {.f = function_of(functions[between(state, 0, 3)]),
             .type = type,
             .axes = axes,
             .x = tensor_random(state, type, axes, shape, LAYOUT_READ),
             .dy = tensor_random(state, type, axes, shape, LAYOUT_READ),
             .added = tensor_random(state, type, narrow_axes, narrow, LAYOUT_READ),
             .y = tensor_make(state, dtype, axes, shape, LAYOUT_WRITE),
             .dx = tensor_make(state, dtype, axes, shape, LAYOUT_WRITE),
             .total = tensor_make(state, dtype, narrow_axes, narrow, LAYOUT_WRITE)};
  memcpy(t.shape, shape, (size_t)axes * sizeof *shape);
  return t;
}

static void free_trial(trial *t) {
  tensor *all[] = {t->x, t->dy, t->added, t->y, t->dx, t->total};
  for (int i = 0; i < 6; i++)
    tensor_free(all[i]);
}

static void fused_forms_have_the_bits_of_their_steps(void **state) {
  (void)state;
  uint64_t seed = 21;
  for (int i = 0; i < 160; i++) {
    int64_t shape[RAMP_AXES_MAX], narrow[RAMP_AXES_MAX];
    int axes = random_shape(&seed, 5, 2000, shape);
    int narrow_axes = narrowed_shape(&seed, axes, shape, narrow);
    trial t =
        new_trial(&seed, (ramp_type)(i % NUMBER_TYPES), axes, shape, narrow_axes, narrow);
    on_every_machine(i / 4 % 2 ? check_bias : check_residual, &t);
    free_trial(&t);
  }
}

static void large_ones_do_too(void **state) {
  (void)state;
  uint64_t seed = 22;
  const int64_t shape[] = {211, 530}, unit[] = {530}, row[] = {211, 1}, one[] = {1};
  for (int i = 0; i < 6; i++) {
    const int64_t *narrow = i % 3 == 0 ? unit : i % 3 == 1 ? row : one;
    trial t = new_trial(&seed, i < 3 ? RAMP_F32 : RAMP_BF16, 2, shape, i % 3 == 1 ? 2 : 1,
                        narrow);
    on_every_machine(check_bias, &t);
    on_every_machine(check_residual, &t);
    free_trial(&t);
  }
}

/* dx in place of each input. */
static void in_place(void **state) {
  (void)state;
  uint64_t seed = 23;
  const int64_t shape[] = {30, 40};
  for (int i = 0; i < 12; i++) {
    trial t = new_trial(&seed, (ramp_type)(i % NUMBER_TYPES), 2, shape, 2, shape);
    arrays a = arrays_of(&t);
    size_t count = tensor_count(t.x);
    tensor **over = i / 4 == 0 ? &t.x : i / 4 == 1 ? &t.dy : &t.added, *kept = *over;
    tensor_write(t.dx, i / 4 == 0 ? a.x : i / 4 == 1 ? a.dy : a.added);
    *over = t.dx;
    tensor_remember(t.dx);
    memset(t.total->memory, 0xa5, t.total->bytes);
    tensor_remember(t.total);
    succeed(ramp_bias_backward(&t.f, &t.x->dl, &t.added->dl, &t.dy->dl, &t.dx->dl,
                               &t.total->dl));
    add(&t, a.x, a.added, a.before);
    succeed(ramp_backward(&t.f, t.type, count, a.before, a.dy, a.result));
    expect(t.dx, a.result);
    expect_total(&t, a.result);
    if (i / 4 < 2) {
      tensor_write(t.dx, i / 4 == 0 ? a.x : a.dy);
      succeed(ramp_residual_backward(&t.f, &t.x->dl, &t.dy->dl, &t.dx->dl, &t.total->dl));
      succeed(ramp_backward(&t.f, t.type, count, a.x, a.dy, a.result));
      expect(t.dx, a.result);
      expect_total(&t, a.dy);
    }
    *over = kept;
    free_arrays(&a);
    free_trial(&t);
  }
}

/* 2^32 terms: an emulator would take minutes. */
#if defined __x86_64__
static void all_axes_there_may_be_are_summed(void **state) {
  (void)state;
  int64_t shape[RAMP_AXES_MAX], strides[RAMP_AXES_MAX] = {0};
  for (int i = 0; i < RAMP_AXES_MAX; i++)
    shape[i] = 2;
  float x = 1, dy = 1, sum = 0;
  const ramp_function relu = function_of("relu");
  const DLDataType f32 = tensor_dtype(RAMP_F32);
  const DLTensor in[] = {{&x, {kDLCPU, 0}, RAMP_AXES_MAX, f32, shape, strides, 0},
                         {&dy, {kDLCPU, 0}, RAMP_AXES_MAX, f32, shape, strides, 0}};
  DLTensor total = {&sum, {kDLCPU, 0}, 0, f32, NULL, NULL, 0};
  succeed(ramp_residual_backward(&relu, &in[0], &in[1], NULL, &total));
  assert_true(sum == 0x1p32f);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(fused_forms_have_the_bits_of_their_steps),
    cmocka_unit_test(large_ones_do_too),
    cmocka_unit_test(in_place),
#if defined __x86_64__
    cmocka_unit_test(all_axes_there_may_be_are_summed),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
