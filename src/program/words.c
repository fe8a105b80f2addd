/* SPDX-License-Identifier: MIT */
/* words.c: reading a word as a number, finding the name that a mistyped word was
   meant to be, and breaking lines. */
#include "program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The program never calls setlocale(), so the decimal point is a point everywhere. */
int number_read(const char *text, double *number) {
  char *end;
  if (!*text || isspace((unsigned char)*text)) return 0;
  *number = strtod(text, &end);
  return *end == 0;
}

#define WORD_MAX 48

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Levenshtein's distance: letters to insert, delete or replace. */
static size_t typing_mistakes(const char *a, const char *b) {
  size_t row[WORD_MAX + 1], columns = strlen(b);
  if (columns > WORD_MAX) return WORD_MAX;
  for (size_t j = 0; j <= columns; j++)
    row[j] = j;
  for (size_t i = 0; a[i]; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < columns; j++) {
      size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = least(replaced, least(diagonal, row[j]) + 1);
    }
  }
  return row[columns];
}

const char *nearest_name(const char *word, const char *const *names, size_t count) {
  const char *nearest = NULL;
  size_t fewest = strlen(word) / 3 + 2;
  for (size_t i = 0; i < count; i++) {
    size_t mistakes = typing_mistakes(word, names[i]);
    if (mistakes >= fewest || mistakes >= strlen(names[i])) continue;
    fewest = mistakes;
    nearest = names[i];
  }
  return nearest;
}

size_t line_fitting(const char *text, size_t width) {
  size_t length = strlen(text), end = width;
  if (length <= width) return length;
  while (end > 0 && text[end] != ' ')
    end--;
  return end > 0 ? end : width;
}
