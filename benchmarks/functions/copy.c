/* SPDX-License-Identifier: MIT */
/* copy.c: as a contender, a copy of x that goes past the caches: what memory allows. */
#include "contender.h"
#include "program/bench_copy.h"

static void run(contender *c) {
  const contender_job *job = &c->job;
  copy_by_stream(job->out, job->x, job->count * ramp_type_size(job->type), job->threads);
}

static int aligned(const void *array) { return (uintptr_t)array % COPY_ALIGNMENT == 0; }

contender *copy_open(const contender_job *job) {
  if (!copy_can_stream() || !aligned(job->x) || !aligned(job->out)) return NULL;
  return contender_create(sizeof(contender), job, run);
}
