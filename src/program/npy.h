/* SPDX-License-Identifier: MIT */
/*
 * npy.h: the header of NumPy's array files (.npy, versions 1 to 3): what type the
 * elements have, in which byte order, and how many there are.  The header's own bytes are
 * kept, so that a file with the same shape and order of memory can be written without
 * understanding more of them.
 */
#ifndef PROGRAM_NPY_H
#define PROGRAM_NPY_H

#include <ramp/ramp.h>

#include <stdio.h>

/* NumPy itself has no more. */
#define NPY_AXES_MAX 32

typedef struct npy_header {
  ramp_type type; /* f64, f32 or f16: NumPy has no bfloat16 */
  int swapped;    /* the elements' bytes are in the other order than this machine's */
  size_t count;   /* of elements; 1 for an array without dimensions */
  int axes;
  size_t shape[NPY_AXES_MAX];
  int fortran_order; /* the first axis is contiguous, not the last */
  char *bytes;       /* the header as it stands in the file */
  size_t size;       /* of bytes */
} npy_header;

/* Reads the header and leaves the file at the first element.  EXIT_FINE, or a failure
   reported with `name` for the file.  npy_header_free() releases what was read. */
int npy_header_read(FILE *file, const char *name, npy_header *header);
void npy_header_free(npy_header *header);

/* A header of version 1 for this type, byte order, shape and order of memory; whether it
   could be written. */
int npy_header_write(FILE *file, const npy_header *header);

/* Turns the bytes of each of `count` elements around. */
void npy_swap_bytes(unsigned char *elements, size_t count, size_t size);

#endif
