/* SPDX-License-Identifier: MIT */
/* function_parts.h: parts that the pages on functions of one input and of several have in
   common. */
#ifndef PROGRAM_FUNCTION_PARTS_H
#define PROGRAM_FUNCTION_PARTS_H

#include "facts.h"
#include "plot.h"
#include "svg.h"

#include <stdio.h>

/* Those facts that are listed, as terms and descriptions. */
void write_listed_facts(FILE *page, const facts *facts,
                        bool (*is_listed)(const fact *fact));

/* The plot, sampled before, as a picture; EXIT_FINE, or reported. */
int write_picture(FILE *page, const plot *plot, const svg_picture *picture);

/* A number of f32 in a cell of a table. */
void write_number_cell(FILE *page, double number);

#endif
