/* SPDX-License-Identifier: MIT */
/*
 * gnuplot.h: pictures by gnuplot, a child process that reads a script and hands its
 * picture back.
 *
 *     char *script, *svg;
 *     size_t script_size, svg_size;
 *     FILE *text = open_memstream(&script, &script_size);
 *     gnuplot_canvas(text, GNUPLOT_SVG, 800, 400);        terminal and house style
 *     fputs("set title ", text);
 *     gnuplot_string(text, "accuracy of relu");
 *     fputs("\nplot '-' with lines title 'relu'\n0 0\n1 1\ne\n", text);
 *     fclose(text);
 *     FILE *picture = open_memstream(&svg, &svg_size);
 *     int code = gnuplot_run(script, script_size, picture);    EXIT_FINE, or reported
 *     fclose(picture);
 *
 * The script sets no output: the picture comes through a pipe, so that it can go into a
 * file, into memory or into a page.  Must not know what is drawn.
 */
#ifndef PROGRAM_GNUPLOT_H
#define PROGRAM_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

typedef enum {
  GNUPLOT_PNG,
  GNUPLOT_SVG,
  GNUPLOT_TEXT,       /* characters */
  GNUPLOT_TEXT_COLOUR /* characters with ANSI colours */
} gnuplot_format;

/* Colours that the colour-blind can tell apart (Okabe and Ito), as "#rrggbb".  Line type
   i of a canvas, from 1, has colour i - 1; after the last they begin again. */
#define GNUPLOT_COLOURS 7
extern const char *const gnuplot_colour[GNUPLOT_COLOURS];

/* Writes to the script what makes every picture of Ramp look alike: terminal, fonts,
   palette, line widths, grid, borders.  Width and height are in pixels, or in characters
   for text.  An SVG is a whole document whose `<svg` can stand inside a page from there
   on.  Text is taken as it is ("noenhanced": an underscore is an underscore). */
void gnuplot_canvas(FILE *script, gnuplot_format format, int width, int height);

/* Writes `text` as a string of gnuplot's language, in quotes. */
void gnuplot_string(FILE *script, const char *text);

/* Runs gnuplot on the script and copies the picture to `picture`, which the caller checks
   as any other stream.  EXIT_FINE, or EXIT_FILE after reporting that gnuplot is missing
   or failed. */
int gnuplot_run(const char *script, size_t size, FILE *picture);

/* gnuplot_run() on what `write` says about `what`. */
int gnuplot_draw(void (*write)(const void *what, FILE *script), const void *what,
                 FILE *picture);

/* The format that a picture's name asks for: EXIT_FINE, or EXIT_USAGE after reporting
   that it ends neither in .png nor in .svg. */
int gnuplot_file_format(const char *path, gnuplot_format *format);

#endif
