/* SPDX-License-Identifier: MIT */
/*
 * The gradient of a function's parameters: sums over an array in an order that depends on
 * nothing but its length.  An array is parts of RAMP_SUM_PART elements; a part is
 * RAMP_LANES interleaved partial sums, added as a tree; parts are added from the first to
 * the last.  Threads share the parts in rounds, so that their sums need no memory but the
 * stack.
 */
#include "api/compute.h"
#include "api/status.h"

#include <math.h>
#include <string.h>

enum { ROUND = 64 };

typedef struct {
  ramp_parameter_sum *const *by_parameter;
  int parameters;
  ramp_arguments arguments;
  ramp_conversion *widen;
  size_t size; /* of an element */
  const char *x, *dy;
} job;

/* Widens n elements, which may lie at any address. */
static void load(const job *j, size_t n, const char *from, double *to) {
  double aligned[RAMP_BLOCK];
  memcpy(aligned, from, n * j->size);
  j->widen(n, aligned, to);
}

static void sum_part(const job *j, size_t begin, size_t end, double *total) {
  double x[RAMP_BLOCK], dy[RAMP_BLOCK], lanes[RAMP_PARAMETERS_MAX][RAMP_LANES] = {{0}};
  for (size_t at = begin; at < end; at += RAMP_BLOCK) {
    size_t n = end - at < RAMP_BLOCK ? end - at : RAMP_BLOCK;
    load(j, n, j->x + at * j->size, x);
    load(j, n, j->dy + at * j->size, dy);
    for (int p = 0; p < j->parameters; p++)
      j->by_parameter[p](&j->arguments, n, x, dy, lanes[p]);
  }
  for (int p = 0; p < j->parameters; p++) {
    ramp_add_lanes(lanes[p], RAMP_LANES, 1);
    total[p] = lanes[p][0];
  }
}

/* Parts first .. first + parts, one thread each. */
static void sum_round(const job *j, size_t count, size_t first, int parts,
                      double *gradient) {
  double total[ROUND][RAMP_PARAMETERS_MAX];
#pragma omp parallel for num_threads(ramp_threads(count)) schedule(static)
  for (int i = 0; i < parts; i++) {
    size_t begin = (first + (size_t)i) * RAMP_SUM_PART;
    size_t end = count - begin < RAMP_SUM_PART ? count : begin + RAMP_SUM_PART;
    ramp_environment caller = ramp_environment_enter();
    sum_part(j, begin, end, total[i]);
    ramp_environment_leave(&caller);
  }
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < parts; i++)
    for (int p = 0; p < j->parameters; p++)
      gradient[p] += total[i][p];
  ramp_environment_leave(&caller);
}

static ramp_status check(const ramp_function *f, size_t count, ramp_array x,
                         ramp_array dy, ramp_array gradient) {
  ramp_status status = ramp_function_check(f);
  if (status == RAMP_OK) status = ramp_check_array(count, x);
  if (status == RAMP_OK) status = ramp_check_array(count, dy);
  if (status == RAMP_OK) status = ramp_check_array(RAMP_PARAMETERS_MAX, gradient);
  if (status != RAMP_OK || count == 0) return status;
  size_t bytes = count * ramp_type_size(x.type), sums = RAMP_PARAMETERS_MAX * 8;
  status = ramp_check_apart(gradient, sums, x, bytes);
  return status == RAMP_OK ? ramp_check_apart(gradient, sums, dy, bytes) : status;
}

ramp_status ramp_gradient_of_parameters(const ramp_function *f, ramp_type type,
                                        size_t count, const void *x, const void *dy,
                                        double gradient[RAMP_PARAMETERS_MAX]) {
  ramp_status status =
      check(f, count, (ramp_array){"x", x, type}, (ramp_array){"dy", dy, type},
            (ramp_array){"gradient", gradient, RAMP_F64});
  if (status != RAMP_OK) return status;
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  job j = {.by_parameter = kernels->by_parameter[ramp_function_kernel(f)],
           .parameters = ramp_function_parameters_row(f->row)->parameters,
           .arguments = ramp_arguments_of(f, type),
           .widen = kernels->to_double[type],
           .size = ramp_type_size(type),
           .x = x,
           .dy = dy};
  for (int p = 0; p < RAMP_PARAMETERS_MAX; p++)
    gradient[p] = 0;
  size_t parts = j.parameters == 0 ? 0 : (count + RAMP_SUM_PART - 1) / RAMP_SUM_PART;
  for (size_t first = 0; first < parts; first += ROUND)
    sum_round(&j, count, first, parts - first < ROUND ? (int)(parts - first) : ROUND,
              gradient);
  for (int p = 0; p < RAMP_PARAMETERS_MAX; p++)
    if (isnan(gradient[p])) gradient[p] = NAN; /* the canonical one */
  return RAMP_OK;
}
