/* SPDX-License-Identifier: MIT */
/*
 * support.h: tensors for the tests, in memory of exactly their size, in any layout; and
 * their elements by coordinates, by nothing but the definition of a stride.
 */
#ifndef RAMP_TESTS_TENSORS_SUPPORT_H
#define RAMP_TESTS_TENSORS_SUPPORT_H

#include "../functions/support.h"

#include <ramp/tensor.h>

typedef struct tensor {
  DLTensor dl;
  int64_t shape[RAMP_AXES_MAX], strides[RAMP_AXES_MAX];
  size_t size;           /* of an element */
  size_t bytes;          /* of its memory, */
  unsigned char *memory; /* to be freed */
  unsigned char *before; /* what it held when tensor_remember() was called */
} tensor;

/* How a layout may be: LAYOUT_READ has axes in any order, gaps, negative and zero
   strides, overlaps, any address; LAYOUT_WRITE the same without zeros and overlaps. */
typedef enum { LAYOUT_COMPACT, LAYOUT_READ, LAYOUT_WRITE } tensor_layout;

DLDataType tensor_dtype(ramp_type type);

/* The memory is filled with arbitrary bytes. */
tensor *tensor_make(uint64_t *state, DLDataType dtype, int axes, const int64_t *shape,
                    tensor_layout layout);
/* With these strides, in elements; and so many bytes off alignment. */
tensor *tensor_strided(DLDataType dtype, int axes, const int64_t *shape,
                       const int64_t *strides);
tensor *tensor_astray(DLDataType dtype, int axes, const int64_t *shape,
                      const int64_t *strides, size_t astray);
void tensor_free(tensor *t);

size_t tensor_count(const tensor *t);

/* The address of element `index`, counted in row-major order of the shape. */
unsigned char *tensor_at(const tensor *t, size_t index);

/* All elements in that order, to or from an array without gaps. */
void tensor_read(const tensor *t, void *elements);
void tensor_write(tensor *t, const void *elements);

/* Fails the test when bytes that belong to no element, or with `elements` any byte,
   changed since tensor_remember(). */
void tensor_remember(tensor *t);
void tensor_check_untouched(const tensor *t, bool elements);

/* Random numbers of a type, many small, some special. */
void fill_random(uint64_t *state, ramp_type type, size_t count, void *elements);

/* A number from low to high. */
int64_t between(uint64_t *state, int64_t low, int64_t high);

/* A shape of up to `axes_most` axes, sizes from 0 to 9, with at most `most` elements;
   returns the number of axes. */
int random_shape(uint64_t *state, int axes_most, size_t most,
                 int64_t shape[RAMP_AXES_MAX]);

/* Elements of `type` as numbers, and the nearest of the type for numbers. */
void read_numbers(ramp_type type, const tensor *t, double *numbers);

/* Where t, broadcast to a shape, has the element for `index` of that shape. */
size_t broadcast_index(const tensor *t, int axes, const int64_t *shape, size_t index);

/* The shape with some axes 1 and some leading ones left out. */
int narrowed_shape(uint64_t *state, int axes, const int64_t *shape,
                   int64_t narrow[RAMP_AXES_MAX]);

/* total[j] = the sum of the terms of all elements that share element j of t, by plain
   loops: 32768 terms of a sum at a time; every 16th of these to a sum of its own, and
   those as a tree, unless the shape's first two elements belong to different sums. */
void sum_in_order(const tensor *t, int axes, const int64_t *shape, const double *term,
                  double *total);

/* Makes a tensor and fills it at random. */
tensor *tensor_random(uint64_t *state, ramp_type type, int axes, const int64_t *shape,
                      tensor_layout layout);

/* Fails unless t has the nearest numbers of its type, NaN the canonical one. */
void check_numbers(ramp_type type, const tensor *t, const double *expected);

/* Calls check(context) with each variant that the CPU has, and each number of threads. */
void on_every_machine(void (*check)(void *context), void *context);

#endif
