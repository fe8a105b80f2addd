/* SPDX-License-Identifier: MIT */
/*
 * Which variant runs: chosen once, at the first use, from variants.def; forced by the
 * environment variable RAMP_VARIANT or by a call.  The choice is the library's only
 * global state; it is one pointer, read and written atomically.
 */
#include "kernels/kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define VARIANT(name, supported) extern const ramp_variant_kernels ramp_kernels_##name;
#include "kernels/variants.def"
#undef VARIANT

#define VARIANT(name, supported) &ramp_kernels_##name,
static const ramp_variant_kernels *const variants[] = {
#include "kernels/variants.def"
};
#undef VARIANT

enum { VARIANTS = sizeof variants / sizeof *variants };

#define VARIANT(name, supported) (supported) != 0,
static int supported(int i) {
  const int list[] = {
#include "kernels/variants.def"
  };
  return list[i];
}
#undef VARIANT

static _Atomic(const ramp_variant_kernels *) in_use;

static int find(const char *name) {
  for (int i = 0; i < VARIANTS; i++)
    if (strcmp(variants[i]->name, name) == 0) return i;
  return -1;
}

static const ramp_variant_kernels *best(void) {
  for (int i = 0; i < VARIANTS; i++)
    if (supported(i)) return variants[i];
  return variants[VARIANTS - 1];
}

/* A name in the environment that cannot be had is passed over: the library does not
   print. */
static const ramp_variant_kernels *first_choice(void) {
  const char *name = getenv("RAMP_VARIANT");
  int i = name ? find(name) : -1;
  return i >= 0 && supported(i) ? variants[i] : best();
}

const ramp_variant_kernels *ramp_kernels_in_use(void) {
  const ramp_variant_kernels *kernels =
      atomic_load_explicit(&in_use, memory_order_acquire);
  if (!kernels) {
    kernels = first_choice();
    atomic_store_explicit(&in_use, kernels, memory_order_release);
  }
  return kernels;
}

int ramp_kernels_count(void) { return VARIANTS; }

const ramp_variant_kernels *ramp_kernels_at(int i) { return variants[i]; }

bool ramp_kernels_supported(int i) { return supported(i); }

void ramp_kernels_use(int i) {
  const ramp_variant_kernels *choice = i < 0 ? best() : variants[i];
  atomic_store_explicit(&in_use, choice, memory_order_release);
}
