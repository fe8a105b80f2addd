/* SPDX-License-Identifier: MIT */
/* 16-bit elements that lie two, three or four apart become neighbours, in registers:
   compilers do that by themselves for wider ones. */
#ifndef RAMP_GAPS_H
#define RAMP_GAPS_H

#include "kernels/squares.h"

enum { GAPS_VECTOR = SQUARE_VECTOR / 2 };
typedef uint16_t gaps_row __attribute__((vector_size(SQUARE_VECTOR)));

/* Which elements of two vectors make the next one: the one before stays, but for places
   whose elements are in the vector number `part` of those that lie behind each other. */
#define PLACE(i, apart, part)                                                            \
  ((apart) * (i) / GAPS_VECTOR == (part) ? GAPS_VECTOR + (apart) * (i) % GAPS_VECTOR     \
                                         : (i))
#define PLACES_2(i, ...) PLACE(i, __VA_ARGS__), PLACE(i + 1, __VA_ARGS__)
#define PLACES_4(i, ...) PLACES_2(i, __VA_ARGS__), PLACES_2(i + 2, __VA_ARGS__)
#define PLACES_8(i, ...) PLACES_4(i, __VA_ARGS__), PLACES_4(i + 4, __VA_ARGS__)
#define PLACES_16(i, ...) PLACES_8(i, __VA_ARGS__), PLACES_8(i + 8, __VA_ARGS__)
#define PLACES_32(i, ...) PLACES_16(i, __VA_ARGS__), PLACES_16(i + 16, __VA_ARGS__)
#if defined __AVX512BW__
#define PLACES PLACES_32
#else
#define PLACES PLACES_8
#endif

/* Takes vectors of elements while there is an element behind them, so that nothing is
   read behind the last; how many elements it took. */
#define CLOSE_GAPS(apart)                                                                \
  static inline __attribute__((always_inline))                                           \
  size_t close_gaps_##apart(size_t n, char *to, const char *from) {                      \
    size_t at = 0;                                                                       \
    for (; at + GAPS_VECTOR < n; at += GAPS_VECTOR) {                                    \
      gaps_row all, part[4];                                                             \
      memcpy(part, from + 2 * apart * at, apart * sizeof *part);                         \
      all = __builtin_shufflevector(part[0], part[0], PLACES(0, apart, 0));              \
      all = __builtin_shufflevector(all, part[1], PLACES(0, apart, 1));                  \
      if (apart > 2) all = __builtin_shufflevector(all, part[2], PLACES(0, apart, 2));   \
      if (apart > 3) all = __builtin_shufflevector(all, part[3], PLACES(0, apart, 3));   \
      memcpy(to + 2 * at, &all, sizeof all);                                             \
    }                                                                                    \
    return at;                                                                           \
  }
CLOSE_GAPS(2)
CLOSE_GAPS(3)
CLOSE_GAPS(4)

#endif
