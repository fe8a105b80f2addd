/* SPDX-License-Identifier: MIT */
/* Checks that data and network fit, shared by evaluation and training. */
#ifndef RAMP_NETWORK_EVALUATE_H
#define RAMP_NETWORK_EVALUATE_H

#include "network/loss.h"

#include <ramp/network.h>

/* RAMP_SHAPE_MISMATCH or RAMP_INVALID_DATA when the network cannot run over the data;
   `part` names the data in the sentence. */
ramp_status ramp_check_data(const ramp_network *network, const ramp_data *data,
                            const char *part);

/* What the data want from the examples from `first` on. */
ramp_wanted ramp_wanted_from(const ramp_data *data, size_t first);

#endif
