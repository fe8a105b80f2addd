/* SPDX-License-Identifier: MIT */
/*
 * element.h: functions at single numbers of one of the library's types, and how those
 * numbers lie beside each other.  A number is carried as a double, which holds every
 * number of every type.
 */
#ifndef PROGRAM_ELEMENT_H
#define PROGRAM_ELEMENT_H

#include <ramp/ramp.h>

/* Numbers in one call of element_compute(). */
#define ELEMENTS_MAX 4096

/* result[i] = f(x[i]), or f'(x[i]), for i < count <= ELEMENTS_MAX, in `type`. */
ramp_status element_compute(const ramp_function *f, int derivative, ramp_type type,
                            size_t count, const double *x, double *result);

/* The bits of a number in its type. */
uint64_t element_bits(double number, ramp_type type);

/* The next number of the type upwards, or downwards; NaN where there is none. */
double element_next(double number, ramp_type type, int upwards);

/* One unit in the last place: the step from a finite number's magnitude to the next
   larger one.  NaN for a number that is not finite. */
double element_ulp(double number, ramp_type type);

/* How many steps from one number of the type to the next lie between a and b; -0 and 0
   are the same place.  NaN when a or b is. */
double element_steps(double a, double b, ramp_type type);

#endif
