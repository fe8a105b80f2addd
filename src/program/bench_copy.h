/* SPDX-License-Identifier: MIT */
/* bench_copy.h: how fast memory can be copied, with and without the caches. */
#ifndef PROGRAM_BENCH_COPY_H
#define PROGRAM_BENCH_COPY_H

#include <stddef.h>

/* Where arrays to copy must begin. */
#define COPY_ALIGNMENT 64

/* Copies by memcpy(), each of the threads a part. */
void copy_plainly(void *to, const void *from, size_t bytes, int threads);

/* The same by stores that go past the caches, where there is an instruction for it
   (copy_can_stream()). */
void copy_by_stream(void *to, const void *from, size_t bytes, int threads);

int copy_can_stream(void);

#endif
