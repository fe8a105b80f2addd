/* SPDX-License-Identifier: MIT */
/*
 * Slopes that no float holds, in 32 bits, on every variant: values are the exact product
 * rounded once, which MPFR gives, and dx a double's product rounded once; quotients the
 * exact ones rounded once.  Arrays of
 * ordinary numbers, arrays with one that fast loops leave to others, and large ones,
 * whose results are stored past the caches.
 */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The slope is this for x above lower and up to upper, beyond them 0 or 1. */
typedef struct line {
  const char *function;
  double slope, lower, upper, below, above;
} line;

static const line lines[] = {
    {"leaky_relu", 0.01, -INFINITY, 0, 0, 1},
    {"leaky_relu:0.1", 0.1, -INFINITY, 0, 0, 1},
    {"leaky_relu:0.2", 0.2, -INFINITY, 0, 0, 1},
    {"leaky_relu:0.3", 0.3, -INFINITY, 0, 0, 1},
    {"prelu:0.3333333333333333", 0x1.5555555555555p-2, -INFINITY, 0, 0, 1},
    {"leaky_relu:5.7,kink=left", 5.7, -INFINITY, 0, 0, 1},
    {"leaky_relu:1e-15", 1e-15, -INFINITY, 0, 0, 1},
    {"leaky_relu:3e12,kink=left", 3e12, -INFINITY, 0, 0, 1},
    /* 25 bits: products are often on the middle of two floats; then 2^-32 beside it, and
       49 bits. */
    {"prelu:0.500000029802322387695", 0.5 + 0x1p-25, -INFINITY, 0, 0, 1},
    {"prelu:0.500000030035153031349", 0.5 + 0x1p-25 + 0x1p-32, -INFINITY, 0, 0, 1},
    {"prelu:0.750000000000003552714", 0.75 + 0x1p-48, -INFINITY, 0, 0, 1},
    /* 11/48: near that middle with every twelfth number. */
    {"rrelu", 0.0625 + 0x1.5555555555555p-3, -INFINITY, 0, 0, 1},
    {"rrelu:0.1,0.7", 0.1 / 2 + 0.7 / 2, -INFINITY, 0, 0, 1},
    {"hard_sigmoid:0.2,kink=left", 0.2, -2.5, 2.5, 0, 0},
    {"hard_sigmoid:kink=left", 1.0 / 6, -3, 3, 0, 0},
    {"hard_sigmoid:0.25,kink=left", 0.25, -2, 2, 0, 0},
    {"hard_sigmoid:0.3333333333333333,kink=left", 1.0 / 3, -1.5, 1.5, 0, 0},
    {"hard_sigmoid:0.19,kink=left", 0.19, -0.5 / 0.19, 0.5 / 0.19, 0, 0},
};
enum { LINES = sizeof lines / sizeof *lines, N = 6007, FAR = 1 << 22, PLACES = 7 };

/* What products lose bits of, and what is no number. */
static const float specials[] = {NAN,        -NAN,       INFINITY,    -INFINITY,
                                 0,          -0.0f,      -0x1p-149f,  0x3p-149f,
                                 -0x3p-130f, -0x1p-122f, -0x1.8p-100f};
enum { SPECIALS = sizeof specials / sizeof *specials };

/* Every other one is a multiple of 3. */
static void fill(float *x, uint64_t random, int least_exponent, int exponents) {
  for (size_t i = 0; i < N; i++) {
    uint64_t bits = number_random(&random), significand = 0x800000 + bits % 0x800000;
    int exponent = least_exponent + (int)(bits >> 40) % exponents;
    if (i % 2) significand -= significand % 3;
    x[i] = ldexpf((float)significand, exponent - 23);
    if (bits >> 63) x[i] = -x[i];
  }
}

static uint32_t product_rounded(double slope, float x) {
  mpfr_t product;
  mpfr_init2(product, 128);
  mpfr_set_flt(product, x, MPFR_RNDN);
  mpfr_mul_d(product, product, slope, MPFR_RNDN);
  uint32_t bits = (uint32_t)number_round_exact(RAMP_F32, product);
  mpfr_clear(product);
  return bits;
}

/* ------------------------------------------------------------------ quotients */

static uint32_t sum_rounded(double slope, float x) {
  mpfr_t sum;
  mpfr_init2(sum, 256);
  mpfr_set_flt(sum, x, MPFR_RNDN);
  mpfr_mul_d(sum, sum, slope, MPFR_RNDN);
  mpfr_add_d(sum, sum, 0.5, MPFR_RNDN);
  uint32_t bits = (uint32_t)number_round_exact(RAMP_F32, sum);
  mpfr_clear(sum);
  return bits;
}

/* A middle between floats has few bits, so that division leaves it exact. */
static uint32_t swish_rounded(float x) {
  mpfr_t value, sum;
  mpfr_inits2(512, value, sum, (mpfr_ptr)NULL);
  mpfr_set_flt(value, x, MPFR_RNDN);
  mpfr_add_d(sum, value, 3, MPFR_RNDN);
  mpfr_mul(value, value, sum, MPFR_RNDN);
  mpfr_div_d(value, value, 6, MPFR_RNDN);
  uint32_t bits = (uint32_t)number_round_exact(RAMP_F32, value);
  mpfr_clears(value, sum, (mpfr_ptr)NULL);
  return bits;
}

static uint32_t hard_swish_of(float x) {
  if (isnan(x) || x >= 3) return (uint32_t)number_round(RAMP_F32, x);
  if (x <= -3) return 0;
  return x == 0 ? (uint32_t)number_round(RAMP_F32, x) : swish_rounded(x);
}

static uint32_t hard_sigmoid_of(const line *l, float x) {
  if (isnan(x)) return (uint32_t)number_nan(RAMP_F32);
  if (x <= l->lower || x >= l->upper)
    return (uint32_t)number_round(RAMP_F32, x <= l->lower ? 0 : 1);
  return sum_rounded(l->slope, x);
}

static uint32_t value_of(const line *l, float x) {
  if (l->lower != -INFINITY) return hard_sigmoid_of(l, x);
  if (isnan(x) || isinf(x) || x >= 0) return (uint32_t)number_round(RAMP_F32, x);
  return product_rounded(l->slope, x);
}

static uint32_t dx_of(const line *l, float x, float dy) {
  if (isnan(x) || isnan(dy)) return (uint32_t)number_nan(RAMP_F32);
  bool below = x <= l->lower && !isinf(l->lower);
  double slope = below ? l->below : x > l->upper ? l->above : l->slope;
  return (uint32_t)number_round(RAMP_F32, slope == 0 ? copysign(0, dy) : slope * dy);
}

/* The function of a line, what it is given and should give: of dy, where it goes back. */
typedef struct task {
  const line *line;
  ramp_function f;
  bool back;
  float x[N], dy[N];
  uint32_t expected[N];
} task;

static void expect(task *t) {
  for (size_t i = 0; i < N; i++)
    t->expected[i] =
        t->back ? dx_of(t->line, t->x[i], t->dy[i]) : value_of(t->line, t->x[i]);
}

static void run(const task *t, size_t n, const float *x, const float *dy, void *out) {
  ramp_status status = t->back ? ramp_backward(&t->f, RAMP_F32, n, x, dy, out)
                               : ramp_forward(&t->f, RAMP_F32, n, x, out);
  if (status != RAMP_OK) fail_msg("%s: %s", t->line->function, ramp_error_detail());
}

static void compare(const task *t, size_t n, const void *out) {
  for (size_t i = 0; i < n; i++) {
    uint32_t got = (uint32_t)number_load(RAMP_F32, out, i);
    if (got != t->expected[i % N])
      fail_msg("%s %s on %s: x = %a, dy = %a: 0x%08x, not 0x%08x", t->line->function,
               t->back ? "backward" : "forward", ramp_variant(), t->x[i % N],
               t->dy[i % N], got, t->expected[i % N]);
  }
}

/* Apart from its inputs, and in place of each. */
static void check(task *t) {
  static float out[N];
  expect(t);
  run(t, N, t->x, t->dy, out);
  compare(t, N, out);
  memcpy(out, t->x, sizeof out);
  run(t, N, out, t->dy, out);
  compare(t, N, out);
  if (!t->back) return;
  memcpy(out, t->dy, sizeof out);
  run(t, N, t->x, out, out);
  compare(t, N, out);
}

static void check_ordinary(task *t) {
  fill(t->x, 3, -30, 60);
  fill(t->dy, 4, -30, 60);
  check(t);
}

/* Of all the results of backward some are normal and some not. */
static void check_underflow(task *t) {
  fill(t->x, 5, -149, 60);
  fill(t->dy, 6, -149, 60);
  check(t);
}

/* Next to where hard_sigmoid is 0; and next to 0, on and beside middles of two values. */
static void check_places(task *t) {
  const float d = (float)rint(1 / t->line->slope);
  if (t->back || isinf(t->line->lower)) return;
  for (size_t i = 0; i < N / 2; i++)
    t->x[i] = (float)t->line->lower + (float)i * 0x1p-22f;
  for (size_t i = N / 2; i < N; i++) {
    float middle = (float)(i % 1000) * d * 0x1p-25f;
    t->x[i] = nextafterf(i % 7 < 3 ? -middle : middle, (float)(i % 3) - 1);
  }
  check(t);
}

static void check_specials(task *t) {
  for (size_t i = 0; i < PLACES * SPECIALS; i++) {
    fill(t->x, 7, -5, 10);
    fill(t->dy, 8, -5, 10);
    size_t place = i * N / (PLACES * SPECIALS);
    (t->back && i % 2 ? t->dy : t->x)[place] = specials[i % SPECIALS];
    check(t);
  }
}

static void *repeated(const float *x) {
  float *all = malloc(FAR * sizeof *all);
  assert_non_null(all);
  for (size_t i = 0; i < FAR; i++)
    all[i] = x[i % N];
  return all;
}

/* With some blocks that are left to others, and results that are no whole lines. */
static void check_far(task *t) {
  fill(t->x, 9, -5, 10);
  fill(t->dy, 10, -5, 10);
  t->x[N / 3] = NAN;
  expect(t);
  float *x = repeated(t->x), *dy = repeated(t->dy);
  float *out = malloc((FAR + 1) * sizeof *out);
  assert_non_null(out);
  run(t, FAR, x, dy, out);
  compare(t, FAR, out);
  run(t, FAR, x, dy, out + 1);
  compare(t, FAR, out + 1);
  free(x);
  free(dy);
  free(out);
}

static void run_variant(void (*checked)(task *)) {
  static task t;
  for (int i = 0; i < 2 * LINES; i++) {
    t.line = &lines[i / 2];
    t.f = function_of(t.line->function);
    t.back = i % 2;
    checked(&t);
  }
}

static void run_variants(void (*checked)(task *)) {
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    run_variant(checked);
  }
  ramp_variant_set(NULL);
}

/* Of 13 bits many results are on the middle of two floats, of 24 hardly any. */
static void check_swish(int bits) {
  static float x[N];
  static uint32_t y[N];
  uint64_t random = 11;
  ramp_function f = function_of("hard_swish");
  for (size_t i = 0; i < N; i++) {
    uint64_t chosen = number_random(&random) >> 20;
    float magnitude = ldexpf((float)(chosen % (1u << bits)), 2 - bits);
    x[i] = chosen >> 40 & 1 ? -magnitude : magnitude;
  }
  assert_int_equal(ramp_forward(&f, RAMP_F32, N, x, y), RAMP_OK);
  for (size_t i = 0; i < N; i++)
    if (y[i] != hard_swish_of(x[i]))
      fail_msg("hard_swish on %s: x = %a: 0x%08x, not 0x%08x", ramp_variant(), x[i], y[i],
               hard_swish_of(x[i]));
}

static void test_hard_swish(void **state) {
  (void)state;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (int bits = 11; bits <= 24; bits++)
      check_swish(bits);
  }
  ramp_variant_set(NULL);
}

static void test_ordinary(void **state) {
  (void)state;
  run_variants(check_ordinary);
}

static void test_underflow(void **state) {
  (void)state;
  run_variants(check_underflow);
}

static void test_places(void **state) {
  (void)state;
  run_variants(check_places);
}

static void test_specials(void **state) {
  (void)state;
  run_variants(check_specials);
}

/* Of all significands the only one, or one of four, whose product is not rounded right by
   two operations of floats. */
static void check_alone(const char *function, double slope, float significand) {
  static task t;
  const line alone = {function, slope, -INFINITY, 0, 0, 1};
  t.line = &alone;
  t.f = function_of(function);
  for (size_t i = 0; i < N; i++)
    t.x[i] = -ldexpf(significand, (int)(i % 60) - 50);
  check(&t);
}

static void test_alone(void **state) {
  (void)state;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    check_alone("leaky_relu:1e-15", 1e-15, 0x1.5d58p+23f);
    check_alone("leaky_relu:3e12,kink=left", 3e12, 0x1.5f829ep+23f);
    check_alone("prelu:0.1234567", 0.1234567, 0x1.017df8p+23f);
    check_alone("prelu:0.1234567", 0.1234567, 0x1.6a657p+23f);
  }
  ramp_variant_set(NULL);
}

static void test_far(void **state) {
  (void)state;
  run_variants(check_far);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ordinary), cmocka_unit_test(test_underflow),
      cmocka_unit_test(test_places),   cmocka_unit_test(test_specials),
      cmocka_unit_test(test_far),      cmocka_unit_test(test_hard_swish),
      cmocka_unit_test(test_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
