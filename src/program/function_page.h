/* SPDX-License-Identifier: MIT */
/* function_page.h: the documentation of the functions as HTML pages. */
#ifndef PROGRAM_FUNCTION_PAGE_H
#define PROGRAM_FUNCTION_PAGE_H

#include <ramp/ramp.h>

/* The page on row `row` of the table, that on row `row` of the table of folds, and the
   page that leads to all of them: *text is the caller's to free.  EXIT_FINE, or
   reported. */
int function_page(int row, char **text);
int fold_page(int row, char **text);
int function_index(char **text);

/* Writes NAME.html for every row and index.html into the folder, each whole or not at
   all; EXIT_FINE, or reported, with what this call has written removed again. */
int function_pages_write(const char *folder);

#endif
