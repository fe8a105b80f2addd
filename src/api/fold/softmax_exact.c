/* SPDX-License-Identifier: MIT */
/* One line of softmax and its kin by the exact loops, whatever is in it. */
#include "api/fold/softmax.h"

#include <math.h>

void ramp_softmax_load(const ramp_softmax_call *call, const ramp_line *line,
                       const ramp_line_facts *facts, size_t first, size_t n, double *x) {
  ramp_line_load(line, RAMP_LINE_IN, first, n, call->negative ? INFINITY : -INFINITY, x);
  size_t filled = ramp_chunk_filled(n);
  for (size_t i = 0; call->negative && i < filled; i++)
    x[i] = -x[i];
  for (size_t i = 0; facts->infinite && i < filled; i++)
    x[i] = x[i] == INFINITY ? 0 : -INFINITY;
}

/* ------------------------------------------------------------------ what a line holds */

static double largest_of(const double *largest) {
  double most = -INFINITY;
  for (int j = 0; j < RAMP_LANES; j++)
    most = largest[j] > most ? largest[j] : most;
  return most;
}

static void look_for_largest(const ramp_softmax_call *call, const ramp_line *line,
                             ramp_line_facts *facts, double *x) {
  double largest[RAMP_LANES];
  for (int j = 0; j < RAMP_LANES; j++)
    largest[j] = -INFINITY;
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_load(call, line, facts, at, n, x);
    facts->unordered |= call->loops->maxima(ramp_chunk_filled(n), x, largest);
  }
  facts->reference = largest_of(largest);
  facts->empty = !facts->unordered && facts->reference == -INFINITY;
  facts->infinite = facts->reference == INFINITY;
  if (facts->infinite) facts->reference = 0;
}

static double count_of(const ramp_line_sums *sums) {
  double count = 0;
  for (int j = 0; j < RAMP_LANES; j++)
    count += sums->count[j];
  return count;
}

/* The 1 of softmax_one: an element that is 0. */
static void add_one(const ramp_softmax_call *call, const ramp_line_facts *facts,
                    ramp_line_sums *sums) {
  double zero[RAMP_LANES] = {0}, high[RAMP_LANES], low[RAMP_LANES];
  for (int j = 1; j < RAMP_LANES; j++)
    zero[j] = -INFINITY;
  call->loops->powers(RAMP_LANES, zero, facts->reference, high, low, sums);
}

/* Whether any element lies below the reference, however far. */
static bool has_others(const ramp_softmax_call *call, const ramp_line *line,
                       const ramp_line_facts *facts) {
  double x[RAMP_CHUNK];
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_load(call, line, facts, at, n, x);
    for (size_t i = 0; i < n; i++)
      if (x[i] < facts->reference && x[i] > -INFINITY) return true;
  }
  return call->one && facts->reference > 0;
}

static void sum_powers(const ramp_softmax_call *call, const ramp_line *line,
                       ramp_line_facts *facts, ramp_powers *powers) {
  ramp_line_sums sums = {{0}, {0}, {0}};
  bool loaded = call->lines.length <= RAMP_CHUNK && !facts->infinite;
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    if (!loaded) ramp_softmax_load(call, line, facts, at, n, powers->x);
    call->loops->powers(ramp_chunk_filled(n), powers->x, facts->reference, powers->high,
                        powers->low, &sums);
  }
  if (call->one && !facts->infinite) add_one(call, facts, &sums);
  facts->others = call->loops->sum(count_of(&sums) - 1, call->loops->total(&sums));
  /* Where no double is small enough, another one still tells on which side of the middle
     between two floats a logarithm lies. */
  if (call->narrow && facts->others.high == 0 && has_others(call, line, facts))
    facts->others.high = 0x1p-1000;
}

ramp_line_facts ramp_softmax_look(const ramp_softmax_call *call, const ramp_line *line,
                                  ramp_powers *powers) {
  ramp_line_facts facts = {.unordered = false};
  look_for_largest(call, line, &facts, powers->x);
  if (facts.unordered || facts.empty) return facts;
  if (call->one && !facts.infinite && facts.reference < 0) facts.reference = 0;
  if (call->kind <= RAMP_LOG_SUM) sum_powers(call, line, &facts, powers);
  return facts;
}

void ramp_softmax_powers(const ramp_softmax_call *call, const ramp_line *line,
                         const ramp_line_facts *facts, size_t first, size_t n,
                         ramp_powers *powers) {
  if (call->lines.length <= RAMP_CHUNK) return;
  ramp_line_sums unused = {{0}, {0}, {0}};
  ramp_softmax_load(call, line, facts, first, n, powers->x);
  call->loops->powers(ramp_chunk_filled(n), powers->x, facts->reference, powers->high,
                      powers->low, &unused);
}

/* ------------------------------------------------------------------ sparsemax */

/* The threshold t, of x - reference, with sum max(x - reference - t, 0) = 1, lies in
   [-1, 0).  The elements above a bound that is not beyond t say where it would be if they
   were all: not beyond it either, and where that leaves the same elements it is t.  That
   takes a few rounds; lest it take as many as there are elements, an interval is halved
   beside from the fourth on. */
typedef struct {
  double low, high; /* t is within */
  double counted;   /* elements above low, the last time */
  int rounds;
} search;

enum { ROUNDS_ALONE = 4 };

static ramp_two_parts threshold_of(const ramp_softmax_call *call,
                                   const ramp_line_sums *sums) {
  ramp_two_parts excess = call->loops->sum(-1, call->loops->total(sums));
  return call->loops->quotient(excess, count_of(sums));
}

static ramp_line_sums sum_above(const ramp_softmax_call *call, const ramp_line *line,
                                const ramp_line_facts *facts, double limit, double *x) {
  ramp_line_sums sums = {{0}, {0}, {0}};
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_load(call, line, facts, at, n, x);
    call->loops->excesses(ramp_chunk_filled(n), x, facts->reference, limit, &sums);
  }
  return sums;
}

/* Not above the pair. */
static double low_end(ramp_two_parts a) {
  return a.low < 0 ? nextafter(a.high, -INFINITY) : a.high;
}

static void halve(const ramp_softmax_call *call, const ramp_line *line,
                  const ramp_line_facts *facts, search *s, double *x) {
  double middle = s->low + (s->high - s->low) / 2;
  if (middle <= s->low || middle >= s->high) return;
  ramp_line_sums sums = sum_above(call, line, facts, middle, x);
  if (count_of(&sums) > 0 && low_end(threshold_of(call, &sums)) >= middle)
    s->low = middle;
  else
    s->high = middle;
}

static ramp_two_parts find_threshold(const ramp_softmax_call *call, const ramp_line *line,
                                     const ramp_line_facts *facts, double *x) {
  search s = {-1, 0, 0, 0};
  for (;;) {
    ramp_line_sums sums = sum_above(call, line, facts, s.low, x);
    ramp_two_parts threshold = threshold_of(call, &sums);
    double count = count_of(&sums), low = low_end(threshold);
    if (count == s.counted || low <= s.low) return threshold;
    s.counted = count;
    s.low = low;
    if (++s.rounds > ROUNDS_ALONE) halve(call, line, facts, &s, x);
  }
}

/* ------------------------------------------------------------------ outputs */

static void fill(const ramp_softmax_call *call, const ramp_line *line, double value,
                 bool masked_too) {
  double y[RAMP_CHUNK], absent = call->kind == RAMP_DIFFERENCES ? -INFINITY : 0;
  bool one = call->kind == RAMP_LOG_SUM;
  size_t length = one ? 1 : call->lines.length;
  for (size_t at = 0, n; at < length; at += n) {
    n = length - at < RAMP_CHUNK ? length - at : RAMP_CHUNK;
    for (size_t i = 0; i < n; i++)
      y[i] = value;
    if (!masked_too && !one) ramp_line_mask(line, at, n, absent, y);
    ramp_line_store(line, at, n, y);
  }
}

static void store_log_sum(const ramp_softmax_call *call, const ramp_line *line,
                          const ramp_line_facts *facts) {
  ramp_two_parts log = call->loops->logarithm_beyond_one(facts->others);
  ramp_two_parts sum = call->loops->sum(facts->reference, log);
  double y = facts->infinite ? INFINITY : call->loops->rounded(sum, call->narrow);
  ramp_line_store(line, 0, 1, &y);
}

static void store_shares(const ramp_softmax_call *call, const ramp_line *line,
                         const ramp_line_facts *facts, ramp_powers *powers) {
  double y[RAMP_CHUNK];
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_powers(call, line, facts, at, n, powers);
    call->loops->shares(ramp_chunk_filled(n), powers->x, facts->reference, 1,
                        powers->high, powers->low, facts->others, call->narrow, y);
    ramp_line_store(line, at, n, y);
  }
}

static void store_differences(const ramp_softmax_call *call, const ramp_line *line,
                              const ramp_line_facts *facts) {
  ramp_two_parts log = call->loops->logarithm_beyond_one(facts->others);
  double x[RAMP_CHUNK];
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_load(call, line, facts, at, n, x);
    call->loops->differences(ramp_chunk_filled(n), x, facts->reference, log, call->narrow,
                             x);
    ramp_line_store(line, at, n, x);
  }
}

static void store_projection(const ramp_softmax_call *call, const ramp_line *line,
                             const ramp_line_facts *facts) {
  double x[RAMP_CHUNK];
  ramp_two_parts threshold = find_threshold(call, line, facts, x);
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_load(call, line, facts, at, n, x);
    call->loops->projections(ramp_chunk_filled(n), x, facts->reference, threshold,
                             call->narrow, x);
    ramp_line_store(line, at, n, x);
  }
}

static void store_largest(const ramp_softmax_call *call, const ramp_line *line,
                          const ramp_line_facts *facts) {
  double x[RAMP_CHUNK];
  bool found = false;
  for (size_t at = 0, n; at < call->lines.length; at += n) {
    n = ramp_chunk_at(&call->lines, at);
    ramp_softmax_load(call, line, facts, at, n, x);
    for (size_t i = 0; i < n; i++) {
      bool first = x[i] == facts->reference && !found;
      found |= first;
      x[i] = first;
    }
    ramp_line_store(line, at, n, x);
  }
}

void ramp_softmax_exact(const ramp_softmax_call *call, size_t index) {
  ramp_line line = ramp_line_of(&call->lines, index);
  ramp_powers powers;
  ramp_line_facts facts = ramp_softmax_look(call, &line, &powers);
  bool logarithmic = call->kind == RAMP_DIFFERENCES || call->kind == RAMP_LOG_SUM;
  if (facts.unordered)
    fill(call, &line, NAN, false);
  else if (facts.empty)
    fill(call, &line, call->empty_nan ? NAN : logarithmic ? -INFINITY : 0, true);
  else if (call->kind == RAMP_SHARES)
    store_shares(call, &line, &facts, &powers);
  else if (call->kind == RAMP_DIFFERENCES)
    store_differences(call, &line, &facts);
  else if (call->kind == RAMP_LOG_SUM)
    store_log_sum(call, &line, &facts);
  else if (call->kind == RAMP_PROJECTION)
    store_projection(call, &line, &facts);
  else
    store_largest(call, &line, &facts);
}
