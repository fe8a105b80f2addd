/* SPDX-License-Identifier: MIT */
/* Lines of elements that lie apart, between pages that must not be touched: nothing is
   read before the first element nor behind the last, nor is a byte written but those of
   the results. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "support.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGES = 16, STRIDE_MOST = 6, LONGEST = 300, UNTOUCHED = 0xa5 };

typedef struct {
  unsigned char *first, *end;
} guarded;

static guarded guard(void) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  unsigned char *whole =
      mmap(NULL, (PAGES + 2) * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(whole != MAP_FAILED);
  guarded g = {whole + page, whole + (PAGES + 1) * page};
  assert_int_equal(mprotect(g.first, PAGES * page, PROT_READ | PROT_WRITE), 0);
  return g;
}

/* A line of n elements that reaches to one end of its pages. */
typedef struct {
  DLTensor dl;
  unsigned char *element;
  ptrdiff_t step; /* in bytes */
} line;

static line lay(const guarded *pages, ramp_type type, const int64_t *n,
                const int64_t *stride, bool late) {
  const size_t size = ramp_type_size(type);
  const int64_t apart = *stride < 0 ? -*stride : *stride;
  const size_t bytes = (size_t)((*n - 1) * apart + 1) * size;
  unsigned char *at = late ? pages->end - bytes : pages->first;
  if (*stride < 0) at += bytes - size;
  return (line){
      {at, {kDLCPU, 0}, 1, tensor_dtype(type), (int64_t *)n, (int64_t *)stride, 0},
      at,
      *stride * (ptrdiff_t)size};
}

static guarded pages[2];
static unsigned char before[1 << 16];

/* relu keeps or clears, whatever the type. */
static void check_line(ramp_type type, int64_t n, int64_t x_stride, int64_t y_stride,
                       bool late) {
  const size_t size = ramp_type_size(type),
               room = (size_t)(pages[1].end - pages[1].first);
  ramp_function relu = function_of("relu");
  line x = lay(&pages[0], type, &n, &x_stride, late),
       y = lay(&pages[1], type, &n, &y_stride, late);
  memset(pages[1].first, UNTOUCHED, room);
  if (ramp_tensor_forward(&relu, &x.dl, &y.dl) != RAMP_OK)
    fail_msg("%s", ramp_error_detail());
  for (int64_t i = 0; i < n; i++) {
    unsigned char result[sizeof(double)];
    ramp_forward(&relu, type, 1, x.element + i * x.step, result);
    if (memcmp(result, y.element + i * y.step, size) != 0)
      fail_msg("%s: element %d of %d, strides %d and %d, differs by variant %s",
               ramp_type_name(type), (int)i, (int)n, (int)x_stride, (int)y_stride,
               ramp_variant());
    memset(y.element + i * y.step, UNTOUCHED, size);
  }
  memset(before, UNTOUCHED, room);
  if (memcmp(before, pages[1].first, room) != 0)
    fail_msg("%s: %d elements, stride %d: a byte beside them was written",
             ramp_type_name(type), (int)n, (int)y_stride);
}

static void check_type(void *type) {
  static const int64_t counts[] = {1,  2,  3,  7,  8,  9,  15, 16, 17,  23,  24,     31,
                                   32, 33, 34, 63, 64, 65, 96, 97, 128, 129, LONGEST};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    for (int64_t stride = -STRIDE_MOST; stride <= STRIDE_MOST; stride++)
      for (int late = 0; late < 2; late++) {
        check_line(*(ramp_type *)type, counts[i], stride, 1, late);
        if (stride != 0) check_line(*(ramp_type *)type, counts[i], 2, stride, late);
      }
}

static void strides(void **state) {
  (void)state;
  pages[0] = guard();
  pages[1] = guard();
  assert_true((size_t)(pages[1].end - pages[1].first) <= sizeof before);
  uint64_t seed = 7;
  for (unsigned char *at = pages[0].first; at < pages[0].end; at++)
    *at = (unsigned char)between(&seed, 0, 255);
  for (int type = 0; type < NUMBER_TYPES; type++)
    on_every_machine(check_type, &(ramp_type){(ramp_type)type});
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(strides)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
