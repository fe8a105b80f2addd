/* SPDX-License-Identifier: MIT */
/* Runs a pass and keeps its state. */
#include "run.h"

#include "progress.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

static void save(state *s, const char *task, const variants *v, const outcome *o) {
  char text[OUTCOME_TEXT_MAX];
  outcome_write(o, v, text);
  if (!state_set(s, task, text)) fprintf(stderr, "%s cannot be written\n", s->path);
}

ramp_status run_pass(pass *p, const char *task, state *s, double seconds, outcome *o) {
  double saved = omp_get_wtime();
  ramp_status status = RAMP_OK;
  p->expected = malloc(p->chunk * sizeof *p->expected);
  if (!p->expected) return RAMP_OUT_OF_MEMORY;
  outcome_read(o, &p->variants, state_get(s, task));
  while (o->done < p->inputs && status == RAMP_OK) {
    status = pass_chunk(p, o);
    bool last = o->done == p->inputs;
    if (status == RAMP_OK && (last || omp_get_wtime() - saved >= seconds)) {
      save(s, task, &p->variants, o);
      saved = omp_get_wtime();
    }
    progress_show(task, o->done, p->inputs, o->seconds);
  }
  progress_clear();
  free(p->expected);
  return status;
}
