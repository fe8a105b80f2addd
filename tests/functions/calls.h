/* SPDX-License-Identifier: MIT */
/* calls.h: the three calls on arrays, for tests that treat them alike. */
#ifndef RAMP_TESTS_CALLS_H
#define RAMP_TESTS_CALLS_H

#include <ramp/ramp.h>

typedef enum { FORWARD, DERIVATIVE, BACKWARD, CALLS } call;

/* dy is read by backward alone. */
static inline ramp_status call_on(const ramp_function *f, call which, ramp_type type,
                                  size_t count, const void *x, const void *dy, void *y) {
  switch (which) {
  case FORWARD:
    return ramp_forward(f, type, count, x, y);
  case DERIVATIVE:
    return ramp_derivative(f, type, count, x, y);
  default:
    return ramp_backward(f, type, count, x, dy, y);
  }
}

#endif
