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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(f32), cmocka_unit_test(f16),
                                     cmocka_unit_test(bf16)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
