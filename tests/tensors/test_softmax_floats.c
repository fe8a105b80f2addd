/* SPDX-License-Identifier: MIT */
/* Softmax backward goes from floats to floats where lines are contiguous, and by way of
   chunks of doubles where they are not: both must give the same bits. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 3, LONGEST = 2500 };

typedef struct arrays {
  float y[LINES * LONGEST], dy[LINES * LONGEST];
} arrays;

/* What `name` hands back for lines of `length` floats that lie `step` floats apart. */
static void back(const char *name, const arrays *a, int64_t length, int64_t step,
                 float *dx) {
  static float y[2 * LINES * LONGEST], dy[2 * LINES * LONGEST], out[2 * LINES * LONGEST];
  int64_t shape[2] = {LINES, length}, strides[2] = {step * length, step};
  ramp_fold fold;
  assert_int_equal(ramp_fold_parse(name, &fold), RAMP_OK);
  for (int64_t i = 0; i < LINES * length; i++) {
    y[i * step] = a->y[i];
    dy[i * step] = a->dy[i];
  }
  DLTensor t[3];
  float *memory[3] = {y, dy, out};
  for (int i = 0; i < 3; i++)
    t[i] = (DLTensor){.data = memory[i],
                      .device = {kDLCPU, 0},
                      .ndim = 2,
                      .dtype = {kDLFloat, 32, 1},
                      .shape = shape,
                      .strides = strides};
  if (ramp_fold_backward(&fold, 1, &t[0], NULL, &t[1], &t[2]) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
  for (int64_t i = 0; i < LINES * length; i++)
    dx[i] = out[i * step];
}

static void expect_same(const arrays *a, int64_t length, const char *what) {
  static float near[LINES * LONGEST], apart[LINES * LONGEST];
  static arrays logarithms;
  const char *names[] = {"softmax", "softmin", "softmax_one", "log_softmax"};
  logarithms = *a;
  for (int64_t i = 0; i < LINES * length; i++)
    logarithms.y[i] = logf(a->y[i]);
  for (int n = 0; n < 4; n++) {
    back(names[n], n < 3 ? a : &logarithms, length, 1, near);
    back(names[n], n < 3 ? a : &logarithms, length, 2, apart);
    for (int64_t i = 0; i < LINES * length; i++)
      if (memcmp(&near[i], &apart[i], sizeof *near) != 0)
        fail_msg("%s, %s, length %d, element %d: %a in floats, %a in doubles", names[n],
                 what, (int)length, (int)i, (double)near[i], (double)apart[i]);
  }
}

static float scattered(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (float)((double)(*state >> 33) * 0x1p-30 - 1);
}

static void lines_of_floats_have_the_bits_of_doubles(void **state) {
  (void)state;
  static arrays a;
  const int64_t lengths[] = {1, 2, 15, 16, 17, 64, 100, 1000, 1024, 1031, LONGEST};
  uint64_t random = 5;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++) {
      for (int64_t i = 0; i < LINES * lengths[n]; i++) {
        a.y[i] = i % 5 == 4 ? 0 : expf(-9 * fabsf(scattered(&random)));
        a.dy[i] = i % 7 == 6 ? -0.0f : scattered(&random);
      }
      expect_same(&a, lengths[n], "numbers");
      if (lengths[n] < 5) continue;
      a.dy[4] = INFINITY; /* y is 0 there and blocks it */
      expect_same(&a, lengths[n], "a blocked infinity");
      a.dy[1] = -INFINITY;
      expect_same(&a, lengths[n], "an infinity");
      a.y[lengths[n]] = -NAN;
      expect_same(&a, lengths[n], "NaN");
    }
  }
  ramp_variant_set(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_of_floats_have_the_bits_of_doubles)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
