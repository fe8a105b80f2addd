/* SPDX-License-Identifier: MIT */
/* The record of a training. */
#ifndef RAMP_NETWORK_HISTORY_H
#define RAMP_NETWORK_HISTORY_H

#include <ramp/network.h>

/* A history without epochs. */
ramp_status ramp_history_start(size_t layers, ramp_history **history);

/* Appends an epoch, which takes over what it points to on success.  The first one
   appended is epoch 0. */
ramp_status ramp_history_append(ramp_history *history, const ramp_epoch *epoch);

/* Frees what an epoch points to. */
void ramp_epoch_free(const ramp_epoch *epoch);

#endif
