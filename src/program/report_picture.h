/* SPDX-License-Identifier: MIT */
/* report_picture.h: pictures of runs, whose curves the page finds by their run. */
#ifndef PROGRAM_REPORT_PICTURE_H
#define PROGRAM_REPORT_PICTURE_H

#include "comparison.h"

#include <stdio.h>

/* svg_draw() in which the script's plot i, from 1, gets the class "run run-I" and the
   name of run I = i - 1, or with `only` not null of that run. */
int draw_inline(FILE *page, const char *script, size_t size, const char *name,
                const char *title, const comparison *c, const run *only);

#endif
