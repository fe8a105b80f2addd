/* SPDX-License-Identifier: MIT */
/* The table of folds: as text, as rows, how many outputs there are; and what calls
   refuse, with which sentence, having written nothing. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ramp_fold fold_of(const char *text) {
  ramp_fold fold;
  if (ramp_fold_parse(text, &fold) != RAMP_OK)
    fail_msg("\"%s\": %s", text, ramp_error_detail());
  return fold;
}

/* The last failure was this one, and its sentence has these words. */
static void said(ramp_status got, ramp_status expected, const char *words) {
  assert_int_equal(got, expected);
  if (!strstr(ramp_error_detail(), words))
    fail_msg("\"%s\" does not say \"%s\"", ramp_error_detail(), words);
}

/* ------------------------------------------------------------------ rows and text */

static void every_row_is_read_and_written(void **state) {
  (void)state;
  assert_true(ramp_fold_rows() > 0);
  for (int i = 0; i < ramp_fold_rows(); i++) {
    const ramp_fold_row *row = ramp_fold_row_at(i);
    ramp_fold fold = fold_of(row->name);
    char text[64];
    assert_int_equal(fold.row, i);
    assert_int_equal(ramp_fold_text(&fold, text, sizeof text), strlen(row->name));
    assert_string_equal(text, row->name);
    assert_true(row->formula[0] && row->derivative[0] && row->range[0]);
    assert_int_equal(ramp_fold_keeps(&fold), row->kept);
    ramp_function gate;
    if (row->gate) assert_int_equal(ramp_function_parse(row->gate, &gate), RAMP_OK);
    for (int j = 0; j < row->arguments; j++) {
      char given[200];
      snprintf(given, sizeof given, "%s:%s=%s", row->name, row->argument[j].name,
               row->argument[j].value);
      ramp_fold again = fold_of(given);
      assert_memory_equal(&again, &fold, sizeof fold);
    }
  }
  assert_null(ramp_fold_row_at(-1));
  assert_null(ramp_fold_row_at(ramp_fold_rows()));
}

static void texts_come_back(void **state) {
  (void)state;
  static const char *const texts[][2] = {
      {"maxout", "maxout"},
      {"maxout:2", "maxout"},
      {"maxout:4", "maxout:k=4"},
      {"maxout:k=256", "maxout:k=256"},
      {"crelu", "crelu"},
      {"swiglu:halves", "swiglu"},
      {"swiglu:interleaved", "swiglu:packing=interleaved"},
      {"glu:first", "glu:gate=first"},
      {"glu:gate=first,packing=interleaved", "glu:packing=interleaved,gate=first"},
      {"geglu:interleaved,second", "geglu:packing=interleaved"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ramp_fold fold = fold_of(texts[i][0]), again;
    char text[64], cut[5];
    size_t length = ramp_fold_text(&fold, text, sizeof text);
    assert_string_equal(text, texts[i][1]);
    assert_int_equal(length, strlen(text));
    assert_int_equal(ramp_fold_text(&fold, cut, sizeof cut), length);
    assert_memory_equal(cut, text, strlen(cut));
    assert_int_equal(strlen(cut), length < 4 ? length : 4);
    assert_int_equal(ramp_fold_text(&fold, NULL, 0), length);
    again = fold_of(text);
    assert_memory_equal(&again, &fold, sizeof fold);
  }
}

static void bad_texts_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    ramp_status status;
    const char *words;
  } bad[] = {
      {"maxuot", RAMP_UNKNOWN_FUNCTION, "did you mean \"maxout\"?"},
      {"swigul", RAMP_UNKNOWN_FUNCTION, "did you mean \"swiglu\"?"},
      {"", RAMP_UNKNOWN_FUNCTION, "no function of several inputs \"\""},
      {"relu", RAMP_UNKNOWN_FUNCTION, "no function of several inputs \"relu\""},
      {"maxout:1", RAMP_INVALID_PARAMETER, "\"1\", but must be a whole number from 2 to"},
      {"maxout:257", RAMP_INVALID_PARAMETER, "\"257\""},
      {"maxout:2.5", RAMP_INVALID_PARAMETER, "\"2.5\""},
      {"maxout:1e30", RAMP_INVALID_PARAMETER, "\"1e30\""},
      {"maxout:nan", RAMP_INVALID_PARAMETER, "\"nan\""},
      {"maxout:", RAMP_INVALID_PARAMETER, "k is \"\""},
      {"maxout:4,5", RAMP_INVALID_PARAMETER, "k is given twice"},
      {"maxout:4,k=4", RAMP_INVALID_PARAMETER, "k is given twice"},
      {"maxout:size=4", RAMP_INVALID_PARAMETER,
       "no argument \"size\"; it has k, a whole"},
      {"crelu:2", RAMP_INVALID_PARAMETER, "crelu has no argument \"2\"; it has no arg"},
      {"glu:packing=third", RAMP_INVALID_PARAMETER, "must be halves or interleaved"},
      {"glu:third", RAMP_INVALID_PARAMETER, "gate, second or first"},
      {"glu:halves,interleaved", RAMP_INVALID_PARAMETER, "packing is given twice"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ramp_fold fold = {.row = -7};
    said(ramp_fold_parse(bad[i].text, &fold), bad[i].status, bad[i].words);
    assert_int_equal(fold.row, -7);
  }
  said(ramp_fold_parse(NULL, &(ramp_fold){0}), RAMP_NULL_POINTER, "null");
  said(ramp_fold_parse("crelu", NULL), RAMP_NULL_POINTER, "null");
}

static void fields_are_checked(void **state) {
  (void)state;
  int64_t n = -1;
  char text[8] = "before";
  ramp_fold fold = fold_of("maxout");
  fold.k = 300;
  said(ramp_fold_outputs(&fold, 600, &n), RAMP_INVALID_PARAMETER, "k is 300");
  assert_int_equal(ramp_fold_text(&fold, text, sizeof text), 0);
  assert_string_equal(text, "");
  fold.row = ramp_fold_rows();
  said(ramp_fold_outputs(&fold, 600, &n), RAMP_UNKNOWN_FUNCTION, "no row");
  said(ramp_fold_outputs(NULL, 600, &n), RAMP_NULL_POINTER, "null");
  fold = fold_of("glu");
  fold.packing = (ramp_packing)2;
  said(ramp_fold_outputs(&fold, 6, &n), RAMP_INVALID_PARAMETER, "packing is 2");
  said(ramp_fold_outputs(&(ramp_fold){.k = 2}, 6, NULL), RAMP_NULL_POINTER, "no place");
  assert_int_equal(n, -1);
}

static void outputs_are_counted(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t inputs, outputs;
  } counts[] = {
      {"maxout", 6, 3}, {"maxout:3", 6, 2}, {"maxout:3", 0, 0},          {"crelu", 5, 10},
      {"crelu", 0, 0},  {"glu", 8, 4},      {"swiglu:interleaved", 2, 1}};
  int64_t n = 0;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    ramp_fold fold = fold_of(counts[i].text);
    assert_int_equal(ramp_fold_outputs(&fold, counts[i].inputs, &n), RAMP_OK);
    assert_int_equal(n, counts[i].outputs);
  }
  ramp_fold three = fold_of("maxout:3"), glu = fold_of("glu"), crelu = fold_of("crelu");
  said(ramp_fold_outputs(&three, 7, &n), RAMP_SHAPE_MISMATCH,
       "7 elements do not make groups of k = 3");
  said(ramp_fold_outputs(&glu, 7, &n), RAMP_SHAPE_MISMATCH, "7 elements have no halves");
  said(ramp_fold_outputs(&glu, -2, &n), RAMP_SHAPE_MISMATCH, "-2 inputs");
  said(ramp_fold_outputs(&crelu, INT64_MAX, &n), RAMP_TOO_LARGE, "too many");
}

/* ------------------------------------------------------------------ refusals */

typedef struct {
  tensor *x, *y, *winners, *mask, *dx, *dy;
} tensors;

static const DLDataType byte = {kDLUInt, 8, 1};

/* x and dx of 2 x 6, the others of 2 x `outputs`. */
static tensors make(int64_t outputs) {
  uint64_t random = 3;
  int64_t in[2] = {2, 6}, out[2] = {2, outputs};
  DLDataType f32 = tensor_dtype(RAMP_F32);
  return (tensors){tensor_make(&random, f32, 2, in, LAYOUT_COMPACT),
                   tensor_make(&random, f32, 2, out, LAYOUT_COMPACT),
                   tensor_make(&random, byte, 2, out, LAYOUT_COMPACT),
                   tensor_make(&random, byte, 2, in, LAYOUT_COMPACT),
                   tensor_make(&random, f32, 2, in, LAYOUT_COMPACT),
                   tensor_make(&random, f32, 2, out, LAYOUT_COMPACT)};
}

static void check_and_free(tensors *t) {
  tensor *all[] = {t->x, t->y, t->winners, t->mask, t->dx, t->dy};
  for (size_t i = 0; i < 6; i++) {
    for (size_t at = 0; at < all[i]->bytes; at++)
      assert_int_equal(all[i]->memory[at], 0xa5);
    tensor_free(all[i]);
  }
}

static void forward_refuses(void **state) {
  (void)state;
  ramp_fold maxout = fold_of("maxout:3"), crelu = fold_of("crelu"), glu = fold_of("glu"),
            four = fold_of("maxout:4");
  tensors t = make(2);
  DLTensor *x = &t.x->dl, *y = &t.y->dl, *w = &t.winners->dl, *mask = &t.mask->dl;
  said(ramp_fold_forward(NULL, 1, x, NULL, y, w), RAMP_NULL_POINTER, "fold");
  said(ramp_fold_forward(&maxout, 1, NULL, NULL, y, w), RAMP_NULL_POINTER, "x is a null");
  said(ramp_fold_forward(&maxout, 1, x, NULL, NULL, w), RAMP_NULL_POINTER, "y is a null");
  said(ramp_fold_forward(&maxout, 2, x, NULL, y, w), RAMP_INVALID_OPTION,
       "the axis is 2, but x has 2");
  said(ramp_fold_forward(&maxout, -3, x, NULL, y, w), RAMP_INVALID_OPTION, "-3");
  said(ramp_fold_forward(&four, 1, x, NULL, y, w), RAMP_SHAPE_MISMATCH,
       "6 elements of x along axis 1 do not make groups of k = 4");
  said(ramp_fold_forward(&maxout, 0, x, NULL, y, w), RAMP_SHAPE_MISMATCH,
       "2 elements of x along axis 0");
  said(ramp_fold_forward(&glu, -1, x, NULL, y, NULL), RAMP_SHAPE_MISMATCH,
       "y has the shape 2 x 2 and what glu makes of x 2 x 3");
  said(ramp_fold_forward(&maxout, 1, x, mask, y, w), RAMP_INVALID_OPTION,
       "maxout takes no mask");
  said(ramp_fold_forward(&crelu, 1, y, NULL, x, w), RAMP_SHAPE_MISMATCH, "2 x 4");
  t.x->shape[1] = 4;
  said(ramp_fold_forward(&crelu, 1, y, NULL, x, w), RAMP_INVALID_OPTION,
       "crelu has no winners");
  t.x->shape[1] = 6;
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, mask), RAMP_SHAPE_MISMATCH,
       "winners has the shape 2 x 6 and what maxout makes of x 2 x 2");
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, y), RAMP_UNKNOWN_TYPE,
       "the elements of winners are float32; they must be bool, int8 or uint8");
  w->dtype.code = kDLFloat;
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, w), RAMP_UNKNOWN_TYPE, "float8");
  w->dtype.code = kDLUInt;
  w->data = y->data;
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, w), RAMP_OVERLAP, "winners");
  w->data = t.winners->memory;
  y->dtype.bits = 64;
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, w), RAMP_UNKNOWN_TYPE, "y is f64");
  y->dtype.bits = 32;
  y->data = (char *)x->data + 8;
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, w), RAMP_OVERLAP, "y");
  y->data = t.y->memory;
  y->strides = (int64_t[]){0, 1};
  said(ramp_fold_forward(&maxout, 1, x, NULL, y, w), RAMP_OVERLAP, "y");
  check_and_free(&t);
}

/* The same address and strides, but another shape, is not in place: what is written in
   one order would be read in another. */
static void a_part_is_not_in_place(void **state) {
  (void)state;
  static const char *const narrowing[] = {"maxout:2", "glu", "swiglu:interleaved",
                                          "reglu"};
  for (size_t i = 0; i < sizeof narrowing / sizeof *narrowing; i++) {
    float memory[8] = {1, -2, 3, -4, 5, -6, 7, -8}, before[8], other[8] = {0};
    uint8_t winner[4] = {0};
    int64_t whole[2] = {1, 8}, part[2] = {1, 4}, strides[2] = {8, 1};
    DLTensor all = {memory, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, whole, strides, 0},
             half = all, kept = all,
             won = {winner, {kDLCPU, 0}, 2, {kDLUInt, 8, 1}, part, NULL, 0};
    half.shape = part;
    kept.data = other;
    memcpy(before, memory, sizeof memory);
    ramp_fold fold = fold_of(narrowing[i]);
    said(ramp_fold_forward(&fold, 1, &all, NULL, &half, NULL), RAMP_OVERLAP,
         "y shares memory with x");
    said(ramp_fold_backward(&fold, 1, i == 0 ? &won : &kept, NULL, &half, &all),
         RAMP_OVERLAP, "dx shares memory with dy");
    ramp_fold crelu = fold_of("crelu");
    said(ramp_fold_forward(&crelu, 1, &half, NULL, &all, NULL), RAMP_OVERLAP, "y");
    said(ramp_fold_backward(
             &crelu, 1,
             &(DLTensor){other, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, part, NULL, 0}, NULL,
             &all, &half),
         RAMP_OVERLAP, "dx shares memory with dy");
    assert_memory_equal(memory, before, sizeof memory);
  }
}

static void backward_refuses(void **state) {
  (void)state;
  ramp_fold maxout = fold_of("maxout:3"), glu = fold_of("glu"),
            four = fold_of("maxout:4");
  tensors t = make(2);
  DLTensor *x = &t.x->dl, *dy = &t.dy->dl, *dx = &t.dx->dl, *w = &t.winners->dl;
  said(ramp_fold_backward(&maxout, 1, NULL, NULL, dy, dx), RAMP_NULL_POINTER, "winners");
  said(ramp_fold_backward(&glu, 1, NULL, NULL, dy, dx), RAMP_SHAPE_MISMATCH,
       "dy has the shape 2 x 2 and what glu makes of dx 2 x 3");
  said(ramp_fold_backward(&maxout, 1, x, NULL, dy, dx), RAMP_UNKNOWN_TYPE,
       "winners are float32");
  said(ramp_fold_backward(&four, 1, w, NULL, dy, dx), RAMP_SHAPE_MISMATCH,
       "6 elements of dx along axis 1 do not make groups of k = 4");
  said(ramp_fold_backward(&maxout, 1, w, &t.mask->dl, dy, dx), RAMP_INVALID_OPTION,
       "no mask");
  t.dy->shape[1] = 3;
  said(ramp_fold_backward(&glu, 1, NULL, NULL, dy, dx), RAMP_NULL_POINTER, "x is a null");
  x->shape = (int64_t[]){2, 5};
  said(ramp_fold_backward(&glu, 1, x, NULL, dy, dx), RAMP_SHAPE_MISMATCH,
       "x has the shape 2 x 5 and dx 2 x 6");
  x->shape = t.x->shape;
  dx->data = dy->data;
  said(ramp_fold_backward(&glu, 1, x, NULL, dy, dx), RAMP_OVERLAP, "dx");
  dx->data = t.dx->memory;
  dx->strides = (int64_t[]){1, 1};
  said(ramp_fold_backward(&glu, 1, x, NULL, dy, dx), RAMP_OVERLAP, "dx");
  check_and_free(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_is_read_and_written),
      cmocka_unit_test(texts_come_back),
      cmocka_unit_test(bad_texts_are_refused),
      cmocka_unit_test(fields_are_checked),
      cmocka_unit_test(outputs_are_counted),
      cmocka_unit_test(forward_refuses),
      cmocka_unit_test(a_part_is_not_in_place),
      cmocka_unit_test(backward_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
