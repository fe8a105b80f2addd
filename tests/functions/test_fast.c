/* SPDX-License-Identifier: MIT */
/*
 * The fast precision: within its bounds of MPFR wherever the oracle looks for trouble,
 * the same bits on every CPU that has it, the rules of the exact one for NaN, infinities,
 * zeros and kinks, and exact wherever it does not apply.
 */
#include "support.h"

#include <fenv.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

static ramp_function fast_function(int row) {
  ramp_function f = function_of(ramp_function_row_at(row)->name);
  f.precision = RAMP_FAST;
  return f;
}

static ramp_function exactly(ramp_function f) {
  f.precision = RAMP_EXACT;
  return f;
}

static void *array_for(const sample *s) {
  void *array = calloc(s->count, ramp_type_size(s->type));
  assert_non_null(array);
  return array;
}

static void demand(ramp_status status) {
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

/* On the variant in use, whether f is computed by fast formulas. */
static bool is_fast(const ramp_function *f, double bound[ORACLE_DIRECTIONS]) {
  demand(ramp_function_f32_bounds(f, &bound[ORACLE_VALUE], &bound[ORACLE_DERIVATIVE]));
  return bound[ORACLE_VALUE] > 0.5;
}

/* ------------------------------------------------------------------ errors */

/* An error in 32 bits, in units of a narrower type, and its rounding. */
static double bound_in(ramp_type type, double bound) {
  if (type == RAMP_F32) return bound;
  return 0.5 + ldexp(bound, type == RAMP_F16 ? -13 : -16);
}

/* Infinite where the rules are broken: NaN, and the sign. */
static double error_of(oracle *truth, oracle_direction direction, const sample *s,
                       const void *y, size_t i) {
  uint64_t bits = number_load(s->type, y, i);
  double high, got = number_value(s->type, bits);
  long double low;
  uint64_t x = number_load(s->type, s->x, i);
  oracle_exact(truth, direction, number_value(s->type, x), 1, &high, &low);
  if (isnan(high)) return bits == number_nan(s->type) ? 0 : INFINITY;
  if (isnan(got) || !signbit(high) != !signbit(got)) return INFINITY;
  bool overflows =
      number_round(s->type, high) ==
      (number_infinity(s->type) | (signbit(high) ? number_sign(s->type) : 0));
  if (isinf(got) && overflows) return 0;
  if (isinf(got)) got = copysign(s->type == RAMP_F16 ? 0x1p16 : 0x1p128, got);
  return number_ulps(s->type, got, high, low);
}

static void check_errors(const ramp_function *f, oracle_direction direction,
                         ramp_type type, double bound) {
  oracle *truth = truth_of(f);
  sample s = sample_for(truth, type);
  void *y = array_for(&s);
  demand(compute(f, direction, type, s.count, s.x, y));
  for (size_t i = 0; i < s.count; i++) {
    double error = error_of(truth, direction, &s, y, i);
    if (!(error <= bound_in(type, bound)))
      fail_msg("%s %s %s %s: %.3f ulp at %a: got %a", ramp_function_row_at(f->row)->name,
               ramp_type_name(type), direction == ORACLE_VALUE ? "value" : "derivative",
               ramp_variant(), error, number_value(type, number_load(type, s.x, i)),
               number_value(type, number_load(type, y, i)));
  }
  free(y);
  sample_free(&s);
  oracle_close(truth);
}

/* Narrow results come from the same loops by the same conversions, whatever the
   function: some stand for all. */
static bool is_sampled(int row) { return row % 6 == 4; }

static void results_are_within_the_bounds(void **state) {
  (void)state;
  int found = 0;
  for (int row = 0; row < ramp_function_rows(); row++) {
    double bound[ORACLE_DIRECTIONS];
    ramp_function f = fast_function(row);
    if (ramp_function_row_at(row)->alias || !is_fast(&f, bound)) continue;
    found++;
    for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
      assert_true(bound[d] <= 4);
      check_errors(&f, (oracle_direction)d, RAMP_F32, bound[d]);
      if (!is_sampled(found)) continue;
      check_errors(&f, (oracle_direction)d, RAMP_F16, bound[d]);
      check_errors(&f, (oracle_direction)d, RAMP_BF16, bound[d]);
    }
  }
  double none[ORACLE_DIRECTIONS];
  ramp_function gelu = function_of("gelu:precision=fast");
  assert_true(found >= 26 || !is_fast(&gelu, none));
}

/* ------------------------------------------------------------------ other parameters */

static const double other_parameters[] = {-0x1p20, -0.75, 0x1p-20, 0.375,
                                          1.5,     3,     20,      0x1p20};

/* Beyond the default a product with the parameter may add roundings, no more. */
#define OTHER_PARAMETERS_BOUND 6.0

static void check_parameter(const ramp_function *f, oracle_direction direction) {
  oracle *truth = truth_of(f);
  sample s = {.type = RAMP_F32, .count = 8192};
  float x[8192], y[8192];
  s.x = x;
  for (int i = 0; i < 8192; i++)
    x[i] = ldexpf(i & 1 ? -1 - (float)i / 8192 : 1 + (float)i / 8192, i / 2 % 60 - 40);
  demand(compute(f, direction, RAMP_F32, 8192, x, y));
  for (size_t i = 0; i < s.count; i++) {
    double error = error_of(truth, direction, &s, y, i);
    if (!(error <= OTHER_PARAMETERS_BOUND))
      fail_msg("%s(%g) %s: %.3f ulp at %a: got %a", ramp_function_row_at(f->row)->name,
               f->parameter[0], direction == ORACLE_VALUE ? "value" : "derivative", error,
               (double)x[i], (double)y[i]);
  }
  oracle_close(truth);
}

static void other_parameters_are_near_the_bounds(void **state) {
  (void)state;
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = fast_function(row);
    if (ramp_function_row_at(row)->parameters == 0) continue;
    for (size_t p = 0; p < sizeof other_parameters / sizeof *other_parameters; p++) {
      double bound[ORACLE_DIRECTIONS];
      f.parameter[0] = other_parameters[p];
      if (ramp_forward(&f, RAMP_F32, 0, NULL, NULL) != RAMP_OK) continue;
      if (!is_fast(&f, bound)) continue;
      check_parameter(&f, ORACLE_VALUE);
      check_parameter(&f, ORACLE_DERIVATIVE);
    }
  }
}

/* ------------------------------------------------------------------ backward */

/* dy times the derivative, rounded; NaN for a NaN; and a 0 blocks an infinity. */
static float passed_back(float x, float slope, float dy) {
  float product = slope * dy;
  if (isnan(x) || isnan(dy)) return NAN;
  if (!isnan(product)) return product;
  return !signbit(slope) != !signbit(dy) ? -0.0f : 0.0f;
}

static void backward_is_dy_times_the_derivative(void **state) {
  (void)state;
  static const float some_dy[] = {1, -0.3f, 1e30f, -0.0f, 0, INFINITY, -INFINITY, NAN, 2};
  for (int row = 0; row < ramp_function_rows(); row++) {
    double bound[ORACLE_DIRECTIONS];
    ramp_function f = fast_function(row);
    if (!is_fast(&f, bound)) continue;
    oracle *truth = truth_of(&f);
    sample s = sample_for(truth, RAMP_F32);
    const float *x = s.x;
    float *slope = array_for(&s), *dy = array_for(&s), *dx = array_for(&s);
    for (size_t i = 0; i < s.count; i++)
      dy[i] = some_dy[i * 7 % (sizeof some_dy / sizeof *some_dy)];
    demand(ramp_derivative(&f, RAMP_F32, s.count, x, slope));
    demand(ramp_backward(&f, RAMP_F32, s.count, x, dy, dx));
    for (size_t i = 0; i < s.count; i++) {
      float wanted = passed_back(x[i], slope[i], dy[i]);
      bool same = isnan(wanted) ? isnan(dx[i])
                                : wanted == dx[i] && !signbit(wanted) == !signbit(dx[i]);
      if (!same)
        fail_msg("%s: x = %a, slope %a, dy = %a: got %a, wanted %a",
                 ramp_function_row_at(row)->name, (double)x[i], (double)slope[i],
                 (double)dy[i], (double)dx[i], (double)wanted);
    }
    free(slope);
    free(dy);
    free(dx);
    sample_free(&s);
    oracle_close(truth);
  }
}

static void a_kink_takes_what_its_rule_says(void **state) {
  (void)state;
  static const float x[] = {0, -0.0f, 1};
  float slope[3];
  ramp_function f = function_of("elu:alpha=2,kink=right,precision=fast");
  demand(ramp_derivative(&f, RAMP_F32, 3, x, slope));
  assert_true(slope[0] == 1 && slope[1] == 1 && slope[2] == 1);
  f = function_of("elu:alpha=2,kink=0.25,precision=fast");
  demand(ramp_derivative(&f, RAMP_F32, 3, x, slope));
  assert_true(slope[0] == 1.75f && slope[1] == 1.75f && slope[2] == 1);
}

/* ------------------------------------------------------------------ the same bits */

typedef struct {
  ramp_function f;
  ramp_type type;
  int direction; /* 2: backward */
  const sample *s;
} task;

static void run(const task *t, void *y) {
  const sample *s = t->s;
  if (t->direction == 2)
    demand(ramp_backward(&t->f, t->type, s->count, s->x, s->x, y));
  else
    demand(compute(&t->f, (oracle_direction)t->direction, t->type, s->count, s->x, y));
}

static void check_same(const task *t, const void *wanted, void *got, const char *what) {
  size_t bytes = t->s->count * ramp_type_size(t->type);
  memset(got, 0x55, bytes);
  run(t, got);
  if (memcmp(wanted, got, bytes) != 0)
    fail_msg("%s %s, direction %d: other bits %s (%s)",
             ramp_function_row_at(t->f.row)->name, ramp_type_name(t->type), t->direction,
             what, ramp_variant());
}

/* Against the first variant that computes it fast, or, where one does not, its exact
   results; then rounding upwards and in two threads. */
static void check_bits(const task *t) {
  void *first = array_for(t->s), *exact = array_for(t->s), *got = array_for(t->s);
  task other = *t;
  bool known = false;
  other.f = exactly(t->f);
  for (int v = 0; v < ramp_variants(); v++) {
    double bound[ORACLE_DIRECTIONS];
    if (!ramp_variant_supported(v)) continue;
    demand(ramp_variant_set(ramp_variant_name(v)));
    bool fast = is_fast(&t->f, bound);
    if (fast && !known) run(t, first);
    if (!fast) run(&other, exact);
    check_same(t, fast ? first : exact, got, "on this variant");
    known = known || fast;
  }
  demand(ramp_variant_set(NULL));
  run(t, first);
  fesetround(FE_UPWARD);
  check_same(t, first, got, "when the caller rounds upwards");
  fesetround(FE_TONEAREST);
  omp_set_num_threads(2);
  check_same(t, first, got, "with two threads");
  omp_set_num_threads(1);
  free(first);
  free(exact);
  free(got);
}

static void bits_are_the_same_everywhere(void **state) {
  (void)state;
  omp_set_num_threads(1);
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = fast_function(row);
    oracle *truth = truth_of(&f);
    for (int type = 0; type < NUMBER_TYPES; type++) {
      if (type == RAMP_F64 || (type != RAMP_F32 && !is_sampled(row))) continue;
      sample s = sample_for(truth, (ramp_type)type);
      for (int direction = 0; direction < 3; direction++)
        check_bits(&(task){f, (ramp_type)type, direction, &s});
      sample_free(&s);
    }
    oracle_close(truth);
  }
}

/* In other blocks, among other elements and in place it is the same function. */
static void neither_length_nor_place_matters(void **state) {
  (void)state;
  ramp_function f = function_of("gelu:precision=fast");
  float x[257], all[257], one, in_place[258];
  for (int i = 0; i < 257; i++)
    x[i] = (float)(i - 128) / 16;
  demand(ramp_forward(&f, RAMP_F32, 257, x, all));
  for (int i = 0; i < 257; i++) {
    demand(ramp_forward(&f, RAMP_F32, 1, x + i, &one));
    assert_true(one == all[i]);
  }
  char *misaligned = (char *)in_place + 1;
  memcpy(misaligned, x, sizeof x);
  demand(ramp_forward(&f, RAMP_F32, 257, misaligned, misaligned));
  assert_memory_equal(misaligned, all, sizeof all);
}

/* ------------------------------------------------------------------ where it is exact */

static void check_exact(const char *text, ramp_type type) {
  double bound[ORACLE_DIRECTIONS];
  ramp_function f = function_of(text);
  oracle *truth = truth_of(&f);
  sample s = sample_for(truth, type);
  assert_int_equal(f.precision, RAMP_FAST);
  if (type == RAMP_F32) assert_false(is_fast(&f, bound));
  void *got = array_for(&s), *exact = array_for(&s);
  ramp_function plain = exactly(f);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
    demand(compute(&f, (oracle_direction)d, type, s.count, s.x, got));
    demand(compute(&plain, (oracle_direction)d, type, s.count, s.x, exact));
    assert_memory_equal(got, exact, s.count * ramp_type_size(type));
  }
  free(got);
  free(exact);
  sample_free(&s);
  oracle_close(truth);
}

/* Other functions, 64 bits, parameters that no float holds or that are large or small. */
static void the_rest_stays_exact(void **state) {
  (void)state;
  check_exact("relu:precision=fast", RAMP_F32);
  check_exact("hard_swish:precision=fast", RAMP_F32);
  check_exact("gelu:precision=fast", RAMP_F64);
  check_exact("elu:alpha=0.1,precision=fast", RAMP_F32);
  check_exact("elu:alpha=2097152,precision=fast", RAMP_F32);
  check_exact("swish:beta=0,precision=fast", RAMP_F32);
}

/* What was prepared for one precision does not serve the other. */
static void each_call_takes_its_own_precision(void **state) {
  (void)state;
  double bound[ORACLE_DIRECTIONS];
  ramp_function fast = function_of("gelu:precision=fast"), exact = exactly(fast);
  if (!is_fast(&fast, bound)) skip();
  enum { COUNT = 4096 };
  static float x[COUNT], first[COUNT], between[COUNT], again[COUNT];
  for (int i = 0; i < COUNT; i++)
    x[i] = (float)(i - COUNT / 2) / 256;
  demand(ramp_forward(&exact, RAMP_F32, COUNT, x, first));
  demand(ramp_forward(&fast, RAMP_F32, COUNT, x, between));
  demand(ramp_forward(&exact, RAMP_F32, COUNT, x, again));
  assert_memory_equal(first, again, sizeof first);
  assert_memory_not_equal(first, between, sizeof first);
}

static void what_is_no_precision_is_refused(void **state) {
  (void)state;
  ramp_function f = function_of("gelu");
  float x = 1, y = 7;
  f.precision = (ramp_precision)2;
  assert_int_equal(ramp_forward(&f, RAMP_F32, 1, &x, &y), RAMP_INVALID_PARAMETER);
  assert_non_null(strstr(ramp_error_detail(), "precision"));
  assert_true(y == 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(results_are_within_the_bounds),
      cmocka_unit_test(other_parameters_are_near_the_bounds),
      cmocka_unit_test(backward_is_dy_times_the_derivative),
      cmocka_unit_test(a_kink_takes_what_its_rule_says),
      cmocka_unit_test(bits_are_the_same_everywhere),
      cmocka_unit_test(neither_length_nor_place_matters),
      cmocka_unit_test(the_rest_stays_exact),
      cmocka_unit_test(each_call_takes_its_own_precision),
      cmocka_unit_test(what_is_no_precision_is_refused),
  };
  return cmocka_run_group_tests_name("fast", tests, NULL, NULL);
}
