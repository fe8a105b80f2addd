/* SPDX-License-Identifier: MIT */
/* The register that calls of few elements fill, of one instruction set. */
#ifndef RAMP_FEW_H
#define RAMP_FEW_H

/* Its bytes, or 0 where elements are computed one by one. */
#if defined __AVX512BW__
#define FEW_BYTES 64
#elif defined __AVX2__
#define FEW_BYTES 32
#else
#define FEW_BYTES 0
#endif

#endif
