/* SPDX-License-Identifier: MIT */
/*
 * bench.h: what `ramp bench` measures: some rows (copies of an array, and passes of
 * functions) at each number of threads and each size.  The table, the JSON and the
 * picture are views of it.
 *
 * The copies come first among the rows: how fast the faster of them moves its bytes is
 * the machine's limit for whatever reads its input from memory and writes its output
 * there.
 */
#ifndef PROGRAM_BENCH_H
#define PROGRAM_BENCH_H

#include <ramp/ramp.h>

#include <stddef.h>

typedef enum {
  BENCH_STREAM, /* a copy by non-temporal stores, which pass the caches by */
  BENCH_MEMCPY,
  BENCH_FORWARD,
  BENCH_DERIVATIVE,
  BENCH_BACKWARD
} bench_pass;

#define BENCH_PASSES (BENCH_BACKWARD + 1)

typedef struct bench_row {
  bench_pass pass;
  char *text;             /* the function as the user wrote it; null for a copy */
  ramp_function function; /* unless for a copy */
} bench_row;

/* Nanoseconds per element, over the rounds of one setting. */
typedef struct bench_time {
  double least, median;
  size_t rounds;
} bench_time;

typedef struct bench {
  ramp_type type;
  double seconds; /* for all rounds of one setting */
  size_t row_count, size_count, thread_count;
  bench_row *rows;
  size_t *sizes;   /* elements */
  size_t *threads; /* a setting is one of these with one of the sizes */
  bench_time *times;
  double load; /* of the machine, from other programs, before the first round */
} bench;

/* The times of a row at threads[thread] and sizes[size]. */
bench_time *bench_time_of(const bench *b, size_t thread, size_t size, size_t row);

static inline int bench_is_copy(bench_pass pass) { return pass <= BENCH_MEMCPY; }

/* "memcpy", "non-temporal copy", "forward", ... */
const char *bench_pass_name(bench_pass pass);

/* "relu", "relu backward", "memcpy": a row's name in a table. */
void bench_row_name(const bench_row *row, char *name, size_t size);

/* "4 Ki", "1000": a number of elements for a reader. */
#define BENCH_SIZE_TEXT 24
void bench_size_text(size_t count, char text[BENCH_SIZE_TEXT]);

/* Bytes that a pass reads and writes per element: backward reads two arrays. */
size_t bench_bytes(const bench *b, bench_pass pass);

/* 10^9 bytes read and written per second. */
double bench_speed(const bench *b, bench_pass pass, const bench_time *time);

/* The faster copy's speed, and a row's share of it. */
double bench_limit(const bench *b, size_t thread, size_t size);
double bench_share(const bench *b, size_t thread, size_t size, size_t row);

/* Whether the other programs leave less than the processors that are measured. */
int bench_disturbed(const bench *b);

/* Checks every row's results and measures it at all sizes with threads[thread].
   EXIT_FINE, or after reporting EXIT_FINDING (wrong results), EXIT_FILE (no memory),
   EXIT_INTERRUPTED. */
int bench_measure(const bench *b, size_t thread);

/* The table of one number of threads, and what its numbers are. */
void bench_print_table(const bench *b, size_t thread);
void bench_print_legend(const bench *b);

void bench_print_json(const bench *b);

#endif
