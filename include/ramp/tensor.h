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
   ramp_derivative(), ramp_value_and_derivative() and ramp_backward() of ramp.h. */
ramp_status ramp_tensor_forward(const ramp_function *f, const DLTensor *x, DLTensor *y);
ramp_status ramp_tensor_derivative(const ramp_function *f, const DLTensor *x,
                                   DLTensor *slope);
ramp_status ramp_tensor_value_and_derivative(const ramp_function *f, const DLTensor *x,
                                             DLTensor *y, DLTensor *slope);
ramp_status ramp_tensor_backward(const ramp_function *f, const DLTensor *x,
                                 const DLTensor *dy, DLTensor *dx);

/* ------------------------------------------------------------------ fused forms */

/*
 * What stands before or behind a function in a network, in one pass over memory: the same
 * bits as the steps one by one, each rounded to the type.
 *
 *     y = f(x + bias)        dx = dy f'(x + bias), dbias = the sum of dx
 *     y = f(x) + residual    dx = dy f'(x), dresidual = the sum of dy
 *
 * bias and residual are broadcast to x.  dbias has the shape of bias, and dresidual that
 * of the residual: each element is the sum over all elements of x that were computed with
 * it, added in double and rounded once; sums are never -0.  Each of dx, dbias and
 * dresidual may be null where it is not wanted; the last two must be apart from all other
 * tensors.
 */
ramp_status ramp_bias_forward(const ramp_function *f, const DLTensor *x,
                              const DLTensor *bias, DLTensor *y);
ramp_status ramp_bias_backward(const ramp_function *f, const DLTensor *x,
                               const DLTensor *bias, const DLTensor *dy, DLTensor *dx,
                               DLTensor *dbias);
ramp_status ramp_residual_forward(const ramp_function *f, const DLTensor *x,
                                  const DLTensor *residual, DLTensor *y);
ramp_status ramp_residual_backward(const ramp_function *f, const DLTensor *x,
                                   const DLTensor *dy, DLTensor *dx, DLTensor *dresidual);

/* ------------------------------------------------------------------ a learned slope */

/*
 * y = x for x > 0, slope x otherwise, the slope broadcast to x: one for all has no axes,
 * one per channel of [batch, channel, height, width] the shape [channel, 1, 1], one per
 * unit of [batch, unit] the shape [unit].
 *
 * Backward gives dx = dy times the slope, or 1 right of 0; at 0 it is the number of least
 * magnitude between both.  dslope, of the shape of slope, is the sum of dy min(x, 0) over
 * all elements that were computed with a slope, added in double and rounded once, never
 * -0, as ramp_gradient_of_parameters() has it.  dx or dslope may be null where it is not
 * wanted; dslope must be apart from all other tensors.
 *
 * A slope may be any number.  NaN counts where it is used: for x < 0, for -0, and in dx
 * at 0.  An infinite one times -0 is NaN.
 */
ramp_status ramp_prelu_forward(const DLTensor *x, const DLTensor *slope, DLTensor *y);
ramp_status ramp_prelu_backward(const DLTensor *x, const DLTensor *slope,
                                const DLTensor *dy, DLTensor *dx, DLTensor *dslope);

/* ------------------------------------------------------------------ a random slope */

/*
 * In training rrelu draws a slope for each element,
 *
 *     lower + (upper - lower) u,   u uniform in (0, 1),
 *
 * where u is a function of the seed and of the element's number alone: of Philox4x32-10.
 * Nothing is kept for backward, which draws the same again, and it does not matter on how
 * many threads a tensor is computed, nor in how many parts.
 */
typedef struct ramp_draw {
  uint64_t seed;
  uint64_t first;        /* the number of the tensor's first element */
  const int64_t *stride; /* how it grows along each axis of x; null: row-major, by 1 */
} ramp_draw;

/*
 * y = x for x > 0, slope x otherwise; its derivative, at 0 by the rule of f; and dx = dy
 * times the derivative.  f is an rrelu with its bounds: "rrelu:0.1,0.3".
 *
 * Numbers are modulo 2^64.  A part of a tensor has its own `first` and the whole tensor's
 * strides.  {0, 1, 0, 0} draws once per channel of [batch, channel, height, width]; for a
 * step after a step take another seed, or let `first` go on where the last one ended.
 *
 * A drawn slope is a double for f64; for the others it is rounded to f32, and y is one
 * rounding of the exact product.  Both are the same draw: they differ by less than 2^-32
 * of upper - lower, and by that rounding.
 *
 * draw null is evaluation: the slope is (lower + upper)/2, and results are those of
 * ramp_tensor_forward() and its kin.
 */
ramp_status ramp_rrelu_forward(const ramp_function *f, const ramp_draw *draw,
                               const DLTensor *x, DLTensor *y);
ramp_status ramp_rrelu_derivative(const ramp_function *f, const ramp_draw *draw,
                                  const DLTensor *x, DLTensor *slope);
ramp_status ramp_rrelu_backward(const ramp_function *f, const ramp_draw *draw,
                                const DLTensor *x, const DLTensor *dy, DLTensor *dx);

/* The drawn slopes themselves, in f64 or f32.  draw must not be null. */
ramp_status ramp_rrelu_slopes(const ramp_function *f, const ramp_draw *draw,
                              DLTensor *slope);

/* ------------------------------------------------------------------ folds */

/* How gated units hold their two parts along the axis. */
typedef enum {
  RAMP_HALVES,     /* the first half is one part, the second the other */
  RAMP_INTERLEAVED /* elements 0, 2, 4, ... are one part, 1, 3, 5, ... the other */
} ramp_packing;

/* What backward is given of the forward pass: x, y or the winners. */
typedef enum { RAMP_KEEP_INPUT, RAMP_KEEP_OUTPUT, RAMP_KEEP_WINNERS } ramp_kept;

/* No fold has more arguments than this. */
#define RAMP_FOLD_ARGUMENTS_MAX 2

/* A function of several inputs along an axis: a small value, copied freely, made by
   ramp_fold_parse().  A field that the row has no argument for is of no account. */
typedef struct ramp_fold {
  int row;              /* of the table: see ramp_fold_row_at() */
  int k;                /* maxout: how many inputs make a group, 2 to 256 */
  ramp_packing packing; /* gated units */
  int gate_first; /* gated units: whether the first part is the gate, or the second */
  int empty_nan;  /* softmax and kin: a line whose every element is masked, or -inf, gives
                    NaN (1) or zeros (0) */
} ramp_fold;

/*
 * Reads NAME[:ARGUMENT,...]: "maxout:4", "maxout:k=4", "crelu", "swiglu",
 * "swiglu:interleaved", "glu:packing=halves,gate=first", "softmax:empty=nan".  An
 * argument without a name is a number, or a word that only one of them knows.
 * Errors: RAMP_UNKNOWN_FUNCTION (the detail suggests the nearest name),
 * RAMP_INVALID_PARAMETER.  *fold is written on success only.
 */
ramp_status ramp_fold_parse(const char *text, ramp_fold *fold);

/* Writes the text that ramp_fold_parse() reads back to the same fold, as
   ramp_function_text() does. */
size_t ramp_fold_text(const ramp_fold *fold, char *text, size_t size);

typedef struct ramp_fold_argument_row {
  const char *name;
  const char *value; /* default */
  const char
      *domain; /* in words: "a whole number from 2 to 256", "halves or interleaved" */
} ramp_fold_argument_row;

/* One row of the table of folds. */
typedef struct ramp_fold_row {
  const char *name;
  const char *formula;    /* "max(x[k i], ..., x[k i + k - 1])" */
  const char *derivative; /* how dy goes back to dx */
  const char *range;      /* "[0, 1]" */
  ramp_kept kept;         /* what ramp_fold_backward() is given */
  int masked;             /* whether it takes a mask */
  const char *gate; /* of gated units: what ramp_function_parse() reads; else null */
  ramp_initialisation initialisation; /* for the weights in front of it */
  int arguments;                      /* how many of `argument` are used */
  ramp_fold_argument_row argument[RAMP_FOLD_ARGUMENTS_MAX];
} ramp_fold_row;

/* Number of rows, and row `i` of them in the order of the table; null outside
   [0, rows). */
int ramp_fold_rows(void);
const ramp_fold_row *ramp_fold_row_at(int i);

/* *outputs = how many elements there are along the axis after the fold, for `inputs`
   before it: inputs/k for maxout, 2 inputs for crelu, inputs/2 for gated units, 1 for
   log_sum_exp, as many for the others.
   Errors: RAMP_SHAPE_MISMATCH where k does not divide them, or they have no halves. */
ramp_status ramp_fold_outputs(const ramp_fold *fold, int64_t inputs, int64_t *outputs);

/* What ramp_fold_backward() is given; RAMP_KEEP_INPUT for a fold that is not valid. */
ramp_kept ramp_fold_keeps(const ramp_fold *fold);

/*
 * y = the fold of x along axis, which counts from 0, or from the last one: -1.  y has x's
 * shape with ramp_fold_outputs() elements along the axis.
 *
 * mask, null or a tensor of one byte an element (bool, i8, u8), broadcast to x: where it
 * is 0 the element takes no part, whatever it is.  For softmax and kin alone.
 *
 * winners, null or a tensor of u8 of y's shape, for maxout alone: which of the k inputs
 * won, 0 to k - 1; of equal ones the first, and of NaN, which wins over any number.
 *
 * Gated units multiply one part of x by a function of the other, in y's order.  In 32 and
 * 16 bits y is one rounding of the product in double, with the same bits on every
 * variant; in 64 bits the function's value is rounded as ramp_forward() has it, then the
 * product.  0 times infinity is NaN.
 */
ramp_status ramp_fold_forward(const ramp_fold *fold, int axis, const DLTensor *x,
                              const DLTensor *mask, DLTensor *y, DLTensor *winners);

/*
 * dx, of the shape of x, from dy, of the shape of y, and what ramp_fold_keeps() names: x,
 * y or winners, as it was in the forward pass; the mask, too.
 *
 * maxout passes dy to the winners; a winner of k or more passes it nowhere.  crelu passes
 * nothing where x is 0.  Gated units compute both parts of dx in one pass: dvalue = dy
 * f(gate) and dgate = dy value f'(gate), each rounded as y, with f' at a kink that of
 * least magnitude, and a factor of 0 blocking infinite ones.
 */
ramp_status ramp_fold_backward(const ramp_fold *fold, int axis, const DLTensor *kept,
                               const DLTensor *mask, const DLTensor *dy, DLTensor *dx);

/* ------------------------------------------------------------------ softmax */

/*
 * softmax, softmin, softmax_one, log_softmax, log_sum_exp, sparsemax and hardmax take a
 * mask, and go by lines: the elements along the axis.
 *
 * accuracy   In 32 and 16 bits their results are the exact ones, rounded once (but where
 *            these lie within about 2^-56 of themselves of the middle between two
 *            numbers), with the same bits on every variant; in 64 bits they are within 1
 *            ulp (log_sum_exp: of the largest |x| where that is larger).
 * NaN        that takes part makes its line NaN, but for what is masked.
 * masked     elements, and those of -inf, are 0 in y; -inf in that of log_softmax.
 * empty      lines, masked throughout or of nothing but -inf, are 0, and -inf for
 *            log_softmax and log_sum_exp; with `empty=nan` they are NaN.
 * infinity   of which there are several share the whole equally.
 * hardmax    gives 1 to the first largest.
 *
 * Backward, sums over a line are in double; an element of y = 0 (for log_softmax -inf, or
 * masked) has a dx of 0, also where dy is infinite.  hardmax has no slope: dx is 0.
 */

/*
 * For each line of x along axis, whose elements belong to classes 0, 1, 2, ..., with the
 * label l: loss = log(sum e^x) - x[l], and its gradient dx = scale (softmax(x) -
 * [i = l]), without cancellation however sure the line is.  label has integers of 32 or
 * 64 bits and x's shape, without the axis or with size 1 there; so has loss, of x's type
 * or f64.  loss or dx may be null.  A label of -1 is passed over: its loss and dx are 0.
 * dx may be x.
 * A line that has a NaN, or nothing but -inf, gives NaN.
 * Errors: RAMP_INVALID_DATA for a label that is no class; RAMP_INVALID_OPTION for a scale
 * that is not finite; those of ramp_fold_forward().
 */
ramp_status ramp_softmax_cross_entropy(int axis, const DLTensor *x, const DLTensor *label,
                                       double scale, DLTensor *loss, DLTensor *dx);

/* ------------------------------------------------------------------ activations */

/* A function, or a fold: what may stand behind the units of a layer. */
typedef struct ramp_activation {
  int is_fold;
  ramp_function function; /* identity where is_fold */
  ramp_fold fold;         /* only where is_fold */
} ramp_activation;

/* Reads what ramp_function_parse() or ramp_fold_parse() read.  Errors: theirs; an unknown
   name suggests the nearest of both.  *activation is written on success only. */
ramp_status ramp_activation_parse(const char *text, ramp_activation *activation);

/* ramp_function_text() or ramp_fold_text(). */
size_t ramp_activation_text(const ramp_activation *activation, char *text, size_t size);

/* Which start suits the weights in front of it. */
ramp_initialisation ramp_activation_initialisation(const ramp_activation *activation);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
