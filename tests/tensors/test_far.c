/* SPDX-License-Identifier: MIT */
/* Tensors larger than the caches, whose results are stored past these and by tiles that
   are copied in registers: against arrays, element by element, with all bytes between the
   elements left as they were. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

/* How a matrix lies: along which axis its elements follow one another, how many places
   apart, with how many places between lines, backwards along which axes, and how many
   bytes behind an address that is a multiple of a line. */
typedef struct {
  int inner;
  int64_t step, gap;
  bool backwards[2];
  size_t offset;
} lie;

typedef struct {
  DLTensor dl;
  int64_t shape[2], strides[2];
  size_t size, bytes;
  char *memory;
} matrix;

enum { LINE = 64, UNTOUCHED = 0xa5 };

static matrix matrix_of(ramp_type type, const int64_t shape[2], const lie *l) {
  matrix m = {.shape = {shape[0], shape[1]}, .size = ramp_type_size(type)};
  const int inner = l->inner, outer = 1 - inner;
  m.strides[inner] = l->step;
  m.strides[outer] = shape[inner] * l->step + l->gap;
  m.bytes = (size_t)(shape[outer] * m.strides[outer] + 1) * m.size + LINE;
  m.memory = aligned_alloc(LINE, (m.bytes + LINE - 1) / LINE * LINE);
  memset(m.memory, UNTOUCHED, m.bytes);
  m.dl = (DLTensor){m.memory, {kDLCPU, 0}, 2, tensor_dtype(type), NULL, NULL, l->offset};
  for (int axis = 0; axis < 2; axis++) {
    if (!l->backwards[axis]) continue;
    m.dl.byte_offset += (size_t)((shape[axis] - 1) * m.strides[axis]) * m.size;
    m.strides[axis] = -m.strides[axis];
  }
  return m;
}

static DLTensor tensor_of(matrix *m) {
  DLTensor dl = m->dl;
  dl.shape = m->shape;
  dl.strides = m->strides;
  return dl;
}

static char *element(const matrix *m, int64_t i, int64_t j) {
  return m->memory + m->dl.byte_offset +
         (i * m->strides[0] + j * m->strides[1]) * (int64_t)m->size;
}

static void write_all(matrix *m, const char *array) {
  for (int64_t i = 0; i < m->shape[0]; i++)
    for (int64_t j = 0; j < m->shape[1]; j++, array += m->size)
      memcpy(element(m, i, j), array, m->size);
}

/* Takes all elements, and leaves in their place what is around them. */
static void take_all(matrix *m, char *array) {
  for (int64_t i = 0; i < m->shape[0]; i++)
    for (int64_t j = 0; j < m->shape[1]; j++, array += m->size) {
      memcpy(array, element(m, i, j), m->size);
      memset(element(m, i, j), UNTOUCHED, m->size);
    }
}

static void check_untouched(const matrix *m) {
  for (size_t i = 0; i < m->bytes; i++)
    if ((unsigned char)m->memory[i] != UNTOUCHED)
      fail_msg("byte %zu beside the elements was written", i);
}

typedef struct {
  const char *name;
  ramp_type type;
  bool goes_back;
  lie x, dy, out;
} trial;

typedef struct {
  const trial *trial;
  ramp_function f;
  size_t count;
  char *x, *dy, *expected, *got;
  matrix of_x, of_dy, of_out;
} work;

static void check(void *context) {
  work *w = context;
  const trial *t = w->trial;
  DLTensor x = tensor_of(&w->of_x), dy = tensor_of(&w->of_dy),
           out = tensor_of(&w->of_out);
  ramp_status status;
  if (t->goes_back) {
    ramp_backward(&w->f, t->type, w->count, w->x, w->dy, w->expected);
    status = ramp_tensor_backward(&w->f, &x, &dy, &out);
  } else {
    ramp_forward(&w->f, t->type, w->count, w->x, w->expected);
    status = ramp_tensor_forward(&w->f, &x, &out);
  }
  if (status != RAMP_OK) fail_msg("%s: %s", t->name, ramp_error_detail());
  take_all(&w->of_out, w->got);
  if (memcmp(w->got, w->expected, w->count * w->of_out.size) != 0)
    fail_msg("%s: results differ from those of arrays", t->name);
  check_untouched(&w->of_out);
}

/* Any bits: all kinds of numbers. */
static char *random_bits(uint64_t *state, size_t bytes) {
  char *array = malloc(bytes + sizeof *state);
  for (size_t i = 0; i < bytes; i += sizeof *state) {
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    uint64_t mixed = *state ^ *state >> 29;
    memcpy(array + i, &mixed, sizeof mixed);
  }
  return array;
}

static void run_trial_of(uint64_t *state, const trial *t, const int64_t shape[2]) {
  work w = {.trial = t, .f = function_of("relu"), .count = (size_t)(shape[0] * shape[1])};
  w.of_x = matrix_of(t->type, shape, &t->x);
  w.of_dy = matrix_of(t->type, shape, &t->dy);
  w.of_out = matrix_of(t->type, shape, &t->out);
  const size_t bytes = w.count * w.of_x.size;
  w.x = random_bits(state, bytes);
  w.dy = random_bits(state, bytes);
  w.expected = malloc(bytes);
  w.got = malloc(bytes);
  write_all(&w.of_x, w.x);
  write_all(&w.of_dy, w.dy);
  on_every_machine(check, &w);
  char *all[] = {w.x,           w.dy,           w.expected,     w.got,
                 w.of_x.memory, w.of_dy.memory, w.of_out.memory};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    free(all[i]);
}

/* A result of 16 MiB and little more, with odd sides. */
static void run_trial(uint64_t *state, const trial *t) {
  const int64_t side = t->type == RAMP_F64 ? 1451 : t->type == RAMP_F32 ? 2051 : 2901;
  run_trial_of(state, t, (int64_t[]){side, side});
}

#define ROWS .inner = 1, .step = 1
#define COLUMNS .inner = 0, .step = 1

static void crosswise(void **state) {
  (void)state;
  uint64_t seed = 1;
  static const trial trials[] = {
      {"x transposed", RAMP_F32, false, {COLUMNS}, {ROWS}, {ROWS}},
      {"x transposed", RAMP_F64, false, {COLUMNS}, {ROWS}, {ROWS}},
      {"x transposed", RAMP_BF16, false, {COLUMNS}, {ROWS}, {ROWS}},
      {"dx transposed", RAMP_F32, true, {ROWS}, {ROWS}, {COLUMNS}},
      {"dx transposed", RAMP_F64, true, {ROWS}, {ROWS}, {COLUMNS}},
      {"dx transposed", RAMP_BF16, true, {ROWS}, {ROWS}, {COLUMNS}},
      {"dy transposed, gaps",
       RAMP_F32,
       true,
       {ROWS, .gap = 5},
       {COLUMNS, .gap = 13},
       {ROWS, .gap = 3}},
      {"pitches of lines, odd starts",
       RAMP_F32,
       true,
       {COLUMNS, .gap = 13, .offset = 20},
       {ROWS, .gap = 13, .offset = 44},
       {ROWS, .gap = 13, .offset = 12}},
      {"misaligned",
       RAMP_F32,
       true,
       {COLUMNS, .offset = 1},
       {ROWS, .offset = 2},
       {ROWS, .offset = 3}},
      {"backwards",
       RAMP_F32,
       true,
       {COLUMNS, .backwards = {true, false}},
       {ROWS, .backwards = {false, true}},
       {ROWS, .backwards = {true, true}}},
      {"x backwards along its rows",
       RAMP_BF16,
       true,
       {COLUMNS, .gap = 11, .backwards = {true, false}},
       {COLUMNS, .backwards = {true, true}},
       {ROWS, .gap = 27}},
      {"y backwards",
       RAMP_BF16,
       false,
       {COLUMNS, .backwards = {true, true}},
       {ROWS},
       {ROWS, .backwards = {true, false}}},
  };
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
    run_trial(&seed, &trials[i]);
}

/* Rows of whole lines, in odd numbers; and of as many channels as one tile takes. */
static void narrow(void **state) {
  (void)state;
  uint64_t seed = 3;
  static const trial three = {"three lines", RAMP_F32, true, {COLUMNS}, {ROWS}, {ROWS}},
                     one = {"one line", RAMP_F16, false, {COLUMNS}, {ROWS}, {ROWS}},
                     channels = {"channels", RAMP_BF16, true, {COLUMNS}, {ROWS}, {ROWS}};
  run_trial_of(&seed, &three, (int64_t[]){48, 90001});
  run_trial_of(&seed, &one, (int64_t[]){32, 270001});
  run_trial_of(&seed, &channels, (int64_t[]){50, 90017});
}

/* Value and derivative, whose rows begin at different places within lines. */
typedef struct {
  ramp_function f;
  matrix x, y, slope;
  float *numbers, *expected[2], *got;
} both_work;

static void check_both(void *context) {
  both_work *w = context;
  DLTensor x = tensor_of(&w->x), y = tensor_of(&w->y), slope = tensor_of(&w->slope);
  const size_t count = (size_t)(x.shape[0] * x.shape[1]);
  ramp_value_and_derivative(&w->f, RAMP_F32, count, w->numbers, w->expected[0],
                            w->expected[1]);
  if (ramp_tensor_value_and_derivative(&w->f, &x, &y, &slope) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
  for (int i = 0; i < 2; i++) {
    matrix *m = i == 0 ? &w->y : &w->slope;
    take_all(m, (char *)w->got);
    assert_memory_equal(w->got, w->expected[i], count * sizeof(float));
    check_untouched(m);
  }
}

static void both(void **state) {
  (void)state;
  uint64_t seed = 4;
  const int64_t shape[] = {1203, 2051};
  const size_t bytes = (size_t)(shape[0] * shape[1]) * sizeof(float);
  static const lie columns = {COLUMNS}, rows = {ROWS, .offset = 12},
                   others = {ROWS, .gap = 3, .offset = 40};
  static const char *const names[] = {"leaky_relu", "silu"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    both_work w = {.f = function_of(names[i]),
                   .x = matrix_of(RAMP_F32, shape, &columns),
                   .y = matrix_of(RAMP_F32, shape, &rows),
                   .slope = matrix_of(RAMP_F32, shape, &others),
                   .numbers = (float *)(void *)random_bits(&seed, bytes),
                   .expected = {malloc(bytes), malloc(bytes)},
                   .got = malloc(bytes)};
    write_all(&w.x, (char *)w.numbers);
    on_every_machine(check_both, &w);
    void *all[] = {w.numbers,  w.expected[0], w.expected[1], w.got,
                   w.x.memory, w.y.memory,    w.slope.memory};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
      free(all[k]);
  }
}

static void along(void **state) {
  (void)state;
  uint64_t seed = 2;
  static const trial trials[] = {
      {"half", RAMP_F32, false, {ROWS, .gap = 2051}, {ROWS}, {ROWS}},
      {"half of y", RAMP_BF16, false, {ROWS}, {ROWS}, {ROWS, .gap = 2901, .offset = 6}},
      {"misaligned y", RAMP_F32, false, {ROWS}, {ROWS}, {ROWS, .gap = 1, .offset = 1}},
      {"second x, third dy",
       RAMP_F32,
       true,
       {.inner = 1, .step = 2},
       {.inner = 1, .step = 3},
       {ROWS}},
      {"fourth x, fifth dy",
       RAMP_F64,
       true,
       {.inner = 1, .step = 4},
       {.inner = 1, .step = 5},
       {ROWS}},
      {"fourth x, second dy backwards",
       RAMP_F16,
       true,
       {.inner = 1, .step = 4, .offset = 2},
       {.inner = 1, .step = 2, .backwards = {false, true}},
       {ROWS}},
      {"second x, third dy, fourth dx",
       RAMP_BF16,
       true,
       {.inner = 1, .step = 2},
       {.inner = 1, .step = 3},
       {.inner = 1, .step = 4}},
  };
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
    run_trial(&seed, &trials[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(crosswise),
      cmocka_unit_test(narrow),
      cmocka_unit_test(both),
      cmocka_unit_test(along),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
