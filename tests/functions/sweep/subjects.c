/* SPDX-License-Identifier: MIT */
/* Goes through functions. */
#include "subjects.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int row_called(const char *name) {
  for (int i = 0; i < ramp_function_rows(); i++)
    if (strcmp(ramp_function_row_at(i)->name, name) == 0) return i;
  return -1;
}

static int prepare(subject *s, const char *text) {
  *s = (subject){.row = row_called(text), .same = -1};
  snprintf(s->name, sizeof s->name, "%s", text);
  if (ramp_function_parse(text, &s->f) != RAMP_OK) {
    fprintf(stderr, "%s\n", ramp_error_detail());
    return 2;
  }
  if (oracle_line_of(s->f.row)) return 0;
  fprintf(stderr, "oracle.def has no line for %s\n", text);
  return 2;
}

/* The row that an alias with its function's own parameters is just another name of. */
static int same_row(const subject *s) {
  const char *alias = ramp_function_row_at(s->row)->alias;
  char name[128];
  ramp_function f;
  if (!alias) return -1;
  snprintf(name, sizeof name, "%.*s", (int)strcspn(alias, ":"), alias);
  int row = row_called(name);
  bool same = row >= 0 && row < s->row && ramp_function_parse(name, &f) == RAMP_OK &&
              memcmp(f.parameter, s->f.parameter, sizeof f.parameter) == 0;
  return same ? row : -1;
}

static int run_all(subject_run *run, void *context) {
  int worst = 0;
  for (int row = 0; row < ramp_function_rows(); row++) {
    subject s;
    int code = prepare(&s, ramp_function_row_at(row)->name);
    if (code == 0) {
      s.same = same_row(&s);
      code = run(context, &s);
    }
    if (code > worst) worst = code;
  }
  return worst;
}

int subjects_run(const char *function, subject_run *run, void *context) {
  if (strcmp(function, "all") == 0) return run_all(run, context);
  subject s;
  int code = prepare(&s, function);
  return code == 0 ? run(context, &s) : code;
}

void subject_task(const char *name, int direction, char *task, size_t size) {
  snprintf(task, size, "%s %s", name, direction_name[direction]);
}

void subjects_forget(const options *o, state *s) {
  bool all = strcmp(o->function, "all") == 0;
  char task[192];
  for (int i = 0; i < (all ? ramp_function_rows() : 1); i++)
    for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
      const char *name = all ? ramp_function_row_at(i)->name : o->function;
      subject_task(name, d, task, sizeof task);
      if (o->wanted[d]) state_set(s, task, NULL);
    }
}

void subject_date(char date[16]) {
  time_t now = time(NULL);
  strftime(date, 16, "%Y-%m-%d", gmtime(&now));
}
