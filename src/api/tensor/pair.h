/* SPDX-License-Identifier: MIT */
/* Elements and their partners, in any type: the loops over pairs of kernels.h, with what
   converts to and from the arithmetic that they have. */
#ifndef RAMP_PAIR_H
#define RAMP_PAIR_H

#include "api/compute.h"

typedef struct ramp_pair {
  const ramp_pair_loops *loops;
  ramp_conversion *widen, *round; /* null where the type is the arithmetic */
  bool partner_is_wide;           /* partners come in the arithmetic, not in the type */
  size_t size;                    /* of an element */
  ramp_kink_rule kink_rule;
  double kink_mix;
} ramp_pair;

/* Partners of the same type: a product or sum of two is rounded once in float wherever
   that holds the type. */
ramp_pair ramp_pair_of(ramp_type type);

/* Partners in double for f64 and 16 bits, in float for f32. */
ramp_pair ramp_pair_of_wide(ramp_type type);

/* Arrays of n elements, aligned to them.  y may be an input: a + b; slope times x left of
   0; the derivative of that; dy times the derivative. */
void ramp_pair_sum(const ramp_pair *p, size_t n, const char *a, const char *b, char *y);
void ramp_pair_forward(const ramp_pair *p, size_t n, const char *x, const char *slope,
                       char *y);
void ramp_pair_derivative(const ramp_pair *p, size_t n, const char *x, const char *slope,
                          char *y);
void ramp_pair_backward(const ramp_pair *p, size_t n, const char *x, const char *slope,
                        const char *dy, char *dx);

#endif
