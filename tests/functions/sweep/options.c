/* SPDX-License-Identifier: MIT */
/* Reads the command line. */
#include "options.h"

#include <stdio.h>
#include <string.h>

const char *const direction_name[ORACLE_DIRECTIONS] = {"value", "derivative"};

static const char usage[] =
    "usage: ramp-sweep FUNCTION|all [OPTION...]\n"
    "  --direction value|derivative  one of the two\n"
    "  --variant NAME   one variant instead of all that this CPU runs\n"
    "  --hard FILE      write the inputs that took MPFR to FILE\n"
    "  --only FILE      check only the inputs of such a file\n"
    "  --state FILE     keep the state there, and go on where it was\n"
    "  --record FILE    replace the functions' rows in this document\n"
    "Exit code 0: all correctly rounded, 1: some are not, 2: it could not be checked.\n";

static bool refuse(const char *sentence, const char *word) {
  fprintf(stderr, "ramp-sweep: ");
  fprintf(stderr, sentence, word);
  fprintf(stderr, "\n%s", usage);
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

static const char **file_of(options *o, const char *option) {
  if (strcmp(option, "--hard") == 0) return &o->hard;
  if (strcmp(option, "--only") == 0) return &o->only;
  if (strcmp(option, "--state") == 0) return &o->state;
  if (strcmp(option, "--record") == 0) return &o->record;
  return NULL;
}

static bool read_option(options *o, const char *option, const char *value) {
  bool direction = strcmp(option, "--direction") == 0;
  bool variant = strcmp(option, "--variant") == 0;
  const char **file = file_of(o, option);
  if (!direction && !variant && !file) return refuse("there is no option %s", option);
  if (!value || !*value) return refuse("%s needs a word behind it", option);
  if (direction) return choose_direction(o, value);
  if (variant) return choose_variant(o, value);
  *file = value;
  return true;
}

bool options_read(int count, char **argument, options *o) {
  *o = (options){.wanted = {true, true}, .all_variants = true};
  o->variants = variants_all();
  for (int i = 1; i < count; i++) {
    const char *word = argument[i];
    if (word[0] == '-') {
      if (!read_option(o, word, i + 1 < count ? argument[i + 1] : NULL)) return false;
      i++;
    } else if (o->function) {
      return refuse("one function at a time, or all; %s is one too many", word);
    } else {
      o->function = word;
    }
  }
  return o->function || refuse("which function?%s", "");
}
