/* SPDX-License-Identifier: MIT */
/* Reads the text that describes a network. */
#ifndef RAMP_NETWORK_DESCRIPTION_H
#define RAMP_NETWORK_DESCRIPTION_H

#include <ramp/tensor.h>

typedef struct ramp_layer_description {
  size_t units;
  ramp_activation activation; /* identity where the text names none */
  int named;                  /* whether it does */
} ramp_layer_description;

/* Reads "dense UNITS [ACTIVATION], ..." into *layers descriptions, *description the
   caller's to free().  Errors: RAMP_UNKNOWN_WORD, RAMP_INVALID_OPTION, those of
   ramp_activation_parse(), RAMP_OUT_OF_MEMORY; the detail gives the position as character
   and word, counted from 1. */
ramp_status ramp_describe(const char *text, ramp_layer_description **description,
                          size_t *layers);

#endif
