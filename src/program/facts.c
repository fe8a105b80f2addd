/* SPDX-License-Identifier: MIT */
/* facts.c: the facts in their order, each asked of the library. */
#include "facts.h"
#include "accuracy.h"
#include "allocate.h"
#include "conventions.h"
#include "list.h"
#include "number.h"
#include "random_slope.h"

#include <math.h>
#include <stdarg.h>

void facts_add(facts *facts, const char *term, const char *format, ...) {
  va_list arguments;
  char *text = NULL;
  size_t size;
  FILE *words = checked(open_memstream(&text, &size));
  va_start(arguments, format);
  vfprintf(words, format, arguments);
  va_end(arguments);
  fclose(words);
  facts->list = checked(realloc(facts->list, (facts->count + 1) * sizeof *facts->list));
  facts->list[facts->count++] = (fact){term, checked(text)};
}

void facts_free(facts *facts) {
  for (size_t i = 0; i < facts->count; i++)
    free(facts->list[i].text);
  free(facts->list);
  *facts = (struct facts){NULL, 0};
}

static number_words words_of(double number) { return number_in_words(number, RAMP_F64); }

/* ------------------------------------------------------------------ the function */

static void add_parameters(facts *facts, const ramp_function *f,
                           const ramp_function_row *row) {
  for (int i = 0; i < row->parameters; i++)
    facts_add(facts, "parameters", "%s = %s, %s; default %s", row->parameter[i].name,
              words_of(f->parameter[i]).text, row->parameter[i].domain,
              words_of(row->parameter[i].value).text);
}

static void add_kinks(facts *facts, const ramp_function *f) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(f, kinks);
  if (!count) facts_add(facts, "kinks", "none");
  for (int i = 0; i < count; i++) {
    double taken = NAN;
    ramp_derivative(f, RAMP_F64, 1, &kinks[i].at, &taken);
    facts_add(facts, "kinks",
              "at %s the derivative jumps from %s to %s; %s is taken there",
              words_of(kinks[i].at).text, words_of(kinks[i].left).text,
              words_of(kinks[i].right).text, words_of(taken).text);
  }
}

static void add_jumps(facts *facts, const ramp_function *f) {
  ramp_kink jumps[RAMP_KINKS_MAX];
  int count = ramp_function_jumps(f, jumps);
  for (int i = 0; i < count; i++) {
    double taken = NAN;
    ramp_forward(f, RAMP_F64, 1, &jumps[i].at, &taken);
    facts_add(facts, "jumps", "at %s the value jumps from %s to %s; it is %s there",
              words_of(jumps[i].at).text, words_of(jumps[i].left).text,
              words_of(jumps[i].right).text, words_of(taken).text);
  }
}

static const struct {
  int property;
  const char *words;
} properties[] = {
    {RAMP_SHAPE_ODD, "odd, f(-x) = -f(x)"},
    {RAMP_SHAPE_EVEN, "even, f(-x) = f(x)"},
    {RAMP_SHAPE_INCREASING, "never falls"},
    {RAMP_SHAPE_LINEAR, "straight between its kinks"},
};

char *facts_properties(const ramp_function *f) {
  ramp_function_shape shape = {0, -INFINITY, INFINITY};
  char *text = NULL;
  size_t size;
  FILE *words = checked(open_memstream(&text, &size));
  ramp_function_shape_of(f, &shape);
  for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
    if (shape.properties & properties[i].property)
      fprintf(words, "%s%s", ftell(words) > 0 ? "; " : "", properties[i].words);
  if (ftell(words) == 0) fputs("none", words);
  fclose(words);
  return checked(text);
}

static void add_properties(facts *facts, const ramp_function *f) {
  char *words = facts_properties(f);
  facts_add(facts, "properties", "%s", words);
  free(words);
}

/* ------------------------------------------------------------------ going back */

const char *facts_not_from_output(const ramp_function *f) {
  ramp_status status = ramp_backward_from_output(f, RAMP_F32, 0, NULL, NULL, NULL);
  return status == RAMP_OK ? NULL : ramp_error_detail();
}

const char *facts_not_in_a_bit(const ramp_function *f) {
  ramp_status status = ramp_backward_masked(f, RAMP_F32, 0, NULL, NULL, NULL);
  return status == RAMP_OK ? NULL : ramp_error_detail();
}

static void add_ways_back(facts *facts, const ramp_function *f) {
  const char *objection = facts_not_from_output(f);
  if (objection)
    facts_add(facts, "back from y", "no: %s", objection);
  else
    facts_add(facts, "back from y", "yes: the output alone tells the derivative");
  objection = facts_not_in_a_bit(f);
  if (objection)
    facts_add(facts, "back from a bit", "no: %s", objection);
  else
    facts_add(facts, "back from a bit", "yes: one bit an element tells the derivative");
}

/* ------------------------------------------------------------------ precision */

static number_words bound_text(double bound) {
  number_words words = {"exact"};
  if (bound != 0) snprintf(words.text, sizeof words.text, "within %.15g ulp", bound);
  return words;
}

static void add_measured(void *to, const char *section, const char *text) {
  facts_add(to, "measured", "%s: %s", accuracy_title(section), text);
}

bool facts_fast_bounds(const ramp_function *f, double *value, double *derivative) {
  ramp_function fast = *f;
  fast.precision = RAMP_FAST;
  ramp_status status = ramp_function_f32_bounds(&fast, value, derivative);
  return status == RAMP_OK && *value > 0.5;
}

static void add_precision(facts *facts, const ramp_function *f) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  double value, derivative;
  facts_add(facts, "precision", "f32, f16, bf16: the nearest number to the exact result");
  facts_add(facts, "precision", "f64: value %s, derivative %s",
            bound_text(row->f64_value_bound).text,
            bound_text(row->f64_derivative_bound).text);
  if (facts_fast_bounds(f, &value, &derivative))
    facts_add(facts, "precision", "precision=fast, f32: value %s, derivative %s",
              bound_text(value).text, bound_text(derivative).text);
  accuracy_each(row->name, add_measured, facts);
}

void facts_add_initialisation(facts *facts, ramp_initialisation initialisation) {
  static const char *const variance[] = {"2/inputs", "2/(inputs + units)", "1/inputs"};
  facts_add(facts, "initialisation", "%s: first weights with variance %s",
            list_initialisation(initialisation), variance[initialisation]);
}

/* ------------------------------------------------------------------ names */

static void add_aliases(facts *facts, const ramp_function_row *function) {
  int i = 0;
  for (const ramp_function_row *alias; (alias = list_next_alias(function, &i));)
    facts_add(facts, "aliases", "%s is %s", alias->name, alias->alias);
}

static void add_name(facts *facts, const char *who, const char *name) {
  if (name) facts_add(facts, "called elsewhere", "%s: %s", who, name);
}

static void add_names(facts *facts, const char *function) {
  const convention_names *names = convention_names_of(function);
  if (!names) return;
  add_name(facts, "PyTorch", names->pytorch);
  add_name(facts, "JAX", names->jax);
  add_name(facts, "Keras", names->keras);
  add_name(facts, "ONNX", names->onnx);
}

facts facts_of(const ramp_function *f) {
  facts facts = {NULL, 0};
  const ramp_function_row *row = ramp_function_row_at(f->row);
  if (row->alias) facts_add(&facts, "stands for", "%s", row->alias);
  facts_add(&facts, "value", "%s", row->formula);
  facts_add(&facts, "derivative", "%s", row->derivative);
  facts_add(&facts, "range", "%s", row->range);
  if (random_slope_is(f))
    facts_add(
        &facts, "in training",
        "each element's slope is drawn from [lower, upper]; all that stands here is of "
        "evaluation");
  if (!row->alias) add_parameters(&facts, f, row);
  add_kinks(&facts, f);
  add_jumps(&facts, f);
  add_properties(&facts, f);
  add_ways_back(&facts, f);
  facts_add_initialisation(&facts, row->initialisation);
  add_precision(&facts, f);
  if (!row->alias) add_aliases(&facts, row);
  add_names(&facts, row->name);
  return facts;
}
