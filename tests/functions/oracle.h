/* SPDX-License-Identifier: MIT */
/*
 * oracle.h: the right answers, from oracle.def and nothing of libramp but its public
 * structs.
 *
 *     oracle *truth = oracle_open(&f);
 *     oracle_answer(truth, ORACLE_VALUE, RAMP_F32, count, x, NULL, expected);
 *     oracle_close(truth);
 *
 * An answer is decided when both ends of an interval holding the exact value round to the
 * same bits: first tried in double (quick.c), then with MPFR at rising precision.  The
 * rules that are no mathematics are here: NaN, infinities, the sides of zero, kinks, and
 * zero times infinity.
 *
 * An oracle is a workspace: one per thread.
 */
#ifndef RAMP_TESTS_ORACLE_H
#define RAMP_TESTS_ORACLE_H

#include <ramp/ramp.h>
#include <stdbool.h>

typedef enum { ORACLE_VALUE, ORACLE_DERIVATIVE } oracle_direction;
#define ORACLE_DIRECTIONS 2

typedef struct oracle oracle;

/* One line of oracle.def: as text, and compiled (the self-checks compare the two). */
typedef struct oracle_line {
  const char *name, *text[ORACLE_DIRECTIONS];
  double (*compiled[ORACLE_DIRECTIONS])(double x, const double *p);
} oracle_line;

extern const oracle_line oracle_lines[];
extern const int oracle_line_count;

/* The line of the table's row `row`, through its alias; null when oracle.def has none. */
const oracle_line *oracle_line_of(int row);

/* Null when the function has no line; f is copied. */
oracle *oracle_open(const ramp_function *f);
void oracle_close(oracle *o);

/* expected[i] = what f(x[i]) or f'(x[i]) is in `type`; with dy not null, that times
 * dy[i]. */
void oracle_answer(oracle *o, oracle_direction direction, ramp_type type, size_t count,
                   const void *x, const void *dy, void *expected);

/* The same of one number, by MPFR alone; dy 1 for none.  x is any double. */
uint64_t oracle_bits(oracle *o, oracle_direction direction, ramp_type type, double x,
                     double dy);

/* The exact value times dy as high + low, high being its f64 rounding; below the last bit
   of subnormal numbers only a long double can tell. */
void oracle_exact(oracle *o, oracle_direction direction, double x, double dy,
                  double *high, long double *low);

/* The limits from the left and from the right, each rounded to f64. */
void oracle_sides(oracle *o, oracle_direction direction, double x, double *left,
                  double *right);

/* Where conditions of the function change, ascending, without repetition: the kinks are
   among them.  Returns how many. */
int oracle_thresholds(const oracle *o, const double **threshold);

/* How many answers took MPFR so far. */
uint64_t oracle_exact_answers(const oracle *o);

#endif
