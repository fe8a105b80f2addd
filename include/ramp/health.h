/* SPDX-License-Identifier: MIT */
/*
 * health.h: what activation functions do to the units of a network.
 *
 * While a network runs over a data set, the activation pass counts for every unit what
 * came in and what went out.  From the counts follow verdicts, by the thresholds below
 * and no others.
 *
 *     ramp_health *health;
 *     ramp_network_evaluate(network, test, &evaluation, &health);
 *     for (size_t u = 0; u < health->layer[0].units; u++)
 *       puts(ramp_verdict_name(health->layer[0].unit[u].verdict));
 *     ramp_health_free(health);
 */
#ifndef RAMP_HEALTH_H
#define RAMP_HEALTH_H

#include <ramp/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Counted per unit over a whole data set.  The slope of a function has at least
   RAMP_SATURATED_SLOPE of the largest magnitude it has anywhere from some smallest
   input to some largest one; an output is saturated where its input lies outside of
   these two and it is not 0. */
#define RAMP_SATURATED_SLOPE 0.01

/* dead:      every output is exactly 0: the unit says nothing and learns nothing
   dying:     at least this share of the outputs is exactly 0 */
#define RAMP_DYING_SHARE 0.99
/* saturated: at least this share of the outputs is saturated */
#define RAMP_SATURATED_SHARE 0.95
/* linear:    over all inputs that the unit met, from the smallest to the largest, the
              slope of the function varies by at most this share of its largest magnitude
              anywhere: the unit does not bend anything.  Not said of the function
              identity, nor of folds (maxout, swiglu).  A learned slope counts as it is
              now. */
#define RAMP_LINEAR_VARIATION 0.01
/* broken:    at least one output is NaN or infinite.
   Of several verdicts that hold, the first in this order is given:
   broken, dead, dying, saturated, linear, healthy. */
typedef enum {
  RAMP_HEALTHY,
  RAMP_LINEAR,
  RAMP_SATURATED,
  RAMP_DYING,
  RAMP_DEAD,
  RAMP_BROKEN
} ramp_verdict;
#define RAMP_VERDICTS 6

/* "healthy", "linear", ...; null outside the enum. */
const char *ramp_verdict_name(ramp_verdict verdict);

typedef struct ramp_unit_health {
  uint64_t examples; /* outputs seen */
  uint64_t positive; /* outputs above 0 */
  uint64_t zero;     /* outputs exactly 0 or -0 */
  uint64_t saturated;
  uint64_t nan;          /* outputs that are NaN */
  uint64_t infinite;     /* outputs that are infinite */
  double mean, variance; /* of the outputs that are finite; variance over their number;
                            NaN where none is */
  float lowest_in,
      highest_in;        /* extremes of the pre-activation, or, for a fold, which has
                                  several, of the output; NaN is left out, unless there is
                                  nothing else */
  float lowest, highest; /* extremes of the output, likewise */
  ramp_verdict verdict;
} ramp_unit_health;

typedef struct ramp_layer_health {
  ramp_activation activation;
  size_t units;                   /* numbers that leave the layer */
  ramp_unit_health *unit;         /* [units] */
  size_t verdicts[RAMP_VERDICTS]; /* how many units have each */
  double zero_share;              /* of all outputs: the sparsity */
  double positive_share, saturated_share;
  double mean, variance; /* of all finite outputs */
} ramp_layer_health;

typedef struct ramp_health {
  size_t layers;
  ramp_layer_health
      *layer; /* [layers], every dense layer; the output layer is the last */
} ramp_health;

/* Null is fine. */
void ramp_health_free(ramp_health *health);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
