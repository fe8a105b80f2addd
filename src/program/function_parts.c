/* SPDX-License-Identifier: MIT */
/* function_parts.c: facts and plots on the pages on functions. */
#include "function_parts.h"
#include "allocate.h"
#include "number.h"
#include "page.h"

void write_listed_facts(FILE *page, const facts *facts,
                        bool (*is_listed)(const fact *fact)) {
  const char *before = "";
  for (size_t i = 0; i < facts->count; i++) {
    const fact *fact = &facts->list[i];
    if (!is_listed(fact)) continue;
    if (strcmp(fact->term, before) != 0) fprintf(page, "<dt>%s</dt>", fact->term);
    fputs("<dd>", page);
    html_text(page, fact->text);
    fputs("</dd>\n", page);
    before = fact->term;
  }
}

int write_picture(FILE *page, const plot *plot, const svg_picture *picture) {
  char *script = NULL;
  size_t size;
  FILE *text = checked(open_memstream(&script, &size));
  plot_script(plot, text);
  fclose(text);
  int code = svg_draw(page, checked(script), size, picture);
  free(script);
  return code;
}

void write_number_cell(FILE *page, double number) {
  char text[NUMBER_TEXT];
  number_text(number, RAMP_F32, text);
  fprintf(page, "<td>%s</td>", text);
}
