/* SPDX-License-Identifier: MIT */
/* list_json.c: the table of functions as JSON. */
#include "json_document.h"
#include "list.h"
#include "program.h"

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

static json_t *kinks_of(json_document *d, const ramp_function *f) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(f, kinks);
  json_t *list = json_array();
  for (int i = 0; i < count; i++)
    json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "at",
                                          json_document_number(d, kinks[i].at), "left",
                                          json_document_number(d, kinks[i].left), "right",
                                          json_document_number(d, kinks[i].right)));
  return list;
}

static json_t *aliases_of(const ramp_function_row *row) {
  int i = 0;
  json_t *list = json_array();
  for (const ramp_function_row *alias; (alias = list_next_alias(row, &i));)
    json_array_append_new(list, json_string(alias->name));
  return list;
}

static json_t *function_object(json_document *d, const ramp_function *f) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o}", "name",
                   row->name, "stands_for", row->alias, "formula", row->formula,
                   "derivative", row->derivative, "range", row->range, "parameters",
                   parameters_of(d, f), "kinks", kinks_of(d, f), "aliases",
                   aliases_of(row), "initialisation",
                   list_initialisation(row->initialisation), "f64_value_ulp",
                   json_document_number(d, row->f64_value_bound), "f64_derivative_ulp",
                   json_document_number(d, row->f64_derivative_bound));
}

static json_t *table_array(json_document *d) {
  json_t *list = json_array();
  for (int i = 0; i < ramp_function_rows(); i++) {
    ramp_function f;
    if (ramp_function_parse(ramp_function_row_at(i)->name, &f) == RAMP_OK)
      json_array_append_new(list, function_object(d, &f));
  }
  return list;
}

int list_print_json(const ramp_function *only) {
  json_document d = {RAMP_F64, 0};
  json_t *root = only ? function_object(&d, only) : table_array(&d);
  return json_document_print(&d, root, JSON_INDENT(2));
}
