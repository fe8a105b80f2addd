/* SPDX-License-Identifier: MIT */
/* training_json.h: settings and histories as JSON.  A number that is not finite becomes
   null. */
#ifndef PROGRAM_TRAINING_JSON_H
#define PROGRAM_TRAINING_JSON_H

#include "findings.h"

#include <jansson.h>

json_t *json_number(double number);

/* Name, task and sizes of the data. */
json_t *json_data(const ramp_data *train, const ramp_data *test);

/* Optimiser, rates, batch, epochs, seed. */
json_t *json_training(const ramp_training *how);

/* An array of epochs, from 0, each with its layers. */
json_t *json_history(const ramp_history *history);

/* An array of sentences; of a comparison with the function that each is about. */
json_t *json_findings(const findings *found, const comparison *c);

/* The text of `object` with a newline at its end, the caller's to free; releases the
   object. */
char *json_text(json_t *object);

#endif
