/* SPDX-License-Identifier: MIT */
/* explain_fold.c: a line of numbers, what a function of several inputs makes of it, and
   how each output follows each input. */
#include "explain_fold.h"
#include "allocate.h"
#include "fold_facts.h"
#include "json_document.h"
#include "number.h"

#include <math.h>

typedef struct subject {
  fold_line line;
  double *jacobian; /* line->outputs lines of line->inputs */
  facts notes;
} subject;

static ramp_status find_jacobian(subject *s) {
  const fold_line *line = &s->line;
  double *dy = allocate(line->outputs, sizeof *dy);
  s->jacobian = allocate(line->outputs * line->inputs, sizeof *s->jacobian);
  ramp_status status = RAMP_OK;
  for (size_t i = 0; i < line->outputs && status == RAMP_OK; i++) {
    memset(dy, 0, line->outputs * sizeof *dy);
    dy[i] = 1;
    status = fold_line_backward(line, dy, s->jacobian + i * line->inputs);
  }
  free(dy);
  return status;
}

/* ------------------------------------------------------------------ text */

static const char *word(double number, ramp_type type, char text[NUMBER_TEXT]) {
  number_text(number, type, text);
  return text;
}

static int column_width(const fold_line *line) {
  return line->type == RAMP_F64 ? 25 : 16;
}

static void print_head(const fold_line *line) {
  char name[128];
  ramp_fold_text(&line->fold, name, sizeof name);
  printf("%s of %zu number%s, in %s\n\n%s\n\n", name, line->inputs,
         line->inputs == 1 ? "" : "s", ramp_type_name(line->type),
         ramp_fold_row_at(line->fold.row)->formula);
}

/* The x that won, among all. */
static size_t winner_of(const fold_line *line, size_t i) {
  return i * (line->inputs / line->outputs) + line->winner[i];
}

static void print_values(const fold_line *line) {
  size_t most = line->inputs > line->outputs ? line->inputs : line->outputs;
  int width = column_width(line);
  printf("%-8s%-*sy\n", "", width, "x");
  for (size_t i = 0; i < most; i++) {
    char at[32], text[NUMBER_TEXT];
    snprintf(at, sizeof at, "[%zu]", i);
    printf("%-8s%-*s", at, i < line->outputs ? width : 0,
           i < line->inputs ? word(line->x[i], line->type, text) : "");
    if (i < line->outputs) fputs(word(line->y[i], line->type, text), stdout);
    if (i < line->outputs && line->winner) printf(", x[%zu] won", winner_of(line, i));
    putchar('\n');
  }
}

/* A line within 100 columns has this many numbers. */
static size_t columns(const fold_line *line) {
  return (100 - 8) / (size_t)column_width(line);
}

static void print_jacobian_columns(const subject *s, size_t from, size_t to) {
  const fold_line *line = &s->line;
  char at[32], text[NUMBER_TEXT];
  printf("%-8s", "");
  for (size_t j = from; j < to; j++) {
    snprintf(at, sizeof at, "x[%zu]", j);
    printf("%-*s", j + 1 < to ? column_width(line) : 0, at);
  }
  putchar('\n');
  for (size_t i = 0; i < line->outputs; i++) {
    snprintf(at, sizeof at, "y[%zu]", i);
    printf("%-8s", at);
    for (size_t j = from; j < to; j++)
      printf("%-*s", j + 1 < to ? column_width(line) : 0,
             word(s->jacobian[i * line->inputs + j], line->type, text));
    putchar('\n');
  }
}

static void print_jacobian(const subject *s) {
  size_t step = columns(&s->line);
  if (s->line.inputs == 0 || s->line.outputs == 0) return;
  puts("\nderivative of each y by each x");
  for (size_t from = 0; from < s->line.inputs; from += step) {
    size_t to = from + step < s->line.inputs ? from + step : s->line.inputs;
    print_jacobian_columns(s, from, to);
  }
  printf("from %s alone: %s\n", fold_kept(&s->line.fold),
         ramp_fold_row_at(s->line.fold.row)->derivative);
}

static void print_notes(const facts *notes) {
  if (notes->count) putchar('\n');
  for (size_t i = 0; i < notes->count; i++)
    printf("%s\n", notes->list[i].text);
}

static void print_others(const char *fold) {
  const fold_name *name;
  int width = 0;
  for (int i = 0; (name = fold_name_at(fold, i)); i++)
    if ((int)strlen(name->call) > width) width = (int)strlen(name->call);
  if (!width) {
    printf("\nRamp does not know of this function elsewhere.\n");
    return;
  }
  printf("\n%-12s%-*s  differs\n", "who", width, "how");
  for (int i = 0; (name = fold_name_at(fold, i)); i++)
    printf("%-12s%-*s  %s\n", name->who, width, name->call,
           *name->differs ? name->differs : "no");
}

static int print_text(const subject *s) {
  print_head(&s->line);
  print_values(&s->line);
  print_jacobian(s);
  print_notes(&s->notes);
  print_others(ramp_fold_row_at(s->line.fold.row)->name);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ JSON */

static json_t *jacobian_array(json_document *d, const subject *s) {
  json_t *list = json_array();
  for (size_t i = 0; i < s->line.outputs; i++)
    json_array_append_new(
        list, json_document_numbers(d, s->jacobian + i * s->line.inputs, s->line.inputs));
  return list;
}

static json_t *notes_array(const facts *notes) {
  json_t *list = json_array();
  for (size_t i = 0; i < notes->count; i++)
    json_array_append_new(list, json_string(notes->list[i].text));
  return list;
}

static int print_json(const subject *s) {
  const fold_line *line = &s->line;
  json_document d = {line->type, 0};
  char name[128];
  ramp_fold_text(&line->fold, name, sizeof name);
  json_t *winners =
      line->winner ? json_document_bytes(line->winner, line->outputs) : json_null();
  json_t *root = json_pack(
      "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "function", name, "type",
      ramp_type_name(line->type), "x", json_document_numbers(&d, line->x, line->inputs),
      "value", json_document_numbers(&d, line->y, line->outputs), "winners", winners,
      "jacobian", jacobian_array(&d, s), "notes", notes_array(&s->notes), "others",
      fold_names_json(ramp_fold_row_at(line->fold.row)->name));
  return json_document_print(&d, root, 0);
}

/* ------------------------------------------------------------------ a line */

static int explain_line(const ramp_fold *fold, ramp_type type, const double *x,
                        size_t count, int json) {
  subject s = {.jacobian = NULL};
  ramp_status status = fold_line_compute(fold, type, count, x, &s.line);
  if (status == RAMP_OK) status = find_jacobian(&s);
  int code = EXIT_FINE;
  if (status != RAMP_OK) {
    code = fail_status(status);
  } else {
    s.notes = fold_notes_of(&s.line);
    code = json ? print_json(&s) : print_text(&s);
  }
  facts_free(&s.notes);
  free(s.jacobian);
  fold_line_free(&s.line);
  return code;
}

int explain_fold(const ramp_fold *fold, ramp_type type, char **words, int count,
                 int json) {
  double *x = allocate((size_t)count, sizeof *x);
  int code = EXIT_FINE;
  for (int i = 0; i < count && code == EXIT_FINE; i++)
    if (!number_of_type(words[i], type, &x[i])) code = fail_number(words[i], i + 1);
  if (code == EXIT_FINE) code = explain_line(fold, type, x, (size_t)count, json);
  free(x);
  return code;
}
