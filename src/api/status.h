/* SPDX-License-Identifier: MIT */
/* How every room below the program reports a failure: remember one sentence for this
   thread and hand the status on.  Exported, though not in a public header, because
   libramp-network uses it. */
#ifndef RAMP_STATUS_H
#define RAMP_STATUS_H

#include <ramp/ramp.h>

#define RAMP_EXPORT __attribute__((visibility("default")))

/* Remembers the sentence for ramp_error_detail() and returns `status`.  The sentence
   says what is wrong, where, and what would be right; it ends without a full stop and
   holds no newline. */
RAMP_EXPORT ramp_status ramp_fail(ramp_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
