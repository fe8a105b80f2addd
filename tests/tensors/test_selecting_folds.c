/* SPDX-License-Identifier: MIT */
/* Maxout and crelu against plain loops over coordinates, bit for bit: all types, any
   layout, any axis, all variants and numbers of threads. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One tensor x and its fold along an axis. */
typedef struct {
  ramp_fold fold;
  ramp_type type;
  int axis, axes;
  int64_t shape[RAMP_AXES_MAX], out_shape[RAMP_AXES_MAX];
  size_t inner; /* elements from one place along the axis to the next, row-major */
  size_t n, outputs;
  uint64_t random;
  unsigned char *x, *y, *dy, *dx, *winner; /* expected, in row-major order */
} problem;

/* Row-major place of coordinate `along` the axis, in line `line` of those with `n`. */
static size_t place(const problem *p, size_t line, size_t along, size_t n) {
  return (line / p->inner * n + along) * p->inner + line % p->inner;
}

static uint64_t load(const problem *p, const unsigned char *from, size_t i) {
  return number_load(p->type, from, i);
}

static uint64_t canonical(const problem *p, uint64_t bits) {
  return number_is_nan(p->type, bits) ? number_round(p->type, NAN) : bits;
}

/* ------------------------------------------------------------------ plain loops */

static void maxout_line(problem *p, size_t line, size_t inputs, size_t group) {
  size_t k = (size_t)p->fold.k, best = 0;
  for (size_t j = 1; j < k; j++) {
    double other =
        number_value(p->type, load(p, p->x, place(p, line, group * k + j, inputs)));
    double so_far =
        number_value(p->type, load(p, p->x, place(p, line, group * k + best, inputs)));
    if (!isnan(so_far) && (isnan(other) || other > so_far)) best = j;
  }
  size_t out = place(p, line, group, inputs / k);
  uint64_t won = load(p, p->x, place(p, line, group * k + best, inputs));
  number_store(p->type, p->y, out, canonical(p, won));
  p->winner[out] = (unsigned char)best;
  uint64_t dy = canonical(p, load(p, p->dy, out));
  for (size_t j = 0; j < k; j++) {
    bool passes = j == best || number_is_nan(p->type, dy);
    number_store(p->type, p->dx, place(p, line, group * k + j, inputs), passes ? dy : 0);
  }
}

static void crelu_element(problem *p, size_t line, size_t i, size_t inputs) {
  size_t in = place(p, line, i, inputs), above = place(p, line, i, 2 * inputs),
         below = place(p, line, i + inputs, 2 * inputs);
  double x = number_value(p->type, load(p, p->x, in));
  double dy1 = number_value(p->type, load(p, p->dy, above)),
         dy2 = number_value(p->type, load(p, p->dy, below));
  double dx = x > 0 ? dy1 : x < 0 ? -dy2 : 0;
  if (isnan(x) || isnan(dy1) || isnan(dy2)) dx = NAN;
  number_store(p->type, p->y, above, number_round(p->type, isnan(x) ? x : x > 0 ? x : 0));
  number_store(p->type, p->y, below,
               number_round(p->type, isnan(x) ? x
                                     : x < 0  ? -x
                                              : 0));
  number_store(p->type, p->dx, in, number_round(p->type, dx));
}

static void solve(problem *p) {
  size_t inputs = (size_t)p->shape[p->axis], lines = inputs ? p->n / inputs : 0;
  bool maxout = ramp_fold_keeps(&p->fold) == RAMP_KEEP_WINNERS;
  for (size_t line = 0; line < lines; line++)
    for (size_t i = 0; i < (maxout ? inputs / (size_t)p->fold.k : inputs); i++)
      if (maxout)
        maxout_line(p, line, inputs, i);
      else
        crelu_element(p, line, i, inputs);
}

/* ------------------------------------------------------------------ against them */

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes + 1);
  assert_non_null(memory);
  return memory;
}

/* Small numbers, so that there are ties, and NaN of either sign. */
static void fill_x(problem *p) {
  fill_random(&p->random, p->type, p->n, p->x);
  for (size_t i = 0; i < p->n; i++)
    if (number_is_nan(p->type, load(p, p->x, i)) && between(&p->random, 0, 1))
      number_store(p->type, p->x, i, load(p, p->x, i) | number_sign(p->type) | 1);
  for (size_t i = 0; i < p->n; i++)
    if (between(&p->random, 0, 1))
      number_store(p->type, p->x, i,
                   number_round(p->type, (double)between(&p->random, -2, 2)));
}

static void set_problem(problem *p, const char *text, int axes, int axis) {
  assert_int_equal(ramp_fold_parse(text, &p->fold), RAMP_OK);
  p->axes = axes;
  p->axis = axis;
  memcpy(p->out_shape, p->shape, sizeof p->shape);
  assert_int_equal(ramp_fold_outputs(&p->fold, p->shape[axis], &p->out_shape[axis]),
                   RAMP_OK);
  p->n = p->inner = p->outputs = 1;
  for (int i = 0; i < axes; i++) {
    p->n *= (size_t)p->shape[i];
    p->outputs *= (size_t)p->out_shape[i];
    if (i > axis) p->inner *= (size_t)p->shape[i];
  }
  p->x = allocate(p->n * 8), p->dx = allocate(p->n * 8);
  p->y = allocate(p->outputs * 8), p->dy = allocate(p->outputs * 8);
  p->winner = allocate(p->outputs);
  fill_x(p);
  fill_random(&p->random, p->type, p->outputs, p->dy);
  solve(p);
}

static void free_problem(problem *p) {
  free(p->x), free(p->dx), free(p->y), free(p->dy), free(p->winner);
}

static tensor *tensor_of(problem *p, DLDataType dtype, const int64_t *shape,
                         tensor_layout layout) {
  return tensor_make(
      &p->random, dtype, p->axes, shape,
      layout == LAYOUT_COMPACT || between(&p->random, 0, 3) ? layout : LAYOUT_COMPACT);
}

static void expect(const problem *p, const char *what, const tensor *got,
                   const void *expected) {
  unsigned char *elements = allocate(tensor_count(got) * got->size);
  tensor_read(got, elements);
  char text[64];
  ramp_fold_text(&p->fold, text, sizeof text);
  for (size_t i = 0; i < tensor_count(got) * got->size; i++)
    if (elements[i] != ((const unsigned char *)expected)[i])
      fail_msg("%s %s %s along axis %d of %d: other %s at element %zu of %zu", text,
               ramp_type_name(p->type), ramp_variant(), p->axis, p->axes, what,
               i / got->size, tensor_count(got));
  tensor_check_untouched(got, false);
  free(elements);
}

static void try_layout(problem *p, bool compact) {
  static const DLDataType byte = {kDLUInt, 8, 1};
  tensor_layout read = compact ? LAYOUT_COMPACT : LAYOUT_WRITE, write = read;
  DLDataType dtype = tensor_dtype(p->type);
  bool maxout = ramp_fold_keeps(&p->fold) == RAMP_KEEP_WINNERS;
  tensor *x = tensor_of(p, dtype, p->shape, read),
         *dx = tensor_of(p, dtype, p->shape, write),
         *y = tensor_of(p, dtype, p->out_shape, write),
         *dy = tensor_of(p, dtype, p->out_shape, read),
         *winner = tensor_of(p, byte, p->out_shape, write);
  tensor_write(x, p->x);
  tensor_write(dy, p->dy);
  tensor_remember(y), tensor_remember(winner), tensor_remember(dx);
  int axis = between(&p->random, 0, 1) ? p->axis : p->axis - p->axes;
  assert_int_equal(ramp_fold_forward(&p->fold, axis, &x->dl, NULL, &y->dl,
                                     maxout ? &winner->dl : NULL),
                   RAMP_OK);
  expect(p, "y", y, p->y);
  if (maxout) expect(p, "winners", winner, p->winner);
  assert_int_equal(ramp_fold_backward(&p->fold, axis, maxout ? &winner->dl : &x->dl, NULL,
                                      &dy->dl, &dx->dl),
                   RAMP_OK);
  expect(p, "dx", dx, p->dx);
  tensor_remember(y);
  assert_int_equal(ramp_fold_forward(&p->fold, axis, &x->dl, NULL, &y->dl, NULL),
                   RAMP_OK);
  expect(p, "y without winners", y, p->y);
  tensor_free(x), tensor_free(dx), tensor_free(y), tensor_free(dy), tensor_free(winner);
}

static void compact(void *problem) { try_layout(problem, true); }
static void strided(void *problem) { try_layout(problem, false); }

static void try_everywhere(problem *p, ramp_type type, const char *text, int axes,
                           int axis) {
  p->type = type;
  set_problem(p, text, axes, axis);
  on_every_machine(compact, p);
  on_every_machine(strided, p);
  free_problem(p);
}

/* ------------------------------------------------------------------ tests */

static const int ks[] = {2, 3, 4, 5, 8, 9, 16, 256};
enum { KS = sizeof ks / sizeof *ks };

static void maxout_of_small_tensors(void **state) {
  (void)state;
  problem p = {.random = 11};
  for (int round = 0; round < 96; round++) {
    int axes = random_shape(&p.random, 4, 400, p.shape);
    if (axes == 0) axes = 1, p.shape[0] = 1;
    int axis = (int)between(&p.random, 0, axes - 1);
    char text[32];
    int k = ks[round % KS];
    ramp_type type = (ramp_type)(round / KS % 4);
    snprintf(text, sizeof text, "maxout:%d", k);
    p.shape[axis] *= k;
    try_everywhere(&p, type, text, axes, axis);
  }
}

static void crelu_of_small_tensors(void **state) {
  (void)state;
  problem p = {.random = 12};
  for (int round = 0; round < 96; round++) {
    int axes = random_shape(&p.random, 4, 400, p.shape);
    if (axes == 0) axes = 1, p.shape[0] = 1;
    int axis = (int)between(&p.random, 0, axes - 1);
    try_everywhere(&p, (ramp_type)(round % 4), "crelu", axes, axis);
  }
}

/* Beyond a box, and enough for several threads. */
static void large_tensors(void **state) {
  (void)state;
  problem p = {.random = 13};
  static const struct {
    const char *text;
    int64_t shape[3];
    int axis;
  } cases[] = {{"maxout", {1, 1, 300000}, 2},  {"maxout:4", {3, 7, 8192}, 2},
               {"maxout:3", {40, 6, 1000}, 1}, {"maxout:256", {512, 2, 130}, 0},
               {"maxout:8", {1000, 17, 8}, 2}, {"crelu", {2, 65, 999}, 1},
               {"crelu", {1, 100001, 1}, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    memcpy(p.shape, cases[i].shape, sizeof cases[i].shape);
    try_everywhere(&p, (ramp_type)(i % 4), cases[i].text, 3, cases[i].axis);
  }
}

/* Zeros of both signs are equal, and the first NaN wins. */
static void ties(void **state) {
  (void)state;
  float x[12] = {-0.0f, 0.0f, 1,    0.0f,      -0.0f,     -1,
                 3,     NAN,  -NAN, -INFINITY, -INFINITY, -INFINITY};
  float y[4];
  uint8_t winner[4];
  int64_t in[1] = {12}, out[1] = {4};
  DLTensor from = {x, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, in, NULL, 0};
  DLTensor to = {y, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, out, NULL, 0};
  DLTensor won = {winner, {kDLCPU, 0}, 1, {kDLUInt, 8, 1}, out, NULL, 0};
  ramp_fold fold;
  assert_int_equal(ramp_fold_parse("maxout:3", &fold), RAMP_OK);
  x[2] = -1;
  assert_int_equal(ramp_fold_forward(&fold, 0, &from, NULL, &to, &won), RAMP_OK);
  assert_memory_equal(winner, ((uint8_t[]){0, 0, 1, 0}), 4);
  assert_true(y[0] == 0 && signbit(y[0]) && y[1] == 0 && !signbit(y[1]));
  assert_true(isnan(y[2]) && !signbit(y[2]) && y[3] == -INFINITY);
}

/* One number in memory for all of x. */
static void overlapping_inputs(void **state) {
  (void)state;
  double x = -2.5, y[2][3];
  uint8_t winner[2][3];
  int64_t in[2] = {6, 3}, out[2] = {2, 3}, strides[2] = {0, 0};
  DLTensor from = {&x, {kDLCPU, 0}, 2, {kDLFloat, 64, 1}, in, strides, 0};
  DLTensor to = {y, {kDLCPU, 0}, 2, {kDLFloat, 64, 1}, out, NULL, 0};
  DLTensor won = {winner, {kDLCPU, 0}, 2, {kDLUInt, 8, 1}, out, NULL, 0};
  ramp_fold fold;
  assert_int_equal(ramp_fold_parse("maxout:3", &fold), RAMP_OK);
  memset(winner, 9, sizeof winner);
  assert_int_equal(ramp_fold_forward(&fold, 0, &from, NULL, &to, &won), RAMP_OK);
  for (int i = 0; i < 6; i++)
    assert_true(y[i / 3][i % 3] == -2.5 && winner[i / 3][i % 3] == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(maxout_of_small_tensors), cmocka_unit_test(crelu_of_small_tensors),
      cmocka_unit_test(large_tensors),           cmocka_unit_test(ties),
      cmocka_unit_test(overlapping_inputs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
