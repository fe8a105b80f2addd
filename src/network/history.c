/* SPDX-License-Identifier: MIT */
/* The record of a training.  Invariant: with epoch not null, epoch[0] .. epoch[epochs]
   exist. */
#include "network/history.h"

#include "api/status.h"

#include <stdlib.h>

ramp_status ramp_history_start(size_t layers, ramp_history **history) {
  *history = calloc(1, sizeof **history);
  if (!*history) return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for a history");
  (*history)->layers = layers;
  return RAMP_OK;
}

ramp_status ramp_history_append(ramp_history *history, const ramp_epoch *epoch) {
  size_t kept = history->epoch ? history->epochs + 1 : 0;
  ramp_epoch *grown = realloc(history->epoch, (kept + 1) * sizeof *grown);
  if (!grown) return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for epoch %zu", kept);
  grown[kept] = *epoch;
  history->epoch = grown;
  history->epochs = kept;
  return RAMP_OK;
}

void ramp_epoch_free(const ramp_epoch *epoch) {
  ramp_health_free(epoch->health);
  free(epoch->gradient_norm);
}

void ramp_history_free(ramp_history *history) {
  if (!history) return;
  for (size_t i = 0; history->epoch && i <= history->epochs; i++)
    ramp_epoch_free(&history->epoch[i]);
  free(history->epoch);
  free(history);
}
