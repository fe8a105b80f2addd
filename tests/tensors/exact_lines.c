/* SPDX-License-Identifier: MIT */
#include "exact_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BITS = 400 };

exact_line *exact_new(size_t n) {
  exact_line *line = malloc(sizeof *line);
  *line = (exact_line){.n = n, .value = malloc((n + 1) * sizeof *line->value)};
  for (size_t i = 0; i <= n; i++)
    mpfr_init2(line->value[i], BITS);
  mpfr_init2(line->scale, BITS);
  return line;
}

void exact_free(exact_line *line) {
  for (size_t i = 0; i <= line->n; i++)
    mpfr_clear(line->value[i]);
  mpfr_clear(line->scale);
  free(line->value);
  free(line);
}

static bool is(const char *name, const char *other) { return strcmp(name, other) == 0; }

/* ------------------------------------------------------------------ forward */

typedef struct {
  size_t n, largest; /* the place of the first largest */
  double *x;         /* -inf where absent; of +inf, 0 for them and -inf for all others */
  bool nan, empty, infinite;
} facts;

static facts look(const char *name, size_t n, const double *x, const bool *present) {
  facts f = {.n = n, .x = malloc((n + 2) * sizeof *f.x), .empty = true};
  for (size_t i = 0; i < n; i++) {
    f.x[i] = !present[i] ? -INFINITY : is(name, "softmin") ? -x[i] : x[i];
    f.nan |= isnan(f.x[i]);
    f.infinite |= f.x[i] == INFINITY;
    f.empty &= f.x[i] == -INFINITY;
  }
  for (size_t i = 0; i < n && f.infinite; i++)
    f.x[i] = f.x[i] == INFINITY ? 0 : -INFINITY;
  if (is(name, "softmax_one") && !f.infinite && !f.empty) f.x[f.n++] = 0;
  for (size_t i = 0; i < f.n; i++)
    if (f.x[i] > f.x[f.largest]) f.largest = i;
  return f;
}

/* e^(x[i] - largest) */
static void power_of(const facts *f, size_t i, mpfr_t power) {
  if (f->x[i] == -INFINITY) {
    mpfr_set_zero(power, 1);
    return;
  }
  mpfr_set_d(power, f->x[i], MPFR_RNDN);
  mpfr_sub_d(power, power, f->x[f->largest], MPFR_RNDN);
  mpfr_exp(power, power, MPFR_RNDN);
}

/* The sum of all powers but the largest, which is 1. */
static void sum_of_others(const facts *f, mpfr_t sum) {
  mpfr_t power;
  mpfr_init2(power, BITS);
  mpfr_set_zero(sum, 1);
  for (size_t i = 0; i < f->n; i++) {
    if (i == f->largest) continue;
    power_of(f, i, power);
    mpfr_add(sum, sum, power, MPFR_RNDN);
  }
  mpfr_clear(power);
}

static void shares(const facts *f, const mpfr_t others, exact_line *y) {
  mpfr_t all;
  mpfr_init2(all, BITS);
  mpfr_add_ui(all, others, 1, MPFR_RNDN);
  for (size_t i = 0; i < y->n; i++) {
    power_of(f, i, y->value[i]);
    mpfr_div(y->value[i], y->value[i], all, MPFR_RNDN);
  }
  mpfr_clear(all);
}

static void differences(const facts *f, const mpfr_t others, exact_line *y) {
  mpfr_t logarithm;
  mpfr_init2(logarithm, BITS);
  mpfr_log1p(logarithm, others, MPFR_RNDN);
  for (size_t i = 0; i < y->n; i++) {
    mpfr_set_d(y->value[i], f->x[i], MPFR_RNDN);
    mpfr_sub_d(y->value[i], y->value[i], f->x[f->largest], MPFR_RNDN);
    mpfr_sub(y->value[i], y->value[i], logarithm, MPFR_RNDA); /* so that it shows */
  }
  mpfr_clear(logarithm);
}

static int descending(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left < right) - (left > right);
}

/* By sorting: the threshold is that of the most elements that are all above it. */
static void project(const facts *f, exact_line *y) {
  double *sorted = malloc(f->n * sizeof *sorted);
  mpfr_t sum, threshold, trial;
  mpfr_inits2(BITS, sum, threshold, trial, (mpfr_ptr)0);
  memcpy(sorted, f->x, f->n * sizeof *sorted);
  qsort(sorted, f->n, sizeof *sorted, descending);
  mpfr_set_si(sum, -1, MPFR_RNDN);
  for (size_t i = 0; i < f->n && sorted[i] > -INFINITY; i++) {
    mpfr_add_d(sum, sum, sorted[i], MPFR_RNDN);
    mpfr_div_ui(trial, sum, i + 1, MPFR_RNDN);
    if (mpfr_cmp_d(trial, sorted[i]) < 0) mpfr_set(threshold, trial, MPFR_RNDN);
  }
  for (size_t i = 0; i < y->n; i++) {
    mpfr_d_sub(y->value[i], f->x[i], threshold, MPFR_RNDN);
    if (mpfr_sgn(y->value[i]) < 0) mpfr_set_zero(y->value[i], 1);
  }
  mpfr_clears(sum, threshold, trial, (mpfr_ptr)0);
  free(sorted);
}

static void fill(const char *name, const facts *f, const bool *present, bool empty_nan,
                 exact_line *y) {
  bool logarithmic = is(name, "log_softmax") || is(name, "log_sum_exp");
  double absent = logarithmic ? -INFINITY : 0, all = f->nan ? NAN : absent;
  if (f->empty && empty_nan) all = NAN;
  for (size_t i = 0; i < y->n; i++)
    mpfr_set_d(y->value[i], f->empty || present[i] ? all : absent, MPFR_RNDN);
  if (is(name, "log_sum_exp")) mpfr_set_d(y->value[0], all, MPFR_RNDN);
}

static void log_sum(const facts *f, const mpfr_t others, mpfr_t y) {
  mpfr_log1p(y, others, MPFR_RNDN);
  mpfr_add_d(y, y, f->x[f->largest], MPFR_RNDN);
  if (f->infinite) mpfr_set_inf(y, 1);
}

void exact_forward(const char *name, size_t n, const double *x, const bool *present,
                   bool empty_nan, exact_line *y) {
  facts f = look(name, n, x, present);
  mpfr_t others;
  mpfr_init2(others, BITS);
  if (f.nan || f.empty) {
    fill(name, &f, present, empty_nan, y);
  } else if (is(name, "sparsemax")) {
    project(&f, y);
  } else if (is(name, "hardmax")) {
    for (size_t i = 0; i < n; i++)
      mpfr_set_ui(y->value[i], i == f.largest, MPFR_RNDN);
  } else {
    sum_of_others(&f, others);
    if (is(name, "log_softmax"))
      differences(&f, others, y);
    else if (is(name, "log_sum_exp"))
      log_sum(&f, others, y->value[0]);
    else
      shares(&f, others, y);
  }
  mpfr_clear(others);
  free(f.x);
}

/* ------------------------------------------------------------------ backward */

/* y or e^y or whether y is positive: what the sum over the line weighs dy by. */
static void weigh(const char *name, double y, mpfr_t weight) {
  mpfr_set_d(weight, y, MPFR_RNDN);
  if (is(name, "sparsemax")) mpfr_set_ui(weight, y > 0, MPFR_RNDN);
  if (is(name, "log_softmax")) mpfr_set_ui(weight, y > -INFINITY, MPFR_RNDN);
}

static void sum_line(const char *name, size_t n, const double *y, const bool *present,
                     const double *dy, mpfr_t sum, mpfr_t scale) {
  mpfr_t term;
  double count = 0;
  mpfr_init2(term, BITS);
  mpfr_set_zero(sum, 1);
  mpfr_set_zero(scale, 1);
  for (size_t i = 0; i < n; i++) {
    if (!present[i]) continue;
    weigh(name, y[i], term);
    count += mpfr_get_d(term, MPFR_RNDN);
    mpfr_mul_d(term, term, dy[i], MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
    mpfr_abs(term, term, MPFR_RNDN);
    mpfr_add(scale, scale, term, MPFR_RNDN);
  }
  if (is(name, "sparsemax") && count > 0) mpfr_div_d(sum, sum, count, MPFR_RNDN);
  mpfr_clear(term);
}

static void back_element(const char *name, double y, double dy, const mpfr_t sum,
                         mpfr_t dx) {
  mpfr_d_sub(dx, dy, sum, MPFR_RNDN);
  if (is(name, "sparsemax") && y <= 0) mpfr_set_zero(dx, 1);
  if (is(name, "hardmax")) mpfr_set_zero(dx, 1);
  if (is(name, "log_softmax")) {
    mpfr_t power;
    mpfr_init2(power, BITS);
    mpfr_set_d(power, y, MPFR_RNDN);
    mpfr_exp(power, power, MPFR_RNDN);
    mpfr_mul(power, power, sum, MPFR_RNDN);
    mpfr_d_sub(dx, dy, power, MPFR_RNDN);
    if (y == -INFINITY) mpfr_set_zero(dx, 1);
    mpfr_clear(power);
  } else if (!is(name, "sparsemax")) {
    mpfr_mul_d(dx, dx, is(name, "softmin") ? -y : y, MPFR_RNDN);
  }
}

void exact_backward(const char *name, size_t n, const double *kept, const bool *present,
                    const double *dy, exact_line *dx) {
  mpfr_t sum;
  mpfr_init2(sum, BITS);
  if (is(name, "log_sum_exp")) {
    exact_forward("softmax", n, kept, present, false, dx);
    for (size_t i = 0; i < n; i++)
      mpfr_mul_d(dx->value[i], dx->value[i], dy[0], MPFR_RNDN);
    mpfr_set_zero(dx->scale, 1);
  } else {
    sum_line(name, n, kept, present, dy, sum, dx->scale);
    for (size_t i = 0; i < n; i++) {
      back_element(name, kept[i], dy[i], sum, dx->value[i]);
      if (!present[i]) mpfr_set_zero(dx->value[i], 1);
    }
  }
  mpfr_clear(sum);
}

/* ------------------------------------------------------------------ cross-entropy */

void exact_cross_entropy(size_t n, const double *x, size_t label, double scale,
                         exact_line *dx) {
  bool *present = malloc(n);
  memset(present, true, n);
  exact_forward("log_softmax", n, x, present, false, dx);
  mpfr_neg(dx->value[n], dx->value[label], MPFR_RNDN);
  exact_forward("softmax", n, x, present, false, dx);
  mpfr_set_zero(dx->value[label], 1);
  mpfr_t others;
  mpfr_init2(others, BITS);
  mpfr_set_zero(others, 1);
  for (size_t i = 0; i < n; i++) {
    mpfr_add(others, others, dx->value[i], MPFR_RNDN);
    mpfr_mul_d(dx->value[i], dx->value[i], scale, MPFR_RNDN);
  }
  mpfr_mul_d(dx->value[label], others, -scale, MPFR_RNDN);
  mpfr_clear(others);
  free(present);
}
