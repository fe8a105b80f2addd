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
    {"softmax", RAMP_F32, 5139, 5139, false}, /* 320 rows of 16, or 321 */
    {"softmax", RAMP_F32, 40007, 40007, false},
    {"softmax", RAMP_BF16, 5003, 5003, false},
    {"log_softmax", RAMP_F32, 5003, 5003, false},
    {"log_softmax", RAMP_F32, 4096, 4096, false},
    {"log_softmax", RAMP_F16, 5003, 5003, false},
    {"softmax", RAMP_F32, 1000, 1000, true},
    {"softmin", RAMP_F32, 5003, 5003, true},
    {"log_softmax", RAMP_F32, 1001, 1001, true},
    {"log_softmax", RAMP_F32, 17, 17, true},
    {"log_softmax", RAMP_F32, 9024, 9024, true},
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

/* With `strays`, here and there one that makes its row another case. */
static unsigned char *random_elements(ramp_type type, size_t count, float scale,
                                      bool strays) {
  size_t size = ramp_type_size(type);
  float *number = take(count * sizeof *number);
  unsigned char *elements = take(count * size);
  uint64_t random = 7;
  for (size_t i = 0; i < count; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    number[i] = scale * (float)((double)(random >> 33) * 0x1p-30 - 1);
    if (strays && i % 60013 == 5) number[i] = 90;
    if (strays && i % 150001 == 7) number[i] = NAN;
  }
  assert_int_equal(ramp_convert(RAMP_F32, number, type, elements, count), RAMP_OK);
  free(number);
  return elements;
}

static void expect_guard(const char *name, const unsigned char *guard, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    if (guard[i] != 0xa5) fail_msg("%s writes beside its output", name);
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
  expect_guard(p->fold, memory, GUARD);
  expect_guard(p->fold, memory + GUARD + bytes, GUARD);
  for (int64_t i = 0; i < rows; i++) {
    run(p, 1, a->x + (size_t)i * in_row, a->dy + (size_t)i * in_row, row);
    if (memcmp(row, memory + GUARD + (size_t)i * out_row, out_row) != 0)
      fail_msg("%s: row %d of %d is another one alone, by variant %s", p->fold, (int)i,
               (int)rows, ramp_variant());
  }
  free(memory);
  free(row);
}

/* Back it is y that is kept. */
static void replace_by_outputs(arrays *a) {
  pass forward = *a->pass;
  size_t size = ramp_type_size(forward.type);
  int64_t rows = rows_of(&forward, size);
  unsigned char *y = take((size_t)(rows * forward.columns) * size);
  forward.backward = false;
  run(&forward, rows, a->x, a->dy, y);
  free(a->x);
  a->x = y;
}

static void large_results_are_those_of_their_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    const pass *p = &passes[i];
    size_t count = (size_t)(rows_of(p, ramp_type_size(p->type)) * p->columns);
    arrays a = {p, random_elements(p->type, count, 8, !p->backward),
                random_elements(p->type, count, 1, false)};
    if (p->backward) replace_by_outputs(&a);
    on_every_machine(expect_rows, &a);
    free(a.x);
    free(a.dy);
  }
}

/* ------------------------------------------------------------------ prelu */

/* Rows of prelu's tensors, contiguous; slopes and their gradients are one for each column
   or one for each row. */
typedef struct prelu {
  ramp_type type;
  bool by_row;
  int64_t rows, columns;
  unsigned char *x, *slope, *dy;
} prelu;

typedef struct outputs {
  unsigned char *y, *dx, *dslope;
} outputs;

static DLTensor shaped(const prelu *p, unsigned char *data, int64_t *shape) {
  return (DLTensor){.data = data,
                    .device = {kDLCPU, 0},
                    .ndim = 2,
                    .dtype = tensor_dtype(p->type),
                    .shape = shape};
}

/* y or dslope may be null. */
static void run_prelu(const prelu *p, const outputs *out) {
  int64_t shape[2] = {p->rows, p->columns};
  int64_t narrow[2] = {p->by_row ? p->rows : 1, p->by_row ? 1 : p->columns};
  DLTensor x = shaped(p, p->x, shape), dy = shaped(p, p->dy, shape),
           slope = shaped(p, p->slope, narrow), y = shaped(p, out->y, shape),
           dx = shaped(p, out->dx, shape), dslope = shaped(p, out->dslope, narrow);
  if (out->y) assert_int_equal(ramp_prelu_forward(&x, &slope, &y), RAMP_OK);
  assert_int_equal(
      ramp_prelu_backward(&x, &slope, &dy, &dx, out->dslope ? &dslope : NULL), RAMP_OK);
}

static prelu row_of(const prelu *p, int64_t row, size_t size) {
  size_t offset = (size_t)(row * p->columns) * size;
  prelu one = *p;
  one.rows = 1;
  one.x += offset, one.dy += offset;
  if (p->by_row) one.slope += (size_t)row * size;
  return one;
}

/* The rows of y and dx, and where there is one for each row the slopes' gradients, are
   those of calls for a row. */
static void expect_prelu_rows(const prelu *p, const outputs *got) {
  size_t size = ramp_type_size(p->type), bytes = (size_t)p->columns * size;
  unsigned char *y = take(bytes), *dx = take(bytes), dslope[8];
  for (int64_t i = 0; i < p->rows; i++) {
    prelu row = row_of(p, i, size);
    run_prelu(&row, &(outputs){y, dx, p->by_row ? dslope : NULL});
    bool right =
        memcmp(y, got->y + (size_t)i * bytes, bytes) == 0 &&
        memcmp(dx, got->dx + (size_t)i * bytes, bytes) == 0 &&
        (!p->by_row || memcmp(dslope, got->dslope + (size_t)i * size, size) == 0);
    if (!right) fail_msg("prelu: row %d is another one alone", (int)i);
  }
  free(y), free(dx);
}

/* In place nothing is streamed. */
static void expect_prelu_in_place(const prelu *p, const outputs *got) {
  size_t size = ramp_type_size(p->type), bytes = (size_t)(p->rows * p->columns) * size,
         slopes = (size_t)(p->by_row ? p->rows : p->columns) * size;
  outputs again = {NULL, take(bytes), take(slopes)};
  memcpy(again.dx, p->dy, bytes);
  prelu over = *p;
  over.dy = again.dx;
  run_prelu(&over, &again);
  assert_memory_equal(again.dx, got->dx, bytes);
  assert_memory_equal(again.dslope, got->dslope, slopes);
  free(again.dx), free(again.dslope);
}

static void expect_prelu(void *context) {
  const prelu *p = context;
  size_t size = ramp_type_size(p->type), bytes = (size_t)(p->rows * p->columns) * size,
         slopes = (size_t)(p->by_row ? p->rows : p->columns) * size;
  unsigned char *memory = take(2 * (bytes + 2 * GUARD)), *dslope = take(slopes);
  memset(memory, 0xa5, 2 * (bytes + 2 * GUARD));
  outputs out = {memory + GUARD, memory + bytes + 3 * GUARD, dslope};
  run_prelu(p, &out);
  expect_guard("prelu", memory, GUARD);
  expect_guard("prelu", memory + GUARD + bytes, 2 * GUARD);
  expect_guard("prelu", memory + bytes * 2 + 3 * GUARD, GUARD);
  expect_prelu_rows(p, &out);
  expect_prelu_in_place(p, &out);
  free(memory), free(dslope);
}

/* Here and there one is 0 or not finite, so that other loops come behind. */
static unsigned char *with_specials(ramp_type type, size_t count, size_t every) {
  static const float special[] = {INFINITY, 0, NAN, -INFINITY, -0.0f};
  unsigned char *elements = random_elements(type, count, 4, false);
  size_t size = ramp_type_size(type);
  for (size_t i = every / 2; i < count; i += every)
    assert_int_equal(
        ramp_convert(RAMP_F32, &special[i / every % 5], type, elements + i * size, 1),
        RAMP_OK);
  return elements;
}

static void large_prelu_is_that_of_its_rows(void **state) {
  (void)state;
  for (int i = 0; i < 4; i++) {
    prelu p = {.type = i < 2 ? RAMP_F32 : RAMP_F64, .by_row = i % 2, .columns = 5003};
    p.rows = BYTES / (p.columns * (int64_t)ramp_type_size(p.type)) + 1;
    size_t count = (size_t)(p.rows * p.columns);
    p.x = with_specials(p.type, count, 70001);
    p.dy = with_specials(p.type, count, 50021);
    p.slope = with_specials(p.type, (size_t)(p.by_row ? p.rows : p.columns), 97);
    on_every_machine(expect_prelu, &p);
    free(p.x), free(p.dy), free(p.slope);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(large_results_are_those_of_their_rows),
      cmocka_unit_test(large_prelu_is_that_of_its_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
