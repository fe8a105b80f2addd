/* SPDX-License-Identifier: MIT */
/* Results of 16 MiB and more may be stored past the caches, by whole lines of these: they
   must be those of calls for one row at a time, which are not, and nothing beside them
   may be written. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of `columns` inputs, and what a row's output has. */
typedef struct pass {
  const char *fold;
  ramp_type type;
  int64_t columns, out_columns;
  bool backward;
} pass;

enum { BYTES = 1 << 24, LINE = 64 };

/* Outputs begin within a line of the caches, and end in one. */
enum { GUARD = LINE + LINE / 2 };

static const pass passes[] = {
    {"softmax", RAMP_F32, 5003, 5003, false},
    {"softmax", RAMP_BF16, 5003, 5003, false},
    {"log_softmax", RAMP_F32, 4096, 4096, false},
    {"log_softmax", RAMP_F16, 5003, 5003, false},
};

static int64_t rows_of(const pass *p, size_t size) {
  int64_t columns = p->columns < p->out_columns ? p->columns : p->out_columns;
  return BYTES / (columns * (int64_t)size) + 1;
}

static DLTensor rows_at(const pass *p, unsigned char *data, int64_t *shape) {
  return (DLTensor){.data = data,
                    .device = {kDLCPU, 0},
                    .ndim = 2,
                    .dtype = tensor_dtype(p->type),
                    .shape = shape};
}

/* Some rows of x, and for the way back of dy, to those of out. */
static void run(const pass *p, int64_t rows, unsigned char *x, unsigned char *dy,
                unsigned char *out) {
  int64_t in_shape[2] = {rows, p->columns}, out_shape[2] = {rows, p->out_columns};
  DLTensor tensor[3] = {rows_at(p, x, in_shape), rows_at(p, dy, in_shape),
                        rows_at(p, out, out_shape)};
  ramp_fold fold;
  assert_int_equal(ramp_fold_parse(p->fold, &fold), RAMP_OK);
  ramp_status status =
      p->backward ? ramp_fold_backward(&fold, 1, &tensor[0], NULL, &tensor[1], &tensor[2])
                  : ramp_fold_forward(&fold, 1, &tensor[0], NULL, &tensor[2], NULL);
  if (status != RAMP_OK) fail_msg("%s", ramp_error_detail());
}

static void *take(size_t bytes) {
  void *memory = aligned_alloc(LINE, (bytes + LINE - 1) / LINE * LINE);
  assert_non_null(memory);
  return memory;
}

static unsigned char *random_elements(const pass *p, size_t count, float scale) {
  size_t size = ramp_type_size(p->type);
  float *number = take(count * sizeof *number);
  unsigned char *elements = take(count * size);
  uint64_t random = 7;
  for (size_t i = 0; i < count; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    number[i] = scale * (float)((double)(random >> 33) * 0x1p-30 - 1);
  }
  assert_int_equal(ramp_convert(RAMP_F32, number, p->type, elements, count), RAMP_OK);
  free(number);
  return elements;
}

static void expect_guard(const pass *p, const unsigned char *guard, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    if (guard[i] != 0xa5) fail_msg("%s writes beside its output", p->fold);
}

typedef struct arrays {
  const pass *pass;
  unsigned char *x, *dy;
} arrays;

static void expect_rows(void *context) {
  const arrays *a = context;
  const pass *p = a->pass;
  size_t size = ramp_type_size(p->type), in_row = (size_t)p->columns * size,
         out_row = (size_t)p->out_columns * size;
  int64_t rows = rows_of(p, size);
  size_t bytes = (size_t)rows * out_row;
  unsigned char *memory = take(bytes + 2 * GUARD), *row = take(out_row);
  memset(memory, 0xa5, bytes + 2 * GUARD);
  run(p, rows, a->x, a->dy, memory + GUARD);
  expect_guard(p, memory, GUARD);
  expect_guard(p, memory + GUARD + bytes, GUARD);
  for (int64_t i = 0; i < rows; i++) {
    run(p, 1, a->x + (size_t)i * in_row, a->dy + (size_t)i * in_row, row);
    if (memcmp(row, memory + GUARD + (size_t)i * out_row, out_row) != 0)
      fail_msg("%s: row %d of %d is another one alone, by variant %s", p->fold, (int)i,
               (int)rows, ramp_variant());
  }
  free(memory);
  free(row);
}

static void large_results_are_those_of_their_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    const pass *p = &passes[i];
    size_t count = (size_t)(rows_of(p, ramp_type_size(p->type)) * p->columns);
    arrays a = {p, random_elements(p, count, p->backward ? 1 : 8),
                random_elements(p, count, 1)};
    on_every_machine(expect_rows, &a);
    free(a.x);
    free(a.dy);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(large_results_are_those_of_their_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
