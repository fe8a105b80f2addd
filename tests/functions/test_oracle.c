/* SPDX-License-Identifier: MIT */
/*
 * The oracle checks itself before it judges: its rounding against the definition of
 * rounding, its expressions against the compiler's reading of the same text, its quick
 * intervals against the exact ones, and both against facts worked out by hand.
 */
#include "expression.h"
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between two neighbours lies their midpoint, which goes to the even one, and everything
   beside it to the nearer: that is all of rounding. */
static void check_gap(ramp_type type, uint64_t low) {
  double a = number_value(type, low), b = number_value(type, low + 1);
  if (isinf(b)) b = 2 * a - number_value(type, low - 1);
  double middle = a / 2 + b / 2;
  uint64_t even = low & 1 ? low + 1 : low, sign = number_sign(type);
  assert_int_equal(number_round(type, a), low);
  assert_int_equal(number_round(type, middle), even);
  assert_int_equal(number_round(type, -middle), even | sign);
  assert_int_equal(number_round(type, nextafter(middle, 0)), low);
  assert_int_equal(number_round(type, nextafter(middle, INFINITY)), low + 1);
}

static void narrow_rounding_is_to_nearest_even(void **state) {
  (void)state;
  for (int t = RAMP_F16; t <= RAMP_BF16; t++)
    for (uint64_t low = 0; low < number_infinity((ramp_type)t); low++)
      check_gap((ramp_type)t, low);
}

static void f32_rounding_is_to_nearest_even(void **state) {
  (void)state;
  uint64_t random = 7;
  check_gap(RAMP_F32, 0);
  check_gap(RAMP_F32, number_infinity(RAMP_F32) - 1);
  for (int i = 0; i < 200000; i++)
    check_gap(RAMP_F32, number_random(&random) % number_infinity(RAMP_F32));
}

static void both_roundings_agree(void **state) {
  (void)state;
  mpfr_t exact;
  mpfr_init2(exact, 53);
  uint64_t random = 3;
  for (int i = 0; i < 100000; i++) {
    double v = number_value(RAMP_F64, number_random(&random));
    int exponent;
    if (i % 2) v = ldexp(frexp(v, &exponent), (int)(number_random(&random) % 320) - 160);
    mpfr_set_d(exact, v, MPFR_RNDN);
    for (int t = 0; t < NUMBER_TYPES; t++)
      assert_int_equal(number_round((ramp_type)t, v),
                       number_round_exact((ramp_type)t, exact));
  }
  mpfr_clear(exact);
}

static void ranks_are_in_ascending_order(void **state) {
  (void)state;
  for (int64_t r = -0x7c00; r < 0x7c00; r++)
    assert_true(number_value(RAMP_F16, number_at_rank(RAMP_F16, r)) <=
                number_value(RAMP_F16, number_at_rank(RAMP_F16, r + 1)));
  assert_int_equal(number_rank(RAMP_F32, 0) - number_rank(RAMP_F32, 0x80000000), 1);
}

static ramp_function with_defaults(int row) {
  return function_of(ramp_function_row_at(row)->name);
}

/* The compiler and the parser read the same text: 1/2, precedence, misspelt names. */
static void text_means_what_the_compiler_makes_of_it(void **state) {
  (void)state;
  for (int row = 0; row < ramp_function_rows(); row++) {
    const oracle_line *line = oracle_line_of(row);
    if (!line) fail_msg("oracle.def has no line for %s", ramp_function_row_at(row)->name);
    ramp_function f = with_defaults(row);
    oracle *truth = truth_of(&f);
    for (double x = -6.03125; x < 7; x += 0.125)
      for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
        double compiled = line->compiled[d](x, f.parameter), high;
        long double low;
        oracle_exact(truth, (oracle_direction)d, x, 1, &high, &low);
        if (fabs(compiled - high) > 1e-13 * fabs(high) + 1e-15)
          fail_msg("%s at %g: compiled %.17g, read %.17g", line->name, x, compiled, high);
      }
    oracle_close(truth);
  }
}

/* The answers by way of double are those by MPFR alone. */
static void quick_answers_are_exact_answers(void **state) {
  (void)state;
  uint64_t random = 11;
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = with_defaults(row);
    oracle *truth = truth_of(&f);
    uint32_t x[8192], answer[8192];
    for (int i = 0; i < 8192; i++) {
      uint32_t bits = (uint32_t)number_random(&random);
      x[i] = i % 2 ? bits : (bits & 0x87ffffff) | 0x38000000;
    }
    for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
      oracle_answer(truth, (oracle_direction)d, RAMP_F32, 8192, x, NULL, answer);
      for (int i = 0; i < 8192; i++) {
        double value = number_value(RAMP_F32, x[i]);
        uint64_t exact = oracle_bits(truth, (oracle_direction)d, RAMP_F32, value, 1);
        if (answer[i] != exact)
          fail_msg("%s at %a: %x quickly, %x exactly", ramp_function_row_at(row)->name,
                   value, answer[i], (unsigned)exact);
      }
    }
    oracle_close(truth);
  }
}

/* Both ends in double enclose the exact interval. */
static void check_enclosure(const char *text, exact_interval *exact) {
  static quick_block block[EXPRESSION_NODES];
  expression e;
  uint64_t random = 5;
  assert_null(expression_parse(text, &e));
  expression_exact_constants(&e, NULL, exact);
  const quick_block *quick = &block[e.nodes - 1];
  const exact_interval *truth = &exact[e.nodes - 1];
  for (int round = 0; round < 40; round++) {
    double x[QUICK_BLOCK];
    for (int i = 0; i < QUICK_BLOCK; i++)
      x[i] = ldexp((double)(number_random(&random) >> 12) - 0x1p51, round - 70);
    expression_quick(&e, QUICK_BLOCK, x, NULL, block);
    for (int i = 0; i < QUICK_BLOCK; i++) {
      expression_exact(&e, x[i], NULL, SIDE_NONE, exact);
      if (mpfr_nan_p(truth->low)) continue;
      bool held = mpfr_cmp_d(truth->low, quick->low[i]) >= 0 &&
                  mpfr_cmp_d(truth->high, quick->high[i]) <= 0;
      if (!held) fail_msg("%s at %a is outside its interval", text, x[i]);
    }
  }
}

static void quick_intervals_hold_the_exact_value(void **state) {
  (void)state;
  static const char *const operations[] = {
      "x + 1",   "x - 1",  "x * x",     "x / 3",   "0.1 * x",    "1 / x",
      "x - 0.1", "-1 / x", "x * x - 2", "x / 0.1", "x * 1e-300", "fabs(x) - 1"};
  exact_interval exact[8];
  char text[32];
  for (int i = 0; i < 8; i++)
    mpfr_inits2(256, exact[i].low, exact[i].high, (mpfr_ptr)0);
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    check_enclosure(operations[i], exact);
  for (int k = 0; k < expression_function_count; k++) {
    snprintf(text, sizeof text, "%s(x)", expression_functions[k].name);
    if (expression_functions[k].exact != exact_nearest) check_enclosure(text, exact);
  }
  for (int i = 0; i < 8; i++)
    mpfr_clears(exact[i].low, exact[i].high, (mpfr_ptr)0);
  mpfr_free_cache();
}

/* A result that is a double stays one: the ties of narrower types are seen as such. */
static void quick_intervals_of_exact_results_are_points(void **state) {
  (void)state;
  static const char *const texts[] = {"x * x", "(x + 1) * (x + 1) / 4", "x - 0.5",
                                      "-x / 8", "fabs(x) + x"};
  static quick_block block[EXPRESSION_NODES];
  double x[QUICK_BLOCK];
  for (int i = 0; i < QUICK_BLOCK; i++)
    x[i] = (i - 128) * 0x1.0p-20;
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
    expression e;
    assert_null(expression_parse(texts[t], &e));
    expression_quick(&e, QUICK_BLOCK, x, NULL, block);
    for (int i = 0; i < QUICK_BLOCK; i++)
      assert_true(block[e.nodes - 1].low[i] == block[e.nodes - 1].high[i]);
  }
}

static void what_is_written_twice_is_one_node(void **state) {
  (void)state;
  expression e;
  assert_null(expression_parse("(1 + exp(0.1*x)) * (1 + exp(0.1 * x))", &e));
  assert_int_equal(e.nodes, 7);
}

/* Worked out by hand from the series; the ties are those that the next term breaks. */
static const struct fact {
  const char *function;
  oracle_direction direction;
  ramp_type type;
  double x, y;
} facts[] = {
    {"sigmoid", ORACLE_VALUE, RAMP_F32, 0x1p-149, 0.5},
    /* 1/2 + x/4 is the midpoint of 1/2 and its neighbour; -x^3/48 pulls it down, or back
       up. */
    {"sigmoid", ORACLE_VALUE, RAMP_F32, 0x1p-23, 0.5},
    {"sigmoid", ORACLE_VALUE, RAMP_F32, 0x3p-23, 0.5 + 0x1p-24},
    {"sigmoid", ORACLE_VALUE, RAMP_F32, -0x1p-24, 0.5},
    {"sigmoid", ORACLE_VALUE, RAMP_F32, -0x3p-24, 0.5 - 0x1p-25},
    {"sigmoid", ORACLE_DERIVATIVE, RAMP_F32, 20, 0x1.1b48652p-29},
    /* x/2 is a midpoint of subnormals; x^2/4 lifts it. */
    {"silu", ORACLE_VALUE, RAMP_F32, 0x1p-149, 0x1p-149},
    {"silu", ORACLE_VALUE, RAMP_F32, 0x3p-149, 0x2p-149},
    {"silu", ORACLE_VALUE, RAMP_F32, 0x5p-149, 0x3p-149},
    {"silu", ORACLE_VALUE, RAMP_F32, -0x1p-149, -0.0},
    {"silu", ORACLE_VALUE, RAMP_F32, -0x3p-149, -0x1p-149},
    {"silu", ORACLE_VALUE, RAMP_F32, -0x5p-149, -0x2p-149},
    {"silu", ORACLE_VALUE, RAMP_F32, -INFINITY, -0.0},
    {"silu", ORACLE_DERIVATIVE, RAMP_F32, -INFINITY, -0.0},
    {"silu", ORACLE_VALUE, RAMP_F32, -1e30, -0.0},
    {"silu", ORACLE_VALUE, RAMP_F32, INFINITY, INFINITY},
    {"relu", ORACLE_VALUE, RAMP_F32, -0.0, 0.0},
    {"relu", ORACLE_VALUE, RAMP_F32, -INFINITY, 0.0},
    {"relu", ORACLE_DERIVATIVE, RAMP_F32, 0.0, 0.0},
    {"leaky_relu", ORACLE_VALUE, RAMP_F32, -0.0, -0.0},
    {"leaky_relu", ORACLE_VALUE, RAMP_F64, -INFINITY, -INFINITY},
    {"leaky_relu", ORACLE_DERIVATIVE, RAMP_F64, -0.0, 0.01},
    {"leaky_relu:-1", ORACLE_VALUE, RAMP_F64, -0.0, 0.0},
    {"leaky_relu:-1", ORACLE_VALUE, RAMP_F64, 0.0, 0.0},
    {"leaky_relu:-1", ORACLE_DERIVATIVE, RAMP_F64, 0.0, 0.0},
    {"leaky_relu:0", ORACLE_VALUE, RAMP_F64, -INFINITY, -0.0},
    {"clip:0,6", ORACLE_VALUE, RAMP_F32, -0.0, 0.0},
    {"clip:-1,1", ORACLE_DERIVATIVE, RAMP_F32, 1, 0.0},
    {"tanh", ORACLE_VALUE, RAMP_F32, -0.0, -0.0},
    {"tanh", ORACLE_VALUE, RAMP_BF16, 10, 1},
    {"tanh", ORACLE_DERIVATIVE, RAMP_F32, INFINITY, 0.0},
    {"tanh", ORACLE_DERIVATIVE, RAMP_F64, 0, 1},
    {"elu", ORACLE_DERIVATIVE, RAMP_F32, -40, 0x1.397924p-58},
    {"elu", ORACLE_VALUE, RAMP_F64, -INFINITY, -1},
    {"elu:2", ORACLE_DERIVATIVE, RAMP_F64, 0, 1},
    {"softplus", ORACLE_VALUE, RAMP_F32, -INFINITY, 0.0},
    {"softplus", ORACLE_VALUE, RAMP_F32, 0x1p100, 0x1p100},
    {"softplus", ORACLE_VALUE, RAMP_F64, 0, 0.693147180559945309417232121458},
    {"identity", ORACLE_VALUE, RAMP_F16, 65504, 65504},
    /* (2^k - 2^-k)/2 and (2^k + 2^-k)/2: the root is rational, and a midpoint. */
    {"multiquadric", ORACLE_VALUE, RAMP_F32, 0xffffffp-13, 2048},
    {"multiquadric", ORACLE_VALUE, RAMP_BF16, 0xffp-5, 8},
    {"multiquadric", ORACLE_VALUE, RAMP_F64, 0.75, 1.25},
    /* 1 - tanh(x), e^-2^25 or less, breaks the tie between two numbers around x - 1. */
    {"tanh_shrink", ORACLE_VALUE, RAMP_F32, 0x1.000002p24, 0x1.000002p24},
    {"tanh_shrink", ORACLE_VALUE, RAMP_F32, -0x1.000002p24, -0x1.000002p24},
    {"tanh_shrink", ORACLE_VALUE, RAMP_F64, 0x1.0000000000001p53, 0x1.0000000000001p53},
    {"tanh_shrink", ORACLE_VALUE, RAMP_F64, 0x1p-300, 0x1.5555555555555p-902},
    {"tanh_shrink", ORACLE_VALUE, RAMP_F32, -0x1p-149, -0.0},
    /* Where the value jumps it is what the function says there, on both sides of zero. */
    {"step", ORACLE_VALUE, RAMP_F32, 0.0, 0.0},
    {"step", ORACLE_VALUE, RAMP_F32, -0.0, 0.0},
    {"step", ORACLE_DERIVATIVE, RAMP_F32, 0.0, 0.0},
    {"sign", ORACLE_VALUE, RAMP_F32, 0.0, 0.0},
    {"sign", ORACLE_VALUE, RAMP_F32, -0.0, -0.0},
    {"threshold", ORACLE_VALUE, RAMP_F32, 1, 0.0},
    {"threshold:0,-2", ORACLE_VALUE, RAMP_F32, 0.0, -2},
    {"hard_shrink", ORACLE_VALUE, RAMP_F32, -0.5, 0.0},
    {"hard_shrink:0", ORACLE_VALUE, RAMP_F32, -0.0, -0.0},
    {"abs", ORACLE_DERIVATIVE, RAMP_F32, 0.0, 0.0},
    /* Its ends are doubles: -3 and 3, though the slope is a little less than 1/6. */
    {"hard_sigmoid", ORACLE_VALUE, RAMP_F64, -3, 0.0},
    {"hard_sigmoid", ORACLE_DERIVATIVE, RAMP_F64, -3, 0.0},
    {"hard_sigmoid", ORACLE_VALUE, RAMP_F64, -3 + 0x1p-50, 0x1.9555555555555p-53},
    /* 4097^2 is odd, of 25 bits: a midpoint, as half of it; -x^4/12 pulls that down. */
    {"relu_squared", ORACLE_VALUE, RAMP_F32, 0x1001p-30, 0x1002000p-60},
    {"log_cosh", ORACLE_VALUE, RAMP_F32, 0x1001p-30, 0x1002000p-61},
};

static void facts_hold(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    const struct fact *a = &facts[i];
    ramp_function f = function_of(a->function);
    oracle *truth = truth_of(&f);
    uint64_t got = oracle_bits(truth, a->direction, a->type, a->x, 1);
    if (got != number_round(a->type, a->y))
      fail_msg("%s at %a: %a, should be %a", a->function, a->x,
               number_value(a->type, got), a->y);
    oracle_close(truth);
  }
}

static void bad_text_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"",       "x +", "y",     "p[4]",        "p[",
                                    "(x",     "x)",  "exp x", "fmax(x)",     "x ? 1",
                                    "cos(x)", "1 2", "exp(x", "x < 1 ? 2 :", "expp(x)"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    expression e;
    if (!expression_parse(bad[i], &e)) fail_msg("\"%s\" was read", bad[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(narrow_rounding_is_to_nearest_even),
      cmocka_unit_test(f32_rounding_is_to_nearest_even),
      cmocka_unit_test(both_roundings_agree),
      cmocka_unit_test(ranks_are_in_ascending_order),
      cmocka_unit_test(bad_text_is_refused),
      cmocka_unit_test(text_means_what_the_compiler_makes_of_it),
      cmocka_unit_test(quick_intervals_hold_the_exact_value),
      cmocka_unit_test(quick_intervals_of_exact_results_are_points),
      cmocka_unit_test(what_is_written_twice_is_one_node),
      cmocka_unit_test(quick_answers_are_exact_answers),
      cmocka_unit_test(facts_hold),
  };
  return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
