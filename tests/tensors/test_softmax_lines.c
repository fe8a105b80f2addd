/* SPDX-License-Identifier: MIT */
/* Lines that were chosen: those nearest to the middle between two numbers, of which a
   double alone says nothing; values known by heart; and huge ones. */
#include "exact_lines.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ramp_fold fold_of(const char *text) {
  ramp_fold fold;
  if (ramp_fold_parse(text, &fold) != RAMP_OK) fail_msg("%s", ramp_error_detail());
  return fold;
}

static void forward(const char *text, ramp_type type, int64_t lines, int64_t length,
                    void *x, void *mask, void *y) {
  ramp_fold fold = fold_of(text);
  int64_t shape[2] = {lines, length}, out[2] = {lines, length};
  if (ramp_fold_outputs(&fold, length, &out[1]) != RAMP_OK) fail_msg("outputs");
  DLDataType dtype = tensor_dtype(type);
  DLTensor from = {x, {kDLCPU, 0}, 2, dtype, shape, NULL, 0},
           to = {y, {kDLCPU, 0}, 2, dtype, out, NULL, 0},
           who = {mask, {kDLCPU, 0}, 2, {kDLUInt, 8, 1}, shape, NULL, 0};
  if (ramp_fold_forward(&fold, 1, &from, mask ? &who : NULL, &to, NULL) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
}

/* Of 6e7 random lines the ones with a result within 2^-51 of itself of the middle between
   two floats. */
static const struct {
  const char *name;
  float x[3];
} hard[] = {{"log_softmax", {-0x1.3719cp+1f, 0x1.e4d564p-1f, -0x1.42169ap-2f}},
            {"log_sum_exp", {0x1.dce1eep+0f, -0x1.080e0cp-2f, -0x1.702814p-3f}},
            {"softmax", {0x1.da05acp+1f, -0x1.dd8314p+0f, -0x1.63e75p+0f}},
            {"softmax", {-0x1.e006eep+1f, -0x1.685006p+1f, -0x1.06ea2ap+1f}},
            {"log_softmax", {0x1.fa2c4ap+1f, -0x1.635aacp+0f, -0x1.417bcp+1f}},
            {"log_softmax", {0x1.f950ccp+0f, 0x1.ab5386p+0f, -0x1.2067dep+1f}},
            {"log_sum_exp", {0x1.329f88p+1f, -0x1.e02452p+1f, -0x1.5e9ae2p+1f}},
            {"log_sum_exp", {-0x1.a2504cp+1f, 0x1.de1bc8p+1f, -0x1.6336dep-1f}}};

static void check_hard(void *unused) {
  (void)unused;
  const bool present[3] = {true, true, true};
  exact_line *exact = exact_new(3);
  for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
    float x[3], y[3];
    double wide[3];
    memcpy(x, hard[i].x, sizeof x);
    for (int j = 0; j < 3; j++)
      wide[j] = x[j];
    forward(hard[i].name, RAMP_F32, 1, 3, x, NULL, y);
    exact_forward(hard[i].name, 3, wide, present, false, exact);
    for (int j = 0; j < (strcmp(hard[i].name, "log_sum_exp") ? 3 : 1); j++)
      assert_int_equal(number_load(RAMP_F32, y, (size_t)j),
                       number_round_exact(RAMP_F32, exact->value[j]));
  }
  exact_free(exact);
}

static void hard_lines(void **state) {
  (void)state;
  on_every_machine(check_hard, NULL);
}

/* 512 equal bf16 numbers have exactly 1/512 each. */
static void equal_entries(void **state) {
  (void)state;
  for (int type = 0; type < NUMBER_TYPES; type++) {
    double x[512], y[512];
    for (size_t i = 0; i < 512; i++)
      number_store((ramp_type)type, x, i, number_round((ramp_type)type, -2.71828));
    forward("softmax", (ramp_type)type, 1, 512, x, NULL, y);
    for (size_t i = 0; i < 512; i++)
      assert_int_equal(number_load((ramp_type)type, y, i),
                       number_round((ramp_type)type, 1 / 512.0));
  }
}

/* Digits worked out by other means. */
static void known_values(void **state) {
  (void)state;
  double x[3] = {1, 2, 3}, y[4];
  forward("softmax", RAMP_F64, 1, 3, x, NULL, y);
  assert_true(y[0] == 0.090030573170380457998 && y[2] == 0.66524095577482188953);
  forward("log_sum_exp", RAMP_F64, 1, 3, x, NULL, y);
  assert_true(y[0] == 3.4076059644443803045);
  double sure[2] = {0, -40};
  forward("log_softmax", RAMP_F64, 1, 2, sure, NULL, y);
  assert_true(y[0] == -4.2483542552915889863e-18 && y[1] == -40);
  double tied[4] = {1, 1, 0.5, 0};
  forward("sparsemax", RAMP_F64, 1, 4, tied, NULL, y);
  assert_true(y[0] == 0.5 && y[1] == 0.5 && y[2] == 0);
  double quiet[2] = {-50, -60};
  forward("softmax_one", RAMP_F64, 1, 2, quiet, NULL, y);
  assert_true(y[0] == 1.9287498479639177830e-22);
}

static void check_bits(const float *got, const float *expected, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!(got[i] == expected[i] || (isnan(got[i]) && isnan(expected[i]))))
      fail_msg("%zu: %g, not %g", i, (double)got[i], (double)expected[i]);
}

/* NaN, infinities, masks and empty lines, side by side in one tensor. */
static void special_lines(void **state) {
  (void)state;
  const float inf = INFINITY, nan = NAN, third = 1 / 3.0f;
  float x[7][3] = {{nan, 1, 2},    {inf, 1, inf},    {-inf, -inf, -inf}, {nan, 1, 1},
                   {5, nan, -inf}, {-inf, inf, nan}, {2, 2, 2}};
  unsigned char mask[7][3] = {{1, 1, 0}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1},
                              {0, 0, 0}, {1, 1, 0}, {1, 1, 1}};
  float zeros[7][3] = {{nan, nan, 0},        {0.5f, 0, 0.5f}, {0, 0, 0},
                       {0, 0.5f, 0.5f},      {0, 0, 0},       {0, 1, 0},
                       {third, third, third}};
  float y[7][3], first[7][3] = {{nan, nan, 0}, {1, 0, 0}, {0, 0, 0}, {0, 1, 0},
                                {0, 0, 0},     {0, 1, 0}, {1, 0, 0}};
  forward("softmax", RAMP_F32, 7, 3, x, mask, y);
  check_bits(y[0], zeros[0], 21);
  forward("hardmax", RAMP_F32, 7, 3, x, mask, y);
  check_bits(y[0], first[0], 21);
  forward("sparsemax", RAMP_F32, 7, 3, x, mask, y);
  check_bits(y[0], zeros[0], 21);
  for (int i = 0; i < 3; i++)
    zeros[2][i] = zeros[4][i] = nan;
  forward("softmax:empty=nan", RAMP_F32, 7, 3, x, mask, y);
  check_bits(y[0], zeros[0], 21);
  const float half = -0.69314718f;
  float logs[7][3] = {{nan, nan, -inf},
                      {half, -inf, half},
                      {-inf, -inf, -inf},
                      {-inf, half, half},
                      {-inf, -inf, -inf},
                      {-inf, 0, -inf},
                      {-1.0986123f, -1.0986123f, -1.0986123f}};
  forward("log_softmax", RAMP_F32, 7, 3, x, mask, y);
  check_bits(y[0], logs[0], 21);
  float sums[7] = {nan, inf, -inf, 1.6931472f, -inf, inf, 3.0986123f};
  forward("log_sum_exp", RAMP_F32, 7, 3, x, mask, y);
  check_bits(y[0], sums, 7);
}

/* No lines, and lines without elements: a sum of nothing is 0. */
static void nothing(void **state) {
  (void)state;
  float y[2] = {7, 7};
  forward("softmax", RAMP_F32, 0, 5, NULL, NULL, NULL);
  forward("softmax", RAMP_F32, 2, 0, NULL, NULL, NULL);
  forward("log_sum_exp", RAMP_F32, 2, 0, NULL, NULL, y);
  assert_true(y[0] == -INFINITY && y[1] == -INFINITY);
  forward("log_sum_exp:empty=nan", RAMP_F32, 2, 0, NULL, NULL, y);
  assert_true(isnan(y[0]) && isnan(y[1]));
}

/* ------------------------------------------------------------------ huge axes */

enum { HUGE = (1 << 20) + 3 };

typedef struct {
  float *x, *y;
  long double largest, others;
} huge;

static void check_huge(void *context) {
  huge *h = context;
  long double whole = 1 + h->others, logarithm = log1pl(h->others);
  forward("log_sum_exp", RAMP_F32, 1, HUGE, h->x, NULL, h->y);
  assert_true(h->y[0] == (float)(h->largest + logarithm));
  forward("softmax", RAMP_F32, 1, HUGE, h->x, NULL, h->y);
  for (size_t i = 0; i < HUGE; i += 5)
    if (h->y[i] != (float)(expl(h->x[i] - h->largest) / whole)) fail_msg("%zu", i);
  forward("log_softmax", RAMP_F32, 1, HUGE, h->x, NULL, h->y);
  for (size_t i = 0; i < HUGE; i += 5)
    if (h->y[i] != (float)((h->x[i] - h->largest) - logarithm)) fail_msg("%zu", i);
  forward("hardmax", RAMP_F32, 1, HUGE, h->x, NULL, h->y);
  for (size_t i = 0; i < HUGE; i++)
    assert_true(h->y[i] == (i == 777777));
  forward("sparsemax", RAMP_F32, 1, HUGE, h->x, NULL, h->y);
  double sum = 0;
  for (size_t i = 0; i < HUGE; i++)
    sum += h->y[i];
  assert_true(fabs(sum - 1) < 1e-6 && h->y[777777] > 0 && h->y[777777] < 1);
}

static void huge_axis(void **unused) {
  (void)unused;
  uint64_t state = 3;
  huge h = {malloc(HUGE * sizeof(float)), malloc(HUGE * sizeof(float)), 0, 0};
  for (size_t i = 0; i < HUGE; i++)
    h.x[i] = (float)between(&state, -1000000, 1000000) * 3e-6f;
  h.x[777777] = h.x[900000] = 3.0078125f;
  h.largest = h.x[777777];
  for (size_t i = 0; i < HUGE; i++)
    if (i != 777777) h.others += expl(h.x[i] - h.largest);
  on_every_machine(check_huge, &h);
  free(h.x);
  free(h.y);
}

/* Elements that leave sparsemax no quick way: a round alone would lose one. */
static void staircase(void **unused) {
  (void)unused;
  enum { STEPS = 2000 };
  double x[STEPS], y[STEPS];
  const bool *present = memset(malloc(STEPS), true, STEPS);
  exact_line *exact = exact_new(STEPS);
  for (int i = 0; i < STEPS; i++)
    x[i] = -1 + pow(0.97, i) + 1e-9 * i;
  forward("sparsemax", RAMP_F64, 1, STEPS, x, NULL, y);
  exact_forward("sparsemax", STEPS, x, present, false, exact);
  for (int i = 0; i < STEPS; i++)
    assert_int_equal(number_load(RAMP_F64, y, (size_t)i),
                     number_round_exact(RAMP_F64, exact->value[i]));
  exact_free(exact);
  free((void *)present);
}

/* An infinite dy passes where y is not 0, and only there. */
static void infinite_slopes(void **unused) {
  (void)unused;
  const float inf = INFINITY;
  for (int wide = 0; wide < 2; wide++) {
    ramp_type type = wide ? RAMP_F64 : RAMP_F32;
    ramp_fold fold = fold_of("softmax");
    const double y[3] = {0.5, 0, 0.5}, dy[3] = {1, inf, 3};
    double kept[3], back[3], dx[3];
    for (size_t i = 0; i < 3; i++) {
      number_store(type, kept, i, number_round(type, y[i]));
      number_store(type, back, i, number_round(type, dy[i]));
    }
    int64_t shape[1] = {3};
    DLDataType dtype = tensor_dtype(type);
    DLTensor k = {kept, {kDLCPU, 0}, 1, dtype, shape, NULL, 0},
             g = {back, {kDLCPU, 0}, 1, dtype, shape, NULL, 0},
             to = {dx, {kDLCPU, 0}, 1, dtype, shape, NULL, 0};
    assert_int_equal(ramp_fold_backward(&fold, 0, &k, NULL, &g, &to), RAMP_OK);
    const double expected[3] = {-0.5, 0, 0.5};
    for (size_t i = 0; i < 3; i++)
      assert_true(number_value(type, number_load(type, dx, i)) == expected[i]);
    number_store(type, back, 2, number_round(type, inf));
    assert_int_equal(ramp_fold_backward(&fold, 0, &k, NULL, &g, &to), RAMP_OK);
    assert_true(number_value(type, number_load(type, dx, 0)) == -INFINITY);
    assert_true(number_value(type, number_load(type, dx, 1)) == 0);
    assert_true(isnan(number_value(type, number_load(type, dx, 2))));
  }
}

/* A NaN goes back to all but what is masked, which has no part in anything. */
static void masked_slopes(void **unused) {
  (void)unused;
  static const char *const names[] = {"softmax", "log_softmax", "sparsemax", "hardmax"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    ramp_fold fold = fold_of(names[i]);
    float y[3] = {NAN, 0, NAN}, dy[3] = {1, NAN, 3}, dx[3];
    unsigned char mask[3] = {1, 0, 1};
    int64_t shape[1] = {3};
    DLDataType f32 = tensor_dtype(RAMP_F32);
    DLTensor k = {y, {kDLCPU, 0}, 1, f32, shape, NULL, 0},
             g = {dy, {kDLCPU, 0}, 1, f32, shape, NULL, 0},
             m = {mask, {kDLCPU, 0}, 1, {kDLUInt, 8, 1}, shape, NULL, 0},
             to = {dx, {kDLCPU, 0}, 1, f32, shape, NULL, 0};
    assert_int_equal(ramp_fold_backward(&fold, 0, &k, &m, &g, &to), RAMP_OK);
    assert_true(isnan(dx[0]) && dx[1] == 0 && isnan(dx[2]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hard_lines),   cmocka_unit_test(equal_entries),
      cmocka_unit_test(known_values), cmocka_unit_test(special_lines),
      cmocka_unit_test(nothing),      cmocka_unit_test(huge_axis),
      cmocka_unit_test(staircase),    cmocka_unit_test(infinite_slopes),
      cmocka_unit_test(masked_slopes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
