/* SPDX-License-Identifier: MIT */
/* fold_page.c: the page on a function of several inputs: what stands for each {{NAME}} of
   fold.html. */
#include "allocate.h"
#include "fold_curves.h"
#include "fold_facts.h"
#include "function_page.h"
#include "function_parts.h"
#include "number.h"
#include "page.h"

#define PLOT_WIDTH 640
#define PLOT_HEIGHT 380

extern const char fold_template[]; /* fold.html */

typedef struct subject {
  ramp_fold fold;
  const ramp_fold_row *row;
} subject;

static int write_name(FILE *page, const subject *s) {
  html_text(page, s->row->name);
  return EXIT_FINE;
}

static int write_formula(FILE *page, const subject *s) {
  html_text(page, s->row->formula);
  return EXIT_FINE;
}

static int write_inputs(FILE *page, const subject *s) {
  html_text(page, fold_curves_inputs(&s->fold));
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ the plot */

static int write_plot(FILE *page, const subject *s) {
  plot p = {.what = PLOT_VALUE,
            .format = GNUPLOT_SVG,
            .width = PLOT_WIDTH,
            .height = PLOT_HEIGHT};
  int code = plot_add(&p, s->row->name);
  if (code == EXIT_FINE) code = plot_sample(&p);
  const svg_picture picture = {s->row->name, s->row->name, NULL, NULL};
  if (code == EXIT_FINE) code = write_picture(page, &p, &picture);
  plot_free(&p);
  return code;
}

/* ------------------------------------------------------------------ facts and names */

/* Names have a section of their own on the page. */
static bool is_listed(const fact *fact) {
  return strcmp(fact->term, "called elsewhere") != 0;
}

static int write_facts(FILE *page, const subject *s) {
  facts facts = fold_facts_of(&s->fold);
  write_listed_facts(page, &facts, is_listed);
  facts_free(&facts);
  return EXIT_FINE;
}

static void write_names_row(FILE *page, const fold_name *name) {
  fprintf(page, "<tr><td>%s</td><td class=\"words\"><code>", name->who);
  html_text(page, name->call);
  fputs("</code></td><td class=\"words why\">", page);
  html_text(page, *name->differs ? name->differs : "the same");
  fputs("</td></tr>\n", page);
}

static int write_names(FILE *page, const subject *s) {
  const fold_name *name = fold_name_at(s->row->name, 0);
  if (!name) {
    fputs("<p>Ramp does not know of this function elsewhere.</p>", page);
    return EXIT_FINE;
  }
  fputs("<div class=\"card scroll fit\"><table id=\"names\">\n<thead><tr><th>who</th>"
        "<th class=\"words\">how</th><th class=\"words\">differs</th></tr></thead>\n"
        "<tbody>\n",
        page);
  for (int i = 0; (name = fold_name_at(s->row->name, i)); i++)
    write_names_row(page, name);
  fputs("</tbody>\n</table></div>", page);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ the example */

static const double example[] = {1, 2, -1, 0.5};
enum { EXAMPLE = sizeof example / sizeof *example };

static void write_example_head(FILE *page) {
  fputs("<thead><tr><th></th><th>y</th>", page);
  for (int i = 0; i < EXAMPLE; i++)
    fprintf(page, "<th>by x[%d] = %g</th>", i, example[i]);
  fputs("</tr></thead>\n<tbody>\n", page);
}

static ramp_status write_example_row(FILE *page, const fold_line *line, size_t i) {
  double *dy = allocate(line->outputs, sizeof *dy), dx[EXAMPLE];
  dy[i] = 1;
  ramp_status status = fold_line_backward(line, dy, dx);
  free(dy);
  fprintf(page, "<tr><td>y[%zu]</td>", i);
  write_number_cell(page, line->y[i]);
  for (int j = 0; j < EXAMPLE && status == RAMP_OK; j++)
    write_number_cell(page, dx[j]);
  fputs("</tr>\n", page);
  return status;
}

static int write_example(FILE *page, const subject *s) {
  fold_line line;
  ramp_status status = fold_line_compute(&s->fold, RAMP_F32, EXAMPLE, example, &line);
  if (status == RAMP_OK) write_example_head(page);
  for (size_t i = 0; i < line.outputs && status == RAMP_OK; i++)
    status = write_example_row(page, &line, i);
  fputs("</tbody>\n", page);
  fold_line_free(&line);
  return status == RAMP_OK ? EXIT_FINE : fail_status(status);
}

/* ------------------------------------------------------------------ the page */

static const struct {
  const char *name;
  int (*write)(FILE *page, const subject *s);
} parts[] = {
    {"name", write_name},   {"formula", write_formula}, {"inputs", write_inputs},
    {"plot", write_plot},   {"facts", write_facts},     {"example", write_example},
    {"names", write_names},
};

static int write_part(FILE *page, const char *name, size_t size, const void *subject) {
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (page_is_part(name, size, parts[i].name)) return parts[i].write(page, subject);
  return PAGE_NO_PART;
}

int fold_page(int row, char **text) {
  subject s = {.row = ramp_fold_row_at(row)};
  ramp_status status = ramp_fold_parse(s.row->name, &s.fold);
  if (status == RAMP_OK) return page_fill(fold_template, write_part, &s, text);
  *text = NULL;
  return fail_status(status);
}
