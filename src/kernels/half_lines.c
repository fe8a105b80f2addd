/* SPDX-License-Identifier: MIT */
/*
 * Functions of lines in 16 bits, by integers of 16 bits, so that a register holds as many
 * elements as it can: a piece is found by comparing, and what it gives is made of bits.
 * Compiled once per instruction set.
 */
#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* Rises with the numbers, by 1 from one to the next; -0 is below 0. */
INLINE int16_t order_of(uint16_t bits) {
  int16_t order = (int16_t)bits;
  return (int16_t)(order ^ ((order >> 15) & 0x7fff));
}

INLINE bool is_nan(uint16_t bits, uint16_t infinity) {
  return (uint16_t)(bits & 0x7fff) > infinity;
}

/* `limits`, and whether dy or a product take part, are constants at every call. */
INLINE void pieces(int limits, bool goes_back, bool joins, const ramp_half_lines *lines,
                   size_t n, const uint16_t *x, const uint16_t *dy,
                   const uint16_t *product, uint16_t *out) {
  const ramp_half_lines l = *lines;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    uint16_t kept = l.kept[0], own = l.own[0], scaled = l.scaled[0];
    int16_t order = order_of(x[i]);
    for (int k = 0; k < limits; k++) {
      bool above = order > l.limit[k];
      kept = above ? l.kept[k + 1] : kept;
      own = above ? l.own[k + 1] : own;
      if (joins) scaled = above ? l.scaled[k + 1] : scaled;
    }
    uint16_t result = ((goes_back ? dy[i] : x[i]) & kept) ^ own;
    if (joins) result |= product[i] & scaled;
    result = is_nan(x[i], l.infinity) ? l.nan : result;
    if (goes_back) result = is_nan(dy[i], l.infinity) ? l.nan : result;
    out[i] = result;
  }
}

INLINE void over_rows(int limits, bool goes_back, const ramp_half_lines *lines,
                      const size_t n[2], ramp_band x, ramp_band dy, ramp_band out) {
  const ramp_half_lines l = *lines;
  for (size_t row = 0; row < n[1]; row++) {
    pieces(limits, goes_back, 0, &l, n[0], (const uint16_t *)(const void *)x.first,
           (const uint16_t *)(const void *)dy.first, NULL, (uint16_t *)(void *)out.first);
    x.first += x.step;
    if (goes_back) dy.first += dy.step;
    out.first += out.step;
  }
}

#define LOOP(name, limits, goes_back, joins)                                             \
  static void name##_##limits##_loop(const ramp_half_lines *l, size_t n,                 \
                                     const uint16_t *x, const uint16_t *dy,              \
                                     const uint16_t *product, uint16_t *out) {           \
    pieces(limits, goes_back, joins, l, n, x, dy, product, out);                         \
  }
#define ROWS(name, limits, goes_back)                                                    \
  static void name##_##limits##_rows(const ramp_half_lines *l, const size_t n[2],        \
                                     ramp_band x, ramp_band dy, ramp_band out) {         \
    over_rows(limits, goes_back, l, n, x, dy, out);                                      \
  }
#define LOOPS(limits)                                                                    \
  ROWS(forward, limits, 0)                                                               \
  ROWS(backward, limits, 1)                                                              \
  LOOP(forward, limits, 0, 0)                                                            \
  LOOP(backward, limits, 1, 0)                                                           \
  LOOP(joined_forward, limits, 0, 1)                                                     \
  LOOP(joined_backward, limits, 1, 1)
LOOPS(0)
LOOPS(1)
LOOPS(2)
LOOPS(3)
LOOPS(4)

#define ENTRY(limits)                                                                    \
  {                                                                                      \
    {forward_##limits##_loop, backward_##limits##_loop},                                 \
        {joined_forward_##limits##_loop, joined_backward_##limits##_loop}, {             \
      forward_##limits##_rows, backward_##limits##_rows                                  \
    }                                                                                    \
  }
#define JOINED(a, b) a##b
#define HALF_LINES_OF(variant) JOINED(ramp_half_lines_, variant)
extern const ramp_half_line_loops HALF_LINES_OF(RAMP_VARIANT)[];
const ramp_half_line_loops HALF_LINES_OF(RAMP_VARIANT)[RAMP_LIMITS_MAX + 1] = {
    ENTRY(0), ENTRY(1), ENTRY(2), ENTRY(3), ENTRY(4)};
