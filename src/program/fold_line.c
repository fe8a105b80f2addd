/* SPDX-License-Identifier: MIT */
/* fold_line.c: a line is a tensor of one axis. */
#include "fold_line.h"
#include "allocate.h"

/* A tensor of the line's type, with its numbers. */
typedef struct line_tensor {
  DLTensor dl;
  int64_t shape[1];
} line_tensor;

static DLDataType data_type(ramp_type type) {
  uint8_t code = type == RAMP_BF16 ? kDLBfloat : kDLFloat;
  return (DLDataType){code, (uint8_t)(8 * ramp_type_size(type)), 1};
}

static void set_tensor(line_tensor *t, void *data, DLDataType type, size_t count) {
  t->shape[0] = (int64_t)count;
  t->dl = (DLTensor){data, {kDLCPU, 0}, 1, type, t->shape, NULL, 0};
}

static void make_tensor(line_tensor *t, ramp_type type, size_t count, const double *x) {
  set_tensor(t, allocate(count, ramp_type_size(type)), data_type(type), count);
  if (x) ramp_convert(RAMP_F64, x, type, t->dl.data, count);
}

static void take_numbers(line_tensor *t, ramp_type type, double *x) {
  ramp_convert(type, t->dl.data, RAMP_F64, x, (size_t)t->shape[0]);
  free(t->dl.data);
}

ramp_status fold_line_compute(const ramp_fold *fold, ramp_type type, size_t inputs,
                              const double *x, fold_line *line) {
  int64_t outputs = 0;
  ramp_status status = ramp_fold_outputs(fold, (int64_t)inputs, &outputs);
  *line = (fold_line){*fold, type, inputs, (size_t)outputs, NULL, NULL, NULL};
  if (status != RAMP_OK) return status;
  line->x = allocate(inputs, sizeof *line->x);
  line->y = allocate(line->outputs, sizeof *line->y);
  memcpy(line->x, x, inputs * sizeof *x);
  if (ramp_fold_keeps(fold) == RAMP_KEEP_WINNERS)
    line->winner = allocate(line->outputs, 1);
  line_tensor from, to, winners;
  make_tensor(&from, type, inputs, x);
  make_tensor(&to, type, line->outputs, NULL);
  set_tensor(&winners, line->winner, (DLDataType){kDLUInt, 8, 1}, line->outputs);
  status = ramp_fold_forward(fold, 0, &from.dl, NULL, &to.dl,
                             line->winner ? &winners.dl : NULL);
  take_numbers(&from, type, line->x);
  take_numbers(&to, type, line->y);
  return status;
}

ramp_status fold_line_backward(const fold_line *line, const double *dy, double *dx) {
  line_tensor kept, from, to;
  ramp_kept keeps = ramp_fold_keeps(&line->fold);
  if (keeps == RAMP_KEEP_WINNERS)
    set_tensor(&kept, line->winner, (DLDataType){kDLUInt, 8, 1}, line->outputs);
  else if (keeps == RAMP_KEEP_OUTPUT)
    make_tensor(&kept, line->type, line->outputs, line->y);
  else
    make_tensor(&kept, line->type, line->inputs, line->x);
  make_tensor(&from, line->type, line->outputs, dy);
  make_tensor(&to, line->type, line->inputs, NULL);
  ramp_status status =
      ramp_fold_backward(&line->fold, 0, &kept.dl, NULL, &from.dl, &to.dl);
  take_numbers(&to, line->type, dx);
  free(from.dl.data);
  if (keeps != RAMP_KEEP_WINNERS) free(kept.dl.data);
  return status;
}

void fold_line_free(fold_line *line) {
  free(line->x);
  free(line->y);
  free(line->winner);
}
