/* SPDX-License-Identifier: MIT */
/* function_page.c: the page on one function: what stands for each {{NAME}} of
   function.html. */
#include "function_page.h"
#include "accuracy.h"
#include "allocate.h"
#include "explanation.h"
#include "facts.h"
#include "function_parts.h"
#include "list.h"
#include "number.h"
#include "page.h"

#include <math.h>

#define PLOT_WIDTH 560
#define PLOT_HEIGHT 360

extern const char function_template[]; /* function.html */

typedef struct subject {
  ramp_function f;
  const ramp_function_row *row;
} subject;

/* ------------------------------------------------------------------ the top */

static int write_name(FILE *page, const subject *s) {
  html_text(page, s->row->name);
  return EXIT_FINE;
}

static int write_formula(FILE *page, const subject *s) {
  html_text(page, s->row->formula);
  return EXIT_FINE;
}

static int write_alias(FILE *page, const subject *s) {
  if (!s->row->alias) return EXIT_FINE;
  const char *function = list_function_of(s->row)->name;
  fprintf(page, ", the same as <a href=\"%s.html\">", function);
  html_text(page, s->row->alias);
  fputs("</a>", page);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ the plot */

static svg_curve curve_title(const void *what, size_t number) {
  (void)what;
  return (svg_curve){"curve", number == 1   ? "the function"
                              : number == 2 ? "its derivative"
                                            : "a gap"};
}

static int write_plot(FILE *page, const subject *s) {
  curve curves[2] = {{.function = s->f, .text = s->row->name},
                     {.function = s->f, .text = s->row->name, .derivative = 1}};
  plot p = {.what = PLOT_BOTH,
            .curves = curves,
            .count = 2,
            .functions = 1,
            .format = GNUPLOT_SVG,
            .in_page = 1,
            .width = PLOT_WIDTH,
            .height = PLOT_HEIGHT};
  int code = plot_sample(&p);
  char title[128];
  snprintf(title, sizeof title, "%s and its derivative", s->row->name);
  const svg_picture picture = {s->row->name, title, curve_title, NULL};
  if (code == EXIT_FINE) code = write_picture(page, &p, &picture);
  for (int i = 0; i < p.count; i++)
    curve_free(&curves[i]);
  return code;
}

static int write_gap_note(FILE *page, const subject *s) {
  ramp_kink points[RAMP_KINKS_MAX];
  if (ramp_function_kinks(&s->f, points) + ramp_function_jumps(&s->f, points))
    fputs(
        "; a filled dot is on a value that is taken, an open one on a limit that is not",
        page);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ facts */

/* Those that have no section of their own on the page. */
static bool is_listed(const fact *fact) {
  return strcmp(fact->term, "precision") != 0 && strcmp(fact->term, "measured") != 0;
}

static int write_facts(FILE *page, const subject *s) {
  facts facts = facts_of(&s->f);
  write_listed_facts(page, &facts, is_listed);
  facts_free(&facts);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ special values */

/* Kinks and jumps come behind these. */
static const double special[] = {-INFINITY, -0.0, 0.0, INFINITY, NAN};
#define SPECIAL (sizeof special / sizeof *special)
#define POINTS_MAX (SPECIAL + 2 * RAMP_KINKS_MAX)

static size_t add_point(double *x, size_t count, double at) {
  for (size_t i = 0; i < count; i++)
    if (x[i] == at) return count;
  x[count] = at;
  return count + 1;
}

static size_t special_points(const ramp_function *f, double x[POINTS_MAX]) {
  ramp_kink points[2 * RAMP_KINKS_MAX];
  int found = ramp_function_kinks(f, points);
  found += ramp_function_jumps(f, points + found);
  memcpy(x, special, sizeof special);
  size_t count = SPECIAL;
  for (int i = 0; i < found; i++)
    count = add_point(x, count, number_rounded(points[i].at, RAMP_F32));
  return count;
}

static int write_contract(FILE *page, const subject *s) {
  double x[POINTS_MAX];
  size_t count = special_points(&s->f, x);
  for (size_t i = 0; i < count; i++) {
    explanation e;
    ramp_status status = explain_at(&s->f, RAMP_F32, x[i], &e);
    if (status != RAMP_OK) return fail_status(status);
    const double cells[] = {x[i], e.here.value, e.derivative, e.left, e.right};
    fputs("<tr>", page);
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
      write_number_cell(page, cells[c]);
    fputs("</tr>\n", page);
  }
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ precision */

static void write_bound(FILE *page, double bound) {
  if (bound == 0)
    fputs("<td>exact</td>", page);
  else
    fprintf(page, "<td>within %.15g ulp</td>", bound);
}

static int write_bounds(FILE *page, const subject *s) {
  fputs("<tr><td>f32, f16, bf16</td><td>nearest</td><td>nearest</td></tr>\n"
        "<tr><td>f64, promised</td>",
        page);
  write_bound(page, s->row->f64_value_bound);
  write_bound(page, s->row->f64_derivative_bound);
  fputs("</tr>\n", page);
  double value, derivative;
  if (!facts_fast_bounds(&s->f, &value, &derivative)) return EXIT_FINE;
  fputs("<tr><td>f32, precision=fast</td>", page);
  write_bound(page, value);
  write_bound(page, derivative);
  fputs("</tr>\n", page);
  return EXIT_FINE;
}

static void write_measurement(void *to, const char *section, const char *text) {
  FILE *list = to;
  fputs("<dt>", list);
  html_text(list, accuracy_title(section));
  fputs("</dt><dd>", list);
  html_text(list, text);
  fputs("</dd>\n", list);
}

static int write_measured(FILE *page, const subject *s) {
  char *list = NULL;
  size_t size;
  FILE *text = checked(open_memstream(&list, &size));
  accuracy_each(s->row->name, write_measurement, text);
  fclose(text);
  checked(list);
  if (size)
    fprintf(page,
            "<p>Measured, as docs/accuracy.md has it:</p>\n"
            "<dl class=\"card fit\" id=\"measured\">\n%s</dl>\n",
            list);
  free(list);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ others */

/* Numbers that networks meet, before the special points: tails, and near 0. */
static const double telling[] = {-6, -20, -90, 6, 20, -1e-4};
#define TELLING (sizeof telling / sizeof *telling)

static void write_given(FILE *page, int given, double theirs, double ours) {
  char text[NUMBER_TEXT], difference[DIFFERENCE_TEXT];
  number_text(theirs, RAMP_F32, text);
  difference_text(ours, theirs, RAMP_F32, difference);
  if (given && strcmp(difference, "same") != 0)
    fprintf(page, "<td>%s</td><td>%s</td>", text, difference);
  else
    fputs("<td></td><td></td>", page);
}

static void write_answer(FILE *page, const explanation *e, const explanation_answer *a) {
  fprintf(page, "<tr><td>%s</td><td class=\"words\"><code>", a->who);
  html_text(page, a->call);
  fputs("</code></td>", page);
  write_given(page, a->has_value, a->value, e->here.value);
  write_given(page, a->has_derivative, a->derivative, e->derivative);
  fputs("<td class=\"words why\">", page);
  html_text(page, a->why);
  fputs("</td></tr>\n", page);
}

/* What is right there, above those who give something else. */
static void write_here(FILE *page, const explanation *e) {
  char x[NUMBER_TEXT], value[NUMBER_TEXT], slope[NUMBER_TEXT];
  number_text(e->here.x, RAMP_F32, x);
  number_text(e->here.value, RAMP_F32, value);
  number_text(e->derivative, RAMP_F32, slope);
  fprintf(page,
          "<tr class=\"at\"><th colspan=\"7\">x = %s: Ramp gives %s, derivative %s"
          "</th></tr>\n",
          x, value, slope);
}

static int write_answers(FILE *rows, const ramp_function *f, double x) {
  explanation e;
  int any = 0;
  ramp_status status = explain_at(f, RAMP_F32, x, &e);
  if (status != RAMP_OK) return fail_status(status);
  for (int i = 0; i < e.conventions; i++) {
    if (!e.answer[i].differs || e.answer[i].roundings_only) continue;
    if (!any++) write_here(rows, &e);
    write_answer(rows, &e, &e.answer[i]);
  }
  return EXIT_FINE;
}

static int write_rows_of_others(FILE *rows, const ramp_function *f) {
  double x[TELLING + POINTS_MAX];
  size_t count = TELLING + special_points(f, x + TELLING);
  int code = EXIT_FINE;
  for (size_t i = 0; i < TELLING; i++)
    x[i] = number_rounded(telling[i], RAMP_F32);
  for (size_t i = 0; i < count && code == EXIT_FINE; i++)
    code = write_answers(rows, f, x[i]);
  return code;
}

static int write_others(FILE *page, const subject *s) {
  char *rows = NULL;
  size_t size;
  FILE *text = checked(open_memstream(&rows, &size));
  int code = write_rows_of_others(text, &s->f);
  fclose(text);
  checked(rows);
  if (!convention_at(&s->f, 0))
    fputs("<p>No other convention is known to Ramp for this function.</p>", page);
  else if (!size)
    fputs("<p>Nobody whom Ramp knows differs by more than roundings.</p>", page);
  else
    fprintf(page,
            "<div class=\"card scroll\"><table id=\"others\">\n<thead><tr><th>who</th>"
            "<th class=\"words\">how</th><th>value</th><th>differs</th>"
            "<th>derivative</th><th>differs</th><th class=\"words\">why</th></tr>"
            "</thead>\n<tbody>\n%s</tbody>\n</table></div>\n"
            "<p class=\"soft\">PyTorch and NumPy were compared with themselves; JAX and "
            "TensorFlow are as their sources say.</p>",
            rows);
  free(rows);
  return code;
}

/* ------------------------------------------------------------------ the page */

static const struct {
  const char *name;
  int (*write)(FILE *page, const subject *s);
} parts[] = {
    {"name", write_name},         {"formula", write_formula},
    {"alias", write_alias},       {"plot", write_plot},
    {"gap_note", write_gap_note}, {"facts", write_facts},
    {"contract", write_contract}, {"bounds", write_bounds},
    {"measured", write_measured}, {"others", write_others},
};

static int write_part(FILE *page, const char *name, size_t size, const void *subject) {
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (page_is_part(name, size, parts[i].name)) return parts[i].write(page, subject);
  return PAGE_NO_PART;
}

int function_page(int row, char **text) {
  subject s = {.row = ramp_function_row_at(row)};
  ramp_status status = ramp_function_parse(s.row->name, &s.f);
  if (status == RAMP_OK) return page_fill(function_template, write_part, &s, text);
  *text = NULL;
  return fail_status(status);
}
