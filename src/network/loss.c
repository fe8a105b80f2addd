/* SPDX-License-Identifier: MIT */
/* The losses, row by row; sums in double and in the order of the rows. */
#include "network/loss.h"

#include "api/status.h"

#include <math.h>

/* ------------------------------------------------------------------ classes */

static size_t index_of_largest(size_t outputs, const float *z) {
  size_t largest = 0;
  for (size_t i = 1; i < outputs; i++)
    if (z[i] > z[largest]) largest = i;
  return largest;
}

/* log(sum e^z) - z[label], shifted by the largest z so that nothing overflows.  The
   gradient by z is softmax(z) minus 1 at the label, times `share`. */
static double cross_entropy(size_t outputs, const float *z, size_t label, double share,
                            float *gradient) {
  double largest = z[index_of_largest(outputs, z)], sum = 0;
  for (size_t i = 0; i < outputs; i++) {
    double power = exp(z[i] - largest);
    if (gradient) gradient[i] = (float)power;
    sum += power;
  }
  for (size_t i = 0; gradient && i < outputs; i++)
    gradient[i] = (float)(share * (gradient[i] / sum - (i == label)));
  return log(sum) + largest - z[label];
}

/* ------------------------------------------------------------------ numbers */

/* The mean over a row's outputs of (y - target)^2. */
static double squared_error(size_t outputs, const float *y, const float *target,
                            double share, float *gradient) {
  double sum = 0;
  for (size_t i = 0; i < outputs; i++) {
    double error = (double)y[i] - target[i];
    sum += error * error;
    if (gradient) gradient[i] = (float)(2 * share * error / (double)outputs);
  }
  return sum / (double)outputs;
}

/* ------------------------------------------------------------------ a batch */

ramp_batch_loss ramp_loss(size_t rows, size_t outputs, const float *output,
                          ramp_wanted wanted, float *gradient) {
  ramp_batch_loss loss = {0, 0};
  double share = 1 / (double)rows;
  for (size_t row = 0; row < rows; row++) {
    const float *y = output + row * outputs;
    float *row_gradient = gradient ? gradient + row * outputs : NULL;
    if (wanted.label) {
      size_t label = (size_t)wanted.label[row];
      loss.sum += cross_entropy(outputs, y, label, share, row_gradient);
      loss.correct += index_of_largest(outputs, y) == label;
    } else {
      loss.sum +=
          squared_error(outputs, y, wanted.target + row * outputs, share, row_gradient);
    }
  }
  return loss;
}

ramp_status ramp_check_labels(size_t rows, size_t outputs, const int32_t *label) {
  for (size_t row = 0; row < rows; row++)
    if (label[row] < 0 || (size_t)label[row] >= outputs)
      return ramp_fail(
          RAMP_INVALID_DATA,
          "the label of example %zu is %ld: a network of %zu outputs needs 0 "
          "to %zu",
          row, (long)label[row], outputs, outputs - 1);
  return RAMP_OK;
}
