/* SPDX-License-Identifier: MIT */
/* plot.h: curves as a script for gnuplot. */
#ifndef PROGRAM_PLOT_H
#define PROGRAM_PLOT_H

#include "curve.h"
#include "gnuplot.h"

typedef enum { PLOT_VALUE, PLOT_DERIVATIVE, PLOT_BOTH } plot_what;

typedef struct plot {
  plot_what what;
  double low, high; /* of x; to be chosen where they are the same */
  curve *curves;
  int count;
  int functions;        /* that the curves are of, */
  ramp_activation last; /* the last of them, */
  int colours;          /* and how many colours they have */
  gnuplot_format format;
  int width, height; /* pixels, or characters */
  int in_page;       /* the page around it says whose curves they are */
} plot;

/* Adds the curves of the function that the text names: EXIT_FINE, or a reported failure.
   plot_free() in any case. */
int plot_add(plot *plot, const char *text);
void plot_free(plot *plot);

/* Chooses the range, unless it is given, and samples all curves: EXIT_FINE, or
   reported. */
int plot_sample(plot *plot);

/* Writes the script that draws the sampled curves. */
void plot_script(const plot *plot, FILE *script);

#endif
