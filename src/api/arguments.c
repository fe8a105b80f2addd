/* SPDX-License-Identifier: MIT */
/* What a kernel is told of a function: its parameters and kinks, as a type has them. */
#include "api/compute.h"

#include <math.h>

static float to_float(double a) { return (float)a; }

/* A selection's parameters are rounded to the type first: then its results are, too. */
static double in_type(ramp_type type, double a) {
  uint16_t half;
  double back = a;
  if (type == RAMP_F32) back = to_float(a);
  if (type == RAMP_F16 || type == RAMP_BF16) {
    const ramp_variant_kernels *kernels = ramp_kernels_in_use();
    kernels->from_double[type](1, &a, &half);
    kernels->to_double[type](1, &half, &back);
  }
  return back;
}

/* A kink that the type cannot hold moves to the type's nearest number, where the
   derivative is the one of the side on which that number lies. */
static void set_kinks(const ramp_function *f, ramp_type type, bool selects,
                      ramp_arguments *a) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  for (int i = 0; i < RAMP_KINKS_MAX; i++) {
    a->kink[i] = NAN;
    a->at_kink[i] = 0;
    if (i >= n) continue;
    double at = kinks[i].at, left = kinks[i].left, right = kinks[i].right;
    a->kink[i] = selects ? in_type(type, at) : at;
    a->at_kink[i] = a->kink[i] == at  ? ramp_function_at_kink(f, left, right)
                    : a->kink[i] < at ? left
                                      : right;
  }
}

bool ramp_function_single(const ramp_function *f, ramp_type type) {
  return ramp_function_selects(f) && type != RAMP_F64;
}

ramp_arguments ramp_arguments_of(const ramp_function *f, ramp_type type) {
  bool selects = ramp_function_single(f, type);
  ramp_arguments a = {{0}, {0}, {0}};
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < RAMP_PARAMETERS_MAX; i++)
    a.parameter[i] = selects ? in_type(type, f->parameter[i]) : f->parameter[i];
  set_kinks(f, type, selects, &a);
  ramp_environment_leave(&caller);
  return a;
}
