/* SPDX-License-Identifier: MIT */
/* explain_json.c: an explanation as one line of JSON. */
#include "element.h"
#include "explanation.h"
#include "json_document.h"
#include "list.h"
#include "program.h"

#include <inttypes.h>
#include <math.h>

static json_t *bits_of(double number, ramp_type type) {
  return json_sprintf("0x%0*" PRIx64, (int)(2 * ramp_type_size(type)),
                      element_bits(number, type));
}

static json_t *number(json_document *d, double value) {
  return json_document_number(d, value);
}

static json_t *point_object(json_document *d, const explanation_point *point) {
  if (isnan(point->x)) return json_null();
  return json_pack("{s:o, s:o, s:o, s:o, s:o}", "x", number(d, point->x), "bits",
                   bits_of(point->x, d->type), "value", number(d, point->value),
                   "value_bits", bits_of(point->value, d->type), "ulp_away",
                   number(d, point->steps));
}

static json_t *answer_object(json_document *d, const explanation_answer *a) {
  return json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:s?}", "who", a->who, "call", a->call,
                   "value", a->has_value ? number(d, a->value) : json_null(),
                   "derivative",
                   a->has_derivative ? number(d, a->derivative) : json_null(), "differs",
                   a->differs, "measured", a->measured, "why", a->why);
}

static json_t *answers_array(json_document *d, const explanation *e) {
  json_t *list = json_array();
  for (int i = 0; i < e->answers; i++)
    json_array_append_new(list, answer_object(d, &e->answer[i]));
  return list;
}

static json_t *derivative_object(json_document *d, const explanation *e) {
  return json_pack("{s:o, s:o, s:o, s:b, s:b}", "taken", number(d, e->derivative), "left",
                   number(d, e->left), "right", number(d, e->right), "kink", e->is_kink,
                   "jump", e->is_jump);
}

static json_t *parameters_object(json_document *d, const explanation *e) {
  const ramp_function_row *row = list_function_of(ramp_function_row_at(e->function.row));
  json_t *object = json_object();
  for (int i = 0; i < e->parameters; i++)
    json_object_set_new(object, row->parameter[i].name, number(d, e->by_parameter[i]));
  return object;
}

static json_t *interval_array(json_document *d, const double ends[2]) {
  double low = fmin(ends[0], ends[1]), high = fmax(ends[0], ends[1]);
  return json_pack("[o, o]", number(d, low), number(d, high));
}

static json_t *random_object(json_document *d, const explanation *e) {
  if (!e->is_random) return json_null();
  return json_pack("{s:o, s:o, s:o}", "slope", interval_array(d, e->slope), "value",
                   interval_array(d, e->random_value), "derivative",
                   interval_array(d, e->random_derivative));
}

int explain_print_json(const explanation *e) {
  char function[128];
  json_document d = {e->type, 0};
  ramp_function_text(&e->function, function, sizeof function);
  json_t *root = json_pack(
      "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}",
      "function", function, "type", ramp_type_name(e->type), "x", number(&d, e->here.x),
      "x_bits", bits_of(e->here.x, e->type), "value", number(&d, e->here.value), "bits",
      bits_of(e->here.value, e->type), "ulp", number(&d, e->ulp), "below",
      point_object(&d, &e->below), "above", point_object(&d, &e->above), "derivative",
      derivative_object(&d, e), "by_parameter", parameters_object(&d, e), "in_training",
      random_object(&d, e), "others", answers_array(&d, e), "conventions",
      e->conventions);
  return json_document_print(&d, root, 0);
}
