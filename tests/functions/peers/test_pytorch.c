/* SPDX-License-Identifier: MIT */
/* 64-bit values and derivatives against PyTorch's, within what PyTorch's formulas lose:
   pytorch_values.py, which wrote the numbers, says how much that is. */
#include "support.h"

#include <float.h>
#include <math.h>

enum { INPUTS = 41, DIRECTIONS = 2 };

/* Of the two directions value and derivative: the numbers, NAN where PyTorch has its own
   convention, and the largest number a + b |x| on the way to them. */
typedef struct {
  const char *text;
  double growth;
  struct {
    double a, b;
  } through[DIRECTIONS];
  double number[DIRECTIONS][INPUTS];
} pytorch_function;

#include "pytorch_values.def"

static double error_of(const pytorch_function *p, int direction, int i) {
  double size = fabs(inputs[i]);
  double relative = fabs(p->number[direction][i]) * (1 + p->growth * size);
  double absolute = p->through[direction].a + p->through[direction].b * size;
  return 0x1p-50 * fmax(relative, absolute) + DBL_TRUE_MIN;
}

static void check_direction(const pytorch_function *p, const ramp_function *f,
                            int direction) {
  double y[INPUTS];
  assert_int_equal(compute(f, direction ? ORACLE_DERIVATIVE : ORACLE_VALUE, RAMP_F64,
                           INPUTS, inputs, y),
                   RAMP_OK);
  for (int i = 0; i < INPUTS; i++) {
    double theirs = p->number[direction][i], error = error_of(p, direction, i);
    if (isnan(theirs) || y[i] == theirs || fabs(y[i] - theirs) <= error) continue;
    fail_msg("%s of %s at %.17g is %.17g, PyTorch's is %.17g within %.2g",
             direction ? "derivative" : "value", p->text, inputs[i], y[i], theirs, error);
  }
}

static void every_function(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    ramp_function f;
    if (ramp_function_parse(functions[k].text, &f) == RAMP_UNKNOWN_FUNCTION) continue;
    f = function_of(functions[k].text);
    for (int direction = 0; direction < DIRECTIONS; direction++)
      check_direction(&functions[k], &f, direction);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_function)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
