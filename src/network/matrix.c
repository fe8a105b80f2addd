/* SPDX-License-Identifier: MIT */
/* The one place that knows oneDNN. */
#include "network/matrix.h"

#include "api/status.h"

#include <oneapi/dnnl/dnnl.h>

ramp_status ramp_multiply(size_t rows, size_t columns, size_t inner, ramp_matrix a,
                          ramp_matrix b, int add, float *c) {
  size_t row_a = a.orientation == RAMP_AS_IS ? inner : rows;
  size_t row_b = b.orientation == RAMP_AS_IS ? columns : inner;
  dnnl_status_t status =
      dnnl_sgemm((char)a.orientation, (char)b.orientation, (dnnl_dim_t)rows,
                 (dnnl_dim_t)columns, (dnnl_dim_t)inner, 1, a.element, (dnnl_dim_t)row_a,
                 b.element, (dnnl_dim_t)row_b, add ? 1 : 0, c, (dnnl_dim_t)columns);
  if (status == dnnl_success) return RAMP_OK;
  return ramp_fail(RAMP_OUT_OF_MEMORY,
                   "oneDNN could not multiply matrices of %zu x %zu and %zu x %zu "
                   "(its status %d)",
                   rows, inner, inner, columns, (int)status);
}
