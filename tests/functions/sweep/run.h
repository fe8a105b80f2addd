/* SPDX-License-Identifier: MIT */
/* run.h: a pass to its end, from where the state says it was. */
#ifndef RAMP_TESTS_RUN_H
#define RAMP_TESTS_RUN_H

#include "pass.h"
#include "state.h"

/* Chunk after chunk, with room of its own for the answers.  The state is kept under the
   name `task`, not more often than `seconds` say, and at the end, where it stays until it
   is removed.  *o is the whole outcome, of what was done before too. */
ramp_status run_pass(pass *p, const char *task, state *s, double seconds, outcome *o);

#endif
