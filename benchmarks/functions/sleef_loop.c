/* SPDX-License-Identifier: MIT */
/*
 * sleef_loop.c: a loop over SLEEF's functions of a vector of floats, compiled once for
 * each instruction set.  SLEEF has only functions of libm, and of Ramp's these three;
 * where it has more than one accuracy the fastest is taken (3.5 units in the last place).
 */
#include "contender.h"

#include <immintrin.h>
#include <sleef.h>
#include <string.h>

/* Elements from which a second thread pays, as PyTorch has it. */
#define GRAIN 32768

#ifdef __AVX512F__
#define sleef_open_here sleef_open_avx512
#define load _mm512_loadu_ps
#define store _mm512_storeu_ps
#define LANES 16
typedef __typeof__(Sleef_expf16_u10avx512f) vector_function;
static const struct {
  const char *name;
  vector_function *function;
} functions[] = {{"tanh", Sleef_tanhf16_u35avx512f},
                 {"arctan", Sleef_atanf16_u35avx512f},
                 {"exp", Sleef_expf16_u10avx512f}};
#else
#define sleef_open_here sleef_open_avx2
#define load _mm256_loadu_ps
#define store _mm256_storeu_ps
#define LANES 8
typedef __typeof__(Sleef_expf8_u10avx2) vector_function;
static const struct {
  const char *name;
  vector_function *function;
} functions[] = {{"tanh", Sleef_tanhf8_u35avx2},
                 {"arctan", Sleef_atanf8_u35avx2},
                 {"exp", Sleef_expf8_u10avx2}};
#endif

typedef struct {
  contender base;
  vector_function *function;
} sleef_call;

static void run(contender *c) {
  vector_function *function = ((sleef_call *)c)->function;
  const float *x = c->job.x;
  float *y = c->job.out;
  size_t count = c->job.count;
#pragma omp parallel for num_threads(c->job.threads) if (count > GRAIN) schedule(static)
  for (size_t i = 0; i < count; i += LANES)
    store(y + i, function(load(x + i)));
}

contender *sleef_open_here(const contender_job *job) {
  if (job->pass != FORWARD || job->type != RAMP_F32 || job->count % LANES) return NULL;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (strcmp(functions[i].name, job->function) == 0) {
      sleef_call *call = contender_create(sizeof *call, job, run);
      if (!call) return NULL;
      call->function = functions[i].function;
      return &call->base;
    }
  return NULL;
}
