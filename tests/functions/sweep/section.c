/* SPDX-License-Identifier: MIT */
/* Rewrites the generated section of a document. */
#include "section.h"

#include <ramp/ramp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To be freed; null when it cannot be read. */
static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  bool sized = file && fseek(file, 0, SEEK_END) == 0;
  long size = sized ? ftell(file) : -1;
  char *text = size >= 0 ? calloc((size_t)size + 1, 1) : NULL;
  if (text) {
    rewind(file);
    if (fread(text, 1, (size_t)size, file) != (size_t)size) text[0] = 0;
  }
  if (file) fclose(file);
  return text;
}

/* Where "<!-- NAME: WHICH -->" stands in the text, or null. */
static char *find_marker(char *text, const char *name, const char *which) {
  char marker[128];
  snprintf(marker, sizeof marker, "<!-- %s: %s -->\n", name, which);
  return strstr(text, marker);
}

/* Between the markers: *begin behind the line of the first, *end at the second. */
static bool find_section(char *text, const char *name, char **begin, char **end) {
  char *first = find_marker(text, name, "begin");
  *begin = first ? strchr(first, '\n') + 1 : NULL;
  *end = first ? find_marker(*begin, name, "end") : NULL;
  return *end != NULL;
}

/* The row of the function between begin and end, to the end of its line; or null. */
static const char *find_row(const char *begin, const char *end, const char *function) {
  char start[128];
  int length = snprintf(start, sizeof start, "| %s |", function);
  for (const char *line = begin; line < end; line += strcspn(line, "\n") + 1)
    if (strncmp(line, start, (size_t)length) == 0) return line;
  return NULL;
}

static void write_rows(FILE *file, const char *begin, const char *end,
                       const char *function, const char *row) {
  for (int i = 0; i < ramp_function_rows(); i++) {
    const char *name = ramp_function_row_at(i)->name;
    const char *old = find_row(begin, end, name);
    if (strcmp(name, function) == 0)
      fprintf(file, "%s\n", row);
    else if (old)
      fprintf(file, "%.*s\n", (int)strcspn(old, "\n"), old);
  }
}

static bool replace(const char *path, const char *text, const char *begin,
                    const char *end, const char *head, const char *function,
                    const char *row) {
  char temporary[4096];
  if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
    return false;
  FILE *file = fopen(temporary, "wb");
  if (!file) return false;
  fprintf(file, "%.*s\n%s\n", (int)(begin - text), text, head);
  write_rows(file, begin, end, function, row);
  fprintf(file, "\n%s", end);
  bool good = !ferror(file);
  return fclose(file) == 0 && good && rename(temporary, path) == 0;
}

bool section_set_row(const char *path, const char *name, const char *head,
                     const char *function, const char *row) {
  char *text = read_file(path), *begin = NULL, *end = NULL;
  bool found = text && find_section(text, name, &begin, &end);
  bool good = found && replace(path, text, begin, end, head, function, row);
  if (!text)
    fprintf(stderr, "%s cannot be read\n", path);
  else if (!found)
    fprintf(stderr, "%s: no lines <!-- %s: begin --> and <!-- %s: end -->\n", path, name,
            name);
  else if (!good)
    fprintf(stderr, "%s cannot be replaced\n", path);
  free(text);
  return good;
}
