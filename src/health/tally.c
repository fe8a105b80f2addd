/* SPDX-License-Identifier: MIT */
/* Counting.  A batch is counted in columns of RAMP_TALLY_UNITS units, each by one
   thread, then merged into the units' own records: memory is proportional to the units,
   and the order of every sum is fixed by the shapes, not by the threads. */
#include "health/tally.h"

#include "api/status.h"
#include "health/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ start and end */

#define VARIANT(name, supported) &ramp_tally_loops_##name,
static const ramp_tally_loops *const variants[] = {
#include "kernels/variants.def"
};
#undef VARIANT

/* The loops of the instruction set that libramp uses. */
static const ramp_tally_loops *loops_in_use(void) {
  size_t i = 0, last = sizeof variants / sizeof *variants - 1;
  while (i < last && strcmp(variants[i]->variant, ramp_variant()) != 0)
    i++;
  return variants[i];
}

static ramp_status no_memory(void) {
  return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the health of the network's units");
}

ramp_status ramp_tally_start(size_t layers, ramp_tally *tally) {
  tally->loops = loops_in_use();
  tally->watch = calloc(layers, sizeof *tally->watch);
  tally->health = calloc(1, sizeof *tally->health);
  ramp_layer_health *layer = calloc(layers, sizeof *layer);
  if (tally->health && tally->watch && layer) {
    *tally->health = (ramp_health){layers, layer};
    return RAMP_OK;
  }
  free(layer);
  ramp_tally_discard(tally);
  return no_memory();
}

static ramp_function function_of_unit(const ramp_layer_health *layer,
                                      const ramp_layer_watch *watch, size_t u) {
  ramp_function f = layer->activation.function;
  if (watch->slopes) f.parameter[0] = (double)watch->slopes[u];
  return f;
}

/* Where each unit is saturated.  A learned slope that is no number any more says nothing;
   its outputs will. */
static ramp_status find_saturation(const ramp_layer_health *layer,
                                   ramp_layer_watch *watch) {
  ramp_status status = ramp_slope_profile_start(&watch->profile);
  for (size_t u = 0; u < layer->units && !status; u++) {
    ramp_function f = function_of_unit(layer, watch, u);
    ramp_status filled =
        u == 0 || watch->slopes ? ramp_slope_profile_fill(&f, &watch->profile) : RAMP_OK;
    if (filled && !watch->slopes) status = filled;
    if (filled) continue;
    watch->below[u] = watch->profile.saturated_below;
    watch->above[u] = watch->profile.saturated_above;
  }
  return status;
}

ramp_status ramp_tally_layer(ramp_tally *tally, size_t i,
                             const ramp_activation *activation, const float *slopes,
                             size_t units) {
  ramp_layer_health *layer = &tally->health->layer[i];
  ramp_layer_watch *watch = &tally->watch[i];
  layer->activation = *activation;
  layer->unit = calloc(units, sizeof *layer->unit);
  watch->slopes = slopes;
  watch->below = calloc(units, sizeof *watch->below);
  watch->above = calloc(units, sizeof *watch->above);
  if (!layer->unit || !watch->below || !watch->above) return no_memory();
  layer->units = units;
  for (size_t u = 0; u < units; u++) {
    layer->unit[u].lowest_in = layer->unit[u].lowest = INFINITY;
    layer->unit[u].highest_in = layer->unit[u].highest = -INFINITY;
    watch->below[u] = -INFINITY;
    watch->above[u] = INFINITY;
  }
  return activation->is_fold ? RAMP_OK : find_saturation(layer, watch);
}

static void free_watches(ramp_tally *tally) {
  size_t layers = tally->health && tally->watch ? tally->health->layers : 0;
  for (size_t i = 0; i < layers; i++) {
    ramp_slope_profile_free(&tally->watch[i].profile);
    free(tally->watch[i].below);
    free(tally->watch[i].above);
  }
  free(tally->watch);
}

void ramp_tally_discard(ramp_tally *tally) {
  free_watches(tally);
  ramp_health_free(tally->health);
}

void ramp_health_free(ramp_health *health) {
  if (!health) return;
  for (size_t i = 0; i < health->layers; i++)
    free(health->layer[i].unit);
  free(health->layer);
  free(health);
}

/* ------------------------------------------------------------------ counting */

static void start_block(const ramp_tally_part *part, ramp_tally_block *block) {
  memset(block, 0, sizeof *block);
  for (size_t u = 0; u < part->units; u++) {
    block->pivot[u] = isfinite(part->y[u]) ? part->y[u] : 0;
    block->lowest_in[u] = block->lowest[u] = INFINITY;
    block->highest_in[u] = block->highest[u] = -INFINITY;
  }
}

/* Two sets of numbers, each known by count, mean and sum of squared deviations, become
   one, after Chan, Golub and LeVeque. */
static void merge_moments(ramp_unit_health *unit, double count, double mean,
                          double squares) {
  double before = (double)(unit->examples - unit->nan - unit->infinite);
  double distance = mean - unit->mean, share = count / (before + count);
  unit->mean += distance * share;
  unit->variance += squares + distance * distance * before * share;
}

static void merge_unit(const ramp_tally_block *b, size_t u, size_t rows,
                       ramp_unit_health *unit) {
  double finite = (double)(rows - b->nan[u] - b->infinite[u]);
  if (finite > 0) {
    double shift = b->sum[u] / finite;
    merge_moments(unit, finite, b->pivot[u] + shift, b->squares[u] - b->sum[u] * shift);
  }
  unit->examples += rows;
  unit->positive += b->positive[u];
  unit->zero += b->zero[u];
  unit->saturated += b->saturated[u];
  unit->nan += b->nan[u];
  unit->infinite += b->infinite[u];
  unit->lowest_in = fminf(unit->lowest_in, b->lowest_in[u]);
  unit->highest_in = fmaxf(unit->highest_in, b->highest_in[u]);
  unit->lowest = fminf(unit->lowest, b->lowest[u]);
  unit->highest = fmaxf(unit->highest, b->highest[u]);
}

static void count_part(const ramp_tally *tally, const ramp_tally_part *part,
                       ramp_unit_health *unit) {
  ramp_tally_block block;
  start_block(part, &block);
  tally->loops->count(part, &block);
  for (size_t u = 0; u < part->units; u++)
    merge_unit(&block, u, part->rows, &unit[u]);
}

void ramp_tally_count(ramp_tally *tally, size_t i, size_t rows, const float *x,
                      const float *y) {
  ramp_layer_health *layer = &tally->health->layer[i];
  const ramp_layer_watch *watch = &tally->watch[i];
#pragma omp parallel for schedule(static) if (rows * layer->units > 30000)
  for (size_t from = 0; from < layer->units; from += RAMP_TALLY_UNITS) {
    size_t left = layer->units - from;
    ramp_tally_part part = {rows,
                            layer->units,
                            left < RAMP_TALLY_UNITS ? left : RAMP_TALLY_UNITS,
                            x + from,
                            y + from,
                            watch->below + from,
                            watch->above + from};
    count_part(tally, &part, layer->unit + from);
  }
}

/* ------------------------------------------------------------------ summary */

/* The slopes of unit u's function; null where there are none. */
static const ramp_slope_profile *profile_of_unit(const ramp_layer_health *layer,
                                                 ramp_layer_watch *watch, size_t u) {
  ramp_function f = function_of_unit(layer, watch, u);
  if (layer->activation.is_fold) return NULL;
  if (watch->slopes && ramp_slope_profile_fill(&f, &watch->profile)) return NULL;
  return &watch->profile;
}

static void finish_unit(const ramp_layer_health *layer, ramp_layer_watch *watch,
                        size_t u) {
  ramp_unit_health *unit = &layer->unit[u];
  ramp_function f = function_of_unit(layer, watch, u);
  uint64_t finite = unit->examples - unit->nan - unit->infinite;
  unit->variance = finite ? fmax(unit->variance, 0) / (double)finite : NAN;
  if (!finite) unit->mean = NAN;
  if (unit->lowest_in > unit->highest_in) unit->lowest_in = unit->highest_in = NAN;
  if (unit->lowest > unit->highest) unit->lowest = unit->highest = NAN;
  unit->verdict = ramp_unit_verdict(unit, &f, profile_of_unit(layer, watch, u));
}

/* Before the units are finished: `variance` still holds sums. */
static void finish_layer_moments(ramp_layer_health *layer) {
  ramp_unit_health all = {0};
  for (size_t u = 0; u < layer->units; u++) {
    const ramp_unit_health *unit = &layer->unit[u];
    uint64_t finite = unit->examples - unit->nan - unit->infinite;
    if (finite) merge_moments(&all, (double)finite, unit->mean, unit->variance);
    all.examples += finite;
  }
  layer->mean = all.examples ? all.mean : NAN;
  layer->variance = all.examples ? fmax(all.variance, 0) / (double)all.examples : NAN;
}

static void finish_layer(ramp_layer_health *layer, ramp_layer_watch *watch) {
  double zero = 0, positive = 0, saturated = 0, examples = 0;
  finish_layer_moments(layer);
  for (size_t u = 0; u < layer->units; u++) {
    const ramp_unit_health *unit = &layer->unit[u];
    finish_unit(layer, watch, u);
    layer->verdicts[unit->verdict]++;
    examples += (double)unit->examples;
    zero += (double)unit->zero;
    positive += (double)unit->positive;
    saturated += (double)unit->saturated;
  }
  layer->zero_share = zero / examples;
  layer->positive_share = positive / examples;
  layer->saturated_share = saturated / examples;
}

ramp_health *ramp_tally_finish(ramp_tally *tally) {
  for (size_t i = 0; i < tally->health->layers; i++)
    finish_layer(&tally->health->layer[i], &tally->watch[i]);
  free_watches(tally);
  return tally->health;
}
