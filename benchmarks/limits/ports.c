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

/* The instruction on each of 12 registers, as many chains as no latency outlasts; \\k is
   its number in what the assembler repeats. */
#define EACH(text)                                                                       \
  __asm__ volatile(".irp k,0,1,2,3,4,5,6,7,8,9,10,11\n\t" text "\n\t.endr" ::            \
                       : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", \
                         "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13")

/* 1 in every float, from ones in all bits; no special case in any double either. */
static void fill(void) {
  EACH("vpternlogd $255, %%zmm\\k, %%zmm\\k, %%zmm\\k\n\t"
       "vpsrld $25, %%zmm\\k, %%zmm\\k\n\t"
       "vpslld $23, %%zmm\\k, %%zmm\\k\n\t"
       "vmovaps %%zmm\\k, %%zmm12");
}

static long add_in_a_chain(long sum) {
  for (int i = 0; i < CHAINS; i++)
    __asm__ volatile("add $1, %0" : "+r"(sum));
  return sum;
}

int main(void) {
  long sum = 0;
  LEAST_TIME("cycle", CHAINS, sum = add_in_a_chain(sum));
  fill();
  LEAST_TIME("divide", CHAINS, EACH("vdivps %%zmm12, %%zmm\\k, %%zmm\\k"));
  LEAST_TIME("divide-doubles", CHAINS, EACH("vdivpd %%zmm12, %%zmm\\k, %%zmm\\k"));
  LEAST_TIME("multiply-add", CHAINS, EACH("vfmadd213ps %%zmm12, %%zmm12, %%zmm\\k"));
  LEAST_TIME("add", CHAINS, EACH("vaddps %%zmm12, %%zmm\\k, %%zmm\\k"));
  LEAST_TIME("integer", CHAINS, EACH("vpaddd %%zmm12, %%zmm\\k, %%zmm\\k"));
  LEAST_TIME("shift", CHAINS, EACH("vpslld $1, %%zmm\\k, %%zmm\\k"));
  LEAST_TIME("widen", CHAINS, EACH("vcvtps2pd %%ymm12, %%zmm\\k"));
  LEAST_TIME("narrow", CHAINS, EACH("vcvtpd2ps %%zmm12, %%ymm\\k"));
  LEAST_TIME("mixed", 2 * CHAINS,
             EACH("vaddps %%zmm12, %%zmm12, %%zmm13\n\t"
                  "vfmadd213ps %%zmm12, %%zmm12, %%zmm\\k"));
  LEAST_TIME("add-and-shift", 2 * CHAINS,
             EACH("vaddps %%zmm12, %%zmm12, %%zmm13\n\t"
                  "vpslld $1, %%zmm12, %%zmm\\k"));
  LEAST_TIME("add-and-widen", 2 * CHAINS,
             EACH("vcvtps2pd %%ymm12, %%zmm13\n\t"
                  "vaddpd %%zmm12, %%zmm12, %%zmm\\k"));
  return 0;
}
