/* SPDX-License-Identifier: MIT */
/* Counts misrounded results and keeps the worst. */
#include "tally.h"

#include "numbers.h"

#include <string.h>

int tally_known(const tally *t) {
  return t->misrounded < TALLY_WORST ? (int)t->misrounded : TALLY_WORST;
}

/* In numbers of f32; huge for a NaN where there should be none. */
static int64_t distance(const miss *m) {
  if (number_is_nan(RAMP_F32, m->got) || number_is_nan(RAMP_F32, m->expected))
    return INT64_MAX;
  int64_t d = number_rank(RAMP_F32, m->got) - number_rank(RAMP_F32, m->expected);
  return d < 0 ? -d : d;
}

static void remember(tally *t, const miss *m) {
  int known = tally_known(t), place = known;
  while (place > 0 && distance(&t->worst[place - 1]) < distance(m))
    place--;
  for (int i = TALLY_WORST - 1; i > place; i--)
    t->worst[i] = t->worst[i - 1];
  if (place < TALLY_WORST) t->worst[place] = *m;
  t->misrounded++;
}

void tally_compare(tally *t, size_t count, const uint32_t *x, const uint32_t *got,
                   const uint32_t *expected) {
  if (memcmp(got, expected, count * sizeof *got) == 0) return;
  for (size_t i = 0; i < count; i++)
    if (got[i] != expected[i]) remember(t, &(miss){x[i], got[i], expected[i]});
}

void tally_merge(tally *into, const tally *from) {
  int known = tally_known(from);
  for (int i = 0; i < known; i++)
    remember(into, &from->worst[i]);
  into->misrounded += from->misrounded - (uint64_t)known;
}

void tally_print(const tally *t, const char *variant, FILE *file) {
  for (int i = 0; i < tally_known(t); i++) {
    const miss *m = &t->worst[i];
    fprintf(file, "  %s: x = %a (0x%08x): got %a (0x%08x), expected %a (0x%08x)\n",
            variant, number_value(RAMP_F32, m->x), m->x, number_value(RAMP_F32, m->got),
            m->got, number_value(RAMP_F32, m->expected), m->expected);
  }
}
