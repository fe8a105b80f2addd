/* SPDX-License-Identifier: MIT */
/* onnx.h: the cases of ONNX's own tests that are one operator on one array of floats: its
   attributes, its inputs and the output that ONNX expects. */
#ifndef RAMP_TESTS_ONNX_H
#define RAMP_TESTS_ONNX_H

#include <stdbool.h>
#include <stddef.h>

typedef struct onnx_case onnx_case;

/* Floats that belong to the case. */
typedef struct onnx_array {
  size_t count; /* 0: there is none */
  const float *value;
} onnx_array;

/* The case of folder/model.onnx; null when it is no such case, or damaged. */
onnx_case *onnx_open(const char *folder);
void onnx_close(onnx_case *c);

/* "Relu", "LeakyRelu", ... */
const char *onnx_operator(const onnx_case *c);

/* Whether the model gives the attribute `name`; then *value is its number. */
bool onnx_attribute(const onnx_case *c, const char *name, double *value);

/* Input i of the operator, counted from 0, and its output. */
onnx_array onnx_input(const onnx_case *c, size_t i);
onnx_array onnx_output(const onnx_case *c);

#endif
