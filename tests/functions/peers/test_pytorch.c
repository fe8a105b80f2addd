/* SPDX-License-Identifier: MIT */
/* 64-bit values, derivatives and gradients of parameters against PyTorch's, within what
   PyTorch's formulas lose: pytorch_values.py, which wrote the numbers, says how much. */
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

/* Of each parameter: the sum of dy df/dparameter, and of its terms' magnitudes. */
typedef struct {
  const char *text;
  int parameters;
  double gradient[RAMP_PARAMETERS_MAX][2];
} pytorch_gradients;

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
    ramp_function f = function_of(functions[k].text);
    for (int direction = 0; direction < DIRECTIONS; direction++)
      check_direction(&functions[k], &f, direction);
  }
}

static void every_gradient_of_parameters(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof learned / sizeof *learned; k++) {
    const pytorch_gradients *p = &learned[k];
    double mine[RAMP_PARAMETERS_MAX];
    ramp_function f = function_of(p->text);
    assert_int_equal(
        ramp_gradient_of_parameters(&f, RAMP_F64, INPUTS, inputs, output_gradient, mine),
        RAMP_OK);
    for (int i = 0; i < p->parameters; i++) {
      double theirs = p->gradient[i][0], error = 0x1p-46 * p->gradient[i][1];
      if (!(fabs(mine[i] - theirs) <= error))
        fail_msg("gradient %d of %s is %.17g, PyTorch's is %.17g within %.2g", i, p->text,
                 mine[i], theirs, error);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_function),
                                     cmocka_unit_test(every_gradient_of_parameters)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
