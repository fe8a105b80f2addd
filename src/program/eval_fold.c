/* SPDX-License-Identifier: MIT */
/* eval_fold.c: functions of several inputs: a line of numbers in, a line of results out.
   The arguments are one line; standard input has as many as it has. */
#define _GNU_SOURCE /* getline */
#include "allocate.h"
#include "eval.h"
#include "fold_line.h"
#include "json_document.h"
#include "number.h"

#include <errno.h>

/* ------------------------------------------------------------------ printing */

static int print_json(const fold_line *line) {
  json_document d = {line->type, 0};
  json_t *object =
      json_pack("{s:o, s:o}", "x", json_document_numbers(&d, line->x, line->inputs),
                "value", json_document_numbers(&d, line->y, line->outputs));
  if (line->winner)
    json_object_set_new(object, "winners",
                        json_document_bytes(line->winner, line->outputs));
  return json_document_print(&d, object, 0);
}

static int print_text(const fold_line *line) {
  for (size_t i = 0; i < line->outputs; i++) {
    char text[NUMBER_TEXT];
    number_text(line->y[i], line->type, text);
    printf("%s%s", i ? " " : "", text);
  }
  putchar('\n');
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ one line */

static int evaluate(const evaluation *wanted, const double *x, size_t count) {
  fold_line line;
  ramp_status status = fold_line_compute(&wanted->of.fold, wanted->type, count, x, &line);
  int code = status != RAMP_OK ? fail_status(status)
             : wanted->json    ? print_json(&line)
                               : print_text(&line);
  fold_line_free(&line);
  return code;
}

int eval_fold_arguments(const evaluation *wanted, char **words, int count) {
  double *x = allocate((size_t)count, sizeof *x);
  int code = EXIT_FINE;
  for (int i = 0; i < count && code == EXIT_FINE; i++)
    if (!number_of_type(words[i], wanted->type, &x[i]))
      code = fail_number(words[i], i + 1);
  if (code == EXIT_FINE) code = evaluate(wanted, x, (size_t)count);
  free(x);
  return code;
}

/* ------------------------------------------------------------------ standard input */

/* The line's words as numbers, ended by zeros in place. */
static int read_line(const evaluation *wanted, char *text, size_t at, double **x,
                     size_t *count) {
  *x = NULL, *count = 0;
  for (char *rest, *word = strtok_r(text, " \t\r\n\v\f", &rest); word;
       word = strtok_r(NULL, " \t\r\n\v\f", &rest)) {
    *x = checked(realloc(*x, (*count + 1) * sizeof **x));
    if (!number_of_type(word, wanted->type, &(*x)[(*count)++]))
      return fail(EXIT_FILE,
                  "standard input, line %zu: '%.40s' is not a number such as -3, 1e-5, "
                  "0x1p-3, inf or nan",
                  at, word);
  }
  return EXIT_FINE;
}

/* Empty lines are passed over. */
static int evaluate_line(const evaluation *wanted, char *text, size_t at) {
  double *x;
  size_t count;
  int code = read_line(wanted, text, at, &x, &count);
  if (code == EXIT_FINE && count > 0) code = evaluate(wanted, x, count);
  free(x);
  if (code) return code;
  return fflush(stdout) || ferror(stdout) ? fail_standard_output() : EXIT_FINE;
}

int eval_fold_standard_input(const evaluation *wanted) {
  char *text = NULL;
  size_t size = 0, at = 0;
  int code = EXIT_FINE;
  while (code == EXIT_FINE && getline(&text, &size, stdin) >= 0)
    code = evaluate_line(wanted, text, ++at);
  if (code == EXIT_FINE && ferror(stdin))
    code = fail(EXIT_FILE, "cannot read standard input: %s", strerror(errno));
  free(text);
  return code;
}
