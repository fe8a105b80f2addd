/* SPDX-License-Identifier: MIT */
/* What others compute, in float: 32 bits, and 16 bits before their rounding. */
#define real float
#define FORMULAS conventions_f32
#include "conventions_formulas.h"
