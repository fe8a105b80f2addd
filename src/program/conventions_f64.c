/* SPDX-License-Identifier: MIT */
/* What others compute, in double. */
#define real double
#define FORMULAS conventions_f64
#include "conventions_formulas.h"
