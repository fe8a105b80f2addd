/* SPDX-License-Identifier: MIT */
/*
 * The IDX format: two zero bytes, one for the type of the numbers, one for the number of
 * dimensions, then each dimension as 32 bits, most significant byte first, then the
 * numbers. Only the type of MNIST and its kin is read: 8, unsigned bytes.
 *
 * A header is believed only as far as the file goes: memory grows with what was read.
 */
#include "network/data/data_internal.h"
#include <inttypes.h>
#include <stdlib.h>

enum { TYPE_UNSIGNED_BYTE = 8, DIMENSIONS_MAX = 4 };

static ramp_status truncated(const ramp_source *source, uint64_t got, uint64_t wanted) {
  return ramp_fail(RAMP_DAMAGED_FILE,
                   "%s is truncated: it holds %" PRIu64 " of the %" PRIu64
                   " bytes that its IDX header promises",
                   source->path, got, wanted);
}

static ramp_status check_magic(const char *path, const unsigned char magic[4]) {
  if (magic[0] || magic[1])
    return ramp_fail(
        RAMP_DAMAGED_FILE,
        "%s is not an IDX file: it begins with the bytes %02x %02x %02x %02x, "
        "where 00 00 08 and the number of dimensions belong",
        path, magic[0], magic[1], magic[2], magic[3]);
  if (magic[2] != TYPE_UNSIGNED_BYTE)
    return ramp_fail(RAMP_DAMAGED_FILE,
                     "%s holds IDX numbers of type %02x (byte 2): only type 08, unsigned "
                     "bytes, can be read",
                     path, magic[2]);
  return RAMP_OK;
}

static ramp_status check_dimensions(const char *path, ramp_idx_kind kind,
                                    int dimensions) {
  if (kind == RAMP_IDX_LABELS && dimensions != 1)
    return ramp_fail(
        RAMP_DAMAGED_FILE,
        "%s does not hold labels: its IDX header (byte 3) has %d dimensions, "
        "labels have 1",
        path, dimensions);
  if (kind == RAMP_IDX_IMAGES && (dimensions < 2 || dimensions > DIMENSIONS_MAX))
    return ramp_fail(RAMP_DAMAGED_FILE,
                     "%s does not hold images: its IDX header (byte 3) has %d "
                     "dimension%s, images have 2 to %d",
                     path, dimensions, dimensions == 1 ? ", as labels have" : "s",
                     DIMENSIONS_MAX);
  return RAMP_OK;
}

static uint32_t big_endian(const unsigned char b[4]) {
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Multiplies the dimensions: *examples is the first one, *size the product of the others.
   */
static ramp_status multiply(const char *path, const unsigned char *bytes, int dimensions,
                            uint64_t *examples, uint64_t *size) {
  *examples = big_endian(bytes);
  *size = 1;
  for (int i = 1; i < dimensions; i++) {
    uint32_t dimension = big_endian(bytes + 4 * i);
    if (dimension && *size > UINT64_MAX / dimension)
      return ramp_fail(RAMP_DAMAGED_FILE,
                       "%s is damaged: its IDX header promises more bytes than any file "
                       "can hold",
                       path);
    *size *= dimension;
  }
  if (*examples && *size > INT64_MAX / *examples)
    return ramp_fail(
        RAMP_DAMAGED_FILE,
        "%s is damaged: its IDX header promises more bytes than any file can "
        "hold",
        path);
  if (*examples && *size) return RAMP_OK;
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s is empty: its IDX header has %" PRIu64 " examples of %" PRIu64
                   " bytes each",
                   path, *examples, *size);
}

static ramp_status read_header(ramp_source *source, ramp_idx_kind kind,
                               uint64_t *examples, uint64_t *size, size_t *header) {
  unsigned char magic[4] = {0, 0, TYPE_UNSIGNED_BYTE, 0}, bytes[4 * DIMENSIONS_MAX];
  size_t got;
  ramp_status status = ramp_source_take(source, magic, sizeof magic, &got);
  if (status == RAMP_OK) status = check_magic(source->path, magic);
  if (status == RAMP_OK && got < sizeof magic)
    status = truncated(source, got, sizeof magic);
  if (status == RAMP_OK) status = check_dimensions(source->path, kind, magic[3]);
  if (status != RAMP_OK) return status;
  *header = sizeof magic + 4 * (size_t)magic[3];
  status = ramp_source_take(source, bytes, *header - sizeof magic, &got);
  if (status != RAMP_OK) return status;
  if (got + sizeof magic < *header) return truncated(source, got + sizeof magic, *header);
  return multiply(source->path, bytes, magic[3], examples, size);
}

/* Asks for one byte more than promised: it would be one too many, and only at its end
   does a gzip file prove its checksum. */
static ramp_status read_body(ramp_source *source, uint64_t promised, size_t header,
                             unsigned char **bytes) {
  size_t count;
  ramp_status status = ramp_source_take_all(source, promised + 1, bytes, &count);
  if (status != RAMP_OK) return status;
  if (count == promised) return RAMP_OK;
  free(*bytes);
  if (count < promised) return truncated(source, header + count, header + promised);
  return ramp_fail(RAMP_DAMAGED_FILE,
                   "%s is damaged: it goes on after the %" PRIu64
                   " bytes that its IDX header promises",
                   source->path, header + promised);
}

ramp_status ramp_idx_check_images(const char *path) {
  ramp_source source;
  uint64_t examples = 0, size = 0;
  size_t header;
  ramp_status status = ramp_source_open(path, &source);
  if (status != RAMP_OK) return status;
  status = read_header(&source, RAMP_IDX_IMAGES, &examples, &size, &header);
  ramp_source_close(&source);
  return status;
}

ramp_status ramp_idx_read(const char *path, ramp_idx_kind kind, ramp_idx *idx) {
  ramp_source source;
  uint64_t examples = 0, size = 0;
  ramp_status status = ramp_source_open(path, &source);
  if (status != RAMP_OK) return status;
  status = read_header(&source, kind, &examples, &size, &idx->header);
  if (status == RAMP_OK)
    status = read_body(&source, examples * size, idx->header, &idx->bytes);
  ramp_source_close(&source);
  idx->examples = (size_t)examples;
  idx->size = (size_t)size;
  return status;
}
