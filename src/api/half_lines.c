/* SPDX-License-Identifier: MIT */
/*
 * Functions of lines in 16 bits (kernels/half_lines.c): which bits their pieces give.
 *
 * Pieces are found by their ends, and what they give by asking: 64 bits for slope and
 * value within, and at both ends the loops that would otherwise run, so that what holds
 * at 0, at infinities and on a kink is what those give.  A function with a piece that is
 * neither kept, turned, constant nor a multiple of x or dy is left to them.
 */
#include "api/halves.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Each kink and jump is a number, or two of them, between pieces. */
enum { BEGINS_MAX = 1 + 3 * 2 * RAMP_KINKS_MAX };

enum { SIGN = 0x8000, ALL = 0xffff };

/* Of a product with the float next to a slope: half a unit, which is one where the last
   place grows, and half a unit. */
#define SCALE_MARGIN 1.5f

/* Those of half_lines.c. */
static int order_of(uint16_t bits) { return bits & SIGN ? -1 - (bits & ~SIGN) : bits; }
static uint16_t bits_at(int order) {
  return (uint16_t)(order < 0 ? SIGN | (-1 - order) : order);
}

typedef struct {
  uint16_t kept, own, scaled;
} rule;

/* What is known of one piece: from the first number to the last. */
typedef struct {
  const ramp_job *job;
  const ramp_loops *exact; /* over double */
  ramp_type type;
  int first, last;
  uint16_t one; /* of dy */
} piece;

static double number_at(ramp_type type, int order) {
  uint16_t bits = bits_at(order);
  double number;
  ramp_kernels_in_use()->to_double[type](1, &bits, &number);
  return number;
}

static uint16_t bits_of(ramp_type type, double number) {
  uint16_t bits;
  ramp_kernels_in_use()->from_double[type](1, &number, &bits);
  return bits;
}

/* Whether f(x) is slope x, or x is infinite. */
static bool is_multiple(const piece *p, int order, double slope) {
  double x = number_at(p->type, order), y, line = slope * x;
  p->exact->forward(&p->job->arguments, 1, &x, &y);
  return isinf(x) || fabs(y - line) <= (fabs(slope) == 1 ? 0 : fabs(line) * 0x1p-50);
}

/* A line that is not through 0 shows it where x is smallest. */
static bool passes_zero(const piece *p, double slope) {
  bool has_zero = p->first <= 0 && p->last >= 0;
  return is_multiple(p, p->first, slope) && is_multiple(p, p->last, slope) &&
         is_multiple(p, has_zero ? 0 : (p->first + p->last) / 2, slope);
}

/* What the usual loops give at a number, with dy = 1. */
static uint16_t result_at(const piece *p, int order) {
  uint16_t x = bits_at(order), result;
  bool goes_back = p->job->direction == RAMP_BACKWARD;
  const char *dy = goes_back ? (const char *)&p->one : NULL;
  ramp_run_blocks(p->job, 1, (const char *)&x, dy, (char *)&result, NULL);
  return result;
}

static bool holds_at(rule r, const piece *p, int order) {
  uint16_t from = p->job->direction == RAMP_BACKWARD ? p->one : bits_at(order);
  return ((from & r.kept) ^ r.own) == result_at(p, order);
}

/* The slope that x or dy has: a derivative has none, nor forward a single number. */
static double slope_of(const piece *p, int order) {
  double x = number_at(p->type, order), slope = 0;
  ramp_direction direction = p->job->direction;
  if (direction == RAMP_BACKWARD || (direction == RAMP_FORWARD && p->first < p->last))
    p->exact->derivative(&p->job->arguments, 1, &x, &slope);
  return slope;
}

static bool find_rule(const piece *p, rule *r, double *scale) {
  int middle = (p->first + p->last) / 2;
  double slope = slope_of(p, middle);
  bool goes_on = p->job->direction == RAMP_FORWARD;
  if (goes_on && slope != 0 && !passes_zero(p, slope)) return false;
  if (slope != 0 && fabs(slope) != 1) {
    *r = (rule){0, 0, ALL};
    if (*scale == 0) *scale = slope;
    return *scale == slope;
  }
  if (slope == 0)
    *r = (rule){p->job->direction == RAMP_BACKWARD ? SIGN : 0, result_at(p, middle), 0};
  else
    *r = (rule){ALL, slope < 0 ? SIGN : 0, 0};
  return holds_at(*r, p, p->first) && holds_at(*r, p, p->last);
}

/* ------------------------------------------------------------------ all pieces */

static void insert(int *first, int *n, int order) {
  int at = *n;
  while (at > 0 && first[at - 1] >= order)
    at--;
  if (at < *n && first[at] == order) return;
  memmove(first + at + 1, first + at, (size_t)(*n - at) * sizeof *first);
  first[at] = order;
  *n += 1;
}

/* Around a kink or a jump the number itself is a piece; both numbers where it is 0. */
static void insert_point(int *first, int *n, ramp_type type, double at, int end) {
  int order = order_of(bits_of(type, at));
  if (order == 0 || order == -1) {
    insert(first, n, -1);
    order = 0;
  }
  insert(first, n, order);
  if (order < end) insert(first, n, order + 1);
}

/* The numbers at which pieces begin, ascending, and behind them the one after all. */
static int begins_of(const ramp_function *f, ramp_type type, int first[BEGINS_MAX + 1]) {
  ramp_kink points[2 * RAMP_KINKS_MAX];
  int n = 0, found = ramp_function_all_kinks(f, points);
  found += ramp_function_jumps(f, points + found);
  int end = order_of(bits_of(type, INFINITY));
  insert(first, &n, -1 - end);
  for (int i = 0; i < found; i++)
    insert_point(first, &n, type, points[i].at, end);
  first[n] = end + 1;
  return n;
}

static bool is_same(rule a, rule b) {
  return a.kept == b.kept && a.own == b.own && a.scaled == b.scaled;
}

/* A single number goes with a neighbour whose rule holds there, too: with dy = 1, which
   tells nothing of a product. */
static bool goes_with(rule r, const piece *p, rule own) {
  bool one = p->first == p->last && !r.scaled && !own.scaled;
  return one && holds_at(r, p, p->first);
}

/* Pieces that go together, the last on top, each with the rule of all its numbers. */
typedef struct {
  int n;
  piece of[BEGINS_MAX];
  rule by[BEGINS_MAX];
} pieces;

static void add(pieces *all, piece p, rule r) {
  int top = all->n - 1;
  if (all->n > 0 && (is_same(r, all->by[top]) || goes_with(all->by[top], &p, r))) {
    all->of[top].last = p.last;
    return;
  }
  while (all->n > 0 && goes_with(r, &all->of[all->n - 1], all->by[all->n - 1]))
    p.first = all->of[--all->n].first;
  all->of[all->n] = p;
  all->by[all->n++] = r;
}

/* False where there are more pieces than a loop has, or a piece has no rule. */
static bool set_pieces(piece p, const int *first, int n, ramp_half_lines *l,
                       double *scale) {
  pieces all = {.n = 0};
  for (int i = 0; i < n; i++) {
    rule r;
    p.first = first[i];
    p.last = first[i + 1] - 1;
    if (!find_rule(&p, &r, scale)) return false;
    add(&all, p, r);
  }
  l->limits = all.n - 1;
  if (l->limits > RAMP_LIMITS_MAX) return false;
  for (int k = 0; k < all.n; k++) {
    if (k > 0) l->limit[k - 1] = (int16_t)(all.of[k].first - 1);
    l->kept[k] = all.by[k].kept;
    l->own[k] = all.by[k].own;
    l->scaled[k] = all.by[k].scaled;
  }
  return true;
}

/* Whether products with this slope are made by `halves`.  Those with few bits that the
   type holds are often in the middle between two numbers: powers of two and fractions
   aside, they are left to the loops over float. */
static bool set_scale(ramp_job *j, const ramp_function *f, ramp_type type, double scale) {
  int exponent;
  bool is_power = fabs(frexp(scale, &exponent)) == 0.5;
  if (!ramp_kernels_in_use()->halves) return false;
  j->scale = (float)scale;
  j->margin = SCALE_MARGIN;
  j->halves = &ramp_kernels_in_use()->halves[type];
  if (ramp_half_factor_of(scale, type, j->direction == RAMP_BACKWARD, &j->factor))
    return true;
  return fabs(scale) >= 0x1p-60 && fabs(scale) <= 0x1p60 &&
         (is_power || !ramp_direction_single(f, type, j->direction));
}

static void set_lines(ramp_job *j, const ramp_function *f, ramp_type type) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  piece p = {
      j, &kernels->extended[ramp_function_kernel(f)], type, 0, 0, bits_of(type, 1)};
  int first[BEGINS_MAX + 1], n = begins_of(f, type, first);
  ramp_half_lines l = {.infinity = bits_of(type, INFINITY), .nan = bits_of(type, NAN)};
  double scale = 0;
  if (!set_pieces(p, first, n, &l, &scale)) return;
  ramp_job scaled = *j;
  if (scale != 0 && !set_scale(&scaled, f, type, scale)) return;
  *j = scaled;
  j->half_lines = &kernels->half_lines[l.limits];
  j->pieces = l;
  if (scale == 0) j->halves = NULL;
  j->grain = (size_t)1 << 17;
}

void ramp_set_half_lines(ramp_job *j, const ramp_function *f, ramp_type type) {
  if ((type != RAMP_F16 && type != RAMP_BF16) || j->direction == RAMP_BOTH) return;
  if (!ramp_function_has_lines(f)) return;
  ramp_environment caller = ramp_environment_enter();
  set_lines(j, f, type);
  ramp_environment_leave(&caller);
}

/* ------------------------------------------------------------------ the run */

/* Results are apart from x and dy. */
static void run_block(const ramp_job *j, size_t n, const char *x, const char *dy,
                      char *out) {
  _Alignas(64) uint16_t product[RAMP_HALF_BLOCK];
  const uint16_t *from = (const uint16_t *)x, *factor = (const uint16_t *)dy;
  bool decided = true;
  if (j->factor.high != 0)
    j->halves->product(n, dy ? factor : from, j->factor, product);
  else
    decided = j->halves->scale(n, dy ? factor : from, j->scale, j->margin, product);
  j->half_lines->joined[dy != NULL](&j->pieces, n, from, factor, product,
                                    (uint16_t *)out);
  if (!decided) ramp_settle_halves(j, n, out, x, dy, out, NULL);
}

static void run_in_place(const ramp_job *j, size_t n, const char *x, const char *dy,
                         char *out) {
  _Alignas(64) uint16_t results[RAMP_HALF_BLOCK];
  run_block(j, n, x, dy, (char *)results);
  memcpy(out, results, n * sizeof *results);
}

static void run_scaled(const ramp_job *j, size_t count, const char *x, const char *dy,
                       char *out) {
  bool apart = out != x && out != dy;
  for (size_t at = 0; at < count; at += RAMP_HALF_BLOCK) {
    size_t n = count - at < RAMP_HALF_BLOCK ? count - at : RAMP_HALF_BLOCK;
    size_t by = at * sizeof(uint16_t);
    (apart ? run_block : run_in_place)(j, n, x + by, ramp_behind(dy, by), out + by);
  }
}

void ramp_run_half_lines(const ramp_job *j, size_t count, const char *x, const char *dy,
                         char *out) {
  if (j->scale != 0)
    run_scaled(j, count, x, dy, out);
  else
    j->half_lines->plain[dy != NULL](&j->pieces, count, (const uint16_t *)x,
                                     (const uint16_t *)dy, NULL, (uint16_t *)out);
}
