/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) fail_msg("no memory for %zu bytes", bytes);
  return memory;
}

int64_t between(uint64_t *state, int64_t low, int64_t high) {
  return low + (int64_t)(number_random(state) % (uint64_t)(high - low + 1));
}

DLDataType tensor_dtype(ramp_type type) {
  static const DLDataType of[] = {[RAMP_F64] = {kDLFloat, 64, 1},
                                  [RAMP_F32] = {kDLFloat, 32, 1},
                                  [RAMP_F16] = {kDLFloat, 16, 1},
                                  [RAMP_BF16] = {kDLBfloat, 16, 1}};
  return of[type];
}

size_t tensor_count(const tensor *t) {
  size_t count = 1;
  for (int i = 0; i < t->dl.ndim; i++)
    count *= (size_t)t->shape[i];
  return count;
}

unsigned char *tensor_at(const tensor *t, size_t index) {
  int64_t steps = 0, stride = 1;
  for (int i = t->dl.ndim - 1; i >= 0; i--) {
    int64_t at = (int64_t)(index % (size_t)t->shape[i]);
    index /= (size_t)t->shape[i];
    steps += at * (t->dl.strides ? t->strides[i] : stride);
    stride *= t->shape[i];
  }
  return (unsigned char *)t->dl.data + t->dl.byte_offset + steps * (int64_t)t->size;
}

void tensor_read(const tensor *t, void *elements) {
  for (size_t i = 0; i < tensor_count(t); i++)
    memcpy((unsigned char *)elements + i * t->size, tensor_at(t, i), t->size);
}

void tensor_write(tensor *t, const void *elements) {
  for (size_t i = 0; i < tensor_count(t); i++)
    memcpy(tensor_at(t, i), (const unsigned char *)elements + i * t->size, t->size);
}

void tensor_remember(tensor *t) { memcpy(t->before, t->memory, t->bytes); }

void tensor_check_untouched(const tensor *t, bool elements) {
  unsigned char *expected = allocate(t->bytes);
  memcpy(expected, t->before, t->bytes);
  for (size_t i = 0; i < tensor_count(t) && !elements; i++) {
    unsigned char *at = tensor_at(t, i);
    memcpy(expected + (at - t->memory), at, t->size);
  }
  assert_memory_equal(t->memory, expected, t->bytes);
  free(expected);
}

/* ------------------------------------------------------------------ making */

static tensor *new_tensor(DLDataType dtype, int axes, const int64_t *shape) {
  tensor *t = allocate(sizeof *t);
  *t = (tensor){.size = dtype.bits / 8};
  memcpy(t->shape, shape, (size_t)axes * sizeof *shape);
  t->dl = (DLTensor){.device = {kDLCPU, 0},
                     .ndim = axes,
                     .dtype = dtype,
                     .shape = t->shape,
                     .strides = t->strides};
  return t;
}

/* Memory from the lowest element to the highest, `astray` bytes off alignment. */
static void give_memory(tensor *t, size_t astray) {
  int64_t low = 0, high = 0;
  for (int i = 0; i < t->dl.ndim; i++) {
    int64_t reach = (t->shape[i] - 1) * t->strides[i];
    if (reach < 0) low += reach;
    if (reach > 0) high += reach;
  }
  bool empty = tensor_count(t) == 0;
  t->bytes = empty ? 0 : (size_t)(high - low + 1) * t->size + astray;
  t->memory = allocate(t->bytes);
  t->before = allocate(t->bytes);
  memset(t->memory, 0xa5, t->bytes);
  t->dl.data = empty ? NULL : t->memory;
  t->dl.byte_offset = empty ? 0 : (uint64_t)-low * t->size + astray;
}

tensor *tensor_astray(DLDataType dtype, int axes, const int64_t *shape,
                      const int64_t *strides, size_t astray) {
  tensor *t = new_tensor(dtype, axes, shape);
  memcpy(t->strides, strides, (size_t)axes * sizeof *strides);
  give_memory(t, astray);
  return t;
}

tensor *tensor_strided(DLDataType dtype, int axes, const int64_t *shape,
                       const int64_t *strides) {
  return tensor_astray(dtype, axes, shape, strides, 0);
}

static void shuffle(uint64_t *state, int n, int *order) {
  for (int i = 0; i < n; i++) {
    int j = (int)between(state, 0, i);
    order[i] = order[j];
    order[j] = i;
  }
}

/* From the axis of the shortest stride to that of the longest. */
static void random_strides(uint64_t *state, tensor *t, bool distinct) {
  int order[RAMP_AXES_MAX];
  shuffle(state, t->dl.ndim, order);
  int64_t next = between(state, 0, 2) ? 1 : between(state, 1, 3);
  for (int i = 0; i < t->dl.ndim; i++) {
    int axis = order[i];
    t->strides[axis] = between(state, 0, 3) ? next : -next;
    if (!distinct && between(state, 0, 4) == 0)
      t->strides[axis] = between(state, -2, 2);
    else if (t->shape[axis] > 0)
      next *= t->shape[axis];
    if (between(state, 0, 2) == 0) next += between(state, 1, 3);
  }
}

tensor *tensor_make(uint64_t *state, DLDataType dtype, int axes, const int64_t *shape,
                    tensor_layout layout) {
  tensor *t = new_tensor(dtype, axes, shape);
  int64_t next = 1;
  for (int i = axes - 1; i >= 0; i--) {
    t->strides[i] = next;
    next *= shape[i];
  }
  if (layout != LAYOUT_COMPACT) random_strides(state, t, layout == LAYOUT_WRITE);
  bool any_address = layout != LAYOUT_COMPACT && between(state, 0, 2) == 0;
  give_memory(t, any_address ? (size_t)between(state, 1, 7) : 0);
  if (layout == LAYOUT_COMPACT && between(state, 0, 1)) t->dl.strides = NULL;
  return t;
}

void tensor_free(tensor *t) {
  if (!t) return;
  free(t->memory);
  free(t->before);
  free(t);
}

/* ------------------------------------------------------------------ what is in them */

void fill_random(uint64_t *state, ramp_type type, size_t count, void *elements) {
  static const double special[] = {0.0, -0.0, 1.0, -1.0, INFINITY, -INFINITY, NAN};
  for (size_t i = 0; i < count; i++) {
    double sum = (double)between(state, -1000, 1000) / 250;
    double number = between(state, 0, 19) ? sum : special[between(state, 0, 6)];
    uint64_t bits = number_round(type, number);
    if (between(state, 0, 29) == 0) bits = number_round(type, sum * 1e-39);
    number_store(type, elements, i, bits);
  }
}

void read_numbers(ramp_type type, const tensor *t, double *numbers) {
  for (size_t i = 0; i < tensor_count(t); i++)
    numbers[i] = number_value(type, number_load(type, tensor_at(t, i), 0));
}

tensor *tensor_random(uint64_t *state, ramp_type type, int axes, const int64_t *shape,
                      tensor_layout layout) {
  tensor *t = tensor_make(state, tensor_dtype(type), axes, shape, layout);
  void *elements = allocate(tensor_count(t) * t->size);
  fill_random(state, type, tensor_count(t), elements);
  tensor_write(t, elements);
  free(elements);
  return t;
}

void check_numbers(ramp_type type, const tensor *t, const double *expected) {
  for (size_t i = 0; i < tensor_count(t); i++) {
    uint64_t got = number_load(type, tensor_at(t, i), 0);
    if (got != number_round(type, expected[i]))
      fail_msg("element %zu of %zu is %.17g, not %.17g", i, tensor_count(t),
               number_value(type, got), expected[i]);
  }
}

int narrowed_shape(uint64_t *state, int axes, const int64_t *shape,
                   int64_t narrow[RAMP_AXES_MAX]) {
  int left_out = (int)between(state, 0, axes);
  if (between(state, 0, 1)) left_out = 0;
  for (int i = left_out; i < axes; i++)
    narrow[i - left_out] = between(state, 0, 1) ? 1 : shape[i];
  return axes - left_out;
}

size_t broadcast_index(const tensor *t, int axes, const int64_t *shape, size_t index) {
  size_t narrow = 0, stride = 1;
  for (int i = axes - 1; i >= 0; i--) {
    size_t at = index % (size_t)shape[i];
    index /= (size_t)shape[i];
    int own = i - (axes - t->dl.ndim);
    if (own < 0) continue;
    narrow += t->shape[own] == 1 ? 0 : at * stride;
    stride *= (size_t)t->shape[own];
  }
  return narrow;
}

/* The sums of one element, as far as they have come. */
typedef struct {
  size_t terms;
  double lane[16], total;
} running_sum;

static void end_part(running_sum *s) {
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++)
      s->lane[i] += s->lane[i + width];
  s->total += s->lane[0];
  memset(s->lane, 0, sizeof s->lane);
}

void sum_in_order(const tensor *t, int axes, const int64_t *shape, const double *term,
                  double *total) {
  size_t sums = tensor_count(t), count = 1;
  running_sum *s = calloc(sums + 1, sizeof *s);
  for (int i = 0; i < axes; i++)
    count *= (size_t)shape[i];
  bool together = count < 2 || broadcast_index(t, axes, shape, 1) ==
                                   broadcast_index(t, axes, shape, 0);
  size_t lanes = together ? 16 : 1;
  for (size_t i = 0; i < count; i++) {
    running_sum *of = &s[broadcast_index(t, axes, shape, i)];
    of->lane[of->terms++ % lanes] += term[i];
    if (of->terms % 32768 == 0) end_part(of);
  }
  for (size_t j = 0; j < sums; j++) {
    end_part(&s[j]);
    total[j] = s[j].total;
  }
  free(s);
}

int random_shape(uint64_t *state, int axes_most, size_t most,
                 int64_t shape[RAMP_AXES_MAX]) {
  int axes = (int)between(state, 0, axes_most);
  size_t count = 1;
  for (int i = 0; i < axes; i++) {
    shape[i] = between(state, 0, 30) ? between(state, 1, 9) : 0;
    if (count * (size_t)shape[i] > most) shape[i] = 1;
    count *= (size_t)shape[i];
  }
  return axes;
}

void on_every_machine(void (*check)(void *context), void *context) {
  int most = omp_get_max_threads();
  for (int i = 0; i < ramp_variants(); i++) {
    if (!ramp_variant_supported(i)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(i)), RAMP_OK);
    for (int threads = 1; threads <= 3; threads++) {
      omp_set_num_threads(threads);
      check(context);
    }
  }
  omp_set_num_threads(most);
  ramp_variant_set(NULL);
}
