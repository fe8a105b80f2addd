/* SPDX-License-Identifier: MIT */
#include "api/tensor/operands.h"

ramp_status ramp_operands_alike(bool goes_back, const DLTensor *x, const DLTensor *dy,
                                const char *out_name, const DLTensor *out,
                                ramp_view view[3]) {
  const ramp_view *const in[] = {&view[1], &view[2]};
  ramp_status status = ramp_view_floating("x", x, &view[1]);
  if (status == RAMP_OK && goes_back)
    status = ramp_view_of_type("dy", dy, &view[1], &view[2]);
  if (status == RAMP_OK) status = ramp_view_of_type(out_name, out, &view[1], &view[0]);
  if (status == RAMP_OK && goes_back) status = ramp_view_check_shape(&view[2], &view[1]);
  if (status != RAMP_OK) return status;
  return ramp_view_check_result(&view[0], in, goes_back ? 2 : 1);
}

ramp_status ramp_operands_stretched(const DLTensor *x, const char *second_name,
                                    const DLTensor *second, const DLTensor *y,
                                    ramp_view view[3]) {
  const ramp_view *const in[] = {&view[1], &view[2]};
  ramp_status status = ramp_view_floating("x", x, &view[1]);
  if (status == RAMP_OK)
    status = ramp_view_of_type(second_name, second, &view[1], &view[2]);
  if (status == RAMP_OK) status = ramp_view_of_type("y", y, &view[1], &view[0]);
  if (status == RAMP_OK) status = ramp_view_broadcast(&view[2], &view[1]);
  return status == RAMP_OK ? ramp_view_check_result(&view[0], in, 2) : status;
}
