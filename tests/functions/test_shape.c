/* SPDX-License-Identifier: MIT */
/*
 * What the table claims of a function's shape (ramp_function_shape_of()) against what its
 * numbers do: odd, even, increasing, linear between kinks, within its bounds; and that it
 * claims no less than holds.  All numbers of the 16-bit types, in ascending order; of f32
 * the sample, in ascending order, and runs of neighbours.
 */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 64
#define RUN 1024

/* Parameters beside the defaults; every row of the table comes before them. */
static const char *const others[] = {
    "leaky_relu:0",
    "leaky_relu:-1",
    "leaky_relu:1",
    "leaky_relu:2",
    "leaky_relu:-3",
    "clip:0,0",
    "clip:-2,2",
    "clip:-0.25,7",
    "softplus:0.1",
    "softplus:20",
    "elu:0",
    "elu:3",
    "prelu:-0.5",
    "prelu:0",
    "rrelu:-0.5,0.25",
    "rrelu:0.5,0.75",
    "threshold:0,0",
    "threshold:-2,5",
    "threshold:1,1",
    "threshold:2,-3",
    "hard_sigmoid:1,0",
    "hard_sigmoid:3,-2",
    "hard_shrink:0",
    "hard_shrink:2",
    "soft_shrink:0",
    "soft_shrink:2",
    "srelu:-1,0.5,1,0.5",
    "srelu:-1,2,3,0",
    "srelu:0,-1,0,1",
    "srelu:-1,0,2,-1",
    "star_relu:-1,2",
    "star_relu:0,1",
    "isru:0.25",
    "isru:100",
    "isrlu:4",
    "celu:0.25",
    "celu:5",
    "swish:2",
    "swish:0.5",
    "squareplus:0.25",
    "squareplus:100",
    "gaussian:3",
    "multiquadric:3",
    "inverse_quadratic:3",
    "inverse_multiquadric:0.5",
};

/* A function's numbers over ascending inputs without NaN. */
typedef struct course {
  const char *name;
  ramp_type type;
  size_t count;
  void *x, *y, *slope;
  ramp_function f;
  ramp_function_shape shape;
} course;

static double at(const course *c, const void *array, size_t i) {
  return number_value(c->type, number_load(c->type, array, i));
}

/* ------------------------------------------------------------------ making one */

static int by_rank(const void *a, const void *b) {
  int64_t p = *(const int64_t *)a, q = *(const int64_t *)b;
  return p < q ? -1 : p > q;
}

/* Both signs of every input, so that each has its opposite. */
static void add_rank(int64_t *rank, size_t *count, ramp_type type, uint64_t bits) {
  if (number_is_nan(type, bits)) return;
  rank[(*count)++] = number_rank(type, bits);
  rank[(*count)++] = number_rank(type, bits ^ number_sign(type));
}

static int64_t *ranks(oracle *truth, ramp_type type, size_t *count) {
  sample s = sample_for(truth, type);
  int64_t *rank = calloc(2 * (s.count + RUNS * RUN), sizeof *rank);
  assert_non_null(rank);
  uint64_t random = 17;
  *count = 0;
  for (size_t i = 0; i < s.count; i++)
    add_rank(rank, count, type, number_load(type, s.x, i));
  for (int run = 0; run < RUNS && type == RAMP_F32; run++) {
    uint64_t first = (uint64_t)(96 + run) << 23 | number_random(&random) >> 41;
    for (uint64_t i = 0; i < RUN; i++)
      add_rank(rank, count, type, first + i);
  }
  sample_free(&s);
  qsort(rank, *count, sizeof *rank, by_rank);
  return rank;
}

static course run(const char *name, oracle *truth, const ramp_function *f,
                  ramp_type type) {
  course c = {.name = name, .type = type, .f = *f};
  int64_t *rank = ranks(truth, type, &c.count);
  size_t size = ramp_type_size(type);
  c.x = calloc(c.count, size);
  c.y = calloc(c.count, size);
  c.slope = calloc(c.count, size);
  assert_true(c.x && c.y && c.slope);
  for (size_t i = 0; i < c.count; i++)
    number_store(type, c.x, i, number_at_rank(type, rank[i]));
  free(rank);
  assert_int_equal(ramp_function_shape_of(f, &c.shape), RAMP_OK);
  assert_int_equal(ramp_forward(f, type, c.count, c.x, c.y), RAMP_OK);
  assert_int_equal(ramp_derivative(f, type, c.count, c.x, c.slope), RAMP_OK);
  return c;
}

static void end(course *c) {
  free(c->x);
  free(c->y);
  free(c->slope);
}

/* ------------------------------------------------------------------ what holds */

/* Where array[i] has not the bits of (minus) its opposite, which is as far from the other
   end; count for nowhere.  Zeros are equal whatever their sign, unless `strictly`. */
static size_t first_asymmetry(const course *c, const void *array, bool odd,
                              bool strictly) {
  for (size_t i = 0; i < c->count; i++) {
    uint64_t here = number_load(c->type, array, i);
    uint64_t there = number_load(c->type, array, c->count - 1 - i);
    bool zeros = number_value(c->type, here) == 0 && number_value(c->type, there) == 0;
    if (zeros && !strictly) continue;
    if (here != (odd ? there ^ number_sign(c->type) : there)) return i;
  }
  return c->count;
}

static size_t first_fall(const course *c) {
  for (size_t i = 1; i < c->count; i++)
    if (at(c, c->y, i) < at(c, c->y, i - 1)) return i;
  return c->count;
}

static bool kink_between(const course *c, double low, double high) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_kinks(&c->f, kinks);
  for (int k = 0; k < n; k++)
    if (low <= kinks[k].at && kinks[k].at <= high) return true;
  return false;
}

/* Where the derivative changes without a kink. */
static size_t first_bend(const course *c) {
  for (size_t i = 1; i < c->count; i++) {
    bool changes = at(c, c->slope, i) != at(c, c->slope, i - 1);
    if (changes && !kink_between(c, at(c, c->x, i - 1), at(c, c->x, i))) return i;
  }
  return c->count;
}

static void fails_at(const course *c, const char *claim, size_t i) {
  fail_msg("%s in %s is not %s at %a: %a, derivative %a", c->name,
           ramp_type_name(c->type), claim, at(c, c->x, i), at(c, c->y, i),
           at(c, c->slope, i));
}

/* ------------------------------------------------------------------ claims */

static void check_symmetry(const course *c) {
  int odd = c->shape.properties & RAMP_SHAPE_ODD;
  int even = c->shape.properties & RAMP_SHAPE_EVEN;
  if (!odd && !even) return;
  size_t i = first_asymmetry(c, c->y, odd, false);
  if (i < c->count) fails_at(c, odd ? "odd" : "even", i);
  i = first_asymmetry(c, c->slope, even, false);
  if (i < c->count) fails_at(c, odd ? "odd, by its derivative," : "even, by it,", i);
}

static void check_increasing(const course *c) {
  if (!(c->shape.properties & RAMP_SHAPE_INCREASING)) return;
  size_t i = first_fall(c);
  if (i < c->count) fails_at(c, "increasing", i);
  for (i = 0; i < c->count; i++)
    if (at(c, c->slope, i) < 0) fails_at(c, "increasing, by its derivative,", i);
}

static void check_linear(const course *c) {
  size_t i = first_bend(c);
  if (c->shape.properties & RAMP_SHAPE_LINEAR && i < c->count) fails_at(c, "linear", i);
}

static double rounded(const course *c, double value) {
  return number_value(c->type, number_round(c->type, value));
}

static bool near_by(double a, double b) {
  return a == b || fabs(a - b) <= 0.01 * (1 + fabs(b));
}

/* And come near to both bounds, or reach them. */
static void check_bounds(const course *c) {
  double lowest = INFINITY, highest = -INFINITY;
  for (size_t i = 0; i < c->count; i++) {
    lowest = fmin(lowest, at(c, c->y, i));
    highest = fmax(highest, at(c, c->y, i));
  }
  double least = rounded(c, c->shape.least), greatest = rounded(c, c->shape.greatest);
  bool within = least <= lowest && highest <= greatest;
  if (!within || !near_by(lowest, least) || !near_by(highest, greatest))
    fail_msg("%s in %s goes from %.9g to %.9g, not from %.9g to %.9g", c->name,
             ramp_type_name(c->type), lowest, highest, least, greatest);
}

/* Of the defaults: what holds is claimed. */
static void check_silence(const course *c) {
  int properties = c->shape.properties;
  if (c->type != RAMP_F32) return;
  if (!(properties & RAMP_SHAPE_ODD) && first_asymmetry(c, c->y, true, true) == c->count)
    fail_msg("%s is odd, which the table does not say", c->name);
  if (!(properties & RAMP_SHAPE_EVEN) &&
      first_asymmetry(c, c->y, false, true) == c->count)
    fail_msg("%s is even, which the table does not say", c->name);
  if (!(properties & RAMP_SHAPE_INCREASING) && first_fall(c) == c->count)
    fail_msg("%s never falls, which the table does not say", c->name);
  if (!(properties & RAMP_SHAPE_LINEAR) && first_bend(c) == c->count)
    fail_msg("%s is linear, which the table does not say", c->name);
}

/* ------------------------------------------------------------------ jumps */

static bool as_good_as_equal(double a, double b) {
  return a == b || fabs(a - b) <= 1e-9 * (1 + fabs(a) + fabs(b));
}

/* Thresholds of the oracle whose two sides have different values. */
static int true_jumps(oracle *truth, ramp_kink *jumps) {
  const double *threshold;
  int n = 0, thresholds = oracle_thresholds(truth, &threshold);
  for (int i = 0; i < thresholds; i++) {
    ramp_kink k = {.at = threshold[i]};
    oracle_sides(truth, ORACLE_VALUE, k.at, &k.left, &k.right);
    if (!as_good_as_equal(k.left, k.right)) jumps[n++] = k;
  }
  return n;
}

/* The values just beside a jump are those of its two sides. */
static void check_beside(const char *name, const ramp_function *f,
                         const ramp_kink *jump) {
  double x[2] = {nextafter(jump->at, -INFINITY), nextafter(jump->at, INFINITY)}, y[2];
  assert_int_equal(ramp_forward(f, RAMP_F64, 2, x, y), RAMP_OK);
  if (!as_good_as_equal(y[0], jump->left) || !as_good_as_equal(y[1], jump->right))
    fail_msg("%s jumps at %g from %g to %g, not from %g to %g", name, jump->at, y[0],
             y[1], jump->left, jump->right);
}

static void check_jumps(const char *name) {
  ramp_function f = function_of(name);
  oracle *truth = truth_of(&f);
  ramp_kink expected[16], got[RAMP_KINKS_MAX];
  int n = true_jumps(truth, expected);
  if (ramp_function_jumps(&f, got) != n) fail_msg("%s: not %d jumps", name, n);
  for (int i = 0; i < n; i++) {
    if (got[i].at != expected[i].at || got[i].left != expected[i].left ||
        got[i].right != expected[i].right)
      fail_msg("%s: jump %d is (%g: %g, %g), should be (%g: %g, %g)", name, i, got[i].at,
               got[i].left, got[i].right, expected[i].at, expected[i].left,
               expected[i].right);
    check_beside(name, &f, &got[i]);
  }
  oracle_close(truth);
}

/* ------------------------------------------------------------------ the tests */

static void has_the_shape_of_the_table(void **state) {
  const char *name = *state;
  ramp_function f = function_of(name);
  oracle *truth = truth_of(&f);
  for (int t = RAMP_F32; t <= RAMP_BF16; t++) {
    course c = run(name, truth, &f, (ramp_type)t);
    check_symmetry(&c);
    check_increasing(&c);
    check_linear(&c);
    check_bounds(&c);
    if (!strchr(name, ':')) check_silence(&c);
    end(&c);
  }
  oracle_close(truth);
  check_jumps(name);
}

int main(void) {
  size_t rows = (size_t)ramp_function_rows(), n = rows + sizeof others / sizeof *others;
  struct CMUnitTest *tests = calloc(n, sizeof *tests);
  if (!tests) return 2;
  for (size_t i = 0; i < n; i++) {
    const char *name = i < rows ? ramp_function_row_at((int)i)->name : others[i - rows];
    tests[i] = (struct CMUnitTest){.name = name,
                                   .test_func = has_the_shape_of_the_table,
                                   .initial_state = (void *)(uintptr_t)name};
  }
  int failed = _cmocka_run_group_tests("shape", tests, n, NULL, NULL);
  free(tests);
  return failed;
}
