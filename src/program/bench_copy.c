/* SPDX-License-Identifier: MIT */
/*
 * bench_copy.c: see bench_copy.h.  C has no word for a store past the caches; SSE2, which
 * every x86-64 has, is written out, and elsewhere there is memcpy() alone.  It, too, may
 * choose such stores: glibc's does for large arrays.
 */
#include "bench_copy.h"

#include <string.h>

typedef void copier(unsigned char *to, const unsigned char *from, size_t bytes);

/* A part for each thread, cut where cache lines end. */
static void share(copier *copy, void *to, const void *from, size_t bytes, int threads) {
  size_t lines = bytes / COPY_ALIGNMENT, parts = (size_t)threads;
  if (parts == 1) { /* OpenMP's own way of one thread takes 0.2 us */
    copy(to, from, bytes);
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(static)
  for (size_t i = 0; i < parts; i++) {
    size_t begin = lines * i / parts * COPY_ALIGNMENT;
    size_t end = i + 1 == parts ? bytes : lines * (i + 1) / parts * COPY_ALIGNMENT;
    copy((unsigned char *)to + begin, (const unsigned char *)from + begin, end - begin);
  }
}

static void plain(unsigned char *to, const unsigned char *from, size_t bytes) {
  memcpy(to, from, bytes);
}

void copy_plainly(void *to, const void *from, size_t bytes, int threads) {
  share(plain, to, from, bytes, threads);
}

#ifdef __SSE2__
#include <emmintrin.h>

int copy_can_stream(void) { return 1; }

/* A line at a time: the processor sends it off when it is whole. */
static void stream(unsigned char *to, const unsigned char *from, size_t bytes) {
  size_t at = 0;
  for (; at + COPY_ALIGNMENT <= bytes; at += COPY_ALIGNMENT) {
    const __m128i *source = (const __m128i *)(from + at);
    __m128i *target = (__m128i *)(to + at);
    __m128i a = _mm_load_si128(source), b = _mm_load_si128(source + 1);
    __m128i c = _mm_load_si128(source + 2), d = _mm_load_si128(source + 3);
    _mm_stream_si128(target, a);
    _mm_stream_si128(target + 1, b);
    _mm_stream_si128(target + 2, c);
    _mm_stream_si128(target + 3, d);
  }
  memcpy(to + at, from + at, bytes - at);
  _mm_sfence();
}

void copy_by_stream(void *to, const void *from, size_t bytes, int threads) {
  share(stream, to, from, bytes, threads);
}
#else
int copy_can_stream(void) { return 0; }

void copy_by_stream(void *to, const void *from, size_t bytes, int threads) {
  copy_plainly(to, from, bytes, threads);
}
#endif
