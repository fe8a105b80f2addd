/* SPDX-License-Identifier: MIT */
/*
 * conventions.h: what PyTorch, JAX, TensorFlow and the usual lines of NumPy give where
 * Ramp gives something of its own.  Nothing is written down per number: each row of
 * conventions.def is the other's formula, evaluated in the other's arithmetic.
 */
#ifndef PROGRAM_CONVENTIONS_H
#define PROGRAM_CONVENTIONS_H

#include <ramp/ramp.h>

typedef enum {
  PEER_PYTORCH,
  PEER_JAX,
  PEER_TENSORFLOW,
  PEER_NUMPY,
  PEERS
} convention_peer;

typedef struct convention {
  const char *function; /* the name of a row of Ramp's table */
  convention_peer peer;
  const char *call; /* what users write */
  int has_value, has_derivative;
  int only_f32; /* it computes other types in another way */
} convention;

/* What a convention gives at one x. */
typedef struct convention_answer {
  double value, derivative; /* as far as it has them */
  const char *why; /* why it differs from Ramp; null: for nothing but its roundings */
} convention_answer;

/* The rows that are about f, or, when f is an alias without rows of its own, about the
   function it stands for: row i of them in the order of the table, null behind the last.
 */
const convention *convention_at(const ramp_function *f, int i);

/* What row gives at x, a number of `type`, with the parameters of f. */
convention_answer convention_ask(const convention *row, const ramp_function *f,
                                 ramp_type type, double x);

/* "PyTorch", "JAX", "TensorFlow", "NumPy". */
const char *convention_peer_name(convention_peer peer);

/* Whether the peer's rows were compared with the peer itself, rather than with what its
   sources say. */
int convention_is_measured(convention_peer peer);

/* What others call a function. */
typedef struct convention_names {
  const char *function;
  const char *pytorch, *jax, *keras, *onnx; /* null: it has none */
} convention_names;

/* The names for the function or alias called `function`; null: none is known. */
const convention_names *convention_names_of(const char *function);

/* The rows of one arithmetic. */
typedef struct convention_formulas {
  double (*value)(int row, double x, const double *p);
  double (*derivative)(int row, double x, double y, const double *p);
} convention_formulas;

extern const convention_formulas conventions_f32, conventions_f64;

#endif
