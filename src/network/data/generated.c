/* SPDX-License-Identifier: MIT */
/*
 * Generated data sets, small enough to be trained in a moment and to be drawn.
 *
 * u is uniform in [0, 1), n is normal with mean 0 and the deviation named; the label
 * of example i is i mod 2, so classes are balanced.  Example i depends on the seed and i
 * alone.
 *
 *   xor      corner (+-1, +-1) by turns, plus n of 0.3 in both inputs; the label is 1
 *            where the corner's signs differ
 *   moons    angle t = pi u; label 0: (cos t, sin t), label 1: (1 - cos t, 1/2 - sin t);
 *            plus n of 0.1: two half circles that reach into each other
 *   spiral   s = sqrt(u), so that points lie evenly along the arm; radius 2 s, angle 7/2
 *            pi s + pi label; (radius cos, radius sin) plus n of 0.05: two arms of 1 3/4
 *            turns, intertwined, 4/7 apart
 *   sine     x = pi (2 u - 1); target sin x plus n of 0.1: a regression
 */
#include "network/data/data_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 0x1.921fb54442d18p+1;

/* u: two uniform numbers; n: two normal ones. */
typedef void make_example(ramp_data *data, size_t i, const double u[2],
                          const double n[2]);

static void place(ramp_data *data, size_t i, double first, double second) {
  data->x[2 * i] = (float)first;
  data->x[2 * i + 1] = (float)second;
}

static void make_xor(ramp_data *data, size_t i, const double u[2], const double n[2]) {
  (void)u;
  int first = i >> 1 & 1, label = i & 1, second = first ^ label;
  data->label[i] = label;
  place(data, i, 2 * first - 1 + 0.3 * n[0], 2 * second - 1 + 0.3 * n[1]);
}

static void make_moons(ramp_data *data, size_t i, const double u[2], const double n[2]) {
  double t = pi * u[0], x = cos(t), y = sin(t);
  int label = i & 1;
  data->label[i] = label;
  place(data, i, (label ? 1 - x : x) + 0.1 * n[0], (label ? 0.5 - y : y) + 0.1 * n[1]);
}

static void make_spiral(ramp_data *data, size_t i, const double u[2], const double n[2]) {
  int label = i & 1;
  double s = sqrt(u[0]), radius = 2 * s, angle = 3.5 * pi * s + pi * label;
  data->label[i] = label;
  place(data, i, radius * cos(angle) + 0.05 * n[0], radius * sin(angle) + 0.05 * n[1]);
}

static void make_sine(ramp_data *data, size_t i, const double u[2], const double n[2]) {
  double x = pi * (2 * u[0] - 1);
  data->x[i] = (float)x;
  data->target[i] = (float)(sin(x) + 0.1 * n[0]);
}

typedef struct generator {
  const char *name;
  ramp_task task;
  size_t inputs, outputs;
  make_example *make;
} generator;

static const generator generators[] = {{"xor", RAMP_CLASSIFICATION, 2, 2, make_xor},
                                       {"moons", RAMP_CLASSIFICATION, 2, 2, make_moons},
                                       {"spiral", RAMP_CLASSIFICATION, 2, 2, make_spiral},
                                       {"sine", RAMP_REGRESSION, 1, 1, make_sine}};

static const generator *find(const char *name) {
  for (size_t i = 0; i < sizeof generators / sizeof *generators; i++)
    if (strcmp(name, generators[i].name) == 0) return &generators[i];
  return NULL;
}

int ramp_generated_named(const char *name) { return find(name) != NULL; }

static ramp_status generate(const generator *g, const ramp_data_options *options,
                            ramp_data **data) {
  size_t examples = options->examples ? options->examples : 2000;
  ramp_status status =
      ramp_data_create(g->name, g->task, examples, g->inputs, g->outputs, data);
  if (status != RAMP_OK) return status;
  for (size_t i = 0; i < examples; i++) {
    double u[2], n[2];
    ramp_noise_uniform(options->seed, RAMP_NOISE_PLACE, i, u);
    ramp_noise_normal(options->seed, i, n);
    g->make(*data, i, u, n);
  }
  return RAMP_OK;
}

ramp_status ramp_generated_open(const char *name, const ramp_data_options *options,
                                ramp_data **train, ramp_data **test) {
  ramp_data *whole;
  unsigned char *in_test;
  if (options->examples == 1)
    return ramp_fail(RAMP_INVALID_OPTION,
                     "the generated set %s cannot have 1 example: it takes at least 2, "
                     "one to train on and one to test on",
                     name);
  ramp_status status = generate(find(name), options, &whole);
  if (status != RAMP_OK) return status;
  status = ramp_split_choose(name, whole->examples, options, &in_test);
  if (status == RAMP_OK) {
    status = ramp_split_apply(whole, in_test, train, test);
    free(in_test);
  }
  ramp_data_free(whole);
  return status;
}
