/* SPDX-License-Identifier: MIT */
/*
 * ramp-sweep: compares every one of the 2^32 f32 inputs of a function, value and
 * derivative, on every variant of this CPU, with the oracle, on all cores.
 *
 *     ramp-sweep FUNCTION|all [--direction value|derivative] [--variant NAME]
 *         [--hard FILE] [--only FILE] [--state FILE] [--record FILE]
 *
 * options.c says what the options do.  Exit 0: all correctly rounded, 1: some are not, 2:
 * it could not be checked.
 */
#include "options.h"
#include "run.h"
#include "section.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHUNK ((size_t)1 << 22)
#define SECONDS_BETWEEN_SAVES 2

/* One function, as text: what it is called in the table, or what the user wrote. */
typedef struct subject {
  char name[128];
  ramp_function f;
  bool swept; /* both directions, all inputs, all variants: outcome is what to record */
  outcome outcome[ORACLE_DIRECTIONS];
} subject;

typedef struct sweep {
  options options;
  state state;
  FILE *hard;
} sweep;

static int fail(const char *sentence, const char *word) {
  fprintf(stderr, "ramp-sweep: ");
  fprintf(stderr, sentence, word);
  fprintf(stderr, "\n");
  return 2;
}

/* ------------------------------------------------------------------ one direction */

static void print(const char *task, const pass *p, const outcome *o) {
  char counts[256], names[256];
  outcome_counts(o, &p->variants, counts, sizeof counts);
  variants_text(&p->variants, names, sizeof names);
  printf("%s: %s misrounded of %" PRIu64 " (%s), %.1f s, %" PRIu64 " decided by MPFR\n",
         task, counts, p->inputs, names, o->seconds, o->exact_answers);
  for (int v = 0; v < p->variants.count; v++)
    tally_print(&o->tally[v], p->variants.name[v], stdout);
  fflush(stdout);
}

static int read_only(const char *path, const char *name, const char *direction,
                     hard *list, pass *p) {
  FILE *file = fopen(path, "r");
  if (!file) return fail("%s cannot be read", path);
  int line = hard_read(list, file, name, direction);
  fclose(file);
  if (line) {
    fprintf(stderr, "ramp-sweep: %s:%d: not FUNCTION DIRECTION BITS\n", path, line);
    return 2;
  }
  p->list = list->x;
  p->inputs = list->count;
  return 0;
}

static int run(sweep *s, const char *task, pass *p, outcome *o) {
  ramp_status status = run_pass(p, task, &s->state, SECONDS_BETWEEN_SAVES, o);
  if (status != RAMP_OK) return fail("%s", ramp_status_text(status));
  print(task, p, o);
  return outcome_misrounded(o) != 0;
}

static int sweep_direction(sweep *s, subject *a, int direction) {
  const options *o = &s->options;
  const char *way = direction_name[direction];
  hard found = {0}, list = {0};
  char task[192];
  pass p = {.f = a->f,
            .direction = (oracle_direction)direction,
            .variants = o->variants,
            .compute = pass_library,
            .inputs = PASS_ALL,
            .hard = s->hard ? &found : NULL,
            .chunk = CHUNK};
  snprintf(task, sizeof task, "%s %s", a->name, way);
  int code = o->only ? read_only(o->only, a->name, way, &list, &p) : 0;
  if (code == 0) code = run(s, task, &p, &a->outcome[direction]);
  if (s->hard && code < 2 && !hard_write(&found, s->hard, a->name, way))
    code = fail("%s cannot be written", o->hard);
  hard_free(&found);
  hard_free(&list);
  return code;
}

/* ------------------------------------------------------------------ the record */

static const char record_head[] =
    "| function | value | derivative | seconds | variants | compiler | date |\n"
    "| --- | --- | --- | --- | --- | --- | --- |";

static int record(const sweep *s, const subject *a) {
  char counts[ORACLE_DIRECTIONS][256], names[256], date[32], row[1024];
  time_t now = time(NULL);
  strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
  variants_text(&s->options.variants, names, sizeof names);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++)
    outcome_counts(&a->outcome[d], &s->options.variants, counts[d], sizeof counts[d]);
  snprintf(row, sizeof row, "| %s | %s | %s | %.0f | %s | %s | %s |", a->name, counts[0],
           counts[1], a->outcome[0].seconds + a->outcome[1].seconds, names, RAMP_COMPILER,
           date);
  return section_set_row(s->options.record, "sweep", record_head, a->name, row) ? 0 : 2;
}

/* ------------------------------------------------------------------ functions */

static int most(int a, int b) { return a > b ? a : b; }

static bool is_row(const char *name) {
  for (int i = 0; i < ramp_function_rows(); i++)
    if (strcmp(ramp_function_row_at(i)->name, name) == 0) return true;
  return false;
}

static int sweep_function(sweep *s, subject *a) {
  const options *o = &s->options;
  int code = 0;
  for (int d = 0; d < ORACLE_DIRECTIONS && code < 2; d++)
    if (o->wanted[d]) code = most(code, sweep_direction(s, a, d));
  a->swept = code < 2 && o->wanted[0] && o->wanted[1] && o->all_variants && !o->only;
  if (a->swept && o->record && is_row(a->name)) code = most(code, record(s, a));
  return code;
}

static int prepare(subject *a, const char *text) {
  snprintf(a->name, sizeof a->name, "%s", text);
  if (ramp_function_parse(text, &a->f) != RAMP_OK) return fail("%s", ramp_error_detail());
  return oracle_line_of(a->f.row) ? 0 : fail("oracle.def has no line for %s", text);
}

/* The subject before `all[row]` that an alias is just another name of, or null. */
static const subject *same_function(const subject *all, int row) {
  const char *alias = ramp_function_row_at(row)->alias;
  size_t length = alias ? strcspn(alias, ":") : 0;
  for (int i = 0; i < row && alias; i++)
    if (strlen(all[i].name) == length && strncmp(all[i].name, alias, length) == 0 &&
        memcmp(all[i].f.parameter, all[row].f.parameter, sizeof all[i].f.parameter) == 0)
      return all[i].swept ? &all[i] : NULL;
  return NULL;
}

static int sweep_row(sweep *s, subject *all, int row) {
  subject *a = &all[row];
  int code = prepare(a, ramp_function_row_at(row)->name);
  const subject *same = code == 0 ? same_function(all, row) : NULL;
  if (code != 0) return code;
  if (!same) return sweep_function(s, a);
  memcpy(a->outcome, same->outcome, sizeof a->outcome);
  printf("%s: as %s\n", a->name, same->name);
  return s->options.record ? record(s, a) : 0;
}

static int sweep_all(sweep *s) {
  int rows = ramp_function_rows(), worst = 0;
  subject *all = calloc((size_t)rows, sizeof *all);
  if (!all) return fail("%s", ramp_status_text(RAMP_OUT_OF_MEMORY));
  for (int row = 0; row < rows; row++)
    worst = most(worst, sweep_row(s, all, row));
  free(all);
  return worst;
}

static int sweep_one(sweep *s) {
  subject a = {0};
  int code = prepare(&a, s->options.function);
  return code == 0 ? sweep_function(s, &a) : code;
}

/* What is done need not be gone on with. */
static void forget(sweep *s) {
  bool all = strcmp(s->options.function, "all") == 0;
  char task[192];
  for (int i = 0; i < (all ? ramp_function_rows() : 1); i++)
    for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
      const char *name = all ? ramp_function_row_at(i)->name : s->options.function;
      snprintf(task, sizeof task, "%s %s", name, direction_name[d]);
      if (s->options.wanted[d]) state_set(&s->state, task, NULL);
    }
}

int main(int count, char **argument) {
  sweep s = {0};
  if (!options_read(count, argument, &s.options)) return 2;
  const options *o = &s.options;
  s.hard = o->hard ? fopen(o->hard, "w") : NULL;
  if (o->hard && !s.hard) return fail("%s cannot be written", o->hard);
  /* Hard inputs are not part of the state, and a list takes seconds. */
  s.state = state_open(o->hard || o->only ? NULL : o->state, state_build_key());
  int code = strcmp(o->function, "all") == 0 ? sweep_all(&s) : sweep_one(&s);
  if (code < 2) forget(&s);
  state_close(&s.state);
  if (s.hard) fclose(s.hard);
  return code;
}
