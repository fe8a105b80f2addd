/* SPDX-License-Identifier: MIT */
/* Every allocation fails once: the call says so, nothing is handed out, nothing leaks
   (the sanitizers look) and the same call succeeds afterwards. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);

static long until_failure = -1; /* allocations that still succeed; below 0: all */

static int fails(void) { return until_failure >= 0 && until_failure-- == 0; }

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }

void *__wrap_calloc(size_t count, size_t size) {
  return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
  return fails() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

static ramp_status train(const ramp_data *data, ramp_history **history) {
  ramp_network *network = NULL;
  ramp_training how = ramp_training_defaults();
  how.epochs = 2;
  ramp_status status =
      ramp_network_create("dense 3 relu, dense 2 clip:0,6", 4, 1, &network);
  if (!status) status = ramp_train(network, &how, data, data, history);
  ramp_network_free(network);
  return status;
}

static void every_allocation_fails(void **state) {
  (void)state;
  ramp_data *data = data_of(RAMP_REGRESSION, 20, 4, 2);
  long allocation = 0;
  for (ramp_status status = RAMP_OUT_OF_MEMORY; status; allocation++) {
    ramp_history *history = NULL;
    until_failure = allocation;
    status = train(data, &history);
    int reached = until_failure < 0;
    until_failure = -1;
    assert_true(status == RAMP_OUT_OF_MEMORY || (status == RAMP_OK && !reached));
    assert_true((history != NULL) == (status == RAMP_OK));
    ramp_history_free(history);
  }
  assert_true(allocation > 30);
  data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_fails)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
