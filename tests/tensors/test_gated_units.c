/* SPDX-License-Identifier: MIT */
/*
 * Gated units against exact products, value times the gate's function as the oracle has
 * it: half a unit in the last place in narrow types, the same bits on all variants; any
 * layout, axis and packing; and what zeros, infinities and NaN do.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const units[] = {"glu", "bilinear_glu", "reglu", "geglu", "swiglu"};
enum { UNITS = sizeof units / sizeof *units };

/* Exactly high + low. */
typedef struct {
  double high;
  long double low;
} exact;

/* A tensor x and what should come of it, in row-major order. */
typedef struct {
  ramp_fold fold;
  ramp_type type;
  int axis, axes;
  int64_t shape[RAMP_AXES_MAX], out_shape[RAMP_AXES_MAX];
  size_t n; /* elements of y */
  uint64_t random;
  unsigned char *x, *dy;
  exact *y, *dvalue, *dgate;
  unsigned char *seen_y, *seen_dx; /* bits that came first: all must be the same */
  bool seen;
} problem;

static void *allocate(size_t bytes) {
  void *memory = calloc(bytes + 1, 1);
  assert_non_null(memory);
  return memory;
}

/* ------------------------------------------------------------------ what should come */

/* Row-major places in x of the value and the gate of element i of y. */
static void find_parts(const problem *p, size_t i, size_t *value, size_t *gate) {
  size_t inner = 1, half = (size_t)p->out_shape[p->axis];
  for (int axis = p->axis + 1; axis < p->axes; axis++)
    inner *= (size_t)p->shape[axis];
  size_t along = i / inner % half, line = i / inner / half;
  bool halves = p->fold.packing == RAMP_HALVES;
  size_t first = halves ? along : 2 * along, second = halves ? along + half : first + 1;
  first = (line * 2 * half + first) * inner + i % inner;
  second = (line * 2 * half + second) * inner + i % inner;
  *value = p->fold.gate_first ? second : first;
  *gate = p->fold.gate_first ? first : second;
}

static double element(const problem *p, const unsigned char *from, size_t i) {
  return number_value(p->type, number_load(p->type, from, i));
}

static exact times(exact a, double b) {
  long double product = (long double)a.high * b, low = a.low * b;
  double high = (double)(product + low);
  long double error = fmal(a.high, b, -product);
  return (exact){high, (product - high) + (error + low)};
}

static void solve(problem *p) {
  ramp_function f = function_of(ramp_fold_row_at(p->fold.row)->gate);
  oracle *truth = truth_of(&f);
  for (size_t i = 0; i < p->n; i++) {
    size_t value_at, gate_at;
    find_parts(p, i, &value_at, &gate_at);
    double value = element(p, p->x, value_at), gate = element(p, p->x, gate_at),
           dy = element(p, p->dy, i);
    exact slope;
    oracle_exact(truth, ORACLE_VALUE, gate, value, &p->y[i].high, &p->y[i].low);
    oracle_exact(truth, ORACLE_VALUE, gate, dy, &p->dvalue[i].high, &p->dvalue[i].low);
    oracle_exact(truth, ORACLE_DERIVATIVE, gate, value, &slope.high, &slope.low);
    p->dgate[i] = times(slope, dy);
  }
  oracle_close(truth);
}

/* Finite numbers: what is infinite or NaN has a test of its own. */
static void fill_finite(problem *p, size_t n, unsigned char *elements, double scale) {
  for (size_t i = 0; i < n; i++) {
    double number = (double)between(&p->random, -100000, 100000) * 1e-5 * scale;
    if (between(&p->random, 0, 9) == 0) number *= p->type == RAMP_F16 ? 20 : 2000;
    if (between(&p->random, 0, 9) == 0) number = (double)between(&p->random, -1, 1);
    number_store(p->type, elements, i, number_round(p->type, number));
  }
}

static void set_problem(problem *p, const char *unit, int packing, int gate_first) {
  char text[80];
  snprintf(text, sizeof text, "%s:packing=%s,gate=%s", unit,
           packing ? "interleaved" : "halves", gate_first ? "first" : "second");
  assert_int_equal(ramp_fold_parse(text, &p->fold), RAMP_OK);
  memcpy(p->out_shape, p->shape, sizeof p->shape);
  p->out_shape[p->axis] /= 2;
  p->n = 1;
  for (int i = 0; i < p->axes; i++)
    p->n *= (size_t)p->out_shape[i];
  p->x = allocate(p->n * 16), p->dy = allocate(p->n * 8);
  p->seen_y = allocate(p->n * 8), p->seen_dx = allocate(p->n * 16);
  p->y = allocate(p->n * sizeof *p->y), p->dvalue = allocate(p->n * sizeof *p->dvalue);
  p->dgate = allocate(p->n * sizeof *p->dgate);
  p->seen = false;
  fill_finite(p, 2 * p->n, p->x, 6);
  fill_finite(p, p->n, p->dy, 2);
  solve(p);
}

static void free_problem(problem *p) {
  free(p->x), free(p->dy), free(p->seen_y), free(p->seen_dx);
  free(p->y), free(p->dvalue), free(p->dgate);
}

/* ------------------------------------------------------------------ what comes */

/* In 64 bits what ramp.h bounds is rounded once more for each factor. */
static void near(const problem *p, const char *what, const unsigned char *got, size_t at,
                 exact expected, double f64_bound) {
  double bound = p->type == RAMP_F64 ? f64_bound : 0.5001;
  double ulps = number_ulps(p->type, element(p, got, at), expected.high, expected.low);
  char text[80];
  ramp_fold_text(&p->fold, text, sizeof text);
  if (!(ulps <= bound))
    fail_msg("%s %s %s: %s is %.17g instead of %.17g, %g units away", text,
             ramp_type_name(p->type), ramp_variant(), what, element(p, got, at),
             expected.high, ulps);
}

static void judge(problem *p, const unsigned char *y, const unsigned char *dx) {
  for (size_t i = 0; i < p->n; i++) {
    size_t value, gate;
    find_parts(p, i, &value, &gate);
    near(p, "y", y, i, p->y[i], 2);
    near(p, "dvalue", dx, value, p->dvalue[i], 2);
    near(p, "dgate", dx, gate, p->dgate[i], 5);
  }
  size_t size = ramp_type_size(p->type);
  if (p->type != RAMP_F64 && p->seen) {
    assert_memory_equal(y, p->seen_y, p->n * size);
    assert_memory_equal(dx, p->seen_dx, 2 * p->n * size);
  }
  memcpy(p->seen_y, y, p->n * size);
  memcpy(p->seen_dx, dx, 2 * p->n * size);
  p->seen = true;
}

/* In place: dx is x. */
static void run(problem *p, tensor_layout layout, bool in_place) {
  DLDataType dtype = tensor_dtype(p->type);
  tensor *x = tensor_make(&p->random, dtype, p->axes, p->shape, layout),
         *y = tensor_make(&p->random, dtype, p->axes, p->out_shape, layout),
         *dy = tensor_make(&p->random, dtype, p->axes, p->out_shape, layout),
         *own_dx = tensor_make(&p->random, dtype, p->axes, p->shape, layout),
         *dx = in_place ? x : own_dx;
  tensor_write(x, p->x);
  tensor_write(dy, p->dy);
  tensor_remember(y), tensor_remember(dx);
  assert_int_equal(ramp_fold_forward(&p->fold, p->axis, &x->dl, NULL, &y->dl, NULL),
                   RAMP_OK);
  assert_int_equal(ramp_fold_backward(&p->fold, p->axis, &x->dl, NULL, &dy->dl, &dx->dl),
                   RAMP_OK);
  unsigned char *got_y = allocate(p->n * 8), *got_dx = allocate(p->n * 16);
  tensor_read(y, got_y);
  tensor_read(dx, got_dx);
  judge(p, got_y, got_dx);
  tensor_check_untouched(y, false);
  tensor_check_untouched(dx, false);
  free(got_y), free(got_dx);
  tensor_free(x), tensor_free(y), tensor_free(dy), tensor_free(own_dx);
}

static void run_all(void *context) {
  run(context, LAYOUT_COMPACT, false);
  run(context, LAYOUT_WRITE, false);
  run(context, LAYOUT_WRITE, true);
}

static void small_tensors(void **state) {
  (void)state;
  problem p = {.random = 21};
  for (int round = 0; round < 4 * UNITS * 4; round++) {
    p.axes = random_shape(&p.random, 4, 120, p.shape);
    if (p.axes == 0) p.axes = 1, p.shape[0] = 1;
    p.axis = (int)between(&p.random, 0, p.axes - 1);
    p.shape[p.axis] *= 2;
    p.type = (ramp_type)(round % 4);
    set_problem(&p, units[round / 4 % UNITS], (int)between(&p.random, 0, 1),
                (int)between(&p.random, 0, 1));
    on_every_machine(run_all, &p);
    free_problem(&p);
  }
}

/* ------------------------------------------------------------------ large ones */

enum { LARGE = 300000 };

/* One block in three has a gate beyond what bounded loops take, the threads' parts begin
   elsewhere: neither may show. */
static void blocks_do_not_show(void **state) {
  (void)state;
  float *x = allocate(2 * LARGE * sizeof *x), *y = allocate(LARGE * sizeof *y),
        *dx = allocate(2 * LARGE * sizeof *dx);
  int64_t in[1] = {2 * LARGE}, out[1] = {LARGE}, in1[1] = {2}, out1[1] = {1};
  DLDataType f32 = {kDLFloat, 32, 1};
  for (size_t i = 0; i < 2 * LARGE; i++)
    x[i] = (float)sin((double)i * 1.1) * (i % 1531 == 7 ? 30000 : 12);
  for (int unit = 0; unit < UNITS; unit++) {
    ramp_fold fold;
    assert_int_equal(ramp_fold_parse(units[unit], &fold), RAMP_OK);
    DLTensor from = {x, {kDLCPU, 0}, 1, f32, in, NULL, 0},
             to = {y, {kDLCPU, 0}, 1, f32, out, NULL, 0},
             back = {dx, {kDLCPU, 0}, 1, f32, in, NULL, 0};
    assert_int_equal(ramp_fold_forward(&fold, 0, &from, NULL, &to, NULL), RAMP_OK);
    assert_int_equal(ramp_fold_backward(&fold, 0, &from, NULL, &to, &back), RAMP_OK);
    for (size_t i = 0; i < LARGE; i += 101) {
      float pair[2] = {x[i], x[i + LARGE]}, alone, apart[2], seed = y[i];
      DLTensor one = {pair, {kDLCPU, 0}, 1, f32, in1, NULL, 0},
               single = {&alone, {kDLCPU, 0}, 1, f32, out1, NULL, 0},
               dy = {&seed, {kDLCPU, 0}, 1, f32, out1, NULL, 0},
               dpair = {apart, {kDLCPU, 0}, 1, f32, in1, NULL, 0};
      assert_int_equal(ramp_fold_forward(&fold, 0, &one, NULL, &single, NULL), RAMP_OK);
      assert_int_equal(ramp_fold_backward(&fold, 0, &one, NULL, &dy, &dpair), RAMP_OK);
      assert_memory_equal(&alone, &y[i], sizeof alone);
      assert_memory_equal(&apart[0], &dx[i], sizeof alone);
      assert_memory_equal(&apart[1], &dx[i + LARGE], sizeof alone);
    }
  }
  free(x), free(y), free(dx);
}

/* ------------------------------------------------------------------ special numbers */

typedef struct {
  const char *unit;
  double value, gate, dy, y, dvalue, dgate;
} special;

static const special specials[] = {
    /* no limit: infinity times what tends to 0 */
    {"swiglu", INFINITY, -INFINITY, 1, NAN, -0.0, -0.0},
    {"glu", INFINITY, -INFINITY, 1, NAN, 0.0, 0.0},
    {"reglu", -INFINITY, -1, 1, NAN, 0.0, -0.0},
    {"bilinear_glu", INFINITY, 0.0, 1, NAN, 0.0, INFINITY},
    /* a zero blocks what is infinite */
    {"reglu", 2, -1, INFINITY, 0.0, 0.0, 0.0},
    {"reglu", 0.0, 3, INFINITY, 0.0, INFINITY, 0.0},
    {"swiglu", 2, -INFINITY, INFINITY, -0.0, -0.0, -0.0},
    {"swiglu", -0.0, 3, -INFINITY, -0.0, -INFINITY, 0.0},
    {"glu", INFINITY, 3, 0.0, INFINITY, 0.0, 0.0},
    {"bilinear_glu", INFINITY, INFINITY, -0.0, INFINITY, -0.0, -0.0},
    /* what is infinite without a zero */
    {"glu", -2, INFINITY, 3, -2, 3, -0.0},
    {"swiglu", 1, INFINITY, 2, INFINITY, INFINITY, 2},
    {"geglu", INFINITY, 1e30, -1, INFINITY, -1e30, -INFINITY},
    {"reglu", -INFINITY, 5, 2, -INFINITY, 10, -INFINITY},
    /* NaN passes through all, zeros too */
    {"reglu", NAN, -1, 1, NAN, 0.0, NAN},
    {"reglu", 1, NAN, 1, NAN, NAN, NAN},
    {"glu", 1, -INFINITY, NAN, 0.0, NAN, NAN},
    {"bilinear_glu", 0.0, 0.0, NAN, 0.0, NAN, NAN},
    /* relu's kink: the slope of least magnitude */
    {"reglu", 7, 0.0, 1, 0.0, 0.0, 0.0},
};

static void same_number(const special *s, ramp_type type, const char *what,
                        const void *got, size_t i, double expected) {
  uint64_t bits = number_load(type, got, i), wanted = number_round(type, expected);
  if (bits != wanted)
    fail_msg("%s %s %s of value %g, gate %g, dy %g: %s is %g instead of %g", s->unit,
             ramp_type_name(type), ramp_variant(), s->value, s->gate, s->dy, what,
             number_value(type, bits), expected);
}

static void check_specials(void *context) {
  (void)context;
  int64_t in[1] = {2}, out[1] = {1};
  for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
    for (ramp_type type = RAMP_F64; type <= RAMP_BF16; type++) {
      const special *s = &specials[i];
      if (type == RAMP_F16 && s->gate == 1e30) continue;
      double x[2], y[1], dy[1], dx[2];
      number_store(type, x, 0, number_round(type, s->value));
      number_store(type, x, 1, number_round(type, s->gate));
      number_store(type, dy, 0, number_round(type, s->dy));
      DLDataType dtype = tensor_dtype(type);
      DLTensor from = {x, {kDLCPU, 0}, 1, dtype, in, NULL, 0},
               to = {y, {kDLCPU, 0}, 1, dtype, out, NULL, 0},
               seed = {dy, {kDLCPU, 0}, 1, dtype, out, NULL, 0},
               back = {dx, {kDLCPU, 0}, 1, dtype, in, NULL, 0};
      ramp_fold fold;
      assert_int_equal(ramp_fold_parse(s->unit, &fold), RAMP_OK);
      assert_int_equal(ramp_fold_forward(&fold, 0, &from, NULL, &to, NULL), RAMP_OK);
      assert_int_equal(ramp_fold_backward(&fold, 0, &from, NULL, &seed, &back), RAMP_OK);
      same_number(s, type, "y", y, 0, s->y);
      same_number(s, type, "dvalue", dx, 0, s->dvalue);
      same_number(s, type, "dgate", dx, 1, s->dgate);
    }
}

static void special_numbers(void **state) {
  (void)state;
  on_every_machine(check_specials, NULL);
}

/* dy value overflows, or underflows, in between; dgate does not. */
static void large_and_small_factors(void **state) {
  (void)state;
  static const struct {
    double value, gate, dy;
  } factors[] = {{1e300, -600, 1e200},
                 {1e-200, 3, 1e-120},
                 {1e200, -40, 1e-250},
                 {3e-310, 2, 5},
                 {1e160, -700, 1e160}};
  int64_t in[1] = {2}, out[1] = {1};
  DLDataType f64 = {kDLFloat, 64, 1};
  ramp_function silu = function_of("silu");
  oracle *truth = truth_of(&silu);
  ramp_fold fold;
  assert_int_equal(ramp_fold_parse("swiglu", &fold), RAMP_OK);
  for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
    double x[2] = {factors[i].value, factors[i].gate}, dy = factors[i].dy, dx[2];
    DLTensor from = {x, {kDLCPU, 0}, 1, f64, in, NULL, 0},
             seed = {&dy, {kDLCPU, 0}, 1, f64, out, NULL, 0},
             back = {dx, {kDLCPU, 0}, 1, f64, in, NULL, 0};
    assert_int_equal(ramp_fold_backward(&fold, 0, &from, NULL, &seed, &back), RAMP_OK);
    exact slope;
    oracle_exact(truth, ORACLE_DERIVATIVE, x[1], 1, &slope.high, &slope.low);
    long double expected = ((long double)slope.high + slope.low) * x[0] * dy;
    double ulps =
        number_ulps(RAMP_F64, dx[1], (double)expected, expected - (double)expected);
    if (!(ulps <= 5)) fail_msg("dgate %zu is %g instead of %Lg", i, dx[1], expected);
  }
  oracle_close(truth);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_tensors),
      cmocka_unit_test(blocks_do_not_show),
      cmocka_unit_test(special_numbers),
      cmocka_unit_test(large_and_small_factors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
