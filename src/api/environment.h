/* SPDX-License-Identifier: MIT */
/* The caller's rounding mode, flush-to-zero and exception flags.  Between enter and
   leave those of the default environment hold, but for flags that were raised: they
   change no result.  leave restores the caller's to the bit. */
#ifndef RAMP_ENVIRONMENT_H
#define RAMP_ENVIRONMENT_H

#if defined __SSE2__
#include <xmmintrin.h>

typedef unsigned ramp_environment;
enum { RAMP_DEFAULT_MXCSR = 0x1f80, RAMP_MXCSR_FLAGS = 0x3f };

/* What is loaded between enter and leave is loaded, and so computed, there. */
static inline void ramp_environment_edge(void) { __asm__ volatile("" : : : "memory"); }

static inline ramp_environment ramp_environment_enter(void) {
  ramp_environment caller = _mm_getcsr();
  if ((caller & ~RAMP_MXCSR_FLAGS) != RAMP_DEFAULT_MXCSR) _mm_setcsr(RAMP_DEFAULT_MXCSR);
  ramp_environment_edge();
  return caller;
}

/* Written without a look at it, which takes longer. */
static inline void ramp_environment_leave(const ramp_environment *caller) {
  ramp_environment_edge();
  _mm_setcsr(*caller);
}
#elif defined __aarch64__
#include <stdint.h>

typedef struct ramp_environment {
  uint64_t control, status; /* of the registers FPCR and FPSR */
} ramp_environment;

/* The default is 0.  libc's would keep what NaN a caller wants to see, and writing the
   register of control costs more than a look at it. */
static inline void ramp_set_control(uint64_t control) {
  __asm__ volatile("msr fpcr, %0" : : "r"(control) : "memory");
}

static inline ramp_environment ramp_environment_enter(void) {
  ramp_environment caller;
  __asm__ volatile("mrs %0, fpcr" : "=r"(caller.control));
  __asm__ volatile("mrs %0, fpsr" : "=r"(caller.status));
  if (caller.control) ramp_set_control(0);
  return caller;
}

static inline void ramp_environment_leave(const ramp_environment *caller) {
  if (caller->control) ramp_set_control(caller->control);
  __asm__ volatile("msr fpsr, %0" : : "r"(caller->status) : "memory");
}
#else
#include <fenv.h>

typedef fenv_t ramp_environment;

static inline ramp_environment ramp_environment_enter(void) {
  ramp_environment caller;
  fegetenv(&caller);
  fesetenv(FE_DFL_ENV);
  return caller;
}

static inline void ramp_environment_leave(const ramp_environment *caller) {
  fesetenv(caller);
}
#endif

#endif
