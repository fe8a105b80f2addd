/* SPDX-License-Identifier: MIT */
/* Reads a command line. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const direction_name[ORACLE_DIRECTIONS] = {"value", "derivative"};

static bool refuse(const char *sentence, const char *word) {
  fprintf(stderr, sentence, word);
  fprintf(stderr, "\n");
  return false;
}

static bool choose_direction(options *o, const char *name) {
  for (int d = 0; d < ORACLE_DIRECTIONS; d++)
    o->wanted[d] = strcmp(name, direction_name[d]) == 0;
  if (o->wanted[ORACLE_VALUE] || o->wanted[ORACLE_DERIVATIVE]) return true;
  return refuse("a direction is value or derivative, not %s", name);
}

static bool choose_variant(options *o, const char *name) {
  o->all_variants = false;
  return variants_one(name, &o->variants) || refuse("%s", ramp_error_detail());
}

static bool choose_share(options *o, const char *text) {
  char *end;
  o->share = strtod(text, &end);
  if (!*end && o->share > 0 && o->share <= 1) return true;
  return refuse("a share is a number above 0, up to 1, not %s", text);
}

static bool choose(options *o, const char *option, const char *value) {
  if (strcmp(option, "--direction") == 0) return choose_direction(o, value);
  if (strcmp(option, "--variant") == 0) return choose_variant(o, value);
  if (strcmp(option, "--share") == 0) return choose_share(o, value);
  if (strcmp(option, "--hard") == 0) o->hard = value;
  if (strcmp(option, "--only") == 0) o->only = value;
  if (strcmp(option, "--state") == 0) o->state = value;
  if (strcmp(option, "--record") == 0) o->record = value;
  return true;
}

static bool is_named(const char *usage, const char *option) {
  char line_start[64];
  int length = snprintf(line_start, sizeof line_start, "\n  %s ", option);
  return length < (int)sizeof line_start && strstr(usage, line_start);
}

static bool read_word(options *o, const char *usage, const char *word, const char *next) {
  if (word[0] != '-' && o->function)
    return refuse("one function at a time, or all; %s is one too many", word);
  if (word[0] != '-') o->function = word;
  if (word[0] != '-') return true;
  if (!is_named(usage, word)) return refuse("there is no option %s", word);
  if (!next || !*next) return refuse("%s needs a word behind it", word);
  return choose(o, word, next);
}

bool options_read(int count, char **argument, const char *usage, options *o) {
  *o = (options){.wanted = {true, true}, .all_variants = true, .share = 1};
  o->variants = variants_all();
  bool good = true;
  for (int i = 1; i < count && good; i += argument[i][0] == '-' ? 2 : 1)
    good = read_word(o, usage, argument[i], i + 1 < count ? argument[i + 1] : NULL);
  if (good && !o->function) good = refuse("which function?%s", "");
  if (!good) fputs(usage, stderr);
  return good;
}
