/* SPDX-License-Identifier: MIT */
/* The activation nodes of a network, forward and back. */
#ifndef RAMP_NETWORK_ACTIVATION_H
#define RAMP_NETWORK_ACTIVATION_H

#include "network/graph.h"

/* Computes the values of node i, an activation, for `rows` examples. */
ramp_status ramp_activation_forward(const ramp_network *network, size_t i, size_t rows);

/* From the gradient of node i to that of the node before; learned slopes get theirs in
   `gradient`, at their place among the parameters. */
ramp_status ramp_activation_back(const ramp_network *network, size_t i, size_t rows,
                                 float *gradient);

#endif
