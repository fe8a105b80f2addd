/* SPDX-License-Identifier: MIT */
/* Random numbers by Random123's Philox: key = seed and stream, counter = index. */
#include "network/random.h"

#include <Random123/philox.h>
#include <math.h>

static philox4x64_ctr_t random_bits(uint64_t seed, ramp_stream purpose, uint32_t number,
                                    uint64_t index) {
  philox4x64_ctr_t counter = {{index, 0, 0, 0}};
  philox4x64_key_t key = {{seed, (uint64_t)purpose << 32 | number}};
  return philox4x64(counter, key);
}

/* The 53 upper bits, as the middle of one of 2^53 equal parts of (0, 1): never 0, never
   1. */
static double open_unit(uint64_t bits) { return ((double)(bits >> 11) + 0.5) * 0x1p-53; }

/* Box and Muller's transform. */
double ramp_random_normal(uint64_t seed, ramp_stream purpose, uint32_t number,
                          uint64_t index) {
  const double two_pi = 0x1.921fb54442d18p+2;
  philox4x64_ctr_t bits = random_bits(seed, purpose, number, index);
  return sqrt(-2 * log(open_unit(bits.v[0]))) * cos(two_pi * open_unit(bits.v[1]));
}

/* floor(bits * bound / 2^64): a whole number below `bound`.  No count of examples is so
   large that the unevenness, below bound / 2^64, could be noticed. */
static size_t below(uint64_t bits, uint64_t bound) {
  uint64_t high;
  (void)mulhilo64(bits, bound, &high);
  return (size_t)high;
}

/* Fisher and Yates' shuffle, inside out. */
void ramp_random_permutation(uint64_t seed, ramp_stream purpose, uint32_t number,
                             size_t count, size_t *order) {
  for (size_t i = 0; i < count; i++) {
    size_t j = below(random_bits(seed, purpose, number, i).v[0], i + 1);
    order[i] = order[j];
    order[j] = i;
  }
}
