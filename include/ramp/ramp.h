/* SPDX-License-Identifier: MIT */
/*
 * ramp.h: activation functions, their derivatives and their back-propagation.
 *
 * INTRODUCTION
 *
 *   An activation function maps each number of an array to another one: relu is
 *   max(0, x), sigmoid is 1/(1 + e^-x).  This header computes such functions y = f(x),
 *   their derivatives f'(x), and the step of back-propagation dx = dy f'(x), for arrays
 *   of 64-, 32- and 16-bit floating-point numbers.
 *
 *   Results in 32 and 16 bits are correctly rounded: each is the number of its type that
 *   is nearest to the exact real value (ties to even), on every CPU, for any count,
 *   alignment and number of threads.  `ramp list` prints what is proved and what is
 *   measured.
 *
 * SIMPLE USE
 *
 *     #include <ramp/ramp.h>
 *
 *     ramp_function f;
 *     float x[4] = {-2, -0.0f, 0.5f, 3}, y[4];
 *     if (ramp_function_parse("leaky_relu:0.1", &f) != RAMP_OK ||
 *         ramp_forward(&f, RAMP_F32, 4, x, y) != RAMP_OK)
 *       fprintf(stderr, "%s\n", ramp_error_detail());
 *
 * THE CONTRACT OF EVERY FUNCTION
 *
 *   NaN         in gives NaN out: value, derivative and gradient.  Every NaN returned is
 *               the canonical quiet one (sign 0, payload 0), so that bits are equal
 *               everywhere.
 *   infinity    gives the limit with its sign: relu(-inf) = +0, silu(-inf) = -0,
 *               tanh'(inf) = +0.
 *   -0          is the limit from the left: relu(-0) = +0, leaky_relu(-0) = -0,
 *               tanh(-0) = -0.
 *   subnormal   numbers count, in and out.
 *   kink        where the derivative jumps, it is the subgradient of least magnitude (0
 *               for relu at 0), or what the caller chose with
 *               kink=left|right|middle|NUMBER.
 *   a zero      derivative blocks any gradient: dx = 0 with the sign of dy f'(x), even
 *               for an infinite dy (a NaN in dy stays NaN).  A derivative below 1e-300 in
 *               magnitude may count as zero there.  A dy of 0 gives 0 even where the
 *               derivative is infinite, as a 64-bit one beyond the largest number is
 *               (exp' above 709.78); dx is infinite there for any other dy.
 *   arrays      output may be the input itself (in place: y == x, dx == x or dx == dy);
 *               otherwise arrays must not overlap.  Only `count` elements are read and
 *               written.  count 0 is fine and pointers may then be null.  Any alignment
 *               is.
 *   rounding    mode, flush-to-zero and exception flags of the caller neither change the
 *               result nor are changed by the call.
 *   errors      are found before any element is written.
 *   precision   fast holds all of this but correct rounding. Smooth functions are then
 *               computed in 32-bit arithmetic: with default parameters values and
 *               derivatives are within the bounds that ramp_function_f32_bounds() gives,
 *               at most 4 units in the last place of a 32-bit number, right down to the
 *               last subnormal one; other parameters may add 3 units, and more where a
 *               product with them is subnormal or a result is next to 0. Backward is dy
 *               times that derivative, rounded; 16-bit results are rounded from that. The
 *               bits are the same on every CPU with fused multiply-add. Everything else
 *               stays exact: other functions, 64 bits, 16 bits with default parameters,
 *               parameters that no 32-bit number holds or whose magnitude is not from
 *               2^-20 to 2^20, and CPUs without fused multiply-add.
 *   threads     every call is safe from any number of threads; a large array is spread
 *               over the threads that OpenMP allows, with the same bits for any number of
 *               them.
 *
 *   The library never prints, exits or aborts.  It keeps no state but the chosen variant
 *   and, per thread, the text of the last error and what it prepared for its last
 *   functions, which changes nothing but how long a call takes.
 */
#ifndef RAMP_RAMP_H
#define RAMP_RAMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define RAMP_VERSION "0.1.0"

/* ------------------------------------------------------------------ types and status */

/* How the elements of an array are stored.  RAMP_F16 is IEEE binary16 and RAMP_BF16 the
   upper half of an IEEE binary32; both are held in uint16_t. */
typedef enum { RAMP_F64, RAMP_F32, RAMP_F16, RAMP_BF16 } ramp_type;

/* Why a call failed.  ramp_status_text() has a sentence for each kind,
   ramp_error_detail() one for the particular case. */
typedef enum {
  RAMP_OK = 0,
  RAMP_NULL_POINTER,         /* a pointer that must not be null is */
  RAMP_UNKNOWN_FUNCTION,     /* no function has this name */
  RAMP_INVALID_PARAMETER,    /* unknown, too many, not finite, or out of its domain */
  RAMP_NOT_FROM_OUTPUT,      /* the derivative does not follow from the output alone */
  RAMP_NOT_ONE_BIT,          /* one bit an element does not tell the derivative */
  RAMP_INVALID_QUANTISATION, /* a scale, zero point or integer type is not valid */
  RAMP_UNKNOWN_TYPE,         /* not one of ramp_type */
  RAMP_OVERLAP,              /* an output overlaps itself, or an input that it is not */
  RAMP_TOO_LARGE,            /* count elements do not fit into memory's addresses */
  RAMP_UNKNOWN_VARIANT,      /* no variant has this name, or this CPU cannot run it */
  RAMP_OUT_OF_MEMORY,
  RAMP_UNKNOWN_WORD,   /* a word in the text of a network or an option; says where */
  RAMP_INVALID_OPTION, /* a setting out of its range */
  RAMP_CANNOT_OPEN,    /* a file is missing or may not be read or written */
  RAMP_CANNOT_WRITE,   /* writing failed: disk full, for instance */
  RAMP_DAMAGED_FILE,   /* truncated, not what its name says, failing its checksum */
  RAMP_INVALID_DATA, /* readable, but not usable: ragged rows, text among numbers, NaN */
  RAMP_SHAPE_MISMATCH, /* sizes of tensors, or of data and network, do not fit */
  RAMP_DIVERGED,       /* training met a loss that is not finite */
  RAMP_WRONG_DEVICE    /* a tensor lies where the CPU does not read */
} ramp_status;

/* What kind of failure `status` is: a static string. */
const char *ramp_status_text(ramp_status status);

/* One sentence on this thread's last failure: what, where, what would be right.  ""
   before the first one.  Valid until this thread's next failing call. */
const char *ramp_error_detail(void);

/* "f64", "f32", "f16", "bf16"; null for a value outside the enum. */
const char *ramp_type_name(ramp_type type);

/* The type called `name`; RAMP_UNKNOWN_TYPE when there is none. */
ramp_status ramp_type_parse(const char *name, ramp_type *type);

/* Bytes of one element: 8, 4, 2, 2; 0 for a value outside the enum. */
size_t ramp_type_size(ramp_type type);

/* ------------------------------------------------------------------ functions */

/* No function has more parameters, or more kinks, than this. */
#define RAMP_PARAMETERS_MAX 4
#define RAMP_KINKS_MAX 2

/* Which element of the subdifferential stands for the derivative at a kink. */
typedef enum {
  RAMP_KINK_LEAST, /* the one of least magnitude (default) */
  RAMP_KINK_MIX    /* left + kink_mix * (right - left), kink_mix in [0, 1] */
} ramp_kink_rule;

/* How closely results are computed. */
typedef enum {
  RAMP_EXACT, /* correctly rounded in 32 and 16 bits (default) */
  RAMP_FAST   /* in 32-bit arithmetic, within 4 units in the last place of 32 bits */
} ramp_precision;

/* A function and its parameters: a small value, copied freely, without anything to
   release.  Made by ramp_function_parse(); the fields may be read, and parameters
   written: every call checks them anew. */
typedef struct ramp_function {
  int row;                  /* of the table: see ramp_function_row() */
  ramp_kink_rule kink_rule; /* what to take at a kink */
  double kink_mix;          /* for RAMP_KINK_MIX */
  ramp_precision precision;
  double parameter[RAMP_PARAMETERS_MAX]; /* in the order of the table */
} ramp_function;

/*
 * Reads NAME[:ARGUMENT,...].  An argument is a number or name=value, numbers in the order
 * of the table: "relu", "leaky_relu:0.1", "leaky_relu:slope=0.1", "clip:-1,1".  Every
 * function also takes kink=least|left|right|middle|NUMBER: "relu:kink=right", and
 * precision=exact|fast: "gelu:precision=fast".  Numbers are read the same in every
 * locale.
 * Errors: RAMP_UNKNOWN_FUNCTION (the detail suggests the nearest name),
 * RAMP_INVALID_PARAMETER.  *f is written on success only.
 */
ramp_status ramp_function_parse(const char *text, ramp_function *f);

/* Writes the text that ramp_function_parse() reads back to the same function: the name,
   then the parameters that differ from their defaults.  Like snprintf: at most `size`
   bytes with the ending zero, and returns the length that the whole text has. */
size_t ramp_function_text(const ramp_function *f, char *text, size_t size);

/* y[i] = f(x[i]) for i < count.  x and y hold `count` elements of `type`. */
ramp_status ramp_forward(const ramp_function *f, ramp_type type, size_t count,
                         const void *x, void *y);

/* slope[i] = f'(x[i]), at a kink by the rule of f. */
ramp_status ramp_derivative(const ramp_function *f, ramp_type type, size_t count,
                            const void *x, void *slope);

/* y[i] = f(x[i]) and slope[i] = f'(x[i]) in one pass over x: the bits of ramp_forward()
   and ramp_derivative(), which of most smooth functions takes less time than both calls.
   y or slope may be x; y and slope must be apart. */
ramp_status ramp_value_and_derivative(const ramp_function *f, ramp_type type,
                                      size_t count, const void *x, void *y, void *slope);

/* dx[i] = dy[i] f'(x[i]), rounded once.  dx may be x or dy. */
ramp_status ramp_backward(const ramp_function *f, ramp_type type, size_t count,
                          const void *x, const void *dy, void *dx);

/*
 * dx[i] = dy[i] f'(x[i]) where only y[i] = f(x[i]) was kept, as after a call in place:
 * the same bits as ramp_backward().  dx may be y or dy.
 * Errors: RAMP_NOT_FROM_OUTPUT where that is not possible, with the reason: an output
 * that two inputs share (silu, abs), or that has lost the digits of the derivative
 * (sigmoid, tanh), a slope that is not above 0 (leaky_relu), a kink rule or a type that
 * gives the output another derivative than the input (relu:kink=right).  Whether it is
 * possible may be asked with count 0.
 */
ramp_status ramp_backward_from_output(const ramp_function *f, ramp_type type,
                                      size_t count, const void *y, const void *dy,
                                      void *dx);

/*
 * Forward that keeps one bit an element, and backward from it: 1/32 of what x takes in
 * f32.  For functions of two lines: relu, leaky_relu with any slope, threshold.
 *
 * mask holds (count + 7)/8 bytes: bit i % 8, from the least significant, of byte i / 8
 * tells whether x[i] is right of the kink (of 0 where there is none); the last byte's
 * unused bits are 0 on writing and of no account on reading.  The bytes are the same on
 * every CPU.  y may be x, and dx may be dy; the mask must be apart from both.
 *
 * y has the bits of ramp_forward(), dx those of ramp_backward() with the same f and type,
 * with one exception: a bit cannot tell NaN.  An x of NaN counts as right of the kink; y
 * is NaN there, but dx is dy times the right slope.
 * Errors: RAMP_NOT_ONE_BIT where a function bends (silu) or has more than one kink
 * (clip), and where the kink rule takes neither side's derivative: relu:kink=middle, or
 * the 0 that is least between a slope below 0 and 1, for which kink=left or kink=right
 * helps.
 */
ramp_status ramp_forward_masked(const ramp_function *f, ramp_type type, size_t count,
                                const void *x, void *y, uint8_t *mask);
ramp_status ramp_backward_masked(const ramp_function *f, ramp_type type, size_t count,
                                 const uint8_t *mask, const void *dy, void *dx);

/*
 * gradient[i] = the sum over k < count of dy[k] df/dp(x[k]), for p = f->parameter[i]:
 * what learning a parameter needs.  Entries of an unused parameter are 0.  x and dy hold
 * `count` elements of `type`; gradient must not overlap them.  An alias has the
 * parameters of its function.
 *
 * Computed and added in double, in an order that depends on count alone: the same bits
 * for any number of threads and any alignment.  Where df/dp is not algebraic the last
 * bits may differ between variants.  A term is 0 where df/dp or dy is 0, also where the
 * other is infinite; NaN in x or dy gives NaN, and so do infinite terms of both signs.
 * At a kink df/dp is that of one side, whatever the kink rule: of the left for
 * leaky_relu and elu, of the inner one for clip, where it is 0.
 */
ramp_status ramp_gradient_of_parameters(const ramp_function *f, ramp_type type,
                                        size_t count, const void *x, const void *dy,
                                        double gradient[RAMP_PARAMETERS_MAX]);

/* ------------------------------------------------------------------ 8-bit integers */

/* Which integers: int8_t or uint8_t. */
typedef enum { RAMP_INT8, RAMP_UINT8 } ramp_integer;

/* An integer q stands for the real number scale (q - zero_point).  The scale is finite
   and above 0, the zero point one of the integers. */
typedef struct ramp_quantisation {
  ramp_integer type;
  float scale;
  int zero_point;
} ramp_quantisation;

/*
 * y[i] = f of x[i], for arrays of `count` 8-bit integers: each is
 *
 *     round(f(from->scale (x[i] - from->zero_point)) / to->scale) + to->zero_point
 *
 * of the exact real value, rounded to the nearest integer (ties to even) before the zero
 * point is added, and limited to the range of to->type.  y may be x, also where one is
 * signed and the other not.
 * Errors: RAMP_INVALID_QUANTISATION.
 */
ramp_status ramp_forward_int8(const ramp_function *f, const ramp_quantisation *from,
                              const ramp_quantisation *to, size_t count, const void *x,
                              void *y);

/* The same in two steps, for who maps many arrays: all 256 results, table[b] being that
   of the integer whose byte is b; and y[i] = table[x[i]]. */
ramp_status ramp_int8_table(const ramp_function *f, const ramp_quantisation *from,
                            const ramp_quantisation *to, uint8_t table[256]);
ramp_status ramp_int8_map(const uint8_t table[256], size_t count, const void *x, void *y);

/* ------------------------------------------------------------------ kinks */

/* A point where the derivative jumps from `left` to `right`. */
typedef struct ramp_kink {
  double at, left, right;
} ramp_kink;

/* The kinks of f with its parameters, ascending; a point where left and right agree
   (leaky_relu with slope 1) is not listed.  Returns their number, 0 when f is not
   valid. */
int ramp_function_kinks(const ramp_function *f, ramp_kink kinks[RAMP_KINKS_MAX]);

/* Where the value itself jumps, from `left` to `right` (step, threshold): as
   ramp_function_kinks(), without those where both sides agree. */
int ramp_function_jumps(const ramp_function *f, ramp_kink jumps[RAMP_KINKS_MAX]);

/* The subdifferential of f at x, from *left to *right: the derivatives from the left and
   from the right, both f'(x) where f is differentiable.  Both are NaN for x = NaN.  Where
   the value jumps they are the slopes beside the jump: no number stands for the jump. */
ramp_status ramp_subgradient(const ramp_function *f, double x, double *left,
                             double *right);

/* *on_kinks = how many of the `count` elements of x are one of ramp_function_kinks(), so
   that their derivative is a choice.  A kink that the type cannot hold is met by none. */
ramp_status ramp_count_on_kinks(const ramp_function *f, ramp_type type, size_t count,
                                const void *x, size_t *on_kinks);

/* ------------------------------------------------------------------ the table */

/* Which start suits the weights in front of a function; see ramp/network.h. */
typedef enum {
  RAMP_INITIAL_HE,
  RAMP_INITIAL_GLOROT,
  RAMP_INITIAL_LECUN
} ramp_initialisation;

typedef struct ramp_parameter_row {
  const char *name;
  double value;       /* default */
  const char *domain; /* in words: "any finite number", "above 0", ... */
} ramp_parameter_row;

/* One row of the table: a function, or an alias of one with its parameters preset. */
typedef struct ramp_function_row {
  const char *name;
  const char *alias;      /* for an alias: what it stands for, "clip:0,6"; else null */
  const char *formula;    /* "max(0, x)" */
  const char *derivative; /* "0 for x < 0, 1 for x > 0" */
  const char *range;      /* "[0, inf)" */
  ramp_initialisation initialisation;
  int parameters; /* how many of `parameter` are used; 0 for an alias */
  ramp_parameter_row parameter[RAMP_PARAMETERS_MAX];
  double
      f64_value_bound; /* largest error of a 64-bit value, in units in the last place */
  double f64_derivative_bound; /* the same of a 64-bit derivative */
} ramp_function_row;

/* Number of rows, and row `i` of them in the order of the table; null outside
   [0, rows). */
int ramp_function_rows(void);
const ramp_function_row *ramp_function_row_at(int i);

/* What holds of a function, with its parameters, for all finite inputs. */
typedef enum {
  RAMP_SHAPE_ODD = 1,        /* f(-x) = -f(x) */
  RAMP_SHAPE_EVEN = 2,       /* f(-x) = f(x) */
  RAMP_SHAPE_INCREASING = 4, /* f(x) <= f(y) for x < y */
  RAMP_SHAPE_LINEAR = 8      /* its derivative is constant between its kinks */
} ramp_shape_property;

typedef struct ramp_function_shape {
  int properties;         /* of ramp_shape_property, joined by | */
  double least, greatest; /* no value is outside */
} ramp_function_shape;

ramp_status ramp_function_shape_of(const ramp_function *f, ramp_function_shape *shape);

/* The largest errors of a 32-bit value and derivative of f, in units in the last place:
   0.5 where results are correctly rounded; in the fast precision what was measured over
   all 32-bit inputs with default parameters (docs/accuracy.md). */
ramp_status ramp_function_f32_bounds(const ramp_function *f, double *value,
                                     double *derivative);

/* ------------------------------------------------------------------ conversion */

/* Converts `count` elements, rounding once to nearest, ties to even; exact where the
   target type holds the number.  NaN becomes the canonical one.  In place only between
   types of the same size. */
ramp_status ramp_convert(ramp_type from, const void *x, ramp_type to, void *y,
                         size_t count);

/* ------------------------------------------------------------------ variants */

/* The kernels are compiled once per instruction set: "avx512", "avx2", "baseline" on
   x86-64, "neon" on AArch64, "baseline" elsewhere.  The first one that the CPU runs is
   chosen at the first call; the environment variable RAMP_VARIANT forces another, and so
   does ramp_variant_set(). */
int ramp_variants(void);              /* how many were compiled in, best first */
const char *ramp_variant_name(int i); /* null outside [0, variants) */
int ramp_variant_supported(int i);    /* whether this CPU runs it */
const char *ramp_variant(void);       /* the one in use */
ramp_status ramp_variant_set(const char *name); /* null or "": back to the best */

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
