/* SPDX-License-Identifier: MIT */
/* Rows of the table as data, and what follows from a function's parameters: whether
   they are valid, its kinks, the derivative there. */
#include "api/compute.h"
#include "api/status.h"

#include <math.h>
#include <stdio.h>

/* ------------------------------------------------------------ expansions of the table */

#define HE RAMP_INITIAL_HE
#define GLOROT RAMP_INITIAL_GLOROT
#define LECUN RAMP_INITIAL_LECUN

#define NO_PARAMETERS
#define PARAMETER(function, name, value, domain) +1
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 ...)                                                                    \
  parameters_of_##name = 0 parameters,
#define ALIAS(...)
enum {
#include "functions/functions.def"
};
#undef FUNCTION
#undef ALIAS
#undef PARAMETER

#define ANY "any finite number"
#define POSITIVE "above 0"
#define NOT_NEGATIVE "0 or above"
#define PARAMETER(function, name, value, domain) {#name, value, domain},
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 ...)                                                                    \
  {#name,        NULL,  text, dtext, range, start, parameters_of_##name,                 \
   {parameters}, value, slope},
#define ALIAS(name, function, target, start, value, slope, text, dtext, range)           \
  {#name, target, text, dtext, range, start, 0, {{0}}, value, slope},
static const ramp_function_row rows[] = {
#include "functions/functions.def"
};
#undef FUNCTION
#undef ALIAS
#undef PARAMETER
#undef ANY
#undef POSITIVE
#undef NOT_NEGATIVE

enum { ROWS = sizeof rows / sizeof *rows };

/* What the table says beyond the public row; an alias has it from its function. */
typedef struct {
  enum ramp_kernel_number kernel;
  ramp_steps steps;
  double f32_bound[2]; /* of value and derivative, in the fast precision */
  bool (*valid[RAMP_PARAMETERS_MAX])(double);
  int (*kinks)(const double *p, ramp_kink *kinks);
  int (*jumps)(const double *p, ramp_kink *jumps);
  const char *(*objection)(const double *p);
  ramp_function_shape (*shape)(const double *p);
  const char *(*not_from_output)(const double *p, bool *by_zero);
} inner_row;

static bool any(double a) { return isfinite(a); }
static bool positive(double a) { return isfinite(a) && a > 0; }
static bool not_negative(double a) { return isfinite(a) && a >= 0; }
#define ANY any
#define POSITIVE positive
#define NOT_NEGATIVE not_negative
#define PARAMETER(function, name, value, domain) domain,
#define SELECTION RAMP_SELECTION
#define ONE_STEP RAMP_ONE_STEP
#define ROUNDED RAMP_ROUNDED
#define SMOOTH(value, slope) RAMP_SMOOTH
#define BOUNDS_SELECTION                                                                 \
  { 0.5, 0.5 }
#define BOUNDS_ONE_STEP                                                                  \
  { 0.5, 0.5 }
#define BOUNDS_ROUNDED                                                                   \
  { 0.5, 0.5 }
#define BOUNDS_SMOOTH(value, slope)                                                      \
  { value, slope }

#define NO_KINKS
#define KINK(at, left, right) points[n++] = (ramp_kink){at, left, right};
#define NO_JUMPS
#define JUMP(at, left, right) points[n++] = (ramp_kink){at, left, right};
#define ODD RAMP_SHAPE_ODD
#define EVEN RAMP_SHAPE_EVEN
#define INCREASING RAMP_SHAPE_INCREASING
#define LINEAR RAMP_SHAPE_LINEAR
#define SHAPE(properties, least, greatest)                                               \
  (ramp_function_shape) { properties, least, greatest }
#define FROM_OUTPUT(condition, sentence)                                                 \
  *by_zero = false;                                                                      \
  return (condition) ? NULL : sentence;
#define FROM_ZERO_OUTPUT(condition, sentence)                                            \
  *by_zero = true;                                                                       \
  return (condition) ? NULL : sentence;
#define NOT_FROM_OUTPUT(sentence) FROM_OUTPUT(0, sentence)
#define NO_CHECK NULL
#define CHECK(condition, sentence) (condition) ? NULL : sentence
#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 kink_list, check, jump_list, shape, output)                             \
  static int name##_kinks(const double *p, ramp_kink *points) {                          \
    int n = 0;                                                                           \
    (void)p, (void)points;                                                               \
    kink_list return n;                                                                  \
  }                                                                                      \
  static int name##_jumps(const double *p, ramp_kink *points) {                          \
    int n = 0;                                                                           \
    (void)p, (void)points;                                                               \
    jump_list return n;                                                                  \
  }                                                                                      \
  static const char *name##_objection(const double *p) {                                 \
    (void)p;                                                                             \
    return check;                                                                        \
  }                                                                                      \
  static ramp_function_shape name##_shape(const double *p) {                             \
    (void)p;                                                                             \
    return shape;                                                                        \
  }                                                                                      \
  static const char *name##_not_from_output(const double *p, bool *by_zero) {            \
    (void)p;                                                                             \
    output                                                                               \
  }
#define ALIAS(...)
#include "functions/functions.def"
#undef FUNCTION
#undef ALIAS

#define FUNCTION(name, arithmetic, start, value, slope, text, dtext, range, parameters,  \
                 ...)                                                                    \
  {RAMP_KERNEL_##name, arithmetic,   BOUNDS_##arithmetic,                                \
   {parameters},       name##_kinks, name##_jumps,                                       \
   name##_objection,   name##_shape, name##_not_from_output},
#define ALIAS(name, ...)                                                                 \
  {RAMP_KERNELS, RAMP_ROUNDED, {0, 0}, {NULL}, NULL, NULL, NULL, NULL, NULL},
static const inner_row inner_rows[ROWS] = {
#include "functions/functions.def"
};
#undef FUNCTION
#undef ALIAS

/* The row of the function that a row stands for. */
#define FUNCTION(name, ...) RAMP_KERNEL_##name,
#define ALIAS(name, function, ...) RAMP_KERNEL_##function,
static const enum ramp_kernel_number kernel_of_row[ROWS] = {
#include "functions/functions.def"
};
#undef FUNCTION
#undef ALIAS

static const inner_row *inner_of(int row) {
  const inner_row *inner = inner_rows;
  while (inner->kernel != kernel_of_row[row])
    inner++;
  return inner;
}

/* ------------------------------------------------------------------ rows */

int ramp_function_rows(void) { return ROWS; }

const ramp_function_row *ramp_function_row_at(int i) {
  return i >= 0 && i < ROWS ? &rows[i] : NULL;
}

const ramp_function_row *ramp_function_parameters_row(int row) {
  return &rows[inner_of(row) - inner_rows];
}

enum ramp_kernel_number ramp_function_kernel(const ramp_function *f) {
  return kernel_of_row[f->row];
}

enum ramp_kernel_number ramp_function_loops(const ramp_function *f, ramp_type type) {
  enum ramp_kernel_number kernel = ramp_function_kernel(f);
  if (type == RAMP_F64 || f->parameter[0] != 1) return kernel;
  if (kernel == RAMP_KERNEL_celu) return RAMP_KERNEL_elu;
  return kernel == RAMP_KERNEL_swish ? RAMP_KERNEL_silu : kernel;
}

ramp_function ramp_function_of_kernel(enum ramp_kernel_number kernel) {
  ramp_function f = {.row = 0};
  while (inner_rows[f.row].kernel != kernel)
    f.row++;
  for (int i = 0; i < RAMP_PARAMETERS_MAX; i++)
    f.parameter[i] = rows[f.row].parameter[i].value;
  return f;
}

ramp_steps ramp_function_steps(const ramp_function *f) { return inner_of(f->row)->steps; }

/* ------------------------------------------------------------------ validity */

static ramp_status check_kink_rule(const ramp_function *f) {
  bool mix = f->kink_rule == RAMP_KINK_MIX;
  if (!mix && f->kink_rule != RAMP_KINK_LEAST)
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %d is not a kink rule",
                     rows[f->row].name, (int)f->kink_rule);
  if (mix && !(f->kink_mix >= 0 && f->kink_mix <= 1))
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: kink is %g, but must be from 0 to 1",
                     rows[f->row].name, f->kink_mix);
  return RAMP_OK;
}

/* "lower is 2, upper is 1" */
enum { VALUES_TEXT = 160 };
static const char *values_text(const ramp_function *f, char text[VALUES_TEXT]) {
  const ramp_function_row *row = ramp_function_parameters_row(f->row);
  int at = 0;
  for (int i = 0; i < row->parameters; i++)
    at += snprintf(text + at, (size_t)(VALUES_TEXT - at), "%s%s is %g", i ? ", " : "",
                   row->parameter[i].name, f->parameter[i]);
  return text;
}

static ramp_status check_parameters(const ramp_function *f) {
  const char *name = rows[f->row].name;
  const inner_row *inner = inner_of(f->row);
  char text[VALUES_TEXT];
  const ramp_function_row *row = ramp_function_parameters_row(f->row);
  for (int i = 0; i < row->parameters; i++)
    if (!inner->valid[i](f->parameter[i]))
      return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %s is %g, but must be %s", name,
                       row->parameter[i].name, f->parameter[i], row->parameter[i].domain);
  const char *objection = inner->objection(f->parameter);
  if (objection)
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %s; %s", name, objection,
                     values_text(f, text));
  if (f->precision != RAMP_EXACT && f->precision != RAMP_FAST)
    return ramp_fail(RAMP_INVALID_PARAMETER, "%s: %d is not a precision", name,
                     (int)f->precision);
  return check_kink_rule(f);
}

ramp_status ramp_function_check(const ramp_function *f) {
  if (!f) return ramp_fail(RAMP_NULL_POINTER, "the function is a null pointer");
  if (f->row < 0 || f->row >= ROWS)
    return ramp_fail(RAMP_UNKNOWN_FUNCTION, "the table has no row %d; it has %d rows",
                     f->row, (int)ROWS);
  ramp_environment caller = ramp_environment_enter();
  ramp_status status = check_parameters(f);
  ramp_environment_leave(&caller);
  return status;
}

/* ------------------------------------------------------------------ kinks */

/* Of two points in one place only the outer sides remain. */
static int joined(ramp_kink *points, int n) {
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (kept > 0 && points[kept - 1].at == points[i].at)
      points[kept - 1].right = points[i].right;
    else
      points[kept++] = points[i];
  return kept;
}

static int differing(ramp_kink *points, int n) {
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (points[i].left != points[i].right) points[kept++] = points[i];
  return kept;
}

int ramp_function_all_kinks(const ramp_function *f, ramp_kink kinks[RAMP_KINKS_MAX]) {
  ramp_environment caller = ramp_environment_enter();
  int n = joined(kinks, inner_of(f->row)->kinks(f->parameter, kinks));
  ramp_environment_leave(&caller);
  return n;
}

int ramp_function_true_kinks(const ramp_function *f, ramp_kink kinks[RAMP_KINKS_MAX]) {
  ramp_environment caller = ramp_environment_enter();
  int n = differing(kinks, ramp_function_all_kinks(f, kinks));
  ramp_environment_leave(&caller);
  return n;
}

int ramp_function_kinks(const ramp_function *f, ramp_kink kinks[RAMP_KINKS_MAX]) {
  if (ramp_function_check(f) != RAMP_OK || !kinks) return 0;
  return ramp_function_true_kinks(f, kinks);
}

int ramp_function_jumps(const ramp_function *f, ramp_kink jumps[RAMP_KINKS_MAX]) {
  if (ramp_function_check(f) != RAMP_OK || !jumps) return 0;
  ramp_environment caller = ramp_environment_enter();
  int n = differing(jumps, inner_of(f->row)->jumps(f->parameter, jumps));
  ramp_environment_leave(&caller);
  return n;
}

ramp_status ramp_function_shape_of(const ramp_function *f, ramp_function_shape *shape) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  if (!shape)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_function_shape_of was given no place for its result");
  ramp_environment caller = ramp_environment_enter();
  *shape = inner_of(f->row)->shape(f->parameter);
  ramp_environment_leave(&caller);
  return RAMP_OK;
}

bool ramp_function_has_lines(const ramp_function *f) {
  ramp_environment caller = ramp_environment_enter();
  ramp_function_shape shape = inner_of(f->row)->shape(f->parameter);
  ramp_environment_leave(&caller);
  return (shape.properties & RAMP_SHAPE_LINEAR) != 0;
}

const double *ramp_function_fast_bounds(const ramp_function *f) {
  return inner_of(f->row)->f32_bound;
}

ramp_status ramp_function_f32_bounds(const ramp_function *f, double *value,
                                     double *derivative) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  if (!value || !derivative)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_function_f32_bounds was given no place for its result");
  const double *bound = inner_of(f->row)->f32_bound;
  bool fast = ramp_function_fast(f, RAMP_F32) && ramp_kernels_in_use()->fast;
  *value = fast ? bound[0] : 0.5;
  *derivative = fast ? bound[1] : 0.5;
  return RAMP_OK;
}

const char *ramp_function_not_from_output(const ramp_function *f, bool *by_zero) {
  ramp_environment caller = ramp_environment_enter();
  const char *objection = inner_of(f->row)->not_from_output(f->parameter, by_zero);
  ramp_environment_leave(&caller);
  return objection;
}

/* The interval runs from left to right, whichever is larger; 0 is in it when the signs
   differ. */
double ramp_function_at_kink(const ramp_function *f, double left, double right) {
  if (f->kink_rule == RAMP_KINK_MIX)
    return f->kink_mix == 1 ? right : left + f->kink_mix * (right - left);
  if ((left < 0 && right > 0) || (left > 0 && right < 0)) return 0;
  return fabs(right) < fabs(left) ? right : left;
}

/* The kink at x; false where there is none. */
static bool find_kink(const ramp_function *f, double x, ramp_kink *kink) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  ramp_environment caller = ramp_environment_enter();
  int n = ramp_function_all_kinks(f, kinks), i = 0;
  while (i < n && x != kinks[i].at)
    i++;
  ramp_environment_leave(&caller);
  if (i < n) *kink = kinks[i];
  return i < n;
}

ramp_status ramp_subgradient(const ramp_function *f, double x, double *left,
                             double *right) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  if (!left || !right)
    return ramp_fail(RAMP_NULL_POINTER,
                     "ramp_subgradient was given no place for its result");
  ramp_kink kink = {.at = x};
  if (!find_kink(f, x, &kink)) {
    ramp_derivative(f, RAMP_F64, 1, &x, &kink.left);
    kink.right = kink.left;
  }
  *left = kink.left;
  *right = kink.right;
  return RAMP_OK;
}
