/* SPDX-License-Identifier: MIT */
/* sleef.c: SLEEF as a contender, with the instruction set that Ramp's variant has. */
#include "contender.h"

#include <string.h>

contender *sleef_open(const contender_job *job) {
  const char *variant = ramp_variant();
  if (strcmp(variant, "avx512") == 0) return sleef_open_avx512(job);
  return strcmp(variant, "avx2") == 0 ? sleef_open_avx2(job) : NULL;
}
