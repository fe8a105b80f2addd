/* SPDX-License-Identifier: MIT */
/*
 * facts.h: what there is to know of a function with its parameters, as pairs of a term
 * and a text: the page that `ramp list NAME` prints and the one that `ramp list --html`
 * writes are views of it.
 */
#ifndef PROGRAM_FACTS_H
#define PROGRAM_FACTS_H

#include <ramp/ramp.h>

#include <stdbool.h>
#include <stddef.h>

typedef struct fact {
  const char *term; /* the same as the one before: another line on it */
  char *text;
} fact;

typedef struct facts {
  fact *list;
  size_t count;
} facts;

facts facts_of(const ramp_function *f);

/* Adds one at the end. */
void facts_add(facts *facts, const char *term, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "He: first weights with variance 2/inputs" */
void facts_add_initialisation(facts *facts, ramp_initialisation initialisation);
void facts_free(facts *facts);

/* "Odd", "never falls", ... of f, in words with a comma between; "none" when no property
   is known. The caller's to free. */
char *facts_properties(const ramp_function *f);

/* Why the derivative does not follow from the output, or cannot be kept in a bit: a
   sentence of the library's, valid until its next failure; null where it can. */
const char *facts_not_from_output(const ramp_function *f);
const char *facts_not_in_a_bit(const ramp_function *f);

/* Whether there are fast formulas for f on this CPU, and how far their f32 results may be
   off, in units in the last place, with default parameters. */
bool facts_fast_bounds(const ramp_function *f, double *value, double *derivative);

#endif
