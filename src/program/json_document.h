/* SPDX-License-Identifier: MIT */
/* json_document.h: numbers in JSON that read back to the same ones.  jansson prints all
   numbers of a document with the same digits: as many as the neediest wants. */
#ifndef PROGRAM_JSON_DOCUMENT_H
#define PROGRAM_JSON_DOCUMENT_H

#include <jansson.h>
#include <ramp/ramp.h>

typedef struct json_document {
  ramp_type type; /* of its numbers */
  int digits;
} json_document;

/* `number` as a part of the document; "nan", "inf" and "-inf" where JSON has no number.
 */
json_t *json_document_number(json_document *document, double number);

/* The same of several, and of bytes, as arrays. */
json_t *json_document_numbers(json_document *document, const double *number,
                              size_t count);
json_t *json_document_bytes(const unsigned char *byte, size_t count);

/* Prints the document and a newline on standard output, with jansson's `flags`, and
   releases it; EXIT_FINE, or reported. */
int json_document_print(const json_document *document, json_t *root, size_t flags);

#endif
