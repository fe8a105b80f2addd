/* SPDX-License-Identifier: MIT */
/* list.c: the subcommand `ramp list`: the table of functions, or a page on one. */
#include "list.h"
#include "number.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: ramp list [FUNCTION] [--json]\n"
    "\n"
    "Without FUNCTION, the table of all functions; with it, a page on that one: "
    "formula,\n"
    "derivative, range, parameters, kinks, initialisation and precision.\n"
    "\n"
    "  ramp list\n"
    "  ramp list leaky_relu\n"
    "  ramp list clip:0,6                   kinks with these parameters\n"
    "  ramp list --json | jq '.[].name'\n"
    "\n"
    "A FUNCTION is NAME[:ARGUMENT,...] wherever Ramp wants one; an ARGUMENT is a number "
    "or\n"
    "name=value. kink=least|left|right|middle|NUMBER chooses the derivative at a kink.\n";

/* ------------------------------------------------------------------ rows */

const ramp_function_row *list_function_of(const ramp_function_row *row) {
  if (!row->alias) return row;
  size_t length = strcspn(row->alias, ":");
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *other = ramp_function_row_at(i);
    if (strlen(other->name) == length && !strncmp(other->name, row->alias, length))
      return list_function_of(other);
  }
  return row;
}

const ramp_function_row *list_next_alias(const ramp_function_row *function, int *i) {
  while (*i < ramp_function_rows()) {
    const ramp_function_row *row = ramp_function_row_at((*i)++);
    if (row->alias && list_function_of(row) == function) return row;
  }
  return NULL;
}

const char *list_initialisation(ramp_initialisation initialisation) {
  switch (initialisation) {
  case RAMP_INITIAL_HE:
    return "He";
  case RAMP_INITIAL_GLOROT:
    return "Glorot";
  default:
    return "LeCun";
  }
}

static const char *plain_number(double number) {
  static char text[NUMBER_TEXT];
  number_text(number, RAMP_F64, text);
  return text;
}

/* ------------------------------------------------------------------ the table */

#define CELL 96
enum { NAME, FORMULA, PARAMETERS, RANGE, COLUMNS };

typedef struct table_line {
  char cell[COLUMNS][CELL];
} table_line;

static void list_parameters(const ramp_function_row *row, char *text) {
  size_t length = 0;
  *text = 0;
  for (int i = 0; i < row->parameters && length < CELL; i++)
    length +=
        (size_t)snprintf(text + length, CELL - length, "%s%s=%s", i ? ", " : "",
                         row->parameter[i].name, plain_number(row->parameter[i].value));
}

static table_line line_of(const ramp_function_row *row) {
  table_line line;
  snprintf(line.cell[NAME], CELL, "%s%s", row->alias ? "  " : "", row->name);
  if (row->alias)
    snprintf(line.cell[FORMULA], CELL, "is %s", row->alias);
  else
    snprintf(line.cell[FORMULA], CELL, "%s", row->formula);
  list_parameters(row, line.cell[PARAMETERS]);
  snprintf(line.cell[RANGE], CELL, "%s", row->range);
  return line;
}

static void widen(size_t *width, const table_line *line) {
  for (int c = 0; c < COLUMNS; c++)
    if (strlen(line->cell[c]) > width[c]) width[c] = strlen(line->cell[c]);
}

static void print_line(const size_t *width, const table_line *line) {
  for (int c = 0; c < COLUMNS - 1; c++)
    printf("%-*s  ", (int)width[c], line->cell[c]);
  puts(line->cell[COLUMNS - 1]);
}

static void print_function_lines(const size_t *width, const ramp_function_row *function) {
  int i = 0;
  table_line line = line_of(function);
  print_line(width, &line);
  for (const ramp_function_row *alias; (alias = list_next_alias(function, &i));) {
    line = line_of(alias);
    print_line(width, &line);
  }
}

static int print_table(void) {
  const table_line head = {{"NAME", "FORMULA", "PARAMETERS", "RANGE"}};
  size_t width[COLUMNS] = {0};
  widen(width, &head);
  for (int i = 0; i < ramp_function_rows(); i++) {
    table_line line = line_of(ramp_function_row_at(i));
    widen(width, &line);
  }
  print_line(width, &head);
  for (int i = 0; i < ramp_function_rows(); i++)
    if (!ramp_function_row_at(i)->alias)
      print_function_lines(width, ramp_function_row_at(i));
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ the page */

static void print_parameters(const ramp_function *f, const ramp_function_row *function) {
  for (int i = 0; i < function->parameters; i++) {
    const ramp_parameter_row *parameter = &function->parameter[i];
    printf("%-16s%s = %s, ", i ? "" : "parameters", parameter->name,
           plain_number(f->parameter[i]));
    printf("%s; default %s\n", parameter->domain, plain_number(parameter->value));
  }
}

static void print_kinks(const ramp_function *f) {
  ramp_kink kinks[RAMP_KINKS_MAX];
  int count = ramp_function_kinks(f, kinks);
  if (!count) printf("%-16snone\n", "kinks");
  for (int i = 0; i < count; i++) {
    double taken = 0;
    ramp_derivative(f, RAMP_F64, 1, &kinks[i].at, &taken);
    printf("%-16sat %s the derivative jumps ", i ? "" : "kinks",
           plain_number(kinks[i].at));
    printf("from %s ", plain_number(kinks[i].left));
    printf("to %s; ", plain_number(kinks[i].right));
    printf("%s is taken there\n", plain_number(taken));
  }
}

static void print_initialisation(ramp_initialisation initialisation) {
  static const char *const variance[] = {"2/inputs", "2/(inputs + units)", "1/inputs"};
  printf("%-16s%s: first weights with variance %s\n", "initialisation",
         list_initialisation(initialisation), variance[initialisation]);
}

static void print_bound(const char *of, double bound) {
  if (bound == 0)
    printf("%s exact", of);
  else
    printf("%s within %s ulp", of, plain_number(bound));
}

static void print_precision(const ramp_function_row *row) {
  printf("%-16sf32, f16, bf16: the nearest number to the exact result\n%-16sf64: ",
         "precision", "");
  print_bound("value", row->f64_value_bound);
  print_bound(", derivative", row->f64_derivative_bound);
  putchar('\n');
}

static void print_aliases(const ramp_function_row *function) {
  int i = 0;
  const char *head = "aliases";
  for (const ramp_function_row *alias; (alias = list_next_alias(function, &i)); head = "")
    printf("%-16s%s is %s\n", head, alias->name, alias->alias);
}

static int print_page(const ramp_function *f) {
  const ramp_function_row *row = ramp_function_row_at(f->row);
  const ramp_function_row *function = list_function_of(row);
  printf("%s\n\n", row->name);
  if (row->alias) printf("%-16s%s\n", "stands for", row->alias);
  printf("%-16s%s\n", "value", row->formula);
  printf("%-16s%s\n", "derivative", row->derivative);
  printf("%-16s%s\n", "range", row->range);
  if (!row->alias) print_parameters(f, function);
  print_kinks(f);
  print_initialisation(row->initialisation);
  print_precision(row);
  if (!row->alias) print_aliases(function);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ the subcommand */

static int run_list(int argc, char **argv) {
  int json = 0;
  const option_row rows[] = {{"json", 'j', OPTION_FLAG, &json}, {0}};
  int operands = options_read(rows, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (operands > 1)
    return fail(EXIT_USAGE, "one function at a time, and '%s' is a second one", argv[1]);
  if (!operands) return json ? list_print_json(NULL) : print_table();
  ramp_function f;
  ramp_status status = ramp_function_parse(argv[0], &f);
  if (status != RAMP_OK) return fail_status(status);
  return json ? list_print_json(&f) : print_page(&f);
}

const command list_command = {"list", "the functions, or a page on one of them", help,
                              run_list, 0};
