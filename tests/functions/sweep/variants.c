/* SPDX-License-Identifier: MIT */
/* The variants that a program goes through. */
#include "variants.h"

#include <ramp/ramp.h>
#include <stdio.h>

variants variants_all(void) {
  variants v = {0};
  for (int i = 0; i < ramp_variants() && v.count < VARIANTS_MAX; i++)
    if (ramp_variant_supported(i)) v.name[v.count++] = ramp_variant_name(i);
  return v;
}

bool variants_one(const char *name, variants *v) {
  if (ramp_variant_set(name) != RAMP_OK) return false;
  *v = (variants){1, {ramp_variant()}};
  return true;
}

void variants_text(const variants *v, char *text, size_t size) {
  size_t used = 0;
  text[0] = 0;
  for (int i = 0; i < v->count && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", v->name[i]);
}
