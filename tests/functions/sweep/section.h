/* SPDX-License-Identifier: MIT */
/*
 * section.h: a generated table in a Markdown file, between "<!-- NAME: begin -->" and
 * "<!-- NAME: end -->", with a row for each function: "| tanh | ... |".
 */
#ifndef RAMP_TESTS_SECTION_H
#define RAMP_TESTS_SECTION_H

#include <stdbool.h>

/* Replaces the section as a whole: the head, then the rows in the order of functions.def.
   `row` becomes that of `function`; other functions keep theirs.  False, after a sentence
   on standard error, when the file has no such section or cannot be replaced. */
bool section_set_row(const char *path, const char *name, const char *head,
                     const char *function, const char *row);

#endif
