/* SPDX-License-Identifier: MIT */
/* Suggestions for mistyped names, by the distance of Damerau and Levenshtein (its
   restricted form: no part of a word is edited twice). */
#include "api/names.h"

#include <string.h>

enum { LONGEST = 40 };

static int least(int a, int b, int c) {
  int smaller = a < b ? a : b;
  return smaller < c ? smaller : c;
}

/* Edits from a to b, both at most LONGEST letters. */
static int distance(const char *a, const char *b) {
  int edits[LONGEST + 1][LONGEST + 1];
  int n = (int)strlen(a), m = (int)strlen(b);
  for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++) {
      if (i == 0 || j == 0) {
        edits[i][j] = i + j;
        continue;
      }
      int change = edits[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      edits[i][j] = least(edits[i - 1][j] + 1, edits[i][j - 1] + 1, change);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          edits[i - 2][j - 2] + 1 < edits[i][j])
        edits[i][j] = edits[i - 2][j - 2] + 1;
    }
  return edits[n][m];
}

const char *ramp_nearest_name(const char *wrong, const char *(*name)(int), int names) {
  const char *nearest = NULL;
  int fewest = LONGEST;
  if (strlen(wrong) > LONGEST) return NULL;
  for (int i = 0; i < names; i++) {
    if (strlen(name(i)) > LONGEST) continue;
    int edits = distance(wrong, name(i));
    int allowed = ((int)strlen(name(i)) + 2) / 3;
    if (edits < fewest && edits <= allowed) {
      fewest = edits;
      nearest = name(i);
    }
  }
  return nearest;
}
