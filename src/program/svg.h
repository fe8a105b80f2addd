/* SPDX-License-Identifier: MIT */
/*
 * svg.h: a picture of gnuplot's made fit to stand inside a page beside others.  gnuplot
 * gives the same ids to the parts of every picture; here they become this picture's own,
 * and every curve gets classes and a title by which the page finds and names it.
 */
#ifndef PROGRAM_SVG_H
#define PROGRAM_SVG_H

#include <stdio.h>

typedef struct svg_curve {
  char class_names[32];
  const char *title;
} svg_curve;

typedef struct svg_picture {
  const char *name; /* unlike any other picture's on the page: letters, digits, - and _ */
  const char *title; /* what is drawn, for readers who cannot see it */
  /* The script's plot `number`, from 1; null: no classes, and the picture's name. */
  svg_curve (*curve)(const void *what, size_t number);
  const void *what;
} svg_picture;

/* Draws the script and writes the picture as an <svg>; EXIT_FINE, or reported. */
int svg_draw(FILE *page, const char *script, size_t size, const svg_picture *picture);

#endif
