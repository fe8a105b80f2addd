/* SPDX-License-Identifier: MIT */
/* bench_numbers.c: what follows from the times: speeds, the limit, shares of it; and what
   rows and sizes are called. */
#include "bench.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>

bench_time *bench_time_of(const bench *b, size_t thread, size_t size, size_t row) {
  return &b->times[(thread * b->size_count + size) * b->row_count + row];
}

const char *bench_pass_name(bench_pass pass) {
  static const char *const names[BENCH_PASSES] = {"non-temporal copy", "memcpy",
                                                  "forward", "derivative", "backward"};
  return names[pass];
}

void bench_row_name(const bench_row *row, char *name, size_t size) {
  if (bench_is_copy(row->pass))
    snprintf(name, size, "%s", bench_pass_name(row->pass));
  else if (row->pass == BENCH_FORWARD)
    snprintf(name, size, "%s", row->text);
  else
    snprintf(name, size, "%s %s", row->text, bench_pass_name(row->pass));
}

void bench_size_text(size_t count, char text[BENCH_SIZE_TEXT]) {
  static const char *const units[] = {"", " Ki", " Mi", " Gi"};
  int unit = 0;
  while (unit < 3 && count && count % 1024 == 0)
    count /= 1024, unit++;
  snprintf(text, BENCH_SIZE_TEXT, "%zu%s", count, units[unit]);
}

size_t bench_bytes(const bench *b, bench_pass pass) {
  return (pass == BENCH_BACKWARD ? 3 : 2) * ramp_type_size(b->type);
}

double bench_speed(const bench *b, bench_pass pass, const bench_time *time) {
  return (double)bench_bytes(b, pass) / time->least;
}

double bench_limit(const bench *b, size_t thread, size_t size) {
  double limit = 0;
  for (size_t row = 0; row < b->row_count; row++)
    if (bench_is_copy(b->rows[row].pass))
      limit = fmax(
          limit, bench_speed(b, b->rows[row].pass, bench_time_of(b, thread, size, row)));
  return limit;
}

double bench_share(const bench *b, size_t thread, size_t size, size_t row) {
  return bench_speed(b, b->rows[row].pass, bench_time_of(b, thread, size, row)) /
         bench_limit(b, thread, size);
}

/* The load of the last minute counts what this program itself did just before, and what
   looks at it: less than one program. */
int bench_disturbed(const bench *b) {
  size_t most = 1;
  for (size_t i = 0; i < b->thread_count; i++)
    if (b->threads[i] > most) most = b->threads[i];
  return b->load + (double)most >= omp_get_num_procs() + 1;
}
