/* SPDX-License-Identifier: MIT */
/* list.c: the subcommand `ramp list`: the table of functions, or a page on one. */
#include "list.h"
#include "fold_facts.h"
#include "function_page.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: ramp list [FUNCTION] [--json]\n"
    "       ramp list --html FOLDER\n"
    "\n"
    "Without FUNCTION, the tables of all functions, of one input and of several; with "
    "it, "
    "a\n"
    "page on that one: formula,\n"
    "derivative, range, parameters, kinks, jumps, properties, ways back, precision as "
    "promised\n"
    "and as measured, and what others call it.\n"
    "\n"
    "  ramp list\n"
    "  ramp list leaky_relu\n"
    "  ramp list clip:0,6                   kinks with these parameters\n"
    "  ramp list maxout:4                   of several inputs\n"
    "  ramp list --json | jq '.[].name'\n"
    "  ramp list --html pages               a page with pictures for each, and "
    "index.html\n"
    "\n"
    "A FUNCTION is NAME[:ARGUMENT,...] wherever Ramp wants one; an ARGUMENT is a number "
    "or\n"
    "name=value. kink=least|left|right|middle|NUMBER chooses the derivative at a kink;\n"
    "precision=fast takes 32-bit arithmetic where there are formulas for it.\n";

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

/* ------------------------------------------------------------------ the page */

#define PAGE_COLUMNS 100
#define TERM_COLUMNS 18

static void print_fact(const char *term, const char *text) {
  do {
    size_t part = line_fitting(text, PAGE_COLUMNS - TERM_COLUMNS);
    printf("%-*s%.*s\n", TERM_COLUMNS, term, (int)part, text);
    text += part + strspn(text + part, " ");
    term = "";
  } while (*text);
}

static int print_page(const ramp_activation *of) {
  facts facts = of->is_fold ? fold_facts_of(&of->fold) : facts_of(&of->function);
  printf("%s\n\n", of->is_fold ? ramp_fold_row_at(of->fold.row)->name
                               : ramp_function_row_at(of->function.row)->name);
  for (size_t i = 0; i < facts.count; i++) {
    int again = i > 0 && !strcmp(facts.list[i].term, facts.list[i - 1].term);
    print_fact(again ? "" : facts.list[i].term, facts.list[i].text);
  }
  facts_free(&facts);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ the subcommand */

static int wrong_for_html(int json, int operands, char **argv) {
  if (json) return fail(EXIT_USAGE, "--html and --json exclude each other");
  if (operands)
    return fail(EXIT_USAGE, "--html writes the pages of all functions: leave out '%s'",
                argv[0]);
  return EXIT_FINE;
}

static int run_list(int argc, char **argv) {
  int json = 0;
  const char *html = NULL;
  const option_row rows[] = {
      {"json", 'j', OPTION_FLAG, &json}, {"html", 0, OPTION_TEXT, &html}, {0}};
  int operands = options_read(rows, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (html) {
    int code = wrong_for_html(json, operands, argv);
    return code ? code : function_pages_write(html);
  }
  if (operands > 1)
    return fail(EXIT_USAGE, "one function at a time, and '%s' is a second one", argv[1]);
  if (!operands) return json ? list_print_json(NULL) : list_print_table();
  ramp_activation of;
  ramp_status status = ramp_activation_parse(argv[0], &of);
  if (status != RAMP_OK) return fail_status(status);
  return json ? list_print_json(&of) : print_page(&of);
}

const command list_command = {"list", "the functions, or a page on one of them", help,
                              run_list, 0};
