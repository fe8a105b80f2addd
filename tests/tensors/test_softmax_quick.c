/* SPDX-License-Identifier: MIT */
/*
 * The quick loops of softmax, which decide what they can, against the exact ones, which
 * the test has compute everything: the same bits, of many numbers, in all that decides
 * how lines are cut.  It sees the inside of libramp for that.
 */
#include "api/fold/softmax.h"
#include "api/tensor/view.h"

#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"softmax", "softmin", "softmax_one", "log_softmax",
                                    "log_sum_exp"};
static const ramp_softmax_kind kinds[] = {RAMP_SHARES, RAMP_SHARES, RAMP_SHARES,
                                          RAMP_DIFFERENCES, RAMP_LOG_SUM};
enum { NAMES = sizeof names / sizeof *names };

static uint64_t random_bits(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 33 ^ *state >> 11;
}

static double random_number(uint64_t *state) {
  double sum = -2;
  for (int i = 0; i < 4; i++)
    sum += (double)(random_bits(state) & 0xffffff) * 0x1p-24;
  return sum;
}

typedef struct {
  ramp_type type;
  DLDataType dtype;
  int axis;
  int64_t shape[2];
  size_t count;
  void *x, *y, *exact;
} matrix;

static DLTensor tensor_of(const matrix *m, void *data, int64_t *shape) {
  return (DLTensor){data, {kDLCPU, 0}, 2, m->dtype, shape, NULL, 0};
}

/* Numbers of a scale, and here and there another one. */
static void fill(matrix *m, double scale, double other) {
  uint64_t state = 1;
  double *numbers = malloc(m->count * sizeof *numbers);
  for (size_t i = 0; i < m->count; i++) {
    double number = random_number(&state) * scale;
    numbers[i] = other != 0 && i % 97 == 1 ? other : number;
  }
  ramp_kernels_in_use()->from_double[m->type](m->count, numbers, m->x);
  free(numbers);
}

static void compute_exact(const matrix *m, int which, DLTensor *x, DLTensor *y) {
  ramp_view x_view, y_view;
  assert_int_equal(ramp_view_floating("x", x, &x_view), RAMP_OK);
  assert_int_equal(ramp_view_floating("y", y, &y_view), RAMP_OK);
  ramp_softmax_call call =
      ramp_softmax_call_of(kinds[which], m->axis, &x_view, NULL, &y_view);
  call.negative = strcmp(names[which], "softmin") == 0;
  call.one = strcmp(names[which], "softmax_one") == 0;
  for (size_t line = 0; line < call.lines.lines; line++)
    ramp_softmax_exact(&call, line);
}

static void compare(matrix *m, int which) {
  int64_t out[2] = {m->shape[0], m->shape[1]};
  if (kinds[which] == RAMP_LOG_SUM) out[m->axis] = 1;
  DLTensor x = tensor_of(m, m->x, m->shape), y = tensor_of(m, m->y, out),
           exact = tensor_of(m, m->exact, out);
  ramp_fold fold;
  size_t bytes = (size_t)(out[0] * out[1]) * ramp_type_size(m->type);
  assert_int_equal(ramp_fold_parse(names[which], &fold), RAMP_OK);
  assert_int_equal(ramp_fold_forward(&fold, m->axis, &x, NULL, &y, NULL), RAMP_OK);
  compute_exact(m, which, &x, &exact);
  assert_memory_equal(m->y, m->exact, bytes);
  if (kinds[which] == RAMP_LOG_SUM) return;
  memcpy(m->y, m->x, bytes);
  assert_int_equal(ramp_fold_forward(&fold, m->axis, &y, NULL, &y, NULL), RAMP_OK);
  assert_memory_equal(m->y, m->exact, bytes);
}

/* Short and long lines, along and across the memory; powers kept on the stack, asked for,
   and computed twice. */
static void compare_shapes(ramp_type type, DLDataType dtype) {
  static const struct {
    int64_t shape[2];
    int axis;
    double scale, other;
  } cases[] = {{{3000, 10}, 1, 2, 0},     {{700, 63}, 1, 8, 0},     {{64, 1000}, 1, 3, 0},
               {{9, 5000}, 1, 12, 0},     {{2, 70001}, 1, 2, 0},    {{300, 100}, 0, 3, 0},
               {{5000, 20}, 0, 20, 0},    {{60, 1000}, 1, 60, 0},   {{70000, 1}, 0, 5, 0},
               {{60, 1000}, 1, 2, -1500}, {{300, 100}, 0, 2, -1500}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    matrix m = {.type = type, .dtype = dtype, .axis = cases[i].axis};
    memcpy(m.shape, cases[i].shape, sizeof m.shape);
    m.count = (size_t)(m.shape[0] * m.shape[1]);
    size_t bytes = m.count * ramp_type_size(type);
    m.x = malloc(bytes);
    m.y = malloc(bytes);
    m.exact = malloc(bytes);
    fill(&m, cases[i].scale, cases[i].other);
    for (int which = 0; which < NAMES; which++)
      compare(&m, which);
    free(m.x);
    free(m.y);
    free(m.exact);
  }
}

static void on_every_machine(ramp_type type, DLDataType dtype) {
  int threads = omp_get_max_threads();
  for (int i = 0; i < ramp_kernels_count(); i++) {
    if (!ramp_kernels_supported(i)) continue;
    ramp_kernels_use(i);
    omp_set_num_threads(1 + i % 2);
    compare_shapes(type, dtype);
  }
  ramp_kernels_use(-1);
  omp_set_num_threads(threads);
}

static void f32(void **state) {
  (void)state;
  on_every_machine(RAMP_F32, (DLDataType){kDLFloat, 32, 1});
}

static void f16(void **state) {
  (void)state;
  on_every_machine(RAMP_F16, (DLDataType){kDLFloat, 16, 1});
}

static void bf16(void **state) {
  (void)state;
  on_every_machine(RAMP_BF16, (DLDataType){kDLBfloat, 16, 1});
}

/* ------------------------------------------------------------------ powers */

enum { POWERS = 1 << 16 };

static const ramp_quick_softmax *quick_in_use(void) {
  return ramp_kernels_in_use()->softmax->quick;
}

/* Magnitudes from 2^-20 up to a bound, and the bound itself. */
static void fill_powers(float bound, float *x) {
  uint64_t state = 3;
  for (size_t i = 0; i < POWERS; i++) {
    double size = (double)(random_bits(&state) & 0xffffff) * 0x1p-24 * (i % 20 + 1) / 20;
    x[i] = (float)(i % 2 ? -size : size) * bound;
  }
  x[0] = bound;
  x[1] = -bound;
  x[2] = 0;
}

static void powers_are_right_to_their_bound(float *x, double *powers) {
  ramp_lane_sums sums = {{0}, {0}};
  uint32_t largest[RAMP_LANES] = {0};
  fill_powers(RAMP_POWERS_BOUND, x);
  quick_in_use()->bounded_powers(POWERS / RAMP_LANES, RAMP_LANES, x, powers, &sums,
                                 largest);
  for (size_t i = 0; i < POWERS; i++) {
    long double exact = expl(x[i]);
    double bound = quick_in_use()->power_error + fabs((double)x[i]) * 0x1.4p-55;
    if (!(fabsl(powers[i] - exact) <= bound * exact))
      fail_msg("e^%a is %a by variant %s", (double)x[i], powers[i], ramp_variant());
  }
}

/* A line's sum, for rows that begin anywhere in it. */
static void sums_are_right_to_their_bound(const float *x, double *powers) {
  long double exact = 0;
  size_t n = POWERS - 2 * RAMP_LANES + 3;
  double bound = ramp_bounded_error(quick_in_use()->power_error, RAMP_POWERS_BOUND) / 2;
  for (size_t i = 0; i < n; i++)
    exact += expl(x[i]);
  for (size_t head = 0; head < RAMP_LANES; head++) {
    float largest;
    double sum =
        quick_in_use()->bounded_line(n, x, head, RAMP_LANES, powers, NULL, &largest);
    if (!(fabsl(sum - exact) <= bound * exact))
      fail_msg("a sum is %a, not %La, by variant %s", sum, exact, ramp_variant());
    assert_float_equal(largest, RAMP_POWERS_BOUND, 0);
  }
}

/* Below a reference, down to where results are 0. */
static void shifted_powers_are_right(float *x, double *powers) {
  ramp_lane_sums sums = {{0}, {0}};
  double reference[RAMP_LANES];
  for (size_t j = 0; j < RAMP_LANES; j++)
    reference[j] = 1000;
  fill_powers(104, x);
  for (size_t i = 0; i < POWERS; i++)
    x[i] = 1000 - fabsf(x[i]);
  quick_in_use()->shifted_powers(POWERS / RAMP_LANES, RAMP_LANES, x, reference, powers,
                                 &sums);
  for (size_t i = 0; i < POWERS; i++) {
    long double exact = expl((long double)x[i] - 1000);
    if (!(fabsl(powers[i] - exact) <= 0x1.2p-48 * exact))
      fail_msg("e^(%a - 1000) is %a by variant %s", (double)x[i], powers[i],
               ramp_variant());
  }
}

static void powers(void **state) {
  (void)state;
  float *x = malloc(POWERS * sizeof *x);
  double *power = malloc(POWERS * sizeof *power);
  for (int i = 0; i < ramp_kernels_count(); i++) {
    if (!ramp_kernels_supported(i)) continue;
    ramp_kernels_use(i);
    powers_are_right_to_their_bound(x, power);
    sums_are_right_to_their_bound(x, power);
    shifted_powers_are_right(x, power);
  }
  ramp_kernels_use(-1);
  free(x);
  free(power);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(powers), cmocka_unit_test(f32),
                                     cmocka_unit_test(f16), cmocka_unit_test(bf16)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
