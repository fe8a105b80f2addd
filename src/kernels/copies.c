/* SPDX-License-Identifier: MIT */
/* Copying along strides, compiled once per instruction set.  Each size of element has
   loops of its own, and so have the arrangements that there are vectors for: a line
   without gaps, a line backwards, every second, third or fourth element, rows that
   become columns. */
#include "kernels/ahead.h"
#include "kernels/gaps.h"
#include "kernels/kernels.h"
#include "kernels/squares.h"
#include "kernels/stream.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static int64_t magnitude(int64_t a) { return a < 0 ? -a : a; }

/* ------------------------------------------------------------------ rows */

/* A call of memcpy() would take longer than a tile's row. */
INLINE void copy_bytes(size_t n, char *restrict to, const char *restrict from) {
  for (; n >= STREAM_LINE && n < 8 * STREAM_LINE; n -= STREAM_LINE) {
    memcpy(to, from, STREAM_LINE);
    to += STREAM_LINE;
    from += STREAM_LINE;
  }
  if (n > 0) memcpy(to, from, n);
}

static void copy_rows(size_t bytes, size_t rows, char *to, int64_t to_stride,
                      const char *from, int64_t from_stride) {
  for (size_t i = 0; i < rows; i++)
    copy_bytes(bytes, to + (int64_t)i * to_stride, from + (int64_t)i * from_stride);
}

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

/* From every second, third or fourth place. */
INLINE void copy_apart(size_t size, size_t n, char *to, const char *from, int apart) {
  size_t at = 0;
  if (size == 2 && apart == 2) at = close_gaps_2(n, to, from);
  if (size == 2 && apart == 3) at = close_gaps_3(n, to, from);
  if (size == 2 && apart == 4) at = close_gaps_4(n, to, from);
  const int64_t unit = (int64_t)size, stride = apart * unit;
  copy_steps(size, n - at, to + at * size, unit, from + (int64_t)at * stride, stride);
}

INLINE void copy_line(size_t size, size_t n, char *to, int64_t to_stride,
                      const char *from, int64_t from_stride) {
  int64_t unit = (int64_t)size;
  if (to_stride == unit && from_stride == 0)
    copy_steps(size, n, to, unit, from, 0);
  else if (to_stride == unit && from_stride == -unit)
    copy_steps(size, n, to, unit, from, -unit);
  else if (to_stride == unit && from_stride == 2 * unit)
    copy_apart(size, n, to, from, 2);
  else if (to_stride == unit && from_stride == 3 * unit)
    copy_apart(size, n, to, from, 3);
  else if (to_stride == unit && from_stride == 4 * unit)
    copy_apart(size, n, to, from, 4);
  else
    copy_steps(size, n, to, to_stride, from, from_stride);
}

INLINE void copy_lines(size_t size, const size_t n[2], ramp_plane to, ramp_plane from) {
  for (size_t i = 0; i < n[1]; i++)
    copy_line(size, n[0], to.at + (int64_t)i * to.stride[1], to.stride[0],
              from.at + (int64_t)i * from.stride[1], from.stride[0]);
}

/* ------------------------------------------------------------------ squares */

/* Where the next square begins: the last ones overlap those before, for to copy what is
   left over element by element would take longer. */
static size_t within(size_t at, size_t n, size_t rows) {
  return at + rows <= n ? at : n - rows;
}

/* `to` is contiguous along axis 0 and `from` along axis 1.  Squares follow each other
   along the lines of what lies wider apart, which are those of memory: so each of its
   cache lines is met once. */
INLINE void copy_crosswise(size_t size, const size_t n[2], ramp_plane to,
                           ramp_plane from) {
  const size_t rows = SQUARE_VECTOR / size;
  if (n[0] < rows || n[1] < rows) {
    copy_lines(size, n, to, from);
    return;
  }
  const int inner = magnitude(from.stride[0]) > magnitude(to.stride[1]) ? 1 : 0,
            outer = 1 - inner;
  size_t at[2];
  for (size_t i = 0; i < n[outer]; i += rows)
    for (size_t j = 0; j < n[inner]; j += rows) {
      at[outer] = within(i, n[outer], rows);
      at[inner] = within(j, n[inner], rows);
      copy_square(size, to.at + (int64_t)at[1] * to.stride[1] + (int64_t)(at[0] * size),
                  to.stride[1],
                  from.at + (int64_t)at[0] * from.stride[0] + (int64_t)(at[1] * size),
                  from.stride[0]);
    }
}

/* ------------------------------------------------------------------ planes */

INLINE void copy_plane(size_t size, const size_t n[2], ramp_plane to, ramp_plane from) {
  int64_t unit = (int64_t)size;
  if (size > 1 && n[1] > 1 && to.stride[0] == unit && from.stride[1] == unit)
    copy_crosswise(size, n, to, from);
  else
    copy_lines(size, n, to, from);
}

static ramp_plane turned(const ramp_plane *p) {
  return (ramp_plane){p->at, {p->stride[1], p->stride[0]}};
}

/* The first axis is that of the shorter strides, or along which `to` is contiguous. */
static bool should_turn(int64_t size, const ramp_plane *to, const ramp_plane *from) {
  int64_t first = magnitude(to->stride[0]) + magnitude(from->stride[0]),
          second = magnitude(to->stride[1]) + magnitude(from->stride[1]);
  bool crosswise = magnitude(from->stride[0]) == size && magnitude(to->stride[1]) == size;
  return crosswise || (second < first && to->stride[0] != size);
}

static void copy(size_t size, const size_t n[2], const ramp_plane *to,
                 const ramp_plane *from) {
  const bool turns = n[1] > 1 && should_turn((int64_t)size, to, from);
  const size_t by[2] = {n[turns], n[!turns]};
  const ramp_plane a = turns ? turned(to) : *to, b = turns ? turned(from) : *from;
  if (a.stride[0] == (int64_t)size && b.stride[0] == (int64_t)size) {
    copy_rows(by[0] * size, by[1], a.at, a.stride[1], b.at, b.stride[1]);
    return;
  }
  if (size == 1) copy_plane(1, by, a, b);
  if (size == 2) copy_plane(2, by, a, b);
  if (size == 4) copy_plane(4, by, a, b);
  if (size == 8) copy_plane(8, by, a, b);
}

/* ------------------------------------------------------------------ past the caches */

/* Memory that is asked for line by line, between stores, comes at the rate at which these
   leave; all at once it would hold them up.  So a line is stored, or two, after asking so
   many times for as many. */
typedef struct {
  size_t at_once, each;
} pace;

INLINE void keep_pace(pace pace, ramp_inquiry *q) {
  for (size_t asked = 0; asked < pace.each; asked++)
    ramp_ask(q, pace.at_once);
}

INLINE void stream_lines(size_t lines, char *to, const char *from, pace pace,
                         ramp_inquiry *q) {
  for (; lines >= pace.at_once; lines -= pace.at_once) {
    keep_pace(pace, q);
    for (size_t i = 0; i < pace.at_once; i++) {
      stream_line(to, from);
      to += STREAM_LINE;
      from += STREAM_LINE;
    }
  }
  if (lines == 0) return;
  keep_pace(pace, q);
  stream_line(to, from);
}

/* A line whose first bytes, so many, are those of one and the others those of another. */
INLINE void stream_joined(size_t bytes, char *to, const char *first, const char *others) {
  static const uint8_t ones_and_zeros[2 * STREAM_LINE] = {[0 ... STREAM_LINE - 1] = 0xff};
  uint64_t a[STREAM_LINE / 8], b[STREAM_LINE / 8], of_first[STREAM_LINE / 8];
  memcpy(a, first, STREAM_LINE);
  memcpy(b, others, STREAM_LINE);
  memcpy(of_first, ones_and_zeros + STREAM_LINE - bytes, STREAM_LINE);
  for (size_t i = 0; i < STREAM_LINE / 8; i++)
    a[i] = (a[i] & of_first[i]) | (b[i] & ~of_first[i]);
  stream_line(to, a);
}

/* What a row has of its first line, if that begins before it. */
static __attribute__((noinline)) void
stream_head_of(size_t bytes, char *to, const char *from, bool follows, const char *kept) {
  const size_t before = STREAM_LINE - stream_head(to);
  if (follows && before + bytes == STREAM_LINE) {
    stream_joined(before, to - before, kept, from - before);
    return;
  }
  if (follows) memcpy(to - before, kept, before);
  memcpy(to, from, bytes);
}

INLINE void stream_row(size_t bytes, char *to, const char *from, ramp_seams seams,
                       char *kept, pace pace, ramp_inquiry *q) {
  const size_t head = stream_head(to), first = head < bytes ? head : bytes,
               lines = (bytes - first) / STREAM_LINE, at = first + lines * STREAM_LINE;
  if (first > 0) stream_head_of(first, to, from, seams.follows, kept);
  stream_lines(lines, to + first, from + first, pace, q);
  if (at == bytes) return;
  if (seams.keeps)
    memcpy(kept, from + at, STREAM_LINE);
  else
    memcpy(to + at, from + at, bytes - at);
}

static void stream_rows(size_t bytes, size_t rows, char *to, int64_t to_stride,
                        const char *from, int64_t from_stride, ramp_seams seams,
                        const ramp_lines_ahead *ahead) {
  const size_t lines = rows * (bytes / STREAM_LINE),
               each = (ahead->count + lines) / (lines + 1);
  ramp_inquiry q = ramp_inquire(ahead);
  char *kept = seams.kept;
  for (size_t i = 0; i < rows; i++) {
    if (ahead->in_pairs && each == 1)
      stream_row(bytes, to, from, seams, kept, (pace){2, 1}, &q);
    else if (ahead->in_pairs && each == 2)
      stream_row(bytes, to, from, seams, kept, (pace){2, 2}, &q);
    else
      stream_row(bytes, to, from, seams, kept, (pace){1, each}, &q);
    to += to_stride;
    from += from_stride;
    kept += STREAM_LINE;
  }
  ramp_ask_all(&q);
}

/* Rows that become columns lie as they will in `block` before. */
static void stream(size_t size, const size_t n[2], const ramp_plane *to,
                   const ramp_plane *from, ramp_seams seams,
                   const ramp_lines_ahead *ahead) {
  _Alignas(STREAM_LINE) char room[RAMP_STREAM_BYTES + 2 * STREAM_LINE];
  char *block = room + STREAM_LINE;
  const int64_t unit = (int64_t)size, line = unit * (int64_t)n[1];
  if (to->stride[0] == unit && from->stride[0] == unit) {
    stream_rows(n[0] * size, n[1], to->at, to->stride[1], from->at, from->stride[1],
                seams, ahead);
  } else if (to->stride[1] == unit && n[0] * n[1] * size <= RAMP_STREAM_BYTES) {
    copy(size, n, &(ramp_plane){block, {line, unit}}, from);
    stream_rows(n[1] * size, n[0], to->at, to->stride[0], block, line, seams, ahead);
  } else {
    ramp_inquiry q = ramp_inquire(ahead);
    ramp_ask_all(&q);
    copy(size, n, to, from);
  }
}

#define JOINED(a, b, c) a##b##_##c
#define COPIES_OF(variant) JOINED(ramp, _copies, variant)
const ramp_copies COPIES_OF(RAMP_VARIANT) = {copy, stream};
