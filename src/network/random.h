/* SPDX-License-Identifier: MIT */
/* Random numbers that are a pure function of (seed, stream, index): there is no state
   to share, so that results do not depend on the number of threads or the order of
   calls. */
#ifndef RAMP_NETWORK_RANDOM_H
#define RAMP_NETWORK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What random numbers are for; streams of different purposes are independent. */
typedef enum { RAMP_STREAM_WEIGHTS = 1, RAMP_STREAM_ORDER = 2 } ramp_stream;

/* A normally distributed number of mean 0 and variance 1.  `number` tells streams of
   one purpose apart: the layer. */
double ramp_random_normal(uint64_t seed, ramp_stream purpose, uint32_t number,
                          uint64_t index);

/* Writes a permutation of 0 .. count-1.  `number` is the epoch. */
void ramp_random_permutation(uint64_t seed, ramp_stream purpose, uint32_t number,
                             size_t count, size_t *order);

#endif
