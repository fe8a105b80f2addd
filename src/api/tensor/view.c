/* SPDX-License-Identifier: MIT */
/* From a DLTensor, which may be anything, to a view that can be relied on. */
#include "api/tensor/view.h"
#include "api/status.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ texts */

const char *ramp_view_shape_text(const ramp_view *view, char text[RAMP_SHAPE_TEXT]) {
  size_t at = 0;
  snprintf(text, RAMP_SHAPE_TEXT, "no axes");
  for (int i = 0; i < view->axes && at < RAMP_SHAPE_TEXT; i++)
    at += (size_t)snprintf(text + at, RAMP_SHAPE_TEXT - at, "%s%lld", i ? " x " : "",
                           (long long)view->shape[i]);
  if (at >= RAMP_SHAPE_TEXT) memcpy(text + RAMP_SHAPE_TEXT - 4, "...", 4);
  return text;
}

/* Newer headers call it kDLBool. */
enum { DLPACK_BOOL = 6 };

enum { TYPE_TEXT = 32 };

static const char *type_text(DLDataType type, char text[TYPE_TEXT]) {
  static const char *const codes[] = {"int",    "uint",    "float", "handle",
                                      "bfloat", "complex", "bool"};
  if (type.code >= sizeof codes / sizeof *codes) return "of an unknown type";
  snprintf(text, TYPE_TEXT, "%s%d%s", codes[type.code], type.bits,
           type.lanes == 1 ? "" : " in lanes");
  return text;
}

/* ------------------------------------------------------------ checks of one tensor */

static ramp_status check_form(const char *name, const DLTensor *tensor) {
  if (!tensor) return ramp_fail(RAMP_NULL_POINTER, "%s is a null pointer", name);
  if (tensor->ndim < 0 || tensor->ndim > RAMP_AXES_MAX)
    return ramp_fail(RAMP_TOO_LARGE, "%s has %d axes; a tensor has from 0 to %d", name,
                     tensor->ndim, RAMP_AXES_MAX);
  if (tensor->ndim > 0 && !tensor->shape)
    return ramp_fail(RAMP_NULL_POINTER, "the shape of %s is a null pointer", name);
  return RAMP_OK;
}

/* Host memory that other devices see, too, is as good. */
static ramp_status check_device(const char *name, const DLTensor *tensor) {
  int device = (int)tensor->device.device_type;
  if (device == kDLCPU || device == kDLCUDAHost || device == kDLROCMHost ||
      device == kDLCUDAManaged)
    return RAMP_OK;
  return ramp_fail(RAMP_WRONG_DEVICE,
                   "%s lies on a device of DLPack's type %d; the CPU (%d) computes", name,
                   device, (int)kDLCPU);
}

static ramp_status check_size(const char *name, DLDataType type) {
  char text[TYPE_TEXT];
  bool whole = type.bits == 8 || type.bits == 16 || type.bits == 32 || type.bits == 64;
  if (whole && type.lanes == 1) return RAMP_OK;
  return ramp_fail(RAMP_UNKNOWN_TYPE,
                   "the elements of %s are %s; they may have 8, 16, 32 or 64 bits, each "
                   "on its own",
                   name, type_text(type, text));
}

static ramp_status check_sizes(const ramp_view *view) {
  int64_t count = 1;
  bool empty = false, overflow = false;
  for (int i = 0; i < view->axes; i++) {
    int64_t size = view->shape[i];
    if (size < 0)
      return ramp_fail(RAMP_SHAPE_MISMATCH,
                       "axis %d of %s has the size %lld; sizes are 0 or above", i,
                       view->name, (long long)size);
    empty = empty || size == 0;
    overflow = overflow || __builtin_mul_overflow(count, size, &count);
  }
  if (empty || (!overflow && count <= PTRDIFF_MAX / (int64_t)view->size)) return RAMP_OK;
  char shape[RAMP_SHAPE_TEXT];
  return ramp_fail(RAMP_TOO_LARGE, "%s is %s, which does not fit into memory", view->name,
                   ramp_view_shape_text(view, shape));
}

/* In bytes; row-major where the tensor has none. */
static ramp_status set_strides(const DLTensor *tensor, ramp_view *view) {
  int64_t compact = (int64_t)view->size;
  for (int i = view->axes - 1; i >= 0; i--) {
    int64_t bytes = compact;
    if (view->shape[i] > 1) compact *= view->shape[i];
    if (tensor->strides && view->shape[i] > 1 &&
        __builtin_mul_overflow(tensor->strides[i], (int64_t)view->size, &bytes))
      return ramp_fail(RAMP_TOO_LARGE,
                       "axis %d of %s has the stride %lld, beyond all memory", i,
                       view->name, (long long)tensor->strides[i]);
    view->stride[i] = view->shape[i] > 1 ? bytes : 0;
  }
  return RAMP_OK;
}

/* So far that sums of two extents stay within 64 bits. */
#define EXTENT_MAX (INT64_MAX / 8)

/* How far the elements lie from the first one, and that no address wraps. */
static ramp_status check_extent(const ramp_view *view, uintptr_t first) {
  int64_t below = 0, above = (int64_t)view->size;
  bool overflow = false;
  for (int i = 0; i < view->axes; i++) {
    int64_t *side = view->stride[i] < 0 ? &below : &above, reach;
    overflow = overflow ||
               __builtin_mul_overflow(view->shape[i] - 1, view->stride[i], &reach) ||
               __builtin_add_overflow(*side, reach, side);
  }
  uintptr_t end;
  overflow = overflow || above > EXTENT_MAX || below < -EXTENT_MAX ||
             first < 0 - (uintptr_t)below ||
             __builtin_add_overflow(first, (uintptr_t)above, &end);
  if (!overflow) return RAMP_OK;
  return ramp_fail(RAMP_TOO_LARGE, "the strides of %s lead beyond all memory",
                   view->name);
}

static ramp_status locate(const DLTensor *tensor, ramp_view *view) {
  if (ramp_view_count(view) == 0) return RAMP_OK;
  ramp_status status = set_strides(tensor, view);
  if (status != RAMP_OK) return status;
  if (!tensor->data)
    return ramp_fail(RAMP_NULL_POINTER, "the data of %s is a null pointer", view->name);
  uintptr_t first;
  if (__builtin_add_overflow((uintptr_t)tensor->data, tensor->byte_offset, &first))
    return ramp_fail(RAMP_TOO_LARGE, "the byte_offset of %s leads beyond all memory",
                     view->name);
  view->data = (char *)tensor->data + tensor->byte_offset;
  return check_extent(view, first);
}

static const struct {
  DLDataType dtype;
  ramp_type type;
} floating[] = {{{kDLFloat, 64, 1}, RAMP_F64},
                {{kDLFloat, 32, 1}, RAMP_F32},
                {{kDLFloat, 16, 1}, RAMP_F16},
                {{kDLBfloat, 16, 1}, RAMP_BF16}};

enum { FLOATING = sizeof floating / sizeof *floating };

/* FLOATING when it is none. */
static int find_floating(DLDataType dtype) {
  int i = 0;
  while (i < FLOATING && (floating[i].dtype.code != dtype.code ||
                          floating[i].dtype.bits != dtype.bits || dtype.lanes != 1))
    i++;
  return i;
}

bool ramp_floating_type(DLDataType dtype, ramp_type *type) {
  int found = find_floating(dtype);
  if (found < FLOATING) *type = floating[found].type;
  return found < FLOATING;
}

static ramp_status check_floating(const char *name, DLDataType dtype, int found) {
  char text[TYPE_TEXT];
  if (found < FLOATING) return RAMP_OK;
  return ramp_fail(RAMP_UNKNOWN_TYPE,
                   "the elements of %s are %s; they must be f64, f32, "
                   "f16 or bf16",
                   name, type_text(dtype, text));
}

/* ------------------------------------------------------------------ making views */

/* What is wrong with the type is said before the memory is looked at. */
static ramp_status make_view(const char *name, const DLTensor *tensor, bool is_floating,
                             ramp_view *view) {
  ramp_status status = check_form(name, tensor);
  if (status != RAMP_OK) return status;
  int found = find_floating(tensor->dtype);
  status = is_floating ? check_floating(name, tensor->dtype, found)
                       : check_size(name, tensor->dtype);
  if (status == RAMP_OK) status = check_device(name, tensor);
  if (status != RAMP_OK) return status;
  view->name = name;
  view->data = NULL;
  view->type = found < FLOATING ? floating[found].type : RAMP_F64;
  view->size = tensor->dtype.bits / 8;
  view->axes = tensor->ndim;
  view->counted = false;
  for (int i = 0; i < view->axes; i++) {
    view->shape[i] = tensor->shape[i];
    view->stride[i] = 0;
  }
  status = check_sizes(view);
  return status == RAMP_OK ? locate(tensor, view) : status;
}

ramp_status ramp_view_of(const char *name, const DLTensor *tensor, ramp_view *view) {
  return make_view(name, tensor, false, view);
}

ramp_status ramp_view_floating(const char *name, const DLTensor *tensor,
                               ramp_view *view) {
  return make_view(name, tensor, true, view);
}

ramp_status ramp_view_of_type(const char *name, const DLTensor *tensor,
                              const ramp_view *like, ramp_view *view) {
  ramp_status status = ramp_view_floating(name, tensor, view);
  if (status != RAMP_OK || view->type == like->type) return status;
  return ramp_fail(RAMP_UNKNOWN_TYPE, "%s is %s and %s is %s; both must have one type",
                   name, ramp_type_name(view->type), like->name,
                   ramp_type_name(like->type));
}

static ramp_status refuse_type(const char *name, DLDataType type, const char *wanted) {
  char text[TYPE_TEXT];
  return ramp_fail(RAMP_UNKNOWN_TYPE, "the elements of %s are %s; they must be %s", name,
                   type_text(type, text), wanted);
}

ramp_status ramp_view_integers(const char *name, const DLTensor *tensor,
                               ramp_view *view) {
  ramp_status status = ramp_view_of(name, tensor, view);
  if (status != RAMP_OK || (tensor->dtype.code == kDLInt && view->size >= 4))
    return status;
  return refuse_type(name, tensor->dtype, "int32 or int64");
}

ramp_status ramp_view_bytes(const char *name, const DLTensor *tensor, ramp_view *view) {
  ramp_status status = ramp_view_of(name, tensor, view);
  const int code = status == RAMP_OK ? tensor->dtype.code : 0;
  const bool counts = code == kDLInt || code == kDLUInt || code == DLPACK_BOOL;
  if (status != RAMP_OK || (counts && view->size == 1)) return status;
  return refuse_type(name, tensor->dtype, "bool, int8 or uint8");
}

ramp_view ramp_view_counter(const ramp_view *like, uint64_t first,
                            const int64_t *stride) {
  ramp_view view = *like;
  view.name = "a counter";
  view.counted = true;
  view.size = sizeof first;
  view.data = (char *)(uintptr_t)first;
  for (int i = 0; i < view.axes; i++)
    view.stride[i] = view.shape[i] > 1 ? stride[i] : 0;
  return view;
}

/* ------------------------------------------------------------------ shapes */

size_t ramp_view_count(const ramp_view *view) {
  size_t count = 1;
  for (int i = 0; i < view->axes; i++)
    if (view->shape[i] == 0) return 0;
  for (int i = 0; i < view->axes; i++)
    count *= (size_t)view->shape[i];
  return count;
}

ramp_status ramp_view_check_shape(const ramp_view *view, const ramp_view *like) {
  if (view->axes == like->axes &&
      memcmp(view->shape, like->shape, (size_t)view->axes * sizeof *view->shape) == 0)
    return RAMP_OK;
  char a[RAMP_SHAPE_TEXT], b[RAMP_SHAPE_TEXT];
  return ramp_fail(RAMP_SHAPE_MISMATCH,
                   "%s has the shape %s and %s %s; they must be the same", view->name,
                   ramp_view_shape_text(view, a), like->name,
                   ramp_view_shape_text(like, b));
}

static ramp_status refuse_broadcast(const ramp_view *view, const ramp_view *to) {
  char a[RAMP_SHAPE_TEXT], b[RAMP_SHAPE_TEXT];
  return ramp_fail(RAMP_SHAPE_MISMATCH,
                   "%s has the shape %s, which cannot be broadcast to %s, the shape of "
                   "%s: counted from the last axis, sizes must be equal or 1",
                   view->name, ramp_view_shape_text(view, a), ramp_view_shape_text(to, b),
                   to->name);
}

ramp_status ramp_view_broadcast(ramp_view *view, const ramp_view *to) {
  ramp_view wide = *view;
  int added = to->axes - view->axes;
  if (added < 0) return refuse_broadcast(view, to);
  wide.axes = to->axes;
  for (int i = 0; i < to->axes; i++) {
    int64_t size = i < added ? 1 : view->shape[i - added];
    if (size != to->shape[i] && size != 1) return refuse_broadcast(view, to);
    wide.shape[i] = to->shape[i];
    wide.stride[i] = size > 1 ? view->stride[i - added] : 0;
  }
  *view = wide;
  return RAMP_OK;
}

ramp_status ramp_view_axis(const ramp_view *view, int axis, int *index) {
  int from_first = axis < 0 ? axis + view->axes : axis;
  if (view->axes == 0)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "the axis is %d, but %s has no axes; it must have one or more", axis,
                     view->name);
  if (from_first < 0 || from_first >= view->axes)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "the axis is %d, but %s has %d of them; it must be from %d to %d",
                     axis, view->name, view->axes, -view->axes, view->axes - 1);
  *index = from_first;
  return RAMP_OK;
}

ramp_view ramp_view_slice(const ramp_view *view, int axis, int64_t first, int64_t step,
                          int64_t count) {
  ramp_view slice = *view;
  if (count > 0 && ramp_view_count(view) > 0) slice.data += first * view->stride[axis];
  slice.shape[axis] = count;
  slice.stride[axis] = count > 1 ? step * view->stride[axis] : 0;
  return slice;
}
