/* SPDX-License-Identifier: MIT */
/* libm.c: as a contender, what one writes first: a plain loop over the formula with
   libm's functions of float, on one thread. */
#include "contender.h"

#include <math.h>
#include <string.h>

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }
static float log_sigmoid(float x) { return fminf(x, 0) - log1pf(expf(-fabsf(x))); }
static float softsign(float x) { return x / (1 + fabsf(x)); }
static float softplus(float x) { return fmaxf(x, 0) + log1pf(expf(-fabsf(x))); }
static float elu(float x) { return x > 0 ? x : expm1f(x); }
static float selu(float x) {
  return x > 0 ? 1.05070099f * x : 1.05070099f * 1.67326324f * expm1f(x);
}
static float silu(float x) { return x / (1 + expf(-x)); }
static float gelu(float x) { return x / 2 * erfcf(-0.707106781f * x); }
static float gelu_tanh(float x) {
  return x / 2 * (1 + tanhf(0.797884561f * (x + 0.044715f * x * x * x)));
}
static float mish(float x) { return x * tanhf(softplus(x)); }
static float tanh_shrink(float x) { return x - tanhf(x); }
static float relu(float x) { return x > 0 ? x : 0; }
static float leaky_relu(float x) { return x > 0 ? x : 0.01f * x; }
static float relu6(float x) { return x > 0 ? x < 6 ? x : 6 : 0; }
static float hard_tanh(float x) { return x > -1 ? x < 1 ? x : 1 : -1; }

static inline void loop(const contender *c, float (*f)(float)) {
  const float *x = c->job.x;
  float *y = c->job.out;
  for (size_t i = 0; i < c->job.count; i++)
    y[i] = f(x[i]);
}

/* A loop each, so that the call stands in it. */
static void sigmoids(contender *c) { loop(c, sigmoid); }
static void log_sigmoids(contender *c) { loop(c, log_sigmoid); }
static void tanhs(contender *c) { loop(c, tanhf); }
static void arctans(contender *c) { loop(c, atanf); }
static void softsigns(contender *c) { loop(c, softsign); }
static void softpluses(contender *c) { loop(c, softplus); }
static void elus(contender *c) { loop(c, elu); }
static void selus(contender *c) { loop(c, selu); }
static void silus(contender *c) { loop(c, silu); }
static void gelus(contender *c) { loop(c, gelu); }
static void gelu_tanhs(contender *c) { loop(c, gelu_tanh); }
static void mishes(contender *c) { loop(c, mish); }
static void tanh_shrinks(contender *c) { loop(c, tanh_shrink); }
static void exps(contender *c) { loop(c, expf); }
static void relus(contender *c) { loop(c, relu); }
static void leaky_relus(contender *c) { loop(c, leaky_relu); }
static void relu6s(contender *c) { loop(c, relu6); }
static void hard_tanhs(contender *c) { loop(c, hard_tanh); }

static const struct {
  const char *function;
  void (*run)(contender *);
} loops[] = {
    {"sigmoid", sigmoids},
    {"log_sigmoid", log_sigmoids},
    {"tanh", tanhs},
    {"arctan", arctans},
    {"softsign", softsigns},
    {"softplus", softpluses},
    {"elu", elus},
    {"celu", elus},
    {"selu", selus},
    {"silu", silus},
    {"gelu", gelus},
    {"gelu_tanh", gelu_tanhs},
    {"mish", mishes},
    {"tanh_shrink", tanh_shrinks},
    {"exp", exps},
    {"relu", relus},
    {"leaky_relu", leaky_relus},
    {"relu6", relu6s},
    {"hard_tanh", hard_tanhs},
};

contender *libm_open(const contender_job *job) {
  if (job->pass != FORWARD || job->type != RAMP_F32 || job->threads != 1) return NULL;
  for (size_t i = 0; i < sizeof loops / sizeof *loops; i++)
    if (strcmp(loops[i].function, job->function) == 0)
      return contender_create(sizeof(contender), job, loops[i].run);
  return NULL;
}
