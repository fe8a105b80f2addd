/* SPDX-License-Identifier: MIT */
/* Results of a measurement, and their text. */
#include "gauge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

worst reading_worst(const reading *r) {
  worst most = {0};
  for (int v = 0; v < VARIANTS_MAX; v++)
    if (r->worst[v].ulps > most.ulps) most = r->worst[v];
  return most;
}

void reading_write(const reading *r, const variants *v, char text[READING_TEXT_MAX]) {
  int used = snprintf(text, READING_TEXT_MAX, "%" PRIu64 " %" PRIu64 " %.3f", r->done,
                      r->exact_answers, r->seconds);
  for (int i = 0; i < v->count; i++)
    used += snprintf(text + used, READING_TEXT_MAX - (size_t)used, " %s %a %a",
                     v->name[i], r->worst[i].ulps, r->worst[i].x);
}

void reading_save(const reading *r, const variants *v, state *s, const char *task) {
  char text[READING_TEXT_MAX];
  reading_write(r, v, text);
  if (!state_set(s, task, text)) fprintf(stderr, "%s cannot be written\n", s->path);
}

bool reading_read(reading *r, const variants *v, const char *text) {
  reading read = {0};
  int end = 0;
  *r = read;
  if (!text || sscanf(text, "%" SCNu64 " %" SCNu64 " %lf%n", &read.done,
                      &read.exact_answers, &read.seconds, &end) != 3)
    return false;
  for (int i = 0; i < v->count; i++) {
    char name[32];
    text += end;
    if (sscanf(text, "%31s %la %la%n", name, &read.worst[i].ulps, &read.worst[i].x,
               &end) != 3 ||
        strcmp(name, v->name[i]) != 0)
      return false;
  }
  if (text[end]) return false;
  *r = read;
  return true;
}
