/* SPDX-License-Identifier: MIT */
/* compare_table.h: a comparison on the terminal. */
#ifndef PROGRAM_COMPARE_TABLE_H
#define PROGRAM_COMPARE_TABLE_H

#include "comparison.h"

/* The table of results and the findings, on standard output. */
void print_comparison(const comparison *c);

#endif
