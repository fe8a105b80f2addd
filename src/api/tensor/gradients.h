/* SPDX-License-Identifier: MIT */
/* Back-propagation to x and to a second tensor that was broadcast to it: dx, and the
   total of what belongs to each element of the second one.  Either may not be wanted;
   what is wanted comes from one pass. */
#ifndef RAMP_GRADIENTS_H
#define RAMP_GRADIENTS_H

#include "api/tensor/sums.h"

typedef struct ramp_gradients {
  ramp_view x, second, dy, dx, total;
  bool has_second; /* whether the values of the second tensor are read */
  bool wants_dx, wants_total;
} ramp_gradients;

/* x and a second tensor of the same type that may be broadcast to it, or null. */
ramp_status ramp_gradients_of(const DLTensor *x, const char *second_name,
                              const DLTensor *second, ramp_gradients *g);

/* dx is like x; the total is like the second tensor or, where that is not read, of any
   shape that can be broadcast to x. */
ramp_status ramp_gradients_check(ramp_gradients *g, const DLTensor *dy,
                                 const DLTensor *dx, const char *total_name,
                                 const DLTensor *total);

/* n elements, at most RAMP_BLOCK: in[0] is x, in[1] dy, in[2] the second tensor.  Adds n
   terms where there are lanes, then writes dx, which may be in place, where it is not
   null. */
typedef void ramp_gradient_box(const void *work, size_t n, char *const *in, char *dx,
                               const ramp_lanes *lanes);

void ramp_gradients_run(const ramp_gradients *g, ramp_gradient_box *box,
                        const void *work);

#endif
