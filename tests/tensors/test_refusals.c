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
         "dx shares memory with x, in other places; it must have the same address and "
         "strides, or be apart");
  c = new_call();
  point(&c);
  c.back.data = c.out;
  c.back.byte_offset = 23 * 4;
  expect(&c, RAMP_OVERLAP,
         "dx shares memory with dy, in other places; it must have the same address and "
         "strides, or be apart");
  c.back.byte_offset = 24 * 4;
  assert_int_equal(run(&c), RAMP_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_call_as_such_is_fine),
      cmocka_unit_test(shapes),
      cmocka_unit_test(types),
      cmocka_unit_test(pointers),
      cmocka_unit_test(strides),
      cmocka_unit_test(overlaps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
