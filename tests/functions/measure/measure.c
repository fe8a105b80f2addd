/* SPDX-License-Identifier: MIT */
/*
 * ramp-measure: the largest error of a function's 64-bit value and derivative against
 * MPFR, in units in the last place, on more than 10^7 inputs and every variant of this
 * CPU.
 *
 *     ramp-measure FUNCTION|all [--direction value|derivative] [--variant NAME]
 *         [--share NUMBER] [--state FILE] [--record FILE]
 *
 * `usage` says what the options do.  Exit 0: all within the bounds of the table, 1: some
 * are not, 2: it could not be measured.
 */
#include "gauge.h"
#include "progress.h"
#include "section.h"
#include "subjects.h"

#include <inttypes.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)1 << 18)
#define SECONDS_BETWEEN_SAVES 2

static const char usage[] =
    "usage: ramp-measure FUNCTION|all [OPTION...]\n"
    "  --direction value|derivative  one of the two\n"
    "  --variant NAME   one variant instead of all that this CPU runs\n"
    "  --share NUMBER   of the inputs: 0.01 for a hundredth\n"
    "  --state FILE     keep the state there, and go on where it was\n"
    "  --record FILE    replace the functions' rows in this document\n"
    "Exit code 0: within the table's bounds, 1: beyond, 2: it could not be measured.\n";

/* What is known of a row: complete with all inputs, both directions and all variants. */
typedef struct result {
  bool complete;
  reading reading[ORACLE_DIRECTIONS];
} result;

typedef struct measurement {
  options options;
  state state;
  result *rows; /* [ramp_function_rows()] */
} measurement;

static int fail(const char *sentence) {
  fprintf(stderr, "%s\n", sentence);
  return 2;
}

/* Rounded up, so that what is printed is a bound. */
static double up(double ulps) { return ceil(ulps * 1000) / 1000; }

/* ------------------------------------------------------------------ one direction */

static double bound_of(const subject *a, int direction) {
  const ramp_function_row *row = ramp_function_row_at(a->f.row);
  return direction == ORACLE_VALUE ? row->f64_value_bound : row->f64_derivative_bound;
}

/* " (avx2 0.547)": what other variants reach, where that is less. */
static void others(const reading *r, const variants *v, char *text, size_t size) {
  double most = up(reading_worst(r).ulps);
  size_t used = 0;
  text[0] = 0;
  for (int i = 0; i < v->count && used < size; i++)
    if (up(r->worst[i].ulps) < most)
      used += (size_t)snprintf(text + used, size - used, "%s%s %.3f", used ? ", " : " (",
                               v->name[i], up(r->worst[i].ulps));
  if (used && used < size) snprintf(text + used, size - used, ")");
}

/* Whether it keeps the bound. */
static bool print(const char *task, const variants *v, const reading *r, double bound) {
  worst w = reading_worst(r);
  char less[256];
  others(r, v, less, sizeof less);
  printf("%s: at most %.3f ulp%s", task, up(w.ulps), less);
  if (w.ulps > 0) printf(" at x = %a", w.x);
  printf(", %" PRIu64 " inputs, %.1f s, %" PRIu64 " decided by MPFR\n", r->done,
         r->seconds, r->exact_answers);
  if (w.ulps > bound) printf("  beyond the bound in functions.def, %g\n", bound);
  fflush(stdout);
  return w.ulps <= bound;
}

static ramp_status run(measurement *m, const gauge *g, const char *task, reading *r) {
  uint64_t inputs = plan_inputs(&g->plan);
  ramp_status status = RAMP_OK;
  double saved = omp_get_wtime();
  reading_read(r, &g->variants, state_get(&m->state, task));
  while (r->done < inputs && status == RAMP_OK) {
    status = gauge_chunk(g, r);
    if (r->done == inputs || omp_get_wtime() - saved > SECONDS_BETWEEN_SAVES) {
      reading_save(r, &g->variants, &m->state, task);
      saved = omp_get_wtime();
    }
    progress_show(task, r->done, inputs, r->seconds);
  }
  progress_clear();
  return status;
}

static int measure_direction(measurement *m, const subject *a, int direction,
                             reading *r) {
  char task[192];
  oracle *truth = oracle_open(&a->f);
  if (!truth) return fail(ramp_status_text(RAMP_OUT_OF_MEMORY));
  gauge g = {.f = a->f,
             .direction = (oracle_direction)direction,
             .variants = m->options.variants,
             .compute = gauge_library,
             .plan = plan_for(truth, m->options.share),
             .chunk = CHUNK};
  oracle_close(truth);
  subject_task(a->name, direction, task, sizeof task);
  ramp_status status = run(m, &g, task, r);
  plan_free(&g.plan);
  if (status != RAMP_OK) return fail(ramp_status_text(status));
  return print(task, &g.variants, r, bound_of(a, direction)) ? 0 : 1;
}

/* ------------------------------------------------------------------ the record */

static const char record_head[] =
    "| function | value | at | derivative | at | inputs | variants | compiler | date |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

/* "0.546 (avx2 0.545) | 0x1p+0" */
static void columns(const reading *r, const variants *v, char *text, size_t size) {
  worst w = reading_worst(r);
  char less[256];
  others(r, v, less, sizeof less);
  if (w.ulps > 0)
    snprintf(text, size, "%.3f%s | %a", up(w.ulps), less, w.x);
  else
    snprintf(text, size, "0 |");
}

static int record(const measurement *m, const char *name, const result *r) {
  char both[ORACLE_DIRECTIONS][512], names[256], date[16], row[2048];
  const variants *v = &m->options.variants;
  subject_date(date);
  variants_text(v, names, sizeof names);
  for (int d = 0; d < ORACLE_DIRECTIONS; d++)
    columns(&r->reading[d], v, both[d], sizeof both[d]);
  snprintf(row, sizeof row, "| %s | %s | %s | %" PRIu64 " | %s | %s | %s |", name,
           both[0], both[1], r->reading[0].done, names, RAMP_COMPILER, date);
  return section_set_row(m->options.record, "measure", record_head, name, row) ? 0 : 2;
}

/* ------------------------------------------------------------------ functions */

static int most(int a, int b) { return a > b ? a : b; }

static int measure_directions(measurement *m, const subject *a, result *r) {
  const options *o = &m->options;
  int code = 0;
  for (int d = 0; d < ORACLE_DIRECTIONS && code < 2; d++)
    if (o->wanted[d]) code = most(code, measure_direction(m, a, d, &r->reading[d]));
  r->complete =
      code < 2 && o->wanted[0] && o->wanted[1] && o->all_variants && o->share == 1;
  return code;
}

static int measure_subject(void *context, const subject *a) {
  measurement *m = context;
  result other = {0}, *r = a->row >= 0 ? &m->rows[a->row] : &other;
  int code = 0;
  if (a->same >= 0 && m->rows[a->same].complete) {
    *r = m->rows[a->same];
    printf("%s: as %s\n", a->name, ramp_function_row_at(a->same)->name);
  } else {
    code = measure_directions(m, a, r);
  }
  bool recorded = m->options.record && a->row >= 0 && r->complete;
  return recorded ? most(code, record(m, a->name, r)) : code;
}

int main(int count, char **argument) {
  measurement m = {0};
  if (!options_read(count, argument, usage, &m.options)) return 2;
  m.rows = calloc((size_t)ramp_function_rows(), sizeof *m.rows);
  if (!m.rows) return fail(ramp_status_text(RAMP_OUT_OF_MEMORY));
  m.state = state_open(m.options.share == 1 ? m.options.state : NULL, state_build_key());
  int code = subjects_run(m.options.function, measure_subject, &m);
  if (code < 2) subjects_forget(&m.options, &m.state);
  state_close(&m.state);
  free(m.rows);
  return code;
}
