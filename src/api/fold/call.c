/* SPDX-License-Identifier: MIT */
/* ramp_fold_forward() and ramp_fold_backward(): all that can be checked of a call, then
   the code of its row. */
#include "api/fold/fold.h"

#include "api/status.h"

#include <stdio.h>

static const struct {
  ramp_fold_forward_code *forward;
  ramp_fold_backward_code *backward;
} codes[] = {
#define FOLD(name, code, ...) {ramp_##code##_forward, ramp_##code##_backward},
#include "functions/folds.def"
#undef FOLD
};

/* The tensors of a call; those without a name were not given. */
typedef struct {
  const ramp_fold *fold;
  const ramp_fold_row *row;
  int axis;
  ramp_view in, out;    /* the shape of x, and that of y: x and y, or dx and dy */
  ramp_view mask, kept; /* kept: what backward was given */
  ramp_view winners;    /* that forward writes */
} call;

static const ramp_view *given(const ramp_view *view) { return view->name ? view : NULL; }

static ramp_status begin(const ramp_fold *fold, call *c) {
  ramp_status status = ramp_fold_check(fold);
  if (status != RAMP_OK) return status;
  *c = (call){.fold = fold, .row = ramp_fold_row_at(fold->row)};
  return RAMP_OK;
}

/* ------------------------------------------------------------------ single tensors */

static ramp_status view_mask(const DLTensor *mask, call *c) {
  if (!mask) return RAMP_OK;
  if (!c->row->masked)
    return ramp_fail(RAMP_INVALID_OPTION, "%s takes no mask; it must be null",
                     c->row->name);
  ramp_status status = ramp_view_bytes("mask", mask, &c->mask);
  return status == RAMP_OK ? ramp_view_broadcast(&c->mask, &c->in) : status;
}

/* That a view has the shape that the fold makes of c->in. */
static ramp_status check_output_shape(const call *c, const ramp_view *view) {
  char where[64], what[64];
  ramp_view expected = c->in;
  int64_t inputs = c->in.shape[c->axis];
  snprintf(where, sizeof where, " of %s along axis %d", c->in.name, c->axis);
  ramp_status status = ramp_fold_count(c->fold, where, inputs, &expected.shape[c->axis]);
  if (status != RAMP_OK) return status;
  snprintf(what, sizeof what, "what %s makes of %s", c->row->name, c->in.name);
  expected.name = what;
  return ramp_view_check_shape(view, &expected);
}

/* ------------------------------------------------------------------ forward */

static ramp_status view_winners(const DLTensor *winners, call *c) {
  if (!winners) return RAMP_OK;
  if (c->row->kept != RAMP_KEEP_WINNERS)
    return ramp_fail(RAMP_INVALID_OPTION, "%s has no winners; they must be null",
                     c->row->name);
  ramp_status status = ramp_view_bytes("winners", winners, &c->winners);
  if (status == RAMP_OK) status = check_output_shape(c, &c->winners);
  if (status == RAMP_OK) status = ramp_view_check_output(&c->winners);
  if (status == RAMP_OK) status = ramp_view_check_apart(&c->winners, &c->in);
  if (status == RAMP_OK) status = ramp_view_check_apart(&c->winners, &c->out);
  return status;
}

static ramp_status view_forward(int axis, const DLTensor *x, const DLTensor *mask,
                                DLTensor *y, DLTensor *winners, call *c) {
  ramp_status status = ramp_view_floating("x", x, &c->in);
  if (status == RAMP_OK) status = ramp_view_axis(&c->in, axis, &c->axis);
  if (status == RAMP_OK) status = ramp_view_of_type("y", y, &c->in, &c->out);
  if (status == RAMP_OK) status = check_output_shape(c, &c->out);
  if (status == RAMP_OK) status = view_mask(mask, c);
  if (status == RAMP_OK) status = ramp_view_check_output(&c->out);
  if (status == RAMP_OK) status = ramp_view_check_in_place(&c->out, &c->in);
  if (status == RAMP_OK && mask) status = ramp_view_check_apart(&c->out, &c->mask);
  return status == RAMP_OK ? view_winners(winners, c) : status;
}

ramp_status ramp_fold_forward(const ramp_fold *fold, int axis, const DLTensor *x,
                              const DLTensor *mask, DLTensor *y, DLTensor *winners) {
  call c;
  ramp_status status = begin(fold, &c);
  if (status == RAMP_OK) status = view_forward(axis, x, mask, y, winners, &c);
  if (status != RAMP_OK) return status;
  return codes[fold->row].forward(fold, c.axis, &c.in, given(&c.mask), &c.out,
                                  given(&c.winners));
}

/* ------------------------------------------------------------------ backward */

static ramp_status view_kept(const DLTensor *kept, call *c) {
  static const char *const names[] = {
      [RAMP_KEEP_INPUT] = "x", [RAMP_KEEP_OUTPUT] = "y", [RAMP_KEEP_WINNERS] = "winners"};
  const char *name = names[c->row->kept];
  ramp_status status = c->row->kept == RAMP_KEEP_WINNERS
                           ? ramp_view_bytes(name, kept, &c->kept)
                           : ramp_view_of_type(name, kept, &c->in, &c->kept);
  if (status != RAMP_OK) return status;
  return c->row->kept == RAMP_KEEP_INPUT ? ramp_view_check_shape(&c->kept, &c->in)
                                         : check_output_shape(c, &c->kept);
}

static ramp_status view_backward(int axis, const DLTensor *kept, const DLTensor *mask,
                                 const DLTensor *dy, DLTensor *dx, call *c) {
  ramp_status status = ramp_view_floating("dx", dx, &c->in);
  if (status == RAMP_OK) status = ramp_view_axis(&c->in, axis, &c->axis);
  if (status == RAMP_OK) status = ramp_view_of_type("dy", dy, &c->in, &c->out);
  if (status == RAMP_OK) status = check_output_shape(c, &c->out);
  if (status == RAMP_OK) status = view_kept(kept, c);
  if (status == RAMP_OK) status = view_mask(mask, c);
  if (status == RAMP_OK) status = ramp_view_check_output(&c->in);
  if (status == RAMP_OK) status = ramp_view_check_in_place(&c->in, &c->kept);
  if (status == RAMP_OK) status = ramp_view_check_in_place(&c->in, &c->out);
  if (status == RAMP_OK && mask) status = ramp_view_check_apart(&c->in, &c->mask);
  return status;
}

ramp_status ramp_fold_backward(const ramp_fold *fold, int axis, const DLTensor *kept,
                               const DLTensor *mask, const DLTensor *dy, DLTensor *dx) {
  call c;
  ramp_status status = begin(fold, &c);
  if (status == RAMP_OK) status = view_backward(axis, kept, mask, dy, dx, &c);
  if (status != RAMP_OK) return status;
  return codes[fold->row].backward(fold, c.axis, &c.kept, given(&c.mask), &c.out, &c.in);
}
