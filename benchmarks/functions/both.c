/* SPDX-License-Identifier: MIT */
/*
 * Value and derivative by one call and by two: nanoseconds per element, as Markdown.  The
 * contenders of a row take turns, and the least time of the rounds counts.
 */
#define _POSIX_C_SOURCE 200809L
#include <ramp/ramp.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const functions[] = {"sigmoid", "tanh",      "silu", "gelu",
                                        "mish",    "gelu_tanh", "elu",  "leaky_relu"};
static const struct {
  const char *name;
  size_t count;
  int rounds;
} sizes[] = {{"64 Ki", 1 << 16, 300}, {"16 Mi", 1 << 24, 9}};
enum { FUNCTIONS = sizeof functions / sizeof *functions, SIZES = 2, MOST = 1 << 24 };

static float *x, *y, *slope;

static bool allocate(void) {
  x = aligned_alloc(64, MOST * sizeof *x);
  y = aligned_alloc(64, MOST * sizeof *y);
  slope = aligned_alloc(64, MOST * sizeof *slope);
  if (!x || !y || !slope) return false;
  for (size_t i = 0; i < MOST; i++)
    x[i] = (float)(i * 7919 % 10007) / 1000 - 5;
  return true;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

typedef enum { VALUE, DERIVATIVE, TWO_CALLS, ONE_CALL, CALLS } call;

static double time_of(const ramp_function *f, call which, size_t count) {
  ramp_status status = RAMP_OK;
  double begun = now();
  if (which == VALUE || which == TWO_CALLS)
    status |= ramp_forward(f, RAMP_F32, count, x, y);
  if (which == DERIVATIVE || which == TWO_CALLS)
    status |= ramp_derivative(f, RAMP_F32, count, x, slope);
  if (which == ONE_CALL)
    status |= ramp_value_and_derivative(f, RAMP_F32, count, x, y, slope);
  if (status != RAMP_OK) exit(1);
  return (now() - begun) / (double)count;
}

static void print_row(const char *name, const char *precision, int size) {
  ramp_function f;
  char text[64];
  double least[CALLS] = {0};
  snprintf(text, sizeof text, "%s:precision=%s", name, precision);
  if (ramp_function_parse(text, &f) != RAMP_OK) exit(1);
  for (int round = 0; round < sizes[size].rounds; round++)
    for (int c = 0; c < CALLS; c++) {
      double once = time_of(&f, (call)c, sizes[size].count);
      if (round == 0 || once < least[c]) least[c] = once;
    }
  printf("| %s | %s | %s | %.3f | %.3f | %.3f | %.3f | %.2f |\n", name, precision,
         sizes[size].name, least[VALUE], least[DERIVATIVE], least[TWO_CALLS],
         least[ONE_CALL], least[TWO_CALLS] / least[ONE_CALL]);
}

int main(void) {
  if (!allocate()) return 1;
  printf(
      "\n## Value and derivative, variant %s, nanoseconds per element\n\n"
      "| function | precision | size | value | derivative | two calls | one call | two "
      "calls / one |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
      ramp_variant());
  for (int size = 0; size < SIZES; size++)
    for (int i = 0; i < FUNCTIONS; i++) {
      print_row(functions[i], "exact", size);
      print_row(functions[i], "fast", size);
    }
  free(x);
  free(y);
  free(slope);
  return 0;
}
