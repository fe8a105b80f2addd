/* SPDX-License-Identifier: MIT */
/*
 * Slopes next to a fraction of small integers, such as rrelu's 11/48: their products with
 * numbers of 16 bits are on the middle between two such numbers, but for the slope's
 * rounding, or far from it.  So a float that errs to the side of the slope tells all 16
 * bits, where others are looked at one by one.
 */
#include "api/halves.h"

#include <math.h>

/* p/q times a power of 2.  With v of `bits` bits, 2 p v and an odd multiple of q, each by
   a power of 2, differ by 1 or more: the product is no nearer to a middle than 2^-(bits +
   8) of it, or on it; for subnormal results it is farther away. */
enum { NUMERATOR_BITS = 6, DENOMINATOR_MOST = 99 };

/* How much the slope is above the fraction, as a share of it, where it is next to one of
   odd p and q; p is 1 where products are hardly ever in the middle. */
static bool find_fraction(double slope, double *excess) {
  for (int q = 1; q <= DENOMINATOR_MOST; q += 2) {
    int exponent;
    double significand = ldexp(frexp(slope * q, &exponent), NUMERATOR_BITS);
    double p = rint(significand), power = ldexp(1, exponent - NUMERATOR_BITS);
    if (fabs(significand - p) > 0x1p-38) continue;
    *excess = fma(slope, q, -p * power) / (slope * q);
    return p != ldexp(1, NUMERATOR_BITS - 1) && p != ldexp(1, NUMERATOR_BITS);
  }
  return false;
}

/* By how much of itself a slope is to err.  A double's product, on which the way back
   depends, is rounded to the middle itself where the excess is less than its own last
   bit can tell; in between that depends on the product. */
static bool find_share(double excess, ramp_type type, bool goes_back, double *share) {
  double least = goes_back ? 0x1p-54 : 0, most = goes_back ? 0x1p-52 : 0;
  *share = 0;
  if (fabs(excess) <= least) return true;
  *share = copysign(type == RAMP_F16 ? 0x1p-20 : 0x1p-17, excess);
  return fabs(excess) >= most;
}

bool ramp_half_factor_of(double slope, ramp_type type, bool goes_back,
                         ramp_half_factor *by) {
  double excess, share;
  if (fabs(slope) < 0x1p-14 || fabs(slope) > 0x1p14) return false;
  if (!find_fraction(slope, &excess)) return false;
  if (!find_share(excess, type, goes_back, &share)) return false;
  double factor = slope * (1 + share);
  by->high = (float)factor;
  if (fabs((double)by->high) > fabs(factor)) by->high = nextafterf(by->high, 0);
  by->middle = (float)(factor - (double)by->high);
  if (by->middle == 0) by->middle = by->high * 0x1p-60f; /* infinity stays one */
  return true;
}
