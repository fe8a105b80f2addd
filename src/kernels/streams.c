/* SPDX-License-Identifier: MIT */
/* A block of results to its place, past the caches: compiled once per instruction set. */
#include "kernels/kernels.h"
#include "kernels/stream.h"

static void stream(size_t bytes, const void *block, void *place) {
  stream_bytes(bytes, place, block);
}

#define JOINED(a, b, c) a##b##_##c
#define STREAM_OF(variant) JOINED(ramp, _stream, variant)
extern ramp_stream_block *const STREAM_OF(RAMP_VARIANT);
ramp_stream_block *const STREAM_OF(RAMP_VARIANT) = stream;
