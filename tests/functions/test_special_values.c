/* SPDX-License-Identifier: MIT */
/*
 * Holds every function to the numbers of special_values.txt, which is the argument: in
 * all types, on all variants, forward, derivative and backward.  Nothing here asks the
 * oracle.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 1024
#define PRECISION 256

typedef enum { VALUE, DERIVATIVE, BACKWARD, PROPERTIES } property;
static const char *const property_name[PROPERTIES] = {"value", "derivative", "backward"};

typedef struct line {
  char function[48], x[32], value[48], derivative[48];
  int number; /* in the file */
} line;

static const char *path;
static struct {
  line lines[LINES_MAX];
  int count;
} table;

/* ------------------------------------------------------------------ the file */

static bool is_number(const char *text) {
  char *end;
  mpfr_t value;
  mpfr_init2(value, PRECISION);
  mpfr_strtofr(value, text, &end, 10, MPFR_RNDN);
  mpfr_clear(value);
  return end != text && *end == 0;
}

static void add_line(const line *l) {
  if (table.count == LINES_MAX) fail_msg("more than %d lines", LINES_MAX);
  if (!is_number(l->x) || !is_number(l->value) || !is_number(l->derivative))
    fail_msg("line %d: a number, a value and a derivative are wanted", l->number);
  table.lines[table.count++] = *l;
}

/* The lines of `other` again, for `name`. */
static void add_alias(const char *name, const char *other, int number) {
  int known = table.count;
  for (int i = 0; i < known; i++) {
    line l = table.lines[i];
    if (strcmp(l.function, other) != 0) continue;
    snprintf(l.function, sizeof l.function, "%s", name);
    add_line(&l);
  }
  if (table.count == known) fail_msg("line %d: no lines for %s above", number, other);
}

static void read_line(const char *text, int number) {
  static char function[48]; /* a line without a name goes on with the last one's */
  char name[48], other[48];
  line l = {.number = number};
  if (strspn(text, " \n") == strlen(text) || *text == '#') return;
  if (sscanf(text, "%47s = %47s", name, other) == 2) {
    add_alias(name, other, number);
    return;
  }
  int skipped = 0;
  if (*text != ' ') sscanf(text, "%47s%n", function, &skipped);
  memcpy(l.function, function, sizeof function);
  if (sscanf(text + skipped, "%31s %47s %47s", l.x, l.value, l.derivative) != 3)
    fail_msg("line %d: \"%s\" is not x, value, derivative", number, text);
  add_line(&l);
}

static int read_table(void **state) {
  (void)state;
  char text[256];
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s cannot be opened", path);
  for (int number = 1; fgets(text, sizeof text, file); number++)
    read_line(text, number);
  fclose(file);
  return 0;
}

/* ------------------------------------------------------------------ one number */

/* The decimal times dy.  A derivative of 0 blocks even an infinite dy, and a dy of 0 an
   infinite derivative. */
static void set_product(mpfr_t y, const char *decimal, double dy) {
  mpfr_strtofr(y, decimal, NULL, 10, MPFR_RNDN);
  bool negative = (mpfr_signbit(y) != 0) != (signbit(dy) != 0);
  bool nan = mpfr_nan_p(y) || isnan(dy), zero = mpfr_zero_p(y) || dy == 0;
  mpfr_mul_d(y, y, dy, MPFR_RNDN);
  if (zero && !nan) mpfr_set_zero(y, negative ? -1 : 1);
}

/* In 64 bits a number that is no double may be missed by the bound, and half a unit for
   rounding dx. */
static bool near_enough(const mpfr_t exact, double bound, double got) {
  double high = mpfr_get_d(exact, MPFR_RNDN);
  if (!isfinite(high) || mpfr_cmp_d(exact, high) == 0) return false;
  mpfr_t rest;
  mpfr_init2(rest, PRECISION);
  mpfr_sub_d(rest, exact, high, MPFR_RNDN);
  double ulps = number_ulps(RAMP_F64, got, high, mpfr_get_d(rest, MPFR_RNDN));
  mpfr_clear(rest);
  return ulps <= bound;
}

static double bound_of(const ramp_function *f, property what) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  if (what == VALUE) return fmax(row->f64_value_bound, 0.5);
  double bound = fmax(row->f64_derivative_bound, 0.5);
  return what == BACKWARD ? bound + 0.5 : bound;
}

static uint64_t result(const ramp_function *f, property what, ramp_type type, uint64_t x,
                       double dy) {
  uint64_t y = 0, gradient = number_round(type, dy);
  ramp_status status = what == VALUE ? ramp_forward(f, type, 1, &x, &y)
                       : what == DERIVATIVE
                           ? ramp_derivative(f, type, 1, &x, &y)
                           : ramp_backward(f, type, 1, &x, &gradient, &y);
  assert_int_equal(status, RAMP_OK);
  return y;
}

static void check(const line *l, const ramp_function *f, property what, ramp_type type,
                  uint64_t x, double dy) {
  mpfr_t exact;
  mpfr_init2(exact, PRECISION);
  set_product(exact, what == VALUE ? l->value : l->derivative, dy);
  uint64_t got = result(f, what, type, x, dy), right = number_round_exact(type, exact);
  double value = number_value(type, got);
  bool near = type == RAMP_F64 && near_enough(exact, bound_of(f, what), value);
  mpfr_clear(exact);
  if (got != right && !near)
    fail_msg("line %d: %s %s at %s in %s on %s, dy %g: %.20g, should be %.20g", l->number,
             l->function, property_name[what], l->x, ramp_type_name(type), ramp_variant(),
             dy, value, number_value(type, right));
}

/* Powers of two, so that dx is one rounding of the decimal too. */
static void check_all(const line *l, const ramp_function *f, ramp_type type, uint64_t x) {
  static const double dy[] = {1, -1, 2, -0.5, 0.0, -0.0, INFINITY, -INFINITY, NAN};
  check(l, f, VALUE, type, x, 1);
  check(l, f, DERIVATIVE, type, x, 1);
  for (size_t i = 0; i < sizeof dy / sizeof *dy; i++)
    check(l, f, BACKWARD, type, x, dy[i]);
}

/* Whether `type` holds the decimal exactly. */
static bool bits_of(ramp_type type, const char *decimal, uint64_t *bits) {
  mpfr_t exact;
  mpfr_init2(exact, PRECISION);
  mpfr_strtofr(exact, decimal, NULL, 10, MPFR_RNDN);
  *bits = number_round_exact(type, exact);
  bool holds = mpfr_cmp_d(exact, number_value(type, *bits)) == 0;
  mpfr_clear(exact);
  return holds;
}

/* ------------------------------------------------------------------ the tests */

static void each_variant(void (*test)(void)) {
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    test();
  }
  ramp_variant_set(NULL);
}

static void check_lines(void) {
  for (int i = 0; i < table.count; i++) {
    const line *l = &table.lines[i];
    ramp_function f = function_of(l->function);
    uint64_t x;
    for (int t = 0; t < NUMBER_TYPES; t++)
      if (bits_of((ramp_type)t, l->x, &x)) check_all(l, &f, (ramp_type)t, x);
  }
}

static void every_function_gives_the_numbers_of_the_table(void **state) {
  (void)state;
  each_variant(check_lines);
}

static void check_nan(void) {
  static const double dy[] = {1, 0, INFINITY, NAN};
  static const line l = {"?", "nan", "nan", "nan", 0};
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f = function_of(ramp_function_row_at(row)->name);
    for (int t = 0; t < NUMBER_TYPES; t++) {
      uint64_t x = number_nan((ramp_type)t) | number_sign((ramp_type)t) | 1;
      check(&l, &f, VALUE, (ramp_type)t, x, 1);
      check(&l, &f, DERIVATIVE, (ramp_type)t, x, 1);
      for (size_t i = 0; i < sizeof dy / sizeof *dy; i++)
        check(&l, &f, BACKWARD, (ramp_type)t, x, dy[i]);
    }
  }
}

static void nan_gives_nan(void **state) {
  (void)state;
  each_variant(check_nan);
}

static bool has_line(const char *function, const char *x) {
  for (int i = 0; i < table.count; i++)
    if (strcmp(table.lines[i].function, function) == 0 &&
        strcmp(table.lines[i].x, x) == 0)
      return true;
  return false;
}

static void every_row_has_its_lines(void **state) {
  (void)state;
  static const char *const points[] = {"-inf", "-1", "-0", "0", "1", "inf"};
  for (int row = 0; row < ramp_function_rows(); row++) {
    const char *name = ramp_function_row_at(row)->name;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
      if (!has_line(name, points[i]))
        fail_msg("special_values.txt has no line for %s at %s", name, points[i]);
  }
}

/* Kinks, jumps and their values are special points too. */
static void every_kink_and_jump_has_a_line(void **state) {
  (void)state;
  ramp_kink points[2 * RAMP_KINKS_MAX];
  for (int row = 0; row < ramp_function_rows(); row++) {
    const char *name = ramp_function_row_at(row)->name;
    ramp_function f = function_of(name);
    int n = ramp_function_kinks(&f, points);
    n += ramp_function_jumps(&f, points + n);
    for (int i = 0; i < n; i++) {
      char text[32];
      snprintf(text, sizeof text, "%.17g", points[i].at + 0.0);
      if (!has_line(name, text)) fail_msg("%s has no line at %s", name, text);
    }
  }
}

int main(int count, char **argument) {
  path = count == 2 ? argument[1] : "special_values.txt";
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_function_gives_the_numbers_of_the_table),
      cmocka_unit_test(nan_gives_nan),
      cmocka_unit_test(every_row_has_its_lines),
      cmocka_unit_test(every_kink_and_jump_has_a_line),
  };
  return cmocka_run_group_tests_name("special values", tests, read_table, NULL);
}
