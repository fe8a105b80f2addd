/* SPDX-License-Identifier: MIT */
/*
 * What transposing costs at least: relu of n x n numbers in passes written for nothing
 * else, whose squares are turned, computed and stored without leaving the registers, in
 * 12 orders, plainly or past the caches.  Each takes turns with Ramp's contiguous pass
 * and Ramp's transposed one, on one thread.  Prints a table in Markdown.
 */
#define _POSIX_C_SOURCE 200809L
#include "kernels/squares.h"
#include "ramp/tensor.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LINE = 64, ROUNDS = 15, LEAST_ELEMENTS = 1 << 22 };

/* ------------------------------------------------------------------ relu */

/* bfloat16's order is that of its bits, but for NaN, of which there is none here. */
static inline __m512i relu_32(__m512i x) {
  return _mm512_castps_si512(_mm512_max_ps(_mm512_castsi512_ps(x), _mm512_setzero_ps()));
}
static inline __m512i relu_16(__m512i x) {
  return _mm512_max_epi16(x, _mm512_setzero_si512());
}
/* dy times 1 or 0, with its sign. */
static inline __m512i passed_32(__m512i x, __m512i dy) {
  const __m512i zero = _mm512_and_si512(dy, _mm512_set1_epi32(INT32_MIN));
  return _mm512_mask_mov_epi32(zero, _mm512_cmpgt_epi32_mask(x, _mm512_setzero_si512()),
                               dy);
}
static inline __m512i passed_16(__m512i x, __m512i dy) {
  const __m512i zero = _mm512_and_si512(dy, _mm512_set1_epi16(INT16_MIN));
  return _mm512_mask_mov_epi16(zero, _mm512_cmpgt_epi16_mask(x, _mm512_setzero_si512()),
                               dy);
}

/* ------------------------------------------------------------------ passes */

typedef enum { FORWARD, X_TRANSPOSED, RESULT_TRANSPOSED } kind;
static const char *const kinds[] = {"forward, x transposed", "backward, x transposed",
                                    "backward, result transposed"};

/* Squares by tiles of `side` x `side`, along the rows of the result or of x; stored past
   the caches; and asking for the square after the next. */
typedef struct {
  size_t side;
  bool along_x, past, asks;
} way;

typedef struct {
  size_t n; /* a multiple of a vector's elements */
  const char *x, *dy;
  char *y;
} arrays;

static inline __attribute__((always_inline)) void store(bool past, char *to,
                                                        __m512i row) {
  if (past)
    _mm512_stream_si512((__m512i *)(void *)to, row);
  else
    memcpy(to, &row, LINE);
}

/* Square (p, q) of the result is square (q, p) of what is transposed. */
#define PASS(bits)                                                                       \
  static inline __attribute__((always_inline)) void square_##bits(                       \
      kind what, const arrays *a, bool past, bool asks, bool along_x, size_t p,          \
      size_t q) {                                                                        \
    enum { N = 512 / bits };                                                             \
    const int64_t stride = (int64_t)(a->n * bits / 8);                                   \
    const int64_t here = (int64_t)p * N * stride + (int64_t)q * LINE,                    \
                  there = (int64_t)q * N * stride + (int64_t)p * LINE;                   \
    __m512i x[N], dy[N];                                                                 \
    turn_square_##bits(a->x + there, stride, x);                                         \
    if (what == RESULT_TRANSPOSED) turn_square_##bits(a->dy + there, stride, dy);        \
    for (int64_t i = 0; asks && i < N; i++) {                                            \
      const int64_t ahead =                                                              \
          there + i * stride + 2 * (along_x ? (int64_t)LINE : N * stride);               \
      __builtin_prefetch((const void *)((uintptr_t)a->x + (uintptr_t)ahead));            \
      if (what == RESULT_TRANSPOSED)                                                     \
        __builtin_prefetch((const void *)((uintptr_t)a->dy + (uintptr_t)ahead));         \
    }                                                                                    \
    _Pragma("GCC unroll 32") for (int64_t i = 0; i < N; i++) {                           \
      if (what == X_TRANSPOSED) memcpy(&dy[i], a->dy + here + i * stride, LINE);         \
      store(past, a->y + here + i * stride,                                              \
            what == FORWARD ? relu_##bits(x[i]) : passed_##bits(x[i], dy[i]));           \
    }                                                                                    \
  }                                                                                      \
  static inline __attribute__((always_inline)) void pass_##bits(                         \
      kind what, const arrays *a, size_t side, bool along_x, bool past, bool asks) {     \
    const size_t squares = a->n * bits / 512, step = side < squares ? side : squares;    \
    for (size_t outer = 0; outer < squares; outer += step)                               \
      for (size_t inner = 0; inner < squares; inner += step)                             \
        for (size_t i = outer; i < outer + step && i < squares; i++)                     \
          for (size_t j = inner; j < inner + step && j < squares; j++)                   \
            square_##bits(what, a, past, asks, along_x, along_x ? j : i,                 \
                          along_x ? i : j);                                              \
    if (past) _mm_sfence();                                                              \
  }                                                                                      \
  static inline __attribute__((always_inline)) void store_##bits(                        \
      kind what, const arrays *a, const way *w, bool along_x) {                          \
    if (w->past)                                                                         \
      w->asks ? pass_##bits(what, a, w->side, along_x, true, true)                       \
              : pass_##bits(what, a, w->side, along_x, true, false);                     \
    else                                                                                 \
      w->asks ? pass_##bits(what, a, w->side, along_x, false, true)                      \
              : pass_##bits(what, a, w->side, along_x, false, false);                    \
  }                                                                                      \
  static void run_##bits(kind what, const arrays *a, const way *w) {                     \
    switch (what) {                                                                      \
    case FORWARD:                                                                        \
      w->along_x ? store_##bits(FORWARD, a, w, true)                                     \
                 : store_##bits(FORWARD, a, w, false);                                   \
      break;                                                                             \
    case X_TRANSPOSED:                                                                   \
      w->along_x ? store_##bits(X_TRANSPOSED, a, w, true)                                \
                 : store_##bits(X_TRANSPOSED, a, w, false);                              \
      break;                                                                             \
    case RESULT_TRANSPOSED:                                                              \
      w->along_x ? store_##bits(RESULT_TRANSPOSED, a, w, true)                           \
                 : store_##bits(RESULT_TRANSPOSED, a, w, false);                         \
    }                                                                                    \
  }
PASS(32)
PASS(16)

/* ------------------------------------------------------------------ Ramp's */

static DLTensor matrix(const void *data, int bits, const int64_t *shape,
                       const int64_t *strides) {
  return (DLTensor){
      .data = (void *)(uintptr_t)data,
      .device = {kDLCPU, 0},
      .ndim = 2,
      .dtype = {(uint8_t)(bits == 32 ? kDLFloat : kDLBfloat), (uint8_t)bits, 1},
      .shape = (int64_t *)(uintptr_t)shape,
      .strides = (int64_t *)(uintptr_t)strides};
}

/* The result lies as in the passes above: what is transposed is x, or x and dy. */
static void run_ramp(kind what, int bits, const arrays *a, bool transposed) {
  const int64_t n = (int64_t)a->n, shape[2] = {n, n}, rows[2] = {n, 1},
                columns[2] = {1, n};
  const int64_t *first = transposed ? columns : rows,
                *second = transposed && what == RESULT_TRANSPOSED ? columns : rows;
  DLTensor x = matrix(a->x, bits, shape, first), dy = matrix(a->dy, bits, shape, second),
           y = matrix(a->y, bits, shape, rows);
  ramp_function relu;
  ramp_status status = ramp_function_parse("relu", &relu);
  if (status == RAMP_OK)
    status = what == FORWARD ? ramp_tensor_forward(&relu, &x, &y)
                             : ramp_tensor_backward(&relu, &x, &dy, &y);
  if (status != RAMP_OK) fprintf(stderr, "%s\n", ramp_error_detail()), exit(1);
}

/* ------------------------------------------------------------------ times */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

enum { CONTIGUOUS, TRANSPOSED, WAYS_FROM, SIDES = 3, WAYS = SIDES * 8 };

static way way_of(int index) {
  static const size_t side[SIDES] = {4, 16, SIZE_MAX};
  return (way){side[index / 8], index & 1, (index & 2) != 0, (index & 4) != 0};
}

static void run(int contender, kind what, int bits, const arrays *a) {
  if (contender < WAYS_FROM) {
    run_ramp(what, bits, a, contender == TRANSPOSED);
    return;
  }
  way w = way_of(contender - WAYS_FROM);
  if (bits == 32)
    run_32(what, a, &w);
  else
    run_16(what, a, &w);
}

static void expect_same(kind what, int bits, const arrays *a, size_t bytes) {
  char *expected = malloc(bytes);
  run(TRANSPOSED, what, bits, a);
  memcpy(expected, a->y, bytes);
  for (int w = 0; w < WAYS; w++) {
    memset(a->y, 0xff, bytes);
    run(WAYS_FROM + w, what, bits, a);
    if (memcmp(expected, a->y, bytes) != 0)
      fprintf(stderr, "%s: pass %d computes something else\n", kinds[what], w), exit(1);
  }
  free(expected);
}

/* Of the passes that store plainly, or past the caches. */
static void print_best(const double *least, bool past) {
  int best = -1;
  for (int i = 0; i < WAYS; i++)
    if (way_of(i).past == past &&
        (best < 0 || least[WAYS_FROM + i] < least[WAYS_FROM + best]))
      best = i;
  way w = way_of(best);
  const char *side = w.side == SIZE_MAX ? "bands" : w.side == 4 ? "4 x 4" : "16 x 16";
  printf(" **%.2f** %s along %s%s |", least[WAYS_FROM + best] / least[CONTIGUOUS], side,
         w.along_x ? "x" : "the result", w.asks ? ", asking" : "");
}

static void measure(kind what, int bits, const arrays *a) {
  const size_t count = a->n * a->n;
  const int times = count < LEAST_ELEMENTS ? (int)(LEAST_ELEMENTS / count) : 1;
  double least[WAYS_FROM + WAYS];
  for (int round = 0; round < ROUNDS; round++)
    for (int contender = 0; contender < WAYS_FROM + WAYS; contender++) {
      run(contender, what, bits, a); /* in the caches, as far as they go */
      double begun = now();
      for (int i = 0; i < times; i++)
        run(contender, what, bits, a);
      double once = (now() - begun) / times / (double)count;
      if (round == 0 || once < least[contender]) least[contender] = once;
    }
  printf("| %s, %s, %zu squared | %.3f | %.2f |", kinds[what],
         bits == 32 ? "float32" : "bfloat16", a->n, least[CONTIGUOUS],
         least[TRANSPOSED] / least[CONTIGUOUS]);
  print_best(least, false);
  print_best(least, true);
  printf("\n");
  fflush(stdout);
}

/* From -1 to 1, never 0. */
static void fill(size_t count, int bits, char *numbers) {
  uint64_t random = 1;
  for (size_t i = 0; i < count; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    float number = (float)((double)(int64_t)(random | 1) * 0x1p-63);
    memcpy(numbers + i * (size_t)bits / 8, (char *)&number + (bits == 16 ? 2 : 0),
           (size_t)bits / 8);
  }
}

int main(void) {
  static const size_t sizes[] = {512, 1024, 1536, 2048, 3072, 4096};
  printf("\n## What transposing costs at least: relu, one thread, to Ramp's contiguous "
         "pass\n\n"
         "| pass | contiguous, ns | Ramp | by hand | by hand, past the caches |\n"
         "| --- | --- | --- | --- | --- |\n");
  for (int bits = 32; bits >= 16; bits /= 2)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      const size_t n = sizes[i], bytes = n * n * (size_t)bits / 8;
      char *x = aligned_alloc(LINE, bytes), *dy = aligned_alloc(LINE, bytes),
           *y = aligned_alloc(LINE, bytes);
      if (!x || !dy || !y) return 1;
      fill(n * n, bits, x);
      fill(n * n, bits, dy);
      arrays a = {n, x, dy, y};
      for (int what = FORWARD; what <= RESULT_TRANSPOSED; what++) {
        expect_same((kind)what, bits, &a, bytes);
        measure((kind)what, bits, &a);
      }
      free(x), free(dy), free(y);
    }
  return 0;
}
