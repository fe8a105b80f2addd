/* SPDX-License-Identifier: MIT */
/* How many elements a box has along which axes, and how an operand's elements lie
   there. */
#ifndef RAMP_FORM_H
#define RAMP_FORM_H

#include "api/tensor/walk.h"

/* As many sides of two elements fill a block of bytes, see box.h. */
enum { RAMP_SIDES_MAX = 15 };

/* A box: n elements, some along each of these axes, at least 2. */
typedef struct ramp_form {
  int sides, axis[RAMP_SIDES_MAX];
  int64_t size[RAMP_SIDES_MAX];
  size_t n;
} ramp_form;

/* How one operand's elements of a box lie: sides that follow each other are one.  There
   are two strides at least, of which those of no side are 0. */
typedef struct ramp_layout {
  int sides;
  int64_t size[RAMP_SIDES_MAX], stride[RAMP_SIDES_MAX];
} ramp_layout;

/* A form without sides, and one more side. */
void ramp_form_clear(ramp_form *f);
void ramp_form_add(ramp_form *f, int axis, int64_t size);

bool ramp_form_is(const ramp_form *a, const ramp_form *b);

/* Written where it belongs: to copy it just then would wait for all stores before it. */
void ramp_layout_set(ramp_layout *l, const ramp_form *f, const ramp_operand *o);

/* Of two sides the one along which the operand is contiguous, if it is along any. */
int ramp_layout_along(const ramp_layout *l, const ramp_operand *o);

/* Whether it consists of rows of whole lines of cache. */
bool ramp_layout_has_whole_rows(const ramp_layout *l, const ramp_operand *o);

#endif
