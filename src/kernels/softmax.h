/* SPDX-License-Identifier: MIT */
/*
 * The loops of softmax and its kin.
 *
 * Quick loops take floats and give intervals: two doubles between which the exact result
 * lies.  Where both round to the same number of the type, that is the correctly rounded
 * one.  Line loops take doubles, and those of extended arithmetic carry a second part:
 * they decide what the intervals leave open, and give the 64-bit results.  They are not
 * fused and so have the same bits on every CPU; quick results have the same bits because
 * they are right.
 */
#ifndef RAMP_KERNELS_SOFTMAX_H
#define RAMP_KERNELS_SOFTMAX_H

#include "kernels/kernels.h"

/* The lanes' sum as a tree. */
static inline double ramp_total_of_lanes(const double sum[RAMP_LANES]) {
  double part[RAMP_LANES];
  for (int j = 0; j < RAMP_LANES; j++)
    part[j] = sum[j];
  for (int width = RAMP_LANES / 2; width > 0; width /= 2)
    for (int j = 0; j < width; j++)
      part[j] += part[j + width];
  return part[0];
}

/* ------------------------------------------------------------------ quick loops */

/* They work on rows of RAMP_LANES numbers: neighbours of one line, or the elements of as
   many lines.  Rows of x and y are `stride` floats apart, all others RAMP_LANES. */

/* A sum for each lane, and what rounding took from it. */
typedef struct ramp_lane_sums {
  double high[RAMP_LANES], low[RAMP_LANES];
} ramp_lane_sums;

/* Where all |x| are within it, e^x needs no reference. */
#define RAMP_POWERS_BOUND 32.0f

/* What a share of the sum is wrong by at most, relatively, where powers of |x| up to
   `largest` are by power_error and k 2^-55.2, k = x/ln 2: twice that, for the sum may be
   so, too; 15 additions in a lane, and 11 other roundings. */
static inline double ramp_bounded_error(double power_error, double largest) {
  return 2 * (power_error + largest * 0x1.4p-55) + 26 * 0x1p-53;
}

/* The same of powers of x - reference: its rounding up to 104, beyond which results are
   0, and the polynomial's 2^-48.1. */
#define RAMP_SHIFTED_ERROR 0x1.5p-46

/* What the logarithm of a sum is wrong by at most, up to 64. */
#define RAMP_LOGARITHM_ERROR 0x1p-45

/* Down to which y a power is right enough for the way back, and by how much of it at most
   the quick one and the unfused one are apart: 2^-48.1 of the polynomial in each, and k
   2^-55 with k up to 185 in the quick one. */
#define RAMP_BACK_BOUND 128.0f
#define RAMP_BACK_ERROR 0x1p-45

/* What the ends of an interval are made of, for each lane: factors of the power, or what
   is subtracted from x - reference; at lines of cache, since every row reads them. */
typedef struct ramp_interval {
  _Alignas(64) double reference[RAMP_LANES];
  double lower[RAMP_LANES], upper[RAMP_LANES];
} ramp_interval;

/* Rows of results of the line before, which are stored past the caches while a line's
   powers are found: memory takes as long for them.  Shares are made of powers, which may
   lie where the new ones come; differences of x.  y begins at a line of cache; a fence
   must follow. */
typedef struct ramp_past_line {
  size_t rows;
  const double *powers; /* null for differences */
  const float *x;
  const ramp_interval *interval;
  float *y;
  uint32_t *unsafe;
} ramp_past_line;

typedef struct ramp_quick_softmax {
  /* powers = e^x; adds them to the sums; the largest |x| of each lane, as bits */
  void (*bounded_powers)(size_t rows, size_t stride, const float *x, double *powers,
                         ramp_lane_sums *sums, uint32_t *largest);
  /* The same of one line of n floats, whose rows begin at element `head` < LANES; n is
     head + LANES at least.  Behind their powers come those of the line's first row where
     there is a head, and those of its last LANES where there is a rest.  Rows of powers
     are `apart`, which may be 0 where they are not wanted.  The sum and the largest |x|,
     NaN where there is one.  `past` is null, or is settled meanwhile. */
  double (*bounded_line)(size_t n, const float *x, size_t head, size_t apart,
                         double *powers, const ramp_past_line *past, float *largest);
  double power_error;
  /* powers = e^(x - reference), for x <= reference */
  void (*shifted_powers)(size_t rows, size_t stride, const float *x,
                         const double *reference, double *powers, ramp_lane_sums *sums);
  /* the largest x of each lane; NaN is passed over */
  void (*maxima)(size_t rows, size_t stride, const float *x, float *largest);
  /* y = powers / sum; the bits in which the floats of both ends differ go to `unsafe` */
  void (*shares)(size_t rows, const double *powers, const ramp_interval *interval,
                 size_t stride, float *y, uint32_t *unsafe);
  void (*share_ends)(size_t rows, const double *powers, const ramp_interval *interval,
                     double *lower, double *upper);
  /* y = x - log(sum), for |x| <= RAMP_POWERS_BOUND */
  void (*bounded_differences)(size_t rows, size_t x_stride, const float *x,
                              const ramp_interval *interval, size_t stride, float *y,
                              uint32_t *unsafe);
  /* (x - reference) - log(sum) */
  void (*difference_ends)(size_t rows, size_t stride, const float *x,
                          const ramp_interval *interval, double *lower, double *upper);
  void (*settle_ends)(size_t rows, const double *lower, const double *upper,
                      size_t stride, float *y, uint32_t *unsafe);
  /* log(sum) of each lane */
  void (*logarithms)(const double *sum, double *result);
  /* sum = float_present's; whether all y are from -RAMP_BACK_BOUND to 0 */
  bool (*bounded_present)(size_t n, const float *y, const float *dy, size_t ahead,
                          double *sum);
  /* float_present_back for such y where it returns true, else a number is undecided; of a
     row at least, to a dx apart, or as float_products_stream */
  bool (*bounded_present_back)(size_t n, const float *y, const float *dy, double sum,
                               float *dx);
  bool (*bounded_present_stream)(size_t n, const float *y, const float *dy, double sum,
                                 float *dx, size_t ahead);
} ramp_quick_softmax;

/* ------------------------------------------------------------------ line loops */

/* A number in two parts; in working arithmetic the second is 0. */
typedef struct ramp_two_parts {
  double high, low;
} ramp_two_parts;

/* What is summed over a line: element i in lane i % RAMP_LANES. */
typedef struct ramp_line_sums {
  double high[RAMP_LANES], low[RAMP_LANES], count[RAMP_LANES];
} ramp_line_sums;

/* Loops over n doubles of one line.  n is a multiple of RAMP_LANES; the last row is
   filled up with -inf in x, and with 0 in y and dy.  What is `narrow` is rounded to odd,
   for the rounding to fewer bits that follows. */
typedef struct ramp_line_loops {
  /* the largest x of each lane, and whether there is a NaN, which is passed over */
  bool (*maxima)(size_t n, const double *x, double *largest);

  /* powers = e^(x - reference); sums those below 1 and counts the others */
  void (*powers)(size_t n, const double *x, double reference, double *high, double *low,
                 ramp_line_sums *sums);
  /* y = factor powers / (1 + others) */
  void (*shares)(size_t n, const double *x, double reference, double factor,
                 const double *high, const double *low, ramp_two_parts others,
                 bool narrow, double *y);
  /* y = (x - reference) - logarithm */
  void (*differences)(size_t n, const double *x, double reference,
                      ramp_two_parts logarithm, bool narrow, double *y);

  /* sums and counts the x - reference that are above a limit */
  void (*excesses)(size_t n, const double *x, double reference, double limit,
                   ramp_line_sums *sums);
  /* y = max(x - reference - threshold, 0) */
  void (*projections)(size_t n, const double *x, double reference,
                      ramp_two_parts threshold, bool narrow, double *y);

  /* sums y dy; dy where y > -inf; dy where y > 0, counting them */
  void (*products)(size_t n, const double *y, const double *dy, ramp_line_sums *sums);
  void (*present)(size_t n, const double *y, const double *dy, ramp_line_sums *sums);
  void (*supported)(size_t n, const double *y, const double *dy, ramp_line_sums *sums);
  /* dx = y (dy - sum) sign; dy - e^y sum where y > -inf; dy - sum where y > 0 */
  void (*products_back)(size_t n, const double *y, const double *dy, ramp_two_parts sum,
                        double sign, double *dx);
  void (*present_back)(size_t n, const double *y, const double *dy, ramp_two_parts sum,
                       double *dx);
  void (*supported_back)(size_t n, const double *y, const double *dy, ramp_two_parts sum,
                         double *dx);

  /* The same from n floats to floats, with the same bits where the sum is finite, which
     it is not for a y of NaN; null in extended arithmetic.  What lies so many bytes ahead
     is asked for, unless that is 0.  products_back wants a dx apart; _stream whole rows,
     and a dx at a line of cache, which it stores past the caches: a fence must follow. */
  double (*float_products)(size_t n, const float *y, const float *dy, size_t ahead);
  void (*float_products_back)(size_t n, const float *y, const float *dy, double sum,
                              double sign, float *dx);
  void (*float_products_stream)(size_t n, const float *y, const float *dy, double sum,
                                double sign, float *dx, size_t ahead);
  double (*float_present)(size_t n, const float *y, const float *dy);
  void (*float_present_back)(size_t n, const float *y, const float *dy, double sum,
                             float *dx);

  /* the lanes' sum as a tree */
  ramp_two_parts (*total)(const ramp_line_sums *sums);
  ramp_two_parts (*sum)(double a, ramp_two_parts b);
  ramp_two_parts (*quotient)(ramp_two_parts a, double b);
  ramp_two_parts (*logarithm_beyond_one)(ramp_two_parts others);
  /* the share of all but x: factor (1 + others - power) / (1 + others) */
  double (*share_of_rest)(double x, double reference, double factor,
                          ramp_two_parts others);
  double (*rounded)(ramp_two_parts a, bool narrow);
} ramp_line_loops;

typedef struct ramp_softmax_kernels {
  const ramp_quick_softmax *quick;
  const ramp_line_loops *working, *extended;
} ramp_softmax_kernels;

#endif
