/* SPDX-License-Identifier: MIT */
/* One small function per question; each adds a sentence when its numbers ask for one. */
#include "findings.h"
#include "allocate.h"

#include <math.h>
#include <stdarg.h>

/* What each verdict means, for the sentence that counts the units that have it. */
static const struct {
  ramp_verdict verdict;
  const char *meaning;
} grave[] = {
    {RAMP_BROKEN, "they put out NaN or infinity"},
    {RAMP_DEAD,
     "they put out exactly 0 for every example of the test set, so they say nothing "
     "and receive no gradient"},
    {RAMP_DYING, "they put out exactly 0 for nearly every example of the test set"},
    {RAMP_SATURATED,
     "nearly all their outputs lie where the function is flat, so they hardly "
     "learn"},
    {RAMP_LINEAR,
     "over the inputs they meet the function is a straight line, so they bend "
     "nothing"},
};
#define GRAVE (sizeof grave / sizeof *grave)

__attribute__((format(printf, 4, 5))) static void
add(findings *found, finding_kind kind, size_t run, const char *format, ...) {
  char *text = NULL;
  size_t size;
  FILE *stream = checked(open_memstream(&text, &size));
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stream, format, arguments);
  va_end(arguments);
  fclose(stream);
  found->list = checked(realloc(found->list, (found->count + 1) * sizeof *found->list));
  found->list[found->count++] = (finding){kind, run, checked(text)};
}

static const char *is_or_are(size_t count) { return count == 1 ? "is" : "are"; }

/* ------------------------------------------------------------------ of one training */

static void layer_verdicts(findings *found, const ramp_layer_health *layer,
                           size_t number) {
  for (size_t i = 0; i < GRAVE; i++) {
    size_t count = layer->verdicts[grave[i].verdict];
    if (count)
      add(found, FINDING_WARNING, FINDING_ALL, "layer %zu: %zu of %zu units %s %s: %s",
          number, count, layer->units, is_or_are(count),
          ramp_verdict_name(grave[i].verdict), grave[i].meaning);
  }
}

static void gradient_of_training(findings *found, const ramp_history *history) {
  const double *norm = last_epoch(history)->gradient_norm;
  double ratio = norm[0] / norm[history->layers - 1];
  if (ratio < VANISHING_RATIO)
    add(found, FINDING_WARNING, FINDING_ALL,
        "the gradient vanishes on its way back: in layer 1 its norm is %.2g, in layer "
        "%zu %.2g",
        norm[0], history->layers, norm[history->layers - 1]);
  if (ratio > EXPLODING_RATIO)
    add(found, FINDING_WARNING, FINDING_ALL,
        "the gradient explodes on its way back: in layer 1 its norm is %.2g, in layer "
        "%zu %.2g",
        norm[0], history->layers, norm[history->layers - 1]);
}

/* The epoch with the lowest test loss. */
static size_t best_epoch(const ramp_history *history) {
  size_t best = 0;
  for (size_t e = 1; e <= history->epochs; e++)
    if (history->epoch[e].test.loss < history->epoch[best].test.loss) best = e;
  return best;
}

static int is_overfitted(const ramp_history *history, size_t best) {
  return best > 0 && last_epoch(history)->test.loss >
                         OVERFITTED_RATIO * history->epoch[best].test.loss;
}

findings findings_of_training(const ramp_history *history) {
  findings found = {0};
  const ramp_health *health = last_epoch(history)->health;
  for (size_t i = 0; i < health->layers; i++)
    if (i + 1 < health->layers || health->layer[i].verdicts[RAMP_BROKEN])
      layer_verdicts(&found, &health->layer[i], i + 1);
  if (history->epochs) gradient_of_training(&found, history);
  size_t best = best_epoch(history);
  if (is_overfitted(history, best))
    add(&found, FINDING_WARNING, FINDING_ALL,
        "it overfits: the test loss was lowest after epoch %zu, %.4g, and has grown to "
        "%.4g since",
        best, history->epoch[best].test.loss, last_epoch(history)->test.loss);
  return found;
}

/* ------------------------------------------------------------------ of a comparison */

/* Larger is better. */
static double quality(const comparison *c, const run *r) {
  return c->test->task == RAMP_REGRESSION ? -r->measured.loss : r->measured.accuracy;
}

static void best_and_worst(const comparison *c, size_t *best, size_t *worst) {
  *best = *worst = 0;
  for (size_t i = 1; i < c->runs; i++) {
    if (quality(c, &c->run[i]) > quality(c, &c->run[*best])) *best = i;
    if (quality(c, &c->run[i]) < quality(c, &c->run[*worst])) *worst = i;
  }
}

/* Twice the standard error of an accuracy measured on so many examples. */
static double accuracy_margin(const comparison *c, double accuracy) {
  return 2 * sqrt(accuracy * (1 - accuracy) / (double)c->test->examples);
}

/* The names of the runs that lie within the margin of the best; null when there are none.
   */
static char *names_within(const comparison *c, size_t best, double margin) {
  char *text = NULL;
  size_t size, count = 0;
  FILE *stream = checked(open_memstream(&text, &size));
  for (size_t i = 0; i < c->runs; i++)
    if (i != best &&
        c->run[i].measured.accuracy >= c->run[best].measured.accuracy - margin)
      fprintf(stream, "%s%s", count++ ? ", " : "", c->run[i].function);
  fclose(stream);
  if (count) return checked(text);
  free(text);
  return NULL;
}

static void accuracy_order(findings *found, const comparison *c) {
  size_t best, worst;
  best_and_worst(c, &best, &worst);
  double highest = c->run[best].measured.accuracy,
         lowest = c->run[worst].measured.accuracy;
  add(found, FINDING_PLAIN, FINDING_ALL,
      "%s ends with the highest test accuracy, %.1f %%; %s with the lowest, %.1f %%",
      c->run[best].function, 100 * highest, c->run[worst].function, 100 * lowest);
  double margin = accuracy_margin(c, highest);
  char *near = names_within(c, best, margin);
  if (near)
    add(found, FINDING_PLAIN, FINDING_ALL,
        "within %.1f points of it, the uncertainty of an accuracy measured on %zu "
        "examples, "
        "lie %s: one seed does not tell them apart",
        100 * margin, c->test->examples, near);
  free(near);
}

static void loss_order(findings *found, const comparison *c) {
  size_t best, worst;
  best_and_worst(c, &best, &worst);
  add(found, FINDING_PLAIN, FINDING_ALL,
      "%s ends with the lowest test loss, %.4g; %s with the highest, %.4g",
      c->run[best].function, c->run[best].measured.loss, c->run[worst].function,
      c->run[worst].measured.loss);
}

/* How much of the last layer's gradient reaches the first one, in the first epoch. */
static double first_gradient_ratio(const comparison *c, size_t i) {
  const ramp_history *history = c->run[i].history;
  if (history->epochs == 0) return NAN;
  return history->epoch[1].gradient_norm[0] /
         history->epoch[1].gradient_norm[c->layers - 1];
}

static void gradient_order(findings *found, const comparison *c) {
  size_t least = 0, most = 0;
  for (size_t i = 0; i < c->runs; i++) {
    double ratio = first_gradient_ratio(c, i);
    if (!isfinite(ratio)) return;
    if (ratio < first_gradient_ratio(c, least)) least = i;
    if (ratio > first_gradient_ratio(c, most)) most = i;
  }
  if (least == most) return;
  add(found, FINDING_PLAIN, FINDING_ALL,
      "%s hands the least gradient back to the first layer, in the first epoch %.2g of "
      "the last "
      "layer's norm; %s the most, %.2g",
      c->run[least].function, first_gradient_ratio(c, least), c->run[most].function,
      first_gradient_ratio(c, most));
}

static void first_at_target(findings *found, const comparison *c) {
  size_t first = c->runs;
  for (size_t i = 0; i < c->runs; i++) {
    double seconds = c->run[i].measured.target_seconds;
    if (!isnan(seconds) &&
        (first == c->runs || seconds < c->run[first].measured.target_seconds))
      first = i;
  }
  if (first == c->runs) return;
  double seconds = c->run[first].measured.target_seconds;
  if (c->test->task == RAMP_REGRESSION)
    add(found, FINDING_PLAIN, FINDING_ALL,
        "%s is the first to reach a loss of %.4g: after %.2g s", c->run[first].function,
        c->target, seconds);
  else
    add(found, FINDING_PLAIN, FINDING_ALL,
        "%s is the first to reach %.4g %%: after %.2g s", c->run[first].function,
        100 * c->target, seconds);
}

static size_t dead_after(const comparison *c, const run *r, size_t epoch) {
  return layers_together(&r->history->epoch[epoch], c->compared).verdicts[RAMP_DEAD];
}

/* The epoch with the greatest rise in dead units, and that rise; 0 when there is none. */
static size_t deadliest_epoch(const comparison *c, const run *r, size_t *most) {
  size_t worst = 0, before = dead_after(c, r, 0);
  *most = 0;
  for (size_t e = 1; e <= r->history->epochs; e++) {
    size_t now = dead_after(c, r, e);
    if (now > before && now - before > *most) *most = now - before, worst = e;
    before = now;
  }
  return worst;
}

static void since_when_dead(findings *found, const comparison *c, size_t i) {
  const run *r = &c->run[i];
  size_t most, first = dead_after(c, r, 0), epoch = deadliest_epoch(c, r, &most);
  if (epoch)
    add(found, FINDING_WARNING, i,
        "%zu of its units %s dead before training; the count grew most in epoch %zu, by "
        "%zu",
        first, first == 1 ? "was" : "were", epoch, most);
}

static void run_verdicts(findings *found, const comparison *c, size_t i) {
  const layer_totals *hidden = &c->run[i].measured.hidden;
  for (size_t g = 0; g < GRAVE; g++) {
    size_t count = hidden->verdicts[grave[g].verdict];
    if (!count) continue;
    add(found, FINDING_WARNING, i, "%zu of %zu hidden units %s %s: %s", count,
        hidden->units, is_or_are(count), ramp_verdict_name(grave[g].verdict),
        grave[g].meaning);
    if (grave[g].verdict == RAMP_DEAD) since_when_dead(found, c, i);
  }
}

static void run_gradient(findings *found, const comparison *c, size_t i) {
  double ratio = first_gradient_ratio(c, i);
  if (ratio < VANISHING_RATIO)
    add(found, FINDING_WARNING, i,
        "its gradient vanishes on the way back: in the first epoch the norm is %.0f "
        "times less "
        "in the first layer than in the last",
        1 / ratio);
  if (ratio > EXPLODING_RATIO)
    add(found, FINDING_WARNING, i,
        "its gradient explodes on the way back: in the first epoch the norm is %.0f "
        "times more "
        "in the first layer than in the last",
        ratio);
}

static void run_outputs(findings *found, const comparison *c, size_t i) {
  const layer_totals *hidden = &c->run[i].measured.hidden;
  if (hidden->zero_share >= SPARSE_SHARE)
    add(found, FINDING_PLAIN, i,
        "its code is sparse: %.0f %% of the hidden outputs are exactly 0",
        100 * hidden->zero_share);
  if (hidden->saturated_share >= OFTEN_SATURATED_SHARE)
    add(found, FINDING_WARNING, i,
        "%.0f %% of its hidden outputs are saturated: there the slope is below %g of its "
        "largest",
        100 * hidden->saturated_share, RAMP_SATURATED_SLOPE);
}

static void run_end(findings *found, const comparison *c, size_t i) {
  const run *r = &c->run[i];
  size_t best = best_epoch(r->history);
  if (r->diverged)
    add(found, FINDING_WARNING, i,
        "it diverged: in epoch %zu the loss stopped being finite; a smaller "
        "--learning-rate may help",
        r->history->epochs + 1);
  else if (is_overfitted(r->history, best))
    add(found, FINDING_WARNING, i,
        "it overfits: the test loss was lowest after epoch %zu, %.4g, and has grown to "
        "%.4g since",
        best, r->history->epoch[best].test.loss, r->measured.loss);
  if (!isnan(c->target) && isnan(r->measured.target_seconds) && !r->diverged)
    add(found, FINDING_WARNING, i, "it never reaches the target in %zu epochs",
        r->history->epochs);
}

findings findings_of_comparison(const comparison *c) {
  findings found = {0};
  if (c->runs > 1) {
    if (c->test->task == RAMP_REGRESSION)
      loss_order(&found, c);
    else
      accuracy_order(&found, c);
  }
  first_at_target(&found, c);
  gradient_order(&found, c);
  for (size_t i = 0; i < c->runs; i++) {
    run_end(&found, c, i);
    run_verdicts(&found, c, i);
    run_gradient(&found, c, i);
    run_outputs(&found, c, i);
  }
  return found;
}

void findings_free(findings *found) {
  for (size_t i = 0; i < found->count; i++)
    free(found->list[i].text);
  free(found->list);
  *found = (findings){0};
}
