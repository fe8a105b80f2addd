/* SPDX-License-Identifier: MIT */
/*
 * ramp eval on numbers.  Expected values are written out by hand from the definitions;
 * how numbers are read and printed is checked against the C library's strtof().
 */
#include "run.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_prints(run_result r, const char *text) {
  if (r.code || *r.err || strcmp(r.out, text))
    fail_msg("wanted:\n%sgot (exit code %d):\n%s%s", text, r.code, r.out, r.err);
  run_free(&r);
}

static run_result with_input(const char *const *arguments, const char *input) {
  return run_ramp((run_request){.arguments = arguments, .input = input});
}

/* ------------------------------------------------------------------ what is computed */

static void numbers_with_a_minus_sign_are_numbers(void **state) {
  (void)state;
  assert_prints(RUN("eval", "relu", "-3", "2", "nan"), "0\n2\nnan\n");
  assert_prints(RUN("eval", "identity", "-inf", "-.5", "-0x1p-1", "-1e3", "-0"),
                "-inf\n-0.5\n-0.5\n-1000\n-0\n");
  assert_prints(RUN("eval", "identity", "--", "-3"), "-3\n");
}

static void limits_and_signed_zeros_are_spelled_out(void **state) {
  (void)state;
  assert_prints(RUN("eval", "relu", "-inf", "inf", "-0"), "0\ninf\n0\n");
  assert_prints(RUN("eval", "silu", "-inf", "0"), "-0\n0\n");
  assert_prints(RUN("eval", "leaky_relu:0.1", "-0", "-nan"), "-0\nnan\n");
}

static void derivative_follows_the_kink_rule(void **state) {
  (void)state;
  assert_prints(RUN("eval", "relu", "-1", "0", "1", "--derivative"), "0\n0\n1\n");
  assert_prints(RUN("eval", "relu:kink=right", "0", "-d"), "1\n");
  assert_prints(RUN("eval", "--derivative", "relu:kink=0.25", "0"), "0.25\n");
}

static void subgradient_is_the_interval(void **state) {
  (void)state;
  assert_prints(RUN("eval", "relu", "-1", "0", "1", "nan", "--subgradient"),
                "0 0\n0 1\n1 1\nnan nan\n");
  assert_prints(RUN("eval", "leaky_relu:0.1", "0", "-s", "--type", "bf16"), "0.1 1\n");
}

static void json_is_one_object_a_line(void **state) {
  (void)state;
  assert_prints(RUN("eval", "relu", "--json", "0.1", "-inf", "nan"),
                "{\"x\": 0.1, \"value\": 0.1}\n{\"x\": \"-inf\", \"value\": 0.0}\n"
                "{\"x\": \"nan\", \"value\": \"nan\"}\n");
  assert_prints(RUN("eval", "relu", "--json", "-d", "2"),
                "{\"x\": 2.0, \"derivative\": 1.0}\n");
  assert_prints(RUN("eval", "relu", "--json", "-s", "0"),
                "{\"x\": 0.0, \"left\": 0.0, \"right\": 1.0}\n");
}

/* ------------------------------------------------------------------ reading and printing
   */

/* Just above the middle of 1 and the number after it: through a double these would become
   ties, and go to 1. */
static void decimals_are_rounded_once(void **state) {
  (void)state;
  assert_prints(RUN("eval", "identity", "-t", "f16", "1.00048828125",
                    "1.00048828125000000000000000001",
                    "-1.00048828125000000000000000001"),
                "1\n1.001\n-1.001\n");
  assert_prints(RUN("eval", "identity", "-t", "f32", "1.000000059604644775390625",
                    "1.00000005960464477539062500000001"),
                "1\n1.0000001\n");
  assert_prints(RUN("eval", "identity", "-t", "bf16", "1.00390625",
                    "1.0039062500000000000000000001", "0x1.010000000000000001p0"),
                "1\n1.01\n1.01\n");
}

static void what_a_type_cannot_hold_becomes_zero_or_infinity(void **state) {
  (void)state;
  assert_prints(RUN("eval", "identity", "-t", "f16", "65519.999999999999999999999",
                    "65520", "-1e999", "1e-999", "-1e-9"),
                "65500\ninf\n-inf\n0\n-0\n");
  assert_prints(RUN("eval", "identity", "1e-999", "1e999"), "0\ninf\n");
}

static void digits_are_the_fewest_that_read_back(void **state) {
  (void)state;
  assert_prints(
      RUN("eval", "identity", "0.1", "100", "5e-324", "1.7976931348623157e308",
          "9007199254740993", "0.0001", "0.00001", "1e15", "1e16"),
      "0.1\n100\n5e-324\n1.7976931348623157e308\n9007199254740992\n0.0001\n1e-5\n"
      "1000000000000000\n1e16\n");
  assert_prints(RUN("eval", "identity", "-t", "f32", "0.1", "0x1p-149", "16777216"),
                "0.1\n1e-45\n16777216\n");
  /* The nearest decimal of 16 digits to this power of two lies below it and reads back to
     the number before; the next one above does not. */
  assert_prints(RUN("eval", "identity", "0x1p-44"), "5.684341886080802e-14\n");
}

static int digits_in(const char *text) {
  int digits = 0, zeros = 0;
  for (; *text && *text != 'e'; text++) {
    if (*text < '0' || *text > '9' || (digits == 0 && *text == '0')) continue;
    zeros = *text == '0' ? zeros + 1 : 0;
    digits++;
  }
  return digits - zeros;
}

static void assert_shortest_float(float number, const char *text) {
  char shorter[32];
  assert_true(strtof(text, NULL) == number);
  for (int digits = digits_in(text) - 1; digits > 0; digits--) {
    snprintf(shorter, sizeof shorter, "%.*e", digits - 1, number);
    assert_true(strtof(shorter, NULL) != number);
  }
}

/* Bit patterns from a multiplicative generator, all exponents alike. */
static float float_number(uint32_t i) {
  uint32_t bits = (i * 2654435761u) & 0x7fffffffu;
  float number;
  if (bits >= 0x7f800000u) bits &= 0x007fffffu;
  memcpy(&number, &bits, sizeof number);
  return number;
}

static void any_float_prints_its_shortest_text(void **state) {
  (void)state;
  enum { NUMBERS = 3000 };
  char *input = malloc(NUMBERS * 32), *end = input;
  for (uint32_t i = 1; i <= NUMBERS; i++)
    end += sprintf(end, "%a\n", float_number(i));
  run_result r = with_input(ARGUMENTS("eval", "identity", "--type", "f32"), input);
  assert_int_equal(r.code, 0);
  char *line = strtok(r.out, "\n");
  for (uint32_t i = 1; i <= NUMBERS; i++, line = strtok(NULL, "\n")) {
    assert_non_null(line);
    assert_shortest_float(float_number(i), line);
  }
  assert_null(line);
  free(input);
  run_free(&r);
}

/* ------------------------------------------------------------------ standard input */

static void numbers_come_from_standard_input(void **state) {
  (void)state;
  assert_prints(with_input(ARGUMENTS("eval", "relu"), "-1 2\t3\r\n\n 4"), "0\n2\n3\n4\n");
  assert_prints(with_input(ARGUMENTS("eval", "relu", "-"), "-1 2\n"), "0\n2\n");
  assert_prints(with_input(ARGUMENTS("eval", "relu"), ""), "");
  assert_prints(with_input(ARGUMENTS("eval", "relu"), " \n\n"), "");
}

static void standard_input_may_be_longer_than_any_block(void **state) {
  (void)state;
  enum { NUMBERS = 100003 };
  char *input = malloc(NUMBERS * 8), *wanted = malloc(NUMBERS * 8);
  char *in = input, *out = wanted;
  for (int i = 0; i < NUMBERS; i++) {
    in += sprintf(in, "%d ", i - NUMBERS / 2);
    out += sprintf(out, "%d\n", i < NUMBERS / 2 ? 0 : i - NUMBERS / 2);
  }
  run_result r = with_input(ARGUMENTS("eval", "relu"), input);
  assert_int_equal(r.code, 0);
  assert_true(strcmp(r.out, wanted) == 0);
  run_free(&r);
  free(input);
  free(wanted);
}

static void a_word_that_is_no_number_is_named_with_its_place(void **state) {
  (void)state;
  run_result r = with_input(ARGUMENTS("eval", "relu"), "1 2\n 3 x4 5\n");
  assert_int_equal(r.code, 3);
  assert_string_equal(r.out, "1\n2\n3\n");
  assert_non_null(strstr(r.err, "ramp eval: standard input, line 2, column 4: 'x4'"));
  run_free(&r);
  const char *const relu[] = {"eval", "relu", NULL};
  assert_refused(with_input(relu, "1,5\n"), 3, "line 1, column 1: '1,5' is not a number");
  assert_refused(with_input(relu, "0x"), 3, "line 1, column 1: '0x' is not a number");
  assert_refused(run_ramp((run_request){relu, .input = "1\0002\n", .input_size = 4}), 3,
                 "line 1, column 1: '1?2' is not a number");
}

static void an_endless_word_is_refused(void **state) {
  (void)state;
  size_t size = 100000;
  char *input = malloc(size + 1);
  memset(input, '1', size);
  input[size] = 0;
  assert_refused(with_input(ARGUMENTS("eval", "relu"), input), 3,
                 "'1111111111111111111111111111111111111111...' is not a number");
  free(input);
}

/* ------------------------------------------------------------------ bad input */

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  assert_refused(RUN("eval"), 2, "which function?");
  assert_refused(RUN("eval", "rleu", "1"), 2, "relu");
  assert_refused(RUN("eval", "leaky_relu:nan", "1"), 2, "leaky_relu");
  assert_refused(RUN("eval", "leaky_relu:slpoe=1", "1"), 2, "slpoe");
  assert_refused(RUN("eval", "softplus:-1", "1"), 2, "beta");
  assert_refused(RUN("eval", "clip:2,1", "1"), 2, "clip");
  assert_refused(RUN("eval", "relu", "1", "two", "3"), 2,
                 "'two', number 2 of the arguments");
  assert_refused(RUN("eval", "relu", "1", ""), 2, "'', number 2 of the arguments");
  assert_refused(RUN("eval", "relu", " 1"), 2, "' 1', number 1 of the arguments");
  assert_refused(RUN("eval", "relu", "1", "-"), 2, "'-', number 2 of the arguments");
  assert_refused(RUN("eval", "relu", "1", "--type", "f8"), 2,
                 "--type wants f64, f32, f16 or bf16, not 'f8'");
  assert_refused(RUN("eval", "relu", "1", "-d", "-s"), 2, "exclude each other");
}

static void a_full_disk_is_reported_in_the_middle(void **state) {
  (void)state;
  size_t numbers = 50000;
  char *input = malloc(2 * numbers + 1);
  for (size_t i = 0; i < numbers; i++)
    memcpy(input + 2 * i, "1\n", 2);
  input[2 * numbers] = 0;
  assert_refused(run_ramp((run_request){ARGUMENTS("eval", "relu"), .input = input,
                                        .output = "/dev/full"}),
                 3, "cannot write standard output: No space left on device");
  free(input);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_with_a_minus_sign_are_numbers),
      cmocka_unit_test(limits_and_signed_zeros_are_spelled_out),
      cmocka_unit_test(derivative_follows_the_kink_rule),
      cmocka_unit_test(subgradient_is_the_interval),
      cmocka_unit_test(json_is_one_object_a_line),
      cmocka_unit_test(decimals_are_rounded_once),
      cmocka_unit_test(what_a_type_cannot_hold_becomes_zero_or_infinity),
      cmocka_unit_test(digits_are_the_fewest_that_read_back),
      cmocka_unit_test(any_float_prints_its_shortest_text),
      cmocka_unit_test(numbers_come_from_standard_input),
      cmocka_unit_test(standard_input_may_be_longer_than_any_block),
      cmocka_unit_test(a_word_that_is_no_number_is_named_with_its_place),
      cmocka_unit_test(an_endless_word_is_refused),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(a_full_disk_is_reported_in_the_middle),
  };
  return cmocka_run_group_tests_name("program: eval", tests, NULL, NULL);
}
