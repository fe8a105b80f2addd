/* SPDX-License-Identifier: MIT */
/* progress.h: one line on a terminal that says how far a task is; silent elsewhere. */
#ifndef RAMP_TESTS_PROGRESS_H
#define RAMP_TESTS_PROGRESS_H

#include <stdint.h>

void progress_show(const char *task, uint64_t done, uint64_t all, double seconds);
void progress_clear(void);

#endif
