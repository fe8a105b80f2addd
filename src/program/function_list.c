/* SPDX-License-Identifier: MIT */
/* The list is cut at commas first, then arguments are put back to their function. */
#include "function_list.h"
#include "allocate.h"

#include <ramp/tensor.h>

/* Whether the piece [text, text + size) is an argument and not a function of its own. */
static int is_argument(const char *text, size_t size) {
  char *piece = checked(strndup(text, size));
  double number;
  size_t name = strcspn(piece, ":=");
  int argument = piece[name] == '=' || number_read(piece, &number);
  free(piece);
  return argument;
}

/* Length of the function at the start of the list, arguments included. */
static size_t function_length(const char *list) {
  size_t length = strcspn(list, ",");
  if (!memchr(list, ':', length)) return length;
  while (list[length] == ',') {
    const char *next = list + length + 1;
    size_t size = strcspn(next, ",");
    if (!is_argument(next, size)) break;
    length += 1 + size;
  }
  return length;
}

/* Whether two functions are the same, however each is written. */
static int same(const ramp_activation *a, const char *text) {
  char one[256], other[256];
  ramp_activation b;
  if (ramp_activation_parse(text, &b) != RAMP_OK) return 0;
  ramp_activation_text(a, one, sizeof one);
  ramp_activation_text(&b, other, sizeof other);
  return strcmp(one, other) == 0;
}

static int add(const char *option, const char *text, char ***texts, size_t *count) {
  ramp_activation function;
  ramp_status status = ramp_activation_parse(text, &function);
  if (status != RAMP_OK) return fail_status(status);
  for (size_t i = 0; i < *count; i++)
    if (same(&function, (*texts)[i]))
      return fail(EXIT_USAGE, "--%s names %s twice: once is enough", option, (*texts)[i]);
  *texts = checked(realloc(*texts, (*count + 1) * sizeof **texts));
  (*texts)[(*count)++] = copy_text(text);
  return EXIT_FINE;
}

static int add_piece(const char *option, const char *list, size_t size, char ***texts,
                     size_t *count) {
  while (size && *list == ' ')
    list++, size--;
  while (size && list[size - 1] == ' ')
    size--;
  if (size == 0)
    return fail(EXIT_USAGE,
                "--%s has nothing at place %zu: write names with a comma "
                "between, such as relu,tanh",
                option, *count + 1);
  char *text = checked(strndup(list, size));
  int code = add(option, text, texts, count);
  free(text);
  return code;
}

int function_list_read(const char *option, const char *list, char ***texts,
                       size_t *count) {
  *texts = NULL, *count = 0;
  for (;;) {
    size_t size = function_length(list);
    int code = add_piece(option, list, size, texts, count);
    if (code != EXIT_FINE) {
      function_list_free(*texts, *count);
      return code;
    }
    if (list[size] == 0) return EXIT_FINE;
    list += size + 1;
  }
}

void function_list_free(char **texts, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(texts[i]);
  free(texts);
}
