/* SPDX-License-Identifier: MIT */
/*
 * functions.c: a function, its derivative and a step of back-propagation, over an array.
 *
 *     cc examples/functions.c -Iinclude build/lib/libramp.a -fopenmp -lm -o functions
 *     ./functions leaky_relu:0.1
 */
#include <ramp/ramp.h>
#include <stdio.h>

enum { COUNT = 5 };

int main(int argc, char **argv) {
  const float x[COUNT] = {-2, -0.5f, 0, 0.5f, 2}, dy[COUNT] = {1, 2, 3, 4, 5};
  float y[COUNT], slope[COUNT], dx[COUNT];
  ramp_function f;
  if (ramp_function_parse(argc > 1 ? argv[1] : "silu", &f) != RAMP_OK ||
      ramp_value_and_derivative(&f, RAMP_F32, COUNT, x, y, slope) != RAMP_OK ||
      ramp_backward(&f, RAMP_F32, COUNT, x, dy, dx) != RAMP_OK) {
    fprintf(stderr, "%s\n", ramp_error_detail());
    return 1;
  }
  puts("x\tf(x)\tf'(x)\tdy\tdx");
  for (int i = 0; i < COUNT; i++)
    printf("%g\t%g\t%g\t%g\t%g\n", x[i], y[i], slope[i], dy[i], dx[i]);
  return 0;
}
