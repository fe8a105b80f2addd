/* SPDX-License-Identifier: MIT */
/* bench_options.h: what `ramp bench` was asked to measure. */
#ifndef PROGRAM_BENCH_OPTIONS_H
#define PROGRAM_BENCH_OPTIONS_H

#include "bench.h"

#define BENCH_FUNCTIONS "relu,leaky_relu,hard_swish,elu,sigmoid,tanh,gelu,silu"
#define BENCH_SIZES "4Ki,64Ki,1Mi,16Mi"
#define BENCH_SECONDS "1.5"

typedef struct bench_request {
  const char *functions, *sizes, *threads; /* lists as they were written */
  int derivative;                          /* measure that pass, too */
} bench_request;

/* Reads the lists into rows, sizes, threads and empty times of *b, whose type is set.
   EXIT_FINE, or EXIT_USAGE after reporting; bench_free() in any case. */
int bench_fill(bench *b, const bench_request *asked);
void bench_free(bench *b);

#endif
