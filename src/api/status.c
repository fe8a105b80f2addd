/* SPDX-License-Identifier: MIT */
/* The kinds of failure in words, and this thread's last failure as a sentence. */
#include "api/status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char detail[1024];

const char *ramp_error_detail(void) { return detail; }

ramp_status ramp_fail(ramp_status status, const char *format, ...) {
  char sentence[sizeof detail]; /* the arguments may point into detail */
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(sentence, sizeof sentence, format, arguments);
  va_end(arguments);
  snprintf(detail, sizeof detail, "%s", sentence);
  return status;
}

static const char *const texts[] = {
    [RAMP_OK] = "no failure",
    [RAMP_NULL_POINTER] = "a pointer that must not be null is null",
    [RAMP_UNKNOWN_FUNCTION] = "no activation function has this name",
    [RAMP_INVALID_PARAMETER] = "a parameter of the function is not valid",
    [RAMP_NOT_FROM_OUTPUT] = "the derivative does not follow from the output alone",
    [RAMP_NOT_ONE_BIT] = "one bit an element does not tell the derivative",
    [RAMP_INVALID_QUANTISATION] = "a scale, zero point or integer type is not valid",
    [RAMP_UNKNOWN_TYPE] = "the type is not one of f64, f32, f16 and bf16",
    [RAMP_OVERLAP] = "an output overlaps itself, or an input that it is not",
    [RAMP_TOO_LARGE] = "the array is larger than memory can be",
    [RAMP_UNKNOWN_VARIANT] = "no such variant, or this CPU cannot run it",
    [RAMP_OUT_OF_MEMORY] = "out of memory",
    [RAMP_UNKNOWN_WORD] = "a word in the text is not known",
    [RAMP_INVALID_OPTION] = "a setting is out of its range",
    [RAMP_CANNOT_OPEN] = "a file cannot be opened",
    [RAMP_CANNOT_WRITE] = "a file cannot be written",
    [RAMP_DAMAGED_FILE] = "a file is damaged or not what its name says",
    [RAMP_INVALID_DATA] = "the data cannot be used",
    [RAMP_SHAPE_MISMATCH] = "sizes do not fit one another",
    [RAMP_DIVERGED] = "the training diverged: its loss is not finite",
    [RAMP_WRONG_DEVICE] = "a tensor lies where the CPU does not read",
};

const char *ramp_status_text(ramp_status status) {
  size_t i = (size_t)status;
  return i < sizeof texts / sizeof *texts ? texts[i] : "unknown status";
}
