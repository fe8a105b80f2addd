/* SPDX-License-Identifier: MIT */
/* Which outputs are stored past the caches, and how blocks of them are. */
#include "api/streamed.h"

#include "kernels/kernels.h"

/* The bytes from the first element to the last; 0 where an axis runs backwards. */
static size_t extent_of(const ramp_view *view) {
  size_t extent = view->size;
  for (int axis = 0; axis < view->axes; axis++) {
    if (view->stride[axis] < 0) return 0;
    extent += (size_t)(view->shape[axis] - 1) * (size_t)view->stride[axis];
  }
  return extent;
}

ramp_streamed ramp_streamed_of(const ramp_view *out, const ramp_view *const *in,
                               int inputs) {
  ramp_streamed none = {0, 0};
  if (!ramp_is_large(ramp_view_count(out) * out->size)) return none;
  for (int i = 0; i < inputs; i++)
    if (in[i]->data == out->data) return none;
  return (ramp_streamed){(uintptr_t)out->data, extent_of(out)};
}

void ramp_stream(size_t bytes, const void *block, void *place) {
  (*ramp_kernels_in_use()->stream)(bytes, block, place);
}
