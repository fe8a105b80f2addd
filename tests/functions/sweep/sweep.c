/* SPDX-License-Identifier: MIT */
/*
 * ramp-sweep: compares every one of the 2^32 f32 inputs of a function, value and
 * derivative, on every variant of this CPU, with the oracle, on all cores.
 *
 *     ramp-sweep FUNCTION|all [--direction value|derivative] [--variant NAME]
 *         [--hard FILE] [--only FILE] [--state FILE] [--record FILE]
 *
 * `usage` says what the options do.  Exit 0: all correctly rounded, 1: some are not, 2:
 * it could not be checked.
 */
#include "run.h"
#include "section.h"
#include "subjects.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)1 << 22)
#define SECONDS_BETWEEN_SAVES 2

static const char usage[] =
    "usage: ramp-sweep FUNCTION|all [OPTION...]\n"
    "  --direction value|derivative  one of the two\n"
    "  --variant NAME   one variant instead of all that this CPU runs\n"
    "  --hard FILE      write the inputs that took MPFR to FILE\n"
    "  --only FILE      check only the inputs of such a file\n"
    "  --state FILE     keep the state there, and go on where it was\n"
    "  --record FILE    replace the functions' rows in this document\n"
    "Exit code 0: all correctly rounded, 1: some are not, 2: it could not be checked.\n";

/* What is known of a row: complete with all inputs, both directions and all variants. */
typedef struct result {
  bool complete;
  outcome outcome[ORACLE_DIRECTIONS];
} result;

typedef struct sweep {
  options options;
  state state;
  FILE *hard;
  result *rows; /* [ramp_function_rows()] */
} sweep;

static int fail(const char *sentence, const char *word) {
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
    fprintf(stderr, "%s:%d: not FUNCTION DIRECTION BITS\n", path, line);
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

static int sweep_direction(sweep *s, const subject *a, int direction, outcome *out) {
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
  subject_task(a->name, direction, task, sizeof task);
  int code = o->only ? read_only(o->only, a->name, way, &list, &p) : 0;
  if (code == 0) code = run(s, task, &p, out);
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

static int record(const sweep *s, const char *name, const result *r) {
  char counts[ORACLE_DIRECTIONS][256], names[256], date[16], row[1024];
  subject_date(date);
  variants_text(&s->options.variants, names, sizeof names);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++)
    outcome_counts(&r->outcome[d], &s->options.variants, counts[d], sizeof counts[d]);
  snprintf(row, sizeof row, "| %s | %s | %s | %.0f | %s | %s | %s |", name, counts[0],
           counts[1], r->outcome[0].seconds + r->outcome[1].seconds, names, RAMP_COMPILER,
           date);
  return section_set_row(s->options.record, "sweep", record_head, name, row) ? 0 : 2;
}

/* ------------------------------------------------------------------ functions */

static int most(int a, int b) { return a > b ? a : b; }

static int sweep_directions(sweep *s, const subject *a, result *r) {
  const options *o = &s->options;
  int code = 0;
  for (int d = 0; d < ORACLE_DIRECTIONS && code < 2; d++)
    if (o->wanted[d]) code = most(code, sweep_direction(s, a, d, &r->outcome[d]));
  r->complete = code < 2 && o->wanted[0] && o->wanted[1] && o->all_variants && !o->only;
  return code;
}

static int sweep_subject(void *context, const subject *a) {
  sweep *s = context;
  result other = {0}, *r = a->row >= 0 ? &s->rows[a->row] : &other;
  int code = 0;
  if (a->same >= 0 && s->rows[a->same].complete) {
    *r = s->rows[a->same];
    printf("%s: as %s\n", a->name, ramp_function_row_at(a->same)->name);
  } else {
    code = sweep_directions(s, a, r);
  }
  bool recorded = s->options.record && a->row >= 0 && r->complete;
  return recorded ? most(code, record(s, a->name, r)) : code;
}

static int sweep_functions(sweep *s) {
  const options *o = &s->options;
  s->hard = o->hard ? fopen(o->hard, "w") : NULL;
  if (o->hard && !s->hard) return fail("%s cannot be written", o->hard);
  /* Hard inputs are not part of the state, and a list takes seconds. */
  s->state = state_open(o->hard || o->only ? NULL : o->state, state_build_key());
  int code = subjects_run(o->function, sweep_subject, s);
  if (code < 2) subjects_forget(o, &s->state);
  state_close(&s->state);
  if (s->hard) fclose(s->hard);
  return code;
}

int main(int count, char **argument) {
  sweep s = {0};
  if (!options_read(count, argument, usage, &s.options)) return 2;
  s.rows = calloc((size_t)ramp_function_rows(), sizeof *s.rows);
  if (!s.rows) return fail("%s", ramp_status_text(RAMP_OUT_OF_MEMORY));
  int code = sweep_functions(&s);
  free(s.rows);
  return code;
}
