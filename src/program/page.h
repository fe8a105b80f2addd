/* SPDX-License-Identifier: MIT */
/* page.h: HTML pages from templates that the build puts into the program, in one style.
 */
#ifndef PROGRAM_PAGE_H
#define PROGRAM_PAGE_H

#include <stdbool.h>
#include <stdio.h>

/* Text as HTML and SVG show it: & < > and both quotes become references. */
void html_text(FILE *page, const char *text);

/* Writes what stands for {{NAME}}, the `size` characters of name, and returns EXIT_FINE
   or the code of a reported failure; PAGE_NO_PART when nothing does. */
#define PAGE_NO_PART (-1)
typedef int (*page_part_writer)(FILE *page, const char *name, size_t size,
                                const void *what);

/* Whether it is that of the part which is wanted. */
bool page_is_part(const char *name, size_t size, const char *wanted);

/* The template as text, every {{NAME}} replaced; {{style}} by page.css.  EXIT_FINE, with
   *text the caller's to free, or reported: *text is the caller's to free then as well. */
int page_fill(const char *template, page_part_writer write, const void *what,
              char **text);

#endif
