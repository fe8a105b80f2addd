/* SPDX-License-Identifier: MIT */
/* accuracy.c: reading the tables of a Markdown file: "| function | value |" above, and
   "| tanh | 0.627 |" below. */
#include "accuracy.h"
#include "allocate.h"

#include <stdio.h>

extern const char accuracy_document[]; /* docs/accuracy.md */

#define NAME_MAX_LENGTH 63

/* The text of cell `i` of a table's row, from 0, without the spaces around it, and its
   length; 0 where there is none. */
static const char *cell(const char *row, int i, int *length) {
  size_t line = strcspn(row, "\n");
  const char *begin = row, *end = NULL, *bar = row;
  for (; bar && i >= -1; i--) {
    begin = end;
    end = memchr(bar, '|', line - (size_t)(bar - row));
    bar = end ? end + 1 : NULL;
  }
  *length = 0;
  if (!end) return row;
  while (++begin < end && *begin == ' ')
    continue;
  while (end > begin && end[-1] == ' ')
    end--;
  *length = (int)(end - begin);
  return begin;
}

static int is_row_on(const char *row, const char *function) {
  int length;
  const char *name = cell(row, 0, &length);
  return *row == '|' && length == (int)strlen(function) &&
         !strncmp(name, function, (size_t)length);
}

/* "value 0, derivative 0": each cell behind the head of its column. */
static char *row_text(const char *head, const char *row) {
  char *text = NULL;
  size_t size;
  FILE *words = checked(open_memstream(&text, &size));
  int head_length, length;
  const char *name = cell(head, 1, &head_length);
  for (int i = 1; head_length; name = cell(head, ++i, &head_length)) {
    const char *value = cell(row, i, &length);
    if (!length) continue;
    fprintf(words, "%s%.*s %.*s", ftell(words) > 0 ? ", " : "", head_length, name, length,
            value);
  }
  fclose(words);
  return checked(text);
}

static const char *next_line(const char *at) {
  at += strcspn(at, "\n");
  return *at ? at + 1 : at;
}

/* Looks for the row in the section that begins at `at`. */
static char *find_row(const char *at, const char *function) {
  const char *head = NULL;
  for (; *at && strncmp(at, "<!--", 4) != 0; at = next_line(at)) {
    if (*at == '|' && !head) head = at;
    if (head && is_row_on(at, function)) return row_text(head, at);
  }
  return NULL;
}

void accuracy_each(const char *function,
                   void (*found)(void *to, const char *section, const char *text),
                   void *to) {
  for (const char *at = accuracy_document; *at; at = next_line(at)) {
    char section[NAME_MAX_LENGTH + 1];
    int begins = 0;
    sscanf(at, "<!-- %63[^: ]: begin -->%n", section, &begins);
    char *text = begins ? find_row(next_line(at), function) : NULL;
    if (text) found(to, section, text);
    free(text);
  }
}

const char *accuracy_title(const char *section) {
  if (!strcmp(section, "sweep")) return "f32, misrounded of all 2^32 inputs";
  if (!strcmp(section, "fast")) return "f32 with precision=fast, largest error, in ulp";
  if (!strcmp(section, "measure")) return "f64, largest error found, in ulp";
  return section;
}
