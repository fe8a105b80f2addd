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

/* Fourths 0 and 2 of two registers in turn; and 1 and 3. */
static inline __attribute__((always_inline)) __m512i even_fourths(__m512i a, __m512i b) {
  return _mm512_shuffle_i64x2(a, b, 0x88);
}

static inline __attribute__((always_inline)) __m512i odd_fourths(__m512i a, __m512i b) {
  return _mm512_shuffle_i64x2(a, b, 0xdd);
}

/* Four bands of as many rows as a fourth of a register has elements: in each band and
   fourth rows become columns, as row i and row i + half are interleaved as often as the
   rows can be halved; then fourths change places.  A square stays in registers, or goes
   where its columns are to be rows.  Strides are in bytes. */
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
  static inline __attribute__((always_inline)) void turn_square_##bits(                  \
      const char *from, int64_t stride, __m512i *column) {                               \
    enum { ROWS = 128 / bits };                                                          \
    __m512i band[4][ROWS];                                                               \
    _Pragma("GCC unroll 4") for (int64_t k = 0; k < 4; k++) {                            \
      _Pragma("GCC unroll 8") for (int64_t i = 0; i < ROWS; i++)                         \
          memcpy(&band[k][i], from + (k * ROWS + i) * stride, SQUARE_VECTOR);            \
      _Pragma("GCC unroll 3") for (size_t left = ROWS; left > 1; left /= 2)              \
          interleave_fourths_##bits(band[k]);                                            \
    }                                                                                    \
    _Pragma("GCC unroll 8") for (int64_t i = 0; i < ROWS; i++) {                         \
      const __m512i a = even_fourths(band[0][i], band[1][i]),                            \
                    b = odd_fourths(band[0][i], band[1][i]),                             \
                    c = even_fourths(band[2][i], band[3][i]),                            \
                    d = odd_fourths(band[2][i], band[3][i]);                             \
      column[i] = even_fourths(a, c);                                                    \
      column[ROWS + i] = even_fourths(b, d);                                             \
      column[2 * ROWS + i] = odd_fourths(a, c);                                          \
      column[3 * ROWS + i] = odd_fourths(b, d);                                          \
    }                                                                                    \
  }                                                                                      \
  static inline __attribute__((always_inline)) void copy_square_##bits(                  \
      char *to, int64_t to_stride, const char *from, int64_t from_stride) {              \
    enum { COLUMNS = 512 / bits };                                                       \
    __m512i column[COLUMNS];                                                             \
    turn_square_##bits(from, from_stride, column);                                       \
    _Pragma("GCC unroll 64") for (int64_t i = 0; i < COLUMNS; i++)                       \
        _mm512_storeu_si512(to + i * to_stride, column[i]);                              \
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
