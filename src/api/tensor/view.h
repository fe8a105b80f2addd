/* SPDX-License-Identifier: MIT */
/*
 * A DLTensor that has been checked, as the rest of the room takes it: the address of its
 * first element, and strides in bytes.  Making views, comparing and cutting them; nothing
 * here touches an element.  The checks fail with a sentence that names the tensor.
 */
#ifndef RAMP_VIEW_H
#define RAMP_VIEW_H

#include <ramp/tensor.h>
#include <stdbool.h>

typedef struct ramp_view {
  const char *name; /* as the caller knows it: "x", "dslope" */
  char *data;       /* the first element; any without elements */
  ramp_type type;   /* of a floating-point one */
  size_t size;      /* bytes of an element: 1, 2, 4 or 8 */
  int axes;
  int64_t shape[RAMP_AXES_MAX];
  int64_t stride[RAMP_AXES_MAX]; /* in bytes; 0 where the size is 0 or 1 */
  bool counted;                  /* see ramp_view_counter() */
} ramp_view;

/* Whether it is one of ours, and which. */
bool ramp_floating_type(DLDataType dtype, ramp_type *type);

/* A tensor of any element type whose elements have 1, 2, 4 or 8 bytes, of a
   floating-point type, or of the type of another floating-point view. */
ramp_status ramp_view_of(const char *name, const DLTensor *tensor, ramp_view *view);
ramp_status ramp_view_floating(const char *name, const DLTensor *tensor, ramp_view *view);
ramp_status ramp_view_of_type(const char *name, const DLTensor *tensor,
                              const ramp_view *like, ramp_view *view);

/* A tensor of signed integers of 32 or 64 bits; and of bytes, which are bool, int8 or
   uint8. */
ramp_status ramp_view_integers(const char *name, const DLTensor *tensor, ramp_view *view);
ramp_status ramp_view_bytes(const char *name, const DLTensor *tensor, ramp_view *view);

/* A view of the shape of another that has no memory: its elements are 64-bit numbers,
   modulo 2^64, `first` plus each coordinate times the stride of its axis. */
ramp_view ramp_view_counter(const ramp_view *like, uint64_t first, const int64_t *stride);

/* That both have the same shape. */
ramp_status ramp_view_check_shape(const ramp_view *view, const ramp_view *like);

/* Gives the view the shape of another, with strides of 0 where it is stretched. */
ramp_status ramp_view_broadcast(ramp_view *view, const ramp_view *to);

/* That each element has a place of its own. */
ramp_status ramp_view_check_output(const ramp_view *out);

/* That both have no byte in common; or, where they may be in place, are the same. */
ramp_status ramp_view_check_apart(const ramp_view *out, const ramp_view *in);
ramp_status ramp_view_check_in_place(const ramp_view *out, const ramp_view *in);

/* A result of the shape of in[0], that may be in place of any of its inputs. */
ramp_status ramp_view_check_result(const ramp_view *out, const ramp_view *const *in,
                                   int inputs);

/* `axis` counted from the first, -1 from the last. */
ramp_status ramp_view_axis(const ramp_view *view, int axis, int *index);

size_t ramp_view_count(const ramp_view *view);

/* "2 x 3 x 4"; "no axes" */
enum { RAMP_SHAPE_TEXT = 128 };
const char *ramp_view_shape_text(const ramp_view *view, char text[RAMP_SHAPE_TEXT]);

/* `count` places along an axis, from `first` in steps; the other axes whole. */
ramp_view ramp_view_slice(const ramp_view *view, int axis, int64_t first, int64_t step,
                          int64_t count);

#endif
