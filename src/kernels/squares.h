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

/* 32 bytes of a row, and of one that lies `half` further on. */
static inline __attribute__((always_inline)) __m512i two_rows(const char *row,
                                                              int64_t half) {
  return _mm512_inserti64x4(
      _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)row)),
      _mm256_loadu_si256((const __m256i *)(row + half)), 1);
}

/* The first and third fourths of two registers in turn; and the others. */
static inline __attribute__((always_inline)) __m512i odd_fourths(__m512i a, __m512i b) {
  return _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), b);
}

static inline __attribute__((always_inline)) __m512i even_fourths(__m512i a, __m512i b) {
  return _mm512_permutex2var_epi64(a, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), b);
}

/* Rows further apart than this may share few places of the first cache: they are copied
   before, as each is read twice. */
enum { SQUARE_NEAR = 512 };

/* 32 bytes of all rows at a time become columns, by fourths of registers in which row i
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
    for (int64_t half = 0; half < 2; half++) {                                           \
      __m512i upper[COLUMNS], lower[COLUMNS];                                            \
      const char *first = from + 32 * half, *next = first + COLUMNS * from_stride;       \
      _Pragma("GCC unroll 8") for (int64_t i = 0; i < COLUMNS; i++) {                    \
        upper[i] = two_rows(first + i * from_stride, 2 * COLUMNS * from_stride);         \
        lower[i] = two_rows(next + i * from_stride, 2 * COLUMNS * from_stride);          \
      }                                                                                  \
      _Pragma("GCC unroll 3") for (size_t left = COLUMNS; left > 1; left /= 2) {         \
        interleave_fourths_##bits(upper);                                                \
        interleave_fourths_##bits(lower);                                                \
      }                                                                                  \
      char *const column = to + 2 * half * COLUMNS * to_stride;                          \
      _Pragma("GCC unroll 8") for (int64_t i = 0; i < COLUMNS; i++) {                    \
        const __m512i odd = odd_fourths(upper[i], lower[i]),                             \
                      even = even_fourths(upper[i], lower[i]);                           \
        memcpy(column + i * to_stride, &odd, SQUARE_VECTOR);                             \
        memcpy(column + (COLUMNS + i) * to_stride, &even, SQUARE_VECTOR);                \
      }                                                                                  \
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
