/* SPDX-License-Identifier: MIT */
/* bench_json.c: all numbers of a benchmark as one JSON object. */
#include "allocate.h"
#include "bench.h"
#include "training_json.h"

#include <omp.h>

static json_t *json_row(const bench *b, size_t thread, size_t size, size_t row) {
  const bench_row *r = &b->rows[row];
  const bench_time *time = bench_time_of(b, thread, size, row);
  json_t *object =
      json_pack("{s:s, s:f, s:f, s:f, s:f, s:I}", "pass", bench_pass_name(r->pass),
                "ns_per_element", time->least, "median_ns_per_element", time->median,
                "gb_per_second", bench_speed(b, r->pass, time), "share_of_limit",
                bench_share(b, thread, size, row), "rounds", (json_int_t)time->rounds);
  if (r->text) json_object_set_new(object, "function", json_string(r->text));
  return object;
}

static json_t *json_setting(const bench *b, size_t thread, size_t size) {
  json_t *rows = json_array();
  for (size_t row = 0; row < b->row_count; row++)
    json_array_append_new(rows, json_row(b, thread, size, row));
  return json_pack("{s:I, s:I, s:f, s:o}", "threads", (json_int_t)b->threads[thread],
                   "elements", (json_int_t)b->sizes[size], "limit_gb_per_second",
                   bench_limit(b, thread, size), "rows", rows);
}

void bench_print_json(const bench *b) {
  json_t *settings = json_array();
  for (size_t thread = 0; thread < b->thread_count; thread++)
    for (size_t size = 0; size < b->size_count; size++)
      json_array_append_new(settings, json_setting(b, thread, size));
  char *text = json_text(
      json_pack("{s:s, s:s, s:s, s:i, s:f, s:o}", "ramp", RAMP_VERSION, "variant",
                ramp_variant(), "type", ramp_type_name(b->type), "processors",
                omp_get_num_procs(), "load", b->load, "settings", settings));
  fputs(text, stdout);
  free(text);
}
