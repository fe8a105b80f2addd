/* SPDX-License-Identifier: MIT */
/* json_document.c: see json_document.h. */
#include "json_document.h"
#include "number.h"
#include "program.h"

#include <math.h>

json_t *json_document_number(json_document *document, double number) {
  int digits = number_digits(number, document->type);
  if (digits > document->digits) document->digits = digits;
  if (isfinite(number)) return json_real(number);
  return json_string(isnan(number) ? "nan" : number < 0 ? "-inf" : "inf");
}

json_t *json_document_numbers(json_document *d, const double *number, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(list, json_document_number(d, number[i]));
  return list;
}

json_t *json_document_bytes(const unsigned char *byte, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(list, json_integer(byte[i]));
  return list;
}

int json_document_print(const json_document *document, json_t *root, size_t flags) {
  if (!root) return fail_memory();
  size_t digits = (size_t)(document->digits ? document->digits : 1);
  int failed = json_dumpf(root, stdout, flags | JSON_REAL_PRECISION(digits));
  json_decref(root);
  if (failed) return ferror(stdout) ? fail_standard_output() : fail_memory();
  putchar('\n');
  return EXIT_FINE;
}
