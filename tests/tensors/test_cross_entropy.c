/* SPDX-License-Identifier: MIT */
/* Softmax with cross-entropy against MPFR, of every type and in any layout, on every
   variant and number of threads; and what it refuses. */
#include "exact_lines.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  ramp_type type, loss_type;
  int axis, label_bits;
  double scale;
  int64_t shape[3];
  size_t length, lines, inner;
  tensor *x, *label, *loss, *dx;
  bool with_axis;         /* label and loss have size 1 along it */
  unsigned char *seen[2]; /* loss and dx by a machine before */
} trial;

static size_t place(const trial *t, size_t line, size_t i) {
  return (line / t->inner * t->length + i) * t->inner + line % t->inner;
}

/* ------------------------------------------------------------------ making */

static int64_t label_of(const trial *t, size_t line) {
  int64_t wide;
  int32_t narrow = 0;
  memcpy(&wide, tensor_at(t->label, line), t->label_bits == 64 ? 8 : 0);
  memcpy(&narrow, tensor_at(t->label, line), t->label_bits == 32 ? 4 : 0);
  return t->label_bits == 64 ? wide : narrow;
}

static void set_label(trial *t, size_t line, int64_t value) {
  int32_t narrow = (int32_t)value;
  if (t->label_bits == 64)
    memcpy(tensor_at(t->label, line), &value, 8);
  else
    memcpy(tensor_at(t->label, line), &narrow, 4);
}

static trial make_trial(uint64_t *state, ramp_type type, int64_t length, double spread) {
  static const double scales[] = {1, 0.25, -3, 1 / 3.0};
  trial t = {.type = type, .axis = (int)between(state, 0, 2), .inner = 1, .lines = 1};
  t.loss_type = between(state, 0, 1) ? type : RAMP_F64;
  t.label_bits = between(state, 0, 1) ? 32 : 64;
  t.scale = scales[between(state, 0, 3)];
  t.with_axis = between(state, 0, 1);
  t.length = (size_t)length;
  int64_t lines[3];
  int axes = 0;
  for (int i = 0; i < 3; i++) {
    t.shape[i] = i == t.axis ? length : between(state, 1, 4);
    if (i > t.axis) t.inner *= (size_t)t.shape[i];
    if (i != t.axis) t.lines *= (size_t)t.shape[i];
    if (i != t.axis || t.with_axis) lines[axes++] = i == t.axis ? 1 : t.shape[i];
  }
  tensor_layout layout = between(state, 0, 1) ? LAYOUT_WRITE : LAYOUT_COMPACT;
  DLDataType dtype = tensor_dtype(type), whole = {kDLInt, (uint8_t)t.label_bits, 1};
  t.x = tensor_make(state, dtype, 3, t.shape, layout);
  t.dx = tensor_make(state, dtype, 3, t.shape, layout);
  t.label = tensor_make(state, whole, axes, lines, layout);
  t.loss = tensor_make(state, tensor_dtype(t.loss_type), axes, lines, layout);
  for (size_t i = 0; i < tensor_count(t.x); i++)
    number_store(
        type, tensor_at(t.x, i), 0,
        number_round(type, spread * (double)between(state, -10000, 10000) / 1e4));
  for (size_t line = 0; line < t.lines; line++)
    set_label(&t, line, between(state, between(state, 0, 5) ? 0 : -1, length - 1));
  return t;
}

static void free_trial(trial *t) {
  tensor_free(t->x);
  tensor_free(t->dx);
  tensor_free(t->label);
  tensor_free(t->loss);
  free(t->seen[0]);
  free(t->seen[1]);
}

/* ------------------------------------------------------------------ judging */

/* In 64 bits within 0.8 ulp; else within 0.5 and what double loses. */
static void check_number(ramp_type type, ramp_type computed, const unsigned char *at,
                         const mpfr_t exact, const char *what) {
  double got = number_value(type, number_load(type, at, 0));
  double high = mpfr_get_d(exact, MPFR_RNDN);
  if (got == number_value(type, number_round_exact(type, exact))) return;
  mpfr_t rest;
  mpfr_init2(rest, 400);
  mpfr_sub_d(rest, exact, isfinite(high) ? high : 0, MPFR_RNDN);
  double ulps = number_ulps(type, got, high, mpfr_get_ld(rest, MPFR_RNDN));
  mpfr_clear(rest);
  double limit = type != RAMP_F64 ? 0.50001 : computed == RAMP_F64 ? 0.8 : 64;
  if (ulps > limit)
    fail_msg("%s in %s: %.17g, not %.17g", what, ramp_type_name(type), got, high);
}

static void check_line(trial *t, size_t line, exact_line *exact, double *x) {
  int64_t label = label_of(t, line);
  for (size_t i = 0; i < t->length; i++)
    x[i] = number_value(t->type,
                        number_load(t->type, tensor_at(t->x, place(t, line, i)), 0));
  if (label >= 0) exact_cross_entropy(t->length, x, (size_t)label, t->scale, exact);
  for (size_t i = 0; i <= t->length && label < 0; i++)
    mpfr_set_zero(exact->value[i], 1);
  for (size_t i = 0; i < t->length; i++)
    check_number(t->type, t->type, tensor_at(t->dx, place(t, line, i)), exact->value[i],
                 "dx");
  check_number(t->loss_type, t->type, tensor_at(t->loss, line), exact->value[t->length],
               "loss");
}

static void judge(trial *t) {
  exact_line *exact = exact_new(t->length);
  double *x = malloc((t->length + 1) * sizeof *x);
  for (size_t line = 0; line < t->lines; line++)
    check_line(t, line, exact, x);
  exact_free(exact);
  free(x);
}

/* The first machine is judged, the others must give its bits. */
static void run(void *context) {
  trial *t = context;
  int axis = t->with_axis ? t->axis - 3 : t->axis;
  tensor_remember(t->loss);
  tensor_remember(t->dx);
  if (ramp_softmax_cross_entropy(axis, &t->x->dl, &t->label->dl, t->scale, &t->loss->dl,
                                 &t->dx->dl))
    fail_msg("%s", ramp_error_detail());
  tensor_check_untouched(t->loss, false);
  tensor_check_untouched(t->dx, false);
  if (!t->seen[0]) judge(t);
  tensor *written[2] = {t->loss, t->dx};
  for (int i = 0; i < 2; i++) {
    size_t bytes = tensor_count(written[i]) * written[i]->size;
    unsigned char *got = malloc(bytes);
    tensor_read(written[i], got);
    if (t->seen[i]) assert_memory_equal(got, t->seen[i], bytes);
    free(t->seen[i]);
    t->seen[i] = got;
  }
}

static void every_type(void **unused) {
  static const int64_t lengths[] = {1, 2, 10, 16, 17, 100, 1030};
  static const double spreads[] = {0.1, 3, 30, 300};
  (void)unused;
  uint64_t state = 5;
  for (int type = 0; type < NUMBER_TYPES; type++)
    for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++)
      for (size_t s = 0; s < sizeof spreads / sizeof *spreads; s++) {
        trial t = make_trial(&state, (ramp_type)type, lengths[n], spreads[s]);
        on_every_machine(run, &t);
        free_trial(&t);
      }
}

/* ------------------------------------------------------------------ small cases */

typedef struct {
  float x[6], dx[6];
  double loss[2];
  int32_t label[2];
  int64_t shape[2];
} batch;

static DLTensor floats(float *data, int64_t *shape) {
  return (DLTensor){data, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, NULL, 0};
}

static ramp_status call(batch *b, bool loss, bool dx) {
  DLTensor x = floats(b->x, b->shape), gradient = floats(b->dx, b->shape),
           label = {b->label, {kDLCPU, 0}, 1, {kDLInt, 32, 1}, b->shape, NULL, 0},
           losses = {b->loss, {kDLCPU, 0}, 1, {kDLFloat, 64, 1}, b->shape, NULL, 0};
  return ramp_softmax_cross_entropy(-1, &x, &label, 1, loss ? &losses : NULL,
                                    dx ? &gradient : NULL);
}

static void either_may_be_null(void **state) {
  (void)state;
  batch both = {.x = {1, 2, 3, -4, 5, 0.5f}, .label = {2, 0}, .shape = {2, 3}};
  batch one = both, other = both;
  assert_int_equal(call(&both, true, true), RAMP_OK);
  assert_int_equal(call(&one, true, false), RAMP_OK);
  assert_int_equal(call(&other, false, true), RAMP_OK);
  assert_memory_equal(one.loss, both.loss, sizeof both.loss);
  assert_memory_equal(other.dx, both.dx, sizeof both.dx);
  assert_true(one.dx[0] == 0 && other.loss[0] == 0);
}

static void infinities(void **state) {
  (void)state;
  const float inf = INFINITY;
  batch b = {.x = {inf, 1, inf, inf, 1, -inf}, .label = {2, 1}, .shape = {2, 3}};
  assert_int_equal(call(&b, true, true), RAMP_OK);
  assert_float_equal(b.loss[0], log(2), 1e-15);
  assert_true(b.dx[0] == 0.5f && b.dx[1] == 0 && b.dx[2] == -0.5f);
  assert_true(b.loss[1] == INFINITY && b.dx[3] == 1 && b.dx[4] == -1 && b.dx[5] == 0);
  b = (batch){.x = {-inf, -inf, -inf, NAN, 1, 2}, .label = {0, 1}, .shape = {2, 3}};
  assert_int_equal(call(&b, true, true), RAMP_OK);
  for (int i = 0; i < 6; i++)
    assert_true(isnan(b.dx[i]));
  assert_true(isnan(b.loss[0]) && isnan(b.loss[1]));
}

static void said(ramp_status got, ramp_status expected, const char *words) {
  assert_int_equal(got, expected);
  if (!strstr(ramp_error_detail(), words))
    fail_msg("\"%s\" does not say \"%s\"", ramp_error_detail(), words);
}

static void refusals(void **state) {
  (void)state;
  batch b = {.label = {0, 3}, .shape = {2, 3}}, before;
  memset(b.dx, 0x77, sizeof b.dx);
  before = b;
  said(call(&b, true, true), RAMP_INVALID_DATA,
       "label 1 is 3: x has 3 classes, so it must be 0 to 2, or -1 for none");
  b.label[1] = before.label[1] = -2;
  said(call(&b, true, true), RAMP_INVALID_DATA, "label 1 is -2");
  b.label[1] = before.label[1] = 0;
  int64_t three[1] = {3};
  DLTensor x = floats(b.x, b.shape), dx = floats(b.dx, b.shape);
  DLTensor label = {b.label, {kDLCPU, 0}, 1, {kDLInt, 32, 1}, b.shape, NULL, 0},
           bytes = {b.label, {kDLCPU, 0}, 1, {kDLInt, 8, 1}, b.shape, NULL, 0},
           of_three = {b.label, {kDLCPU, 0}, 1, {kDLInt, 32, 1}, three, NULL, 0},
           loss = {b.loss, {kDLCPU, 0}, 1, {kDLFloat, 64, 1}, b.shape, NULL, 0},
           half = {b.loss, {kDLCPU, 0}, 1, {kDLFloat, 16, 1}, b.shape, NULL, 0},
           shared = {b.dx, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, b.shape, NULL, 0};
  said(ramp_softmax_cross_entropy(2, &x, &label, 1, &loss, &dx), RAMP_INVALID_OPTION,
       "the axis is 2");
  said(ramp_softmax_cross_entropy(1, NULL, &label, 1, &loss, &dx), RAMP_NULL_POINTER,
       "x");
  said(ramp_softmax_cross_entropy(1, &x, NULL, 1, &loss, &dx), RAMP_NULL_POINTER,
       "label");
  said(ramp_softmax_cross_entropy(1, &x, &bytes, 1, &loss, &dx), RAMP_UNKNOWN_TYPE,
       "the elements of label are int8; they must be int32 or int64");
  said(ramp_softmax_cross_entropy(1, &x, &of_three, 1, &loss, &dx), RAMP_SHAPE_MISMATCH,
       "label has the shape 3 and one number a line of x 2");
  said(ramp_softmax_cross_entropy(1, &x, &label, NAN, &loss, &dx), RAMP_INVALID_OPTION,
       "the scale is nan; it must be finite");
  x.ndim = 0;
  said(ramp_softmax_cross_entropy(0, &x, &label, 1, &loss, &dx), RAMP_INVALID_OPTION,
       "the axis is 0, but x has no axes");
  x.ndim = 2;
  said(ramp_softmax_cross_entropy(1, &x, &label, 1, &half, &dx), RAMP_UNKNOWN_TYPE,
       "loss");
  said(ramp_softmax_cross_entropy(1, &x, &label, 1, &shared, &dx), RAMP_OVERLAP,
       "dx shares memory with loss");
  assert_memory_equal(&b, &before, sizeof b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_type), cmocka_unit_test(either_may_be_null),
      cmocka_unit_test(infinities), cmocka_unit_test(refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
