/* SPDX-License-Identifier: MIT */
/* The bar is one line, cut to the terminal's width; it is redrawn at most ten times a
   second, so that drawing costs nothing.  Everything goes to standard error: results on
   standard output stay clean. */
#include "progress.h"
#include "interrupt.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_SECONDS 0.1
#define BAR_CELLS_MOST 30
#define BAR_CELLS_LEAST 5

/* Fewer inputs than an 8 x 8 picture has pixels: not an image. */
#define IMAGE_INPUTS 64

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

const char *example_name(const ramp_data *data) {
  return data->inputs >= IMAGE_INPUTS ? "images" : "examples";
}

void write_seconds(char text[16], double seconds) {
  if (!(seconds < 3.6e6))
    snprintf(text, 16, "long");
  else if (seconds < 10)
    snprintf(text, 16, "%.2g s", seconds < 0.001 ? 0 : seconds);
  else if (seconds < 60)
    snprintf(text, 16, "%.0f s", seconds);
  else
    snprintf(text, 16, "%d:%02d", (int)(seconds / 60), (int)seconds % 60);
}

int progress_redraws(void) {
  const char *kind = getenv("TERM");
  return isatty(STDERR_FILENO) && kind && strcmp(kind, "dumb") != 0;
}

static int terminal_columns(void) {
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

/* Whether the terminal shows UTF-8: the first of the three that is set decides. */
static int shows_blocks(void) {
  const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return strstr(value, "UTF-8") || strstr(value, "utf8");
  }
  return 0;
}

/* ", 8 epochs", ", 1 epoch" */
static void print_count(size_t count, const char *what) {
  fprintf(stderr, ", %zu %s%s", count, what, count == 1 ? "" : "s");
}

void print_plan(const char *network, const ramp_training *how, const ramp_data *train,
                const ramp_data *test) {
  fprintf(stderr, "%s, %zu training and %zu test %s: %s", test->name, train->examples,
          test->examples, example_name(train), network);
  print_count(how->epochs, "epoch");
  print_count((size_t)omp_get_max_threads(), "thread");
  fputs("\n", stderr);
}

void progress_begin(progress *bar, const char *label, int label_width,
                    const ramp_data *train) {
  *bar = (progress){label,
                    label_width,
                    train->task,
                    example_name(train),
                    progress_redraws(),
                    clock_seconds(),
                    0};
}

static double done_share(const ramp_progress *now) {
  double in_epoch = (double)now->examples_done / (double)now->examples;
  return ((double)(now->epoch - 1) + fmin(in_epoch, 1)) / (double)now->epochs;
}

/* "loss 0.4123  accuracy 85.1 %" */
static int write_quality(char *text, size_t size, const progress *bar, double loss,
                         double accuracy) {
  if (bar->task == RAMP_REGRESSION) return snprintf(text, size, "loss %.4g", loss);
  return snprintf(text, size, "loss %.4f  accuracy %5.1f %%", loss, 100 * accuracy);
}

static double examples_per_second(const ramp_progress *now) {
  double done =
      (double)(now->epoch - 1) * (double)now->examples + (double)now->examples_done;
  return now->seconds > 0 ? done / now->seconds : 0;
}

/* Everything to the right of the bar; returns its columns. */
static int write_state(char *text, size_t size, const progress *bar,
                       const ramp_progress *now) {
  char quality[64], left[16];
  double share = done_share(now), elapsed = clock_seconds() - bar->begun;
  write_quality(quality, sizeof quality, bar, now->loss, now->accuracy);
  write_seconds(left, share > 0 ? ceil(elapsed * (1 - share) / share) : INFINITY);
  return snprintf(text, size, "epoch %zu/%zu  %s  %.0f %s/s  %s left", now->epoch,
                  now->epochs, quality, examples_per_second(now), bar->unit, left);
}

static void draw_cells(double share, int cells) {
  int blocks = shows_blocks(), full = (int)(share * cells);
  for (int i = 0; i < cells; i++)
    fputs(i < full ? (blocks ? "█" : "#") : (blocks ? "░" : "."), stderr);
}

static void draw_label(const progress *bar) {
  if (bar->label_width) fprintf(stderr, "%-*s  ", bar->label_width, bar->label);
}

static void draw_bar(progress *bar, const ramp_progress *now) {
  double time = clock_seconds();
  if (!now->epoch_ended && time - bar->drawn < REDRAW_SECONDS) return;
  bar->drawn = time;
  char state[192];
  int used = write_state(state, sizeof state, bar, now) + 3;
  if (bar->label_width) used += bar->label_width + 2;
  int cells = terminal_columns() - used;
  if (cells > BAR_CELLS_MOST) cells = BAR_CELLS_MOST;
  /* without line wrap a narrow terminal cuts the line instead of scrolling */
  fputs("\r\033[?7l", stderr);
  draw_label(bar);
  if (cells >= BAR_CELLS_LEAST) {
    draw_cells(done_share(now), cells);
    fputs("  ", stderr);
  }
  fprintf(stderr, "%s\033[K\033[?7h", state);
  fflush(stderr);
}

/* Whether this epoch is one of those that get a line. */
static int has_line(const ramp_progress *now) {
  if (!now->epoch_ended) return 0;
  size_t each = (now->epochs + PROGRESS_LINES - 1) / PROGRESS_LINES;
  return now->epoch % each == 0 || now->epoch == now->epochs;
}

static void print_line(const progress *bar, const ramp_progress *now) {
  char quality[64];
  write_quality(quality, sizeof quality, bar, now->loss, now->accuracy);
  draw_label(bar);
  fprintf(stderr, "epoch %zu/%zu  %s  %.0f %s/s\n", now->epoch, now->epochs, quality,
          examples_per_second(now), bar->unit);
}

int progress_show(const ramp_progress *now, void *context) {
  progress *bar = context;
  if (bar->terminal)
    draw_bar(bar, now);
  else if (has_line(now))
    print_line(bar, now);
  return interrupted();
}

void progress_end(progress *bar, const char *result) {
  if (bar->terminal) fputs("\r\033[K", stderr);
  if (!result) return;
  draw_label(bar);
  fprintf(stderr, "%s\n", result);
}
