/* SPDX-License-Identifier: MIT */
/* Lines that are computed whole: on the spot, or, where results go past the caches, each
   one's along with the sum of the next. */
#include "api/fold/softmax_whole.h"
#include "kernels/stream.h"

enum { LANES = RAMP_LANES };

ramp_whole_lines ramp_whole_lines_of(const ramp_softmax_call *call,
                                     const ramp_panel *panel, double *powers) {
  const ramp_lines *l = &call->lines;
  int64_t unit = sizeof(float);
  bool kind = call->kind == RAMP_SHARES || call->kind == RAMP_DIFFERENCES;
  return (ramp_whole_lines){
      .call = call,
      .possible = powers && kind && !panel->across && l->length >= LANES &&
                  l->type == RAMP_F32 && l->operand[RAMP_LINE_MASK] < 0 &&
                  !call->negative && !call->one && !l->in_place &&
                  l->step[RAMP_LINE_IN] == unit && l->step[RAMP_LINE_OUT] == unit,
      .streams = panel->streams,
      .powers = powers};
}

/* ------------------------------------------------------------------ results */

/* Rows of y from element `at` on, whose powers are those from row `from` on. */
static void settle_rows(ramp_whole_lines *w, size_t rows, size_t at, size_t from) {
  const ramp_quick_softmax *quick = w->call->quick;
  if (w->call->kind == RAMP_SHARES)
    quick->shares(rows, w->powers + from * LANES, &w->interval, LANES, w->y + at,
                  w->unsafe);
  else
    quick->bounded_differences(rows, LANES, w->x + at, &w->interval, LANES, w->y + at,
                               w->unsafe);
}

static size_t whole_rows(const ramp_whole_lines *w) {
  return (w->call->lines.length - w->head) / LANES;
}

/* A first row and a last one, where whole rows do not begin or end with the line: their
   powers follow the others. */
static void settle_edges(ramp_whole_lines *w) {
  size_t n = w->call->lines.length, rows = whole_rows(w);
  if (w->head) settle_rows(w, 1, 0, rows);
  if ((n - w->head) % LANES) settle_rows(w, 1, n - LANES, rows + (w->head > 0));
}

static void decide(ramp_whole_lines *w) {
  uint32_t any = 0;
  for (int j = 0; j < LANES; j++)
    any |= w->unsafe[j];
  if (any) ramp_softmax_exact(w->call, w->line);
}

static void settle_line(ramp_whole_lines *w) {
  settle_rows(w, whole_rows(w), w->head, 0);
  settle_edges(w);
  decide(w);
}

void ramp_whole_end(ramp_whole_lines *w) {
  if (w->waits) settle_line(w);
  w->waits = false;
}

/* ------------------------------------------------------------------ one line */

static double sum_line(const ramp_whole_lines *w, const float *x, size_t head,
                       const ramp_past_line *past, float *largest) {
  size_t apart = w->call->kind == RAMP_SHARES ? LANES : 0;
  return w->call->quick->bounded_line(w->call->lines.length, x, head, apart, w->powers,
                                      past, largest);
}

/* The same, while the line that waits is settled. */
static double sum_along(ramp_whole_lines *w, const float *x, size_t head,
                        float *largest) {
  ramp_past_line past = {.rows = whole_rows(w),
                         .powers = w->call->kind == RAMP_SHARES ? w->powers : NULL,
                         .x = w->x + w->head,
                         .interval = &w->interval,
                         .y = w->y + w->head,
                         .unsafe = w->unsafe};
  settle_edges(w);
  double sum = sum_line(w, x, head, &past, largest);
  decide(w);
  return sum;
}

bool ramp_whole_line(ramp_whole_lines *w, size_t line, bool *beyond) {
  *beyond = false;
  if (!w->possible) return false;
  char *in = ramp_line_at(&w->call->lines, RAMP_LINE_IN, line),
       *out = ramp_line_at(&w->call->lines, RAMP_LINE_OUT, line);
  if (((uintptr_t)in | (uintptr_t)out) % sizeof(float) != 0) {
    ramp_whole_end(w);
    return false;
  }
  const float *x = (const float *)(const void *)in;
  size_t head = w->streams ? stream_head(out) / sizeof *w->y : 0;
  float largest;
  double total[LANES], sum = w->waits ? sum_along(w, x, head, &largest)
                                      : sum_line(w, x, head, NULL, &largest);
  *beyond = !(largest <= RAMP_POWERS_BOUND);
  w->waits = w->streams && !*beyond;
  if (*beyond) return false;
  w->line = line;
  w->x = x;
  w->y = (float *)(void *)out;
  w->head = head;
  ramp_spread(sum, total);
  for (int j = 0; j < LANES; j++)
    w->unsafe[j] = 0;
  ramp_softmax_interval(w->call, total, true,
                        ramp_bounded_error(w->call->quick->power_error, largest),
                        &w->interval, w->unsafe);
  if (!w->waits) settle_line(w);
  return true;
}
