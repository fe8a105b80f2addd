/* SPDX-License-Identifier: MIT */
/* Chooses among the loops compiled for several instruction sets: as libramp does. */
#include "network/loops/update.h"

#include <ramp/ramp.h>

#include <string.h>

#define VARIANT(name, supported) &ramp_update_loops_##name,
static const ramp_update_loops *const variants[] = {
#include "kernels/variants.def"
};
#undef VARIANT

const ramp_update_loops *ramp_update_loops_in_use(void) {
  size_t i = 0, last = sizeof variants / sizeof *variants - 1;
  while (i < last && strcmp(variants[i]->variant, ramp_variant()) != 0)
    i++;
  return variants[i];
}
