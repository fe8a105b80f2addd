/* SPDX-License-Identifier: MIT */
/* list_json.c: the table of functions as JSON. */
#include "list.h"
#include "number.h"
#include "program.h"

#include <jansson.h>
#include <stdio.h>

/* jansson prints all numbers of a document with the same digits: as many as the neediest
   wants. */
typedef struct document {
  int digits;
} document;

static json_t *real(document *d, double number) {
  int digits = number_digits(number, RAMP_F64);
  if (digits > d->digits) d->digits = digits;
  return json_real(number);
}

static json_t *parameters_of(document *d, const ramp_function *f) {
  const ramp_function_row *row = list_function_of(ramp_function_row_at(f->row));
  json_t *list = json_array();
  for (int i = 0; i < row->parameters; i++) {
    const ramp_parameter_row *parameter = &row->parameter[i];
    json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:s}", "name", parameter->name,
                                          "value", real(d, f->parameter[i]), "default",
                                          real(d, parameter->value), "domain",
                                          parameter->domain));
  }
  return list;
}

static json_t *kinks_of(document *d, const ramp_function *f) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(f, kinks);
  json_t *list = json_array();
  for (int i = 0; i < count; i++)
    json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "at", real(d, kinks[i].at),
                                          "left", real(d, kinks[i].left), "right",
                                          real(d, kinks[i].right)));
  return list;
}

static json_t *aliases_of(const ramp_function_row *row) {
  int i = 0;
  json_t *list = json_array();
  for (const ramp_function_row *alias; (alias = list_next_alias(row, &i));)
    json_array_append_new(list, json_string(alias->name));
  return list;
}

static json_t *function_object(document *d, const ramp_function *f) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o}", "name",
                   row->name, "stands_for", row->alias, "formula", row->formula,
                   "derivative", row->derivative, "range", row->range, "parameters",
                   parameters_of(d, f), "kinks", kinks_of(d, f), "aliases",
                   aliases_of(row), "initialisation",
                   list_initialisation(row->initialisation), "f64_value_ulp",
                   real(d, row->f64_value_bound), "f64_derivative_ulp",
                   real(d, row->f64_derivative_bound));
}

static json_t *table_array(document *d) {
  json_t *list = json_array();
  for (int i = 0; i < ramp_function_rows(); i++) {
    ramp_function f;
    if (ramp_function_parse(ramp_function_row_at(i)->name, &f) == RAMP_OK)
      json_array_append_new(list, function_object(d, &f));
  }
  return list;
}

int list_print_json(const ramp_function *only) {
  document d = {1};
  json_t *root = only ? function_object(&d, only) : table_array(&d);
  if (!root) return fail_memory();
  int failed =
      json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION((size_t)d.digits));
  json_decref(root);
  if (failed) return ferror(stdout) ? fail_standard_output() : fail_memory();
  putchar('\n');
  return EXIT_FINE;
}
