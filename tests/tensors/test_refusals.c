/* SPDX-License-Identifier: MIT */
/* What is refused, with which sentence, and that nothing was written. */
#include "support.h"

#include <string.h>

typedef struct {
  float x[64], dy[64], out[64];
  int64_t shape[4], out_shape[4];
  DLTensor from, back, to;
} call;

/* A call on 2 x 3 x 4 numbers that is fine. */
static call new_call(void) {
  call c;
  memset(&c, 0, sizeof c);
  for (int i = 0; i < 64; i++)
    c.out[i] = 7;
  const int64_t shape[] = {2, 3, 4, 1};
  memcpy(c.shape, shape, sizeof shape);
  memcpy(c.out_shape, shape, sizeof shape);
  c.from = (DLTensor){NULL, {kDLCPU, 0}, 3, {kDLFloat, 32, 1}, NULL, NULL, 0};
  c.back = c.to = c.from;
  return c;
}

static void point(call *c) {
  c->from.data = c->x;
  c->back.data = c->dy;
  c->to.data = c->out;
  c->from.shape = c->back.shape = c->shape;
  c->to.shape = c->out_shape;
}

static ramp_status run(call *c) {
  ramp_function f = function_of("relu");
  return ramp_tensor_backward(&f, &c->from, &c->back, &c->to);
}

/* Refused with this sentence, and nothing written. */
static void expect(call *c, ramp_status status, const char *sentence) {
  assert_int_equal(run(c), status);
  if (strcmp(ramp_error_detail(), sentence) != 0)
    fail_msg("it says \"%s\", not \"%s\"", ramp_error_detail(), sentence);
  for (int i = 0; i < 64; i++)
    assert_true(c->out[i] == 7);
}

static void the_call_as_such_is_fine(void **state) {
  (void)state;
  call c = new_call();
  point(&c);
  assert_int_equal(run(&c), RAMP_OK);
  for (int i = 0; i < 64; i++)
    assert_true(c.out[i] == (i < 24 ? 0 : 7));
}

static void shapes(void **state) {
  (void)state;
  call c = new_call();
  point(&c);
  c.out_shape[1] = 5;
  expect(&c, RAMP_SHAPE_MISMATCH,
         "dx has the shape 2 x 5 x 4 and x 2 x 3 x 4; they must be the same");
  c.to.ndim = 2;
  expect(&c, RAMP_SHAPE_MISMATCH,
         "dx has the shape 2 x 5 and x 2 x 3 x 4; they must be the same");
  c.to.ndim = 0;
  expect(&c, RAMP_SHAPE_MISMATCH,
         "dx has the shape no axes and x 2 x 3 x 4; they must be the same");
  c.to.ndim = 33;
  expect(&c, RAMP_TOO_LARGE, "dx has 33 axes; a tensor has from 0 to 32");
  c.to.ndim = -1;
  expect(&c, RAMP_TOO_LARGE, "dx has -1 axes; a tensor has from 0 to 32");
  c.to.ndim = 3;
  c.out_shape[2] = -4;
  expect(&c, RAMP_SHAPE_MISMATCH, "axis 2 of dx has the size -4; sizes are 0 or above");
  c.out_shape[2] = c.out_shape[1] = INT64_C(1) << 40;
  expect(&c, RAMP_TOO_LARGE,
         "dx is 2 x 1099511627776 x 1099511627776, which does not fit into memory");
}

static void types(void **state) {
  (void)state;
  call c = new_call();
  point(&c);
  c.back.dtype = (DLDataType){kDLFloat, 64, 1};
  expect(&c, RAMP_UNKNOWN_TYPE, "dy is f64 and x is f32; both must have one type");
  c.from.dtype = (DLDataType){kDLInt, 32, 1};
  expect(&c, RAMP_UNKNOWN_TYPE,
         "the elements of x are int32; they must be f64, f32, f16 or bf16");
  c.from.dtype = (DLDataType){kDLFloat, 32, 4};
  expect(&c, RAMP_UNKNOWN_TYPE,
         "the elements of x are float32 in lanes; they must be f64, f32, f16 or bf16");
  c.from.dtype = (DLDataType){200, 7, 1};
  expect(&c, RAMP_UNKNOWN_TYPE,
         "the elements of x are of an unknown type; they must be f64, f32, f16 or bf16");
  c = new_call();
  point(&c);
  c.to.device.device_type = kDLCUDA;
  expect(&c, RAMP_WRONG_DEVICE,
         "dx lies on a device of DLPack's type 2; the CPU (1) computes");
}

static void pointers(void **state) {
  (void)state;
  call c = new_call();
  point(&c);
  c.from.data = NULL;
  expect(&c, RAMP_NULL_POINTER, "the data of x is a null pointer");
  c.back.shape = NULL;
  c.from.data = c.x;
  expect(&c, RAMP_NULL_POINTER, "the shape of dy is a null pointer");
  ramp_function f = function_of("relu");
  assert_int_equal(ramp_tensor_forward(&f, &c.from, NULL), RAMP_NULL_POINTER);
  assert_string_equal(ramp_error_detail(), "y is a null pointer");
  assert_int_equal(ramp_tensor_forward(NULL, &c.from, &c.to), RAMP_NULL_POINTER);
  c = new_call();
  point(&c);
  c.from.byte_offset = UINT64_MAX;
  expect(&c, RAMP_TOO_LARGE, "the byte_offset of x leads beyond all memory");
}

static void strides(void **state) {
  (void)state;
  call c = new_call();
  point(&c);
  int64_t repeated[3] = {12, 0, 1}, tangled[3] = {4, 3, 1};
  int64_t far[3] = {INT64_C(1) << 62, 1, 1}, out_of_memory[3] = {INT64_C(1) << 59, 1, 1};
  c.from.strides = repeated;
  assert_int_equal(run(&c), RAMP_OK);
  c = new_call();
  point(&c);
  c.to.strides = repeated;
  expect(&c, RAMP_OVERLAP,
         "elements of dx share memory: along axis 1 it has 3 elements of 4 bytes at a "
         "stride of 0; what is written must have a place of its own");
  c.to.strides = tangled;
  expect(&c, RAMP_OVERLAP,
         "elements of dx share memory: along axis 1 it has 3 elements of 4 bytes at a "
         "stride of 3; what is written must have a place of its own");
  c.from.strides = far;
  expect(&c, RAMP_TOO_LARGE,
         "axis 0 of x has the stride 4611686018427387904, beyond all memory");
  c.from.strides = out_of_memory;
  expect(&c, RAMP_TOO_LARGE, "the strides of x lead beyond all memory");
}

static void overlaps(void **state) {
  (void)state;
  call c = new_call();
  point(&c);
  c.from.data = c.out;
  c.from.byte_offset = 4;
  expect(&c, RAMP_OVERLAP,
         "dx shares memory with x, in other places; it must have the same address, "
         "shape and strides, or be apart");
  c = new_call();
  point(&c);
  c.back.data = c.out;
  c.back.byte_offset = 23 * 4;
  expect(&c, RAMP_OVERLAP,
         "dx shares memory with dy, in other places; it must have the same address, "
         "shape and strides, or be apart");
  c.back.byte_offset = 24 * 4;
  assert_int_equal(run(&c), RAMP_OK);
}

/* ------------------------------------------------------------------ a second tensor */

typedef enum { PRELU, PRELU_BACK, BIAS, BIAS_BACK, RESIDUAL, RESIDUAL_BACK, FORMS } form;

/* x, dy and the output of a call, and a second tensor of 3 x 1 with its total. */
typedef struct {
  call first;
  float second[8], sums[8];
  int64_t second_shape[4], sums_shape[4];
  DLTensor added, total;
} pair_call;

static pair_call new_pair(void) {
  pair_call c;
  memset(&c, 0, sizeof c);
  c.first = new_call();
  for (int i = 0; i < 8; i++)
    c.sums[i] = 7;
  const int64_t shape[] = {3, 1, 1, 1};
  memcpy(c.second_shape, shape, sizeof shape);
  memcpy(c.sums_shape, shape, sizeof shape);
  c.added = c.first.from;
  c.added.ndim = 2;
  c.total = c.added;
  return c;
}

static ramp_status run_pair(form which, pair_call *c) {
  ramp_function f = function_of("relu");
  point(&c->first);
  c->added.data = c->second;
  c->added.shape = c->second_shape;
  if (!c->total.data) c->total.data = c->sums;
  c->total.shape = c->sums_shape;
  DLTensor *x = &c->first.from, *dy = &c->first.back, *out = &c->first.to;
  if (which == PRELU) return ramp_prelu_forward(x, &c->added, out);
  if (which == BIAS) return ramp_bias_forward(&f, x, &c->added, out);
  if (which == RESIDUAL) return ramp_residual_forward(&f, x, &c->added, out);
  if (which == PRELU_BACK) return ramp_prelu_backward(x, &c->added, dy, out, &c->total);
  if (which == BIAS_BACK) return ramp_bias_backward(&f, x, &c->added, dy, out, &c->total);
  return ramp_residual_backward(&f, x, dy, out, &c->total);
}

static void expect_pair(form which, pair_call *c, ramp_status status,
                        const char *sentence) {
  assert_int_equal(run_pair(which, c), status);
  if (strcmp(ramp_error_detail(), sentence) != 0)
    fail_msg("it says \"%s\", not \"%s\"", ramp_error_detail(), sentence);
  for (int i = 0; i < 64; i++)
    assert_true(c->first.out[i] == 7);
  for (int i = 0; i < 8; i++)
    assert_true(c->sums[i] == 7);
}

static void second_tensors_that_are_fine(void **state) {
  (void)state;
  for (int which = 0; which < FORMS; which++) {
    pair_call c = new_pair();
    assert_int_equal(run_pair((form)which, &c), RAMP_OK);
  }
}

static void second_tensors_that_do_not_fit(void **state) {
  (void)state;
  pair_call c = new_pair();
  c.second_shape[0] = 2;
  expect_pair(
      PRELU, &c, RAMP_SHAPE_MISMATCH,
      "slope has the shape 2 x 1, which cannot be broadcast to 2 x 3 x 4, the shape "
      "of x: counted from the last axis, sizes must be equal or 1");
  expect_pair(
      BIAS, &c, RAMP_SHAPE_MISMATCH,
      "bias has the shape 2 x 1, which cannot be broadcast to 2 x 3 x 4, the shape "
      "of x: counted from the last axis, sizes must be equal or 1");
  c.added.ndim = 4;
  expect_pair(
      RESIDUAL, &c, RAMP_SHAPE_MISMATCH,
      "residual has the shape 2 x 1 x 1 x 1, which cannot be broadcast to 2 x 3 x "
      "4, the shape of x: counted from the last axis, sizes must be equal or 1");
  c = new_pair();
  c.added.dtype = (DLDataType){kDLBfloat, 16, 1};
  expect_pair(PRELU_BACK, &c, RAMP_UNKNOWN_TYPE,
              "slope is bf16 and x is f32; both must have one type");
}

static void totals_that_do_not_fit(void **state) {
  (void)state;
  pair_call c = new_pair();
  c.sums_shape[0] = 1;
  expect_pair(PRELU_BACK, &c, RAMP_SHAPE_MISMATCH,
              "dslope has the shape 1 x 1 and slope 3 x 1; they must be the same");
  expect_pair(BIAS_BACK, &c, RAMP_SHAPE_MISMATCH,
              "dbias has the shape 1 x 1 and bias 3 x 1; they must be the same");
  c.sums_shape[0] = 2;
  expect_pair(
      RESIDUAL_BACK, &c, RAMP_SHAPE_MISMATCH,
      "dresidual has the shape 2 x 1, which cannot be broadcast to 2 x 3 x 4, the "
      "shape of x: counted from the last axis, sizes must be equal or 1");
  c = new_pair();
  c.total.data = c.first.out;
  expect_pair(PRELU_BACK, &c, RAMP_OVERLAP,
              "dslope shares memory with dx; it must be apart");
  c.total.data = c.first.dy;
  expect_pair(BIAS_BACK, &c, RAMP_OVERLAP,
              "dbias shares memory with dy; it must be apart");
  c.total.data = c.second;
  expect_pair(PRELU_BACK, &c, RAMP_OVERLAP,
              "dslope shares memory with slope; it must be apart");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_call_as_such_is_fine),
      cmocka_unit_test(shapes),
      cmocka_unit_test(types),
      cmocka_unit_test(pointers),
      cmocka_unit_test(strides),
      cmocka_unit_test(overlaps),
      cmocka_unit_test(second_tensors_that_are_fine),
      cmocka_unit_test(second_tensors_that_do_not_fit),
      cmocka_unit_test(totals_that_do_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
