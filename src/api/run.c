/* SPDX-License-Identifier: MIT */
/*
 * A job over arrays.  A type that is not its loops' arithmetic is widened block by block
 * on the stack, computed, and rounded once; so are arrays not aligned to their elements,
 * and elements too few for a register, passed through blocks.
 */
#include "api/compute.h"
#include "api/halves.h"
#include "kernels/stream.h"

#include <float.h>
#include <stdatomic.h>
#include <string.h>

/* Without a loop for both, x goes when it has been read twice. */
static void run_both(const ramp_loops *loops, const ramp_arguments *a, size_t n,
                     const char *x, char *y, char *slope) {
  if (loops->both) {
    loops->both(a, n, x, y, slope);
    return;
  }
  if (y == x) loops->derivative(a, n, x, slope);
  loops->forward(a, n, x, y);
  if (y != x) loops->derivative(a, n, x, slope);
}

static void run_loops(const ramp_job *j, const ramp_loops *loops, size_t n, RAMP_ARRAYS) {
  const ramp_arguments *a = &j->arguments;
  if (j->direction == RAMP_FORWARD) loops->forward(a, n, x, out);
  if (j->direction == RAMP_DERIVATIVE) loops->derivative(a, n, x, out);
  if (j->direction == RAMP_BACKWARD) loops->backward(a, n, x, dy, out);
  if (j->direction == RAMP_BOTH) run_both(loops, a, n, x, out, slope);
}

static bool is_bounded(const ramp_job *j, size_t n, const char *x, const char *dy) {
  return j->bounded && j->f32_within(n, x, RAMP_BOUND) &&
         (!dy || j->f32_within(n, dy, FLT_MAX));
}

static size_t block_at(size_t at, size_t count) {
  return count - at < RAMP_BLOCK ? count - at : RAMP_BLOCK;
}

/* Wide numbers beside x: dy, or where derivatives go. */
static void run_wide(const ramp_job *j, size_t n, RAMP_ARRAYS) {
  _Alignas(64) double wide[RAMP_BLOCK], other[RAMP_BLOCK];
  char *in = (char *)wide, *beside = (char *)other;
  j->widen(n, x, wide);
  if (dy) j->widen(n, dy, other);
  run_loops(j, j->loops, n, in, beside, in, beside);
  j->round(n, wide, out);
  if (slope) j->round(n, other, slope);
}

void ramp_run_blocks(const ramp_job *j, size_t count, RAMP_ARRAYS) {
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = block_at(at, count), by = at * j->size;
    const char *dy_here = ramp_behind(dy, by);
    char *slope_here = ramp_place_behind(slope, by);
    if (is_bounded(j, n, x + by, dy_here))
      run_loops(j, j->bounded, n, x + by, dy_here, out + by, slope_here);
    else
      run_wide(j, n, x + by, dy_here, out + by, slope_here);
  }
}

/* Some more elements at a time, for what a loop needs before it begins; few enough that
   to compute them again hardly counts. */
enum { BRACKETED = 4 * RAMP_BLOCK };

static bool run_bracket(const ramp_job *j, size_t n, const char *x, const char *dy,
                        char *out) {
  const float *from = (const float *)x, *factor = (const float *)dy;
  bool whole_lines = n == BRACKETED && (uintptr_t)out % STREAM_LINE == 0;
  ramp_bracket_loop *loop =
      j->past_caches && whole_lines ? j->brackets->streaming : j->brackets->plain;
  if (out != x && out != dy) return loop(&j->bracket, n, from, factor, (float *)out);
  float results[BRACKETED];
  if (!j->brackets->plain(&j->bracket, n, from, factor, results)) return false;
  memcpy(out, results, n * sizeof *results);
  return true;
}

/* Once more in parts, of which few are left undecided; how many. */
static size_t run_parts(const ramp_job *j, size_t count, const char *x, const char *dy,
                        char *out) {
  size_t missed = 0;
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = block_at(at, count), by = at * j->size;
    const char *dy_here = ramp_behind(dy, by);
    if (run_bracket(j, n, x + by, dy_here, out + by)) continue;
    missed++;
    ramp_run_blocks(j, n, x + by, dy_here, out + by, NULL);
  }
  return missed;
}

/* Where results are stored past the caches, blocks begin at their lines.  Where an eighth
   of all parts hold a number that brackets leave undecided, these are given up. */
static void run_brackets(const ramp_job *j, size_t count, const char *x, const char *dy,
                         char *out) {
  size_t missed = 0, at = 0, n = j->past_caches ? stream_head(out) / j->size : 0;
  if (n == 0) n = BRACKETED;
  for (; at < count && missed <= 8 + at / (8 * RAMP_BLOCK); at += n, n = BRACKETED) {
    size_t by = at * j->size;
    if (n > count - at) n = count - at;
    if (run_bracket(j, n, x + by, ramp_behind(dy, by), out + by)) continue;
    if (j->past_caches) atomic_thread_fence(memory_order_seq_cst);
    missed += run_parts(j, n, x + by, ramp_behind(dy, by), out + by);
  }
  size_t by = at * j->size;
  if (at < count)
    ramp_run_blocks(j, count - at, x + by, ramp_behind(dy, by), out + by, NULL);
}

static void run_whole(const ramp_job *j, size_t count, RAMP_ARRAYS) {
  if (j->brackets)
    run_brackets(j, count, x, dy, out);
  else if (j->half_lines)
    ramp_run_half_lines(j, count, x, dy, out);
  else if (j->halves)
    ramp_run_halves(j, count, x, dy, out, slope);
  else if (j->widen)
    ramp_run_blocks(j, count, x, dy, out, slope);
  else
    run_loops(j, j->loops, count, x, dy, out, slope);
}

/* Elements that do not fill a register would be computed one by one; among zeros they
   take as long as one.  Results are apart, lest loops pass them through another block. */
static void run_few(const ramp_job *j, size_t n, RAMP_ARRAYS) {
  enum { REGISTER = 64 };
  _Alignas(REGISTER) char block[REGISTER], other[REGISTER], results[REGISTER];
  size_t bytes = n * j->size;
  j->few->take(bytes, x, block);
  if (dy) j->few->take(bytes, dy, other);
  run_whole(j, j->lanes, block, dy ? other : NULL, results, slope ? other : NULL);
  j->few->put(bytes, results, out);
  if (slope) j->few->put(bytes, other, slope);
}

static void run_aligned(const ramp_job *j, size_t count, RAMP_ARRAYS) {
  size_t few = j->few ? count & (j->lanes - 1) : 0, whole = count - few;
  size_t by = whole * j->size;
  if (whole > 0) run_whole(j, whole, x, dy, out, slope);
  if (few > 0)
    run_few(j, few, x + by, ramp_behind(dy, by), out + by, ramp_place_behind(slope, by));
}

/* Arrays that are not aligned to their elements pass through aligned blocks. */
static void run_misaligned(const ramp_job *j, size_t count, RAMP_ARRAYS) {
  double block[RAMP_BLOCK], other[RAMP_BLOCK];
  char *aligned = (char *)block, *beside = (char *)other;
  for (size_t at = 0; at < count; at += RAMP_BLOCK) {
    size_t n = block_at(at, count), by = at * j->size, bytes = n * j->size;
    memcpy(block, x + by, bytes);
    if (dy) memcpy(other, dy + by, bytes);
    run_aligned(j, n, aligned, dy ? beside : NULL, aligned, slope ? beside : NULL);
    memcpy(out + by, block, bytes);
    if (slope) memcpy(slope + by, other, bytes);
  }
}

static void run_arrays(const ramp_job *j, size_t count, RAMP_ARRAYS) {
  uintptr_t together = (uintptr_t)x | (uintptr_t)dy | (uintptr_t)out | (uintptr_t)slope;
  if ((together & (j->size - 1)) == 0)
    run_aligned(j, count, x, dy, out, slope);
  else
    run_misaligned(j, count, x, dy, out, slope);
}

void ramp_job_run(const ramp_job *j, size_t count, const char *x, const char *dy,
                  char *out) {
  run_arrays(j, count, x, dy, out, NULL);
}

void ramp_job_run_both(const ramp_job *j, size_t count, const char *x, char *y,
                       char *slope) {
  run_arrays(j, count, x, NULL, y, slope);
}

/* ------------------------------------------------------------------ rows */

static ramp_rows_loop *rows_loop(const ramp_job *j) {
  if (j->direction == RAMP_FORWARD) return j->loops->forward_rows;
  if (j->direction == RAMP_DERIVATIVE) return j->loops->derivative_rows;
  return j->direction == RAMP_BACKWARD ? j->loops->backward_rows : NULL;
}

bool ramp_job_has_rows(const ramp_job *j) {
  if (j->half_lines) return j->scale == 0;
  return j->brackets || (!j->widen && !j->halves && rows_loop(j));
}

/* The same from row n on. */
static ramp_band rows_from(ramp_band rows, size_t n) {
  if (rows.first) rows.first += (int64_t)n * rows.step;
  return rows;
}

/* By brackets, or by doubles at once. */
static void run_each_row(const ramp_job *j, bool by_brackets, const size_t n[2],
                         ramp_band x, ramp_band dy, ramp_band out) {
  for (size_t row = 0; row < n[1]; row++) {
    const char *from = rows_from(x, row).first, *factor = rows_from(dy, row).first;
    char *to = rows_from(out, row).first;
    if (by_brackets)
      run_brackets(j, n[0], from, factor, to);
    else
      ramp_run_blocks(j, n[0], from, factor, to, NULL);
  }
}

/* A block's rows at a time, as few numbers leave them undecided. */
static void run_bracket_rows(const ramp_job *j, const size_t n[2], ramp_band all_x,
                             ramp_band all_dy, ramp_band all_out) {
  const bool apart = all_out.first != all_x.first && all_out.first != all_dy.first;
  const size_t most = RAMP_BLOCK / n[0] + 1;
  for (size_t done = 0; done < n[1]; done += most) {
    const size_t here[2] = {n[0], n[1] - done < most ? n[1] - done : most};
    const ramp_band x = rows_from(all_x, done), dy = rows_from(all_dy, done),
                    out = rows_from(all_out, done);
    if (!apart || !j->brackets->rows(&j->bracket, here, x, dy, out))
      run_each_row(j, !apart, here, x, dy, out);
  }
}

void ramp_job_run_rows(const ramp_job *j, const size_t n[2], ramp_band x, ramp_band dy,
                       ramp_band out) {
  if (j->brackets)
    run_bracket_rows(j, n, x, dy, out);
  else if (j->half_lines)
    j->half_lines->rows[j->direction == RAMP_BACKWARD](&j->pieces, n, x, dy, out);
  else
    rows_loop(j)(&j->arguments, n, x, dy, out);
}
