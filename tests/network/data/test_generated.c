/* SPDX-License-Identifier: MIT */
/* The generated sets: their formulas, their noise, and that the seed alone decides them.
   */
#include "scratch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

typedef struct both {
  ramp_data *part[2];
} both;

static both open_set(const char *name, size_t examples, uint64_t seed) {
  both b;
  ramp_data_options options = {.examples = examples, .seed = seed};
  scratch_open(name, &options, &b.part[0], &b.part[1]);
  assert_string_equal(b.part[0]->name, name);
  assert_null(b.part[0]->classes);
  assert_true(b.part[0]->target_mean == 0 && b.part[0]->target_deviation == 1);
  return b;
}

static void close_set(both b) {
  ramp_data_free(b.part[0]);
  ramp_data_free(b.part[1]);
}

/* The distance of a point to the curve it was drawn from, summed in squares over all
   examples of a set; points are known by their label. */
typedef double distance(const float *x, int label);

/* Checks sizes, the balance of classes, and that the mean square of the distance to the
   curve is the variance of the noise across it: within 5 %, over 10000 examples. */
static void check_noise(const char *name, distance *measure, double expected) {
  both b = open_set(name, 10000, 11);
  double squares = 0;
  size_t ones = 0;
  assert_int_equal(b.part[0]->examples, 8000);
  assert_int_equal(b.part[1]->examples, 2000);
  for (int p = 0; p < 2; p++)
    for (size_t i = 0; i < b.part[p]->examples; i++) {
      double d = measure(b.part[p]->x + 2 * i, b.part[p]->label[i]);
      squares += d * d;
      ones += (size_t)b.part[p]->label[i];
    }
  assert_int_equal(ones, 5000);
  double ratio = sqrt(squares / 10000) / expected;
  if (!(fabs(ratio - 1) < 0.05))
    fail_msg("%s: noise is %g of what it should be", name, ratio);
  close_set(b);
}

/* To the nearest corner of the label's; both inputs have noise. */
static double to_corner(const float *x, int label) {
  double up = hypot(x[0] - 1, x[1] - (label ? -1 : 1));
  double down = hypot(x[0] + 1, x[1] + (label ? -1 : 1));
  return fmin(up, down);
}

static void test_xor(void **state) {
  (void)state;
  check_noise("xor", to_corner, 0.3 * sqrt(2));
}

static double to_moon(const float *x, int label) {
  return label ? hypot(x[0] - 1, x[1] - 0.5) - 1 : hypot(x[0], x[1]) - 1;
}

static void test_moons(void **state) {
  (void)state;
  check_noise("moons", to_moon, 0.1);
  both b = open_set("moons", 4000, 5);
  size_t wrong_half = 0;
  for (size_t i = 0; i < b.part[0]->examples; i++) {
    double y = b.part[0]->x[2 * i + 1];
    wrong_half += b.part[0]->label[i] ? y > 0.5 : y < 0;
  }
  assert_true(wrong_half < b.part[0]->examples / 10);
  close_set(b);
}

/* To the nearest point of the arm, searched in steps that are fine beside the noise. */
static double to_arm(const float *x, int label) {
  double nearest = INFINITY;
  for (int i = 0; i <= 2000; i++) {
    double s = i / 2000.0, angle = 3.5 * pi * s + pi * label;
    double d = hypot(x[0] - 2 * s * cos(angle), x[1] - 2 * s * sin(angle));
    if (d < nearest) nearest = d;
  }
  return nearest;
}

static void test_spiral(void **state) {
  (void)state;
  check_noise("spiral", to_arm, 0.05);
}

/* No line separates the spiral's arms, nor xor's corners, much better than chance: least
   squares on (1, x0, x1), which is what a linear model can do. */
static double linear_accuracy(const ramp_data *data) {
  double a[3][4] = {{0}};
  for (size_t i = 0; i < data->examples; i++) {
    double v[4] = {1, data->x[2 * i], data->x[2 * i + 1], 2 * data->label[i] - 1};
    for (int r = 0; r < 3; r++)
      for (int c = 0; c < 4; c++)
        a[r][c] += v[r] * v[c];
  }
  for (int k = 0; k < 3; k++)
    for (int r = 0; r < 3; r++)
      for (int c = 3; r != k && c >= k; c--)
        a[r][c] -= a[k][c] * a[r][k] / a[k][k];
  size_t right = 0;
  for (size_t i = 0; i < data->examples; i++) {
    double y = a[0][3] / a[0][0] + a[1][3] / a[1][1] * data->x[2 * i] +
               a[2][3] / a[2][2] * data->x[2 * i + 1];
    right += (y > 0) == data->label[i];
  }
  return (double)right / (double)data->examples;
}

static void test_hard_for_a_line(void **state) {
  (void)state;
  const char *const names[] = {"spiral", "xor", "moons"};
  for (int i = 0; i < 3; i++) {
    both b = open_set(names[i], 0, 1);
    double accuracy = linear_accuracy(b.part[0]);
    assert_int_equal(b.part[0]->examples, 1600);
    assert_true(i < 2 ? accuracy < 0.7 : accuracy > 0.8 && accuracy < 0.95);
    close_set(b);
  }
}

static void test_sine(void **state) {
  (void)state;
  both b = open_set("sine", 10000, 2);
  double squares = 0, least = 9, largest = -9;
  assert_int_equal(b.part[0]->task, RAMP_REGRESSION);
  assert_int_equal(b.part[0]->inputs, 1);
  assert_int_equal(b.part[0]->outputs, 1);
  for (int p = 0; p < 2; p++)
    for (size_t i = 0; i < b.part[p]->examples; i++) {
      double x = b.part[p]->x[i], d = b.part[p]->target[i] - sin(x);
      squares += d * d;
      least = fmin(least, x);
      largest = fmax(largest, x);
    }
  assert_true(fabs(sqrt(squares / 10000) / 0.1 - 1) < 0.05);
  assert_true(least >= -pi && least < -3.1 && largest <= pi && largest > 3.1);
  close_set(b);
}

/* The same seed gives the same bits, another seed others. */
static void test_seed(void **state) {
  (void)state;
  const char *const names[] = {"xor", "moons", "spiral", "sine"};
  for (int i = 0; i < 4; i++) {
    both a = open_set(names[i], 100, 7), b = open_set(names[i], 100, 7);
    both c = open_set(names[i], 100, UINT64_C(7) << 32 | 7);
    size_t bytes = 80 * a.part[0]->inputs * sizeof(float);
    assert_memory_equal(a.part[0]->x, b.part[0]->x, bytes);
    assert_memory_not_equal(a.part[0]->x, c.part[0]->x, bytes);
    close_set(a);
    close_set(b);
    close_set(c);
  }
}

static int in_either(both b, const float *point) {
  for (int p = 0; p < 2; p++)
    for (size_t i = 0; i < b.part[p]->examples; i++)
      if (memcmp(b.part[p]->x + 2 * i, point, 2 * sizeof *point) == 0) return 1;
  return 0;
}

/* Example i depends on the seed and i alone: a larger set holds every example of a
   smaller. */
static void test_larger_holds_smaller(void **state) {
  (void)state;
  both few = open_set("spiral", 50, 3), many = open_set("spiral", 200, 3);
  for (size_t i = 0; i < few.part[0]->examples; i++)
    assert_true(in_either(many, few.part[0]->x + 2 * i));
  close_set(few);
  close_set(many);
}

static void test_bad_options(void **state) {
  (void)state;
  const double shares[] = {-0.1, 1, 1.5, NAN, INFINITY};
  for (int i = 0; i < 5; i++)
    scratch_refused("xor", &(ramp_data_options){.test_share = shares[i]},
                    RAMP_INVALID_OPTION, "test share", "below 1");
  scratch_refused("xor", &(ramp_data_options){.examples = 1}, RAMP_INVALID_OPTION, "xor",
                  "at least 2");
  scratch_refused("xor", &(ramp_data_options){.examples = SIZE_MAX}, RAMP_OUT_OF_MEMORY,
                  "xor", "not enough memory");
  scratch_refused("xor", &(ramp_data_options){.header = 2}, RAMP_INVALID_OPTION, "header",
                  "1, 0 or -1");
  scratch_refused("xor", &(ramp_data_options){.task = (ramp_task_choice)3},
                  RAMP_INVALID_OPTION, "task 3", "ramp_task_choice");
  scratch_refused(NULL, NULL, RAMP_NULL_POINTER, "ramp_data_open", "name");
  scratch_refused("spirals", NULL, RAMP_CANNOT_OPEN, "'spirals'", "xor, moons, spiral");
  ramp_data_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_xor),
      cmocka_unit_test(test_moons),
      cmocka_unit_test(test_spiral),
      cmocka_unit_test(test_hard_for_a_line),
      cmocka_unit_test(test_sine),
      cmocka_unit_test(test_seed),
      cmocka_unit_test(test_larger_holds_smaller),
      cmocka_unit_test(test_bad_options),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
