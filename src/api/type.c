/* SPDX-License-Identifier: MIT */
/* Element types: their names, sizes and conversions. */
#include "api/compute.h"
#include "api/status.h"

#include <string.h>

static const struct {
  const char *name;
  size_t size;
} types[] = {
    [RAMP_F64] = {"f64", 8},
    [RAMP_F32] = {"f32", 4},
    [RAMP_F16] = {"f16", 2},
    [RAMP_BF16] = {"bf16", 2},
};
enum { TYPES = sizeof types / sizeof *types };

static bool exists(ramp_type type) { return (size_t)type < TYPES; }

const char *ramp_type_name(ramp_type type) {
  return exists(type) ? types[type].name : NULL;
}

size_t ramp_type_size(ramp_type type) { return exists(type) ? types[type].size : 0; }

ramp_status ramp_type_parse(const char *name, ramp_type *type) {
  if (!name || !type)
    return ramp_fail(RAMP_NULL_POINTER, "ramp_type_parse was given a null pointer");
  for (size_t i = 0; i < TYPES; i++)
    if (strcmp(types[i].name, name) == 0) {
      *type = (ramp_type)i;
      return RAMP_OK;
    }
  return ramp_fail(RAMP_UNKNOWN_TYPE, "\"%s\" is not a type; f64, f32, f16 and bf16 are",
                   name);
}

enum { BLOCK = 256 };

/* Through aligned blocks, for x and y may have any alignment. */
static void convert(ramp_conversion *widen, size_t from_size, ramp_conversion *narrow,
                    size_t to_size, size_t count, const char *x, char *y) {
  double stored[BLOCK], block[BLOCK];
  for (size_t done = 0; done < count; done += BLOCK) {
    size_t n = count - done < BLOCK ? count - done : BLOCK;
    memcpy(stored, x + done * from_size, n * from_size);
    widen(n, stored, block);
    narrow(n, block, stored);
    memcpy(y + done * to_size, stored, n * to_size);
  }
}

ramp_status ramp_convert(ramp_type from, const void *x, ramp_type to, void *y,
                         size_t count) {
  ramp_array in = {"x", x, from}, out = {"y", y, to};
  ramp_status status = ramp_check_arrays(count, out, &in, 1);
  if (status != RAMP_OK || count == 0) return status;
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_environment caller = ramp_environment_enter();
  convert(kernels->to_double[from], types[from].size, kernels->from_double[to],
          types[to].size, count, x, y);
  ramp_environment_leave(&caller);
  return RAMP_OK;
}
