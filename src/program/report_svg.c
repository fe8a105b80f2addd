/* SPDX-License-Identifier: MIT */
/* One pass over gnuplot's SVG that replaces what stands in the table below and copies the
   rest. */
#include "report_svg.h"
#include "allocate.h"
#include "gnuplot.h"

void html_text(FILE *page, const char *text) {
  for (; *text; text++)
    switch (*text) {
    case '&':
      fputs("&amp;", page);
      break;
    case '<':
      fputs("&lt;", page);
      break;
    case '>':
      fputs("&gt;", page);
      break;
    case '"':
      fputs("&quot;", page);
      break;
    case '\'':
      fputs("&#39;", page);
      break;
    default:
      fputc(*text, page);
    }
}

/* Where gnuplot writes an id: what stands there and what stands before the picture's
   name. */
static const struct {
  const char *from, *before, *after;
} ids[] = {
    {"id='", "id='", "-"},
    {"href='#", "href='#", "-"},
    {"url(#", "url(#", "-"},
    {"id=\"gnuplot_canvas\"", "id=\"", "-canvas\""},
};
#define IDS (sizeof ids / sizeof *ids)

static const char curve_start[] = "<g id=\"gnuplot_plot_";
static const char title_end[] = "</title>";

static int starts(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

/* Writes the start of a curve's group; returns where gnuplot's own start ends. */
static const char *curve(FILE *page, const char *svg, const char *name,
                         const comparison *c, const run *only) {
  size_t number = strtoul(svg + strlen(curve_start), NULL, 10);
  const run *r = only ? only : number - 1 < c->runs ? &c->run[number - 1] : NULL;
  const char *end = strstr(svg, title_end);
  fprintf(page, "<g id=\"%s-plot-%zu\" class=\"run", name, number);
  if (r) fprintf(page, " run-%zu", (size_t)(r - c->run));
  fputs("\"><title>", page);
  html_text(page, r ? r->function : name);
  fputs(title_end, page);
  return end ? end + strlen(title_end) : svg + strlen(svg);
}

/* Writes what stands for the text at svg and returns where it goes on. */
static const char *replaced(FILE *page, const char *svg, const char *name,
                            const comparison *c, const run *only) {
  if (starts(svg, curve_start)) return curve(page, svg, name, c, only);
  for (size_t i = 0; i < IDS; i++)
    if (starts(svg, ids[i].from)) {
      fprintf(page, "%s%s%s", ids[i].before, name, ids[i].after);
      return svg + strlen(ids[i].from);
    }
  fputc(*svg, page);
  return svg + 1;
}

static void write_inline_svg(FILE *page, const char *svg, const char *name,
                             const char *title, const comparison *c, const run *only) {
  /* gnuplot's own title and description would show up under the mouse everywhere */
  const char *body = strstr(svg, "<g id=\"gnuplot_canvas\"");
  const char *box = strstr(svg, "viewBox=");
  if (!body || !box) return;
  fprintf(page,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" "
          "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" %.*s ",
          (int)strcspn(box, "\n"), box);
  fputs("aria-label=\"", page);
  html_text(page, title);
  fputs("\">\n", page);
  while (*body)
    body = replaced(page, body, name, c, only);
}

int draw_inline(FILE *page, const char *script, size_t size, const char *name,
                const char *title, const comparison *c, const run *only) {
  char *svg = NULL;
  size_t svg_size;
  FILE *picture = checked(open_memstream(&svg, &svg_size));
  int code = gnuplot_run(script, size, picture);
  fclose(picture);
  if (code == EXIT_FINE) write_inline_svg(page, checked(svg), name, title, c, only);
  free(svg);
  return code;
}
