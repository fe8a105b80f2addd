/* SPDX-License-Identifier: MIT */
/* Work over an array, shared among OpenMP's threads, each in the default floating-point
   environment. */
#include "api/compute.h"

#include <omp.h>
#include <stdatomic.h>

/* The caller may have threads of its own: inside a parallel region one is enough. */
int ramp_threads(size_t count) {
  size_t most = count / RAMP_GRAIN;
  int threads = most < 2 || omp_in_parallel() ? 1 : omp_get_max_threads();
  return threads > 1 && (size_t)threads > most ? (int)most : threads;
}

/* Of `count` elements in all: results of large arrays may have been stored past the
   caches, and must be seen by whoever learns that the part is done. */
static void run(size_t count, ramp_part *part, const void *work, size_t begin,
                size_t end) {
  ramp_environment caller = ramp_environment_enter();
  part(work, begin, end);
  ramp_environment_leave(&caller);
  if (count >= RAMP_GRAIN) atomic_thread_fence(memory_order_seq_cst);
}

void ramp_share_units(size_t units, size_t count, ramp_part *part, const void *work) {
  int threads = ramp_threads(count);
  if (threads == 1) {
    run(count, part, work, 0, units);
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int thread = 0; thread < threads; thread++)
    run(count, part, work, units * (size_t)thread / (size_t)threads,
        units * ((size_t)thread + 1) / (size_t)threads);
}

typedef struct {
  size_t count;
  ramp_part *part;
  const void *work;
} blocks;

static void run_blocks(const void *all, size_t begin, size_t end) {
  const blocks *b = all;
  size_t last = end * RAMP_BLOCK;
  b->part(b->work, begin * RAMP_BLOCK, last < b->count ? last : b->count);
}

void ramp_share_grains(size_t count, size_t grain, ramp_part *part, const void *work) {
  blocks b = {count, part, work};
  ramp_share_units((count + RAMP_BLOCK - 1) / RAMP_BLOCK, ramp_weighed(count, grain),
                   run_blocks, &b);
}

void ramp_share(size_t count, ramp_part *part, const void *work) {
  ramp_share_grains(count, RAMP_GRAIN, part, work);
}
