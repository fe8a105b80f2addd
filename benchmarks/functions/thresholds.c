/* SPDX-License-Identifier: MIT */
/*
 * Where another thread begins to pay, and where stores past the caches do: what share.c
 * and streamed.h have as constants, measured on this machine, as Markdown.  In each row
 * both ways take turns, and the least time of the rounds counts.
 */
#define _POSIX_C_SOURCE 200809L
#include "api/compute.h"
#include "kernels/stream.h"

#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* ------------------------------------------------------------------ threads */

typedef struct {
  const char *function;
  ramp_type type;
  ramp_direction direction;
} work;

static const work works[] = {
    {"relu", RAMP_F32, RAMP_FORWARD},       {"relu", RAMP_F32, RAMP_BACKWARD},
    {"relu", RAMP_BF16, RAMP_FORWARD},      {"silu", RAMP_F32, RAMP_FORWARD},
    {"gelu", RAMP_F32, RAMP_BACKWARD},      {"silu", RAMP_BF16, RAMP_FORWARD},
    {"leaky_relu", RAMP_F32, RAMP_FORWARD}, {"silu", RAMP_F64, RAMP_FORWARD},
    {"gelu", RAMP_F64, RAMP_FORWARD}};
enum { WORKS = sizeof works / sizeof *works };
enum { LEAST_SHIFT = 10, MOST_SHIFT = 18, TURNS = 60 };

typedef struct {
  ramp_job job;
  size_t count;
  char *x, *dy, *out;
} call;

static void run_part(const call *c, size_t begin, size_t end) {
  size_t at = begin * c->job.size;
  ramp_environment caller = ramp_environment_enter();
  ramp_job_run(&c->job, end - begin, c->x + at,
               c->job.direction == RAMP_BACKWARD ? c->dy + at : NULL, c->out + at);
  ramp_environment_leave(&caller);
}

static void run_threads(const call *c, int threads) {
  if (threads == 1) {
    run_part(c, 0, c->count);
    return;
  }
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int i = 0; i < threads; i++)
    run_part(c, c->count * (size_t)i / (size_t)threads,
             c->count * ((size_t)i + 1) / (size_t)threads);
}

/* One call behind another that took as many threads: these may be waiting for it. */
static double time_threads(const call *c, int threads) {
  enum { CALLS = 4 };
  run_threads(c, threads);
  double begun = now();
  for (int i = 0; i < CALLS; i++)
    run_threads(c, threads);
  return (now() - begun) / CALLS;
}

static void fill(char *array, ramp_type type, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double number = 0.37 * (double)(i % 17) - 3;
    ramp_convert(RAMP_F64, &number, type, array + i * ramp_type_size(type), 1);
  }
}

static void print_work(const work *w, call *c) {
  static const char *const directions[] = {"forward", "derivative", "backward"};
  const int threads = omp_get_num_procs();
  printf("| %s %s %s |", w->function, ramp_type_name(w->type), directions[w->direction]);
  for (int shift = LEAST_SHIFT; shift <= MOST_SHIFT; shift++) {
    double one = 1e30, all = 1e30;
    c->count = (size_t)1 << shift;
    for (int i = 0; i < TURNS; i++) {
      double time = time_threads(c, 1);
      one = time < one ? time : one;
      time = time_threads(c, threads);
      all = time < all ? time : all;
    }
    printf(" %.2f (%.1f) |", one / all, 1e-3 * one);
  }
  putchar('\n');
}

static void print_threads(void) {
  const size_t most = (size_t)1 << MOST_SHIFT;
  call c = {.x = malloc(8 * most), .dy = malloc(8 * most), .out = malloc(8 * most)};
  printf("\n## One thread's time over that of all %d (in brackets: one thread's, us)\n\n|"
         " elements |",
         omp_get_num_procs());
  for (int shift = LEAST_SHIFT; shift <= MOST_SHIFT; shift++)
    printf(" %d Ki |", 1 << (shift - 10));
  printf("\n| --- |");
  for (int shift = LEAST_SHIFT; shift <= MOST_SHIFT; shift++)
    printf(" --- |");
  putchar('\n');
  for (int i = 0; i < WORKS; i++) {
    ramp_function f;
    ramp_function_parse(works[i].function, &f);
    fill(c.x, works[i].type, most);
    fill(c.dy, works[i].type, most);
    c.job = ramp_job_of(&f, works[i].type, works[i].direction);
    print_work(&works[i], &c);
  }
  free(c.x);
  free(c.dy);
  free(c.out);
}

/* ------------------------------------------------------------------ stores */

static volatile uint32_t sink;

/* A line at a time: what comes next may read the results. */
static void read_all(const char *array, size_t bytes) {
  const uint32_t *word = (const uint32_t *)array;
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes / sizeof *word; i++)
    sum += word[i];
  sink = sum;
}

typedef struct {
  const ramp_loops *loops[2]; /* storing plainly, and past the caches */
  ramp_arguments arguments;
} stores;

static double time_stores(const stores *s, int streams, bool reads, size_t bytes,
                          const char *x, char *y) {
  double begun = now();
  s->loops[streams]->forward(&s->arguments, bytes / sizeof(float), x, y);
  if (streams) atomic_thread_fence(memory_order_seq_cst);
  if (reads) read_all(y, bytes);
  return now() - begun;
}

static void print_stores(size_t bytes, const stores *s, const char *x, char *y) {
  double least[2][2] = {{1e30, 1e30}, {1e30, 1e30}};
  const int turns = bytes < (64 << 20) ? 40 : 12;
  for (int turn = 0; turn < turns; turn++)
    for (int reads = 0; reads < 2; reads++)
      for (int streams = 0; streams < 2; streams++) {
        time_stores(s, streams, reads, bytes, x, y);
        double time = time_stores(s, streams, reads, bytes, x, y);
        if (time < least[reads][streams]) least[reads][streams] = time;
      }
  printf("| %zu |", bytes >> 20);
  for (int reads = 0; reads < 2; reads++)
    printf(" %.3f | %.3f | %.2f |", least[reads][0] * 4 / (double)bytes,
           least[reads][1] * 4 / (double)bytes, least[reads][0] / least[reads][1]);
  putchar('\n');
}

static void print_streams(void) {
  enum { LEAST = 1 << 20, MOST = 256 << 20 };
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  stores s = {{&kernels->single[RAMP_KERNEL_relu], &kernels->streaming[RAMP_KERNEL_relu]},
              {.parameter = {0}}};
  char *x = aligned_alloc(STREAM_LINE, MOST), *y = aligned_alloc(STREAM_LINE, MOST);
  fill(x, RAMP_F32, MOST / sizeof(float));
  printf("\n## relu of floats stored plainly and past the caches, one thread, ns per"
         " element\n\n| MiB of results | plainly | past | ratio | plainly, then read |"
         " past, then read | ratio |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (size_t bytes = LEAST; bytes <= MOST; bytes *= 2) {
    print_stores(bytes, &s, x, y);
    if (bytes >= 4 << 20 && bytes < 64 << 20) print_stores(bytes / 2 * 3, &s, x, y);
  }
  free(x);
  free(y);
}

int main(void) {
  print_threads();
  print_streams();
  return 0;
}
