/* SPDX-License-Identifier: MIT */
/*
 * Slopes next to fractions, whose products with 16 bits are often in the middle between
 * two numbers, but for the slope's own rounding; and slopes beside these: on every
 * variant values are the exact product rounded once, which MPFR gives, and dx a double's
 * product rounded once, for all x and all dy.  hard_sigmoid's values likewise, and
 * hard_swish's dx in bf16, whose ties turn with a double's last bit.
 */
#include "support.h"

#include <math.h>

typedef struct line {
  const char *function;
  double slope;
} line;

static const line lines[] = {
    {"rrelu", 0.0625 + 0x1.5555555555555p-3},
    {"rrelu:0.1,0.7", 0.1 / 2 + 0.7 / 2},
    {"leaky_relu", 0.01},
    {"leaky_relu:0.7", 0.7},
    {"prelu:0.33", 0.33},
    {"prelu:0.6", 0.6},
    {"prelu:0.8333333333333334", 0x1.aaaaaaaaaaaabp-1},
    {"prelu:0.9166666666666666", 0x1.d555555555555p-1},
    {"prelu:1.2,kink=left", 1.2},
    {"prelu:-0.7", -0.7},
    {"prelu:0.75", 0.75},
    {"prelu:9000,kink=left", 9000},
    {"prelu:0.0123", 0.0123},
    /* Fractions but for some bits of a double, the last or above; and for more. */
    {"prelu:0.70000000000000006661", 0x1.6666666666667p-1},
    {"prelu:0.69999999999999984457", 0x1.6666666666665p-1},
    {"prelu:0.70000000000001994849", 0x1.666666666671ap-1},
    {"prelu:0.74999999999998667732", 0x1.7ffffffffff88p-1},
    {"prelu:0.70000005960464477539", 0x1.6666686666666p-1},
};
enum { LINES = sizeof lines / sizeof *lines, ALL = 65536 };

static uint64_t product_rounded(ramp_type type, double slope, double x) {
  mpfr_t product;
  mpfr_init2(product, 128);
  mpfr_set_d(product, x, MPFR_RNDN);
  mpfr_mul_d(product, product, slope, MPFR_RNDN);
  uint64_t bits = number_round_exact(type, product);
  mpfr_clear(product);
  return bits;
}

static uint64_t value_of(ramp_type type, double slope, uint64_t bits) {
  double x = number_value(type, bits);
  if (isnan(x)) return number_nan(type);
  if (!signbit(x)) return bits;
  return x == 0 || isinf(x) ? number_round(type, slope * x)
                            : product_rounded(type, slope, x);
}

static void compare(const line *l, ramp_type type, const char *which, const uint16_t *in,
                    const uint16_t *got, uint64_t expected(ramp_type, double, uint64_t)) {
  for (size_t i = 0; i < ALL; i++)
    if (got[i] != expected(type, l->slope, in[i]))
      fail_msg("%s %s %s on %s: %a gives %04x, not %04x", l->function,
               ramp_type_name(type), which, ramp_variant(), number_value(type, in[i]),
               (unsigned)got[i], (unsigned)expected(type, l->slope, in[i]));
}

static uint64_t dx_of(ramp_type type, double slope, uint64_t bits) {
  return number_round(type, slope * number_value(type, bits));
}

static void check_line(const line *l, ramp_type type) {
  static uint16_t x[ALL], below[ALL], got[ALL];
  const ramp_function f = function_of(l->function);
  for (size_t i = 0; i < ALL; i++) {
    x[i] = (uint16_t)i;
    below[i] = (uint16_t)number_round(type, -1);
  }
  assert_int_equal(ramp_forward(&f, type, ALL, x, got), RAMP_OK);
  compare(l, type, "forward", x, got, value_of);
  assert_int_equal(ramp_backward(&f, type, ALL, below, x, got), RAMP_OK);
  compare(l, type, "backward", x, got, dx_of);
}

typedef void line_check(const line *l, ramp_type type);

/* On every variant, in both types. */
static void check_all(line_check *check, const line *all, size_t n) {
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (size_t i = 0; i < n; i++) {
      check(&all[i], RAMP_F16);
      check(&all[i], RAMP_BF16);
    }
  }
  ramp_variant_set(NULL);
}

static void test_products(void **state) {
  (void)state;
  check_all(check_line, lines, LINES);
}

/* ------------------------------------------------------------------ hard_sigmoid */

static const line sigmoids[] = {{"hard_sigmoid", 1.0 / 6},
                                {"hard_sigmoid:0.2", 0.2},
                                {"hard_sigmoid:0.25", 0.25},
                                {"hard_sigmoid:0.3333333333333333", 1.0 / 3},
                                {"hard_sigmoid:0.14285714285714285", 1.0 / 7}};
enum { SIGMOIDS = sizeof sigmoids / sizeof *sigmoids };

/* slope x + 1/2, between 0 and 1. */
static uint64_t sum_of(ramp_type type, double slope, uint64_t bits) {
  double x = number_value(type, bits), end = 0.5 / slope;
  if (isnan(x)) return number_nan(type);
  if (fabs(x) >= end) return number_round(type, x > 0 ? 1 : 0);
  mpfr_t sum;
  mpfr_init2(sum, 256);
  mpfr_set_d(sum, x, MPFR_RNDN);
  mpfr_mul_d(sum, sum, slope, MPFR_RNDN);
  mpfr_add_d(sum, sum, 0.5, MPFR_RNDN);
  uint64_t rounded = number_round_exact(type, sum);
  mpfr_clear(sum);
  return rounded;
}

static void check_sigmoid(const line *l, ramp_type type) {
  static uint16_t x[ALL], got[ALL];
  const ramp_function f = function_of(l->function);
  for (size_t i = 0; i < ALL; i++)
    x[i] = (uint16_t)i;
  assert_int_equal(ramp_forward(&f, type, ALL, x, got), RAMP_OK);
  compare(l, type, "forward", x, got, sum_of);
}

static void test_sigmoids(void **state) {
  (void)state;
  check_all(check_sigmoid, sigmoids, SIGMOIDS);
}

/* ------------------------------------------------------------------ hard_swish */

/* The double that is multiplied by dy; the rule is that of the left or the right side. */
static double swish_slope(double x, bool left) {
  if (isnan(x)) return x;
  bool inside = left ? x > -3 && x <= 3 : x >= -3 && x < 3;
  return inside ? (2 * x + 3) * (1.0 / 6) : x > 0 ? 1 : 0;
}

/* All x with all dy of this significand, of some sizes. */
static void set_products(bool left, unsigned significand, uint16_t *x, uint16_t *dy,
                         uint16_t *expected) {
  for (unsigned i = 0; i < ALL; i++) {
    x[i] = (uint16_t)i;
    dy[i] = (uint16_t)((i & 1) << 15 | (120 + i / 2 % 8) << 7 | significand);
    double slope = swish_slope(number_value(RAMP_BF16, i), left);
    expected[i] =
        (uint16_t)number_round(RAMP_BF16, slope * number_value(RAMP_BF16, dy[i]));
  }
}

static void check_products(const ramp_function *f, const uint16_t *x, const uint16_t *dy,
                           const uint16_t *expected) {
  static uint16_t got[ALL];
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    assert_int_equal(ramp_backward(f, RAMP_BF16, ALL, x, dy, got), RAMP_OK);
    for (size_t i = 0; i < ALL; i++)
      if (got[i] != expected[i])
        fail_msg("hard_swish backward on %s: x = %a, dy = %a: got %04x, not %04x",
                 ramp_variant(), number_value(RAMP_BF16, x[i]),
                 number_value(RAMP_BF16, dy[i]), (unsigned)got[i], (unsigned)expected[i]);
  }
  ramp_variant_set(NULL);
}

static void test_swish_products(void **state) {
  (void)state;
  static uint16_t x[ALL], dy[ALL], expected[ALL];
  for (int left = 0; left < 2; left++) {
    const ramp_function f =
        function_of(left ? "hard_swish:kink=left" : "hard_swish:kink=right");
    for (unsigned significand = 0; significand < 128; significand++) {
      set_products(left, significand, x, dy, expected);
      check_products(&f, x, dy, expected);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_products),
                                     cmocka_unit_test(test_sigmoids),
                                     cmocka_unit_test(test_swish_products)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
