/* SPDX-License-Identifier: MIT */
/* Softmax and cross-entropy in one pass: the loss of each line, and its gradient. */
#include "api/fold/softmax.h"

#include "api/status.h"

#include <math.h>
#include <string.h>

typedef struct {
  ramp_softmax_call call; /* OUT: dx, which may be missing */
  double scale;
  size_t label_size;
  ramp_type loss_type;
} job;

static int64_t label_at(const job *j, const ramp_line *line) {
  int64_t wide;
  int32_t narrow;
  const char *at = line->at[RAMP_LINE_LABEL];
  if (j->label_size == sizeof narrow) {
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
  }
  memcpy(&wide, at, sizeof wide);
  return wide;
}

/* ------------------------------------------------------------------ one line */

static void store_loss(const job *j, const ramp_line *line, double loss) {
  char *to = line->at[RAMP_LINE_LOSS];
  double block;
  if (!to) return;
  ramp_kernels_in_use()->from_double[j->loss_type](1, &loss, &block);
  memcpy(to, &block, ramp_type_size(j->loss_type));
}

static void fill(const job *j, const ramp_line *line, double value) {
  double dx[RAMP_CHUNK];
  if (!line->at[RAMP_LINE_OUT]) return;
  for (size_t at = 0, n; at < j->call.lines.length; at += n) {
    n = ramp_chunk_at(&j->call.lines, at);
    for (size_t i = 0; i < n; i++)
      dx[i] = value;
    ramp_line_store(line, at, n, dx);
  }
}

/* log(sum) - (x - reference), of the label's x. */
static double loss_of(const job *j, const ramp_line_facts *facts, double x) {
  const ramp_line_loops *loops = j->call.loops;
  double line[RAMP_LANES] = {x}, loss[RAMP_LANES];
  ramp_two_parts log = loops->logarithm_beyond_one(facts->others);
  bool narrow = j->loss_type != RAMP_F64;
  loops->differences(RAMP_LANES, line, facts->reference, log, narrow, loss);
  return 0 - loss[0];
}

static void store_gradient(const job *j, const ramp_line *line,
                           const ramp_line_facts *facts, size_t label, double x,
                           ramp_powers *powers) {
  const ramp_softmax_call *call = &j->call;
  double dx[RAMP_CHUNK];
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_powers(call, line, facts, at, n, powers);
    call->loops->shares(ramp_chunk_filled(n), powers->x, facts->reference, j->scale,
                        powers->high, powers->low, facts->others, call->narrow, dx);
    if (label >= at && label < at + n)
      dx[label - at] =
          call->loops->share_of_rest(x, facts->reference, -j->scale, facts->others);
    ramp_line_store(line, at, n, dx);
  }
}

static void run_line(const job *j, size_t index) {
  ramp_line line = ramp_line_of(&j->call.lines, index);
  int64_t label = label_at(j, &line);
  ramp_powers powers;
  double x[RAMP_LANES];
  if (label < 0) {
    store_loss(j, &line, 0);
    fill(j, &line, 0);
    return;
  }
  ramp_line_facts facts = ramp_softmax_look(&j->call, &line, &powers);
  if (facts.unordered || facts.empty) {
    store_loss(j, &line, NAN);
    fill(j, &line, NAN);
    return;
  }
  ramp_softmax_load(&j->call, &line, &facts, (size_t)label, 1, x);
  store_loss(j, &line, loss_of(j, &facts, x[0]));
  if (line.at[RAMP_LINE_OUT])
    store_gradient(j, &line, &facts, (size_t)label, x[0], &powers);
}

static void run_lines(const void *work, size_t begin, size_t end) {
  for (size_t line = begin; line < end; line++)
    run_line(work, line);
}

/* ------------------------------------------------------------------ checks */

typedef struct {
  int axis;
  ramp_view x, label, loss, dx;
} tensors;

/* A tensor of x's shape without the axis, or with size 1 there: it gets the size 1. */
static ramp_status put_axis(const tensors *t, ramp_view *view) {
  const bool lacks_axis = view->axes == t->x.axes - 1;
  ramp_view expected = t->x;
  expected.name = "one number a line of x";
  expected.shape[t->axis] = 1;
  if (lacks_axis) {
    expected.axes--;
    for (int i = t->axis; i < expected.axes; i++)
      expected.shape[i] = expected.shape[i + 1];
  }
  ramp_status status = ramp_view_check_shape(view, &expected);
  if (status != RAMP_OK || !lacks_axis) return status;
  for (int i = view->axes++; i > t->axis; i--) {
    view->shape[i] = view->shape[i - 1];
    view->stride[i] = view->stride[i - 1];
  }
  view->shape[t->axis] = 1;
  view->stride[t->axis] = 0;
  return RAMP_OK;
}

static ramp_status view_label(const DLTensor *label, tensors *t) {
  ramp_status status = ramp_view_integers("label", label, &t->label);
  return status == RAMP_OK ? put_axis(t, &t->label) : status;
}

static ramp_status view_loss(DLTensor *loss, tensors *t) {
  ramp_status status = ramp_view_floating("loss", loss, &t->loss);
  if (status == RAMP_OK && t->loss.type != RAMP_F64)
    status = ramp_view_of_type("loss", loss, &t->x, &t->loss);
  if (status == RAMP_OK) status = ramp_view_check_output(&t->loss);
  if (status == RAMP_OK) status = put_axis(t, &t->loss);
  if (status == RAMP_OK) status = ramp_view_check_apart(&t->loss, &t->x);
  return status == RAMP_OK ? ramp_view_check_apart(&t->loss, &t->label) : status;
}

static ramp_status view_dx(DLTensor *dx, tensors *t) {
  ramp_status status = ramp_view_of_type("dx", dx, &t->x, &t->dx);
  if (status == RAMP_OK) status = ramp_view_check_shape(&t->dx, &t->x);
  if (status == RAMP_OK) status = ramp_view_check_output(&t->dx);
  if (status == RAMP_OK) status = ramp_view_check_in_place(&t->dx, &t->x);
  if (status == RAMP_OK) status = ramp_view_check_apart(&t->dx, &t->label);
  if (status == RAMP_OK && t->loss.name) status = ramp_view_check_apart(&t->dx, &t->loss);
  return status;
}

static ramp_status check_labels(const job *j) {
  const ramp_lines *lines = &j->call.lines;
  for (size_t i = 0; i < lines->lines; i++) {
    ramp_line line = {.lines = lines};
    line.at[RAMP_LINE_LABEL] = ramp_line_at(lines, RAMP_LINE_LABEL, i);
    int64_t label = label_at(j, &line);
    if (label < -1 || label >= (int64_t)lines->length)
      return ramp_fail(RAMP_INVALID_DATA,
                       "label %zu is %lld: x has %zu classes, so it must be 0 to %lld, "
                       "or -1 for none",
                       i, (long long)label, lines->length, (long long)lines->length - 1);
  }
  return RAMP_OK;
}

ramp_status ramp_softmax_cross_entropy(int axis, const DLTensor *x, const DLTensor *label,
                                       double scale, DLTensor *loss, DLTensor *dx) {
  tensors t = {.axis = 0};
  if (!isfinite(scale))
    return ramp_fail(RAMP_INVALID_OPTION, "the scale is %g; it must be finite", scale);
  ramp_status status = ramp_view_floating("x", x, &t.x);
  if (status == RAMP_OK) status = ramp_view_axis(&t.x, axis, &t.axis);
  if (status == RAMP_OK) status = view_label(label, &t);
  if (status == RAMP_OK && loss) status = view_loss(loss, &t);
  if (status == RAMP_OK && dx) status = view_dx(dx, &t);
  if (status != RAMP_OK) return status;
  const ramp_softmax_kernels *kernels = ramp_kernels_in_use()->softmax;
  const ramp_view *role[RAMP_LINE_ROLES] = {[RAMP_LINE_OUT] = dx ? &t.dx : NULL,
                                            [RAMP_LINE_IN] = &t.x,
                                            [RAMP_LINE_LABEL] = &t.label,
                                            [RAMP_LINE_LOSS] = loss ? &t.loss : NULL};
  bool narrow = t.x.type != RAMP_F64;
  job j = {.call = {.kind = RAMP_SHARES,
                    .narrow = narrow,
                    .lines = ramp_lines_of(t.axis, role),
                    .loops = narrow ? kernels->working : kernels->extended},
           .scale = scale,
           .label_size = t.label.size,
           .loss_type = t.loss.type};
  status = check_labels(&j);
  if (status != RAMP_OK) return status;
  ramp_share_units(j.call.lines.lines, j.call.lines.lines * j.call.lines.length,
                   run_lines, &j);
  return RAMP_OK;
}
