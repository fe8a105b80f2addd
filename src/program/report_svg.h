/* SPDX-License-Identifier: MIT */
/*
 * report_svg.h: a picture of gnuplot's made fit to stand inside the page beside others.
 * gnuplot gives the same ids to the parts of every picture; here they become this
 * picture's own, and every curve gets a class and a title by which the page finds and
 * names it.
 */
#ifndef PROGRAM_REPORT_SVG_H
#define PROGRAM_REPORT_SVG_H

#include "comparison.h"

#include <stdio.h>

/* Text as HTML and SVG show it: & < > and both quotes become references. */
void html_text(FILE *page, const char *text);

/* Draws the script and writes the picture as an <svg>; EXIT_FINE, or reported.  `name` is
   unlike any other picture's on the page and made of letters, digits and -; `title` says
   what is drawn, for readers who cannot see it.  The script's plot i, from 1, gets the
   class "run run-I" and the name of run I = i - 1, or with `only` not null of that run.
   */
int draw_inline(FILE *page, const char *script, size_t size, const char *name,
                const char *title, const comparison *c, const run *only);

#endif
