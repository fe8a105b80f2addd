/* SPDX-License-Identifier: MIT */
/* Softmax and its kin as folds: what each of the rows is made of, and their lines shared
   among threads. */
#include "api/fold/softmax.h"

#include "api/fold/fold.h"
#include "api/fold/panel.h"

static void run_lines(const void *work, size_t begin, size_t end) {
  const ramp_softmax_call *call = work;
  for (size_t line = begin; line < end; line++)
    ramp_softmax_exact(call, line);
}

static void run_quick_lines(const void *work, size_t begin, size_t end) {
  ramp_softmax_quick(work, begin, end);
}

static void run_quick_panels(const void *work, size_t begin, size_t end) {
  const ramp_softmax_call *call = work;
  size_t last = end * RAMP_LANES, lines = call->lines.lines;
  ramp_softmax_quick(call, begin * RAMP_LANES, last < lines ? last : lines);
}

static void run(const ramp_softmax_call *call) {
  size_t lines = call->lines.lines, count = lines * call->lines.length;
  bool across = call->quick && ramp_panel_across(&call->lines);
  if (lines == 0 || (call->lines.length == 0 && call->kind != RAMP_LOG_SUM)) return;
  if (!call->quick || call->lines.length == 0)
    ramp_share_units(lines, count, run_lines, call);
  else if (across)
    ramp_share_units((lines + RAMP_LANES - 1) / RAMP_LANES, count, run_quick_panels,
                     call);
  else
    ramp_share_units(lines, count, run_quick_lines, call);
}

ramp_softmax_call ramp_softmax_call_of(ramp_softmax_kind kind, int axis,
                                       const ramp_view *x, const ramp_view *mask,
                                       const ramp_view *y) {
  const ramp_softmax_kernels *kernels = ramp_kernels_in_use()->softmax;
  const ramp_view *role[RAMP_LINE_ROLES] = {
      [RAMP_LINE_OUT] = y, [RAMP_LINE_IN] = x, [RAMP_LINE_MASK] = mask};
  bool narrow = y->type != RAMP_F64;
  return (ramp_softmax_call){.kind = kind,
                             .narrow = narrow,
                             .lines = ramp_lines_of(axis, role),
                             .quick =
                                 narrow && kind <= RAMP_LOG_SUM ? kernels->quick : NULL,
                             .loops = kernels->extended};
}

/* ------------------------------------------------------------------ rows */

static ramp_status forward(ramp_softmax_kind kind, const ramp_fold *fold, int axis,
                           const ramp_view *x, const ramp_view *mask, const ramp_view *y,
                           bool one, bool negative) {
  ramp_softmax_call call = ramp_softmax_call_of(kind, axis, x, mask, y);
  call.one = one;
  call.negative = negative;
  call.empty_nan = fold->empty_nan;
  run(&call);
  return RAMP_OK;
}

#define FORWARD(code, kind, one, negative)                                               \
  ramp_status ramp_##code##_forward(const ramp_fold *fold, int axis, const ramp_view *x, \
                                    const ramp_view *mask, const ramp_view *y,           \
                                    const ramp_view *winners) {                          \
    (void)winners;                                                                       \
    return forward(kind, fold, axis, x, mask, y, one, negative);                         \
  }
FORWARD(softmax, RAMP_SHARES, false, false)
FORWARD(softmin, RAMP_SHARES, false, true)
FORWARD(softmax_one, RAMP_SHARES, true, false)
FORWARD(log_softmax, RAMP_DIFFERENCES, false, false)
FORWARD(log_sum_exp, RAMP_LOG_SUM, false, false)
FORWARD(sparsemax, RAMP_PROJECTION, false, false)
FORWARD(hardmax, RAMP_LARGEST, false, false)
