/* SPDX-License-Identifier: MIT */
/* Objects are built field by field; jansson escapes the text. */
#include "training_json.h"
#include "allocate.h"

#include <math.h>

json_t *json_number(double number) {
  return isfinite(number) ? json_real(number) : json_null();
}

json_t *json_data(const ramp_data *train, const ramp_data *test) {
  return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "name", test->name, "task",
                   test->task == RAMP_REGRESSION ? "regression" : "classification",
                   "training_examples", (json_int_t)train->examples, "test_examples",
                   (json_int_t)test->examples, "inputs", (json_int_t)test->inputs,
                   "outputs", (json_int_t)test->outputs);
}

json_t *json_training(const ramp_training *how) {
  json_t *object =
      json_pack("{s:s, s:f, s:I, s:I, s:I}", "optimiser",
                how->optimiser == RAMP_SGD ? "sgd" : "adam", "learning_rate",
                how->learning_rate, "batch", (json_int_t)how->batch, "epochs",
                (json_int_t)how->epochs, "seed", (json_int_t)how->seed);
  if (how->optimiser == RAMP_SGD) {
    json_object_set_new(object, "momentum", json_real(how->momentum));
  } else {
    json_object_set_new(object, "beta1", json_real(how->beta1));
    json_object_set_new(object, "beta2", json_real(how->beta2));
    json_object_set_new(object, "epsilon", json_real(how->epsilon));
  }
  return object;
}

static json_t *json_layer(const ramp_layer_health *layer, double gradient_norm) {
  char function[256];
  ramp_activation_text(&layer->activation, function, sizeof function);
  json_t *object =
      json_pack("{s:s, s:I}", "function", function, "units", (json_int_t)layer->units);
  for (int v = 0; v < RAMP_VERDICTS; v++)
    json_object_set_new(object, ramp_verdict_name((ramp_verdict)v),
                        json_integer((json_int_t)layer->verdicts[v]));
  json_object_set_new(object, "zero_share", json_number(layer->zero_share));
  json_object_set_new(object, "positive_share", json_number(layer->positive_share));
  json_object_set_new(object, "saturated_share", json_number(layer->saturated_share));
  json_object_set_new(object, "mean", json_number(layer->mean));
  json_object_set_new(object, "variance", json_number(layer->variance));
  json_object_set_new(object, "gradient_norm", json_number(gradient_norm));
  return object;
}

static json_t *json_epoch(const ramp_epoch *epoch, size_t number) {
  json_t *object = json_object(), *layers = json_array();
  for (size_t i = 0; i < epoch->health->layers; i++)
    json_array_append_new(layers,
                          json_layer(&epoch->health->layer[i], epoch->gradient_norm[i]));
  json_object_set_new(object, "epoch", json_integer((json_int_t)number));
  json_object_set_new(object, "seconds", json_number(epoch->seconds));
  json_object_set_new(object, "train_loss", json_number(epoch->train_loss));
  json_object_set_new(object, "train_accuracy", json_number(epoch->train_accuracy));
  json_object_set_new(object, "test_loss", json_number(epoch->test.loss));
  json_object_set_new(object, "test_accuracy", json_number(epoch->test.accuracy));
  json_object_set_new(object, "layers", layers);
  return object;
}

json_t *json_history(const ramp_history *history) {
  json_t *epochs = json_array();
  for (size_t e = 0; e <= history->epochs; e++)
    json_array_append_new(epochs, json_epoch(&history->epoch[e], e));
  return epochs;
}

json_t *json_findings(const findings *found, const comparison *c) {
  json_t *list = json_array();
  for (size_t i = 0; i < found->count; i++) {
    const finding *one = &found->list[i];
    json_t *object = json_pack("{s:s, s:b}", "text", one->text, "warning",
                               one->kind == FINDING_WARNING);
    if (c && one->run != FINDING_ALL)
      json_object_set_new(object, "function", json_string(c->run[one->run].function));
    json_array_append_new(list, object);
  }
  return list;
}

char *json_text(json_t *object) {
  char *text = json_dumps(checked(object), JSON_INDENT(1) | JSON_REAL_PRECISION(9));
  json_decref(object);
  size_t length = strlen(checked(text));
  text = checked(realloc(text, length + 2));
  strcpy(text + length, "\n");
  return text;
}
