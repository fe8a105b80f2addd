/* SPDX-License-Identifier: MIT */
/*
 * eval_numbers.c: words in, one line of results for each.  Standard input may be endless
 * and slow: what one read() brings is computed and printed before the next one waits.
 */
#include "element.h"
#include "eval.h"
#include "json_document.h"
#include "number.h"
#include "program.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Numbers computed in one call. */
#define BLOCK ELEMENTS_MAX
/* The longest exact decimal of a double has about 1080 digits. */
#define WORD_MAX 4096

typedef struct block {
  const evaluation *wanted;
  size_t count;
  double x[BLOCK];
  double result[2][BLOCK]; /* the value, or left and right */
} block;

/* ------------------------------------------------------------------ printing */

static int print_json(const block *b, size_t i) {
  static const char *const names[] = {"value", "derivative", "left"};
  json_document d = {b->wanted->type, 0};
  json_t *line =
      json_pack("{s:o, s:o}", "x", json_document_number(&d, b->x[i]),
                names[b->wanted->what], json_document_number(&d, b->result[0][i]));
  if (line && b->wanted->what == EVAL_SUBGRADIENT &&
      json_object_set_new(line, "right", json_document_number(&d, b->result[1][i]))) {
    json_decref(line);
    line = NULL;
  }
  return json_document_print(&d, line, 0);
}

static int print_text(const block *b, size_t i) {
  char text[NUMBER_TEXT];
  number_text(b->result[0][i], b->wanted->type, text);
  fputs(text, stdout);
  if (b->wanted->what == EVAL_SUBGRADIENT) {
    number_text(b->result[1][i], b->wanted->type, text);
    printf(" %s", text);
  }
  putchar('\n');
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ computing */

static ramp_status compute_elements(block *b) {
  const evaluation *wanted = b->wanted;
  return element_compute(&wanted->of.function, wanted->what == EVAL_DERIVATIVE,
                         wanted->type, b->count, b->x, b->result[0]);
}

static ramp_status compute_subgradients(block *b) {
  for (size_t i = 0; i < b->count; i++) {
    ramp_status status = ramp_subgradient(&b->wanted->of.function, b->x[i],
                                          &b->result[0][i], &b->result[1][i]);
    if (status != RAMP_OK) return status;
    for (int side = 0; side < 2; side++)
      b->result[side][i] = number_rounded(b->result[side][i], b->wanted->type);
  }
  return RAMP_OK;
}

static int block_flush(block *b) {
  ramp_status status =
      b->wanted->what == EVAL_SUBGRADIENT ? compute_subgradients(b) : compute_elements(b);
  if (status != RAMP_OK) return fail_status(status);
  for (size_t i = 0; i < b->count; i++) {
    int code = b->wanted->json ? print_json(b, i) : print_text(b, i);
    if (code) return code;
  }
  b->count = 0;
  return EXIT_FINE;
}

static int block_add(block *b, double x) {
  b->x[b->count++] = x;
  return b->count == BLOCK ? block_flush(b) : EXIT_FINE;
}

/* ------------------------------------------------------------------ arguments */

int eval_arguments(const evaluation *wanted, char **words, int count) {
  static block b;
  double x;
  for (int i = 0; i < count; i++)
    if (!number_of_type(words[i], wanted->type, &x)) return fail_number(words[i], i + 1);
  b.wanted = wanted;
  for (int i = 0; i < count; i++) {
    number_of_type(words[i], wanted->type, &x);
    int code = block_add(&b, x);
    if (code) return code;
  }
  return block_flush(&b);
}

/* ------------------------------------------------------------------ standard input */

typedef struct word_reader {
  block numbers;
  char word[WORD_MAX + 1];
  size_t length;
  size_t line, column;           /* of the next byte, from 1 */
  size_t word_line, word_column; /* of the word's first byte */
} word_reader;

static int wrong_word(word_reader *r) {
  int code = block_flush(&r->numbers);
  if (code) return code;
  for (size_t i = 0; i < r->length; i++)
    if (!isprint((unsigned char)r->word[i])) r->word[i] = '?';
  return fail(
      EXIT_FILE,
      "standard input, line %zu, column %zu: '%.40s%s' is not a number such as -3, 1e-5, "
      "0x1p-3, inf or nan",
      r->word_line, r->word_column, r->word, r->length > 40 ? "..." : "");
}

static int end_word(word_reader *r) {
  double x;
  if (!r->length) return EXIT_FINE;
  r->word[r->length] = 0;
  if (strlen(r->word) != r->length ||
      !number_of_type(r->word, r->numbers.wanted->type, &x))
    return wrong_word(r);
  r->length = 0;
  return block_add(&r->numbers, x);
}

static int add_byte(word_reader *r, char byte) {
  if (!r->length) {
    r->word_line = r->line;
    r->word_column = r->column;
  }
  if (r->length == WORD_MAX) return wrong_word(r);
  r->word[r->length++] = byte;
  return EXIT_FINE;
}

static int take_bytes(word_reader *r, const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int space = isspace((unsigned char)bytes[i]);
    int code = space ? end_word(r) : add_byte(r, bytes[i]);
    if (code) return code;
    r->column = bytes[i] == '\n' ? 1 : r->column + 1;
    r->line += bytes[i] == '\n';
  }
  return EXIT_FINE;
}

static int print_now(word_reader *r) {
  int code = block_flush(&r->numbers);
  if (code) return code;
  return fflush(stdout) || ferror(stdout) ? fail_standard_output() : EXIT_FINE;
}

int eval_standard_input(const evaluation *wanted) {
  static word_reader r;
  char bytes[1 << 16];
  ssize_t size;
  r = (word_reader){.numbers.wanted = wanted, .line = 1, .column = 1};
  while ((size = read(STDIN_FILENO, bytes, sizeof bytes)) != 0) {
    if (size < 0 && errno == EINTR) continue;
    if (size < 0)
      return fail(EXIT_FILE, "cannot read standard input: %s", strerror(errno));
    int code = take_bytes(&r, bytes, (size_t)size);
    if (code == EXIT_FINE) code = print_now(&r);
    if (code) return code;
  }
  int code = end_word(&r);
  return code ? code : print_now(&r);
}
