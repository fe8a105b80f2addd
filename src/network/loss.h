/* SPDX-License-Identifier: MIT */
/* What training makes small: softmax cross-entropy for classes, mean squared error for
   numbers. */
#ifndef RAMP_NETWORK_LOSS_H
#define RAMP_NETWORK_LOSS_H

#include <ramp/ramp.h>

/* What the network should have said to a batch: one of the two is null. */
typedef struct ramp_wanted {
  const int32_t *label; /* [rows], each in [0, outputs) */
  const float *target;  /* [rows][outputs] */
} ramp_wanted;

typedef struct ramp_batch_loss {
  double sum;     /* of the rows' losses: divide by the number of rows for the mean */
  size_t correct; /* rows whose largest output, the first of equals, is the label */
} ramp_batch_loss;

/* The loss of output [rows][outputs], summed row after row in double.  With gradient
   not null, writes there the gradient of the mean loss by the output. */
ramp_batch_loss ramp_loss(size_t rows, size_t outputs, const float *output,
                          ramp_wanted wanted, float *gradient);

/* RAMP_INVALID_DATA, naming the row, when a label is not in [0, outputs). */
ramp_status ramp_check_labels(size_t rows, size_t outputs, const int32_t *label);

#endif
