/* SPDX-License-Identifier: MIT */
/*
 * Random numbers of the data sets: Random123's Philox4x32-10, keyed by the seed and
 * counted by (purpose, index).  There is no state, so every number is the same in any
 * order and on any number of threads.
 */
#include "network/data/data_internal.h"
#include <Random123/philox.h>
#include <math.h>

/* Sets these numbers apart from others that are drawn by the same seed: "data". */
#define DATA_ROOM UINT32_C(0x64617461)

static double unit(uint32_t high, uint32_t low) {
  uint64_t bits = (uint64_t)high << 32 | low;
  return (double)(bits >> 11) * 0x1p-53;
}

void ramp_noise_uniform(uint64_t seed, ramp_noise purpose, uint64_t index,
                        double two[2]) {
  philox4x32_ctr_t counter = {
      {(uint32_t)index, (uint32_t)(index >> 32), (uint32_t)purpose, DATA_ROOM}};
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  philox4x32_ctr_t bits = philox4x32(counter, key);
  two[0] = unit(bits.v[0], bits.v[1]);
  two[1] = unit(bits.v[2], bits.v[3]);
}

/* Box and Muller: radius sqrt(-2 ln u), angle 2 pi v, with u in (0, 1]. */
void ramp_noise_normal(uint64_t seed, uint64_t index, double two[2]) {
  double u[2];
  ramp_noise_uniform(seed, RAMP_NOISE_NORMAL, index, u);
  double radius = sqrt(-2 * log(1 - u[0])), angle = 2 * acos(-1.0) * u[1];
  two[0] = radius * cos(angle);
  two[1] = radius * sin(angle);
}
