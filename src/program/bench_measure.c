/* SPDX-License-Identifier: MIT */
/*
 * bench_measure.c: checks, then times.  In a round each row has one turn, so that what
 * else the machine does falls on all of them; a turn is as many calls as the clock needs
 * to tell time well.  Everybody reads the same arrays and writes the same one.
 */
#include "allocate.h"
#include "bench.h"
#include "bench_copy.h"
#include "interrupt.h"
#include "progress.h"

#include <math.h>
#include <omp.h>
#include <time.h>

#define ROUNDS_LEAST 3
#define ROUNDS_MOST 255

/* A turn is not shorter, where one call is. */
#define TURN_SECONDS 50e-6
/* A longer call does not care what the caches hold when it begins. */
#define WARM_SECONDS 2e-3

typedef struct arrays {
  void *x, *dy, *out, *reference;
} arrays;

typedef struct setting {
  const bench *b;
  const arrays *a;
  size_t count;
  int threads;
} setting;

/* How a row is timed, and what came out so far. */
typedef struct contender {
  size_t calls;     /* in a turn */
  int warm;         /* a call that is not timed comes first */
  int copy_threads; /* a small copy is faster without others' help */
  double samples[ROUNDS_MOST];
} contender;

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ------------------------------------------------------------------ arrays */

/* xorshift64*, then the sum of four uniform numbers: about normal, deviation 1, never
   beyond 3.5. */
static double bell_number(uint64_t *state) {
  *state ^= *state >> 12, *state ^= *state << 25, *state ^= *state >> 27;
  uint64_t bits = *state * UINT64_C(0x2545f4914f6cdd1d);
  double sum = 0;
  for (int i = 0; i < 4; i++)
    sum += (double)(bits >> 16 * i & 0xffff);
  return (sum - 2 * 65535.0) / 37837;
}

#define BLOCK 512

static void fill(void *array, ramp_type type, size_t count, double deviation,
                 uint64_t seed) {
  double block[BLOCK];
  for (size_t done = 0; done < count; done += BLOCK) {
    size_t now = count - done < BLOCK ? count - done : BLOCK;
    for (size_t i = 0; i < now; i++)
      block[i] = deviation * bell_number(&seed);
    ramp_convert(RAMP_F64, block, type, (char *)array + done * ramp_type_size(type), now);
  }
}

static void *array_of(size_t bytes) {
  size_t whole = (bytes + COPY_ALIGNMENT - 1) / COPY_ALIGNMENT * COPY_ALIGNMENT;
  return checked(aligned_alloc(COPY_ALIGNMENT, whole));
}

static arrays arrays_of(const bench *b) {
  size_t count = 0;
  for (size_t i = 0; i < b->size_count; i++)
    if (b->sizes[i] > count) count = b->sizes[i];
  size_t bytes = count * ramp_type_size(b->type);
  arrays a = {array_of(bytes), array_of(bytes), array_of(bytes), array_of(bytes)};
  fill(a.x, b->type, count, 3, 1);
  fill(a.dy, b->type, count, 1, 2);
  return a;
}

static void arrays_free(arrays *a) {
  free(a->x);
  free(a->dy);
  free(a->out);
  free(a->reference);
}

/* ------------------------------------------------------------------ calls */

/* What a function's row does to `count` elements from `first` on. */
static void compute(const setting *s, const bench_row *row, size_t first, size_t count,
                    void *out) {
  ramp_type type = s->b->type;
  size_t offset = first * ramp_type_size(type);
  const void *x = (const char *)s->a->x + offset, *dy = (const char *)s->a->dy + offset;
  void *to = (char *)out + offset;
  switch (row->pass) {
  case BENCH_FORWARD:
    ramp_forward(&row->function, type, count, x, to);
    break;
  case BENCH_DERIVATIVE:
    ramp_derivative(&row->function, type, count, x, to);
    break;
  case BENCH_BACKWARD:
    ramp_backward(&row->function, type, count, x, dy, to);
    break;
  default:
    break;
  }
}

static void call(const setting *s, const bench_row *row, int copy_threads) {
  size_t bytes = s->count * ramp_type_size(s->b->type);
  if (row->pass == BENCH_MEMCPY)
    copy_plainly(s->a->out, s->a->x, bytes, copy_threads);
  else if (row->pass == BENCH_STREAM)
    copy_by_stream(s->a->out, s->a->x, bytes, copy_threads);
  else
    compute(s, row, 0, s->count, s->a->out);
}

/* ------------------------------------------------------------------ checking */

/* Not a multiple of any block or vector. */
#define PIECE 4093

/* The same piece by piece, which promises the same bits; a copy is compared to what it
   copies. */
static const void *reference_of(const setting *s, const bench_row *row) {
  if (bench_is_copy(row->pass)) return s->a->x;
  memset(s->a->reference, 0xff, s->count * ramp_type_size(s->b->type));
  for (size_t first = 0; first < s->count; first += PIECE) {
    size_t left = s->count - first;
    compute(s, row, first, left < PIECE ? left : PIECE, s->a->reference);
  }
  return s->a->reference;
}

static double element_at(const void *array, ramp_type type, size_t i) {
  double number;
  ramp_convert(type, (const char *)array + i * ramp_type_size(type), RAMP_F64, &number,
               1);
  return number;
}

/* The first element that is not what it should be, or is NaN; `count` when there is
   none. */
static size_t first_wrong(const setting *s, const void *reference) {
  size_t size = ramp_type_size(s->b->type);
  for (size_t first = 0; first < s->count; first += BLOCK) {
    double numbers[BLOCK];
    size_t left = s->count - first, now = left < BLOCK ? left : BLOCK;
    const char *out = (const char *)s->a->out + first * size;
    int same = memcmp(out, (const char *)reference + first * size, now * size) == 0;
    ramp_convert(s->b->type, out, RAMP_F64, numbers, now);
    for (size_t i = 0; i < now; i++)
      if (isnan(numbers[i]) ||
          (!same &&
           memcmp(out + i * size, (const char *)reference + (first + i) * size, size)))
        return first + i;
  }
  return s->count;
}

static int check(const setting *s, const bench_row *row) {
  char name[160];
  const void *reference = reference_of(s, row);
  call(s, row, s->threads);
  size_t wrong = first_wrong(s, reference);
  if (wrong == s->count) return EXIT_FINE;
  bench_row_name(row, name, sizeof name);
  return fail(EXIT_FINDING,
              "%s of %zu elements on %d thread%s gives %g at place %zu, and %g when "
              "computed in pieces: nothing more is timed",
              name, s->count, s->threads, s->threads == 1 ? "" : "s",
              element_at(s->a->out, s->b->type, wrong), wrong,
              element_at(reference, s->b->type, wrong));
}

/* ------------------------------------------------------------------ timing */

static double time_calls(const setting *s, const bench_row *row, size_t calls,
                         int copy_threads) {
  double begun = clock_seconds();
  for (size_t i = 0; i < calls; i++)
    call(s, row, copy_threads);
  return (clock_seconds() - begun) / (double)calls;
}

/* Twice as many calls each time, until they are long enough; the seconds of one.  What is
   long once may have been interrupted, and is timed again. */
static double calibrate(const setting *s, const bench_row *row, size_t *calls,
                        int copy_threads) {
  for (*calls = 1;; *calls *= 2) {
    double enough = TURN_SECONDS / (double)*calls;
    double seconds = time_calls(s, row, *calls, copy_threads);
    if (seconds < enough) continue;
    seconds = fmin(seconds, time_calls(s, row, *calls, copy_threads));
    if (seconds >= enough) return seconds;
  }
}

static void prepare(const setting *s, const bench_row *row, contender *c) {
  c->copy_threads = s->threads;
  double seconds = calibrate(s, row, &c->calls, c->copy_threads);
  if (bench_is_copy(row->pass) && s->threads > 1) {
    size_t calls;
    double alone = calibrate(s, row, &calls, 1);
    if (alone < seconds) c->copy_threads = 1, c->calls = calls, seconds = alone;
  }
  c->warm = seconds < WARM_SECONDS;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bench_time summary_of(contender *c, size_t rounds, size_t count) {
  double scale = 1e9 / (double)count;
  qsort(c->samples, rounds, sizeof *c->samples, by_size);
  double median = (c->samples[(rounds - 1) / 2] + c->samples[rounds / 2]) / 2;
  return (bench_time){scale * c->samples[0], scale * median, rounds};
}

/* A turn for each row; EXIT_INTERRUPTED after Ctrl-C. */
static int run_round(const setting *s, contender *contenders, size_t round) {
  for (size_t i = 0; i < s->b->row_count; i++) {
    const bench_row *row = &s->b->rows[i];
    contender *c = &contenders[i];
    if (interrupted()) return EXIT_INTERRUPTED;
    if (c->warm) call(s, row, c->copy_threads);
    c->samples[round] = time_calls(s, row, c->calls, c->copy_threads);
  }
  return EXIT_FINE;
}

static int prepare_all(const setting *s, contender *contenders) {
  for (size_t i = 0; i < s->b->row_count; i++) {
    if (interrupted()) return EXIT_INTERRUPTED;
    int code = check(s, &s->b->rows[i]);
    if (code) return code;
    prepare(s, &s->b->rows[i], &contenders[i]);
  }
  return EXIT_FINE;
}

static int time_all(const setting *s, contender *contenders, bench_time *times) {
  size_t round = 0;
  double end = clock_seconds() + s->b->seconds;
  for (; round < ROUNDS_MOST && (round < ROUNDS_LEAST || clock_seconds() < end); round++)
    if (run_round(s, contenders, round)) return EXIT_INTERRUPTED;
  for (size_t i = 0; i < s->b->row_count; i++)
    times[i] = summary_of(&contenders[i], round, s->count);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ settings */

static void show_progress(const bench *b, size_t thread, size_t size) {
  char text[BENCH_SIZE_TEXT];
  if (!progress_redraws()) return;
  bench_size_text(b->sizes[size], text);
  fprintf(stderr, "\r%s elements, %zu thread%s (%zu of %zu)\033[K", text,
          b->threads[thread], b->threads[thread] == 1 ? "" : "s",
          thread * b->size_count + size + 1, b->thread_count * b->size_count);
  fflush(stderr);
}

int bench_measure(const bench *b, size_t thread) {
  int code = EXIT_FINE;
  contender *contenders = allocate(b->row_count, sizeof *contenders);
  arrays a = arrays_of(b);
  omp_set_num_threads((int)b->threads[thread]);
  for (size_t size = 0; size < b->size_count && code == EXIT_FINE; size++) {
    setting s = {b, &a, b->sizes[size], (int)b->threads[thread]};
    show_progress(b, thread, size);
    code = prepare_all(&s, contenders);
    if (code == EXIT_FINE)
      code = time_all(&s, contenders, bench_time_of(b, thread, size, 0));
  }
  if (progress_redraws()) fputs("\r\033[K", stderr);
  arrays_free(&a);
  free(contenders);
  return code;
}
