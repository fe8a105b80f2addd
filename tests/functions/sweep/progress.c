/* SPDX-License-Identifier: MIT */
/* The line of progress. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_show(const char *task, uint64_t done, uint64_t all, double seconds) {
  if (!isatty(STDERR_FILENO) || done == 0) return;
  double share = (double)done / (double)all;
  fprintf(stderr, "\r%s: %3.0f %%, %.1f million inputs/s, %.0f s left   ", task,
          share * 100, (double)done / seconds / 1e6, seconds / share - seconds);
}

void progress_clear(void) {
  if (isatty(STDERR_FILENO)) fprintf(stderr, "\r%79s\r", "");
}
