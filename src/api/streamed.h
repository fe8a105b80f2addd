/* SPDX-License-Identifier: MIT */
/* Results that are stored past the caches: none of them would still be there when they
   are read. */
#ifndef RAMP_STREAMED_H
#define RAMP_STREAMED_H

#include "kernels/kernels.h"
#include "kernels/stream.h"

#include <stdatomic.h>

/* An output of this size, which is not an input, too, is worth it. */
static inline bool ramp_is_streamed(size_t bytes) { return bytes >= 1 << 24; }

static inline void ramp_stream(size_t bytes, const void *block, void *place) {
  (*ramp_kernels_in_use()->stream)(bytes, block, place);
}

/* By each thread that streamed, behind it. */
static inline void ramp_stream_end(void) { atomic_thread_fence(memory_order_seq_cst); }

#endif
