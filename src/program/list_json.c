/* SPDX-License-Identifier: MIT */
/* list_json.c: the table of functions as JSON. */
#include "accuracy.h"
#include "conventions.h"
#include "fold_facts.h"
#include "json_document.h"
#include "list.h"
#include "program.h"

#include <math.h>

static json_t *parameters_of(json_document *d, const ramp_function *f) {
  const ramp_function_row *row = list_function_of(ramp_function_row_at(f->row));
  json_t *list = json_array();
  for (int i = 0; i < row->parameters; i++) {
    const ramp_parameter_row *parameter = &row->parameter[i];
    json_array_append_new(list,
                          json_pack("{s:s, s:o, s:o, s:s}", "name", parameter->name,
                                    "value", json_document_number(d, f->parameter[i]),
                                    "default", json_document_number(d, parameter->value),
                                    "domain", parameter->domain));
  }
  return list;
}

static json_t *points_array(json_document *d, const ramp_kink *points, int count) {
  json_t *list = json_array();
  for (int i = 0; i < count; i++)
    json_array_append_new(
        list, json_pack("{s:o, s:o, s:o}", "at", json_document_number(d, points[i].at),
                        "left", json_document_number(d, points[i].left), "right",
                        json_document_number(d, points[i].right)));
  return list;
}

static json_t *kinks_of(json_document *d, const ramp_function *f) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  return points_array(d, kinks, ramp_function_kinks(f, kinks));
}

static json_t *jumps_of(json_document *d, const ramp_function *f) {
  ramp_kink jumps[RAMP_KINKS_MAX];
  return points_array(d, jumps, ramp_function_jumps(f, jumps));
}

static json_t *shape_of(json_document *d, const ramp_function *f) {
  ramp_function_shape shape = {0, -INFINITY, INFINITY};
  ramp_function_shape_of(f, &shape);
  return json_pack(
      "{s:b, s:b, s:b, s:b, s:o, s:o}", "odd", shape.properties & RAMP_SHAPE_ODD, "even",
      shape.properties & RAMP_SHAPE_EVEN, "never_falls",
      shape.properties & RAMP_SHAPE_INCREASING, "linear_between_kinks",
      shape.properties & RAMP_SHAPE_LINEAR, "least", json_document_number(d, shape.least),
      "greatest", json_document_number(d, shape.greatest));
}

/* Null where nothing speaks against it, else why not. */
static json_t *objection(const char *why_not) {
  return why_not ? json_string(why_not) : json_null();
}

static json_t *names_of(const char *function) {
  const convention_names *names = convention_names_of(function);
  if (!names) return json_object();
  return json_pack("{s:s?, s:s?, s:s?, s:s?}", "pytorch", names->pytorch, "jax",
                   names->jax, "keras", names->keras, "onnx", names->onnx);
}

static void add_measured(void *object, const char *section, const char *text) {
  json_object_set_new(object, section, json_string(text));
}

static json_t *measured_of(const char *function) {
  json_t *object = json_object();
  accuracy_each(function, add_measured, object);
  return object;
}

static json_t *aliases_of(const ramp_function_row *row) {
  int i = 0;
  json_t *list = json_array();
  for (const ramp_function_row *alias; (alias = list_next_alias(row, &i));)
    json_array_append_new(list, json_string(alias->name));
  return list;
}

/* Null where there are no fast formulas. */
static json_t *fast_of(json_document *d, const ramp_function *f) {
  double value, derivative;
  if (!facts_fast_bounds(f, &value, &derivative)) return json_null();
  return json_pack("{s:o, s:o}", "f32_value_ulp", json_document_number(d, value),
                   "f32_derivative_ulp", json_document_number(d, derivative));
}

static json_t *knowledge_of(json_document *d, const ramp_function *f) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "fast", fast_of(d, f), "jumps",
                   jumps_of(d, f), "shape", shape_of(d, f), "not_from_output",
                   objection(facts_not_from_output(f)), "not_from_a_bit",
                   objection(facts_not_in_a_bit(f)), "measured", measured_of(row->name),
                   "names", names_of(row->name));
}

static json_t *function_object(json_document *d, const ramp_function *f) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  json_t *object = json_pack(
      "{s:s, s:b, s:s?, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o}", "name", row->name,
      "several_inputs", 0, "stands_for", row->alias, "formula", row->formula,
      "derivative", row->derivative, "range", row->range, "parameters",
      parameters_of(d, f), "kinks", kinks_of(d, f), "aliases", aliases_of(row),
      "initialisation", list_initialisation(row->initialisation), "f64_value_ulp",
      json_document_number(d, row->f64_value_bound), "f64_derivative_ulp",
      json_document_number(d, row->f64_derivative_bound));
  json_object_update_new(object, knowledge_of(d, f));
  return object;
}

static json_t *arguments_of(const ramp_fold *fold) {
  const ramp_fold_row *row = ramp_fold_row_at(fold->row);
  json_t *list = json_array();
  for (int i = 0; i < row->arguments; i++) {
    char value[64];
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:s}", "name", row->argument[i].name, "value",
                        fold_argument(fold, i, value), "default", row->argument[i].value,
                        "domain", row->argument[i].domain));
  }
  return list;
}

static json_t *fold_object(const ramp_fold *fold) {
  const ramp_fold_row *row = ramp_fold_row_at(fold->row);
  return json_pack("{s:s, s:b, s:s, s:s, s:s, s:o, s:s, s:b, s:s?, s:s, s:o}", "name",
                   row->name, "several_inputs", 1, "formula", row->formula, "derivative",
                   row->derivative, "range", row->range, "arguments", arguments_of(fold),
                   "kept", fold_kept(fold), "mask", row->masked, "gate", row->gate,
                   "initialisation", list_initialisation(row->initialisation), "names",
                   fold_names_json(row->name));
}

static json_t *table_array(json_document *d) {
  json_t *list = json_array();
  for (int i = 0; i < ramp_function_rows(); i++) {
    ramp_function f;
    if (ramp_function_parse(ramp_function_row_at(i)->name, &f) == RAMP_OK)
      json_array_append_new(list, function_object(d, &f));
  }
  for (int i = 0; i < ramp_fold_rows(); i++) {
    ramp_fold fold;
    if (ramp_fold_parse(ramp_fold_row_at(i)->name, &fold) == RAMP_OK)
      json_array_append_new(list, fold_object(&fold));
  }
  return list;
}

int list_print_json(const ramp_activation *only) {
  json_document d = {RAMP_F64, 0};
  json_t *root = !only           ? table_array(&d)
                 : only->is_fold ? fold_object(&only->fold)
                                 : function_object(&d, &only->function);
  return json_document_print(&d, root, JSON_INDENT(2));
}
