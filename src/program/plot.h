/* SPDX-License-Identifier: MIT */
/* plot.h: curves as a script for gnuplot. */
#ifndef PROGRAM_PLOT_H
#define PROGRAM_PLOT_H

#include "curve.h"
#include "gnuplot.h"

typedef enum { PLOT_VALUE, PLOT_DERIVATIVE, PLOT_BOTH } plot_what;

typedef struct plot {
  plot_what what;
  double low, high; /* of x */
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

/* Chooses low and high so that every kink and jump of the curves is seen. */
void plot_choose_range(plot *plot);

/* Writes the script that draws the sampled curves. */
void plot_script(const plot *plot, FILE *script);

#endif
