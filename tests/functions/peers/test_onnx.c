/* SPDX-License-Identifier: MIT */
/*
 * Against ONNX's own tests of its operators (Debian's libonnx-testdata): 32- and 64-bit
 * results are within the error of the outputs that ONNX expects, which NumPy or PyTorch
 * computed in 32 bits.
 */
#include "onnx.h"
#include "support.h"

#include <float.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ operators */

/* A parameter of Ramp's: an attribute of the operator, or one of its inputs. */
typedef struct {
  const char *name; /* of Ramp's parameter; null: no more of them */
  const char *attribute;
  size_t input; /* 0: an attribute only */
  double value; /* ONNX's default */
} parameter_source;

typedef struct {
  const char *operator, * function;
  /*
   * How far the expected output may be off, in units in the last place of the output or,
   * if that is larger, of `through`: the largest number that NumPy's formula goes through
   * on its way.  0 where NumPy only selects.
   */
  double ulps, through;
  parameter_source parameter[2];
  const char *factor; /* an attribute by which the function is multiplied, or null */
  bool (*applies)(const onnx_case *c); /* null: always */
} operator_row;

static bool has_no_attribute(const onnx_case *c) {
  double value;
  return !onnx_attribute(c, "alpha", &value) && !onnx_attribute(c, "gamma", &value);
}

static bool is_soft(const onnx_case *c) {
  double bias = 0;
  return onnx_attribute(c, "bias", &bias) && bias != 0;
}

/* The first row that applies counts. */
static const operator_row rows[] = {
    {.operator= "Identity", .function = "identity"},
    {.operator= "Relu", .function = "relu"},
    {.operator= "Abs", .function = "abs"},
    {.operator= "Sign", .function = "sign"},
    {.operator= "Clip",
     .function = "clip",
     .parameter = {{"low", "min", 1, -FLT_MAX}, {"high", "max", 2, FLT_MAX}}},
    {.operator= "ThresholdedRelu",
     .function = "threshold",
     .parameter = {{"theta", "alpha", 0, 1}}},
    {.operator= "LeakyRelu",
     .function = "leaky_relu",
     .ulps = 2,
     .parameter = {{"slope", "alpha", 0, 0.01}}},
    {.operator= "PRelu",
     .function = "prelu",
     .ulps = 2,
     .parameter = {{"slope", "slope", 1, 0}}},
    {.operator= "Shrink",
     .function = "soft_shrink",
     .ulps = 1,
     .through = 2,
     .parameter = {{"lambda", "lambd", 0, 0.5}},
     .applies = is_soft},
    {.operator= "Shrink",
     .function = "hard_shrink",
     .parameter = {{"lambda", "lambd", 0, 0.5}}},
    {.operator= "HardSigmoid",
     .function = "hard_sigmoid",
     .ulps = 2,
     .through = 1,
     .parameter = {{"slope", "alpha", 0, 0.2}, {"offset", "beta", 0, 0.5}}},
    {.operator= "HardSwish", .function = "hard_swish", .ulps = 2, .through = 1},
    {.operator= "Sigmoid", .function = "sigmoid", .ulps = 2},
    {.operator= "Tanh", .function = "tanh", .ulps = 2},
    {.operator= "Softsign", .function = "softsign", .ulps = 2},
    {.operator= "Softplus", .function = "softplus", .ulps = 2, .through = 1},
    {.operator= "Exp", .function = "exp", .ulps = 2},
    {.operator= "Atan", .function = "arctan", .ulps = 2},
    {.operator= "Elu",
     .function = "elu",
     .ulps = 2,
     .through = 1,
     .parameter = {{"alpha", "alpha", 0, 1}}},
    {.operator= "Celu",
     .function = "celu",
     .ulps = 2,
     .through = 1,
     .parameter = {{"alpha", "alpha", 0, 1}}},
    {.operator= "Selu",
     .function = "selu",
     .ulps = 2,
     .through = 2,
     .applies = has_no_attribute},
    {.operator= "Selu",
     .function = "elu",
     .ulps = 2,
     .through = 6,
     .parameter = {{"alpha", "alpha", 0, 1.67326319217681884765625}},
     .factor = "gamma"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static const operator_row *row_of(const onnx_case *c) {
  for (const operator_row *r = rows; r < rows + ROWS; r++)
    if (strcmp(r->operator, onnx_operator(c)) == 0 && (!r->applies || r->applies(c)))
      return r;
  return NULL;
}

/* ------------------------------------------------------------------ one case */

/* The parameter for element i.  An input of several numbers repeats itself, as ONNX's
   broadcasting along the last axes does. */
static double parameter_at(const onnx_case *c, const parameter_source *p, size_t i) {
  double value = p->value;
  onnx_array input = p->input ? onnx_input(c, p->input) : (onnx_array){0, NULL};
  if (input.count) return input.value[i % input.count];
  onnx_attribute(c, p->attribute, &value);
  return value;
}

/* The text of the function for element i: "clip:low=-1,high=1". */
static void function_text(const onnx_case *c, const operator_row *r, size_t i,
                          char text[200]) {
  int length = snprintf(text, 200, "%s", r->function);
  for (int k = 0; k < 2 && r->parameter[k].name; k++)
    length += snprintf(text + length, 200 - (size_t)length, "%c%s=%.17g", k ? ',' : ':',
                       r->parameter[k].name, parameter_at(c, &r->parameter[k], i));
}

static void compute_run(const char *text, ramp_type type, onnx_array x, size_t first,
                        size_t count, double *y) {
  ramp_function f = function_of(text);
  for (size_t i = first; i < first + count; i++)
    y[i] = x.value[i];
  if (type == RAMP_F64) {
    assert_int_equal(ramp_forward(&f, RAMP_F64, count, y + first, y + first), RAMP_OK);
    return;
  }
  float *single = malloc(count * sizeof *single);
  assert_non_null(single);
  assert_int_equal(ramp_forward(&f, RAMP_F32, count, x.value + first, single), RAMP_OK);
  for (size_t i = 0; i < count; i++)
    y[first + i] = single[i];
  free(single);
}

/* y of every element, in runs of elements that have the same parameters. */
static void compute_case(const onnx_case *c, const operator_row *r, ramp_type type,
                         double *y) {
  onnx_array x = onnx_input(c, 0);
  size_t count;
  for (size_t first = 0; first < x.count; first += count) {
    char text[200], next[200];
    function_text(c, r, first, text);
    for (count = 1; first + count < x.count; count++) {
      function_text(c, r, first + count, next);
      if (strcmp(text, next) != 0) break;
    }
    compute_run(text, type, x, first, count, y);
  }
}

static void check_type(const char *folder, const onnx_case *c, const operator_row *r,
                       ramp_type type) {
  onnx_array x = onnx_input(c, 0), wanted = onnx_output(c);
  double *y = malloc(x.count * sizeof *y), factor = 1;
  assert_non_null(y);
  compute_case(c, r, type, y);
  if (r->factor) assert_true(onnx_attribute(c, r->factor, &factor));
  for (size_t i = 0; i < x.count; i++) {
    double got = factor * y[i], largest = fmax(fabs(got), r->through);
    double error = r->ulps * FLT_EPSILON * largest;
    if (!(fabs(got - wanted.value[i]) <= error))
      fail_msg("%s: %s of %.9g in %s is %.17g, ONNX expects %.9g within %.2g", folder,
               r->function, x.value[i], ramp_type_name(type), got, wanted.value[i],
               error);
  }
  free(y);
}

/* ------------------------------------------------------------------ all cases */

static const char *data_folder;

static void check_case(const char *folder, int met[ROWS]) {
  onnx_case *c = onnx_open(folder);
  const operator_row *r = c ? row_of(c) : NULL;
  if (r) {
    check_type(folder, c, r, RAMP_F64);
    check_type(folder, c, r, RAMP_F32);
    met[r - rows]++;
  }
  onnx_close(c);
}

/* Every case of every operator; each row must have met one, or it tests nothing. */
static void every_case(void **state) {
  glob_t found;
  char pattern[4096];
  int met[ROWS] = {0};
  (void)state;
  snprintf(pattern, sizeof pattern, "%s/*/test_*", data_folder);
  assert_int_equal(glob(pattern, 0, NULL, &found), 0);
  for (size_t i = 0; i < found.gl_pathc; i++)
    check_case(found.gl_pathv[i], met);
  globfree(&found);
  for (int i = 0; i < ROWS; i++) {
    print_message("%-16s %-14s %d cases\n", rows[i].operator, rows[i].function, met[i]);
    if (!met[i]) fail_msg("%s has no case of %s", data_folder, rows[i].operator);
  }
}

int main(int count, char **argument) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_case)};
  if (count != 2) return 2;
  data_folder = argument[1];
  return cmocka_run_group_tests(tests, NULL, NULL);
}
