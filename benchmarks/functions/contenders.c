/* SPDX-License-Identifier: MIT */
/* contenders.c: all contenders by name, as contenders.py calls them: see contender.h. */
#include "contender.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  contender_opener *open;
} contenders[] = {
    {"Ramp", ramp_open},       {"copy", copy_open},
    {"libm", libm_open},       {"oneDNN", onednn_open},
#ifdef BENCH_XNNPACK
    {"XNNPACK", xnnpack_open},
#endif
#ifdef BENCH_SLEEF
    {"SLEEF", sleef_open},
#endif
};

void *contender_create(size_t size, const contender_job *job, void (*run)(contender *)) {
  contender *c = calloc(1, size);
  if (!c) return NULL;
  c->job = *job;
  c->job.function = NULL;
  c->run = run;
  return c;
}

#pragma GCC visibility push(default)

/* Null when there is no such contender, or it cannot. */
contender *contender_open(const char *name, const char *function, int pass, int type,
                          int threads, long count, const void *x, const void *dy,
                          void *out) {
  const contender_job job = {.function = function,
                             .pass = (contender_pass)pass,
                             .type = (ramp_type)type,
                             .threads = threads,
                             .count = (size_t)count,
                             .x = x,
                             .dy = dy,
                             .out = out};
  for (size_t i = 0; i < sizeof contenders / sizeof *contenders; i++)
    if (strcmp(contenders[i].name, name) == 0) return contenders[i].open(&job);
  return NULL;
}

void contender_run(contender *c, long times) {
  for (long i = 0; i < times; i++)
    c->run(c);
}

const char *contender_variant(void) { return ramp_variant(); }

/* What made this library, and so Ramp's. */
const char *contender_compiler(void) {
#ifdef __clang__
  return __VERSION__;
#else
  return "GCC " __VERSION__;
#endif
}

#pragma GCC visibility pop
