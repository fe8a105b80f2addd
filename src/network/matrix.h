/* SPDX-License-Identifier: MIT */
/* Matrix products, by oneDNN. */
#ifndef RAMP_NETWORK_MATRIX_H
#define RAMP_NETWORK_MATRIX_H

#include <ramp/ramp.h>

typedef enum { RAMP_AS_IS = 'N', RAMP_TRANSPOSED = 'T' } ramp_orientation;

/* One factor of a product; rows are contiguous in memory. */
typedef struct ramp_matrix {
  const float *element;
  ramp_orientation orientation; /* whether the factor is the matrix or its transpose */
} ramp_matrix;

/* c [rows][columns] = a [rows][inner] b [inner][columns], added to c when `add` is not
   0.  The shapes are those of the factors, after the transposition. */
ramp_status ramp_multiply(size_t rows, size_t columns, size_t inner, ramp_matrix a,
                          ramp_matrix b, int add, float *c);

#endif
