/* SPDX-License-Identifier: MIT */
/* One pass of a batch through the nodes, forward or back. */
#ifndef RAMP_NETWORK_PASSES_H
#define RAMP_NETWORK_PASSES_H

#include "health/tally.h"
#include "network/graph.h"

/* Computes the values of every node for x [rows][inputs], which must stay as long as
   they are used. With tally not null, what every activation does is counted there. */
ramp_status ramp_pass_forward(ramp_network *network, size_t rows, const float *x,
                              ramp_tally *tally);

/* The last node's values: [rows][outputs]. */
const float *ramp_network_output(const ramp_network *network);

/* Where the gradient of the loss by the last node's values is to be written before the
   pass back. */
float *ramp_network_output_gradient(ramp_network *network);

/* After a forward pass of the same rows: the gradient of the loss for every weight and
   bias, in the order of the parameters. */
ramp_status ramp_pass_back(ramp_network *network, size_t rows, float *gradient);

#endif
