/* SPDX-License-Identifier: MIT */
/* The losses, row by row; sums in double and in the order of the rows. */
#include "network/loss.h"

#include "api/status.h"

#include <ramp/tensor.h>

/* ------------------------------------------------------------------ classes */

static size_t index_of_largest(size_t outputs, const float *z) {
  size_t largest = 0;
  for (size_t i = 1; i < outputs; i++)
    if (z[i] > z[largest]) largest = i;
  return largest;
}

/* The sum of the rows' losses; the gradient is that of the loss times `share`. */
static double cross_entropy(size_t rows, size_t outputs, const float *output,
                            const int32_t *label, double share, float *gradient) {
  enum { ROWS = 128 }; /* whose losses fit on the stack */
  double loss[ROWS], sum = 0;
  for (size_t row = 0; row < rows; row += ROWS) {
    size_t n = rows - row < ROWS ? rows - row : ROWS, offset = row * outputs;
    int64_t shape[2] = {(int64_t)n, (int64_t)outputs};
    DLDevice cpu = {kDLCPU, 0};
    DLDataType f32 = {kDLFloat, 32, 1}, f64 = {kDLFloat, 64, 1}, i32 = {kDLInt, 32, 1};
    DLTensor x = {(void *)(output + offset), cpu, 2, f32, shape, NULL, 0},
             dx = {gradient ? gradient + offset : NULL, cpu, 2, f32, shape, NULL, 0},
             labels = {(void *)(label + row), cpu, 1, i32, shape, NULL, 0},
             losses = {loss, cpu, 1, f64, shape, NULL, 0};
    ramp_softmax_cross_entropy(1, &x, &labels, share, &losses, gradient ? &dx : NULL);
    for (size_t i = 0; i < n; i++)
      sum += loss[i];
  }
  return sum;
}

static size_t count_correct(size_t rows, size_t outputs, const float *output,
                            const int32_t *label) {
  size_t correct = 0;
  for (size_t row = 0; row < rows; row++)
    correct += index_of_largest(outputs, output + row * outputs) == (size_t)label[row];
  return correct;
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
  if (wanted.label) {
    loss.sum = cross_entropy(rows, outputs, output, wanted.label, share, gradient);
    loss.correct = count_correct(rows, outputs, output, wanted.label);
  }
  for (size_t row = 0; row < rows && wanted.target; row++)
    loss.sum +=
        squared_error(outputs, output + row * outputs, wanted.target + row * outputs,
                      share, gradient ? gradient + row * outputs : NULL);
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
