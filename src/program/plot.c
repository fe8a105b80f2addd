/* SPDX-License-Identifier: MIT */
/* plot.c: the subcommand `ramp plot`: which curves, over which range, and where the
   picture goes. */
#include "plot.h"
#include "output.h"
#include "program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char help[] =
    "usage: ramp plot FUNCTION... [OPTION...]\n"
    "\n"
    "Draws functions or their derivatives, in the terminal or into a file.\n"
    "\n"
    "  ramp plot relu leaky_relu:0.1\n"
    "  ramp plot relu elu silu --derivative -o derivatives.png\n"
    "  ramp plot relu:kink=right --both --range -1,1 -o relu.svg\n"
    "  ramp plot maxout:4                   the maximum of four lines over x\n"
    "  ramp plot swiglu softmax             as the gate moves; as one of three inputs "
    "does\n"
    "\n"
    "  -d, --derivative  the derivative. Where a curve jumps, a filled dot is on the "
    "value\n"
    "                    that it has there, an open one on a value that it only comes "
    "near\n"
    "  -b, --both        function and derivative\n"
    "  -r, --range LOW,HIGH\n"
    "                    of x; without it -4,4, wider when a kink lies outside\n"
    "  -o, --output FILE\n"
    "                    a picture, .png or .svg\n"
    "\n"
    "Needs gnuplot. Colours in the terminal are left out where NO_COLOR is set.\n";

typedef struct plot_options {
  int derivative, both;
  const char *range, *output;
} plot_options;

/* ------------------------------------------------------------------ format and size */

static int choose_file_format(plot *p, const char *path) {
  p->width = 960;
  p->height = 600;
  return gnuplot_file_format(path, &p->format);
}

static int clamp(int number, int low, int high) {
  return number < low ? low : number > high ? high : number;
}

static void choose_terminal_format(plot *p) {
  const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
  int plain = (no_colour && *no_colour) || !terminal || !strcmp(terminal, "dumb");
  struct winsize size;
  p->width = 80;
  p->height = 24;
  p->format = GNUPLOT_TEXT;
  if (!isatty(STDOUT_FILENO)) return;
  if (!plain) p->format = GNUPLOT_TEXT_COLOUR;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col) return;
  p->width = clamp(size.ws_col, 40, 160);
  p->height = clamp(size.ws_row - 2, 12, 48);
}

/* ------------------------------------------------------------------ the range */

static int read_range(plot *p, const char *text) {
  char low[64];
  size_t length = strcspn(text, ",");
  snprintf(low, sizeof low, "%.*s", (int)clamp((int)length, 0, 63), text);
  if (text[length] != ',' || !number_read(low, &p->low) ||
      !number_read(text + length + 1, &p->high) || !isfinite(p->low) ||
      !isfinite(p->high) || p->low >= p->high)
    return fail(EXIT_USAGE, "--range wants LOW,HIGH, such as -4,4, not '%s'", text);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ curves */

static int read_functions(plot *p, char **texts, int count) {
  int code = EXIT_FINE;
  for (int i = 0; i < count && code == EXIT_FINE; i++)
    code = plot_add(p, texts[i]);
  return code;
}

/* ------------------------------------------------------------------ drawing */

static void write_script(const void *p, FILE *script) { plot_script(p, script); }

static int draw(const plot *p, FILE *picture) {
  return gnuplot_draw(write_script, p, picture);
}

static int draw_file(const plot *p, const char *path) {
  output_file file;
  int code = output_open(&file, path);
  if (code) return code;
  code = draw(p, file.stream);
  if (code == EXIT_FINE) return output_commit(&file);
  output_discard(&file);
  return code;
}

static int run_with(plot *p, const plot_options *options, char **functions, int count) {
  int code = EXIT_FINE;
  if (options->output)
    code = choose_file_format(p, options->output);
  else
    choose_terminal_format(p);
  if (code == EXIT_FINE) code = read_functions(p, functions, count);
  if (code) return code;
  if (options->range) code = read_range(p, options->range);
  if (code == EXIT_FINE) code = plot_sample(p);
  if (code) return code;
  return options->output ? draw_file(p, options->output) : draw(p, stdout);
}

static int run_plot(int argc, char **argv) {
  plot_options options = {0};
  const option_row rows[] = {{"derivative", 'd', OPTION_FLAG, &options.derivative},
                             {"both", 'b', OPTION_FLAG, &options.both},
                             {"range", 'r', OPTION_TEXT, &options.range},
                             {"output", 'o', OPTION_TEXT, &options.output},
                             {0}};
  int operands = options_read(rows, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (!operands)
    return fail(EXIT_USAGE, "which function? For example: ramp plot relu elu");
  plot p = {.what = options.both         ? PLOT_BOTH
                    : options.derivative ? PLOT_DERIVATIVE
                                         : PLOT_VALUE};
  int code = run_with(&p, &options, argv, operands);
  plot_free(&p);
  return code;
}

const command plot_command = {
    "plot", "draw functions or their derivatives, in the terminal or to a file", help,
    run_plot, 0};
