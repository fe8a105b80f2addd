/* SPDX-License-Identifier: MIT */
/*
 * What this CPU's ports allow: nanoseconds per 512-bit instruction, of many that do not
 * wait for each other, one "name nanoseconds" a line.  "cycle" is a chain of additions of
 * integers.  Least of several rounds.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <time.h>

enum { TIMES = 100000, ROUNDS = 15, CHAINS = 12 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

#define LEAST_TIME(name, instructions, body)                                             \
  do {                                                                                   \
    double least = 0;                                                                    \
    for (int round = 0; round < ROUNDS; round++) {                                       \
      double begun = now();                                                              \
      for (int i = 0; i < TIMES; i++) {                                                  \
        body;                                                                            \
      }                                                                                  \
      double once = (now() - begun) / TIMES / (instructions);                            \
      if (round == 0 || once < least) least = once;                                      \
    }                                                                                    \
    printf("%s %.4f\n", name, least);                                                    \
  } while (0)

/* As many chains as no latency outlasts, in registers. */
#define TWELVE(ON, text)                                                                 \
  ON(text, 0) ON(text, 1) ON(text, 2) ON(text, 3) ON(text, 4) ON(text, 5) ON(text, 6)    \
  ON(text, 7) ON(text, 8) ON(text, 9) ON(text, 10) ON(text, 11)
#define ONCE(text, k) text " %%zmm" #k "\n\t"
#define TWICE(text, k) text " %%zmm" #k ", %%zmm" #k "\n\t"
#define RUN(text)                                                                        \
  __asm__ volatile(text ::                                                               \
                       : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", \
                         "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13")

/* 1 in every float, from ones in all bits; no special case in any double either. */
#define ALL_ONES(text, k) "vpternlogd $255, %%zmm" #k ", %%zmm" #k ", %%zmm" #k "\n\t"
#define SHIFTED(text, k)                                                                 \
  "vpsrld $25, %%zmm" #k ", %%zmm" #k "\n\tvpslld $23, %%zmm" #k ", %%zmm" #k "\n\t"

int main(void) {
  long sum = 0;
  RUN(TWELVE(ALL_ONES, "") TWELVE(SHIFTED, "") ALL_ONES("", 12) SHIFTED("", 12));
  LEAST_TIME("cycle", CHAINS, {
    for (int i = 0; i < CHAINS; i++)
      __asm__ volatile("add $1, %0" : "+r"(sum));
  });
  LEAST_TIME("divide", CHAINS, RUN(TWELVE(TWICE, "vdivps %%zmm12,")));
  RUN(TWELVE(ALL_ONES, "") TWELVE(SHIFTED, "") ALL_ONES("", 12) SHIFTED("", 12));
  LEAST_TIME("divide-doubles", CHAINS, RUN(TWELVE(TWICE, "vdivpd %%zmm12,")));
  LEAST_TIME("multiply-add", CHAINS, RUN(TWELVE(ONCE, "vfmadd213ps %%zmm12, %%zmm12,")));
  LEAST_TIME("add", CHAINS, RUN(TWELVE(TWICE, "vaddps %%zmm12,")));
  LEAST_TIME("integer", CHAINS, RUN(TWELVE(TWICE, "vpaddd %%zmm12,")));
  LEAST_TIME("shift", CHAINS, RUN(TWELVE(TWICE, "vpslld $1,")));
  LEAST_TIME(
      "mixed", 2 * CHAINS,
      RUN(TWELVE(ONCE, "vaddps %%zmm12, %%zmm12, %%zmm13\n\tvfmadd213ps %%zmm12, %%zmm12,")));
  return 0;
}
