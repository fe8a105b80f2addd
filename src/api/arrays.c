/* SPDX-License-Identifier: MIT */
/* Whether the arrays that a call was given can be: types, null pointers, sizes,
   overlap. */
#include "api/compute.h"
#include "api/status.h"

static bool overlap(ramp_array a, size_t a_bytes, ramp_array b, size_t b_bytes) {
  uintptr_t a_at = (uintptr_t)a.data, b_at = (uintptr_t)b.data;
  return a_at < b_at + b_bytes && b_at < a_at + a_bytes;
}

static ramp_status check_pair(size_t count, ramp_array out, ramp_array in) {
  size_t out_bytes = count * ramp_type_size(out.type),
         in_bytes = count * ramp_type_size(in.type);
  bool same = out.data == in.data && out_bytes == in_bytes;
  if (!same && overlap(out, out_bytes, in, in_bytes))
    return ramp_fail(RAMP_OVERLAP,
                     "%s overlaps %s by part; it must be the same array or apart",
                     out.name, in.name);
  return RAMP_OK;
}

ramp_status ramp_check_apart(ramp_array a, size_t a_bytes, ramp_array b, size_t b_bytes) {
  if (overlap(a, a_bytes, b, b_bytes))
    return ramp_fail(RAMP_OVERLAP, "%s overlaps %s; it must be apart", a.name, b.name);
  return RAMP_OK;
}

ramp_status ramp_check_array(size_t count, ramp_array array) {
  size_t size = ramp_type_size(array.type);
  if (size == 0)
    return ramp_fail(RAMP_UNKNOWN_TYPE, "%d is not one of the types", (int)array.type);
  if (count > PTRDIFF_MAX / size)
    return ramp_fail(RAMP_TOO_LARGE, "%zu elements of %s do not fit into memory", count,
                     ramp_type_name(array.type));
  if (count > 0 && !array.data)
    return ramp_fail(RAMP_NULL_POINTER, "%s is a null pointer", array.name);
  return RAMP_OK;
}

ramp_status ramp_check_arrays(size_t count, ramp_array out, const ramp_array *in,
                              int inputs) {
  ramp_status status = ramp_check_array(count, out);
  for (int i = 0; i < inputs && status == RAMP_OK; i++)
    status = ramp_check_array(count, in[i]);
  for (int i = 0; i < inputs && status == RAMP_OK && count > 0; i++)
    status = check_pair(count, out, in[i]);
  return status;
}
