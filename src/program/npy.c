/* SPDX-License-Identifier: MIT */
/*
 * npy.c: six bytes of magic, two of version, the length of what follows, and the text of
 * a Python dict with the keys descr, fortran_order and shape.
 */
#include "npy.h"
#include "program.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6
#define PREFIX_MAX 12
/* NumPy itself refuses longer ones by default; a few hundred bytes are usual. */
#define TEXT_MAX (1u << 20)

/* ------------------------------------------------------------------ the dict */

typedef struct dict_reader {
  const char *at;
  const char *problem; /* what is wrong; null as long as nothing is */
  char descr[32];
  size_t count, shape[NPY_AXES_MAX];
  int axes, fortran_order;
  int has_descr, has_order, has_shape;
} dict_reader;

static int token(dict_reader *r, const char *text) {
  r->at += strspn(r->at, " \t\n\r");
  size_t length = strlen(text);
  if (strncmp(r->at, text, length)) return 0;
  r->at += length;
  return 1;
}

static int problem(dict_reader *r, const char *what) {
  if (!r->problem) r->problem = what;
  return 0;
}

static int read_string(dict_reader *r, char *text, size_t size) {
  char quote[2] = {0};
  if (token(r, "'"))
    quote[0] = '\'';
  else if (token(r, "\""))
    quote[0] = '"';
  else
    return problem(r, "its header is not a dict of descr, fortran_order and shape");
  size_t length = strcspn(r->at, quote);
  if (!r->at[length]) return problem(r, "its header ends within a string");
  snprintf(text, size, "%.*s", (int)(length < size ? length : size), r->at);
  r->at += length + 1;
  return 1;
}

static int read_descr(dict_reader *r) {
  r->has_descr = 1;
  if (!token(r, "[")) return read_string(r, r->descr, sizeof r->descr);
  return problem(r,
                 "it holds records of several fields; Ramp reads arrays of <f8, <f4, <f2 "
                 "or their big-endian twins");
}

static int read_order(dict_reader *r) {
  r->has_order = 1;
  r->fortran_order = token(r, "True");
  if (r->fortran_order || token(r, "False")) return 1;
  return problem(r, "fortran_order in its header is neither True nor False");
}

static int read_length(dict_reader *r) {
  char *end;
  token(r, "");
  if (*r->at < '0' || *r->at > '9')
    return problem(r, "shape in its header is not a tuple of whole numbers");
  errno = 0;
  unsigned long long length = strtoull(r->at, &end, 10);
  if (errno || length > SIZE_MAX ||
      (r->count && length > SIZE_MAX / sizeof(double) / r->count))
    return problem(r, "the shape in its header does not fit into memory's addresses");
  if (r->axes == NPY_AXES_MAX)
    return problem(r, "the shape in its header has more than 32 axes");
  r->shape[r->axes++] = (size_t)length;
  r->count *= (size_t)length;
  r->at = end;
  return 1;
}

static int read_shape(dict_reader *r) {
  r->has_shape = 1;
  r->count = 1;
  r->axes = 0;
  if (!token(r, "(")) return problem(r, "shape in its header is not a tuple");
  while (!token(r, ")")) {
    if (!read_length(r)) return 0;
    if (token(r, ",")) continue;
    if (token(r, ")")) return 1;
    return problem(r, "shape in its header is not a tuple of whole numbers");
  }
  return 1;
}

static int read_entry(dict_reader *r) {
  char key[16];
  if (!read_string(r, key, sizeof key)) return 0;
  if (!token(r, ":")) return problem(r, "a key in its header has no value");
  if (!strcmp(key, "descr")) return read_descr(r);
  if (!strcmp(key, "fortran_order")) return read_order(r);
  if (!strcmp(key, "shape")) return read_shape(r);
  return problem(r, "its header has a key other than descr, fortran_order and shape");
}

static int read_dict(dict_reader *r) {
  if (!token(r, "{")) return problem(r, "its header is not a dict");
  while (!token(r, "}")) {
    if (!read_entry(r)) return 0;
    if (token(r, ",")) continue;
    if (token(r, "}")) break;
    return problem(r, "its header is not a dict of descr, fortran_order and shape");
  }
  if (!r->has_descr || !r->has_order || !r->has_shape)
    return problem(r, "its header lacks one of descr, fortran_order and shape");
  return 1;
}

/* ------------------------------------------------------------------ the types */

static int little_endian(void) {
  const uint16_t one = 1;
  return *(const unsigned char *)&one == 1;
}

static const struct {
  char name[3];
  ramp_type type;
} types[] = {{"f8", RAMP_F64}, {"f4", RAMP_F32}, {"f2", RAMP_F16}};

/* "<f8": byte order, kind, bytes. */
static int type_of(const char *descr, npy_header *header) {
  if (!*descr || !strchr("<>=", *descr)) return 0;
  header->swapped = *descr != '=' && (*descr == '<') != little_endian();
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (!strcmp(descr + 1, types[i].name)) {
      header->type = types[i].type;
      return 1;
    }
  return 0;
}

/* ------------------------------------------------------------------ the file */

static int damaged(const char *name, const char *what) {
  return fail(EXIT_FILE, "'%s' cannot be used: %s", name, what);
}

static int short_read(FILE *file, const char *name, const char *what) {
  if (ferror(file)) return fail(EXIT_FILE, "cannot read '%s': %s", name, strerror(errno));
  return damaged(name, what);
}

/* Reads magic, version and length; *prefix becomes 10 or 12 bytes, *text the length of
   the rest. */
static int read_prefix(FILE *file, const char *name, unsigned char *bytes, size_t *prefix,
                       size_t *text) {
  if (fread(bytes, 1, MAGIC_SIZE, file) != MAGIC_SIZE || memcmp(bytes, MAGIC, MAGIC_SIZE))
    return short_read(file, name,
                      "it is not an .npy file: it does not begin with \\x93NUMPY");
  if (fread(bytes + MAGIC_SIZE, 1, 2, file) != 2)
    return short_read(file, name, "it ends within its header");
  int version = bytes[MAGIC_SIZE];
  if (version < 1 || version > 3)
    return fail(
        EXIT_FILE,
        "'%s' cannot be used: it is an .npy file of version %d, and known are 1 to 3",
        name, version);
  *prefix = version == 1 ? 10 : 12;
  size_t length_bytes = *prefix - 8;
  if (fread(bytes + 8, 1, length_bytes, file) != length_bytes)
    return short_read(file, name, "it ends within its header");
  *text = 0;
  for (size_t i = length_bytes; i-- > 0;)
    *text = *text << 8 | bytes[8 + i];
  return EXIT_FINE;
}

static int understand(npy_header *header, size_t prefix, const char *name) {
  dict_reader reader = {.at = header->bytes + prefix};
  if (!read_dict(&reader)) return damaged(name, reader.problem);
  header->count = reader.count;
  header->axes = reader.axes;
  header->fortran_order = reader.fortran_order;
  memcpy(header->shape, reader.shape, sizeof reader.shape);
  if (type_of(reader.descr, header)) return EXIT_FINE;
  return fail(EXIT_FILE,
              "'%s' holds elements of NumPy's type '%s'; Ramp reads <f8, <f4, <f2 and "
              ">f8, >f4, >f2",
              name, reader.descr);
}

int npy_header_read(FILE *file, const char *name, npy_header *header) {
  unsigned char start[PREFIX_MAX];
  size_t prefix = 0, text = 0;
  *header = (npy_header){0};
  int code = read_prefix(file, name, start, &prefix, &text);
  if (code) return code;
  if (text > TEXT_MAX) return damaged(name, "its header is longer than a megabyte");
  header->size = prefix + text;
  header->bytes = calloc(header->size + 1, 1);
  if (!header->bytes) return fail_memory();
  memcpy(header->bytes, start, prefix);
  if (fread(header->bytes + prefix, 1, text, file) != text)
    return short_read(file, name, "it ends within its header");
  return understand(header, prefix, name);
}

void npy_header_free(npy_header *header) {
  free(header->bytes);
  *header = (npy_header){0};
}

/* ------------------------------------------------------------------ writing */

void npy_swap_bytes(unsigned char *elements, size_t count, size_t size) {
  for (size_t i = 0; i < count; i++, elements += size)
    for (size_t low = 0, high = size - 1; low < high; low++, high--) {
      unsigned char byte = elements[low];
      elements[low] = elements[high];
      elements[high] = byte;
    }
}

static void write_dict(FILE *text, const npy_header *header) {
  size_t type = 0;
  while (types[type].type != header->type)
    type++;
  int little = little_endian() != header->swapped;
  fprintf(text, "{'descr': '%c%s', 'fortran_order': %s, 'shape': (", little ? '<' : '>',
          types[type].name, header->fortran_order ? "True" : "False");
  for (int i = 0; i < header->axes; i++)
    fprintf(text, "%zu,%s", header->shape[i], i + 1 < header->axes ? " " : "");
  fputs("), }", text);
}

/* Spaces and a newline make prefix and text a multiple of 64 bytes. */
int npy_header_write(FILE *file, const npy_header *header) {
  char *dict = NULL;
  size_t size;
  FILE *text = open_memstream(&dict, &size);
  if (!text) return 0;
  write_dict(text, header);
  if (fclose(text)) return 0;
  size_t padded = (10 + size + 1 + 63) / 64 * 64 - 10;
  fwrite(MAGIC "\1\0", 1, MAGIC_SIZE + 2, file);
  putc((int)(padded & 255), file);
  putc((int)(padded >> 8), file);
  fprintf(file, "%s%*s\n", dict, (int)(padded - size - 1), "");
  free(dict);
  return !ferror(file);
}
