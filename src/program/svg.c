/* SPDX-License-Identifier: MIT */
/* One pass over gnuplot's SVG that replaces what stands in the table below and copies the
   rest. */
#include "svg.h"
#include "allocate.h"
#include "gnuplot.h"
#include "page.h"

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
static const char *curve(FILE *page, const char *svg, const svg_picture *picture) {
  size_t number = strtoul(svg + strlen(curve_start), NULL, 10);
  svg_curve c = {"", picture->name};
  const char *end = strstr(svg, title_end);
  if (picture->curve) c = picture->curve(picture->what, number);
  fprintf(page, "<g id=\"%s-plot-%zu\" class=\"%s\"><title>", picture->name, number,
          c.class_names);
  html_text(page, c.title);
  fputs(title_end, page);
  return end ? end + strlen(title_end) : svg + strlen(svg);
}

/* Writes what stands for the text at svg and returns where it goes on. */
static const char *replaced(FILE *page, const char *svg, const svg_picture *picture) {
  if (starts(svg, curve_start)) return curve(page, svg, picture);
  for (size_t i = 0; i < IDS; i++)
    if (starts(svg, ids[i].from)) {
      fprintf(page, "%s%s%s", ids[i].before, picture->name, ids[i].after);
      return svg + strlen(ids[i].from);
    }
  fputc(*svg, page);
  return svg + 1;
}

static void write_inline_svg(FILE *page, const char *svg, const svg_picture *picture) {
  /* gnuplot's own title and description would show up under the mouse everywhere */
  const char *body = strstr(svg, "<g id=\"gnuplot_canvas\"");
  const char *box = strstr(svg, "viewBox=");
  if (!body || !box) return;
  fprintf(page,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" "
          "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" %.*s ",
          (int)strcspn(box, "\n"), box);
  fputs("aria-label=\"", page);
  html_text(page, picture->title);
  fputs("\">\n", page);
  while (*body)
    body = replaced(page, body, picture);
}

int svg_draw(FILE *page, const char *script, size_t size, const svg_picture *picture) {
  char *svg = NULL;
  size_t svg_size;
  FILE *drawn = checked(open_memstream(&svg, &svg_size));
  int code = gnuplot_run(script, size, drawn);
  fclose(drawn);
  if (code == EXIT_FINE) write_inline_svg(page, checked(svg), picture);
  free(svg);
  return code;
}
