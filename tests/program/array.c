/* SPDX-License-Identifier: MIT */
/*
 * ramp eval on NumPy's .npy files.  The files are put together here byte by byte from the
 * format's description; relu of their numbers is known without computing.
 */
#include "run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct array_file {
  unsigned char bytes[4096];
  size_t header, size;
} array_file;

/* Header of the given version with the text as its dict, padded as NumPy does, and no
   data. */
static array_file header_of(int version, const char *dict) {
  array_file file = {0};
  size_t prefix = version == 1 ? 10 : 12, length = strlen(dict) + 1;
  length += (64 - (prefix + length) % 64) % 64;
  memcpy(file.bytes, "\x93NUMPY", 6);
  file.bytes[6] = (unsigned char)version;
  for (size_t i = 8; i < prefix; i++)
    file.bytes[i] = (unsigned char)(length >> 8 * (i - 8));
  memset(file.bytes + prefix, ' ', length);
  memcpy(file.bytes + prefix, dict, strlen(dict));
  file.bytes[prefix + length - 1] = '\n';
  file.header = file.size = prefix + length;
  return file;
}

static void add_bytes(array_file *file, const void *bytes, size_t size, int swapped) {
  for (size_t i = 0; i < size; i++)
    file->bytes[file->size++] =
        ((const unsigned char *)bytes)[swapped ? size - 1 - i : i];
}

/* -2, -0.5, 0.5, 3, NaN in 16 bits, and what relu makes of them. */
static const uint16_t half_in[] = {0xc000, 0xb800, 0x3800, 0x4200, 0x7e00};
static const uint16_t half_out[] = {0, 0, 0x3800, 0x4200, 0x7e00};
#define NUMBERS 5

static float float_of_half(uint16_t half) {
  static const float numbers[] = {-2, -0.5f, 0.5f, 3};
  for (int i = 0; i < NUMBERS - 1; i++)
    if (half_in[i] == half) return numbers[i];
  return half == 0 ? 0 : (float)__builtin_nan("");
}

static void add_numbers(array_file *file, const uint16_t *halves, char kind,
                        int swapped) {
  for (int i = 0; i < NUMBERS; i++) {
    float single = float_of_half(halves[i]);
    double wide = single;
    if (kind == '2') add_bytes(file, &halves[i], 2, swapped);
    if (kind == '4') add_bytes(file, &single, 4, swapped);
    if (kind == '8') add_bytes(file, &wide, 8, swapped);
  }
}

/* ------------------------------------------------------------------ running */

typedef struct place {
  char *folder, *in, *out;
} place;

static place place_make(void) {
  place p = {folder_make(), NULL, NULL};
  p.in = path_join(p.folder, "in.npy");
  p.out = path_join(p.folder, "out.npy");
  return p;
}

static void place_remove(place *p) {
  folder_remove(p->folder);
  free(p->in);
  free(p->out);
}

static run_result relu(const place *p) {
  return RUN("eval", "relu", "--input", p->in, "--output", p->out);
}

static void assert_file(const char *path, const array_file *wanted) {
  size_t size;
  char *bytes = file_read(path, &size);
  assert_int_equal(size, wanted->size);
  assert_memory_equal(bytes, wanted->bytes, size);
  free(bytes);
}

static void assert_computed(const array_file *in, const array_file *out) {
  place p = place_make();
  file_write(p.in, in->bytes, in->size);
  run_result r = relu(&p);
  assert_string_equal(r.err, "");
  assert_int_equal(r.code, 0);
  assert_int_equal(r.out_size, 0);
  assert_file(p.out, out);
  assert_int_equal(folder_entries(p.folder), 2);
  run_free(&r);
  place_remove(&p);
}

static int little_endian(void) {
  const uint16_t one = 1;
  return *(const unsigned char *)&one;
}

/* ------------------------------------------------------------------ what is computed */

static void every_type_order_and_version(void **state) {
  (void)state;
  for (const char *order = "<>"; *order; order++)
    for (const char *kind = "248"; *kind; kind++)
      for (int version = 1; version <= 3; version++) {
        char dict[96];
        int swapped = (*order == '<') != little_endian();
        snprintf(dict, sizeof dict,
                 "{'descr': '%cf%c', 'fortran_order': %s, 'shape': (5, 1), }", *order,
                 *kind, version == 2 ? "True" : "False");
        array_file in = header_of(version, dict), out = in;
        add_numbers(&in, half_in, *kind, swapped);
        add_numbers(&out, half_out, *kind, swapped);
        assert_computed(&in, &out);
      }
}

static void shapes_without_dimensions_and_without_elements(void **state) {
  (void)state;
  const float minus = -2, zero = 0;
  array_file in = header_of(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }");
  array_file out = in;
  add_bytes(&in, &minus, 4, !little_endian());
  add_bytes(&out, &zero, 4, 0);
  assert_computed(&in, &out);
  in = header_of(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0), }");
  assert_computed(&in, &in);
  in = header_of(1, "{\"shape\":(0,),\"fortran_order\":False,\"descr\":\"=f8\"}");
  assert_computed(&in, &in);
}

static void derivative_of_an_array(void **state) {
  (void)state;
  const double one = 1, two = 2;
  place p = place_make();
  array_file in =
      header_of(1, "{'descr': '=f8', 'fortran_order': False, 'shape': (1,), }");
  array_file out = in;
  add_bytes(&in, &two, 8, 0);
  add_bytes(&out, &one, 8, 0);
  file_write(p.in, in.bytes, in.size);
  run_result r = RUN("eval", "relu", "-d", "-t", "f64", "-i", p.in, "-o", p.out);
  assert_int_equal(r.code, 0);
  assert_file(p.out, &out);
  run_free(&r);
  place_remove(&p);
}

/* More than one block of elements, from standard input to standard output. */
static void long_arrays_pass_through_pipes(void **state) {
  (void)state;
  size_t count = ((size_t)1 << 20) + 17;
  array_file head =
      header_of(1, "{'descr': '=f4', 'fortran_order': False, 'shape': (1048593,)}");
  char *input = malloc(head.size + 4 * count);
  memcpy(input, head.bytes, head.size);
  for (size_t i = 0; i < count; i++) {
    float number = i % 2 ? (float)i : -(float)i;
    memcpy(input + head.size + 4 * i, &number, 4);
  }
  run_result r = run_ramp((run_request){
      .arguments = ARGUMENTS("eval", "relu", "--input", "-", "--output", "-"),
      .input = input,
      .input_size = head.size + 4 * count});
  assert_int_equal(r.code, 0);
  assert_int_equal(r.out_size, head.size + 4 * count);
  for (size_t i = 0; i < count; i++) {
    float number;
    memcpy(&number, r.out + head.size + 4 * i, 4);
    assert_true(number == (i % 2 ? (float)i : 0));
  }
  free(input);
  run_free(&r);
}

static void output_may_replace_the_input_through_a_link(void **state) {
  (void)state;
  place p = place_make();
  array_file in =
      header_of(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }");
  array_file out = in;
  add_numbers(&in, half_in, '2', !little_endian());
  add_numbers(&out, half_out, '2', !little_endian());
  file_write(p.in, in.bytes, in.size);
  assert_int_equal(chmod(p.in, 0640), 0);
  assert_int_equal(symlink("in.npy", p.out), 0);
  run_result r = relu(&p);
  assert_int_equal(r.code, 0);
  assert_file(p.in, &out);
  struct stat status;
  assert_int_equal(lstat(p.out, &status), 0);
  assert_true(S_ISLNK(status.st_mode));
  assert_int_equal(stat(p.in, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0640);
  run_free(&r);
  place_remove(&p);
}

/* ------------------------------------------------------------------ bad input */

/* A refused input leaves nothing beside itself, and an older output as it was. */
static void assert_file_refused(const void *bytes, size_t size, const char *words) {
  place p = place_make();
  file_write(p.in, bytes, size);
  assert_refused(relu(&p), 3, words);
  assert_int_equal(folder_entries(p.folder), 1);
  file_write(p.out, "old", 3);
  assert_refused(relu(&p), 3, words);
  assert_int_equal(folder_entries(p.folder), 2);
  char *old = file_read(p.out, &size);
  assert_string_equal(old, "old");
  free(old);
  place_remove(&p);
}

static void assert_dict_refused(const char *dict, const char *words) {
  array_file file = header_of(1, dict);
  assert_file_refused(file.bytes, file.size, words);
}

static void damaged_files_are_refused(void **state) {
  (void)state;
  array_file file =
      header_of(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }");
  add_numbers(&file, half_in, '8', !little_endian());
  assert_file_refused(file.bytes, file.size - 1,
                      "is truncated: its header promises 5 elements, and it holds 4");
  assert_file_refused(file.bytes, file.header, "promises 5 elements, and it holds 0");
  assert_file_refused(file.bytes, file.size + 1, "goes on after the 5 elements");
  assert_file_refused(file.bytes, file.header - 1, "it ends within its header");
  assert_file_refused(file.bytes, 9, "it ends within its header");
  assert_file_refused(file.bytes, 7, "it ends within its header");
  assert_file_refused(file.bytes, 3, "it is not an .npy file");
  assert_file_refused("", 0, "it is not an .npy file");
  assert_file_refused("PK\3\4 a zip file", 15, "it is not an .npy file");
  file.bytes[6] = 4;
  assert_file_refused(file.bytes, file.size, "version 4");
  assert_file_refused("\x93NUMPY\2\0\xff\xff\xff\xff", 12, "longer than a megabyte");
}

static void unusable_headers_are_refused(void **state) {
  (void)state;
#define OTHERS ", 'fortran_order': False, 'shape': (1,), }"
  assert_dict_refused("{'descr': '<i8'" OTHERS,
                      "NumPy's type '<i8'; Ramp reads <f8, <f4");
  assert_dict_refused("{'descr': '<c8'" OTHERS, "NumPy's type '<c8'");
  assert_dict_refused("{'descr': '|b1'" OTHERS, "NumPy's type '|b1'");
  assert_dict_refused("{'descr': ''" OTHERS, "NumPy's type ''");
  assert_dict_refused("{'descr': [('a', '<f8')]" OTHERS, "records of several fields");
  assert_dict_refused("{'descr': '<f8\n", "ends within a string");
  assert_dict_refused("{'descr' '<f8'" OTHERS, "a key in its header has no value");
  assert_dict_refused("{'descr': 8" OTHERS, "is not a dict of descr");
  assert_dict_refused("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
                      "neither True");
  assert_dict_refused("{'descr': '<f8', 'fortran_order': True}", "lacks one of descr");
  assert_dict_refused("{'descr': '<f8', 'order': True}", "a key other than descr");
  assert_dict_refused("['descr']", "is not a dict");
  assert_dict_refused("{'descr': '<f8', 'shape': 1, }",
                      "shape in its header is not a tuple");
  assert_dict_refused("{'descr': '<f8', 'shape': (-1,)}", "not a tuple of whole numbers");
  assert_dict_refused("{'descr': '<f8', 'shape': (1 1)}", "not a tuple of whole numbers");
  assert_dict_refused("{'descr': '<f8', 'shape': (4294967296, 4294967296)}",
                      "does not fit into memory's addresses");
  assert_dict_refused("{'descr': '<f8', 'shape': (99999999999999999999,)}",
                      "does not fit into memory's addresses");
}

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  place p = place_make();
  array_file file =
      header_of(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }");
  file_write(p.in, file.bytes, file.size);
  assert_refused(RUN("eval", "relu", "-i", p.in), 2, "--input and --output go together");
  assert_refused(RUN("eval", "relu", "-o", p.out), 2, "--input and --output go together");
  assert_refused(RUN("eval", "relu", "1", "-i", p.in, "-o", p.out), 2, "not both");
  assert_refused(RUN("eval", "relu", "--json", "-i", p.in, "-o", p.out), 2, "--json");
  assert_refused(RUN("eval", "relu", "-s", "-i", p.in, "-o", p.out), 2, "--subgradient");
  assert_refused(RUN("eval", "relu", "-t", "f64", "-i", p.in, "-o", p.out), 2,
                 "holds f32, which decides the type");
  assert_refused(RUN("eval", "relu", "-t", "bf16", "-i", p.in, "-o", p.out), 2,
                 "an .npy file cannot hold bf16");
  assert_refused(RUN("eval", "rleu", "-i", p.in, "-o", p.out), 2, "relu");
  assert_int_equal(folder_entries(p.folder), 1);
  place_remove(&p);
}

static void a_missing_file_is_refused(void **state) {
  (void)state;
  place p = place_make();
  assert_refused(relu(&p), 3, "in.npy': No such file or directory");
  assert_refused(RUN("eval", "relu", "-i", p.folder, "-o", p.out), 3, "Is a directory");
  assert_int_equal(folder_entries(p.folder), 0);
  place_remove(&p);
}

/* ------------------------------------------------------------------ bad output */

static void write_five_doubles(const char *path) {
  array_file file =
      header_of(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }");
  add_numbers(&file, half_in, '8', !little_endian());
  file_write(path, file.bytes, file.size);
}

static void an_unwritable_output_is_refused(void **state) {
  (void)state;
  place p = place_make();
  write_five_doubles(p.in);
  char *nowhere = path_join(p.folder, "no/such/folder.npy");
  assert_refused(RUN("eval", "relu", "-i", p.in, "-o", nowhere), 3,
                 "no/such/folder.npy': No such file or directory");
  assert_refused(RUN("eval", "relu", "-i", p.in, "-o", p.folder), 3, "it is a folder");
  if (geteuid() != 0) {
    assert_int_equal(chmod(p.folder, 0555), 0);
    assert_refused(relu(&p), 3, "out.npy': Permission denied");
    assert_int_equal(chmod(p.folder, 0755), 0);
  }
  assert_int_equal(folder_entries(p.folder), 1);
  free(nowhere);
  place_remove(&p);
}

/* More than the file limit of the test below, which leaves OpenMP's runtimes room for
   the small files that some of them keep. */
static void write_many_doubles(const char *path) {
  static char bytes[1 << 14];
  array_file head =
      header_of(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }");
  memcpy(bytes, head.bytes, head.size);
  file_write(path, bytes, head.size + 8 * 1000);
}

static void a_full_disk_leaves_nothing_behind(void **state) {
  (void)state;
  place p = place_make();
  write_many_doubles(p.in);
  assert_refused(RUN("eval", "relu", "-i", p.in, "-o", "/dev/full"), 3,
                 "cannot write '/dev/full': No space left on device");
  run_result r = run_ramp(
      (run_request){.arguments = ARGUMENTS("eval", "relu", "-i", p.in, "-o", p.out),
                    .file_limit = 5000});
  assert_refused(r, 3, "out.npy': File too large");
  assert_int_equal(folder_entries(p.folder), 1);
  place_remove(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_type_order_and_version),
      cmocka_unit_test(shapes_without_dimensions_and_without_elements),
      cmocka_unit_test(derivative_of_an_array),
      cmocka_unit_test(long_arrays_pass_through_pipes),
      cmocka_unit_test(output_may_replace_the_input_through_a_link),
      cmocka_unit_test(damaged_files_are_refused),
      cmocka_unit_test(unusable_headers_are_refused),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(a_missing_file_is_refused),
      cmocka_unit_test(an_unwritable_output_is_refused),
      cmocka_unit_test(a_full_disk_leaves_nothing_behind),
  };
  return cmocka_run_group_tests_name("program: eval on arrays", tests, NULL, NULL);
}
