/* SPDX-License-Identifier: MIT */
/* Stores past the caches: for results that are larger than these, so that a line of
   memory is not read before it is written.  Where a CPU has no such stores they are
   ordinary ones.  Who streams puts a fence behind it, before anybody else may look. */
#ifndef RAMP_STREAM_H
#define RAMP_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __SSE2__
#include <immintrin.h>
#endif

/* A line of cache, and what is computed before it is stored: some lines at once. */
enum { STREAM_LINE = 64, STREAM_CHUNK = 256 };

/* How many bytes stand before the first line that begins at or behind `to`. */
static inline size_t stream_head(const void *to) { return -(uintptr_t)to % STREAM_LINE; }

/* How far ahead what is read has to be asked for, meanwhile, where a loop does little but
   wait for memory. */
enum { STREAM_AHEAD = 4096 };

/* Asks for what a loop that has come to `from` reads so far ahead, STREAM_CHUNK bytes;
   it need not be there. */
static inline __attribute__((always_inline)) void stream_ask(const void *from) {
  for (size_t at = 0; at < STREAM_CHUNK; at += STREAM_LINE)
    __builtin_prefetch((const void *)((uintptr_t)from + STREAM_AHEAD + at), 0, 3);
}

/* The same for one line, at a distance of so many bytes; 0 asks for nothing new. */
static inline __attribute__((always_inline)) void stream_ask_line(const void *from,
                                                                  size_t ahead) {
  __builtin_prefetch((const void *)((uintptr_t)from + ahead), 0, 3);
}

/* One line; `to` is where it begins. */
static inline __attribute__((always_inline)) void stream_line(void *to,
                                                              const void *from) {
#if defined __AVX512F__
  _mm512_stream_si512((__m512i *)to, _mm512_loadu_si512(from));
#elif defined __AVX__
  for (size_t i = 0; i < STREAM_LINE / sizeof(__m256i); i++)
    _mm256_stream_si256((__m256i *)to + i, _mm256_loadu_si256((const __m256i *)from + i));
#elif defined __SSE2__
  for (size_t i = 0; i < STREAM_LINE / sizeof(__m128i); i++)
    _mm_stream_si128((__m128i *)to + i, _mm_loadu_si128((const __m128i *)from + i));
#else
  memcpy(to, from, STREAM_LINE);
#endif
}

/* Any bytes: what lies outside of whole lines is stored ordinarily. */
static inline __attribute__((always_inline)) void stream_bytes(size_t bytes, char *to,
                                                               const char *from) {
  size_t head = stream_head(to), at = head < bytes ? head : bytes;
  if (at > 0) memcpy(to, from, at);
  for (; at + STREAM_LINE <= bytes; at += STREAM_LINE)
    stream_line(to + at, from + at);
  if (at < bytes) memcpy(to + at, from + at, bytes - at);
}

/* STREAM_CHUNK bytes; both at lines. */
static inline __attribute__((always_inline)) void stream_chunk(void *to,
                                                               const void *from) {
  for (size_t at = 0; at < STREAM_CHUNK; at += STREAM_LINE)
    stream_line((char *)to + at, (const char *)from + at);
}

#endif
