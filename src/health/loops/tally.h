/* SPDX-License-Identifier: MIT */
/* The counting loop, compiled once per instruction set. */
#ifndef RAMP_HEALTH_LOOPS_TALLY_H
#define RAMP_HEALTH_LOOPS_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define RAMP_TALLY_UNITS 64

/* Counts of neighbouring units over the rows of one batch; the fields mean what they
   mean in ramp_unit_health.  Sums are of deviations from `pivot`, of finite outputs
   alone. */
typedef struct ramp_tally_block {
  uint32_t positive[RAMP_TALLY_UNITS], zero[RAMP_TALLY_UNITS],
      saturated[RAMP_TALLY_UNITS];
  uint32_t nan[RAMP_TALLY_UNITS], infinite[RAMP_TALLY_UNITS];
  float lowest_in[RAMP_TALLY_UNITS], highest_in[RAMP_TALLY_UNITS];
  float lowest[RAMP_TALLY_UNITS], highest[RAMP_TALLY_UNITS];
  float pivot[RAMP_TALLY_UNITS];
  double sum[RAMP_TALLY_UNITS], squares[RAMP_TALLY_UNITS];
} ramp_tally_block;

/* Part of a batch: `rows` rows that lie `stride` floats apart, `units` neighbouring
   units of each. */
typedef struct ramp_tally_part {
  size_t rows, stride, units;
  const float *x, *y;
  const float *saturated_below, *saturated_above; /* [units] */
} ramp_tally_part;

typedef struct ramp_tally_loops {
  const char *variant;
  /* Adds the part to the block. */
  void (*count)(const ramp_tally_part *part, ramp_tally_block *block);
} ramp_tally_loops;

/* ramp_tally_loops_avx512 and so on, one per instruction set. */
#define VARIANT(name, supported) extern const ramp_tally_loops ramp_tally_loops_##name;
#include "kernels/variants.def"
#undef VARIANT

#endif
