/* SPDX-License-Identifier: MIT */
/* Steps from a gradient to better parameters. */
#ifndef RAMP_NETWORK_OPTIMISER_H
#define RAMP_NETWORK_OPTIMISER_H

#include <ramp/network.h>

typedef struct ramp_optimiser_state {
  ramp_training how;
  size_t steps;         /* taken so far */
  float *first;         /* [parameters] Adam: first moment; SGD: velocity */
  float *second;        /* [parameters] Adam: second moment; SGD: null */
  double *block_square; /* per block of the largest array: the squared gradient */
} ramp_optimiser_state;

/* RAMP_INVALID_OPTION when a setting of `how` is out of its range. */
ramp_status ramp_optimiser_check(const ramp_training *how);

/* Everything zeroed; RAMP_OUT_OF_MEMORY, then there is nothing to free. */
ramp_status ramp_optimiser_start(const ramp_network *network, const ramp_training *how,
                                 ramp_optimiser_state *state);
void ramp_optimiser_free(ramp_optimiser_state *state);

/* One step down `gradient`; norm[i] becomes the 2-norm of the gradient of layer i's
   weights. */
void ramp_optimiser_step(ramp_optimiser_state *state, ramp_network *network,
                         const float *gradient, double *norm);

#endif
