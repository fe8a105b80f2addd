/* SPDX-License-Identifier: MIT */
/* The text of a network, `dense 256 relu, dense 10`, read word by word.  A comma ends a
   layer, unless what follows can only be a further argument of the layer's activation: a
   single word, no activation itself, behind one that has arguments already.  An
   activation as a layer of its own becomes that of the dense layer before it.  Knows
   nothing of nodes or memory for weights. */
#include "network/description.h"

#include "api/names.h"
#include "api/status.h"
#include "network/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words that begin a layer. */
static const char *const layer_words[] = {"dense"};

enum { LAYER_WORDS = sizeof layer_words / sizeof *layer_words };

/* What stands between blanks and commas; empty at the end of the text. */
typedef struct word {
  const char *start;
  size_t length;
  int commas; /* in front of it, behind the word before */
} word;

typedef struct reader {
  const char *text;
  word next;
} reader;

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static word word_from(const char *at) {
  word w = {at, 0, 0};
  for (; is_blank(*w.start) || *w.start == ','; w.start++)
    w.commas += *w.start == ',';
  while (w.start[w.length] && w.start[w.length] != ',' && !is_blank(w.start[w.length]))
    w.length++;
  return w;
}

static word word_after(word w) { return word_from(w.start + w.length); }

static word take(reader *r) {
  word taken = r->next;
  r->next = word_after(taken);
  return taken;
}

static int equals(word w, const char *text) {
  return w.length == strlen(text) && memcmp(w.start, text, w.length) == 0;
}

static int is_layer_word(word w) {
  for (int i = 0; i < LAYER_WORDS; i++)
    if (equals(w, layer_words[i])) return 1;
  return 0;
}

static const char *layer_word(int i) { return layer_words[i]; }

/* ------------------------------------------------------------------ errors */

/* Position as a reader counts it: characters from 1, and words between blanks from 1. */
typedef struct position {
  size_t character, word;
} position;

static position position_of(const reader *r, word w) {
  position p = {(size_t)(w.start - r->text) + 1, 0};
  for (const char *c = r->text; c < w.start + (w.length > 0); c++)
    p.word += !is_blank(*c) && (c == r->text || is_blank(c[-1]));
  return p;
}

/* `sentence` says what is wrong with the word and what would be right. */
static ramp_status fail_at(const reader *r, ramp_status status, word w,
                           const char *sentence) {
  enum { SHOWN = 40 };
  position p = position_of(r, w);
  if (w.length == 0)
    return ramp_fail(status,
                     "the network's text ends at character %zu (after word %zu): %s",
                     p.character, p.word, sentence);
  return ramp_fail(status,
                   "'%.*s%s' at character %zu (word %zu) of the network's text %s",
                   (int)(w.length < SHOWN ? w.length : SHOWN), w.start,
                   w.length > SHOWN ? "..." : "", p.character, p.word, sentence);
}

/* The function's own sentence behind the position. */
static ramp_status fail_function(const reader *r, ramp_status status, word w) {
  char detail[512];
  position p = position_of(r, w);
  snprintf(detail, sizeof detail, "%s", ramp_error_detail());
  return ramp_fail(status, "character %zu (word %zu) of the network's text: %s",
                   p.character, p.word, detail);
}

/* ------------------------------------------------------------------ words of a layer */

static ramp_status read_units(const reader *r, word w, size_t *units) {
  size_t value = 0;
  if (w.length == 0 || w.commas)
    return fail_at(r, RAMP_UNKNOWN_WORD, w,
                   "a number of units is missing behind 'dense', as in 'dense 10'");
  for (size_t i = 0; i < w.length; i++) {
    if (w.start[i] < '0' || w.start[i] > '9')
      return fail_at(r, RAMP_UNKNOWN_WORD, w,
                     "is not a number of units, a whole number as in 'dense 10'");
    if (value <= RAMP_UNITS_MAX) value = 10 * value + (size_t)(w.start[i] - '0');
  }
  if (value == 0 || value > RAMP_UNITS_MAX)
    return fail_at(r, RAMP_INVALID_OPTION, w,
                   "is no number of units: 1 to 1048576 are possible");
  *units = value;
  return RAMP_OK;
}

/* Whether the word names an activation, with whatever arguments. */
static int names_activation(word w) {
  ramp_activation unused;
  const char *colon = memchr(w.start, ':', w.length);
  char name[64] = "";
  size_t length = colon ? (size_t)(colon - w.start) : w.length;
  if (length == 0 || length >= sizeof name) return 0;
  memcpy(name, w.start, length);
  return ramp_activation_parse(name, &unused) != RAMP_UNKNOWN_FUNCTION;
}

static int is_number(word w) {
  return w.length > 0 && strchr("+-.0123456789", *w.start) != NULL;
}

/* Whether `w`, behind the comma after an activation, can only be an argument of it. */
static int continues_activation(word w) {
  int alone = word_after(w).length == 0 || word_after(w).commas > 0;
  return w.length > 0 && w.commas == 1 && alone && !is_layer_word(w) &&
         !names_activation(w);
}

/* The text from `first` to `last` without blanks, as ramp_activation_parse() reads it;
   with `argument`, what follows `first` is its argument. */
static char *joined(word first, word last, int argument) {
  const char *stop = last.start + last.length, *name_end = first.start + first.length;
  char *text = malloc((size_t)(stop - first.start) + 2), *end = text;
  for (const char *c = first.start; text && c < stop; c++) {
    if (argument && c == name_end) *end++ = ':';
    if (!is_blank(*c)) *end++ = *c;
  }
  if (text) *end = 0;
  return text;
}

/* Reads an activation and those of its arguments that stand behind a blank or commas. */
static ramp_status read_activation(reader *r, ramp_activation *activation) {
  word first = take(r), last = first;
  int colon = memchr(first.start, ':', first.length) != NULL;
  int argument = !colon && r->next.commas == 0 && is_number(r->next);
  if (argument) last = take(r);
  while ((colon || argument) && continues_activation(r->next))
    last = take(r);
  char *text = joined(first, last, argument);
  if (!text) return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the network's text");
  ramp_status status = ramp_activation_parse(text, activation);
  free(text);
  return status ? fail_function(r, status, first) : RAMP_OK;
}

static ramp_status fail_layer_word(const reader *r, word w) {
  char name[64], sentence[128];
  if (names_activation(w))
    return fail_at(r, RAMP_UNKNOWN_WORD, w,
                   "is an activation: it stands behind a dense layer that has none yet, "
                   "as in 'dense 10 relu'");
  snprintf(name, sizeof name, "%.*s", (int)(w.length < sizeof name ? w.length : 0),
           w.start);
  const char *nearest = ramp_nearest_name(name, layer_word, LAYER_WORDS);
  snprintf(sentence, sizeof sentence, "is not a layer; %s '%s'%s",
           nearest ? "did you mean" : "a layer is", nearest ? nearest : "dense UNITS",
           nearest ? "?" : "");
  return fail_at(r, RAMP_UNKNOWN_WORD, w, sentence);
}

static ramp_status check_layer_word(const reader *r, word w) {
  if (is_layer_word(w)) return RAMP_OK;
  if (w.length == 0)
    return fail_at(r, RAMP_UNKNOWN_WORD, w, "a layer is missing, as 'dense 10'");
  return fail_layer_word(r, w);
}

static ramp_status read_layer(reader *r, ramp_layer_description *layer) {
  ramp_status status = check_layer_word(r, r->next);
  if (status) return status;
  take(r);
  status = read_units(r, r->next, &layer->units);
  if (status) return status;
  take(r);
  layer->named = r->next.length > 0 && r->next.commas == 0;
  return layer->named ? read_activation(r, &layer->activation)
                      : ramp_activation_parse("identity", &layer->activation);
}

/* Between two layers stands one comma. */
static ramp_status check_separator(const reader *r) {
  word w = r->next;
  if (w.commas == 1 || (w.commas == 0 && w.length == 0)) return RAMP_OK;
  if (w.commas == 0)
    return fail_at(
        r, RAMP_UNKNOWN_WORD, w,
        "stands where a comma was expected: a layer is 'dense UNITS ACTIVATION'");
  return fail_at(r, RAMP_UNKNOWN_WORD, w, "follows more than one comma: one is right");
}

/* ------------------------------------------------------------------ the whole text */

/* No text has more layers than commas plus one. */
static size_t layers_at_most(const char *text) {
  size_t layers = 1;
  for (; *text; text++)
    layers += *text == ',';
  return layers;
}

static ramp_status read_layers(reader *r, ramp_layer_description *layer, size_t *layers) {
  if (r->next.commas)
    return fail_at(r, RAMP_UNKNOWN_WORD, r->next, "follows a comma: a layer is first");
  do {
    ramp_layer_description *last = *layers ? &layer[*layers - 1] : NULL;
    int behind = last && !last->named && names_activation(r->next);
    if (behind) last->named = 1;
    ramp_status status = behind ? read_activation(r, &last->activation)
                                : read_layer(r, &layer[(*layers)++]);
    if (!status) status = check_separator(r);
    if (status) return status;
  } while (r->next.length > 0 || r->next.commas);
  return RAMP_OK;
}

ramp_status ramp_describe(const char *text, ramp_layer_description **description,
                          size_t *layers) {
  reader r = {text, word_from(text)};
  ramp_layer_description *layer = calloc(layers_at_most(text), sizeof *layer);
  if (!layer) return ramp_fail(RAMP_OUT_OF_MEMORY, "no memory for the network's layers");
  *layers = 0;
  ramp_status status = read_layers(&r, layer, layers);
  if (status) {
    free(layer);
    return status;
  }
  *description = layer;
  return RAMP_OK;
}
