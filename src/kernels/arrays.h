/* SPDX-License-Identifier: MIT */
/* A loop's body over whole arrays: in one go or, with RAMP_STREAMING, in chunks whose
   results are stored past the caches. */
#ifndef RAMP_ARRAYS_H
#define RAMP_ARRAYS_H

#include "kernels/element.h"
#include "kernels/stream.h"

/* Computes out[0 .. n - 1]; dy is null where the body does not read it.  The formula and
   the number of points (kinks or limits) that a body looks at are constants at every
   call: not in a struct, lest GCC learn that only after it has made branches. */
typedef void loop_body(formula *of, int points, const ramp_arguments *arguments,
                       const stage *s, size_t n, const element *x, const element *dy,
                       element *out);

/* Whole blocks in stages, and the rest at once. */
INLINE void in_stages(loop_body *body, formula *of, int points, const ramp_arguments *a,
                      size_t n, const element *x, const element *dy, element *out) {
  size_t i = 0;
#ifdef RAMP_STAGED
  kept_block kept;
  const stage argument = {STAGE_ARGUMENT, kept}, series = {STAGE_SERIES, kept},
              quotient = {STAGE_QUOTIENT, kept}, result = {STAGE_RESULT, kept};
  for (; i + STAGE_BLOCK <= n; i += STAGE_BLOCK) {
    const element *from = x + i, *more = dy ? dy + i : dy;
    body(of, points, a, &argument, STAGE_BLOCK, from, more, out + i);
    body(of, points, a, &series, STAGE_BLOCK, from, more, out + i);
    body(of, points, a, &quotient, STAGE_BLOCK, from, more, out + i);
    body(of, points, a, &result, STAGE_BLOCK, from, more, out + i);
  }
#endif
  body(of, points, a, &at_once, n - i, x + i, dy ? dy + i : dy, out + i);
}

#ifdef RAMP_STAGED
enum { CHUNK = STAGE_BLOCK };
#else
enum { CHUNK = STREAM_CHUNK / sizeof(element) };
#endif

#ifdef RAMP_STREAMING
INLINE void stream_part(element *out, const element part[CHUNK]) {
  for (size_t i = 0; i < CHUNK; i += STREAM_CHUNK / sizeof(element))
    stream_chunk(out + i, part + i);
}

/* Elements up to the first line of out, but no more than n. */
INLINE size_t head_of(const element *out, size_t n) {
  size_t head = stream_head(out) / sizeof(element);
  return head < n ? head : n;
}

INLINE void over_array(loop_body *body, formula *of, int points, const ramp_arguments *a,
                       size_t n, const element *x, const element *dy, element *out) {
  _Alignas(STREAM_LINE) element part[CHUNK];
  size_t i = head_of(out, n);
  in_stages(body, of, points, a, i, x, dy, out);
  for (; i + CHUNK <= n; i += CHUNK) {
    in_stages(body, of, points, a, CHUNK, x + i, dy ? dy + i : dy, part);
    stream_part(out + i, part);
  }
  in_stages(body, of, points, a, n - i, x + i, dy ? dy + i : dy, out + i);
}

#else
INLINE void over_array(loop_body *body, formula *of, int points, const ramp_arguments *a,
                       size_t n, const element *x, const element *dy, element *out) {
  in_stages(body, of, points, a, n, x, dy, out);
}
#endif

/* The same of a body without dy and of few instructions an element, beside which those of
   the loop would count: some registers at once. */
INLINE void over_array_unrolled(loop_body *body, formula *of, int points,
                                const ramp_arguments *a, size_t n, const element *x,
                                element *out) {
#ifndef RAMP_STREAMING
  for (; n >= CHUNK; n -= CHUNK, x += CHUNK, out += CHUNK)
    body(of, points, a, &at_once, CHUNK, x, NULL, out);
#endif
  over_array(body, of, points, a, n, x, NULL, out);
}

/* over_array() over rows, with dy, and over_array_unrolled() without; none of them where
   results go past the caches. */
#ifdef RAMP_STREAMING
#define ROWS_LOOP(name, over, body, of, points)
#define ROWS_OF(name) NULL
#else
INLINE void over_rows(loop_body *body, formula *of, int points, const ramp_arguments *a,
                      const size_t n[2], ramp_band x, ramp_band dy, ramp_band out) {
  for (size_t row = 0; row < n[1]; row++) {
    over_array(body, of, points, a, n[0], (const element *)(const void *)x.first,
               (const element *)(const void *)dy.first, (element *)(void *)out.first);
    x.first += x.step;
    dy.first += dy.step;
    out.first += out.step;
  }
}

INLINE void over_rows_unrolled(loop_body *body, formula *of, int points,
                               const ramp_arguments *a, const size_t n[2], ramp_band x,
                               ramp_band dy, ramp_band out) {
  (void)dy;
  for (size_t row = 0; row < n[1]; row++) {
    over_array_unrolled(body, of, points, a, n[0], (const element *)(const void *)x.first,
                        (element *)(void *)out.first);
    x.first += x.step;
    out.first += out.step;
  }
}

#define ROWS_LOOP(name, over, body, of, points)                                          \
  static void name##_rows(const ramp_arguments *a, const size_t n[2], ramp_band x,       \
                          ramp_band dy, ramp_band out) {                                 \
    over(body, of, points, a, n, x, dy, out);                                            \
  }
#define ROWS_OF(name) name##_rows
#endif

#endif
