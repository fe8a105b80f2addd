/* SPDX-License-Identifier: MIT */
/* The whole comparison as one JSON object: settings, then per function the measures,
   every epoch and the distributions. */
#include "allocate.h"
#include "report.h"
#include "training_json.h"

static void set_number(json_t *object, const char *name, double number) {
  json_object_set_new(object, name, json_number(number));
}

static json_t *json_distribution(const distribution *spread) {
  json_t *shares = json_array();
  for (int i = 0; i < DISTRIBUTION_BINS; i++)
    json_array_append_new(shares, json_number(spread->share[i]));
  json_t *object = json_object();
  json_object_set_new(object, "layer", json_integer((json_int_t)spread->layer + 1));
  set_number(object, "low", spread->low);
  set_number(object, "high", spread->high);
  json_object_set_new(object, "shares", shares);
  return object;
}

static json_t *json_distributions(const comparison *c, const run *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < compared_layers(c); i++)
    json_array_append_new(list, json_distribution(&r->spread[i]));
  return list;
}

static void set_measures(json_t *object, const run *r) {
  const measures *m = &r->measured;
  set_number(object, "test_accuracy", m->accuracy);
  set_number(object, "test_loss", m->loss);
  set_number(object, "best_test_accuracy", m->best_accuracy);
  set_number(object, "best_test_loss", m->best_loss);
  set_number(object, "seconds_to_target", m->target_seconds);
  json_object_set_new(object, "hidden_units", json_integer((json_int_t)m->hidden.units));
  json_object_set_new(object, "dead_units",
                      json_integer((json_int_t)m->hidden.verdicts[RAMP_DEAD]));
  set_number(object, "sparsity", m->hidden.zero_share);
  set_number(object, "saturated_share", m->hidden.saturated_share);
  set_number(object, "mean_activation", m->hidden.mean);
  set_number(object, "gradient_first_to_last", m->gradient_ratio);
  set_number(object, "examples_per_second", r->history->images_per_second);
}

static json_t *json_run(const comparison *c, const run *r) {
  json_t *object =
      json_pack("{s:s, s:s, s:I, s:b}", "function", r->function, "network", r->network,
                "parameters", (json_int_t)r->parameters, "diverged", r->diverged);
  set_measures(object, r);
  json_object_set_new(object, "epochs", json_history(r->history));
  json_object_set_new(object, "distributions", json_distributions(c, r));
  return object;
}

char *comparison_json(const comparison *c) {
  json_t *object = json_pack("{s:s, s:s, s:s, s:I, s:i, s:s}", "ramp", RAMP_VERSION,
                             "command", c->command, "network", c->network, "parameters",
                             (json_int_t)c->parameters, "threads", c->threads, "variant",
                             ramp_variant());
  findings found = findings_of_comparison(c);
  json_object_set_new(object, "data", json_data(c->train, c->test));
  json_object_set_new(object, "training", json_training(&c->how));
  set_number(object, "target", c->target);
  json_object_set_new(object, "target_given", json_boolean(c->target_given));
  json_t *runs = json_array();
  for (size_t i = 0; i < c->runs; i++)
    json_array_append_new(runs, json_run(c, &c->run[i]));
  json_object_set_new(object, "functions", runs);
  json_object_set_new(object, "findings", json_findings(&found, c));
  findings_free(&found);
  return json_text(object);
}
