/* SPDX-License-Identifier: MIT */
/* Every fold of the table goes back as its differences in double say: dx against
   (L(x + h) - L(x - h))/2h for L = the sum of dy y, with what backward is to be given. */
#include "support.h"

#include <math.h>
#include <stdio.h>

enum { LINES = 3, ALONG_MAX = 12, INPUTS_MAX = LINES * ALONG_MAX };

typedef struct {
  ramp_fold fold;
  int64_t shape[2], out_shape[2];
  double x[INPUTS_MAX], y[2 * INPUTS_MAX], dy[2 * INPUTS_MAX], dx[INPUTS_MAX];
  uint8_t winners[INPUTS_MAX];
} problem;

static DLTensor matrix(void *data, int64_t *shape) {
  return (DLTensor){data, {kDLCPU, 0}, 2, {kDLFloat, 64, 1}, shape, NULL, 0};
}

static DLTensor bytes(uint8_t *data, int64_t *shape) {
  return (DLTensor){data, {kDLCPU, 0}, 2, {kDLUInt, 8, 1}, shape, NULL, 0};
}

static void forward(problem *p) {
  DLTensor x = matrix(p->x, p->shape), y = matrix(p->y, p->out_shape),
           winners = bytes(p->winners, p->out_shape);
  bool wins = ramp_fold_keeps(&p->fold) == RAMP_KEEP_WINNERS;
  assert_int_equal(ramp_fold_forward(&p->fold, 1, &x, NULL, &y, wins ? &winners : NULL),
                   RAMP_OK);
}

static double loss(problem *p) {
  double sum = 0;
  forward(p);
  for (int64_t i = 0; i < LINES * p->out_shape[1]; i++)
    sum += p->dy[i] * p->y[i];
  return sum;
}

static void backward(problem *p) {
  DLTensor x = matrix(p->x, p->shape), y = matrix(p->y, p->out_shape),
           winners = bytes(p->winners, p->out_shape), dy = matrix(p->dy, p->out_shape),
           dx = matrix(p->dx, p->shape);
  const DLTensor *kept[] = {
      [RAMP_KEEP_INPUT] = &x, [RAMP_KEEP_OUTPUT] = &y, [RAMP_KEEP_WINNERS] = &winners};
  assert_int_equal(
      ramp_fold_backward(&p->fold, 1, kept[ramp_fold_keeps(&p->fold)], NULL, &dy, &dx),
      RAMP_OK);
}

/* Inputs of a line are far from 0 and from each other, so that no kink and no tie is
   within h. */
static void fill(problem *p, uint64_t *random) {
  for (int line = 0; line < LINES; line++) {
    int order[ALONG_MAX];
    for (int i = 0; i < p->shape[1]; i++) {
      int j = (int)between(random, 0, i);
      order[i] = order[j];
      order[j] = i;
    }
    for (int i = 0; i < p->shape[1]; i++)
      p->x[line * p->shape[1] + i] =
          0.37 * order[i] - 2.03 + 0.01 * (double)between(random, 0, 9);
  }
  for (int i = 0; i < 2 * INPUTS_MAX; i++)
    p->dy[i] = (double)between(random, -1000, 1000) / 500;
}

static void compare(problem *p, const char *text) {
  const double h = 1e-5;
  forward(p);
  backward(p);
  for (int64_t i = 0; i < LINES * p->shape[1]; i++) {
    double x = p->x[i];
    p->x[i] = x + h;
    double above = loss(p);
    p->x[i] = x - h;
    double difference = (above - loss(p)) / (2 * h);
    p->x[i] = x;
    if (!(fabs(p->dx[i] - difference) <= 1e-8))
      fail_msg("%s of %lld: dx %lld is %.12g, differences say %.12g", text,
               (long long)p->shape[1], (long long)i, p->dx[i], difference);
  }
}

static void try_text(const char *text, uint64_t *random) {
  problem p = {.out_shape = {LINES}};
  assert_int_equal(ramp_fold_parse(text, &p.fold), RAMP_OK);
  int tried = 0;
  for (int64_t along = 1; along <= ALONG_MAX; along++) {
    p.shape[0] = LINES;
    p.shape[1] = along;
    if (ramp_fold_outputs(&p.fold, along, &p.out_shape[1]) != RAMP_OK) continue;
    fill(&p, random);
    compare(&p, text);
    tried++;
  }
  assert_true(tried >= 3);
}

/* With the defaults, and with what each argument may be otherwise. */
static void every_row(void **state) {
  (void)state;
  uint64_t random = 5;
  for (int i = 0; i < ramp_fold_rows(); i++) {
    const char *name = ramp_fold_row_at(i)->name;
    static const char *const arguments[] = {
        "2", "3", "4", "interleaved", "first", "nan", "interleaved,first"};
    try_text(name, &random);
    for (size_t j = 0; j < sizeof arguments / sizeof *arguments; j++) {
      char text[80];
      ramp_fold fold;
      snprintf(text, sizeof text, "%s:%s", name, arguments[j]);
      if (ramp_fold_parse(text, &fold) == RAMP_OK) try_text(text, &random);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_row)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
