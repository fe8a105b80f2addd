/* SPDX-License-Identifier: MIT */
/* bench_picture.h: a benchmark as a picture, drawn by gnuplot. */
#ifndef PROGRAM_BENCH_PICTURE_H
#define PROGRAM_BENCH_PICTURE_H

#include "bench.h"
#include "gnuplot.h"

/* Draws all passes of all functions; EXIT_FINE, or reported. */
int bench_draw(const bench *b, gnuplot_format format, FILE *picture);

#endif
