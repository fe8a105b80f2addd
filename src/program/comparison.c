/* SPDX-License-Identifier: MIT */
/* Measures of finished runs.  Everything here is arithmetic on histories: no input, no
   output. */
#include "comparison.h"
#include "allocate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The default target accuracy is a whole multiple of this. */
#define ACCURACY_STEP 0.05

/* Bins of the first, coarse look at a layer's outputs, from which the ends are chosen. */
#define LOOK_BINS 4096

/* Share of the outputs that may lie beyond either end of a distribution. */
#define BEYOND_SHARE 0.001

layer_totals layers_together(const ramp_epoch *epoch, const int *compared) {
  layer_totals sum = {0};
  size_t layers = epoch->health->layers;
  for (size_t i = 0; i < layers; i++) {
    const ramp_layer_health *layer = &epoch->health->layer[i];
    if (compared ? !compared[i] : i + 1 == layers) continue;
    for (int v = 0; v < RAMP_VERDICTS; v++)
      sum.verdicts[v] += layer->verdicts[v];
    sum.units += layer->units;
    sum.zero_share += layer->zero_share * (double)layer->units;
    sum.saturated_share += layer->saturated_share * (double)layer->units;
    sum.mean += layer->mean * (double)layer->units;
  }
  if (sum.units == 0) return sum;
  sum.zero_share /= (double)sum.units;
  sum.saturated_share /= (double)sum.units;
  sum.mean /= (double)sum.units;
  return sum;
}

const ramp_epoch *last_epoch(const ramp_history *history) {
  return &history->epoch[history->epochs];
}

size_t hidden_units_of(const run *r) { return r->measured.hidden.units; }

size_t parameters_of_run(const run *r) { return r->parameters; }

void write_run_counts(FILE *stream, const comparison *c, run_count *count) {
  size_t least = count(&c->run[0]), most = least;
  for (size_t i = 1; i < c->runs; i++) {
    size_t here = count(&c->run[i]);
    least = here < least ? here : least;
    most = here > most ? here : most;
  }
  fprintf(stream, "%zu", least);
  if (most > least) fprintf(stream, " to %zu", most);
}

size_t compared_layers(const comparison *c) {
  size_t count = 0;
  for (size_t i = 0; i < c->layers; i++)
    count += c->compared[i] != 0;
  return count;
}

/* Writes " ACTIVATION" of a layer; nothing for one that has none. */
static void write_activation(FILE *text, const ramp_activation *activation) {
  char name[256];
  ramp_activation_text(activation, name, sizeof name);
  if (strcmp(name, "identity") != 0) fprintf(text, " %s", name);
}

char *network_with_function(const ramp_network *network, const int *compared,
                            const char *function) {
  char *text = NULL;
  size_t size;
  FILE *stream = checked(open_memstream(&text, &size));
  for (size_t i = 0; i < ramp_network_layers(network); i++) {
    ramp_layer layer;
    ramp_network_layer(network, i, &layer);
    fprintf(stream, "%sdense %zu", i ? ", " : "", layer.units);
    if (compared[i])
      fprintf(stream, " %s", function);
    else
      write_activation(stream, &layer.activation);
  }
  fclose(stream);
  return checked(text);
}

/* ------------------------------------------------------------------ distributions */

/* Extremes of a layer's finite outputs. */
static void layer_extremes(const ramp_layer_health *layer, double *low, double *high) {
  *low = INFINITY, *high = -INFINITY;
  for (size_t u = 0; u < layer->units; u++) {
    if (isfinite(layer->unit[u].lowest)) *low = fmin(*low, layer->unit[u].lowest);
    if (isfinite(layer->unit[u].highest)) *high = fmax(*high, layer->unit[u].highest);
  }
  if (!(*low < *high)) {
    double middle = isfinite(*low) ? *low : 0;
    *low = middle - 0.5, *high = middle + 0.5;
  }
}

/* Moves both ends inward while at most BEYOND_SHARE of the counts lie outside. */
static void trim_ends(const uint64_t *counts, double *low, double *high) {
  uint64_t all = 0, beyond = counts[0];
  for (size_t i = 0; i < LOOK_BINS + 2; i++)
    all += counts[i];
  double allowed = BEYOND_SHARE * (double)all, width = (*high - *low) / LOOK_BINS;
  size_t first = 0, last = LOOK_BINS;
  while (first + 1 < last && (double)(beyond + counts[first + 1]) <= allowed)
    beyond += counts[++first];
  beyond = counts[LOOK_BINS + 1];
  while (last > first + 1 && (double)(beyond + counts[last]) <= allowed)
    beyond += counts[last--];
  *high = *low + width * (double)last;
  *low += width * (double)first;
}

/* Turns counts into shares; what lies beyond an end is counted in the bin there. */
static void share_counts(const uint64_t *counts, distribution *spread) {
  double all = 0;
  for (size_t i = 0; i < DISTRIBUTION_BINS + 2; i++)
    all += (double)counts[i];
  for (size_t i = 0; i < DISTRIBUTION_BINS; i++)
    spread->share[i] = (double)counts[i + 1] / all;
  spread->share[0] += (double)counts[0] / all;
  spread->share[DISTRIBUTION_BINS - 1] += (double)counts[DISTRIBUTION_BINS + 1] / all;
}

/* Where the outputs of one layer begin and end, the outermost left out. */
static ramp_status trimmed_range(ramp_network *network, const ramp_data *data, size_t i,
                                 const ramp_layer_health *layer, double *low,
                                 double *high) {
  uint64_t look[LOOK_BINS + 2];
  layer_extremes(layer, low, high);
  ramp_status status =
      ramp_network_histogram(network, data, i, *low, *high, LOOK_BINS, look);
  if (status == RAMP_OK) trim_ends(look, low, high);
  return status;
}

/* One range for all compared layers, so that their bins can be compared. */
static ramp_status common_range(ramp_network *network, const ramp_data *data,
                                const int *compared, double *low, double *high) {
  ramp_evaluation evaluation;
  ramp_health *health;
  ramp_status status = ramp_network_evaluate(network, data, &evaluation, &health);
  if (status != RAMP_OK) return status;
  *low = INFINITY, *high = -INFINITY;
  for (size_t i = 0; i < health->layers && status == RAMP_OK; i++) {
    double from, to;
    if (!compared[i]) continue;
    status = trimmed_range(network, data, i, &health->layer[i], &from, &to);
    if (status == RAMP_OK) *low = fmin(*low, from), *high = fmax(*high, to);
  }
  ramp_health_free(health);
  return status;
}

ramp_status measure_distributions(ramp_network *network, const ramp_data *data,
                                  const int *compared, distribution *spread) {
  double low = 0, high = 0;
  ramp_status status = common_range(network, data, compared, &low, &high);
  for (size_t i = 0; i < ramp_network_layers(network) && status == RAMP_OK; i++) {
    uint64_t counts[DISTRIBUTION_BINS + 2];
    if (!compared[i]) continue;
    status =
        ramp_network_histogram(network, data, i, low, high, DISTRIBUTION_BINS, counts);
    if (status != RAMP_OK) break;
    spread->layer = i, spread->low = low, spread->high = high;
    share_counts(counts, spread++);
  }
  return status;
}

/* ------------------------------------------------------------------ measures */

/* How good an epoch is, larger is better: accuracy, or for a regression the loss turned
   round. */
static double goodness(const comparison *c, const ramp_evaluation *test) {
  return c->test->task == RAMP_REGRESSION ? -test->loss : test->accuracy;
}

static double best_goodness(const comparison *c, const run *r) {
  double best = -INFINITY;
  for (size_t e = 1; e <= r->history->epochs; e++)
    best = fmax(best, goodness(c, &r->history->epoch[e].test));
  return best;
}

static int descending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

/* The least 1, 2 or 5 times a power of ten that is not below `loss`. */
static double round_loss_up(double loss) {
  if (!(loss > 0) || !isfinite(loss)) return NAN;
  double power = pow(10, floor(log10(loss))), steps[] = {1, 2, 5, 10};
  int i = 0;
  while (i < 3 && steps[i] * power < loss)
    i++;
  return steps[i] * power;
}

/* The hardest round target that at least half of the functions reach. */
static double reachable_target(const comparison *c) {
  double *best = allocate(c->runs, sizeof *best);
  for (size_t i = 0; i < c->runs; i++)
    best[i] = best_goodness(c, &c->run[i]);
  qsort(best, c->runs, sizeof *best, descending);
  double half = best[(c->runs - 1) / 2];
  free(best);
  if (c->test->task == RAMP_REGRESSION) return round_loss_up(-half);
  /* the small addition keeps 0.85 itself from being rounded down to 0.80 */
  double steps = floor(half / ACCURACY_STEP + 1e-9);
  return steps >= 1 ? steps * ACCURACY_STEP : NAN;
}

static double seconds_to_target(const comparison *c, const ramp_history *history) {
  double wanted = c->test->task == RAMP_REGRESSION ? -c->target : c->target;
  for (size_t e = 1; e <= history->epochs; e++)
    if (goodness(c, &history->epoch[e].test) >= wanted - 1e-12)
      return history->epoch[e].seconds;
  return NAN;
}

static measures measure_run(const comparison *c, const run *r) {
  const ramp_history *history = r->history;
  const ramp_epoch *end = last_epoch(history);
  measures m = {.loss = end->test.loss, .accuracy = end->test.accuracy};
  m.best_loss = m.best_accuracy = NAN;
  for (size_t e = 0; e <= history->epochs; e++) {
    m.best_loss = fmin(m.best_loss, history->epoch[e].test.loss);
    m.best_accuracy = fmax(m.best_accuracy, history->epoch[e].test.accuracy);
  }
  m.target_seconds = seconds_to_target(c, history);
  m.hidden = layers_together(end, c->compared);
  m.gradient_ratio =
      history->epochs ? end->gradient_norm[0] / end->gradient_norm[c->layers - 1] : NAN;
  return m;
}

void measure_runs(comparison *c) {
  if (!c->target_given) c->target = reachable_target(c);
  for (size_t i = 0; i < c->runs; i++)
    c->run[i].measured = measure_run(c, &c->run[i]);
}

void free_comparison(comparison *c) {
  for (size_t i = 0; i < c->runs; i++) {
    free(c->run[i].function);
    free(c->run[i].network);
    ramp_history_free(c->run[i].history);
    free(c->run[i].spread);
  }
  free(c->run);
  free(c->network);
  free(c->compared);
  free(c->command);
}
