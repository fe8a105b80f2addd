/* SPDX-License-Identifier: MIT */
/* report_parts.h: what stands for each {{NAME}} of report.html. */
#ifndef PROGRAM_REPORT_PARTS_H
#define PROGRAM_REPORT_PARTS_H

#include "comparison.h"

#include <stdio.h>

typedef struct report_part {
  const char *name;
  int (*write)(FILE *page, const comparison *c); /* EXIT_FINE, or reported */
} report_part;

/* Every part; the last has a null name. */
extern const report_part report_parts[];

/* Parts with a file of their own. */
int write_table_head(FILE *page, const comparison *c);
int write_table_rows(FILE *page, const comparison *c);
int write_table_notes(FILE *page, const comparison *c);

#endif
