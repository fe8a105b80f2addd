/* SPDX-License-Identifier: MIT */
/* Aligned arrays of floats.  Knows nothing of what they hold. */
#include "network/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

float *ramp_floats_zeroed(size_t count) {
  if (count > SIZE_MAX / sizeof(float) - CACHE_LINE) return NULL;
  size_t lines = count * sizeof(float) / CACHE_LINE + 1;
  float *floats = aligned_alloc(CACHE_LINE, lines * CACHE_LINE);
  if (floats) memset(floats, 0, lines * CACHE_LINE);
  return floats;
}
