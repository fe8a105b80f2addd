/* SPDX-License-Identifier: MIT */
/* bench_table.c: a line for each row, three numbers for each size, a few sizes beside
   each other. */
#include "bench.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

#define SIZES_ABREAST 4
#define NAME 128
/* "  0.033   123.4   97 %" */
#define NUMBERS_COLUMNS 22

static int name_width(const bench *b) {
  size_t width = 0;
  for (size_t row = 0; row < b->row_count; row++) {
    char name[NAME];
    bench_row_name(&b->rows[row], name, sizeof name);
    if (strlen(name) > width) width = strlen(name);
  }
  return (int)width;
}

static void print_head(const bench *b, int width, size_t from, size_t to) {
  printf("%*s", width, "");
  for (size_t size = from; size < to; size++) {
    char text[BENCH_SIZE_TEXT];
    bench_size_text(b->sizes[size], text);
    printf("%*s", NUMBERS_COLUMNS, text);
  }
  printf("\n%*s", width, "");
  for (size_t size = from; size < to; size++)
    printf("%8s%7s%7s", "ns", "GB/s", "share");
  putchar('\n');
}

static void print_row(const bench *b, int width, size_t thread, size_t row, size_t from,
                      size_t to) {
  char name[NAME];
  bench_row_name(&b->rows[row], name, sizeof name);
  printf("%-*s", width, name);
  for (size_t size = from; size < to; size++) {
    const bench_time *time = bench_time_of(b, thread, size, row);
    printf("%8.3f%7.1f%5.0f %%", time->least, bench_speed(b, b->rows[row].pass, time),
           100 * bench_share(b, thread, size, row));
  }
  putchar('\n');
}

void bench_print_table(const bench *b, size_t thread) {
  int width = name_width(b);
  for (size_t from = 0; from < b->size_count; from += SIZES_ABREAST) {
    size_t to = from + SIZES_ABREAST;
    if (to > b->size_count) to = b->size_count;
    printf("%s, %zu thread%s, %s; by number of elements:\n\n", ramp_type_name(b->type),
           b->threads[thread], b->threads[thread] == 1 ? "" : "s", ramp_variant());
    print_head(b, width, from, to);
    for (size_t row = 0; row < b->row_count; row++)
      print_row(b, width, thread, row, from, to);
    putchar('\n');
  }
  fflush(stdout);
}

void bench_print_legend(const bench *b) {
  size_t fewest = (size_t)-1, most = 0;
  for (size_t i = 0; i < b->thread_count * b->size_count * b->row_count; i++) {
    if (b->times[i].rounds < fewest) fewest = b->times[i].rounds;
    if (b->times[i].rounds > most) most = b->times[i].rounds;
  }
  printf(
      "ns: per element, the least of %zu to %zu rounds in which all took turns.\n"
      "GB/s: what is read and written; backward reads two arrays and writes one.\n"
      "share: of the faster copy's GB/s at this size; who writes less than it reads may "
      "exceed it.\n",
      fewest, most);
  if (bench_disturbed(b))
    printf(
        "Other programs kept this machine busy (load %.1f, processors %d): numbers are "
        "too large,\nmost of all with several threads.\n",
        b->load, omp_get_num_procs());
}
