/* SPDX-License-Identifier: MIT */
/*
 * Folds that only select among their inputs, for one instruction set and one type:
 * compiled once for each, with RAMP_VARIANT and RAMP_TYPE naming them.  Elements are
 * compared and moved as integers, so all types are alike, and NaN and zeros need no
 * second look.
 */
#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

#if defined RAMP_TYPE_f64
typedef uint64_t element;
typedef int64_t rank;
#define POSITIVE_INFINITY 0x7ff0000000000000
#define QUIET_NAN 0x7ff8000000000000
#elif defined RAMP_TYPE_f32
typedef uint32_t element;
typedef int32_t rank;
#define POSITIVE_INFINITY 0x7f800000
#define QUIET_NAN 0x7fc00000
#elif defined RAMP_TYPE_f16
typedef uint16_t element;
typedef int16_t rank;
#define POSITIVE_INFINITY 0x7c00
#define QUIET_NAN 0x7e00
#elif defined RAMP_TYPE_bf16
typedef uint16_t element;
typedef int16_t rank;
#define POSITIVE_INFINITY 0x7f80
#define QUIET_NAN 0x7fc0
#endif

#define SIGN ((element)((element)1 << (8 * sizeof(element) - 1)))

INLINE element magnitude(element a) { return (element)(a & ~SIGN); }
INLINE element is_nan(element a) { return magnitude(a) > POSITIVE_INFINITY; }
INLINE element canonical(element a) { return is_nan(a) ? QUIET_NAN : a; }

/* An integer in the order of the numbers: both zeros are 0, every NaN is the largest. */
INLINE rank rank_of(element a) {
  rank size = (rank)magnitude(a), negative = (rank)-size;
  rank ordered = (rank)a < 0 ? negative : size;
  return is_nan(a) ? (rank)~SIGN : ordered;
}

/* ------------------------------------------------------------------ maxout */

/* Groups pass in bundles: their first elements side by side, their second ones, and so
   on, a lane each, and the winners' places as wide as elements.  Where `k` and `count`
   are constants, compilers make shuffles of the strided copies. */
enum { LANE = 64 };

INLINE void first_lane(size_t count, const element *lane, element *best, element *place) {
  for (size_t i = 0; i < count; i++) {
    best[i] = lane[i];
    place[i] = 0;
  }
}

INLINE void join_lane(size_t count, const element *lane, element at, element *best,
                      element *place) {
#pragma omp simd
  for (size_t i = 0; i < count; i++) {
    element above = (element) - (element)(rank_of(lane[i]) > rank_of(best[i]));
    best[i] = (element)((lane[i] & above) | (best[i] & ~above));
    place[i] = (element)((at & above) | (place[i] & ~above));
  }
}

/* `lanes` neighbours of every group, from x on. */
INLINE void separate(size_t count, size_t k, size_t lanes, const element *restrict x,
                     element *restrict lane) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < lanes; j++)
      lane[j * LANE + i] = x[i * k + j];
}

INLINE void interleave(size_t count, size_t k, size_t lanes, const element *restrict lane,
                       element *restrict x) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < lanes; j++)
      x[i * k + j] = lane[j * LANE + i];
}

INLINE void bundle_forward(size_t count, size_t k, size_t lanes, const element *x,
                           element *y, uint8_t *winner) {
  element lane[8 * LANE], best[LANE], place[LANE];
  for (size_t j = 0; j < k; j += lanes) {
    separate(count, k, lanes, x + j, lane);
    if (j == 0) first_lane(count, lane, best, place);
    for (size_t l = j == 0; l < lanes; l++)
      join_lane(count, lane + l * LANE, (element)(j + l), best, place);
  }
  for (size_t i = 0; i < count; i++)
    y[i] = canonical(best[i]);
  for (size_t i = 0; i < count; i++)
    winner[i] = (uint8_t)place[i];
}

INLINE void groups_loop(size_t n, size_t k, size_t lanes, const element *x, element *y,
                        uint8_t *winner) {
  size_t i = 0;
  for (; i + LANE <= n; i += LANE)
    bundle_forward(LANE, k, lanes, x + i * k, y + i, winner + i);
  bundle_forward(n - i, k, lanes, x + i * k, y + i, winner + i);
}

static void maxout_groups(size_t n, size_t k, const void *x, void *y, uint8_t *winner) {
  if (k == 2)
    groups_loop(n, 2, 2, x, y, winner);
  else if (k == 4)
    groups_loop(n, 4, 4, x, y, winner);
  else if (k == 8)
    groups_loop(n, 8, 8, x, y, winner);
  else
    groups_loop(n, k, 1, x, y, winner);
}

static void maxout_join(size_t n, const void *more, uint8_t at, void *best,
                        uint8_t *winner) {
  const element *x = more;
  element *y = best;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    bool above = rank_of(x[i]) > rank_of(y[i]);
    y[i] = canonical(above ? x[i] : y[i]);
    winner[i] = above ? at : winner[i];
  }
}

/* dy where it passes; a NaN passes everywhere. */
INLINE element passed(element place, element at, element dy) {
  element passes = (element)((element) - (element)(place == at) | -is_nan(dy));
  return canonical(dy & passes);
}

INLINE void bundle_backward(size_t count, size_t k, size_t lanes, const uint8_t *winner,
                            const element *dy, element *dx) {
  element lane[8 * LANE], place[LANE];
  for (size_t i = 0; i < count; i++)
    place[i] = winner[i];
  for (size_t j = 0; j < k; j += lanes) {
    for (size_t l = 0; l < lanes; l++)
      for (size_t i = 0; i < count; i++)
        lane[l * LANE + i] = passed(place[i], (element)(j + l), dy[i]);
    interleave(count, k, lanes, lane, dx + j);
  }
}

INLINE void spread_loop(size_t n, size_t k, size_t lanes, const uint8_t *winner,
                        const element *dy, element *dx) {
  size_t i = 0;
  for (; i + LANE <= n; i += LANE)
    bundle_backward(LANE, k, lanes, winner + i, dy + i, dx + i * k);
  bundle_backward(n - i, k, lanes, winner + i, dy + i, dx + i * k);
}

static void maxout_spread_groups(size_t n, size_t k, const uint8_t *winner,
                                 const void *dy, void *dx) {
  if (k == 2)
    spread_loop(n, 2, 2, winner, dy, dx);
  else if (k == 4)
    spread_loop(n, 4, 4, winner, dy, dx);
  else if (k == 8)
    spread_loop(n, 8, 8, winner, dy, dx);
  else
    spread_loop(n, k, 1, winner, dy, dx);
}

static void maxout_spread(size_t n, const uint8_t *winner, uint8_t at, const void *dy,
                          void *dx) {
  const element *from = dy;
  element *to = dx;
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    to[i] = passed(winner[i], at, from[i]);
}

/* ------------------------------------------------------------------ crelu */

static void crelu_forward(size_t n, const void *input, void *above, void *below) {
  const element *x = input;
  element *y1 = above, *y2 = below;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    element a = x[i], nan = is_nan(a), positive = (rank)a > 0;
    element up = positive ? a : 0, down = positive ? 0 : magnitude(a);
    y1[i] = nan ? QUIET_NAN : up;
    y2[i] = nan ? QUIET_NAN : down;
  }
}

/* Of dy1 and -dy2 one passes; a NaN in the other stays one. */
static void crelu_backward(size_t n, const void *input, const void *dy_above,
                           const void *dy_below, void *output) {
  const element *x = input, *dy1 = dy_above, *dy2 = dy_below;
  element *dx = output;
#pragma omp simd
  for (size_t i = 0; i < n; i++) {
    element a = x[i], up = dy1[i], down = dy2[i] ^ SIGN;
    bool nan = is_nan(a) | is_nan(up) | is_nan(down);
    element left = magnitude(a) ? down : 0, passed = (rank)a > 0 ? up : left;
    dx[i] = nan ? QUIET_NAN : passed;
  }
}

/* ------------------------------------------------------------------ the table */

#define JOINED(a, b, c) a##b##_##c
#define FOLDS_OF(variant, type) JOINED(ramp_folds_, variant, type)
const ramp_fold_kernels FOLDS_OF(RAMP_VARIANT, RAMP_TYPE) = {
    maxout_groups, maxout_join,   maxout_spread_groups,
    maxout_spread, crelu_forward, crelu_backward};
