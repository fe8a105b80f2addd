/* SPDX-License-Identifier: MIT */
/*
 * progress.h: how a training is watched, on standard error.  On a terminal a bar that is
 * drawn over itself; elsewhere a plain line after an epoch, at most PROGRESS_LINES of
 * them.
 *
 *     progress bar;
 *     progress_begin(&bar, "relu", 10, train);
 *     how.progress = progress_show, how.context = &bar;
 *     ramp_train(...);
 *     progress_end(&bar, "accuracy 88.1 %");
 */
#ifndef PROGRAM_PROGRESS_H
#define PROGRAM_PROGRESS_H

#include <ramp/network.h>

#define PROGRESS_LINES 20

typedef struct progress {
  const char *label;
  int label_width; /* of the column that labels stand in; 0: no label */
  ramp_task task;
  const char *unit; /* "images" or "examples" */
  int terminal;
  double begun, drawn; /* seconds of a clock that only goes forward */
} progress;

/* Whether standard error is a terminal that can be drawn over; TERM=dumb says that it
   cannot. */
int progress_redraws(void);

/* One line on what is about to be trained, on how much, for how long. */
void print_plan(const char *network, const ramp_training *how, const ramp_data *train,
                const ramp_data *test);

void progress_begin(progress *bar, const char *label, int label_width,
                    const ramp_data *train);

/* A ramp_progress_function; context is the bar.  Stops the training after Ctrl-C. */
int progress_show(const ramp_progress *now, void *bar);

/* Replaces the bar by the result; null leaves nothing. */
void progress_end(progress *bar, const char *result);

/* What an example of this data set is called: "images", or "examples" where they are
   small. */
const char *example_name(const ramp_data *data);

/* Seconds as a person reads them: "0.41 s", "12 s", "2:05". */
void write_seconds(char text[16], double seconds);

#endif
