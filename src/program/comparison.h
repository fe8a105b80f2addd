/* SPDX-License-Identifier: MIT */
/*
 * comparison.h: one network trained once per activation function, as plain numbers.
 *
 * `ramp compare` fills a comparison; the table, the JSON and the page are views of it.  A
 * number that is not known (accuracy of a regression, a target never reached) is NaN.
 * Knows nothing of terminals, files or HTML.
 */
#ifndef RAMP_PROGRAM_COMPARISON_H
#define RAMP_PROGRAM_COMPARISON_H

#include <ramp/network.h>
#include <stdio.h>

/* Several layers of one network taken together, after one epoch. */
typedef struct layer_totals {
  size_t units;
  size_t verdicts[RAMP_VERDICTS];
  double zero_share, saturated_share, mean; /* of all outputs */
} layer_totals;

/* How the outputs of one layer spread: `bins` equal ones from low to high. */
#define DISTRIBUTION_BINS 60
typedef struct distribution {
  size_t layer; /* from 0 */
  double low, high;
  double
      share[DISTRIBUTION_BINS]; /* of all outputs; the ends hold what lies beyond them */
} distribution;

/* What one run comes down to. */
typedef struct measures {
  double loss, accuracy; /* on the test set, after the last epoch */
  double best_loss, best_accuracy;
  double target_seconds; /* training time up to the first epoch that reached the target */
  layer_totals hidden;   /* of the compared layers */
  double gradient_ratio; /* norm of the first layer's gradient over that of the last */
} measures;

/* The network trained with one function. */
typedef struct run {
  char *function; /* its text, which is also its name in every view */
  char *network;  /* the text of the network as trained */
  size_t parameters;
  ramp_history *history;
  int diverged; /* the loss stopped being finite in the epoch after the history's last */
  distribution *spread; /* [compared layers] */
  measures measured;
} run;

typedef struct comparison {
  const ramp_data *train, *test;
  char *network;     /* as asked for */
  size_t layers;     /* dense layers in all */
  int *compared;     /* [layers]: 1 where the function is replaced */
  size_t parameters; /* of the network as asked for */
  ramp_training how;
  int threads;
  char *command; /* what to type to get the same again */
  double target; /* accuracy, or for a regression the loss; NaN: none reached by half */
  int target_given;
  size_t runs;
  run *run;
} comparison;

/* Sums up those layers of an epoch for which compared[] is 1; null: all but the last. */
layer_totals layers_together(const ramp_epoch *epoch, const int *compared);

/* The last epoch of a run: the state it ended in. */
const ramp_epoch *last_epoch(const ramp_history *history);

/* Folds change how many units and parameters a network has: writes a count that may
   differ from run to run, "144" or "48 to 288". */
typedef size_t run_count(const run *r);
run_count hidden_units_of, parameters_of_run;
void write_run_counts(FILE *stream, const comparison *c, run_count *count);

/* How many layers are compared. */
size_t compared_layers(const comparison *c);

/* The text of the comparison's network with `function` in every compared layer: the
   caller's to free. */
char *network_with_function(const ramp_network *network, const int *compared,
                            const char *function);

/* Counts the outputs of every compared layer over `data` into spread[], one after the
   other.  All share one range, which leaves out the outermost thousandth of each layer's
   outputs. */
ramp_status measure_distributions(ramp_network *network, const ramp_data *data,
                                  const int *compared, distribution *spread);

/* Chooses the target unless it was given, and fills in the measures of every run. */
void measure_runs(comparison *c);

void free_comparison(comparison *c);

#endif
