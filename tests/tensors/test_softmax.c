/* SPDX-License-Identifier: MIT */
/* Softmax and its kin against MPFR, of every type, in any layout, with and without masks,
   on every variant and number of threads: forward, and backward from what that gave. */
#include "exact_lines.h"
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"softmax",   "softmin", "softmax_one", "log_softmax",
                                    "sparsemax", "hardmax", "log_sum_exp"};
enum { NAMES = sizeof names / sizeof *names };

typedef struct {
  const char *name;
  ramp_fold fold;
  ramp_type type;
  int axis;
  int64_t shape[3], out_shape[3];
  size_t length, lines, inner;
  tensor *x, *mask, *y, *dy, *dx;
  double *x_numbers, *dy_numbers, *y_numbers;
  bool *present;
  bool seen; /* by a machine before, which left this: */
  unsigned char *y_bytes, *dx_bytes;
} trial;

static bool is_sum(const trial *t) { return strcmp(t->name, "log_sum_exp") == 0; }

/* Where element i of a line lies, in row-major order. */
static size_t place(const trial *t, size_t line, size_t i, size_t length) {
  return (line / t->inner * length + i) * t->inner + line % t->inner;
}

/* ------------------------------------------------------------------ making */

static void fill_x(uint64_t *state, trial *t, double scale) {
  for (size_t i = 0; i < tensor_count(t->x); i++) {
    double sum = 0;
    for (int j = 0; j < 4; j++)
      sum += (double)between(state, -1000000, 1000000) / 1e6;
    bool special = between(state, 0, 2 * (int64_t)t->length) == 0;
    static const double specials[] = {-INFINITY, -INFINITY, 0, -0.0, NAN, INFINITY};
    double number = special ? specials[between(state, 0, 5)] : scale * sum;
    number_store(t->type, tensor_at(t->x, i), 0, number_round(t->type, number));
  }
}

static void mask_some(uint64_t *state, trial *t) {
  int64_t narrow[RAMP_AXES_MAX];
  int axes = narrowed_shape(state, 3, t->shape, narrow);
  int64_t share = between(state, 1, 3);
  t->mask = tensor_make(state, (DLDataType){kDLUInt, 8, 1}, axes, narrow, LAYOUT_READ);
  for (size_t i = 0; i < tensor_count(t->mask); i++)
    *tensor_at(t->mask, i) = (unsigned char)(between(state, 0, share) * 85);
}

static void *room(size_t count) { return calloc(count + 1, sizeof(double)); }

static void read_all(trial *t) {
  size_t count = tensor_count(t->x);
  t->x_numbers = room(count);
  t->dy_numbers = room(count);
  t->y_numbers = room(count);
  t->present = room(count);
  t->y_bytes = room(count);
  t->dx_bytes = room(count);
  read_numbers(t->type, t->x, t->x_numbers);
  read_numbers(t->type, t->dy, t->dy_numbers);
  for (size_t i = 0; i < count; i++)
    t->present[i] =
        !t->mask || *tensor_at(t->mask, broadcast_index(t->mask, 3, t->shape, i)) != 0;
}

static trial make_trial(uint64_t *state, const char *name, ramp_type type, int64_t length,
                        int64_t others, double scale) {
  trial t = {.name = name, .type = type, .axis = (int)between(state, 0, 2), .inner = 1};
  bool empty_nan = between(state, 0, 1);
  char text[40];
  snprintf(text, sizeof text, "%s%s", name, empty_nan ? ":empty=nan" : "");
  if (ramp_fold_parse(text, &t.fold) != RAMP_OK) fail_msg("%s", ramp_error_detail());
  for (int i = 0; i < 3; i++)
    t.shape[i] = i == t.axis ? length : between(state, 1, others);
  for (int i = t.axis + 1; i < 3; i++)
    t.inner *= (size_t)t.shape[i];
  memcpy(t.out_shape, t.shape, sizeof t.shape);
  if (is_sum(&t)) t.out_shape[t.axis] = 1;
  t.length = (size_t)length;
  t.lines = 1;
  for (int i = 0; i < 3; i++)
    t.lines *= i == t.axis ? 1 : (size_t)t.shape[i];
  DLDataType dtype = tensor_dtype(type);
  tensor_layout read = between(state, 0, 1) ? LAYOUT_READ : LAYOUT_COMPACT,
                write = between(state, 0, 1) ? LAYOUT_WRITE : LAYOUT_COMPACT;
  t.x = tensor_make(state, dtype, 3, t.shape, read);
  t.y = tensor_make(state, dtype, 3, t.out_shape, write);
  t.dx = tensor_make(state, dtype, 3, t.shape, write);
  t.dy = tensor_random(state, type, 3, t.out_shape, read);
  fill_x(state, &t, scale);
  if (between(state, 0, 1)) mask_some(state, &t);
  read_all(&t);
  return t;
}

static void free_trial(trial *t) {
  tensor *all[] = {t->x, t->mask, t->y, t->dy, t->dx};
  for (size_t i = 0; i < 5; i++)
    tensor_free(all[i]);
  free(t->x_numbers);
  free(t->dy_numbers);
  free(t->y_numbers);
  free(t->present);
  free(t->y_bytes);
  free(t->dx_bytes);
}

/* ------------------------------------------------------------------ forward */

static void fail_at(const trial *t, const char *what, size_t line, size_t i, double got,
                    const mpfr_t exact) {
  fail_msg(
      "%s of %s, %zu of line %zu, length %zu, axis %d, mask %d, %s: %.17g, not %.17g",
      what, t->name, i, line, t->length, t->axis, t->mask != NULL,
      ramp_type_name(t->type), got, mpfr_get_d(exact, MPFR_RNDN));
}

static double magnitude_of_line(const double *x, const bool *present, size_t n) {
  double most = 0;
  for (size_t i = 0; i < n; i++)
    if (present[i] && isfinite(x[i]) && fabs(x[i]) > most) most = fabs(x[i]);
  return most;
}

/* The nearest number; in 64 bits within 1 ulp, where the logarithm of a sum may cancel
   its reference: of that. */
static bool is_right(const trial *t, double got, const mpfr_t exact, double reference) {
  if (mpfr_nan_p(exact)) return isnan(got);
  if (mpfr_zero_p(exact)) return got == 0;
  if (t->type != RAMP_F64)
    return got == number_value(t->type, number_round_exact(t->type, exact));
  double high = mpfr_get_d(exact, MPFR_RNDN);
  if (is_sum(t) && fabs(high) < reference) return fabs(got - high) <= reference * 0x1p-53;
  mpfr_t rest;
  mpfr_init2(rest, 400);
  mpfr_sub_d(rest, exact, isfinite(high) ? high : 0, MPFR_RNDN);
  bool right = number_ulps(RAMP_F64, got, high, mpfr_get_ld(rest, MPFR_RNDN)) <= 0.8;
  mpfr_clear(rest);
  return right || got == high;
}

static void check_forward(trial *t) {
  exact_line *exact = exact_new(t->length);
  double *x = room(t->length);
  bool *present = room(t->length);
  for (size_t line = 0; line < t->lines; line++) {
    for (size_t i = 0; i < t->length; i++) {
      x[i] = t->x_numbers[place(t, line, i, t->length)];
      present[i] = t->present[place(t, line, i, t->length)];
    }
    exact_forward(t->name, t->length, x, present, t->fold.empty_nan, exact);
    size_t outputs = is_sum(t) ? 1 : t->length;
    double reference = magnitude_of_line(x, present, t->length);
    for (size_t i = 0; i < outputs; i++) {
      double got = t->y_numbers[place(t, line, i, outputs)];
      if (!is_right(t, got, exact->value[i], reference))
        fail_at(t, "y", line, i, got, exact->value[i]);
    }
  }
  exact_free(exact);
  free(x);
  free(present);
}

/* ------------------------------------------------------------------ backward */

/* Within a rounding, and what double or two doubles lose of the terms; e^y of
   log_softmax is right to 2^-55. */
static bool goes_back(const trial *t, double got, const mpfr_t exact, double terms) {
  bool wide = t->type == RAMP_F64, power = strcmp(t->name, "log_softmax") == 0;
  uint64_t bits = number_round_exact(t->type, exact);
  double nearest = number_value(t->type, bits), high = mpfr_get_d(exact, MPFR_RNDN);
  if (got == nearest) return true;
  int64_t next = number_rank(t->type, bits) + 1;
  double ulp = fabs(number_value(t->type, number_at_rank(t->type, next)) - nearest);
  double lost = terms * (!wide ? 0x1p-46 : power ? 0x1p-55 : 0x1p-98);
  return fabs(got - high) <= (wide ? 1 : 0.501) * ulp + lost;
}

static void check_backward(trial *t) {
  exact_line *exact = exact_new(t->length);
  double *kept = room(t->length), *dy = room(t->length), got;
  bool *present = room(t->length);
  for (size_t line = 0; line < t->lines; line++) {
    bool ordinary = !is_sum(t) || !isnan(t->y_numbers[line]);
    for (size_t i = 0; i < t->length; i++) {
      size_t at = place(t, line, i, t->length);
      kept[i] = is_sum(t) ? t->x_numbers[at] : t->y_numbers[at];
      dy[i] = t->dy_numbers[is_sum(t) ? line : at];
      present[i] = t->present[at];
      ordinary &= (!present[i] && !is_sum(t)) || isfinite(dy[i]);
      ordinary &= !present[i] || !isnan(kept[i]);
    }
    if (!ordinary) continue;
    exact_backward(t->name, t->length, kept, present, dy, exact);
    double scale = mpfr_get_d(exact->scale, MPFR_RNDN);
    for (size_t i = 0; i < t->length; i++) {
      unsigned char *at = tensor_at(t->dx, place(t, line, i, t->length));
      got = number_value(t->type, number_load(t->type, at, 0));
      double weight = strcmp(t->name, "log_softmax") == 0 ? 1 : fabs(kept[i]);
      double terms = is_sum(t) ? fabs(mpfr_get_d(exact->value[i], MPFR_RNDN))
                               : fabs(dy[i]) + scale * (weight < 1 ? 1 : weight);
      if (!goes_back(t, got, exact->value[i], terms))
        fail_at(t, "dx", line, i, got, exact->value[i]);
    }
  }
  exact_free(exact);
  free(kept);
  free(dy);
  free(present);
}

/* ------------------------------------------------------------------ machines */

/* The first one is judged, the others must give its bits. */
static void run(void *context) {
  trial *t = context;
  DLTensor *mask = t->mask ? &t->mask->dl : NULL;
  size_t count = tensor_count(t->y), bytes = count * t->y->size;
  tensor_remember(t->y);
  tensor_remember(t->dx);
  if (ramp_fold_forward(&t->fold, t->axis, &t->x->dl, mask, &t->y->dl, NULL) ||
      ramp_fold_backward(&t->fold, t->axis, is_sum(t) ? &t->x->dl : &t->y->dl, mask,
                         &t->dy->dl, &t->dx->dl))
    fail_msg("%s", ramp_error_detail());
  tensor_check_untouched(t->y, false);
  tensor_check_untouched(t->dx, false);
  unsigned char *got = room(tensor_count(t->x));
  tensor_read(t->y, got);
  if (t->seen) assert_memory_equal(got, t->y_bytes, bytes);
  memcpy(t->y_bytes, got, bytes);
  tensor_read(t->dx, got);
  bytes = tensor_count(t->dx) * t->dx->size;
  if (t->seen) assert_memory_equal(got, t->dx_bytes, bytes);
  memcpy(t->dx_bytes, got, bytes);
  free(got);
  if (t->seen) return;
  t->seen = true;
  read_numbers(t->type, t->y, t->y_numbers);
  check_forward(t);
  check_backward(t);
}

static void run_trials(ramp_type type) {
  static const int64_t lengths[] = {1, 2, 3, 10, 15, 16, 17, 33, 63, 64, 65, 100, 1030};
  static const double scales[] = {0.01, 1, 10, 100, 3000};
  uint64_t state = 11 + (uint64_t)type;
  for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++)
    for (int s = 0; s < 5; s++)
      for (int i = 0; i < NAMES; i++) {
        int64_t others = lengths[n] > 200 ? 2 : lengths[n] > 40 ? 3 : 6;
        trial t = make_trial(&state, names[i], type, lengths[n], others, scales[s]);
        on_every_machine(run, &t);
        free_trial(&t);
      }
}

static void f64(void **state) {
  (void)state;
  run_trials(RAMP_F64);
}
static void f32(void **state) {
  (void)state;
  run_trials(RAMP_F32);
}
static void f16(void **state) {
  (void)state;
  run_trials(RAMP_F16);
}
static void bf16(void **state) {
  (void)state;
  run_trials(RAMP_BF16);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(f64), cmocka_unit_test(f32),
                                     cmocka_unit_test(f16), cmocka_unit_test(bf16)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
