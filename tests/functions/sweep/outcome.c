/* SPDX-License-Identifier: MIT */
/* Results of a pass, and their text. */
#include "outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

uint64_t outcome_misrounded(const outcome *o) {
  uint64_t most = 0;
  for (int v = 0; v < VARIANTS_MAX; v++)
    if (o->tally[v].misrounded > most) most = o->tally[v].misrounded;
  return most;
}

void outcome_counts(const outcome *o, const variants *v, char *text, size_t size) {
  size_t used = 0;
  snprintf(text, size, "0");
  if (outcome_misrounded(o) == 0) return;
  for (int i = 0; i < v->count && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%s %" PRIu64, i ? ", " : "",
                             v->name[i], o->tally[i].misrounded);
}

static int write_tally(const tally *t, const char *name, char *text, size_t size) {
  int used = snprintf(text, size, " %s %" PRIu64, name, t->misrounded);
  for (int i = 0; i < tally_known(t); i++)
    used += snprintf(text + used, size - (size_t)used, " %x %x %x", t->worst[i].x,
                     t->worst[i].got, t->worst[i].expected);
  return used;
}

void outcome_write(const outcome *o, const variants *v, char text[OUTCOME_TEXT_MAX]) {
  int used = snprintf(text, OUTCOME_TEXT_MAX, "%" PRIu64 " %" PRIu64 " %.3f", o->done,
                      o->exact_answers, o->seconds);
  for (int i = 0; i < v->count; i++)
    used += write_tally(&o->tally[i], v->name[i], text + used,
                        OUTCOME_TEXT_MAX - (size_t)used);
}

/* Returns what comes after the tally, or null. */
static const char *read_tally(tally *t, const char *name, const char *text) {
  char found[32];
  int end = 0;
  if (sscanf(text, "%31s %" SCNu64 "%n", found, &t->misrounded, &end) != 2) return NULL;
  if (strcmp(found, name) != 0) return NULL;
  text += end;
  for (int i = 0; i < tally_known(t); i++) {
    miss *m = &t->worst[i];
    if (sscanf(text, "%" SCNx32 " %" SCNx32 " %" SCNx32 "%n", &m->x, &m->got,
               &m->expected, &end) != 3)
      return NULL;
    text += end;
  }
  return text;
}

bool outcome_read(outcome *o, const variants *v, const char *text) {
  outcome read = {0};
  int end = 0;
  *o = read;
  if (!text || sscanf(text, "%" SCNu64 " %" SCNu64 " %lf%n", &read.done,
                      &read.exact_answers, &read.seconds, &end) != 3)
    return false;
  text += end;
  for (int i = 0; i < v->count; i++)
    if (!(text = read_tally(&read.tally[i], v->name[i], text))) return false;
  if (*text) return false;
  *o = read;
  return true;
}
