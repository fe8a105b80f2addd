/* SPDX-License-Identifier: MIT */
/*
 * ramp-sweep-fast: the largest error of a function's 32-bit value and derivative in the
 * fast precision, in units in the last place, over all 2^32 inputs and on every variant
 * of this CPU that has it, on all cores.
 *
 *     ramp-sweep-fast FUNCTION|all [--direction value|derivative] [--state FILE]
 *         [--record FILE]
 *
 * `usage` says what the options do.  Exit 0: all within the bounds of the table, 1: some
 * are not, 2: it could not be measured.
 */
#include "progress.h"
#include "section.h"
#include "subjects.h"
#include "survey.h"

#include <inttypes.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK ((size_t)1 << 20)
#define SECONDS_BETWEEN_SAVES 2

static const char usage[] =
    "usage: ramp-sweep-fast FUNCTION|all [OPTION...]\n"
    "  --direction value|derivative  one of the two\n"
    "  --state FILE     keep the state there, and go on where it was\n"
    "  --record FILE    replace the functions' rows in this document\n"
    "Exit code 0: within the table's bounds, 1: beyond, 2: it could not be measured.\n";

typedef struct sweep {
  options options;
  state state;
} sweep;

static int fail(const char *sentence) {
  fprintf(stderr, "%s\n", sentence);
  return 2;
}

/* Rounded up, so that what is printed is a bound. */
static double up(double ulps) { return ceil((ulps + SURVEY_RESOLUTION) * 100) / 100; }

/* ------------------------------------------------------------------ one direction */

static ramp_status run(sweep *s, const survey *all, const char *task, reading *r) {
  ramp_status status = RAMP_OK;
  double saved = omp_get_wtime();
  reading_read(r, &all->variants, state_get(&s->state, task));
  while (r->done < all->inputs && status == RAMP_OK) {
    status = survey_chunk(all, r);
    if (r->done == all->inputs || omp_get_wtime() - saved > SECONDS_BETWEEN_SAVES) {
      reading_save(r, &all->variants, &s->state, task);
      saved = omp_get_wtime();
    }
    progress_show(task, r->done, all->inputs, r->seconds);
  }
  progress_clear();
  return status;
}

/* Whether it keeps the bound. */
static bool print(const char *task, const reading *r, double bound) {
  worst w = reading_worst(r);
  printf("%s: at most %.2f ulp at x = %a, %" PRIu64 " inputs, %.1f s, %" PRIu64
         " decided by MPFR\n",
         task, up(w.ulps), w.x, r->done, r->seconds, r->exact_answers);
  bool keeps = up(w.ulps) <= bound;
  if (!keeps) printf("  beyond the bound in functions.def, %g\n", bound);
  fflush(stdout);
  return keeps;
}

static int sweep_direction(sweep *s, const subject *a, const variants *fast,
                           int direction, reading *r) {
  char task[192];
  double bound[ORACLE_DIRECTIONS];
  survey all = {.f = a->f,
                .direction = (oracle_direction)direction,
                .variants = *fast,
                .compute = survey_library,
                .inputs = SURVEY_ALL,
                .chunk = CHUNK};
  subject_task(a->name, direction, task, sizeof task);
  ramp_variant_set(fast->name[0]);
  ramp_function_f32_bounds(&all.f, &bound[ORACLE_VALUE], &bound[ORACLE_DERIVATIVE]);
  ramp_status status = run(s, &all, task, r);
  if (status != RAMP_OK) return fail(ramp_status_text(status));
  return print(task, r, bound[direction]) ? 0 : 1;
}

/* ------------------------------------------------------------------ the record */

static const char record_head[] =
    "| function | value | at | derivative | at | seconds | variants | compiler | date |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

static int record(const sweep *s, const char *name, const variants *fast,
                  const reading *r) {
  char names[256], date[16], row[1024];
  worst w[ORACLE_DIRECTIONS] = {reading_worst(&r[0]), reading_worst(&r[1])};
  subject_date(date);
  variants_text(fast, names, sizeof names);
  snprintf(row, sizeof row, "| %s | %.2f | %a | %.2f | %a | %.0f | %s | %s | %s |", name,
           up(w[0].ulps), w[0].x, up(w[1].ulps), w[1].x, r[0].seconds + r[1].seconds,
           names, RAMP_COMPILER, date);
  return section_set_row(s->options.record, "fast", record_head, name, row) ? 0 : 2;
}

/* ------------------------------------------------------------------ functions */

static int most(int a, int b) { return a > b ? a : b; }

/* Functions that the fast precision computes exactly are passed over. */
static int sweep_subject(void *context, const subject *a) {
  sweep *s = context;
  subject fast = *a;
  reading r[ORACLE_DIRECTIONS] = {0};
  fast.f.precision = RAMP_FAST;
  variants v = survey_variants(&fast.f, &s->options.variants);
  int code = 0;
  if (v.count == 0) return 0;
  for (int d = 0; d < ORACLE_DIRECTIONS && code < 2; d++)
    if (s->options.wanted[d]) code = most(code, sweep_direction(s, &fast, &v, d, &r[d]));
  bool both = s->options.wanted[ORACLE_VALUE] && s->options.wanted[ORACLE_DERIVATIVE];
  bool recorded = s->options.record && a->row >= 0 && both && code < 2;
  return recorded ? most(code, record(s, a->name, &v, r)) : code;
}

int main(int count, char **argument) {
  sweep s = {0};
  if (!options_read(count, argument, usage, &s.options)) return 2;
  s.state = state_open(s.options.state, state_build_key());
  int code = subjects_run(s.options.function, sweep_subject, &s);
  if (code < 2) subjects_forget(&s.options, &s.state);
  state_close(&s.state);
  return code;
}
