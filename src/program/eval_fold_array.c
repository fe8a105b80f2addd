/* SPDX-License-Identifier: MIT */
/* eval_fold_array.c: a function of several inputs along an axis of an .npy array.  The
   whole array is in memory: its lines may lie anywhere in it. */
#include "allocate.h"
#include "eval.h"
#include "npy.h"
#include "output.h"

#include <ramp/tensor.h>

#include <errno.h>

/* An array in memory, in the order of the file's. */
typedef struct array {
  npy_header header;
  unsigned char *elements;
  DLTensor dl;
  int64_t shape[NPY_AXES_MAX], strides[NPY_AXES_MAX];
} array;

static void describe(array *a) {
  int64_t step = 1;
  for (int i = 0; i < a->header.axes; i++) {
    int axis = a->header.fortran_order ? i : a->header.axes - 1 - i;
    a->shape[axis] = (int64_t)a->header.shape[axis];
    a->strides[axis] = step;
    step *= a->shape[axis];
  }
  a->dl = (DLTensor){a->elements,
                     {kDLCPU, 0},
                     a->header.axes,
                     {kDLFloat, (uint8_t)(8 * ramp_type_size(a->header.type)), 1},
                     a->shape,
                     a->strides,
                     0};
}

static int read_array(FILE *file, const char *name, array *a) {
  int code = npy_header_read(file, name, &a->header);
  if (code) return code;
  size_t size = ramp_type_size(a->header.type), count = a->header.count;
  a->elements = allocate(count, size);
  size_t there = fread(a->elements, size, count, file);
  if (there == count && getc(file) == EOF && !ferror(file)) {
    if (a->header.swapped) npy_swap_bytes(a->elements, count, size);
    describe(a);
    return EXIT_FINE;
  }
  if (ferror(file)) return fail(EXIT_FILE, "cannot read '%s': %s", name, strerror(errno));
  return fail(EXIT_FILE, "'%s' holds %s the %zu elements that its header promises", name,
              there < count ? "less than" : "more than", count);
}

/* The shape and room for what the fold makes of x. */
static int make_result(const ramp_fold *fold, int axis, const array *x, array *y) {
  int64_t outputs;
  int from_first = axis < 0 ? axis + x->header.axes : axis;
  if (from_first < 0 || from_first >= x->header.axes)
    return fail(EXIT_USAGE, "--axis is %d, but the array has %d axes", axis,
                x->header.axes);
  ramp_status status = ramp_fold_outputs(fold, x->shape[from_first], &outputs);
  if (status != RAMP_OK) return fail_status(status);
  y->header = x->header;
  y->header.bytes = NULL;
  y->header.shape[from_first] = (size_t)outputs;
  y->header.count = 1;
  for (int i = 0; i < y->header.axes; i++)
    y->header.count *= y->header.shape[i];
  y->elements = allocate(y->header.count, ramp_type_size(y->header.type));
  describe(y);
  return EXIT_FINE;
}

static int write_array(const array *y, const char *path) {
  output_file file;
  size_t size = ramp_type_size(y->header.type);
  int code = output_open(&file, path);
  if (code) return code;
  if (y->header.swapped) npy_swap_bytes(y->elements, y->header.count, size);
  if (npy_header_write(file.stream, &y->header) &&
      fwrite(y->elements, size, y->header.count, file.stream) == y->header.count)
    return output_commit(&file);
  code = fail(EXIT_FILE, "cannot write '%s': %s", path, strerror(errno));
  output_discard(&file);
  return code;
}

static int fold_array(const evaluation *wanted, const array *x, const char *output) {
  array y = {.elements = NULL};
  int code = make_result(&wanted->of.fold, wanted->axis, x, &y);
  if (code == EXIT_FINE) {
    ramp_status status =
        ramp_fold_forward(&wanted->of.fold, wanted->axis, &x->dl, NULL, &y.dl, NULL);
    code = status == RAMP_OK ? write_array(&y, output) : fail_status(status);
  }
  free(y.elements);
  return code;
}

int eval_fold_array(const evaluation *wanted, const char *input, const char *output) {
  int from_standard_input = !strcmp(input, "-");
  const char *name = from_standard_input ? "standard input" : input;
  FILE *file = from_standard_input ? stdin : fopen(input, "rb");
  array x = {.elements = NULL};
  if (!file) return fail(EXIT_FILE, "cannot open '%s': %s", input, strerror(errno));
  int code = read_array(file, name, &x);
  if (code == EXIT_FINE) code = eval_check_type(wanted, x.header.type, name);
  if (code == EXIT_FINE) code = fold_array(wanted, &x, output);
  npy_header_free(&x.header);
  free(x.elements);
  if (!from_standard_input) fclose(file);
  return code;
}
