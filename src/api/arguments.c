/* SPDX-License-Identifier: MIT */
/* What a kernel is told of a function: its parameters and kinks, as a type has them. */
#include "api/compute.h"

#include <float.h>
#include <math.h>

static float to_float(double a) { return (float)a; }

double ramp_in_type(ramp_type type, double a) {
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

/* The step is 0.6 to 1.2 of the distance, so that rounding ends at the neighbour. */
double ramp_neighbour(ramp_type type, double a, int direction) {
  static const struct {
    double relative, least;
  } spacing[] = {[RAMP_F64] = {DBL_EPSILON, DBL_TRUE_MIN},
                 [RAMP_F32] = {FLT_EPSILON, FLT_TRUE_MIN},
                 [RAMP_F16] = {0x1p-10, 0x1p-24},
                 [RAMP_BF16] = {0x1p-7, 0x1p-133}};
  double step = 0.6 * fmax(fabs(a) * spacing[type].relative, spacing[type].least);
  return ramp_in_type(type, a + direction * step);
}

/* A kink that the type cannot hold moves to the type's nearest number, where the
   derivative is the one of the side on which that number lies. */
static void set_kinks(const ramp_function *f, ramp_type type, bool single,
                      ramp_arguments *a) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  for (int i = 0; i < RAMP_KINKS_MAX; i++) {
    a->kink[i] = NAN;
    a->at_kink[i] = 0;
    if (i >= n) continue;
    double at = kinks[i].at, left = kinks[i].left, right = kinks[i].right;
    a->kink[i] = single ? ramp_in_type(type, at) : at;
    a->at_kink[i] = a->kink[i] == at  ? ramp_function_at_kink(f, left, right)
                    : a->kink[i] < at ? left
                                      : right;
  }
}

static bool holds_parameters(const ramp_function *f, ramp_type type) {
  bool all = true;
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < ramp_function_parameters_row(f->row)->parameters; i++)
    all = all && ramp_in_type(type, f->parameter[i]) == f->parameter[i];
  ramp_environment_leave(&caller);
  return all;
}

static double below(ramp_type type, double a) {
  return type == RAMP_F64 ? nextafter(a, -INFINITY) : nextafterf((float)a, -INFINITY);
}

/* A kink that the type cannot hold lies beside the type's nearest number. */
int ramp_limits_at(const ramp_function *f, ramp_type type, ramp_kink kink,
                   double limit[2]) {
  double at = ramp_in_type(type, kink.at);
  double slope = ramp_function_at_kink(f, kink.left, kink.right);
  bool held = at == kink.at;
  if (held && slope != kink.left && slope != kink.right) {
    limit[0] = below(type, at);
    limit[1] = at;
    return 2;
  }
  bool on_left = held ? slope == kink.left : at < kink.at;
  limit[0] = on_left ? at : below(type, at);
  return 1;
}

/* Where nothing has a kink all slopes are alike. */
static double only_slope(const ramp_function *f, const ramp_arguments *a) {
  double x = 1, slope;
  ramp_kernels_in_use()->extended[ramp_function_kernel(f)].derivative(a, 1, &x, &slope);
  return slope;
}

int ramp_pieces_of(const ramp_function *f, ramp_type type, ramp_arguments *a) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks), limits = 0;
  a->slope[0] = n > 0 ? kinks[0].left : only_slope(f, a);
  for (int i = 0; i < n; i++) {
    int here = ramp_limits_at(f, type, kinks[i], a->limit + limits);
    if (here == 2)
      a->slope[limits + 1] = ramp_function_at_kink(f, kinks[i].left, kinks[i].right);
    limits += here;
    a->slope[limits] = kinks[i].right;
  }
  return limits;
}

/* One product or sum of floats is rounded once by itself; 16 bits of x and of a parameter
   leave it exact wherever a second rounding could see a difference. */
bool ramp_function_single(const ramp_function *f, ramp_type type) {
  ramp_steps steps = ramp_function_steps(f);
  if (type == RAMP_F64 || steps >= RAMP_ROUNDED) return false;
  return steps == RAMP_SELECTION || holds_parameters(f, type);
}

/* Beyond 2^-20 and 2^20 a fast formula might leave the range of floats. */
static bool suits_fast(double parameter) {
  double magnitude = fabs(parameter);
  return (float)parameter == parameter && magnitude >= 0x1p-20 && magnitude <= 0x1p20;
}

/* A mixture of a kink's sides, unlike these, may be a number that the type does not hold.
   A kink that it does not hold has none. */
static bool holds_mixtures(const ramp_function *f, ramp_type type) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  bool all = true;
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < n; i++) {
    double left = kinks[i].left, right = kinks[i].right,
           slope = ramp_function_at_kink(f, left, right);
    bool mixed =
        ramp_in_type(type, kinks[i].at) == kinks[i].at && slope != left && slope != right;
    all = all && (!mixed || ramp_in_type(type, slope) == slope);
  }
  ramp_environment_leave(&caller);
  return all;
}

bool ramp_direction_single(const ramp_function *f, ramp_type type,
                           ramp_direction direction) {
  return ramp_function_single(f, type) &&
         (direction == RAMP_FORWARD || holds_mixtures(f, type));
}

bool ramp_function_fast(const ramp_function *f, ramp_type type) {
  if (f->precision != RAMP_FAST || type == RAMP_F64) return false;
  if (ramp_function_steps(f) != RAMP_SMOOTH) return false;
  bool all = true;
  for (int i = 0; i < ramp_function_parameters_row(f->row)->parameters; i++)
    all = all && suits_fast(f->parameter[i]);
  return all;
}

/* A selection's parameters are rounded to the type first: then its results are, too. */
ramp_arguments ramp_arguments_of(const ramp_function *f, ramp_type type) {
  bool single = ramp_function_single(f, type);
  ramp_arguments a = {.parameter = {0}};
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < RAMP_PARAMETERS_MAX; i++)
    a.parameter[i] = single ? ramp_in_type(type, f->parameter[i]) : f->parameter[i];
  set_kinks(f, type, single, &a);
  ramp_environment_leave(&caller);
  return a;
}
