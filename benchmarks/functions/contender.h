/* SPDX-License-Identifier: MIT */
/*
 * contender.h: one function of Ramp or of a peer on one array, opened once and run often,
 * by a call that costs the same for all of them.  What is open stays so until the process
 * ends.
 */
#ifndef FUNCTIONS_CONTENDER_H
#define FUNCTIONS_CONTENDER_H

#include <ramp/ramp.h>

/* What a run does.  LEARN is prelu backward with the gradient of its slope; MASKED
   backward starts from one bit an element. */
typedef enum { FORWARD, BACKWARD, LEARN, FORWARD_MASKED, BACKWARD_MASKED } contender_pass;

typedef struct contender_job {
  const char *function; /* Ramp's name; of Ramp itself any text; gone after opening */
  contender_pass pass;
  ramp_type type;
  int threads; /* for those that do not ask OpenMP */
  size_t count;
  const void *x, *dy;
  void *out; /* y, or dx */
} contender_job;

typedef struct contender {
  contender_job job;
  void (*run)(struct contender *);
} contender;

/* Each gives null when the peer cannot do the job. */
typedef contender *contender_opener(const contender_job *job);

contender_opener ramp_open, copy_open, libm_open, onednn_open, xnnpack_open, sleef_open;
/* SLEEF's by instruction set. */
contender_opener sleef_open_avx2, sleef_open_avx512;

/* A zeroed contender of `size` bytes, the first of which are a `contender`; null when
   memory runs out. */
void *contender_create(size_t size, const contender_job *job, void (*run)(contender *));

#endif
