/* SPDX-License-Identifier: MIT */
/*
 * Smooth functions in 16 bits, with default parameters: by the formulas of the fast
 * precision in float, whose largest errors were measured over all floats, and what those
 * leave undecided by doubles.  So results are those of doubles, to the bit.  hard_swish
 * likewise, or backward in bf16 from floats alone, and hard_sigmoid from a float rounded
 * to odd (kernels/brackets.c).
 */
#include "api/halves.h"

#include <math.h>
#include <string.h>

/* As many elements as doubles compute together at least. */
enum { TOGETHER = 32 };

/* n elements, at most so many.  Those behind the last are computed in vain, so that no
   loop has a rest. */
static void settle_some(const ramp_job *j, size_t n, const uint16_t *place, RAMP_ARRAYS) {
  uint16_t from[TOGETHER] = {0}, other[TOGETHER] = {0};
  for (size_t i = 0; i < n; i++) {
    from[i] = ((const uint16_t *)x)[place[i]];
    if (dy) other[i] = ((const uint16_t *)dy)[place[i]];
  }
  char *some = (char *)from, *beside = (char *)other;
  ramp_run_blocks(j, TOGETHER, some, dy ? beside : NULL, some, slope ? beside : NULL);
  for (size_t i = 0; i < n; i++) {
    ((uint16_t *)out)[place[i]] = from[i];
    if (slope) ((uint16_t *)slope)[place[i]] = other[i];
  }
}

void ramp_settle_halves(const ramp_job *j, size_t n, const char *results, RAMP_ARRAYS) {
  uint16_t place[RAMP_HALF_BLOCK];
  size_t open = j->halves->undecided(n, (const uint16_t *)results, place);
  for (size_t i = 0; i < open; i += TOGETHER)
    settle_some(j, open - i < TOGETHER ? open - i : TOGETHER, place + i, x, dy, out,
                slope);
}

/* The floats of a block: values, or the slopes that dy is multiplied by.  False where
   doubles have to compute all of them. */
static bool compute(const ramp_job *j, size_t n, const float *x, float *y, float *slope) {
  const ramp_arguments *a = &j->arguments;
  if (j->quotients) return j->quotients->plain(&j->bracket, n, x, NULL, y);
  if (j->direction != RAMP_DERIVATIVE && j->direction != RAMP_BACKWARD)
    j->floats->forward(a, n, x, y);
  if (j->direction != RAMP_FORWARD)
    j->floats->derivative(a, n, x, j->direction == RAMP_BOTH ? slope : y);
  return true;
}

/* Results are apart from x and dy. */
static void run_block(const ramp_job *j, size_t n, RAMP_ARRAYS) {
  _Alignas(64) float in[RAMP_HALF_BLOCK], y[RAMP_HALF_BLOCK], other[RAMP_HALF_BLOCK];
  const ramp_halves *halves = j->halves;
  if (j->hard_swish && j->hard_swish->backward(j->bends, n, (const uint16_t *)x,
                                               (const uint16_t *)dy, (uint16_t *)out))
    return;
  uint16_t *values = (uint16_t *)out, *slopes = (uint16_t *)slope;
  halves->widen(n, (const uint16_t *)x, in);
  if (!compute(j, n, in, y, other)) {
    ramp_run_blocks(j, n, x, dy, out, slope);
    return;
  }
  bool decided = dy ? halves->multiply(n, y, (const uint16_t *)dy, j->margin, values)
                    : halves->round(n, y, j->margin, values);
  bool has_slope = !slope || halves->round(n, other, j->slope_margin, slopes);
  if (!decided) ramp_settle_halves(j, n, out, x, dy, out, slope);
  if (!has_slope) ramp_settle_halves(j, n, slope, x, dy, out, slope);
}

/* Results that would lie in place of x or dy are needed until what is open is settled. */
static void run_in_place(const ramp_job *j, size_t n, RAMP_ARRAYS) {
  _Alignas(64) uint16_t values[RAMP_HALF_BLOCK], slopes[RAMP_HALF_BLOCK];
  run_block(j, n, x, dy, (char *)values, slope ? (char *)slopes : NULL);
  memcpy(out, values, n * sizeof *values);
  if (slope) memcpy(slope, slopes, n * sizeof *slopes);
}

void ramp_run_halves(const ramp_job *j, size_t count, RAMP_ARRAYS) {
  bool apart = out != x && out != dy && slope != x;
  for (size_t at = 0; at < count; at += RAMP_HALF_BLOCK) {
    size_t n = count - at < RAMP_HALF_BLOCK ? count - at : RAMP_HALF_BLOCK;
    size_t by = at * sizeof(uint16_t);
    (apart ? run_block : run_in_place)(j, n, x + by, ramp_behind(dy, by), out + by,
                                       ramp_place_behind(slope, by));
  }
}

/* A product's error is its slope's, of which the last place may be twice as large, and
   half a unit. */
static void set_margins(ramp_job *j, const double bound[2]) {
  j->slope_margin = (float)bound[1];
  j->margin = j->direction == RAMP_BACKWARD     ? (float)(2 * bound[1] + 0.5)
              : j->direction == RAMP_DERIVATIVE ? (float)bound[1]
                                                : (float)bound[0];
}

static bool has_defaults(const ramp_function *f) {
  ramp_function g = ramp_function_of_kernel(ramp_function_kernel(f));
  return memcmp(f->parameter, g.parameter, sizeof g.parameter) == 0;
}

/* Those of kernels/hard_swish.c. */
static const double hard_swish_bounds[2] = {4, 3};

/* Where the slope at a kink is that of neither side, it is left to the floats. */
static void set_hard_swish(ramp_job *j) {
  const double *slope = j->arguments.at_kink;
  bool bends_low = slope[0] == -0.5, bends_high = slope[1] == 1.5;
  if (!(bends_low || slope[0] == 0) || !(bends_high || slope[1] == 1)) return;
  j->bends.low = bends_low ? nextafterf(-3, -4) : -3;
  j->bends.high = bends_high ? 3 : nextafterf(3, 2);
  j->hard_swish = ramp_kernels_in_use()->hard_swish;
}

static bool set_floats(ramp_job *j, const ramp_function *f) {
  enum ramp_kernel_number kernel = ramp_function_kernel(f);
  if (ramp_function_steps(f) == RAMP_SMOOTH && has_defaults(f)) {
    j->floats = &ramp_kernels_in_use()->fast[ramp_function_loops(f, RAMP_F32)];
    set_margins(j, ramp_function_fast_bounds(f));
    return true;
  }
  if (kernel == RAMP_KERNEL_hard_swish && j->direction != RAMP_BOTH) {
    j->floats = &ramp_kernels_in_use()->hard_swish->floats;
    set_margins(j, hard_swish_bounds);
    return true;
  }
  if (j->direction != RAMP_FORWARD) return false;
  j->quotients = ramp_odd_quotients_of(f, &j->bracket);
  j->margin = -1;
  if (j->quotients) return true;
  j->quotients = ramp_quotients_of(f, &j->bracket);
  j->margin = 0.5f;
  return j->quotients != NULL;
}

void ramp_set_halves(ramp_job *j, const ramp_function *f, ramp_type type) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  if (!kernels->fast || (type != RAMP_F16 && type != RAMP_BF16)) return;
  ramp_environment caller = ramp_environment_enter();
  bool set = set_floats(j, f);
  ramp_environment_leave(&caller);
  if (!set) return;
  if (ramp_function_kernel(f) == RAMP_KERNEL_hard_swish && type == RAMP_BF16 &&
      j->direction == RAMP_BACKWARD)
    set_hard_swish(j);
  j->halves = &kernels->halves[type];
  j->grain = (size_t)1 << 16;
}
