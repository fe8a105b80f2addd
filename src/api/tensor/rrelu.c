/* SPDX-License-Identifier: MIT */
/*
 * A random slope: the numbers of the elements come through the walk like an operand, as a
 * counter, and become random words block by block.
 */
#include "api/compute.h"
#include "api/status.h"
#include "api/tensor/operands.h"
#include "api/tensor/pair.h"
#include "api/tensor/walk.h"

/* Four words of 32 bits come from one block of the generator. */
enum { WORDS = 4 };

/* Streams of the generator: the upper 32 bits of u, and those below. */
enum { UPPER_BITS, LOWER_BITS };

typedef struct {
  ramp_pair pair;
  const ramp_draw_loops *draws;
  ramp_conversion *f32_to_double;
  ramp_type type; /* of the tensors */
  ramp_direction direction;
  uint64_t seed;
  double lower, upper;
} job;

/* ------------------------------------------------------------------ drawing */

/* Numbers that count up are the common case: then words lie in order. */
static bool count_up(size_t n, const uint64_t *number) {
  uint64_t differ = number[n - 1] < number[0];
  for (size_t i = 0; i < n; i++)
    differ |= number[i] ^ (number[0] + i);
  return differ == 0;
}

/* The words of n elements that count up; where in `word` the first one's is. */
static const uint32_t *draw_in_order(const job *j, uint32_t stream, size_t n,
                                     uint64_t first, uint32_t *word) {
  uint64_t block[RAMP_BLOCK / WORDS + 1];
  size_t blocks = (size_t)((first + n - 1) / WORDS - first / WORDS + 1);
  for (size_t i = 0; i < blocks; i++)
    block[i] = first / WORDS + i;
  j->draws->words(j->seed, stream, blocks, block, word);
  return word + first % WORDS;
}

/* The same for any numbers.  Neighbours that need the same block share it. */
static const uint32_t *draw_anywhere(const job *j, uint32_t stream, size_t n,
                                     const uint64_t *number, uint32_t *word) {
  uint64_t block[RAMP_BLOCK] = {number[0] / WORDS};
  uint32_t all[RAMP_BLOCK * WORDS];
  size_t place[RAMP_BLOCK], last = 0;
  for (size_t i = 0; i < n; i++) {
    if (block[last] != number[i] / WORDS) block[++last] = number[i] / WORDS;
    place[i] = last * WORDS + number[i] % WORDS;
  }
  j->draws->words(j->seed, stream, last + 1, block, all);
  for (size_t i = 0; i < n; i++)
    word[i] = all[place[i]];
  return word;
}

static const uint32_t *draw_words(const job *j, uint32_t stream, size_t n,
                                  const uint64_t *number, uint32_t *word) {
  return count_up(n, number) ? draw_in_order(j, stream, n, number[0], word)
                             : draw_anywhere(j, stream, n, number, word);
}

/* The slopes of n elements, at most RAMP_BLOCK: double for f64, else float. */
static void draw_slopes(const job *j, size_t n, const uint64_t *number, void *slope) {
  uint32_t upper[RAMP_BLOCK + WORDS], lower[RAMP_BLOCK + WORDS];
  const uint32_t *word = draw_words(j, UPPER_BITS, n, number, upper);
  if (j->type != RAMP_F64) {
    j->draws->slopes_f32(n, word, j->lower, j->upper, slope);
    return;
  }
  const uint32_t *more = draw_words(j, LOWER_BITS, n, number, lower);
  j->draws->slopes_f64(n, word, more, j->lower, j->upper, slope);
}

/* ------------------------------------------------------------------ boxes */

/* Operands: the slopes, the numbers. */
static void slopes_box(const void *work, size_t n, char *const *operand) {
  draw_slopes(work, n, (const uint64_t *)(const void *)operand[1], operand[0]);
}

/* Operands: the output, x, dy where it goes back, the numbers. */
static void run_box(const void *work, size_t n, char *const *operand) {
  const job *j = work;
  const char *number = operand[j->direction == RAMP_BACKWARD ? 3 : 2];
  double drawn[RAMP_BLOCK], wide[RAMP_BLOCK];
  draw_slopes(j, n, (const uint64_t *)(const void *)number, drawn);
  const char *slope = (const char *)drawn;
  if (ramp_type_size(j->type) == 2) {
    j->f32_to_double(n, drawn, wide);
    slope = (const char *)wide;
  }
  if (j->direction == RAMP_FORWARD)
    ramp_pair_forward(&j->pair, n, operand[1], slope, operand[0]);
  if (j->direction == RAMP_DERIVATIVE)
    ramp_pair_derivative(&j->pair, n, operand[1], slope, operand[0]);
  if (j->direction == RAMP_BACKWARD)
    ramp_pair_backward(&j->pair, n, operand[1], slope, operand[2], operand[0]);
}

/* ------------------------------------------------------------------ calls */

static ramp_status check_function(const ramp_function *f) {
  ramp_status status = ramp_function_check(f);
  if (status != RAMP_OK || ramp_function_kernel(f) == RAMP_KERNEL_rrelu) return status;
  return ramp_fail(RAMP_INVALID_PARAMETER,
                   "%s has no bounds to draw a slope between; rrelu has",
                   ramp_function_row_at(f->row)->name);
}

static job job_of(const ramp_function *f, const ramp_draw *draw, ramp_type type,
                  ramp_direction direction) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  job j = {.pair = ramp_pair_of_wide(type),
           .draws = kernels->draws,
           .f32_to_double = kernels->to_double[RAMP_F32],
           .type = type,
           .direction = direction,
           .seed = draw->seed,
           .lower = f->parameter[0],
           .upper = f->parameter[1]};
  j.pair.kink_rule = f->kink_rule;
  j.pair.kink_mix = f->kink_mix;
  return j;
}

/* The numbers of the elements of a tensor. */
static ramp_view counter_of(const ramp_draw *draw, const ramp_view *like) {
  int64_t row_major[RAMP_AXES_MAX];
  uint64_t next = 1;
  for (int i = like->axes - 1; i >= 0; i--) {
    row_major[i] = (int64_t)next;
    next *= (uint64_t)like->shape[i];
  }
  return ramp_view_counter(like, draw->first, draw->stride ? draw->stride : row_major);
}

static ramp_status compute(ramp_direction direction, const ramp_function *f,
                           const ramp_draw *draw, const DLTensor *x, const DLTensor *dy,
                           const char *out_name, const DLTensor *out) {
  const bool goes_back = direction == RAMP_BACKWARD;
  ramp_view views[3];
  ramp_status status = check_function(f);
  if (status == RAMP_OK)
    status = ramp_operands_alike(goes_back, x, dy, out_name, out, views);
  if (status != RAMP_OK) return status;
  const ramp_view number = counter_of(draw, &views[1]);
  const ramp_view *const view[] = {&views[0], &views[1], goes_back ? &views[2] : &number,
                                   &number};
  job j = job_of(f, draw, views[1].type, direction);
  ramp_walk walk = ramp_walk_of(1, goes_back ? 4 : 3, view);
  ramp_walk_run(&walk, run_box, &j);
  return RAMP_OK;
}

ramp_status ramp_rrelu_forward(const ramp_function *f, const ramp_draw *draw,
                               const DLTensor *x, DLTensor *y) {
  if (draw) return compute(RAMP_FORWARD, f, draw, x, NULL, "y", y);
  ramp_status status = check_function(f);
  return status == RAMP_OK ? ramp_tensor_forward(f, x, y) : status;
}

ramp_status ramp_rrelu_derivative(const ramp_function *f, const ramp_draw *draw,
                                  const DLTensor *x, DLTensor *slope) {
  if (draw) return compute(RAMP_DERIVATIVE, f, draw, x, NULL, "slope", slope);
  ramp_status status = check_function(f);
  return status == RAMP_OK ? ramp_tensor_derivative(f, x, slope) : status;
}

ramp_status ramp_rrelu_backward(const ramp_function *f, const ramp_draw *draw,
                                const DLTensor *x, const DLTensor *dy, DLTensor *dx) {
  if (draw) return compute(RAMP_BACKWARD, f, draw, x, dy, "dx", dx);
  ramp_status status = check_function(f);
  return status == RAMP_OK ? ramp_tensor_backward(f, x, dy, dx) : status;
}

static ramp_status check_slopes(const ramp_draw *draw, const DLTensor *slope,
                                ramp_view *view) {
  if (!draw) return ramp_fail(RAMP_NULL_POINTER, "the draw is a null pointer");
  ramp_status status = ramp_view_floating("slope", slope, view);
  if (status == RAMP_OK && view->size == 2)
    status = ramp_fail(RAMP_UNKNOWN_TYPE, "slope is %s; slopes are drawn in f32 and f64",
                       ramp_type_name(view->type));
  return status == RAMP_OK ? ramp_view_check_output(view) : status;
}

ramp_status ramp_rrelu_slopes(const ramp_function *f, const ramp_draw *draw,
                              DLTensor *slope) {
  ramp_view view;
  ramp_status status = check_function(f);
  if (status == RAMP_OK) status = check_slopes(draw, slope, &view);
  if (status != RAMP_OK) return status;
  const ramp_view number = counter_of(draw, &view);
  job j = job_of(f, draw, view.type, RAMP_FORWARD);
  ramp_walk walk = ramp_walk_of(1, 2, (const ramp_view *[]){&view, &number});
  ramp_walk_run(&walk, slopes_box, &j);
  return RAMP_OK;
}
