/* SPDX-License-Identifier: MIT */
/* list.h: rows of the library's table of functions for `ramp list`, and how to print
   them. */
#ifndef PROGRAM_LIST_H
#define PROGRAM_LIST_H

#include <ramp/tensor.h>

/* The row that an alias row stands for; a function's row stands for itself. */
const ramp_function_row *list_function_of(const ramp_function_row *row);

/* The next alias of `function` at table row *i or after it; *i becomes the row after that
   one.  Null when there is none left.  Begin with *i = 0. */
const ramp_function_row *list_next_alias(const ramp_function_row *function, int *i);

/* "He", "Glorot", "LeCun". */
const char *list_initialisation(ramp_initialisation initialisation);

/* Both tables as text; EXIT_FINE. */
int list_print_table(void);

/* Both tables as an array, functions of one input before those of several; or `only` that
   one with its parameters as an object.  EXIT_FINE or a reported failure. */
int list_print_json(const ramp_activation *only);

#endif
