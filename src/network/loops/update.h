/* SPDX-License-Identifier: MIT */
/* The loops of the optimisers and of the sums over a batch, compiled once per
   instruction set. */
#ifndef RAMP_NETWORK_LOOPS_UPDATE_H
#define RAMP_NETWORK_LOOPS_UPDATE_H

#include <stddef.h>

/* Adam's numbers for one step, in the order of its formula:
     first  = beta1 first  + (1 - beta1) gradient
     second = beta2 second + (1 - beta2) gradient^2
     parameter -= rate first / (sqrt(second) / root + epsilon)
   where rate = learning rate / (1 - beta1^t) and root = sqrt(1 - beta2^t) correct the
   bias of the first steps t = 1, 2, ... */
typedef struct ramp_adam_step {
  float beta1, rest1, beta2, rest2; /* rest: 1 - beta */
  float rate, root, epsilon;
} ramp_adam_step;

/* velocity = momentum velocity + gradient; parameter -= rate velocity */
typedef struct ramp_sgd_step {
  float momentum, rate;
} ramp_sgd_step;

/* Each of the first two updates `count` parameters and returns the sum of the squared
   gradient, added in 16 interleaved partial sums in double, then from the first to the
   last. */
typedef struct ramp_update_loops {
  const char *variant;
  double (*adam)(const ramp_adam_step *step, size_t count, const float *gradient,
                 float *first, float *second, float *parameter);
  double (*sgd)(const ramp_sgd_step *step, size_t count, const float *gradient,
                float *velocity, float *parameter);
  /* sum[u] += the sum over `rows` rows, `stride` floats apart, one row after the
     other. */
  void (*sum_rows)(size_t rows, size_t stride, size_t units, const float *x, double *sum);
} ramp_update_loops;

/* ramp_update_loops_avx512 and so on, one per instruction set. */
#define VARIANT(name, supported) extern const ramp_update_loops ramp_update_loops_##name;
#include "kernels/variants.def"
#undef VARIANT

/* The loops of the instruction set that libramp uses. */
const ramp_update_loops *ramp_update_loops_in_use(void);

#endif
