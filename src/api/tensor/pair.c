/* SPDX-License-Identifier: MIT */
/* A type that is not the arithmetic passes through blocks on the stack. */
#include "api/tensor/pair.h"

ramp_pair ramp_pair_of(ramp_type type) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_pair p = {.loops = kernels->single_pairs,
                 .size = ramp_type_size(type),
                 .kink_rule = RAMP_KINK_LEAST};
  if (type == RAMP_F64) p.loops = kernels->extended_pairs;
  if (type == RAMP_F64 || type == RAMP_F32) return p;
  p.widen = kernels->to_float[type];
  p.round = kernels->from_float[type];
  return p;
}

ramp_pair ramp_pair_of_wide(ramp_type type) {
  const ramp_variant_kernels *kernels = ramp_kernels_in_use();
  ramp_pair p = ramp_pair_of(type);
  p.partner_is_wide = true;
  if (!p.widen) return p;
  p.loops = kernels->extended_pairs;
  p.widen = kernels->to_double[type];
  p.round = kernels->from_double[type];
  return p;
}

typedef enum { SUM, FORWARD, DERIVATIVE, BACKWARD } operation;

static void run_loops(const ramp_pair *p, operation what, size_t n, const void *x,
                      const void *partner, const void *dy, void *out) {
  if (what == SUM) p->loops->sum(n, x, partner, out);
  if (what == FORWARD) p->loops->forward(n, x, partner, out);
  if (what == DERIVATIVE)
    p->loops->derivative(p->kink_rule, p->kink_mix, n, x, partner, out);
  if (what == BACKWARD)
    p->loops->backward(p->kink_rule, p->kink_mix, n, x, partner, dy, out);
}

/* At most RAMP_BLOCK elements; partners that are wide are those of this block. */
static void run_block(const ramp_pair *p, operation what, size_t n, const char *x,
                      const char *partner, const char *dy, char *out) {
  double wide_x[RAMP_BLOCK], wide_partner[RAMP_BLOCK], wide_dy[RAMP_BLOCK];
  const void *partners = p->partner_is_wide ? (const void *)partner : wide_partner;
  p->widen(n, x, wide_x);
  if (!p->partner_is_wide) p->widen(n, partner, wide_partner);
  if (dy) p->widen(n, dy, wide_dy);
  run_loops(p, what, n, wide_x, partners, wide_dy, wide_x);
  p->round(n, wide_x, out);
}

static void run(const ramp_pair *p, operation what, size_t n, const char *x,
                const char *partner, const char *dy, char *out) {
  if (!p->widen) {
    run_loops(p, what, n, x, partner, dy, out);
    return;
  }
  size_t partner_size = p->partner_is_wide ? sizeof(double) : p->size;
  for (size_t at = 0; at < n; at += RAMP_BLOCK) {
    size_t block = n - at < RAMP_BLOCK ? n - at : RAMP_BLOCK;
    run_block(p, what, block, x + at * p->size, partner + at * partner_size,
              dy ? dy + at * p->size : NULL, out + at * p->size);
  }
}

void ramp_pair_sum(const ramp_pair *p, size_t n, const char *a, const char *b, char *y) {
  run(p, SUM, n, a, b, NULL, y);
}

void ramp_pair_forward(const ramp_pair *p, size_t n, const char *x, const char *slope,
                       char *y) {
  run(p, FORWARD, n, x, slope, NULL, y);
}

void ramp_pair_derivative(const ramp_pair *p, size_t n, const char *x, const char *slope,
                          char *y) {
  run(p, DERIVATIVE, n, x, slope, NULL, y);
}

void ramp_pair_backward(const ramp_pair *p, size_t n, const char *x, const char *slope,
                        const char *dy, char *dx) {
  run(p, BACKWARD, n, x, slope, dy, dx);
}
