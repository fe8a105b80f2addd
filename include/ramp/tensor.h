/* SPDX-License-Identifier: MIT */
/*
 * tensor.h: activation functions on arrays that have a shape and strides.
 *
 * INTRODUCTION
 *
 *   A tensor comes as a DLTensor, the struct of DLPack that NumPy, PyTorch, JAX and CuPy
 *   exchange: data + byte_offset is the address of its first element, shape its sizes,
 *   strides the steps along its axes, in elements.  strides may be null: then the last
 *   axis is contiguous and nothing lies between rows.  A transposed matrix is the same
 *   data with sizes and strides exchanged, every second column a stride twice as long, a
 *   row repeated a stride of 0.  What ramp.h says of values and derivatives, of NaN,
 *   infinities, zeros, kinks, rounding and threads holds here.
 *
 * SIMPLE USE
 *
 *     #include <ramp/tensor.h>
 *
 *     float matrix[6] = {-1, 2, -3, 4, -5, 6}, result[6];
 *     int64_t shape[2] = {3, 2}, strides[2] = {1, 3};
 *     DLTensor from = {matrix, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, strides, 0};
 *     DLTensor to = {result, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, NULL, 0};
 *     ramp_function relu;
 *     if (ramp_function_parse("relu", &relu) != RAMP_OK ||
 *         ramp_tensor_forward(&relu, &from, &to) != RAMP_OK)
 *       fprintf(stderr, "%s\n", ramp_error_detail());
 *
 *   reads the matrix of two rows and three columns as its transpose, and leaves in result
 *   0 4 2 0 0 6.
 *
 * THE CONTRACT OF EVERY CALL
 *
 *   types       f64, f32, f16 and bf16 in memory that the CPU reads (kDLFloat of 64, 32
 *               and 16 bits, kDLBfloat of 16), the same for all floating-point tensors of
 *               a call.
 *   shapes      have up to RAMP_AXES_MAX axes.  None is a single number, a size of 0 a
 *               tensor without elements, whose data may be null.  The tensors of a call
 *               have the same shape, unless one is said to be broadcast: it may have
 *               fewer axes, is aligned with the last one, and its sizes of 1 stand for
 *               any, as in NumPy.
 *   strides     are any for what is read: negative, 0, overlapping.  Where a tensor is
 *               written each element must have a place of its own.
 *   alignment   is any.
 *   in place    an output may be an input that has its shape and strides; otherwise no
 *               byte of an element may belong to both.  Two views of one array, every
 *               second column and those between, are apart.
 *   order       in which sums are added depends on shapes alone: bits depend neither on
 *               strides nor on threads.
 *   errors      name the tensor and the numbers, and are found before any element is
 *               written.
 */
#ifndef RAMP_TENSOR_H
#define RAMP_TENSOR_H

#include <dlpack/dlpack.h>
#include <ramp/ramp.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* No tensor has more axes than this. */
#define RAMP_AXES_MAX 32

/* ------------------------------------------------------------ functions of one input */

/* y = f(x), slope = f'(x), dx = dy f'(x), element by element: ramp_forward(),
   ramp_derivative() and ramp_backward() of ramp.h. */
ramp_status ramp_tensor_forward(const ramp_function *f, const DLTensor *x, DLTensor *y);
ramp_status ramp_tensor_derivative(const ramp_function *f, const DLTensor *x,
                                   DLTensor *slope);
ramp_status ramp_tensor_backward(const ramp_function *f, const DLTensor *x,
                                 const DLTensor *dy, DLTensor *dx);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
