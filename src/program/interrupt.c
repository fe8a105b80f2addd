/* SPDX-License-Identifier: MIT */
/* The handler only sets a flag and gives the signal its usual meaning back. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t came;
static struct sigaction before_interrupt, before_terminate;

static void remember(int signal_number) {
  (void)signal_number;
  came = 1;
}

void interrupt_watch(void) {
  struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  came = 0;
  sigaction(SIGINT, &action, &before_interrupt);
  sigaction(SIGTERM, &action, &before_terminate);
}

int interrupted(void) { return came; }

void interrupt_release(void) {
  sigaction(SIGINT, &before_interrupt, NULL);
  sigaction(SIGTERM, &before_terminate, NULL);
}
