/* SPDX-License-Identifier: MIT */
/* The part of ramp.h on variants; the choice itself is made in kernels/dispatch.c. */
#include "api/status.h"
#include "kernels/kernels.h"

#include <string.h>

static bool exists(int i) { return i >= 0 && i < ramp_kernels_count(); }

int ramp_variants(void) { return ramp_kernels_count(); }

const char *ramp_variant_name(int i) {
  return exists(i) ? ramp_kernels_at(i)->name : NULL;
}

int ramp_variant_supported(int i) { return exists(i) && ramp_kernels_supported(i); }

const char *ramp_variant(void) { return ramp_kernels_in_use()->name; }

ramp_status ramp_variant_set(const char *name) {
  int i = name && *name ? 0 : -1;
  while (exists(i) && strcmp(ramp_kernels_at(i)->name, name) != 0)
    i++;
  if (i == ramp_kernels_count())
    return ramp_fail(RAMP_UNKNOWN_VARIANT,
                     "there is no variant \"%s\"; the best one is \"%s\"", name,
                     ramp_kernels_at(0)->name);
  if (i >= 0 && !ramp_kernels_supported(i))
    return ramp_fail(RAMP_UNKNOWN_VARIANT, "this CPU cannot run the variant \"%s\"",
                     name);
  ramp_kernels_use(i);
  return RAMP_OK;
}
