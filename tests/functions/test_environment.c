/* SPDX-License-Identifier: MIT */
/*
 * The caller's floating-point environment: rounding mode, flush-to-zero and exception
 * flags neither change the result nor are changed by a call.
 */
#include "support.h"

#include <fenv.h>
#include <string.h>

#if defined __SSE2__
#include <immintrin.h>
#define FLUSH_AND_DENORMALS_ARE_ZERO 0x8040u
static unsigned control(void) { return _mm_getcsr(); }
static void set_flushing(void) {
  _mm_setcsr(_mm_getcsr() | FLUSH_AND_DENORMALS_ARE_ZERO);
}
#elif defined __aarch64__
/* Flush to zero, of 16 bits too, and the default NaN. */
#define FLUSH_AND_DEFAULT_NAN 0x3080000u
static unsigned control(void) {
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return (unsigned)control;
}
static void set_flushing(void) {
  uint64_t flushing = control() | FLUSH_AND_DEFAULT_NAN;
  __asm__ volatile("msr fpcr, %0" : : "r"(flushing) : "memory");
}
#else
static unsigned control(void) { return (unsigned)fegetround(); }
static void set_flushing(void) {}
#endif

#define ELEMENTS 3000

/* Subnormal and ordinary inputs; results of each call in the default environment. */
typedef struct bench {
  ramp_function f;
  ramp_type type;
  size_t count, bytes;
  unsigned char x[ELEMENTS * 8], y[3][ELEMENTS * 8], got[ELEMENTS * 8];
} bench;

static ramp_status run(bench *b, int which, void *y) {
  switch (which) {
  case 0:
    return ramp_forward(&b->f, b->type, b->count, b->x, y);
  case 1:
    return ramp_derivative(&b->f, b->type, b->count, b->x, y);
  default:
    return ramp_backward(&b->f, b->type, b->count, b->x, b->x, y);
  }
}

static void fill(bench *b, int row, ramp_type type, size_t count) {
  uint64_t random = 29;
  b->f = function_of(ramp_function_row_at(row)->name);
  b->type = type;
  b->count = count;
  b->bytes = count * ramp_type_size(type);
  uint64_t step = number_infinity(type) & -number_infinity(type);
  for (size_t i = 0; i < count; i++) {
    uint64_t bits = number_random(&random);
    uint64_t subnormal = bits % step | (bits >> 63 ? number_sign(type) : 0);
    double near = ((double)(bits >> 11) * 0x1p-53 - 0.5) * 200;
    number_store(type, b->x, i, i % 3 ? number_round(type, near) : subnormal);
  }
  for (int which = 0; which < 3; which++)
    assert_int_equal(run(b, which, b->y[which]), RAMP_OK);
}

/* Lest what was prepared in the usual environment be found: the next call of this row
   prepares. */
static void forget(const bench *b) {
  static bench other;
  other.f = b->f;
  other.type = b->type == RAMP_F64 ? RAMP_F32 : RAMP_F64;
  other.count = 1;
  for (int which = 0; which < 3; which++)
    assert_int_equal(run(&other, which, other.got), RAMP_OK);
}

/* The environment is set only around the call: the test's own arithmetic needs the usual
 * one. */
static void check(bench *b, int rounding, bool flushing, int flags) {
  for (int which = 0; which < 3; which++) {
    fenv_t usual;
    fegetenv(&usual);
    feclearexcept(FE_ALL_EXCEPT);
    if (flags) feraiseexcept(flags);
    fesetround(rounding);
    if (flushing) set_flushing();
    unsigned before = control();
    ramp_status status = run(b, which, b->got);
    unsigned after = control();
    int flags_after = fetestexcept(FE_ALL_EXCEPT), rounding_after = fegetround();
    fesetenv(&usual);
    const char *name = ramp_function_row_at(b->f.row)->name,
               *type = ramp_type_name(b->type);
    assert_int_equal(status, RAMP_OK);
    if (before != after || flags_after != flags || rounding_after != rounding)
      fail_msg("%s %s, call %d: environment %x became %x, flags %x became %x", name, type,
               which, before, after, (unsigned)flags, (unsigned)flags_after);
    if (memcmp(b->got, b->y[which], b->bytes) != 0)
      fail_msg("%s %s, call %d: other bits with rounding %d, flushing %d", name, type,
               which, rounding, flushing);
  }
}

static void the_environment_does_not_matter(void **state) {
  (void)state;
  static const int roundings[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  static bench b;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    assert_int_equal(ramp_variant_set(ramp_variant_name(v)), RAMP_OK);
    for (int row = 0; row < ramp_function_rows(); row++)
      for (int type = 0; type < NUMBER_TYPES; type++)
        for (int few = 0; few < 2; few++) {
          fill(&b, row, (ramp_type)type, few ? 5 : ELEMENTS);
          for (int r = 0; r < 4; r++)
            for (int flushing = 0; flushing < 2; flushing++)
              for (int prepares = 0; prepares < 2; prepares++) {
                if (prepares) forget(&b);
                check(&b, roundings[r], flushing, r & 1 ? FE_ALL_EXCEPT : 0);
              }
        }
  }
  ramp_variant_set(NULL);
}

static void conversion_keeps_out_of_the_environment(void **state) {
  (void)state;
  float x[4] = {0x1p-140f, 1 + 0x1p-12f, -3.3f, 65519.9f};
  uint16_t usual_bits[4], bits[4];
  assert_int_equal(ramp_convert(RAMP_F32, x, RAMP_BF16, usual_bits, 4), RAMP_OK);
  fenv_t usual;
  fegetenv(&usual);
  feclearexcept(FE_ALL_EXCEPT);
  fesetround(FE_UPWARD);
  set_flushing();
  unsigned before = control();
  ramp_status status = ramp_convert(RAMP_F32, x, RAMP_BF16, bits, 4);
  unsigned after = control();
  fesetenv(&usual);
  assert_int_equal(status, RAMP_OK);
  assert_int_equal(before, after);
  assert_memory_equal(bits, usual_bits, sizeof bits);
}

/* Every other call that computes, its results one after the other. */
typedef struct results {
  double gradient[RAMP_PARAMETERS_MAX], left, right;
  float from_output[4], y[4], dx[4];
  uint8_t mask, table[256];
  size_t on_kinks;
} results;

static results other_calls(const ramp_function *f) {
  static const float x[4] = {0x1p-140f, -0x1p-140f, 3.3f, -0.7f};
  static const ramp_quantisation q = {RAMP_INT8, 0.1f, 3};
  results r;
  memset(&r, 0, sizeof r);
  ramp_status s = ramp_gradient_of_parameters(f, RAMP_F32, 4, x, x, r.gradient);
  s |= ramp_backward_from_output(f, RAMP_F32, 4, x, x, r.from_output);
  s |= ramp_forward_masked(f, RAMP_F32, 4, x, r.y, &r.mask);
  s |= ramp_backward_masked(f, RAMP_F32, 4, &r.mask, x, r.dx);
  s |= ramp_count_on_kinks(f, RAMP_F32, 4, x, &r.on_kinks);
  s |= ramp_subgradient(f, 0x1p-1070, &r.left, &r.right);
  s |= ramp_int8_table(f, &q, &q, r.table);
  r.mask |= (uint8_t)(s != RAMP_OK ? 0x80 : 0);
  return r;
}

static void other_calls_keep_out_of_the_environment(void **state) {
  (void)state;
  static const int roundings[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  ramp_function f = function_of("leaky_relu:0.3");
  results expected = other_calls(&f);
  assert_int_equal(expected.mask, 5);
  for (int r = 0; r < 4; r++) {
    fenv_t usual;
    fegetenv(&usual);
    feclearexcept(FE_ALL_EXCEPT);
    fesetround(roundings[r]);
    set_flushing();
    unsigned before = control();
    results got = other_calls(&f);
    unsigned after = control();
    fesetenv(&usual);
    assert_int_equal(before, after);
    assert_memory_equal(&got, &expected, sizeof got);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_environment_does_not_matter),
      cmocka_unit_test(other_calls_keep_out_of_the_environment),
      cmocka_unit_test(conversion_keeps_out_of_the_environment),
  };
  return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
