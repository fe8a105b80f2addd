/* SPDX-License-Identifier: MIT */
/* Elements from one arrangement to another, by their size alone.  Any alignment. */
#ifndef RAMP_COPY_H
#define RAMP_COPY_H

#include <stddef.h>
#include <stdint.h>

/* An address with strides in bytes along two axes. */
typedef struct ramp_plane {
  char *at;
  int64_t stride[2];
} ramp_plane;

/* The n[0] x n[1] elements of `from`, in their places of `to`; `size` is 1, 2, 4 or 8. */
void ramp_copy(size_t size, const size_t n[2], ramp_plane to, ramp_plane from);

#endif
