/* SPDX-License-Identifier: MIT */
/* The name that somebody may have meant. */
#ifndef RAMP_NAMES_H
#define RAMP_NAMES_H

#include "api/status.h"

/* Of name(0) .. name(names - 1) the one that takes the fewest insertions, deletions,
   changes and swaps of neighbours to become `wrong`; null when none is near (more than
   a third of its letters). */
RAMP_EXPORT const char *ramp_nearest_name(const char *wrong, const char *(*name)(int),
                                          int names);

#endif
