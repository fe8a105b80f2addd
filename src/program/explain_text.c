/* SPDX-License-Identifier: MIT */
/* explain_text.c: an explanation as text for a terminal of 100 columns. */
#include "element.h"
#include "explanation.h"
#include "list.h"
#include "number.h"
#include "program.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static number_words bits_of(double number, ramp_type type) {
  number_words words;
  snprintf(words.text, NUMBER_TEXT, "0x%0*" PRIx64, (int)(2 * ramp_type_size(type)),
           element_bits(number, type));
  return words;
}

static number_words function_text(const ramp_function *f) {
  number_words words;
  ramp_function_text(f, words.text, NUMBER_TEXT);
  return words;
}

/* ------------------------------------------------------------------ the value */

/* A number that was typed may be none of the type. */
static void print_head(const explanation *e, const char *typed) {
  double read;
  number_words x = number_in_words(e->here.x, e->type),
               name = function_text(&e->function);
  const char *type = ramp_type_name(e->type);
  if (number_of_type(typed, RAMP_F64, &read) && read != e->here.x && !isnan(read)) {
    double again;
    number_of_type(x.text, RAMP_F64, &again);
    if (again != read) {
      printf("%s at %s, which is %s in %s\n\n", name.text, typed, x.text, type);
      return;
    }
  }
  printf("%s at %s, in %s\n\n", name.text, x.text, type);
}

/* Columns of a number, and of its bits, with the space after them. */
static int number_width(const explanation *e) { return e->type == RAMP_F64 ? 25 : 16; }
static int bits_width(const explanation *e) { return e->type == RAMP_F64 ? 20 : 14; }

static void print_point(const explanation *e, const char *name,
                        const explanation_point *point) {
  if (isnan(point->x) && point != &e->here) return;
  printf("%-16s%-*s%-*s", name, number_width(e), number_in_words(point->x, e->type).text,
         bits_width(e), bits_of(point->x, e->type).text);
  printf("%-*s%s", number_width(e), number_in_words(point->value, e->type).text,
         bits_of(point->value, e->type).text);
  if (point->steps < 1e6)
    printf("    %.15g ulp away", point->steps);
  else if (!isnan(point->steps))
    printf("    %.2g ulp away", point->steps);
  putchar('\n');
}

static void print_wide_value(const explanation *e) {
  if (e->type == RAMP_F64 || !isfinite(e->wide_value)) return;
  printf("%-16s%s", "in f64", number_in_words(e->wide_value, RAMP_F64).text);
  if (isfinite(e->here.value) && e->wide_value != e->here.value)
    printf(": f(x) is %.2g ulp from it", fabs(e->wide_value - e->here.value) / e->ulp);
  else if (isfinite(e->here.value))
    printf(": the same number");
  putchar('\n');
}

static void print_values(const explanation *e) {
  printf("%-16s%-*s%-*s%-*s%s\n", "", number_width(e), "x", bits_width(e), "bits",
         number_width(e), "f(x)", "bits");
  print_point(e, "below", &e->below);
  print_point(e, "here", &e->here);
  print_point(e, "above", &e->above);
  if (isfinite(e->ulp))
    printf("%-16s%s, the step from f(x) to the next number\n", "ulp",
           number_in_words(e->ulp, e->type).text);
  print_wide_value(e);
}

/* ------------------------------------------------------------------ the derivative */

static void print_rule(const explanation *e) {
  if (e->function.kink_rule == RAMP_KINK_LEAST)
    puts("the element of least magnitude (kink=left|right|middle|NUMBER asks for "
         "another)");
  else
    printf("left + %.15g (right - left), as the function's kink= asks\n",
           e->function.kink_mix);
}

static void print_subdifferential(const explanation *e) {
  double low = fmin(e->left, e->right), high = fmax(e->left, e->right);
  printf("%-16s[%s, %s]: any number of it may stand for the derivative\n",
         "subdifferential", number_in_words(low, e->type).text,
         number_in_words(high, e->type).text);
}

/* At a jump no slope supports the function, whichever is taken. */
static void print_kink(const explanation *e) {
  printf("%-16s%s from the left, %s from the right: a %s\n", "derivatives",
         number_in_words(e->left, e->type).text, number_in_words(e->right, e->type).text,
         e->is_jump ? "jump" : "kink");
  if (!e->is_jump) print_subdifferential(e);
  printf("%-16s%s, ", "taken", number_in_words(e->derivative, e->type).text);
  print_rule(e);
}

static void print_derivative(const explanation *e) {
  number_words slope = number_in_words(e->derivative, e->type);
  putchar('\n');
  if (e->is_jump)
    printf("%-16sthe value jumps here from %s to %s\n", "jump",
           number_in_words(e->jump.left, e->type).text,
           number_in_words(e->jump.right, e->type).text);
  if (e->is_kink) {
    print_kink(e);
    return;
  }
  if (isnan(e->derivative))
    printf("%-16snan: NaN in, NaN out, so that it is seen\n", "derivative");
  else if (e->is_jump)
    printf("%-16s%s: there is none at a jump; it is the slope beside it\n", "derivative",
           slope.text);
  else
    printf("%-16s%s from both sides: no kink, and nothing to choose\n", "derivative",
           slope.text);
}

/* ------------------------------------------------------------------ parameters */

static const ramp_parameter_row *parameter_of(const explanation *e, int i) {
  return &list_function_of(ramp_function_row_at(e->function.row))->parameter[i];
}

static void print_by_parameters(const explanation *e) {
  for (int i = 0; i < e->parameters; i++) {
    char term[64];
    snprintf(term, sizeof term, "by %s", parameter_of(e, i)->name);
    printf("%-16s%s, how f(x) follows %s = %s\n", term,
           number_in_words(e->by_parameter[i], RAMP_F64).text, parameter_of(e, i)->name,
           number_in_words(e->function.parameter[i], RAMP_F64).text);
  }
}

static void print_interval(const explanation *e, const char *what, const double ends[2]) {
  double low = fmin(ends[0], ends[1]), high = fmax(ends[0], ends[1]);
  if (low == high)
    printf("%s %s", what, number_in_words(low, e->type).text);
  else
    printf("%s from %s to %s", what, number_in_words(low, e->type).text,
           number_in_words(high, e->type).text);
}

/* What was shown above is evaluation. */
static void print_random(const explanation *e) {
  if (!e->is_random || isnan(e->here.x)) return;
  printf("%-16sthe slope is drawn from [%s, %s]; above it is the middle of these\n",
         "in training", number_in_words(e->slope[0], e->type).text,
         number_in_words(e->slope[1], e->type).text);
  if (e->random_derivative[0] == e->random_derivative[1] &&
      e->random_value[0] == e->random_value[1]) {
    printf("%-16swhich does not matter here\n", "");
    return;
  }
  printf("%-16s", "");
  print_interval(e, "f(x) is then", e->random_value);
  print_interval(e, ", the derivative", e->random_derivative);
  putchar('\n');
}

/* ------------------------------------------------------------------ others */

/* The reasons of the answers, each once; answers that share one share its number. */
typedef struct reasons {
  const char *sentence[EXPLANATION_ANSWERS_MAX];
  int count;
} reasons;

/* The sentence's number, from 1; new sentences are added. */
static int reason_number(reasons *r, const char *sentence) {
  for (int i = 0; i < r->count; i++)
    if (!strcmp(r->sentence[i], sentence)) return i + 1;
  r->sentence[r->count++] = sentence;
  return r->count;
}

typedef struct table {
  int call, number; /* widths of columns */
} table;

static table table_of(const explanation *e) {
  table t = {0, number_width(e)};
  for (int i = 0; i < e->answers; i++)
    if ((int)strlen(e->answer[i].call) > t.call) t.call = (int)strlen(e->answer[i].call);
  return t;
}

typedef struct result_words {
  char text[NUMBER_TEXT + DIFFERENCE_TEXT];
} result_words;

/* Two columns: what they give, and how that differs from what Ramp gives. */
static result_words result_text(const explanation *e, const table *t, int given,
                                double ours, double theirs) {
  result_words words;
  char difference[DIFFERENCE_TEXT] = "";
  if (given) difference_text(ours, theirs, e->type, difference);
  snprintf(words.text, sizeof words.text, "%-*s%-10s", t->number,
           given ? number_in_words(theirs, e->type).text : "-", difference);
  return words;
}

static void print_answer(const explanation *e, const table *t,
                         const explanation_answer *a, reasons *r) {
  char line[256], reason[16] = "";
  if (a->why) snprintf(reason, sizeof reason, "[%d]", reason_number(r, a->why));
  int length = snprintf(
      line, sizeof line, "%-12s%-*s  %s  %s%s", a->who, t->call, a->call,
      result_text(e, t, a->has_value, e->here.value, a->value).text,
      result_text(e, t, a->has_derivative, e->derivative, a->derivative).text, reason);
  while (line[length - 1] == ' ')
    line[--length] = 0;
  puts(line);
}

static void print_answers(const explanation *e, reasons *r) {
  table t = table_of(e);
  printf("%-12s%-*s  %-*s%-10s  %-*s%s\n", "who", t.call, "how", t.number, "value",
         "differs", t.number, "derivative", "differs");
  printf("%-12s%-*s  %-*s%-10s  %s\n", "Ramp", t.call, "", t.number,
         number_in_words(e->here.value, e->type).text, "",
         number_in_words(e->derivative, e->type).text);
  for (int i = 0; i < e->answers; i++)
    print_answer(e, &t, &e->answer[i], r);
}

static void print_reasons(const reasons *r) {
  if (r->count) putchar('\n');
  for (int i = 0; i < r->count; i++)
    printf("[%d] %s\n", i + 1, r->sentence[i]);
}

static void print_sources(const explanation *e) {
  int unmeasured = 0;
  for (int i = 0; i < e->conventions; i++)
    unmeasured |= !e->answer[i].measured;
  if (unmeasured)
    puts("\nPyTorch and NumPy were compared with themselves; JAX and TensorFlow are as "
         "their sources say.");
}

static void print_others(const explanation *e) {
  reasons r = {.count = 0};
  putchar('\n');
  if (!e->conventions)
    printf("No other convention is known to Ramp for %s.\n\n",
           ramp_function_row_at(e->function.row)->name);
  print_answers(e, &r);
  print_reasons(&r);
  print_sources(e);
}

int explain_print_text(const explanation *e, const char *typed) {
  print_head(e, typed);
  print_values(e);
  print_derivative(e);
  print_by_parameters(e);
  print_random(e);
  print_others(e);
  return EXIT_FINE;
}
