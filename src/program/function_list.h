/* SPDX-License-Identifier: MIT */
/* function_list.h: "relu,clip:0,6,tanh" taken apart. */
#ifndef PROGRAM_FUNCTION_LIST_H
#define PROGRAM_FUNCTION_LIST_H

#include <stddef.h>

/* Reads the comma-separated list of functions that --OPTION gave.  A comma belongs to the
   arguments of the function before it exactly when that has a colon and what follows the
   comma is a number or NAME=VALUE.  *texts becomes an array of *count texts as they were
   written, the caller's to free with function_list_free().  EXIT_FINE, or EXIT_USAGE
   after reporting: an unknown function, a wrong parameter, an empty place, the same
   function twice. */
int function_list_read(const char *option, const char *list, char ***texts,
                       size_t *count);
void function_list_free(char **texts, size_t count);

#endif
