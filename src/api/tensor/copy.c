/* SPDX-License-Identifier: MIT */
/* Copying along strides.  Each size of element has loops of its own, and so have the
   strides that compilers have vectors for. */
#include "api/tensor/copy.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE void copy_steps(size_t size, size_t n, char *to, int64_t to_stride,
                       const char *from, int64_t from_stride) {
  for (size_t i = 0; i < n; i++)
    memcpy(to + (int64_t)i * to_stride, from + (int64_t)i * from_stride, size);
}

INLINE void copy_line(size_t size, size_t n, char *to, int64_t to_stride,
                      const char *from, int64_t from_stride) {
  int64_t unit = (int64_t)size;
  if (to_stride == unit && from_stride == unit)
    memcpy(to, from, n * size);
  else if (to_stride == unit && from_stride == 0)
    copy_steps(size, n, to, unit, from, 0);
  else if (to_stride == unit && from_stride == -unit)
    copy_steps(size, n, to, unit, from, -unit);
  else if (to_stride == unit && from_stride == 2 * unit)
    copy_steps(size, n, to, unit, from, 2 * unit);
  else
    copy_steps(size, n, to, to_stride, from, from_stride);
}

INLINE void copy_lines(size_t size, const size_t n[2], ramp_plane to, ramp_plane from) {
  for (size_t i = 0; i < n[1]; i++)
    copy_line(size, n[0], to.at + (int64_t)i * to.stride[1], to.stride[0],
              from.at + (int64_t)i * from.stride[1], from.stride[0]);
}

static int64_t magnitude(int64_t a) { return a < 0 ? -a : a; }

/* Lines run along the axis of the shorter strides. */
void ramp_copy(size_t size, const size_t n[2], ramp_plane to, ramp_plane from) {
  size_t turned_n[2] = {n[1], n[0]};
  ramp_plane turned_to = {to.at, {to.stride[1], to.stride[0]}},
             turned_from = {from.at, {from.stride[1], from.stride[0]}};
  if (n[1] > 1 && magnitude(to.stride[1]) + magnitude(from.stride[1]) <
                      magnitude(to.stride[0]) + magnitude(from.stride[0])) {
    n = turned_n;
    to = turned_to;
    from = turned_from;
  }
  if (size == 1) copy_lines(1, n, to, from);
  if (size == 2) copy_lines(2, n, to, from);
  if (size == 4) copy_lines(4, n, to, from);
  if (size == 8) copy_lines(8, n, to, from);
}
