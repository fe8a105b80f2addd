/* SPDX-License-Identifier: MIT */
/*
 * Every function of functions.def: its value and, next to it, its derivative by x and by
 * each of its parameters.
 *
 * A formula is branch-free and takes one `real` x and, in what it is given (stages.h),
 * the parameters of its row, which functions.def calls p[0], p[1], ... The loops around
 * it (kernels/loops.c) see to what all functions share, so a formula need not:
 *   NaN     a value of NaN is NaN, by arithmetic or by at_most() and at_least(), of any
 *           sign and payload; the derivative there is replaced by the loop
 *   kinks   the derivative at a kink of the table is replaced by what the kink rule says
 * A derivative by a parameter is what the formula says everywhere, also at kinks, and is
 * used in working arithmetic only.
 * It does see to infinities, zeros and their signs, and must never come to inf * 0.
 */
#ifndef RAMP_FORMULAS_H
#define RAMP_FORMULAS_H

#include "functions/selections.h"

#ifndef RAMP_ARITHMETIC_single
#include "functions/algebraic.h"
#include "functions/arctan.h"
#include "functions/exponentials.h"
#include "functions/gates.h"
#include "functions/hyperbolic.h"
#include "functions/normal.h"
#include "functions/piecewise.h"
#include "functions/rectifiers.h"
#include "functions/sigmoids.h"
#endif

#endif
