/* SPDX-License-Identifier: MIT */
/* report.h: the page and the JSON that `ramp compare` leaves behind. */
#ifndef PROGRAM_REPORT_H
#define PROGRAM_REPORT_H

#include "comparison.h"

/* Makes sure, before the minutes of training, that a report can be written: the folder is
   there or can be made, files can be made in it, gnuplot runs.  *made becomes 1 when the
   folder is new. EXIT_FINE, or reported. */
int report_prepare(const char *folder, int *made);

/* Writes index.html and results.json into the folder, each whole or not at all;
   EXIT_FINE, or reported. */
int report_write(const char *folder, const comparison *c);

/* The comparison as JSON text with a newline at its end: the caller's to free. */
char *comparison_json(const comparison *c);

#endif
