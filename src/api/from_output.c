/* SPDX-License-Identifier: MIT */
/* Back-propagation of ramp.h from the output: whether that is possible, and which job
   does it. */
#include "api/compute.h"
#include "api/status.h"

/* A line of the slope 1: what tells the slope by whether an output is 0, once it has the
   slope 0 at its kink. */
static ramp_function line_by_zero(void) {
  ramp_function line = ramp_function_of_kernel(RAMP_KERNEL_leaky_relu);
  line.parameter[0] = 1;
  return line;
}

/* What tells the slope by an output in place of an input: f itself, or that line. */
static ramp_job job_from_output(const ramp_function *f, ramp_type type) {
  bool by_zero = false;
  ramp_function_not_from_output(f, &by_zero);
  if (!by_zero) return ramp_job_of(f, type, RAMP_BACKWARD);
  ramp_function line = line_by_zero();
  ramp_job j = ramp_plain_job_of(&line, type, RAMP_BACKWARD);
  j.arguments.at_kink[0] = 0;
  if (type == RAMP_F64) return j;
  ramp_environment caller = ramp_environment_enter();
  j.arguments.limit[0] = ramp_neighbour(type, 0, -1);
  j.arguments.limit[1] = 0;
  ramp_environment_leave(&caller);
  j.arguments.slope[0] = j.arguments.slope[2] = 1;
  j.arguments.slope[1] = 0;
  j.loops = &ramp_kernels_in_use()->lines[2];
  if (type == RAMP_F32) j.streaming = &ramp_kernels_in_use()->streaming_lines[2];
  return j;
}

/* A kink is where it may still fail: by the kink rule, by a parameter that the type
   cannot hold, by an output that was rounded to the kink.  All of these show at the
   numbers next to it, by slopes that are not yet rounded to the type, as backward
   multiplies by them. */
static ramp_status check_around(const ramp_function *f, ramp_type type, double kink) {
  double at[3] = {ramp_neighbour(type, kink, -1), kink, ramp_neighbour(type, kink, 1)};
  double x[3], y[3], wide[3], slope[3], told[3];
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  bool by_zero = false;
  ramp_function_not_from_output(f, &by_zero);
  ramp_function teller = by_zero ? line_by_zero() : *f;
  ramp_job forward = ramp_plain_job_of(f, type, RAMP_FORWARD);
  ramp_arguments own = ramp_arguments_of(f, type),
                 tellers = ramp_arguments_of(&teller, type);
  if (by_zero) tellers.at_kink[0] = 0;
  kernels->from_double[type](3, at, x);
  ramp_job_run(&forward, 3, (char *)x, NULL, (char *)y);
  kernels->extended[ramp_function_kernel(f)].derivative(&own, 3, at, slope);
  kernels->to_double[type](3, y, wide);
  kernels->extended[ramp_function_kernel(&teller)].derivative(&tellers, 3, wide, told);
  int i = 0;
  while (i < 3 && slope[i] == told[i])
    i++;
  if (i == 3) return RAMP_OK;
  return ramp_fail(RAMP_NOT_FROM_OUTPUT,
                   "%s in %s: at x = %.9g the derivative is %g, but its output tells %g; "
                   "go back from x",
                   ramp_function_row_at(f->row)->name, ramp_type_name(type), at[i],
                   slope[i], told[i]);
}

static ramp_status check_from_output(const ramp_function *f, ramp_type type) {
  bool by_zero;
  const char *objection = ramp_function_not_from_output(f, &by_zero);
  if (objection)
    return ramp_fail(RAMP_NOT_FROM_OUTPUT, "%s: %s; go back from x",
                     ramp_function_row_at(f->row)->name, objection);
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_all_kinks(f, kinks);
  ramp_status status = RAMP_OK;
  ramp_environment caller = ramp_environment_enter();
  for (int i = 0; i < n && status == RAMP_OK; i++)
    status = check_around(f, type, ramp_in_type(type, kinks[i].at));
  ramp_environment_leave(&caller);
  return status;
}

ramp_status ramp_backward_from_output(const ramp_function *f, ramp_type type,
                                      size_t count, const void *y, const void *dy,
                                      void *dx) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK) return status;
  ramp_array in[2] = {{"y", y, type}, {"dy", dy, type}};
  status = ramp_check_arrays(count, (ramp_array){"dx", dx, type}, in, 2);
  if (status == RAMP_OK) status = check_from_output(f, type);
  if (status != RAMP_OK || count == 0) return status;
  ramp_job j = job_from_output(f, type);
  ramp_job_run_shared(&j, count, y, dy, dx);
  return RAMP_OK;
}
