/* SPDX-License-Identifier: MIT */
/* Squares of elements whose rows become columns, in registers: as many rows as a vector
   has elements. */
#ifndef RAMP_SQUARES_H
#define RAMP_SQUARES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __AVX512BW__
#include <immintrin.h>

/* A vector is a line of cache. */
enum { SQUARE_VECTOR = 64 };

/* 16 bytes of a row from each quarter of a square's rows, which lie `quarter` apart. */
static inline __attribute__((always_inline)) __m512i four_quarters(const char *row,
                                                                   int64_t quarter) {
  __m512i all = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)row));
  for (int i = 1; i < 4; i++)
    all = _mm512_mask_broadcast_i64x2(
        all, (__mmask8)(3 << 2 * i),
        _mm_loadu_si128((const __m128i *)(row + i * quarter)));
  return all;
}

/* Rows further apart than this may share few places of the first cache: they are copied
   before, as each is read four times. */
enum { SQUARE_NEAR = 512 };

/* 16 bytes of all rows at a time become columns, by fourths of registers in which row i
   and row i + half of the registers are interleaved.  Strides are in bytes. */
#define SQUARE(bits)                                                                     \
  static inline                                                                          \
      __attribute__((always_inline)) void interleave_fourths_##bits(__m512i *row) {      \
    enum { ROWS = 128 / bits, HALF = ROWS / 2 };                                         \
    __m512i next[ROWS];                                                                  \
    _Pragma("GCC unroll 4") for (size_t i = 0; i < HALF; i++) {                          \
      next[2 * i] = _mm512_unpacklo_epi##bits(row[i], row[i + HALF]);                    \
      next[2 * i + 1] = _mm512_unpackhi_epi##bits(row[i], row[i + HALF]);                \
    }                                                                                    \
    memcpy(row, next, sizeof next);                                                      \
  }                                                                                      \
  static inline __attribute__((always_inline)) void copy_square_##bits(                  \
      char *to, int64_t to_stride, const char *from, int64_t from_stride) {              \
    enum { ROWS = SQUARE_VECTOR * 8 / bits, COLUMNS = 128 / bits };                      \
    _Alignas(SQUARE_VECTOR) char line[ROWS * SQUARE_VECTOR];                             \
    if (from_stride < 0 || from_stride > SQUARE_NEAR) {                                  \
      _Pragma("GCC unroll 32") for (int64_t i = 0; i < ROWS; i++)                        \
          memcpy(line + i * SQUARE_VECTOR, from + i * from_stride, SQUARE_VECTOR);       \
      from = line;                                                                       \
      from_stride = SQUARE_VECTOR;                                                       \
    }                                                                                    \
    for (int64_t fourth = 0; fourth < 4; fourth++) {                                     \
      __m512i row[COLUMNS];                                                              \
      _Pragma("GCC unroll 8") for (int64_t i = 0; i < COLUMNS; i++) row[i] =             \
          four_quarters(from + 16 * fourth + i * from_stride, COLUMNS * from_stride);    \
      _Pragma("GCC unroll 3") for (size_t left = COLUMNS; left > 1; left /= 2)           \
          interleave_fourths_##bits(row);                                                \
      _Pragma("GCC unroll 8") for (int64_t i = 0; i < COLUMNS; i++)                      \
          memcpy(to + (fourth * COLUMNS + i) * to_stride, &row[i], SQUARE_VECTOR);       \
    }                                                                                    \
  }

#else

/* Wider vectors would be put together from halves at every step. */
enum { SQUARE_VECTOR = 16 };

/* Elements i, i + 1, ... of two vectors of n, in turn. */
#define PAIRS_1(i, n) i, n + (i)
#define PAIRS_2(i, n) PAIRS_1(i, n), PAIRS_1(i + 1, n)
#define PAIRS_4(i, n) PAIRS_2(i, n), PAIRS_2(i + 2, n)
#define HALF_16 PAIRS_4
#define HALF_32 PAIRS_2
#define HALF_64 PAIRS_1

/* Row i and row i + half of them are interleaved, all at once.  As often as the rows can
   be halved, that exchanges rows and columns.  Strides are in bytes. */
#define SQUARE(bits)                                                                     \
  typedef uint##bits##_t row_of_##bits __attribute__((vector_size(SQUARE_VECTOR)));      \
  static inline                                                                          \
      __attribute__((always_inline)) void interleave_rows_##bits(row_of_##bits *row) {   \
    enum { ROWS = SQUARE_VECTOR * 8 / bits, HALF = ROWS / 2 };                           \
    row_of_##bits next[ROWS];                                                            \
    _Pragma("GCC unroll 16") for (size_t i = 0; i < HALF; i++) {                         \
      next[2 * i] =                                                                      \
          __builtin_shufflevector(row[i], row[i + HALF], HALF_##bits(0, ROWS));          \
      next[2 * i + 1] =                                                                  \
          __builtin_shufflevector(row[i], row[i + HALF], HALF_##bits(HALF, ROWS));       \
    }                                                                                    \
    memcpy(row, next, sizeof next);                                                      \
  }                                                                                      \
  static inline __attribute__((always_inline)) void copy_square_##bits(                  \
      char *to, int64_t to_stride, const char *from, int64_t from_stride) {              \
    enum { ROWS = SQUARE_VECTOR * 8 / bits };                                            \
    row_of_##bits row[ROWS];                                                             \
    _Pragma("GCC unroll 32") for (size_t i = 0; i < ROWS; i++)                           \
        memcpy(&row[i], from + (int64_t)i * from_stride, SQUARE_VECTOR);                 \
    _Pragma("GCC unroll 5") for (size_t left = ROWS; left > 1; left /= 2)                \
        interleave_rows_##bits(row);                                                     \
    _Pragma("GCC unroll 32") for (size_t i = 0; i < ROWS; i++)                           \
        memcpy(to + (int64_t)i * to_stride, &row[i], SQUARE_VECTOR);                     \
  }

#endif
SQUARE(16)
SQUARE(32)
SQUARE(64)

/* SQUARE_VECTOR / size rows of as many elements of 2, 4 or 8 bytes. */
static inline __attribute__((always_inline)) void copy_square(size_t size, char *to,
                                                              int64_t to_stride,
                                                              const char *from,
                                                              int64_t from_stride) {
  if (size == 2) copy_square_16(to, to_stride, from, from_stride);
  if (size == 4) copy_square_32(to, to_stride, from, from_stride);
  if (size == 8) copy_square_64(to, to_stride, from, from_stride);
}

#endif
