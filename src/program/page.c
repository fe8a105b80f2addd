/* SPDX-License-Identifier: MIT */
/* page.c: templates filled in, in memory, so that no file is open while gnuplot works. */
#include "page.h"
#include "allocate.h"

extern const char page_style[]; /* page.css */

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

bool page_is_part(const char *name, size_t size, const char *wanted) {
  return strlen(wanted) == size && strncmp(name, wanted, size) == 0;
}

static int write_part(FILE *page, const char *name, size_t size, page_part_writer write,
                      const void *what) {
  if (!page_is_part(name, size, "style")) return write(page, name, size, what);
  fputs(page_style, page);
  return EXIT_FINE;
}

static int write_page(FILE *page, const char *template, page_part_writer write,
                      const void *what) {
  const char *at = template, *open;
  for (; (open = strstr(at, "{{"));) {
    const char *name = open + 2, *close = strstr(open, "}}");
    fwrite(at, 1, (size_t)(open - at), page);
    int code = PAGE_NO_PART;
    if (close) code = write_part(page, name, (size_t)(close - name), write, what);
    if (code > EXIT_FINE) return code;
    if (code == PAGE_NO_PART) fputs("{{", page);
    at = code == PAGE_NO_PART ? name : close + 2;
  }
  fputs(at, page);
  return EXIT_FINE;
}

int page_fill(const char *template, page_part_writer write, const void *what,
              char **text) {
  size_t size;
  FILE *page = checked(open_memstream(text, &size));
  int code = write_page(page, template, write, what);
  fclose(page);
  checked(*text);
  return code;
}
