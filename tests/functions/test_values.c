/* SPDX-License-Identifier: MIT */
/*
 * The matrix made from the table: function x type x property, each on every variant that
 * the CPU runs.  32- and 16-bit results must have the oracle's bits; 64-bit ones stay
 * within the bounds that the table states.  For every 64-bit property the worst input is
 * printed.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { VALUE, DERIVATIVE, BACKWARD, PROPERTIES } property;
static const char *const property_name[PROPERTIES] = {"value", "derivative", "backward"};

typedef struct cell {
  int row;
  ramp_type type;
  property what;
  char name[64];
} cell;

/* One property of one function, with everything that is the same on all variants. */
typedef struct trial {
  const ramp_function *f;
  property what;
  oracle *truth;
  sample inputs;
  void *dy, *expected, *got; /* [inputs.count] of the type */
} trial;

static oracle_direction direction_of(property what) {
  return what == VALUE ? ORACLE_VALUE : ORACLE_DERIVATIVE;
}

/* Gradients of every kind, powers of two often: those times a rounded derivative are
 * exact. */
static uint64_t some_dy(ramp_type type, size_t i, uint64_t *random) {
  double power = ldexp(number_random(random) & 1 ? -1 : 1, (int)(i / 8 % 21) - 10);
  switch (i % 8) {
  case 0:
  case 1:
    return number_round(type, power);
  case 2:
    return i % 64 == 2 ? number_nan(type) : number_round(type, 1);
  case 3:
    return number_infinity(type) | (i & 8 ? number_sign(type) : 0);
  case 4:
    return i & 8 ? number_sign(type) : 0;
  case 5:
    return number_random(random) % number_infinity(type);
  default:
    return number_round(type,
                        power * (1 + (double)(number_random(random) >> 44) * 0x1p-20));
  }
}

static void *array_for(const sample *s) {
  void *array = calloc(s->count, ramp_type_size(s->type));
  assert_non_null(array);
  return array;
}

static trial begin(const ramp_function *f, ramp_type type, property what) {
  trial t = {.f = f, .what = what, .truth = truth_of(f)};
  t.inputs = sample_for(t.truth, type);
  t.dy = array_for(&t.inputs);
  t.expected = array_for(&t.inputs);
  t.got = array_for(&t.inputs);
  uint64_t random = 13;
  for (size_t i = 0; i < t.inputs.count; i++)
    number_store(type, t.dy, i, some_dy(type, i, &random));
  return t;
}

static void end(trial *t) {
  oracle_close(t->truth);
  sample_free(&t->inputs);
  free(t->dy);
  free(t->expected);
  free(t->got);
}

static double x_of(const trial *t, size_t i) {
  return number_value(t->inputs.type, number_load(t->inputs.type, t->inputs.x, i));
}

static double dy_of(const trial *t, size_t i) {
  if (t->what != BACKWARD) return 1;
  return number_value(t->inputs.type, number_load(t->inputs.type, t->dy, i));
}

static void run(trial *t) {
  const sample *s = &t->inputs;
  ramp_status status =
      t->what == BACKWARD
          ? ramp_backward(t->f, s->type, s->count, s->x, t->dy, t->got)
          : compute(t->f, direction_of(t->what), s->type, s->count, s->x, t->got);
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

/* ------------------------------------------------------------------ 32 and 16 bits */

/* dx is rounded once from the product with a derivative in double.  With dy a power of
   two that is correct rounding; else the double's own error may turn a tie, by one unit
   in the last place. */
static bool tie_allowed(const trial *t, size_t i, uint64_t got, uint64_t expected) {
  int exponent;
  double dy = dy_of(t, i);
  if (t->what != BACKWARD || fabs(frexp(dy, &exponent)) == 0.5) return false;
  int64_t d = number_rank(t->inputs.type, got) - number_rank(t->inputs.type, expected);
  return isfinite(dy) && (d == 1 || d == -1);
}

/* ramp.h lets a derivative below 1e-300 block an infinite dy as a derivative of 0
   does. */
static bool block_allowed(const trial *t, size_t i, uint64_t got, uint64_t expected) {
  double derivative, zero = number_value(t->inputs.type, got);
  long double unused;
  if (t->what != BACKWARD || !isinf(dy_of(t, i)) || zero != 0) return false;
  oracle_exact(t->truth, ORACLE_DERIVATIVE, x_of(t, i), 1, &derivative, &unused);
  bool same_sign = signbit(zero) == signbit(number_value(t->inputs.type, expected));
  return same_sign && fabs(derivative) < 1e-300;
}

static void compare_bits(const trial *t, const char *name) {
  const sample *s = &t->inputs;
  size_t wrong = 0, ties = 0;
  for (size_t i = 0; i < s->count; i++) {
    uint64_t got = number_load(s->type, t->got, i);
    uint64_t expected = number_load(s->type, t->expected, i);
    if (got == expected || block_allowed(t, i, got, expected)) continue;
    if (tie_allowed(t, i, got, expected)) {
      ties++;
      continue;
    }
    if (wrong++ < 5)
      print_error("%s %s: x = %a, dy = %a: got %a (%llx), expected %a (%llx)\n", name,
                  ramp_variant(), x_of(t, i), dy_of(t, i), number_value(s->type, got),
                  (unsigned long long)got, number_value(s->type, expected),
                  (unsigned long long)expected);
  }
  if (ties) print_message("%s %s: %zu ties turned\n", name, ramp_variant(), ties);
  if (wrong) fail_msg("%s %s: %zu of %zu wrong", name, ramp_variant(), wrong, s->count);
}

/* ------------------------------------------------------------------ 64 bits */

typedef struct exact_value {
  double high;
  long double low;
} exact_value;

static double bound_of(const cell *c) {
  const ramp_function_row *row = ramp_function_row_at(c->row);
  /* The product with dy adds a rounding of half a unit, twice below the normal numbers.
   */
  if (c->what == BACKWARD) return row->f64_derivative_bound + 1;
  return c->what == VALUE ? row->f64_value_bound : row->f64_derivative_bound;
}

static exact_value *exact_values(const trial *t) {
  exact_value *v = calloc(t->inputs.count, sizeof *v);
  assert_non_null(v);
  for (size_t i = 0; i < t->inputs.count; i++)
    oracle_exact(t->truth, direction_of(t->what), x_of(t, i), dy_of(t, i), &v[i].high,
                 &v[i].low);
  return v;
}

/* A derivative below the normal numbers has lost bits that a large dy makes visible, one
   above them all. */
static bool derivative_is_precise(const trial *t, size_t i, double product) {
  double derivative;
  long double unused;
  if (t->what != BACKWARD || product == 0) return true;
  oracle_exact(t->truth, ORACLE_DERIVATIVE, x_of(t, i), 1, &derivative, &unused);
  return !(fabs(derivative) < 0x1p-1021) && isfinite(derivative);
}

static void compare_ulps(const cell *c, const trial *t, const exact_value *exact) {
  double worst = 0;
  size_t worst_at = 0;
  for (size_t i = 0; i < t->inputs.count; i++) {
    uint64_t bits = number_load(RAMP_F64, t->got, i);
    double got = number_value(RAMP_F64, bits);
    double ulps = number_ulps(RAMP_F64, got, exact[i].high, exact[i].low);
    bool sign_lost = exact[i].high == 0 && signbit(got) != signbit(exact[i].high);
    bool not_canonical = isnan(exact[i].high) && bits != number_nan(RAMP_F64);
    if (sign_lost || not_canonical) ulps = INFINITY;
    if (ulps > worst && derivative_is_precise(t, i, exact[i].high)) {
      worst = ulps;
      worst_at = i;
    }
  }
  if (worst > 0)
    print_message("%s %s: at most %.3f ulp, at x = %a (got %a)\n", c->name,
                  ramp_variant(), worst, x_of(t, worst_at),
                  number_value(RAMP_F64, number_load(RAMP_F64, t->got, worst_at)));
  if (!(worst <= bound_of(c)))
    fail_msg("%s %s: %.3f ulp, the table states %g", c->name, ramp_variant(), worst,
             bound_of(c));
}

/* ------------------------------------------------------------------ the matrix */

static void check_cell(void **state) {
  const cell *c = *state;
  ramp_function f = function_of(ramp_function_row_at(c->row)->name);
  trial t = begin(&f, c->type, c->what);
  exact_value *exact = c->type == RAMP_F64 ? exact_values(&t) : NULL;
  if (!exact)
    oracle_answer(t.truth, direction_of(c->what), c->type, t.inputs.count, t.inputs.x,
                  c->what == BACKWARD ? t.dy : NULL, t.expected);
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    run(&t);
    if (exact)
      compare_ulps(c, &t, exact);
    else
      compare_bits(&t, c->name);
  }
  ramp_variant_set(NULL);
  free(exact);
  end(&t);
}

/* ------------------------------------------------------------------ other parameters */

/* One rounding of a double: half a unit and what the double's own error adds. */
#define OTHER_PARAMETERS_BOUND (0.5 + 0x1p-20)

static const double other_parameters[] = {-0.75, 0, 0.1, 1, 1.7, 3, 20};
#define OTHERS (sizeof other_parameters / sizeof *other_parameters)

static void check_parameters(const ramp_function *f) {
  char text[96];
  ramp_function_text(f, text, sizeof text);
  oracle *truth = truth_of(f);
  float x[8192], y[8192];
  for (int i = 0; i < 8192; i++)
    x[i] = ldexpf(i & 1 ? -1 - (float)i / 8192 : 1 + (float)i / 8192, i / 2 % 40 - 30);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
    assert_int_equal(compute(f, (oracle_direction)d, RAMP_F32, 8192, x, y), RAMP_OK);
    for (int i = 0; i < 8192; i++) {
      double high, got = (double)y[i];
      long double low;
      oracle_exact(truth, (oracle_direction)d, (double)x[i], 1, &high, &low);
      if (number_round(RAMP_F32, high) == number_round(RAMP_F32, got)) continue;
      double ulps = number_ulps(RAMP_F32, got, high, low);
      if (!(ulps <= OTHER_PARAMETERS_BOUND))
        fail_msg("%s %s at %a: got %a, %.9f ulp from %a", text, property_name[d],
                 (double)x[i], got, ulps, high);
    }
  }
  oracle_close(truth);
}

/* Every combination for the first two parameters that the function accepts. */
static void other_parameters_are_rounded_once(void **state) {
  (void)state;
  for (int row = 0; row < ramp_function_rows(); row++) {
    const ramp_function_row *r = ramp_function_row_at(row);
    ramp_function f = function_of(r->name);
    int accepted = 0;
    for (size_t a = 0; r->parameters > 0 && a < OTHERS; a++)
      for (size_t b = 0; b < (r->parameters > 1 ? OTHERS : 1); b++) {
        f.parameter[0] = other_parameters[a];
        if (r->parameters > 1) f.parameter[1] = other_parameters[b];
        if (ramp_forward(&f, RAMP_F32, 0, NULL, NULL) != RAMP_OK) continue;
        check_parameters(&f);
        accepted++;
      }
    if (r->parameters > 0) assert_true(accepted > 2);
  }
}

static int fill_matrix(cell *cells, struct CMUnitTest *tests) {
  int n = 0;
  for (int row = 0; row < ramp_function_rows(); row++)
    for (int type = 0; type < NUMBER_TYPES; type++)
      for (int what = 0; what < PROPERTIES; what++, n++) {
        cells[n] = (cell){.row = row, .type = (ramp_type)type, .what = (property)what};
        snprintf(cells[n].name, sizeof cells[n].name, "%s %s %s",
                 ramp_function_row_at(row)->name, ramp_type_name((ramp_type)type),
                 property_name[what]);
        tests[n] = (struct CMUnitTest){
            .name = cells[n].name, .test_func = check_cell, .initial_state = &cells[n]};
      }
  return n;
}

int main(void) {
  size_t size = (size_t)ramp_function_rows() * NUMBER_TYPES * PROPERTIES;
  cell *cells = calloc(size, sizeof *cells);
  struct CMUnitTest *tests = calloc(size + 1, sizeof *tests);
  if (!cells || !tests) return 1;
  size_t n = (size_t)fill_matrix(cells, tests);
  tests[n++] = (struct CMUnitTest)cmocka_unit_test(other_parameters_are_rounded_once);
  int failed = _cmocka_run_group_tests("values", tests, n, NULL, NULL);
  free(cells);
  free(tests);
  return failed;
}
