/* SPDX-License-Identifier: MIT */
/*
 * The smooth functions in float, for the fast precision: the formulas of
 * functions/formulas.h, under the same names and rules, cut to 24 bits.  They need fused
 * operations and take parameters that float holds, from 2^-20 to 2^20 in magnitude; the
 * largest error of each is measured over all floats and stands in docs/accuracy.md.
 */
#ifndef RAMP_FAST_FORMULAS_H
#define RAMP_FAST_FORMULAS_H

#include "functions/fast/algebraic.h"
#include "functions/fast/arctan.h"
#include "functions/fast/exponentials.h"
#include "functions/fast/gates.h"
#include "functions/fast/hyperbolic.h"
#include "functions/fast/normal.h"
#include "functions/fast/rectifiers.h"
#include "functions/fast/sigmoids.h"

#endif
