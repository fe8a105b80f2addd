/* SPDX-License-Identifier: MIT */
/* Elements from one arrangement to another, by the variant in use. */
#ifndef RAMP_COPY_H
#define RAMP_COPY_H

#include "kernels/ahead.h"
#include "kernels/kernels.h"

static inline void ramp_copy(size_t size, const size_t n[2], ramp_plane to,
                             ramp_plane from) {
  ramp_kernels_in_use()->copies->copy(size, n, &to, &from);
}

/* Past the caches; who does it puts a fence behind it. */
static inline void ramp_copy_stream(size_t size, const size_t n[2], ramp_plane to,
                                    ramp_plane from, ramp_seams seams,
                                    const ramp_lines_ahead *ahead) {
  ramp_kernels_in_use()->copies->stream(size, n, &to, &from, seams, ahead);
}

#endif
