/* SPDX-License-Identifier: MIT */
/*
 * What a call costs: nanoseconds per call of few elements, as Markdown.  All rows and
 * columns take turns, and the least time of the rounds counts.
 */
#define _POSIX_C_SOURCE 200809L
#include <ramp/ramp.h>
#include <ramp/tensor.h>

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static const char *const functions[] = {"relu", "silu", "gelu", "tanh", "sigmoid"};
static const size_t counts[] = {1, 7, 16, 256};
enum { FUNCTIONS = 5, COUNTS = 4, MOST = 256, ROUNDS = 100 };

typedef enum { FORWARD, DERIVATIVE, BACKWARD, PASSES } pass;
static const char *const passes[PASSES] = {"forward", "derivative", "backward"};

/* Arrays of a type, or tensors of floats. */
typedef struct {
  const char *name;
  ramp_type type;
  bool tensors;
} kind;
static const kind kinds[] = {{"f32", RAMP_F32, false},
                             {"f64", RAMP_F64, false},
                             {"f16", RAMP_F16, false},
                             {"bf16", RAMP_BF16, false},
                             {"f32 tensors", RAMP_F32, true}};
enum { KINDS = 5 };

/* Not a page apart, lest a store hold up loads with the same lower half of an address. */
static double x[MOST + 24], dy[MOST + 24], out[MOST + 24];

static void fill(ramp_type type) {
  double from_x[MOST], from_dy[MOST];
  for (int i = 0; i < MOST; i++) {
    from_x[i] = 0.37 * (i % 17 - 8);
    from_dy[i] = 0.5 + i % 3;
  }
  ramp_convert(RAMP_F64, from_x, type, x, MOST);
  ramp_convert(RAMP_F64, from_dy, type, dy, MOST);
}

/* ------------------------------------------------------------------ calls */

static ramp_status call(const ramp_function *f, ramp_type type, pass which, size_t n) {
  if (which == FORWARD) return ramp_forward(f, type, n, x, out);
  if (which == DERIVATIVE) return ramp_derivative(f, type, n, x, out);
  return ramp_backward(f, type, n, x, dy, out);
}

static DLTensor tensor_of(double *data, int64_t *shape) {
  return (DLTensor){.data = data,
                    .device = {kDLCPU, 0},
                    .ndim = 1,
                    .dtype = {kDLFloat, 32, 1},
                    .shape = shape};
}

static ramp_status call_tensors(const ramp_function *f, pass which, const DLTensor *t) {
  if (which == FORWARD) return ramp_tensor_forward(f, &t[0], (DLTensor *)&t[2]);
  if (which == DERIVATIVE) return ramp_tensor_derivative(f, &t[0], (DLTensor *)&t[2]);
  return ramp_tensor_backward(f, &t[0], &t[1], (DLTensor *)&t[2]);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static double time_calls(const ramp_function *f, const kind *k, pass which, size_t n) {
  int64_t shape = (int64_t)n;
  DLTensor t[3] = {tensor_of(x, &shape), tensor_of(dy, &shape), tensor_of(out, &shape)};
  const size_t calls = 8000 / (n + 7); /* some 50 us: short beside a share of the CPU */
  ramp_status status = RAMP_OK;
  double begun = now();
  for (size_t i = 0; i < calls; i++)
    status |= k->tensors ? call_tensors(f, which, t) : call(f, k->type, which, n);
  return status == RAMP_OK ? (now() - begun) / (double)calls : -1;
}

/* ------------------------------------------------------------------ the table */

static double least[FUNCTIONS][PASSES][KINDS][COUNTS];

static void measure(const ramp_function *f, double time[PASSES][KINDS][COUNTS]) {
  for (int k = 0; k < KINDS; k++) {
    fill(kinds[k].type);
    for (int p = 0; p < PASSES; p++)
      for (int c = 0; c < COUNTS; c++) {
        double once = time_calls(f, &kinds[k], (pass)p, counts[c]);
        if (time[p][k][c] == 0 || once < time[p][k][c]) time[p][k][c] = once;
      }
  }
}

static void print_head(void) {
  printf("\n## Calls of few elements, variant %s, nanoseconds per call\n\n| call |",
         ramp_variant());
  for (int k = 0; k < KINDS; k++)
    for (int c = 0; c < COUNTS; c++)
      printf(" %s%s%zu |", c ? "" : kinds[k].name, c ? "" : ": ", counts[c]);
  printf("\n| --- |");
  for (int i = 0; i < KINDS * COUNTS; i++)
    printf(" --- |");
  putchar('\n');
}

int main(void) {
  for (int round = 0; round < ROUNDS; round++)
    for (int i = 0; i < FUNCTIONS; i++) {
      ramp_function f;
      if (ramp_function_parse(functions[i], &f) != RAMP_OK) return 1;
      measure(&f, least[i]);
    }
  print_head();
  for (int i = 0; i < FUNCTIONS; i++)
    for (int p = 0; p < PASSES; p++) {
      printf("| %s %s |", functions[i], passes[p]);
      for (int k = 0; k < KINDS; k++)
        for (int c = 0; c < COUNTS; c++)
          printf(" %.0f |", least[i][p][k][c]);
      putchar('\n');
    }
  return 0;
}
