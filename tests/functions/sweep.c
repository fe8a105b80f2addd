/* SPDX-License-Identifier: MIT */
/*
 * ramp-sweep: compares every one of the 2^32 f32 inputs of a function, value and
 * derivative, with the oracle, on all cores.
 *
 *     ramp-sweep FUNCTION|all [--direction value|derivative] [--variant NAME]
 *
 * Exit 0: all correctly rounded, 1: some are not, 2: wrong usage.
 */
#include "numbers.h"
#include "oracle.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536
#define BLOCKS 65536
#define WORST 5

static const char *const direction_name[ORACLE_DIRECTIONS] = {"value", "derivative"};

typedef struct miss {
  uint32_t x, got, expected;
  int64_t distance; /* in numbers of f32; huge for a NaN where there should be none */
} miss;

typedef struct tally {
  uint64_t misrounded, exact_answers;
  miss worst[WORST]; /* descending by distance; the first `misrounded` ones are set */
} tally;

static void remember(tally *t, const miss *m) {
  int known = t->misrounded < WORST ? (int)t->misrounded : WORST;
  int place = known;
  while (place > 0 && t->worst[place - 1].distance < m->distance)
    place--;
  for (int i = WORST - 1; i > place; i--)
    t->worst[i] = t->worst[i - 1];
  if (place < WORST) t->worst[place] = *m;
  t->misrounded++;
}

static void merge(tally *into, const tally *from) {
  int known = from->misrounded < WORST ? (int)from->misrounded : WORST;
  for (int i = 0; i < known; i++)
    remember(into, &from->worst[i]);
  into->misrounded += from->misrounded - (uint64_t)known;
  into->exact_answers += from->exact_answers;
}

static int64_t distance(uint32_t got, uint32_t expected) {
  if (number_is_nan(RAMP_F32, got) || number_is_nan(RAMP_F32, expected)) return INT64_MAX;
  int64_t d = number_rank(RAMP_F32, got) - number_rank(RAMP_F32, expected);
  return d < 0 ? -d : d;
}

static void compare(tally *t, const uint32_t *x, const uint32_t *got,
                    const uint32_t *expected) {
  if (memcmp(got, expected, BLOCK * sizeof *got) == 0) return;
  for (size_t i = 0; i < BLOCK; i++)
    if (got[i] != expected[i])
      remember(t, &(miss){x[i], got[i], expected[i], distance(got[i], expected[i])});
}

/* ------------------------------------------------------------------ progress */

typedef struct progress {
  const char *label;
  double start;
  uint64_t done; /* blocks */
} progress;

static void show(const progress *p) {
  double seconds = omp_get_wtime() - p->start;
  double share = (double)p->done / BLOCKS;
  double left = share > 0 ? seconds / share - seconds : 0;
  fprintf(stderr, "\r%s: %3.0f %%, %.0f million inputs/s, %.0f s left   ", p->label,
          share * 100, (double)p->done * BLOCK / seconds / 1e6, left);
}

static void step(progress *p, bool terminal) {
  uint64_t done;
#pragma omp atomic capture
  done = ++p->done;
  if (terminal && done % 64 == 0) {
#pragma omp critical(show)
    show(p);
  }
}

/* ------------------------------------------------------------------ the sweep */

/* One thread's share; the first failure of the library ends up in *status. */
static void sweep_blocks(const ramp_function *f, oracle_direction direction, progress *p,
                         tally *sum, ramp_status *status) {
  static _Thread_local uint32_t x[BLOCK], got[BLOCK], expected[BLOCK];
  bool terminal = isatty(STDERR_FILENO);
  oracle *truth = oracle_open(f);
  tally mine = {0};
#pragma omp for schedule(dynamic, 4)
  for (uint32_t block = 0; block < BLOCKS; block++) {
    for (uint32_t i = 0; i < BLOCK; i++)
      x[i] = block * BLOCK + i;
    ramp_status s = direction == ORACLE_VALUE
                        ? ramp_forward(f, RAMP_F32, BLOCK, x, got)
                        : ramp_derivative(f, RAMP_F32, BLOCK, x, got);
    if (s != RAMP_OK) {
#pragma omp atomic write
      *status = s;
      continue;
    }
    oracle_answer(truth, direction, RAMP_F32, BLOCK, x, NULL, expected);
    compare(&mine, x, got, expected);
    step(p, terminal);
  }
  mine.exact_answers = oracle_exact_answers(truth);
  oracle_close(truth);
#pragma omp critical(sum)
  merge(sum, &mine);
}

static float as_float(uint32_t bits) { return (float)number_value(RAMP_F32, bits); }

static void print(const progress *p, const tally *t, double seconds) {
  if (isatty(STDERR_FILENO)) fprintf(stderr, "\r%*s\r", 79, "");
  printf("%s: %llu misrounded of 4294967296, %.1f s (%llu decided by MPFR)\n", p->label,
         (unsigned long long)t->misrounded, seconds,
         (unsigned long long)t->exact_answers);
  for (uint64_t i = 0; i < t->misrounded && i < WORST; i++) {
    const miss *m = &t->worst[i];
    printf("  x = %a (0x%08x): got %a (0x%08x), expected %a (0x%08x)\n",
           (double)as_float(m->x), m->x, (double)as_float(m->got), m->got,
           (double)as_float(m->expected), m->expected);
  }
  fflush(stdout);
}

/* Returns the exit code. */
static int sweep(const ramp_function *f, oracle_direction direction) {
  char text[128], label[192];
  ramp_function_text(f, text, sizeof text);
  snprintf(label, sizeof label, "%s %s %s", text, direction_name[direction],
           ramp_variant());
  progress p = {.label = label, .start = omp_get_wtime()};
  tally sum = {0};
  ramp_status status = RAMP_OK;
#pragma omp parallel
  sweep_blocks(f, direction, &p, &sum, &status);
  if (status != RAMP_OK) {
    fprintf(stderr, "%s: %s\n", label, ramp_status_text(status));
    return 2;
  }
  print(&p, &sum, omp_get_wtime() - p.start);
  return sum.misrounded != 0;
}

/* ------------------------------------------------------------------ the command */

typedef struct order {
  const char *function;
  bool wanted[ORACLE_DIRECTIONS];
} order;

static int usage(void) {
  fprintf(
      stderr,
      "usage: ramp-sweep FUNCTION|all [--direction value|derivative] [--variant NAME]\n");
  return 2;
}

static bool choose_direction(order *o, const char *name) {
  for (int d = 0; d < ORACLE_DIRECTIONS; d++)
    o->wanted[d] = strcmp(name, direction_name[d]) == 0;
  return o->wanted[ORACLE_VALUE] || o->wanted[ORACLE_DERIVATIVE];
}

static bool read_arguments(int count, char **argument, order *o) {
  for (int i = 1; i < count; i++) {
    const char *value = i + 1 < count ? argument[i + 1] : "";
    if (strcmp(argument[i], "--direction") == 0) {
      if (!choose_direction(o, value)) return false;
      i++;
    } else if (strcmp(argument[i], "--variant") == 0) {
      if (!*value || ramp_variant_set(value) != RAMP_OK) return false;
      i++;
    } else if (!o->function && argument[i][0] != '-') {
      o->function = argument[i];
    } else {
      return false;
    }
  }
  return o->function;
}

static int sweep_function(const order *o, const char *text) {
  ramp_function f;
  int worst = 0;
  if (ramp_function_parse(text, &f) != RAMP_OK) {
    fprintf(stderr, "ramp-sweep: %s\n", ramp_error_detail());
    return 2;
  }
  if (!oracle_line_of(f.row)) {
    fprintf(stderr, "ramp-sweep: oracle.def has no line for %s\n", text);
    return 2;
  }
  for (int d = 0; d < ORACLE_DIRECTIONS; d++) {
    int code = o->wanted[d] ? sweep(&f, (oracle_direction)d) : 0;
    if (code > worst) worst = code;
  }
  return worst;
}

int main(int count, char **argument) {
  order o = {NULL, {true, true}};
  int worst = 0;
  if (!read_arguments(count, argument, &o)) return usage();
  if (strcmp(o.function, "all") != 0) return sweep_function(&o, o.function);
  for (int row = 0; row < ramp_function_rows(); row++) {
    int code = sweep_function(&o, ramp_function_row_at(row)->name);
    if (code > worst) worst = code;
  }
  return worst;
}
