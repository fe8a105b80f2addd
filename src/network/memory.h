/* SPDX-License-Identifier: MIT */
/* Memory for arrays of floats: aligned to a cache line, so that vector loads never
   straddle two. */
#ifndef RAMP_NETWORK_MEMORY_H
#define RAMP_NETWORK_MEMORY_H

#include <stddef.h>

/* `count` floats, all 0, or null; release with free().  A count of 0 gives some memory
   too. */
float *ramp_floats_zeroed(size_t count);

#endif
