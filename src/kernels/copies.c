/* SPDX-License-Identifier: MIT */
/* Copying along strides, compiled once per instruction set.  Each size of element has
   loops of its own, and so have the arrangements that there are vectors for: a line
   without gaps, a line backwards, every second element, rows that become columns. */
#include "kernels/kernels.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static int64_t magnitude(int64_t a) { return a < 0 ? -a : a; }

/* ------------------------------------------------------------------ lines */

/* Elements at any address, of any type: what vectors are made from where memcpy() of one
   element is not. */
typedef uint8_t loose_8;
typedef uint16_t __attribute__((aligned(1), may_alias)) loose_16;
typedef uint32_t __attribute__((aligned(1), may_alias)) loose_32;
typedef uint64_t __attribute__((aligned(1), may_alias)) loose_64;

/* Steps are in elements. */
#define COPY_STEPS(element)                                                              \
  INLINE void copy_##element(size_t n, element *restrict to, int64_t to_step,            \
                             const element *restrict from, int64_t from_step) {          \
    _Pragma("omp simd") for (size_t i = 0; i < n; i++) to[(int64_t)i * to_step] =        \
        from[(int64_t)i * from_step];                                                    \
  }
COPY_STEPS(loose_8)
COPY_STEPS(loose_16)
COPY_STEPS(loose_32)
COPY_STEPS(loose_64)

/* Strides are in bytes, and multiples of the size. */
INLINE void copy_steps(size_t size, size_t n, char *to, int64_t to_stride,
                       const char *from, int64_t from_stride) {
  int64_t unit = (int64_t)size, to_step = to_stride / unit,
          from_step = from_stride / unit;
  if (size == 1)
    copy_loose_8(n, (loose_8 *)to, to_step, (const loose_8 *)from, from_step);
  if (size == 2)
    copy_loose_16(n, (loose_16 *)to, to_step, (const loose_16 *)from, from_step);
  if (size == 4)
    copy_loose_32(n, (loose_32 *)to, to_step, (const loose_32 *)from, from_step);
  if (size == 8)
    copy_loose_64(n, (loose_64 *)to, to_step, (const loose_64 *)from, from_step);
}

/* A call of memcpy() would take longer than a tile's row. */
enum { CACHE_LINE = 64 };
INLINE void copy_bytes(size_t n, char *restrict to, const char *restrict from) {
  for (; n >= CACHE_LINE && n < 8 * CACHE_LINE; n -= CACHE_LINE) {
    memcpy(to, from, CACHE_LINE);
    to += CACHE_LINE;
    from += CACHE_LINE;
  }
  if (n > 0) memcpy(to, from, n);
}

INLINE void copy_line(size_t size, size_t n, char *to, int64_t to_stride,
                      const char *from, int64_t from_stride) {
  int64_t unit = (int64_t)size;
  if (to_stride == unit && from_stride == unit)
    copy_bytes(n * size, to, from);
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

/* ------------------------------------------------------------------ squares */

/* Vectors that every CPU of today has; a square has as many rows as a vector elements. */
typedef uint16_t of_16_bits __attribute__((vector_size(16)));
typedef uint32_t of_32_bits __attribute__((vector_size(16)));
typedef uint64_t of_64_bits __attribute__((vector_size(16)));

enum { VECTOR = 16, ROWS_MAX = 8 };

typedef union {
  of_16_bits of_16;
  of_32_bits of_32;
  of_64_bits of_64;
} vector;

/* The lower halves of a and b, element by element in turn, and the upper ones. */
INLINE void interleave(size_t size, vector *a, vector *b) {
  vector low, high;
  if (size == 2) {
    low.of_16 = __builtin_shufflevector(a->of_16, b->of_16, 0, 8, 1, 9, 2, 10, 3, 11);
    high.of_16 = __builtin_shufflevector(a->of_16, b->of_16, 4, 12, 5, 13, 6, 14, 7, 15);
  } else if (size == 4) {
    low.of_32 = __builtin_shufflevector(a->of_32, b->of_32, 0, 4, 1, 5);
    high.of_32 = __builtin_shufflevector(a->of_32, b->of_32, 2, 6, 3, 7);
  } else {
    low.of_64 = __builtin_shufflevector(a->of_64, b->of_64, 0, 2);
    high.of_64 = __builtin_shufflevector(a->of_64, b->of_64, 1, 3);
  }
  *a = low;
  *b = high;
}

/* Interleaving row i with row i + half of them, all at once. */
INLINE void interleave_rows(size_t size, vector row[ROWS_MAX]) {
  const size_t half = VECTOR / size / 2;
  vector next[ROWS_MAX];
#pragma GCC unroll 4
  for (size_t i = 0; i < half; i++) {
    next[2 * i] = row[i];
    next[2 * i + 1] = row[i + half];
    interleave(size, &next[2 * i], &next[2 * i + 1]);
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < 2 * half; i++)
    row[i] = next[i];
}

/* As often as half the rows can be halved, that exchanges rows and columns. */
INLINE void copy_square(size_t size, char *to, int64_t to_stride, const char *from,
                        int64_t from_stride) {
  vector row[ROWS_MAX];
  for (size_t i = 0; i < VECTOR / size; i++)
    memcpy(&row[i], from + (int64_t)i * from_stride, VECTOR);
  interleave_rows(size, row);
  if (size <= 4) interleave_rows(size, row);
  if (size <= 2) interleave_rows(size, row);
  for (size_t i = 0; i < VECTOR / size; i++)
    memcpy(to + (int64_t)i * to_stride, &row[i], VECTOR);
}

/* `to` is contiguous along axis 0 and `from` along axis 1.  Squares follow each other
   along the lines of what lies wider apart, which are those of memory: so each of its
   cache lines is met once. */
INLINE void copy_crosswise(size_t size, const size_t n[2], ramp_plane to,
                           ramp_plane from) {
  const size_t rows = VECTOR / size, whole[2] = {n[0] / rows * rows, n[1] / rows * rows};
  const int inner = magnitude(from.stride[0]) > magnitude(to.stride[1]) ? 1 : 0;
  size_t at[2] = {0, 0};
  for (at[1 - inner] = 0; at[1 - inner] < whole[1 - inner]; at[1 - inner] += rows)
    for (at[inner] = 0; at[inner] < whole[inner]; at[inner] += rows)
      copy_square(size, to.at + (int64_t)at[1] * to.stride[1] + (int64_t)(at[0] * size),
                  to.stride[1],
                  from.at + (int64_t)at[0] * from.stride[0] + (int64_t)(at[1] * size),
                  from.stride[0]);
  size_t right[2] = {n[0] - whole[0], whole[1]}, below[2] = {n[0], n[1] - whole[1]};
  ramp_plane to_right = to, from_right = from, to_below = to, from_below = from;
  to_right.at += whole[0] * size;
  from_right.at += (int64_t)whole[0] * from.stride[0];
  to_below.at += (int64_t)whole[1] * to.stride[1];
  from_below.at += whole[1] * size;
  copy_lines(size, right, to_right, from_right);
  copy_lines(size, below, to_below, from_below);
}

/* ------------------------------------------------------------------ planes */

INLINE void copy_plane(size_t size, const size_t n[2], ramp_plane to, ramp_plane from) {
  int64_t unit = (int64_t)size;
  if (size > 1 && n[1] > 1 && to.stride[0] == unit && from.stride[1] == unit)
    copy_crosswise(size, n, to, from);
  else
    copy_lines(size, n, to, from);
}

static ramp_plane turned(ramp_plane p) {
  return (ramp_plane){p.at, {p.stride[1], p.stride[0]}};
}

/* The first axis is that of the shorter strides, or along which `to` is contiguous. */
static void copy(size_t size, const size_t n[2], ramp_plane to, ramp_plane from) {
  const size_t turned_n[2] = {n[1], n[0]};
  int64_t first = magnitude(to.stride[0]) + magnitude(from.stride[0]),
          second = magnitude(to.stride[1]) + magnitude(from.stride[1]);
  bool crosswise = magnitude(from.stride[0]) == (int64_t)size &&
                   magnitude(to.stride[1]) == (int64_t)size;
  if (n[1] > 1 && (crosswise || (second < first && to.stride[0] != (int64_t)size))) {
    n = turned_n;
    to = turned(to);
    from = turned(from);
  }
  if (size == 1) copy_plane(1, n, to, from);
  if (size == 2) copy_plane(2, n, to, from);
  if (size == 4) copy_plane(4, n, to, from);
  if (size == 8) copy_plane(8, n, to, from);
}

#define JOINED(a, b, c) a##b##_##c
#define COPY_OF(variant) JOINED(ramp, _copy, variant)
ramp_copy_planes *const COPY_OF(RAMP_VARIANT) = copy;
