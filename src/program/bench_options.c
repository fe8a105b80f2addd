/* SPDX-License-Identifier: MIT */
/* bench_options.c: lists of functions, sizes and threads, each checked before anything is
   measured. */
#define _DEFAULT_SOURCE /* getloadavg() */
#include "bench_options.h"
#include "allocate.h"
#include "bench_copy.h"
#include "function_list.h"

#include <errno.h>
#include <omp.h>
#include <unistd.h>

/* ------------------------------------------------------------------ lists of numbers */

/* "4096", "4Ki", "1Mi": the whole of `text`. */
static int read_size(const char *text, size_t *size) {
  char *end;
  if (*text < '1' || *text > '9') return 0;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  int shift = !strcmp(end, "Ki")   ? 10
              : !strcmp(end, "Mi") ? 20
              : !strcmp(end, "Gi") ? 30
                                   : 0;
  if (errno || (*end && !shift) || number > SIZE_MAX >> shift) return 0;
  *size = (size_t)number << shift;
  return 1;
}

static int read_threads(const char *text, size_t *threads) {
  *threads = (size_t)omp_get_max_threads();
  return !strcmp(text, "all") || read_size(text, threads);
}

/* Appends what `read` makes of each piece between commas. */
static int read_list(const char *list, int (*read)(const char *text, size_t *number),
                     const char *wanted, size_t **numbers, size_t *count) {
  for (const char *at = list;; at++) {
    size_t length = strcspn(at, ","), number;
    char *piece = checked(strndup(at, length));
    int right = read(piece, &number);
    free(piece);
    if (!right) return fail(EXIT_USAGE, "%s, not '%s'", wanted, list);
    *numbers = checked(realloc(*numbers, (*count + 1) * sizeof **numbers));
    (*numbers)[(*count)++] = number;
    at += length;
    if (!*at) return EXIT_FINE;
  }
}

/* ------------------------------------------------------------------ sizes and threads */

/* Arrays that do not fit into the memory would be timed by the disk, or end the program.
 */
static int check_size(const bench *b, size_t count) {
  double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  double wanted = 4.0 * (double)count * (double)ramp_type_size(b->type), giga = 0x1p30;
  if (wanted < memory) return EXIT_FINE;
  return fail(EXIT_USAGE,
              "--size %zu takes %.1f GiB of memory for its four arrays of %s, and this "
              "machine has %.1f GiB",
              count, wanted / giga, ramp_type_name(b->type), memory / giga);
}

static int read_sizes(bench *b, const char *list) {
  int code = read_list(list, read_size,
                       "--size wants numbers of elements such as 1000 or 4Ki,64Ki,1Mi",
                       &b->sizes, &b->size_count);
  for (size_t i = 0; i < b->size_count && code == EXIT_FINE; i++)
    code = check_size(b, b->sizes[i]);
  return code;
}

static int check_threads(size_t threads) {
  size_t processors = (size_t)omp_get_num_procs();
  size_t most = (size_t)omp_get_max_threads();
  if (most < processors) most = processors;
  if (threads <= most) return EXIT_FINE;
  return fail(EXIT_USAGE, "--threads %zu are more than this machine runs at once: %zu",
              threads, most);
}

/* Not given: one, and all where that is not the same. */
static int read_all_threads(bench *b, const char *list) {
  if (!list) list = omp_get_max_threads() > 1 ? "1,all" : "1";
  int code =
      read_list(list, read_threads, "--threads wants numbers or all, such as 1,all",
                &b->threads, &b->thread_count);
  for (size_t i = 0; i < b->thread_count && code == EXIT_FINE; i++)
    code = check_threads(b->threads[i]);
  return code;
}

/* ------------------------------------------------------------------ rows */

static void add_row(bench *b, bench_pass pass, const char *text) {
  b->rows = checked(realloc(b->rows, (b->row_count + 1) * sizeof *b->rows));
  bench_row *row = &b->rows[b->row_count++];
  *row = (bench_row){.pass = pass, .text = text ? copy_text(text) : NULL};
  if (text) ramp_function_parse(text, &row->function);
}

static void add_rows(bench *b, char **texts, size_t count, int derivative) {
  if (copy_can_stream()) add_row(b, BENCH_STREAM, NULL);
  add_row(b, BENCH_MEMCPY, NULL);
  for (bench_pass pass = BENCH_FORWARD; pass < BENCH_PASSES; pass++)
    for (size_t i = 0; i < count && (pass != BENCH_DERIVATIVE || derivative); i++)
      add_row(b, pass, texts[i]);
}

/* The list may also name functions of several inputs. */
static int check_inputs(char **texts, size_t count) {
  ramp_function f;
  for (size_t i = 0; i < count; i++)
    if (ramp_function_parse(texts[i], &f) != RAMP_OK)
      return fail(EXIT_USAGE,
                  "--function names %s, a function of several inputs: only those of one "
                  "are measured",
                  texts[i]);
  return EXIT_FINE;
}

/* The names of all functions, aliases left out, with commas. */
static char *all_functions(void) {
  size_t length = 1;
  for (int i = 0; i < ramp_function_rows(); i++)
    length += strlen(ramp_function_row_at(i)->name) + 1;
  char *list = allocate(length, 1);
  for (int i = 0; i < ramp_function_rows(); i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    if (row->alias) continue;
    if (*list) strcat(list, ",");
    strcat(list, row->name);
  }
  return list;
}

static int read_rows(bench *b, const bench_request *asked) {
  char **texts, *list = strcmp(asked->functions, "all") ? copy_text(asked->functions)
                                                        : all_functions();
  size_t count;
  int code = function_list_read("function", list, &texts, &count);
  free(list);
  if (code) return code;
  code = check_inputs(texts, count);
  if (code == EXIT_FINE) add_rows(b, texts, count, asked->derivative);
  function_list_free(texts, count);
  return code;
}

/* ------------------------------------------------------------------ the benchmark */

int bench_fill(bench *b, const bench_request *asked) {
  int code = read_rows(b, asked);
  if (code == EXIT_FINE) code = read_sizes(b, asked->sizes);
  if (code == EXIT_FINE) code = read_all_threads(b, asked->threads);
  if (code) return code;
  if (getloadavg(&b->load, 1) != 1) b->load = 0;
  b->times = allocate(b->thread_count * b->size_count * b->row_count, sizeof *b->times);
  return EXIT_FINE;
}

void bench_free(bench *b) {
  for (size_t i = 0; i < b->row_count; i++)
    free(b->rows[i].text);
  free(b->rows);
  free(b->sizes);
  free(b->threads);
  free(b->times);
}
