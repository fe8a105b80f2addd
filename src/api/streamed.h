/* SPDX-License-Identifier: MIT */
/*
 * Results that are stored past the caches: large ones, nothing of which would still be
 * there when it is read.  They are computed in blocks, which are copied on.  The fence
 * that has to follow is in share.c.
 */
#ifndef RAMP_STREAMED_H
#define RAMP_STREAMED_H

#include "api/tensor/view.h"
#include "kernels/stream.h"

/* Whether an output of this size, which is not an input, too, is worth it. */
static inline bool ramp_is_large(size_t bytes) { return bytes >= 1 << 24; }

/* Where such an output lies: no bytes where it is not to be stored so. */
typedef struct ramp_streamed {
  uintptr_t first;
  size_t bytes;
} ramp_streamed;

ramp_streamed ramp_streamed_of(const ramp_view *out, const ramp_view *const *in,
                               int inputs);

/* Whether a place is in it, and not a walk's block on the stack. */
static inline bool ramp_is_streamed(const ramp_streamed *s, const void *place) {
  return (uintptr_t)place - s->first < s->bytes;
}

void ramp_stream(size_t bytes, const void *block, void *place);

#endif
