/* SPDX-License-Identifier: MIT */
/* prelu against plain loops over numbers: any layout, any broadcast of the slope. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  ramp_type type;
  int axes;
  int64_t shape[RAMP_AXES_MAX];
  tensor *x, *slope, *dy, *y, *dx, *dslope;
  double *expected_y, *expected_dx, *expected_dslope;
} trial;

/* ------------------------------------------------------------------ what is right */

/* Products of two numbers of 32 bits or less are exact. */
static double value(double x, double slope) {
  if (x > 0 || (x == 0 && !signbit(x))) return x;
  return slope == 0 && isinf(x) ? -slope : slope * x;
}

static double passed(double slope, double dy) {
  if (isnan(slope) || isnan(dy)) return NAN;
  if (slope == 0 || dy == 0) return copysign(0, slope) * copysign(1, dy);
  return slope * dy;
}

static double gradient(double x, double slope, double dy) {
  if (isnan(x)) return NAN;
  if (x > 0) return passed(1, dy);
  if (x < 0) return passed(slope, dy);
  if (isnan(slope)) return NAN;
  double least = slope < 0 ? 0 : fmin(slope, 1);
  return passed(least, dy);
}

static double slope_term(double x, double dy) {
  if (isnan(x) || isnan(dy)) return NAN;
  return x >= 0 || dy == 0 ? 0 : x * dy;
}

static void expect(trial *t) {
  size_t count = tensor_count(t->x), slopes = tensor_count(t->slope);
  double *x = malloc(8 * count + 1), *dy = malloc(8 * count + 1),
         *slope = malloc(8 * slopes + 1), *term = malloc(8 * count + 1);
  read_numbers(t->type, t->x, x);
  read_numbers(t->type, t->dy, dy);
  read_numbers(t->type, t->slope, slope);
  t->expected_y = malloc(8 * count + 1);
  t->expected_dx = malloc(8 * count + 1);
  t->expected_dslope = malloc(8 * slopes + 1);
  for (size_t i = 0; i < count; i++) {
    double s = slope[broadcast_index(t->slope, t->axes, t->shape, i)];
    t->expected_y[i] = value(x[i], s);
    t->expected_dx[i] = gradient(x[i], s, dy[i]);
    term[i] = slope_term(x[i], dy[i]);
  }
  sum_in_order(t->slope, t->axes, t->shape, term, t->expected_dslope);
  free(x), free(dy), free(slope), free(term);
}

/* ------------------------------------------------------------------ trials */

static trial new_trial(uint64_t *state, ramp_type type, int axes, const int64_t *shape,
                       int slope_axes, const int64_t *slope_shape) {
  DLDataType dtype = tensor_dtype(type);
  trial t = {.type = type, .axes = axes};
  memcpy(t.shape, shape, (size_t)axes * sizeof *shape);
  t.x = tensor_random(state, type, axes, shape, LAYOUT_READ);
  t.dy = tensor_random(state, type, axes, shape, LAYOUT_READ);
  t.slope = tensor_random(state, type, slope_axes, slope_shape, LAYOUT_READ);
  t.y = tensor_make(state, dtype, axes, shape, LAYOUT_WRITE);
  t.dx = tensor_make(state, dtype, axes, shape, LAYOUT_WRITE);
  t.dslope = tensor_make(state, dtype, slope_axes, slope_shape, LAYOUT_WRITE);
  expect(&t);
  return t;
}

static void forget(trial *t) {
  free(t->expected_y);
  free(t->expected_dx);
  free(t->expected_dslope);
}

static void free_trial(trial *t) {
  tensor *all[] = {t->x, t->dy, t->slope, t->y, t->dx, t->dslope};
  for (int i = 0; i < 6; i++)
    tensor_free(all[i]);
  forget(t);
}

static void clear(tensor *t) {
  memset(t->memory, 0xa5, t->bytes);
  tensor_remember(t);
}

static void expect_tensor(const trial *t, const tensor *got, const double *expected) {
  check_numbers(t->type, got, expected);
  tensor_check_untouched(got, false);
}

static void succeed(ramp_status status) {
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

static void check_trial(void *context) {
  trial *t = context;
  clear(t->y), clear(t->dx), clear(t->dslope);
  succeed(ramp_prelu_forward(&t->x->dl, &t->slope->dl, &t->y->dl));
  expect_tensor(t, t->y, t->expected_y);
  succeed(ramp_prelu_backward(&t->x->dl, &t->slope->dl, &t->dy->dl, &t->dx->dl,
                              &t->dslope->dl));
  expect_tensor(t, t->dx, t->expected_dx);
  expect_tensor(t, t->dslope, t->expected_dslope);
  clear(t->dx), clear(t->dslope);
  succeed(ramp_prelu_backward(&t->x->dl, &t->slope->dl, &t->dy->dl, NULL, NULL));
  succeed(ramp_prelu_backward(&t->x->dl, &t->slope->dl, &t->dy->dl, &t->dx->dl, NULL));
  expect_tensor(t, t->dx, t->expected_dx);
  succeed(
      ramp_prelu_backward(&t->x->dl, &t->slope->dl, &t->dy->dl, NULL, &t->dslope->dl));
  expect_tensor(t, t->dslope, t->expected_dslope);
}

static void any_layout_and_broadcast(void **state) {
  (void)state;
  uint64_t seed = 11;
  for (int i = 0; i < 160; i++) {
    int64_t shape[RAMP_AXES_MAX], narrow[RAMP_AXES_MAX];
    int axes = random_shape(&seed, 5, 2000, shape);
    int slope_axes = narrowed_shape(&seed, axes, shape, narrow);
    trial t =
        new_trial(&seed, (ramp_type)(i % NUMBER_TYPES), axes, shape, slope_axes, narrow);
    on_every_machine(check_trial, &t);
    free_trial(&t);
  }
}

/* A NaN or an infinity would be a sum's only term that counts. */
static void make_finite(const trial *t, tensor *of) {
  for (size_t i = 0; i < tensor_count(of); i++) {
    double number = number_value(t->type, number_load(t->type, tensor_at(of, i), 0));
    if (!isfinite(number))
      number_store(t->type, tensor_at(of, i), 0, number_round(t->type, -1.25));
  }
}

/* The documented error, against sums of more bits: (2^15 + 2^-15 n) 2^-53 of the terms'
   magnitudes, and as much as rounds a term and the total. */
static void check_error(const trial *t) {
  size_t count = tensor_count(t->x), slopes = tensor_count(t->slope);
  double *x = malloc(8 * count + 1), *dy = malloc(8 * count + 1),
         *dslope = malloc(8 * slopes + 1);
  long double *sum = calloc(2 * slopes + 1, sizeof *sum), *magnitude = sum + slopes;
  read_numbers(t->type, t->x, x);
  read_numbers(t->type, t->dy, dy);
  read_numbers(t->type, t->dslope, dslope);
  for (size_t i = 0; i < count; i++) {
    size_t j = broadcast_index(t->slope, t->axes, t->shape, i);
    long double term = x[i] < 0 ? (long double)x[i] * dy[i] : 0;
    sum[j] += term;
    magnitude[j] += fabsl(term);
  }
  long double additions = 0x1p15L + 0x1p-15L * (long double)(count / slopes) + 2;
  for (size_t j = 0; j < slopes; j++)
    if (!(fabsl(dslope[j] - sum[j]) <= additions * 0x1p-53L * magnitude[j]))
      fail_msg("sum %zu of %zu is %.17g, not %.17Lg", j, slopes, dslope[j], sum[j]);
  free(x), free(dy), free(dslope), free(sum);
}

/* More terms than a part has, more columns than a group, threads by groups and by parts;
   finite numbers, so that every term counts. */
static void large_sums(void **state) {
  (void)state;
  static const struct {
    int axes, slope_axes;
    int64_t shape[4], slope[4];
  } cases[] = {
      {1, 0, {100003}, {1}},
      {2, 1, {33000, 5}, {5}},
      {2, 1, {301, 331}, {331}},
      {2, 2, {65, 2500}, {65, 1}},
      {4, 3, {9, 5, 40, 33}, {5, 1, 1}},
      {4, 4, {9, 5, 40, 33}, {9, 1, 40, 1}},
      {3, 3, {700, 1, 90}, {700, 1, 90}},
      {2, 2, {20000, 3}, {20000, 1}},
      {2, 1, {70, 5003}, {5003}},
      {4, 1, {9, 5, 40, 33}, {33}},
      {3, 3, {5, 33000, 4}, {5, 1, 4}},
  };
  uint64_t seed = 12;
  for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
    size_t c = i / 2;
    ramp_type type = i % 2 ? RAMP_F64 : (ramp_type)(c % 3 + 1);
    trial t = new_trial(&seed, type, cases[c].axes, cases[c].shape, cases[c].slope_axes,
                        cases[c].slope);
    make_finite(&t, t.x), make_finite(&t, t.dy);
    forget(&t), expect(&t);
    on_every_machine(check_trial, &t);
    if (type == RAMP_F64) check_error(&t);
    free_trial(&t);
  }
}

static void in_place(void **state) {
  (void)state;
  uint64_t seed = 13;
  for (int i = 0; i < 120; i++) {
    int64_t shape[RAMP_AXES_MAX], narrow[RAMP_AXES_MAX];
    ramp_type type = (ramp_type)(i % NUMBER_TYPES);
    int axes = random_shape(&seed, 5, 2000, shape), slope_axes = axes;
    memcpy(narrow, shape, sizeof narrow);
    if (i % 3) slope_axes = narrowed_shape(&seed, axes, shape, narrow);
    trial t = new_trial(&seed, type, axes, shape, slope_axes, narrow);
    tensor **over = i % 3 == 0 ? &t.slope : i % 3 == 1 ? &t.x : &t.dy;
    void *elements = malloc(tensor_count(t.x) * t.x->size + 1);
    tensor_read(*over, elements);
    tensor_write(t.y, elements);
    tensor_write(t.dx, elements);
    tensor *kept = *over;
    if (i % 3 < 2) {
      *over = t.y;
      succeed(ramp_prelu_forward(&t.x->dl, &t.slope->dl, &t.y->dl));
      check_numbers(type, t.y, t.expected_y);
    }
    *over = t.dx;
    succeed(
        ramp_prelu_backward(&t.x->dl, &t.slope->dl, &t.dy->dl, &t.dx->dl, &t.dslope->dl));
    check_numbers(type, t.dx, t.expected_dx);
    check_numbers(type, t.dslope, t.expected_dslope);
    *over = kept;
    free(elements);
    free_trial(&t);
  }
}

/* One slope for all is what ramp.h has as a parameter. */
static void one_slope_is_the_function(void **state) {
  (void)state;
  enum { COUNT = 70001 };
  uint64_t seed = 14;
  float *x = malloc(sizeof(float) * COUNT), *dy = malloc(sizeof(float) * COUNT),
        *y = malloc(sizeof(float) * COUNT), *expected = malloc(sizeof(float) * COUNT);
  for (int i = 0; i < COUNT; i++) {
    x[i] = (float)between(&seed, -99, 99) / 7;
    dy[i] = (float)between(&seed, -99, 99) / 7;
  }
  ramp_function f = function_of("prelu:0.625");
  float slope = 0.625f, dslope;
  int64_t shape[] = {COUNT};
  DLTensor from = {x, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F32), shape, NULL, 0}, to = from,
           back = from, one = from, total;
  to.data = y, back.data = dy, one.data = &slope, one.ndim = 0;
  total = one;
  total.data = &dslope;
  double learned[RAMP_PARAMETERS_MAX];
  succeed(ramp_prelu_forward(&from, &one, &to));
  ramp_forward(&f, RAMP_F32, COUNT, x, expected);
  assert_memory_equal(y, expected, sizeof(float) * COUNT);
  succeed(ramp_prelu_backward(&from, &one, &back, &to, &total));
  ramp_backward(&f, RAMP_F32, COUNT, x, dy, expected);
  assert_memory_equal(y, expected, sizeof(float) * COUNT);
  ramp_gradient_of_parameters(&f, RAMP_F32, COUNT, x, dy, learned);
  assert_true(dslope == (float)learned[0]);
  free(x), free(dy), free(y), free(expected);
}

/* L = sum of c y has the derivative dslope by the slope: differences in double. */
static void gradients_are_differences(void **state) {
  (void)state;
  enum { N = 4, C = 3, W = 5, COUNT = N * C * W };
  uint64_t seed = 15;
  double x[COUNT], c[COUNT], y[COUNT], dx[COUNT], slope[C] = {0.25, -0.5, 1.5}, dslope[C];
  int64_t shape[] = {N, C, W}, channels[] = {C, 1};
  for (int i = 0; i < COUNT; i++) {
    x[i] = (double)between(&seed, -1000, 1000) / 256 + 1.0 / 1024;
    c[i] = (double)between(&seed, -1000, 1000) / 256;
  }
  DLTensor from = {x, {kDLCPU, 0}, 3, tensor_dtype(RAMP_F64), shape, NULL, 0}, to = from,
           back = from, gradient = from,
           slopes = {slope, {kDLCPU, 0}, 2, from.dtype, channels, NULL, 0},
           total = slopes;
  to.data = y, back.data = c, gradient.data = dx, total.data = dslope;
  succeed(ramp_prelu_backward(&from, &slopes, &back, &gradient, &total));
  for (int k = 0; k < C + COUNT; k++) {
    double *varied = k < C ? &slope[k] : &x[k - C], kept = *varied, loss[2];
    for (int side = 0; side < 2; side++) {
      *varied = kept + (side ? 0x1p-12 : -0x1p-12);
      succeed(ramp_prelu_forward(&from, &slopes, &to));
      loss[side] = 0;
      for (int i = 0; i < COUNT; i++)
        loss[side] += c[i] * y[i];
    }
    *varied = kept;
    double difference = (loss[1] - loss[0]) * 0x1p11, got = k < C ? dslope[k] : dx[k - C];
    assert_true(fabs(difference - got) < 1e-8);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_layout_and_broadcast),
      cmocka_unit_test(large_sums),
      cmocka_unit_test(in_place),
      cmocka_unit_test(one_slope_is_the_function),
      cmocka_unit_test(gradients_are_differences),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
