/* SPDX-License-Identifier: MIT */
/*
 * What the kernels offer to the room above: for each variant (instruction set) a struct
 * of function pointers, and the one in use.  All of it is data; nothing here knows a
 * formula.
 */
#ifndef RAMP_KERNELS_H
#define RAMP_KERNELS_H

#include <ramp/ramp.h>
#include <stdbool.h>

/* The functions proper, without aliases: functions.def in its order. */
enum ramp_kernel_number {
#define FUNCTION(name, ...) RAMP_KERNEL_##name,
#define ALIAS(...)
#include "functions/functions.def"
#undef FUNCTION
#undef ALIAS
  RAMP_KERNELS
};

/* The folds: folds.def in its order. */
enum ramp_fold_number {
#define FOLD(name, ...) RAMP_FOLD_##name,
#include "functions/folds.def"
#undef FOLD
  RAMP_FOLDS
};

/* A kink has a limit before it and one behind it, at most. */
enum { RAMP_LIMITS_MAX = 2 * RAMP_KINKS_MAX };

/* What a loop is told besides its arrays.  Unused kinks are at NaN, which no x equals.
   The derivative of a function of lines is slope[k] where x is above k of its limits,
   which ascend. */
typedef struct ramp_arguments {
  double parameter[RAMP_PARAMETERS_MAX];
  double kink[RAMP_KINKS_MAX];    /* where; as the loop's arithmetic can hold it */
  double at_kink[RAMP_KINKS_MAX]; /* the derivative there, by the kink rule */
  double limit[RAMP_LIMITS_MAX], slope[RAMP_LIMITS_MAX + 1];
} ramp_arguments;

/* Everything here takes arrays that are aligned to their elements.  y = f(x) or f'(x)
   on n numbers of the loop's arithmetic (double or float); y may be x. */
typedef void ramp_map(const ramp_arguments *a, size_t n, const void *x, void *y);
/* dx = dy f'(x); dx may be x or dy. */
typedef void ramp_gradient(const ramp_arguments *a, size_t n, const void *x,
                           const void *dy, void *dx);
/* y = f(x) and slope = f'(x); one of them may be x. */
typedef void ramp_map_of_two(const ramp_arguments *a, size_t n, const void *x, void *y,
                             void *slope);

/* Rows of an array: where the first is, aligned to its elements, and how many bytes from
   each to the next. */
typedef struct ramp_band {
  char *first;
  int64_t step;
} ramp_band;

/* The same on n[1] rows of n[0] elements; dy is read backward alone.  One call for many
   short rows, as a call for each would take longer than to compute it. */
typedef void ramp_rows_loop(const ramp_arguments *a, const size_t n[2], ramp_band x,
                            ramp_band dy, ramp_band out);

typedef struct ramp_loops {
  ramp_map *forward, *derivative;
  ramp_gradient *backward;
  ramp_map_of_two *both; /* or null */
  /* Null but where copies of elements would take as long as the loop itself. */
  ramp_rows_loop *forward_rows, *derivative_rows, *backward_rows;
} ramp_loops;

/* Lines of which one has a slope that no float holds, and the others 0 or 1: for x above
   `lower`, where that is looked at, and up to `upper`.  Elsewhere bits of dy are kept. */
typedef struct ramp_bracket {
  float high;          /* a float next to the slope */
  float middle, rest;  /* forward: high + middle + rest is the slope */
  uint32_t exact_from; /* bits of a number: products of larger ones lose nothing */
  float
      low[2]; /* back: high + low are on both sides of it, closer than a double's bits */
  float guard;
  float lower, upper;
  uint32_t kept_below, kept_above;
  float divisor, nudge; /* of a quotient: see RAMP_BRACKET_HARD_SIGMOID */
} ramp_bracket;

enum ramp_bracket_kind {
  RAMP_BRACKET_FORWARD, /* of lines through 0: of slope 1 above it, `upper` */
  /* The same where high x + middle x is enough, for x up to `upper`, below 0. */
  RAMP_BRACKET_TWO_PRODUCTS,
  RAMP_BRACKET_ONE_LIMIT,
  RAMP_BRACKET_TWO_LIMITS,
  /* Forward: (x + d/2)/d between -d/2 and d/2, less than half of a double's last bit off,
     to the side that the nudge says for x above 0. */
  RAMP_BRACKET_HARD_SIGMOID,
  RAMP_BRACKET_ODD_HARD_SIGMOID, /* of x that 16 bits hold, rounded to odd: all decided */
  RAMP_BRACKET_HARD_SWISH,       /* forward: x (x + 3)/6 between -3 and 3, then x */
  RAMP_BRACKETS
};

/* y = f(x), without dy, or dx = dy f'(x), where the result is true; where it is false
   another loop has to compute it.  Outputs are apart from inputs. */
typedef bool ramp_bracket_loop(const ramp_bracket *b, size_t n, const float *x,
                               const float *dy, float *out);

/* The same over rows. */
typedef bool ramp_bracket_rows(const ramp_bracket *b, const size_t n[2], ramp_band x,
                               ramp_band dy, ramp_band out);

/* The second one stores past the caches, n a multiple of 64, lines of out whole. */
typedef struct ramp_bracket_loops {
  ramp_bracket_loop *plain, *streaming;
  ramp_bracket_rows *rows;
} ramp_bracket_loops;

/* Sums over an array have this many interleaved partial sums, whatever the vectors'
   width: element i is added to sum[i % RAMP_LANES]. */
#define RAMP_LANES 16

/* Adds dy df/dparameter of n elements, in working arithmetic, to the partial sums. */
typedef void ramp_parameter_sum(const ramp_arguments *a, size_t n, const double *x,
                                const double *dy, double sum[RAMP_LANES]);
typedef ramp_parameter_sum *ramp_parameter_sums[RAMP_PARAMETERS_MAX];

/* Where all |x| <= RAMP_BOUND, and all dy finite, bounded loops compute the same bits as
   working ones, faster, from floats to floats. */
#define RAMP_BOUND 128.0f

/* Whether n floats are all at most `bound` in magnitude; NaN is not. */
typedef bool ramp_bound_check(size_t n, const void *x, float bound);

/* A block of a register's bytes, with fewer than that and zeros, and back; no block where
   registers are so short that elements are as well computed one by one. */
typedef struct ramp_few {
  size_t block; /* bytes, or 0 */
  void (*take)(size_t bytes, const void *from, void *block);
  void (*put)(size_t bytes, const void *block, void *to);
} ramp_few;

/* n elements from one type to another; rounds once to nearest, ties to even. */
typedef void ramp_conversion(size_t n, const void *x, void *y);

/* A factor as two floats of one sign, the second below the first's last bit. */
typedef struct ramp_half_factor {
  float high, middle;
} ramp_half_factor;

/* Between 16 bits and floats, each known to `margin` units in its last place.  Where that
   leaves the 16 bits open they are RAMP_UNDECIDED, which no result is; false if any is.
   A margin of -1 says that floats are rounded to odd, which leaves nothing open. */
#define RAMP_UNDECIDED 0xffff
typedef struct ramp_halves {
  void (*widen)(size_t n, const uint16_t *x, float *y);
  bool (*round)(size_t n, const float *y, float margin, uint16_t *out);
  /* slope dy, for such a product.  NaN is undecided. */
  bool (*multiply)(size_t n, const float *slope, const uint16_t *dy, float margin,
                   uint16_t *dx);
  /* slope v, for a slope that is normal; NaN need not become canonical. */
  bool (*scale)(size_t n, const uint16_t *v, float slope, float margin, uint16_t *out);
  /* The same by both parts of a factor, rounded to float and to the nearest, ties to
     even: nothing is undecided. */
  void (*product)(size_t n, const uint16_t *v, ramp_half_factor by, uint16_t *out);
  /* The places of those that are, of at most 2^16; returns how many. */
  size_t (*undecided)(size_t n, const uint16_t *out, uint16_t *place);
} ramp_halves;

/* A function of lines in 16 bits: piece k is where x is above k of the limits, which are
   numbers in order_of() of half_lines.c and ascend.  It gives the bits of x, or backward
   of dy, that are kept, with its own inverted; or, where `scaled` has all bits, those of
   a product. */
typedef struct ramp_half_lines {
  int limits;
  int16_t limit[RAMP_LIMITS_MAX];
  uint16_t kept[RAMP_LIMITS_MAX + 1], own[RAMP_LIMITS_MAX + 1],
      scaled[RAMP_LIMITS_MAX + 1];
  uint16_t infinity, nan;
} ramp_half_lines;

/* dy is null forward.  The product is null where no piece is scaled. */
typedef void ramp_half_line_loop(const ramp_half_lines *l, size_t n, const uint16_t *x,
                                 const uint16_t *dy, const uint16_t *product,
                                 uint16_t *out);

/* Without products, over rows. */
typedef void ramp_half_line_rows(const ramp_half_lines *l, const size_t n[2], ramp_band x,
                                 ramp_band dy, ramp_band out);

/* Without products and with, each forward and backward. */
typedef struct ramp_half_line_loops {
  ramp_half_line_loop *plain[2], *joined[2];
  ramp_half_line_rows *rows[2];
} ramp_half_line_loops;

/* Where hard_swish bends: its slope is 0 up to the first and 1 above the second. */
typedef struct ramp_bends {
  float low, high;
} ramp_bends;

/* hard_swish for 16 bits: in floats, without backward; and dx in bf16, apart from x and
   dy, all bits of it: false where a NaN, or a dy that is too large or too small, needs
   another loop. */
typedef struct ramp_hard_swish {
  ramp_loops floats;
  bool (*backward)(ramp_bends bends, size_t n, const uint16_t *x, const uint16_t *dy,
                   uint16_t *dx);
} ramp_hard_swish;

/* Masks of one bit an element.  Pack: bit i is set unless x[i] <= limit; unused bits of
   the last byte are clear.  Spread: y[i] is value[0] or value[1], by bit i. */
typedef void ramp_mask_pack(size_t n, const void *x, double limit, uint8_t *mask);
typedef void ramp_mask_spread(size_t n, const uint8_t *mask, const void *value, void *y);

typedef struct ramp_mask_kernels {
  ramp_mask_pack *pack_f32, *pack_f64; /* of float or double */
  ramp_mask_spread *spread[4];         /* by ramp_type */
  size_t (*count_equal)(size_t n, const double *x, double to);
} ramp_mask_kernels;

/* Folds that select, of one type.  Arrays are apart from each other, but that crelu's
   backward pass may write into any of its inputs. */
typedef struct ramp_fold_kernels {
  /* y[i] = the first largest of x[k i] .. x[k i + k - 1], winner[i] its place among
     them; NaN is larger than any number. */
  void (*maxout_groups)(size_t n, size_t k, const void *x, void *y, uint8_t *winner);
  /* The same with groups that lie apart: one element of each more, which has `place`. */
  void (*maxout_join)(size_t n, const void *more, uint8_t place, void *best,
                      uint8_t *winner);
  /* dx = dy where the winner has the place, else 0; a NaN goes everywhere. */
  void (*maxout_spread_groups)(size_t n, size_t k, const uint8_t *winner, const void *dy,
                               void *dx);
  void (*maxout_spread)(size_t n, const uint8_t *winner, uint8_t place, const void *dy,
                        void *dx);
  void (*crelu_forward)(size_t n, const void *x, void *above, void *below);
  void (*crelu_backward)(size_t n, const void *x, const void *dy_above,
                         const void *dy_below, void *dx);
} ramp_fold_kernels;

/* y = value f(gate); dvalue = dy f(gate) and dgate = dy value f'(gate).  An output may be
   an input. */
typedef struct ramp_gated_loops {
  void (*forward)(const ramp_arguments *a, size_t n, const void *value, const void *gate,
                  void *y);
  void (*backward)(const ramp_arguments *a, size_t n, const void *value, const void *gate,
                   const void *dy, void *dvalue, void *dgate);
} ramp_gated_loops;

/* An address with strides in bytes along two axes. */
typedef struct ramp_plane {
  char *at;
  int64_t stride[2];
} ramp_plane;

/* Copies n[0] x n[1] elements of 1, 2, 4 or 8 bytes, at any addresses, to their places in
   another plane, which is apart. */
typedef void ramp_copy_planes(size_t size, const size_t n[2], const ramp_plane *to,
                              const ramp_plane *from);

/* Rows that follow others of the same lines of memory.  Where a row begins within a line
   the row before has kept what comes before it there, and where it ends within one it
   keeps that: so lines are stored whole.  Each row has a line of its own for that. */
typedef struct ramp_seams {
  char *kept;
  bool follows, keeps;
} ramp_seams;

/* Copies planes, which are stored past the caches where they are contiguous along an axis
   and have at most so many bytes, or both are along axis 0: a fence must follow.  What
   lies ahead (ahead.h) is asked for meanwhile.  With seams STREAM_LINE bytes before and
   behind `from` can be read, too, whatever they are; rows that keep are no shorter. */
#define RAMP_STREAM_BYTES 16384
struct ramp_lines_ahead;
typedef void ramp_stream_planes(size_t size, const size_t n[2], const ramp_plane *to,
                                const ramp_plane *from, ramp_seams seams,
                                const struct ramp_lines_ahead *ahead);

typedef struct ramp_copies {
  ramp_copy_planes *copy;
  ramp_stream_planes *stream;
} ramp_copies;

/* Copies a block of results past the caches; a fence must follow. */
typedef void ramp_stream_block(size_t bytes, const void *block, void *place);

/* Where the next term goes: to sum[at], then to those behind, and from `period` on to
   sum[0] again. */
typedef struct ramp_lanes {
  double *sum;
  size_t at, period;
} ramp_lanes;

/* Over pairs of arrays of the loop's arithmetic; outputs may be inputs.  y = a + b; and
   y = x for x > 0, slope x otherwise, with another slope for each element, its derivative
   by x and dx = dy times that, at x = 0 by the rule. */
typedef struct ramp_pair_loops {
  void (*sum)(size_t n, const void *a, const void *b, void *y);
  void (*forward)(size_t n, const void *x, const void *slope, void *y);
  void (*stream)(size_t n, const void *x, const void *slope,
                 void *y); /* see `streaming` */
  void (*derivative)(ramp_kink_rule rule, double mix, size_t n, const void *x,
                     const void *slope, void *y);
  void (*backward)(ramp_kink_rule rule, double mix, size_t n, const void *x,
                   const void *slope, const void *dy, void *dx);
  /* Backward by the least rule, and the terms of the slopes' gradients, dy min(x, 0);
     dx is apart, and right if the call returns true: unless something is not finite.
     Null over double. */
  bool (*float_backward)(size_t n, const float *x, const float *slope, const float *dy,
                         float *dx, bool streams, const ramp_lanes *lanes);
} ramp_pair_loops;

/* Adds terms to interleaved sums, term i to sum[(at + i) % period], at < period: numbers,
   or dy min(x, 0), the derivative of those lines by their slope. */
typedef struct ramp_term_loops {
  void (*add)(size_t n, const double *term, size_t at, size_t period, double *sum);
  void (*add_by_slope)(size_t n, const double *x, const double *dy, size_t at,
                       size_t period, double *sum);
} ramp_term_loops;

/* Random numbers and slopes made of them. */
typedef struct ramp_draw_loops {
  /* The 4 words of each of n blocks, Philox4x32-10 with the seed as key and the number of
     the block, 0 and the stream as counter. */
  void (*words)(uint64_t seed, uint32_t stream, size_t n, const uint64_t *block,
                uint32_t *word);
  /* lower + (upper - lower) u, with u in (0, 1) of one word, or more closely of two. */
  void (*slopes_f32)(size_t n, const uint32_t *word, double lower, double upper,
                     float *slope);
  void (*slopes_f64)(size_t n, const uint32_t *word, const uint32_t *lower_word,
                     double lower, double upper, double *slope);
} ramp_draw_loops;

/* Which arithmetic serves which type: extended the 64-bit one; of the others, single
   where the function only selects among numbers, or rounds a single time, else working,
   or bounded where that may be, or extended for selections: at a kink these may round. */
typedef struct ramp_variant_kernels {
  const char *name;
  const ramp_loops *extended; /* over double; every function */
  const ramp_loops *working;  /* over double; null entries for selections */
  const ramp_loops *bounded;  /* over float, see RAMP_BOUND; the entries of working */
  const ramp_loops *single;   /* over float; forward, null for rounded functions */
  const ramp_loops *lines;    /* over float; derivatives, by the number of limits */
  /* The same, storing past the caches: a fence must follow. */
  const ramp_loops *streaming, *streaming_lines;
  const ramp_bracket_loops *brackets; /* by kind; null entries where doubles are faster */
  /* over float; null entries for functions that are not smooth, and null without fused
     operations */
  const ramp_loops *fast, *streaming_fast;
  const ramp_half_line_loops *half_lines; /* by the number of limits */
  const ramp_hard_swish *hard_swish;      /* or null, as halves */
  const ramp_halves *halves; /* by ramp_type, of 16 bits; null where fast loops are */
  const ramp_parameter_sums *by_parameter; /* null beyond a function's parameters */
  const ramp_mask_kernels *masks;
  const ramp_fold_kernels *folds[4]; /* by ramp_type */
  /* By fold, with null entries for those without a gate.  Bounded ones also want value
     and dy to be finite. */
  const ramp_gated_loops *gated_extended, *gated_working, *gated_bounded;
  const ramp_pair_loops *extended_pairs, *single_pairs; /* over double, over float */
  const ramp_term_loops *terms;
  const struct ramp_softmax_kernels *softmax; /* softmax.h */
  const ramp_draw_loops *draws;
  const ramp_copies *copies;
  ramp_stream_block *const *stream;
  const ramp_few *few;
  ramp_bound_check *f32_within;
  ramp_conversion *to_double[4]; /* by ramp_type */
  ramp_conversion *from_double[4];
  ramp_conversion *to_float[4]; /* null for RAMP_F64 */
  ramp_conversion *from_float[4];
} ramp_variant_kernels;

/* The variant in use: the best one that the CPU runs, or the one that was forced. */
const ramp_variant_kernels *ramp_kernels_in_use(void);

/* The variants compiled in, best first, and whether this CPU runs them. */
int ramp_kernels_count(void);
const ramp_variant_kernels *ramp_kernels_at(int i);
bool ramp_kernels_supported(int i);

/* Forces variant i, which must be supported; -1 returns to the best one. */
void ramp_kernels_use(int i);

#endif
