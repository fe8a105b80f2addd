/* SPDX-License-Identifier: MIT */
/*
 * rrelu: the drawn slopes against Random123's generator, their statistics with fixed
 * seeds, and y, its derivative and dx against the slopes, in any layout and any parts.
 */
#include "support.h"

#include <Random123/philox.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void succeed(ramp_status status) {
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

/* ------------------------------------------------------------------ what is right */

static uint32_t word_of(uint64_t seed, uint32_t stream, uint64_t number) {
  philox4x32_ctr_t counter = {
      {(uint32_t)(number / 4), (uint32_t)(number / 4 >> 32), 0, stream}};
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  return philox4x32(counter, key).v[number % 4];
}

static double slope_f64(const ramp_function *f, uint64_t seed, uint64_t number) {
  uint64_t bits =
      (uint64_t)word_of(seed, 0, number) << 20 | word_of(seed, 1, number) >> 12;
  double u = ((double)bits + 0.5) / 4503599627370496.0; /* 2^52 */
  return f->parameter[0] + (f->parameter[1] - f->parameter[0]) * u;
}

static float slope_f32(const ramp_function *f, uint64_t seed, uint64_t number) {
  double u = (word_of(seed, 0, number) + 0.5) / 4294967296.0;
  return (float)(f->parameter[0] + (f->parameter[1] - f->parameter[0]) * u);
}

static double slope_for(ramp_type type, const ramp_function *f, uint64_t seed,
                        uint64_t number) {
  return type == RAMP_F64 ? slope_f64(f, seed, number) : slope_f32(f, seed, number);
}

/* The published known answers of Philox4x32-10 reach the library through the slopes: with
   bounds of 0 and 1 an f32 slope is its word's upper bits. */
static void random123_gives_its_known_answers(void **state) {
  (void)state;
  philox4x32_ctr_t zero = {{0, 0, 0, 0}};
  philox4x32_key_t key = {{0, 0}};
  philox4x32_ctr_t got = philox4x32(zero, key);
  const uint32_t known[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  assert_memory_equal(got.v, known, sizeof known);
}

/* ------------------------------------------------------------------ trials */

typedef struct {
  ramp_function f;
  ramp_draw draw;
  int64_t stride[RAMP_AXES_MAX];
  ramp_type type;
  int axes;
  int64_t shape[RAMP_AXES_MAX];
  tensor *x, *dy, *out;
} trial;

static uint64_t number_of(const trial *t, size_t index) {
  if (!t->draw.stride) return t->draw.first + index;
  uint64_t number = t->draw.first;
  for (int i = t->axes - 1; i >= 0; i--) {
    number += index % (size_t)t->shape[i] * (uint64_t)t->stride[i];
    index /= (size_t)t->shape[i];
  }
  return number;
}

typedef enum { VALUE, DERIVATIVE, GRADIENT } what;

/* A product of a float's 24 bits and up to 24 others is exact in double. */
static double expected(const trial *t, what which, double x, double dy, double slope) {
  double mix = t->f.kink_rule == RAMP_KINK_MIX ? t->f.kink_mix : 0;
  double at_kink = slope;
  if (mix > 0) at_kink = mix == 1 ? 1 : slope + mix * (1 - slope);
  if (which == VALUE) return x > 0 || (x == 0 && !signbit(x)) ? x : slope * x;
  if (isnan(x)) return NAN;
  double derivative = x > 0 ? 1 : x < 0 ? slope : at_kink;
  if (which == DERIVATIVE) return derivative;
  if (derivative == 0 && isinf(dy)) return derivative * copysign(1, dy);
  return derivative * dy;
}

static void check_against_slopes(trial *t, what which) {
  size_t count = tensor_count(t->x);
  double *x = malloc(8 * count + 8), *dy = malloc(8 * count + 8);
  read_numbers(t->type, t->x, x);
  read_numbers(t->type, t->dy, dy);
  for (size_t i = 0; i < count; i++)
    x[i] = expected(t, which, x[i], dy[i],
                    slope_for(t->type, &t->f, t->draw.seed, number_of(t, i)));
  check_numbers(t->type, t->out, x);
  tensor_check_untouched(t->out, false);
  free(x), free(dy);
}

static void check_trial(void *context) {
  trial *t = context;
  memset(t->out->memory, 0xa5, t->out->bytes);
  tensor_remember(t->out);
  succeed(ramp_rrelu_forward(&t->f, &t->draw, &t->x->dl, &t->out->dl));
  check_against_slopes(t, VALUE);
  succeed(ramp_rrelu_derivative(&t->f, &t->draw, &t->x->dl, &t->out->dl));
  check_against_slopes(t, DERIVATIVE);
  succeed(ramp_rrelu_backward(&t->f, &t->draw, &t->x->dl, &t->dy->dl, &t->out->dl));
  check_against_slopes(t, GRADIENT);
}

/* Numbers go on modulo 2^64, so strides may be any. */
static int64_t random_stride(uint64_t *seed) {
  switch (between(seed, 0, 9)) {
  case 0:
    return INT64_MIN;
  case 1:
    return (int64_t)number_random(seed);
  case 2:
  case 3:
  case 4:
    return between(seed, -99, 99);
  default:
    return between(seed, -1, 2);
  }
}

static void any_layout_draws_by_number(void **state) {
  (void)state;
  static const char *const functions[] = {"rrelu",           "rrelu:0.1,0.9",
                                          "rrelu:0.25,0.25", "rrelu:kink=right",
                                          "rrelu:kink=0.5",  "rrelu:-1,-1,kink=0.5"};
  enum { FUNCTIONS = sizeof functions / sizeof *functions };
  uint64_t seed = 31;
  for (int i = 0; i < 100; i++) {
    trial t = {.f = function_of(functions[i % FUNCTIONS]),
               .type = (ramp_type)(i / FUNCTIONS % NUMBER_TYPES)};
    t.axes = random_shape(&seed, 5, 2000, t.shape);
    t.draw.seed = number_random(&seed);
    t.draw.first = i % 3 ? (uint64_t)between(&seed, 0, 9) : (uint64_t)-100;
    for (int a = 0; a < t.axes; a++)
      t.stride[a] = random_stride(&seed);
    t.x = tensor_random(&seed, t.type, t.axes, t.shape, LAYOUT_READ);
    t.dy = tensor_random(&seed, t.type, t.axes, t.shape, LAYOUT_READ);
    t.out = tensor_make(&seed, tensor_dtype(t.type), t.axes, t.shape, LAYOUT_WRITE);
    t.draw.stride = i % 4 == 3 ? t.stride : NULL;
    on_every_machine(check_trial, &t);
    tensor_free(t.x), tensor_free(t.dy), tensor_free(t.out);
  }
}

/* ------------------------------------------------------------------ parts, channels */

static DLTensor matrix(void *data, ramp_type type, int64_t shape[2], int64_t strides[2]) {
  return (DLTensor){data, {kDLCPU, 0}, 2, tensor_dtype(type), shape, strides, 0};
}

/* A matrix at once, and in four quarters with numbers of the whole. */
static void parts_make_the_whole(void **state) {
  (void)state;
  enum { ROWS = 301, COLUMNS = 403 };
  static float whole[ROWS * COLUMNS], parts[ROWS * COLUMNS];
  int64_t shape[] = {ROWS, COLUMNS}, strides[] = {COLUMNS, 1};
  ramp_function f = function_of("rrelu");
  ramp_draw draw = {77, 5, NULL};
  DLTensor all = matrix(whole, RAMP_F32, shape, strides);
  succeed(ramp_rrelu_slopes(&f, &draw, &all));
  for (int quarter = 0; quarter < 4; quarter++) {
    int64_t row = quarter / 2 ? 100 : 0, column = quarter % 2 ? 211 : 0;
    int64_t part[] = {quarter / 2 ? ROWS - 100 : 100, quarter % 2 ? COLUMNS - 211 : 211};
    DLTensor some = matrix(parts, RAMP_F32, part, strides);
    some.byte_offset = (uint64_t)(row * COLUMNS + column) * sizeof(float);
    ramp_draw own = {77, 5 + (uint64_t)(row * COLUMNS + column), strides};
    succeed(ramp_rrelu_slopes(&f, &own, &some));
  }
  assert_memory_equal(parts, whole, sizeof whole);
}

static void one_draw_per_channel(void **state) {
  (void)state;
  enum { BATCH = 3, CHANNELS = 70, PIXELS = 90 };
  static double slope[BATCH][CHANNELS][PIXELS];
  int64_t shape[] = {BATCH, CHANNELS, 9, 10}, stride[] = {0, 1, 0, 0};
  ramp_function f = function_of("rrelu");
  ramp_draw draw = {123, 0, stride};
  DLTensor t = {slope, {kDLCPU, 0}, 4, tensor_dtype(RAMP_F64), shape, NULL, 0};
  succeed(ramp_rrelu_slopes(&f, &draw, &t));
  for (int b = 0; b < BATCH; b++)
    for (int c = 0; c < CHANNELS; c++)
      for (int p = 0; p < PIXELS; p++)
        assert_true(slope[b][c][p] == slope_f64(&f, 123, (uint64_t)c));
}

static void evaluation_takes_the_middle(void **state) {
  (void)state;
  float x[] = {-3, -1, -0.0f, 0, 2}, dy[] = {1, 2, 3, 4, 5}, got[5], expected_bits[5];
  int64_t shape[] = {5};
  DLTensor from = {x, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F32), shape, NULL, 0}, to = from,
           back = from;
  to.data = got, back.data = dy;
  ramp_function f = function_of("rrelu:0.1,0.3");
  succeed(ramp_rrelu_forward(&f, NULL, &from, &to));
  ramp_forward(&f, RAMP_F32, 5, x, expected_bits);
  assert_memory_equal(got, expected_bits, sizeof got);
  succeed(ramp_rrelu_derivative(&f, NULL, &from, &to));
  ramp_derivative(&f, RAMP_F32, 5, x, expected_bits);
  assert_memory_equal(got, expected_bits, sizeof got);
  succeed(ramp_rrelu_backward(&f, NULL, &from, &back, &to));
  ramp_backward(&f, RAMP_F32, 5, x, dy, expected_bits);
  assert_memory_equal(got, expected_bits, sizeof got);
}

/* ------------------------------------------------------------------ statistics */

enum { DRAWS = 1 << 18, CELLS = 64, PLANE = 16 };

static double u_f32[DRAWS], u_f64[DRAWS];

static void draw_uniform(uint64_t seed) {
  static float narrow[DRAWS];
  int64_t shape[] = {DRAWS};
  ramp_function f = function_of("rrelu:0,1");
  ramp_draw draw = {seed, 0, NULL};
  DLTensor t = {narrow, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F32), shape, NULL, 0};
  succeed(ramp_rrelu_slopes(&f, &draw, &t));
  for (int i = 0; i < DRAWS; i++)
    u_f32[i] = narrow[i];
  t.data = u_f64;
  t.dtype = tensor_dtype(RAMP_F64);
  succeed(ramp_rrelu_slopes(&f, &draw, &t));
}

/* Chi-square of equally likely cells, as standard deviations from its mean. */
static double surprise(const int *count, int cells, double expected_count) {
  double chi = 0;
  for (int i = 0; i < cells; i++)
    chi += (count[i] - expected_count) * (count[i] - expected_count) / expected_count;
  return (chi - (cells - 1)) / sqrt(2.0 * (cells - 1));
}

static int cell_of(double u, int cells) {
  int cell = (int)(u * cells);
  return cell < cells ? cell : cells - 1;
}

static void check_uniform(const double *u) {
  int count[CELLS] = {0};
  double sum = 0, squares = 0;
  for (int i = 0; i < DRAWS; i++) {
    assert_true(u[i] > 0 && u[i] <= 1);
    count[cell_of(u[i], CELLS)]++;
    sum += u[i] - 0.5;
    squares += (u[i] - 0.5) * (u[i] - 0.5);
  }
  assert_true(fabs(surprise(count, CELLS, DRAWS / (double)CELLS)) < 4);
  assert_true(fabs(sum / sqrt(DRAWS / 12.0)) < 4);
  assert_true(fabs(squares / DRAWS - 1.0 / 12) < 4 * sqrt(1.0 / 180 / DRAWS));
}

/* Pairs of numbers that lie `lag` apart fill the square evenly, also where they come from
   the same block of the generator, from the next one, from the row below. */
static void check_pairs(const double *u, const double *other, int lag) {
  static int count[PLANE * PLANE];
  memset(count, 0, sizeof count);
  int pairs = DRAWS - lag;
  for (int i = 0; i < pairs; i++)
    count[cell_of(u[i], PLANE) * PLANE + cell_of(other[i + lag], PLANE)]++;
  assert_true(fabs(surprise(count, PLANE * PLANE, pairs / (double)(PLANE * PLANE))) < 4);
}

static void draws_are_uniform_and_independent(void **state) {
  (void)state;
  static double before[DRAWS];
  for (uint64_t seed = 0; seed < 4; seed++) {
    draw_uniform(seed);
    check_uniform(u_f32);
    check_uniform(u_f64);
    for (int lag = 1; lag <= 5; lag++)
      check_pairs(u_f64, u_f64, lag);
    check_pairs(u_f64, u_f64, 512);
    check_pairs(u_f64, u_f64, 1024);
    if (seed > 0) check_pairs(before, u_f64, 0);
    memcpy(before, u_f64, sizeof before);
    for (int i = 0; i < DRAWS; i++)
      assert_true(fabs(u_f64[i] - u_f32[i]) <= 0x1p-24);
  }
}

static void bounds_are_kept(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double lower, upper;
  } cases[] = {
      {"rrelu", 0.125, 1.0 / 3}, {"rrelu:-2,-1", -2, -1}, {"rrelu:0.1,0.1", 0.1, 0.1}};
  static double slope[DRAWS];
  int64_t shape[] = {DRAWS};
  for (int c = 0; c < 3; c++) {
    ramp_function f = function_of(cases[c].text);
    ramp_draw draw = {9, 0, NULL};
    DLTensor t = {slope, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F64), shape, NULL, 0};
    succeed(ramp_rrelu_slopes(&f, &draw, &t));
    double least = 9, greatest = -9, width = cases[c].upper - cases[c].lower;
    for (int i = 0; i < DRAWS; i++) {
      least = fmin(least, slope[i]);
      greatest = fmax(greatest, slope[i]);
    }
    assert_true(least >= cases[c].lower && least <= cases[c].lower + width / 1000);
    assert_true(greatest <= cases[c].upper && greatest >= cases[c].upper - width / 1000);
  }
}

/* ------------------------------------------------------------------ refusals */

static void expect(ramp_status got, ramp_status status, const char *sentence) {
  assert_int_equal(got, status);
  assert_string_equal(ramp_error_detail(), sentence);
}

static void refusals(void **state) {
  (void)state;
  float x[4] = {1, 2, 3, 4}, y[4] = {7, 7, 7, 7};
  int64_t shape[] = {4}, other[] = {3};
  DLTensor from = {x, {kDLCPU, 0}, 1, tensor_dtype(RAMP_F32), shape, NULL, 0}, to = from;
  to.data = y;
  ramp_function f = function_of("rrelu"), relu = function_of("relu");
  ramp_draw draw = {1, 0, NULL};
  expect(ramp_rrelu_forward(&relu, &draw, &from, &to), RAMP_INVALID_PARAMETER,
         "relu has no bounds to draw a slope between; rrelu has");
  expect(ramp_rrelu_forward(&relu, NULL, &from, &to), RAMP_INVALID_PARAMETER,
         "relu has no bounds to draw a slope between; rrelu has");
  expect(ramp_rrelu_slopes(&f, NULL, &to), RAMP_NULL_POINTER,
         "the draw is a null pointer");
  f.parameter[0] = 0.5;
  f.parameter[1] = 0.25;
  expect(ramp_rrelu_forward(&f, &draw, &from, &to), RAMP_INVALID_PARAMETER,
         "rrelu: lower must not be above upper; lower is 0.5, upper is 0.25");
  f = function_of("rrelu");
  to.shape = other;
  expect(ramp_rrelu_forward(&f, &draw, &from, &to), RAMP_SHAPE_MISMATCH,
         "y has the shape 3 and x 4; they must be the same");
  to.shape = shape;
  to.dtype = tensor_dtype(RAMP_BF16);
  expect(ramp_rrelu_slopes(&f, &draw, &to), RAMP_UNKNOWN_TYPE,
         "slope is bf16; slopes are drawn in f32 and f64");
  for (int i = 0; i < 4; i++)
    assert_true(y[i] == 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random123_gives_its_known_answers),
      cmocka_unit_test(any_layout_draws_by_number),
      cmocka_unit_test(parts_make_the_whole),
      cmocka_unit_test(one_draw_per_channel),
      cmocka_unit_test(evaluation_takes_the_middle),
      cmocka_unit_test(draws_are_uniform_and_independent),
      cmocka_unit_test(bounds_are_kept),
      cmocka_unit_test(refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
