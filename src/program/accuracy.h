/* SPDX-License-Identifier: MIT */
/* accuracy.h: what the measurements of docs/accuracy.md found on a function.  The build
   puts the document into the program. */
#ifndef PROGRAM_ACCURACY_H
#define PROGRAM_ACCURACY_H

/* Calls `found` for the row on `function` in each generated section of the document,
   those between "<!-- NAME: begin -->" and "<!-- NAME: end -->", with the section's name
   and the row as a text, "value 0, derivative 0, date 2026-11-21". */
void accuracy_each(const char *function,
                   void (*found)(void *to, const char *section, const char *text),
                   void *to);

/* What the numbers of a section are. */
const char *accuracy_title(const char *section);

#endif
