/* SPDX-License-Identifier: MIT */
/* The operands of a call, checked together, in the order in which a walk takes them. */
#ifndef RAMP_OPERANDS_H
#define RAMP_OPERANDS_H

#include "api/tensor/view.h"

/* Views of the result, of x and, where it goes back, of dy: of one shape and one
   floating-point type.  The result may be in place. */
ramp_status ramp_operands_alike(bool goes_back, const DLTensor *x, const DLTensor *dy,
                                const char *out_name, const DLTensor *out,
                                ramp_view view[3]);

/* Views of y, of x and of a second input of the same type, stretched to x's shape.  y may
   be in place. */
ramp_status ramp_operands_stretched(const DLTensor *x, const char *second_name,
                                    const DLTensor *second, const DLTensor *y,
                                    ramp_view view[3]);

#endif
