/* SPDX-License-Identifier: MIT */
/*
 * Conversions between element types, compiled once per instruction set.  16-bit types go
 * by integer code, the same bits everywhere; a double reaches 16 bits through a float
 * rounded to odd, so that the second rounding sees what the first one dropped.
 */
#include "kernels/halves.h"
#include "kernels/kernels.h"
#include "kernels/softmax.h"

/* ------------------------------------------------------------------ one element */

/* Inexact results get an odd last bit: the neighbour of the nearest float if that is
   even. */
static inline float float_to_odd(double a) {
  float nearest = (float)a;
  double back = nearest, size = a < 0 ? -a : a, back_size = back < 0 ? -back : back;
  uint32_t bits = bits_of_float(nearest);
  uint32_t step = (uint32_t)(size > back_size) - (uint32_t)(size < back_size);
  return float_from_bits(bits & 1 ? bits : bits + step);
}

static inline float nan_or_float(float a) { return a != a ? __builtin_nanf("") : a; }
static inline double nan_or_double(double a) { return a != a ? __builtin_nan("") : a; }

static inline double double_from_f32(float a) { return a; }
static inline double double_from_f64(double a) { return nan_or_double(a); }
static inline double double_from_f16(uint16_t h) {
  return nan_or_double(float_from_f16(h));
}
static inline double double_from_bf16(uint16_t h) {
  return nan_or_double(float_from_bf16(h));
}
static inline float float_from_f32(float a) { return nan_or_float(a); }
static inline float f32_from_double(double a) { return nan_or_float((float)a); }
static inline uint16_t f16_from_double(double a) {
  return f16_from_float(float_to_odd(a));
}
static inline uint16_t bf16_from_double(double a) {
  return bf16_from_float(float_to_odd(a));
}

/* ------------------------------------------------------------------ arrays */

#define CONVERSION(name, from, to, element)                                              \
  static void name(size_t n, const void *input, void *output) {                          \
    const from *x = input;                                                               \
    to *y = output;                                                                      \
    _Pragma("omp simd") for (size_t i = 0; i < n; i++) y[i] = element(x[i]);             \
  }
CONVERSION(f64_to_double, double, double, double_from_f64)
CONVERSION(f32_to_double, float, double, double_from_f32)
CONVERSION(f16_to_double, uint16_t, double, double_from_f16)
CONVERSION(bf16_to_double, uint16_t, double, double_from_bf16)
CONVERSION(double_to_f32, double, float, f32_from_double)
CONVERSION(double_to_f16, double, uint16_t, f16_from_double)
CONVERSION(double_to_bf16, double, uint16_t, bf16_from_double)
CONVERSION(f32_to_float, float, float, float_from_f32)
CONVERSION(f16_to_float, uint16_t, float, float_from_f16)
CONVERSION(bf16_to_float, uint16_t, float, float_from_bf16)
CONVERSION(float_to_f16, float, uint16_t, f16_from_float)
CONVERSION(float_to_bf16, float, uint16_t, bf16_from_float)

/* Magnitudes of floats are in the order of their bits. */
static bool f32_within(size_t n, const void *input, float bound) {
  const uint32_t *bits = input;
  uint32_t largest = 0;
#pragma omp simd reduction(max : largest)
  for (size_t i = 0; i < n; i++) {
    uint32_t magnitude = bits[i] & 0x7fffffff;
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest <= bits_of_float(bound);
}

#define JOINED(a, b, c) a##b##_##c
#define LOOPS_OF(variant, arithmetic) JOINED(ramp_loops_, variant, arithmetic)
#define STREAMING_OF(variant, arithmetic)                                                \
  JOINED(ramp_streaming_loops_, variant, arithmetic)
#define LINES_OF(variant) JOINED(ramp, _lines, variant)
#define STREAMING_LINES_OF(variant) JOINED(ramp_streaming, _lines, variant)
#define BRACKETS_OF(variant) JOINED(ramp, _brackets, variant)
#define HALF_LINES_OF(variant) JOINED(ramp_half, _lines, variant)
#define HARD_SWISH_OF(variant) JOINED(ramp_hard, _swish, variant)
#define HALVES_OF(variant) JOINED(ramp, _halves, variant)
#define SUMS_OF(variant) JOINED(ramp_sums, , variant)
#define MASKS_OF(variant) JOINED(ramp, _masks, variant)
#define FOLDS_OF(variant, type) JOINED(ramp_folds_, variant, type)
#define GATED_OF(variant, arithmetic) JOINED(ramp_gated_, variant, arithmetic)
#define PAIRS_OF(variant, arithmetic) JOINED(ramp_pairs_, variant, arithmetic)
#define TERMS_OF(variant) JOINED(ramp, _terms, variant)
#define LINE_LOOPS_OF(variant, arithmetic) JOINED(ramp_line_loops_, variant, arithmetic)
#define QUICK_SOFTMAX_OF(variant) JOINED(ramp_quick, _softmax, variant)
#define DRAWS_OF(variant) JOINED(ramp, _draws, variant)
#define COPIES_OF(variant) JOINED(ramp, _copies, variant)
#define STREAM_OF(variant) JOINED(ramp, _stream, variant)
#define FEW_OF(variant) JOINED(ramp, _few, variant)
#define KERNELS_OF(variant) JOINED(ramp_kernels, , variant)
#define TEXT(word) #word
#define NAME_OF(word) TEXT(word)

extern const ramp_loops LOOPS_OF(RAMP_VARIANT, extended)[];
extern const ramp_loops LOOPS_OF(RAMP_VARIANT, working)[];
extern const ramp_loops LOOPS_OF(RAMP_VARIANT, bounded)[];
extern const ramp_loops LOOPS_OF(RAMP_VARIANT, single)[];
extern const ramp_loops STREAMING_OF(RAMP_VARIANT, single)[];
extern const ramp_loops LINES_OF(RAMP_VARIANT)[];
extern const ramp_loops STREAMING_LINES_OF(RAMP_VARIANT)[];
extern const ramp_bracket_loops BRACKETS_OF(RAMP_VARIANT)[];
#if defined __FMA__ || defined __ARM_FEATURE_FMA
extern const ramp_loops LOOPS_OF(RAMP_VARIANT, fast)[];
extern const ramp_loops STREAMING_OF(RAMP_VARIANT, fast)[];
extern const ramp_halves HALVES_OF(RAMP_VARIANT)[];
extern const ramp_hard_swish HARD_SWISH_OF(RAMP_VARIANT);
#define HALVES HALVES_OF(RAMP_VARIANT)
#define HARD_SWISH &HARD_SWISH_OF(RAMP_VARIANT)
#define FAST_LOOPS LOOPS_OF(RAMP_VARIANT, fast)
#define STREAMING_FAST_LOOPS STREAMING_OF(RAMP_VARIANT, fast)
#else
#define HALVES NULL
#define HARD_SWISH NULL
#define FAST_LOOPS NULL
#define STREAMING_FAST_LOOPS NULL
#endif
extern const ramp_half_line_loops HALF_LINES_OF(RAMP_VARIANT)[];
extern const ramp_parameter_sums SUMS_OF(RAMP_VARIANT)[];
extern const ramp_mask_kernels MASKS_OF(RAMP_VARIANT);
extern const ramp_fold_kernels FOLDS_OF(RAMP_VARIANT, f64);
extern const ramp_fold_kernels FOLDS_OF(RAMP_VARIANT, f32);
extern const ramp_fold_kernels FOLDS_OF(RAMP_VARIANT, f16);
extern const ramp_fold_kernels FOLDS_OF(RAMP_VARIANT, bf16);
extern const ramp_gated_loops GATED_OF(RAMP_VARIANT, extended)[];
extern const ramp_gated_loops GATED_OF(RAMP_VARIANT, working)[];
extern const ramp_gated_loops GATED_OF(RAMP_VARIANT, bounded)[];
extern const ramp_pair_loops PAIRS_OF(RAMP_VARIANT, extended);
extern const ramp_pair_loops PAIRS_OF(RAMP_VARIANT, single);
extern const ramp_term_loops TERMS_OF(RAMP_VARIANT);
extern const ramp_quick_softmax QUICK_SOFTMAX_OF(RAMP_VARIANT);
extern const ramp_line_loops LINE_LOOPS_OF(RAMP_VARIANT, working);
extern const ramp_line_loops LINE_LOOPS_OF(RAMP_VARIANT, extended);
extern const ramp_draw_loops DRAWS_OF(RAMP_VARIANT);
extern const ramp_copies COPIES_OF(RAMP_VARIANT);
extern ramp_stream_block *const STREAM_OF(RAMP_VARIANT);
extern const ramp_few FEW_OF(RAMP_VARIANT);
extern const ramp_variant_kernels KERNELS_OF(RAMP_VARIANT);

static const ramp_softmax_kernels softmax = {&QUICK_SOFTMAX_OF(RAMP_VARIANT),
                                             &LINE_LOOPS_OF(RAMP_VARIANT, working),
                                             &LINE_LOOPS_OF(RAMP_VARIANT, extended)};

const ramp_variant_kernels KERNELS_OF(RAMP_VARIANT) = {
    .name = NAME_OF(RAMP_VARIANT),
    .extended = LOOPS_OF(RAMP_VARIANT, extended),
    .working = LOOPS_OF(RAMP_VARIANT, working),
    .bounded = LOOPS_OF(RAMP_VARIANT, bounded),
    .single = LOOPS_OF(RAMP_VARIANT, single),
    .streaming = STREAMING_OF(RAMP_VARIANT, single),
    .lines = LINES_OF(RAMP_VARIANT),
    .streaming_lines = STREAMING_LINES_OF(RAMP_VARIANT),
    .brackets = BRACKETS_OF(RAMP_VARIANT),
    .fast = FAST_LOOPS,
    .streaming_fast = STREAMING_FAST_LOOPS,
    .half_lines = HALF_LINES_OF(RAMP_VARIANT),
    .hard_swish = HARD_SWISH,
    .halves = HALVES,
    .by_parameter = SUMS_OF(RAMP_VARIANT),
    .masks = &MASKS_OF(RAMP_VARIANT),
    .folds = {&FOLDS_OF(RAMP_VARIANT, f64), &FOLDS_OF(RAMP_VARIANT, f32),
              &FOLDS_OF(RAMP_VARIANT, f16), &FOLDS_OF(RAMP_VARIANT, bf16)},
    .gated_extended = GATED_OF(RAMP_VARIANT, extended),
    .gated_working = GATED_OF(RAMP_VARIANT, working),
    .gated_bounded = GATED_OF(RAMP_VARIANT, bounded),
    .extended_pairs = &PAIRS_OF(RAMP_VARIANT, extended),
    .single_pairs = &PAIRS_OF(RAMP_VARIANT, single),
    .terms = &TERMS_OF(RAMP_VARIANT),
    .softmax = &softmax,
    .draws = &DRAWS_OF(RAMP_VARIANT),
    .copies = &COPIES_OF(RAMP_VARIANT),
    .stream = &STREAM_OF(RAMP_VARIANT),
    .few = &FEW_OF(RAMP_VARIANT),
    .f32_within = f32_within,
    .to_double = {f64_to_double, f32_to_double, f16_to_double, bf16_to_double},
    .from_double = {f64_to_double, double_to_f32, double_to_f16, double_to_bf16},
    .to_float = {NULL, f32_to_float, f16_to_float, bf16_to_float},
    .from_float = {NULL, f32_to_float, float_to_f16, float_to_bf16},
};
