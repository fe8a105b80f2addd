/* SPDX-License-Identifier: MIT */
/* fold_facts.c: each fact asked of the library; names are of no account but for what
   others call them. */
#include "fold_facts.h"
#include "allocate.h"
#include "number.h"

#include <math.h>

/* ------------------------------------------------------------------ names */

static const fold_name names[] = {
#define FOLD_NAME(fold, who, call, differs) {#fold, who, call, differs},
#include "fold_names.def"
#undef FOLD_NAME
};

const fold_name *fold_name_at(const char *fold, int i) {
  for (size_t n = 0; n < sizeof names / sizeof *names; n++)
    if (!strcmp(names[n].fold, fold) && i-- == 0) return &names[n];
  return NULL;
}

const char *fold_kept(const ramp_fold *fold) {
  static const char *const kept[] = {
      [RAMP_KEEP_INPUT] = "x", [RAMP_KEEP_OUTPUT] = "y", [RAMP_KEEP_WINNERS] = "winners"};
  return kept[ramp_fold_keeps(fold)];
}

json_t *fold_names_json(const char *fold) {
  json_t *list = json_array();
  const fold_name *name;
  for (int i = 0; (name = fold_name_at(fold, i)); i++)
    json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "who", name->who, "call",
                                          name->call, "differs", name->differs));
  return list;
}

/* Of the text, which has those arguments that are not their defaults. */
const char *fold_argument(const ramp_fold *fold, int i, char text[64]) {
  const ramp_fold_argument_row *argument = &ramp_fold_row_at(fold->row)->argument[i];
  char all[128], key[64];
  ramp_fold_text(fold, all, sizeof all);
  snprintf(key, sizeof key, "%s=", argument->name);
  const char *at = strpbrk(all, ":");
  while (at && strncmp(at + 1, key, strlen(key)) != 0)
    at = strchr(at + 1, ',');
  const char *value = at ? at + 1 + strlen(key) : argument->value;
  snprintf(text, 64, "%.*s", (int)strcspn(value, ","), value);
  return text;
}

/* ------------------------------------------------------------------ the page */

static void add_arguments(facts *facts, const ramp_fold *fold) {
  const ramp_fold_row *row = ramp_fold_row_at(fold->row);
  char text[64];
  for (int i = 0; i < row->arguments; i++)
    facts_add(facts, "arguments", "%s = %s, %s; default %s", row->argument[i].name,
              fold_argument(fold, i, text), row->argument[i].domain,
              row->argument[i].value);
}

/* Of two numbers of inputs, as far as they can be. */
static void add_outputs(facts *facts, const ramp_fold *fold) {
  int64_t one = 0, many = 0;
  const int64_t inputs = 2520; /* what every group up to 10 divides */
  if (ramp_fold_outputs(fold, inputs, &many) == RAMP_OK && many == 1)
    facts_add(facts, "outputs", "1 for any number of inputs");
  else if (many > inputs)
    facts_add(facts, "outputs", "%lld for each input", (long long)(many / inputs));
  else if (many == inputs)
    facts_add(facts, "outputs", "as many as inputs");
  else
    for (int64_t n = 2; n <= 256 && one != 1; n++)
      if (ramp_fold_outputs(fold, n, &one) == RAMP_OK && one == 1)
        facts_add(facts, "outputs", "1 for each %lld inputs", (long long)n);
}

facts fold_facts_of(const ramp_fold *fold) {
  facts facts = {NULL, 0};
  const ramp_fold_row *row = ramp_fold_row_at(fold->row);
  facts_add(&facts, "value", "%s", row->formula);
  facts_add(&facts, "backward", "%s", row->derivative);
  facts_add(&facts, "range", "%s", row->range);
  if (row->gate) facts_add(&facts, "gate", "%s of the gate", row->gate);
  add_arguments(&facts, fold);
  add_outputs(&facts, fold);
  facts_add(&facts, "kept", "%s, for the way back", fold_kept(fold));
  facts_add(&facts, "mask", "%s",
            row->masked ? "yes: elements may be left out, byte by byte" : "no");
  facts_add_initialisation(&facts, row->initialisation);
  const fold_name *name;
  for (int i = 0; (name = fold_name_at(row->name, i)); i++)
    facts_add(&facts, "called elsewhere", "%s: %s%s%s", name->who, name->call,
              *name->differs ? ": " : "", name->differs);
  return facts;
}

/* ------------------------------------------------------------------ notes */

static void note_nan(facts *notes, const fold_line *line) {
  for (size_t i = 0; i < line->inputs; i++)
    if (isnan(line->x[i])) {
      facts_add(notes, "note", "x[%zu] is nan: so is every output that it takes part in",
                i);
      return;
    }
}

/* Groups lie one behind the other. */
static void note_ties(facts *notes, const fold_line *line) {
  if (!line->winner) return;
  size_t k = line->outputs ? line->inputs / line->outputs : 0;
  for (size_t i = 0; i < line->inputs; i++) {
    size_t won = i / k * k + line->winner[i / k];
    if (i > won && line->x[i] == line->x[won])
      facts_add(notes, "note",
                "x[%zu] and x[%zu] are equal: the first wins, and all of dy goes to it",
                won, i);
  }
}

/* Whichever input is the gate may be on a kink of its function. */
static void note_kinks(facts *notes, const fold_line *line) {
  const char *name = ramp_fold_row_at(line->fold.row)->gate;
  ramp_function gate;
  ramp_kink kinks[RAMP_KINKS_MAX];
  if (!name || ramp_function_parse(name, &gate) != RAMP_OK) return;
  int count = ramp_function_kinks(&gate, kinks);
  for (size_t i = 0; i < line->inputs; i++)
    for (int j = 0; j < count; j++)
      if (line->x[i] == kinks[j].at)
        facts_add(notes, "note",
                  "x[%zu] is where %s has its kink: as a gate it gets the slope of least "
                  "magnitude",
                  i, name);
}

/* Whether every input is infinite, and no output a share. */
static int is_empty(const fold_line *line) {
  int empty = line->inputs > 0;
  for (size_t i = 0; i < line->inputs; i++)
    empty = empty && isinf(line->x[i]);
  for (size_t i = 0; i < line->outputs; i++)
    empty = empty && !(line->y[i] > 0);
  return empty;
}

/* Of folds that add exponentials: those take masks. */
static void note_exponentials(facts *notes, const fold_line *line) {
  static const double largest[] = {[RAMP_F64] = 709.78271289338397,
                                   [RAMP_F32] = 88.722839,
                                   [RAMP_F16] = 11.089866,
                                   [RAMP_BF16] = 88.719};
  if (!ramp_fold_row_at(line->fold.row)->masked) return;
  if (is_empty(line))
    facts_add(notes, "note",
              "no input has anything to share among: the argument empty chooses what "
              "comes then");
  for (size_t i = 0; i < line->inputs; i++)
    if (fabs(line->x[i]) > largest[line->type] && isfinite(line->x[i])) {
      facts_add(
          notes, "note",
          "e^x[%zu] = e^%s is beyond %s: written as the formula says, this overflows "
          "or vanishes",
          i, number_in_words(line->x[i], line->type).text, ramp_type_name(line->type));
      return;
    }
}

facts fold_notes_of(const fold_line *line) {
  facts notes = {NULL, 0};
  note_nan(&notes, line);
  note_ties(&notes, line);
  note_kinks(&notes, line);
  note_exponentials(&notes, line);
  return notes;
}
