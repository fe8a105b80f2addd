/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a file, through zlib, which passes on unchanged what is not gzip.  All
 * that can be wrong with a file before its content means anything is found here: missing,
 * a folder, empty, gzip that is none, cut off or damaged.
 */
#include "network/data/data_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, FIRST_ROOM = 1 << 16 };

static ramp_status open_file(const char *path, int *file) {
  struct stat about;
  *file = open(path, O_RDONLY | O_CLOEXEC);
  if (*file < 0)
    return ramp_fail(RAMP_CANNOT_OPEN, "%s cannot be opened: %s", path, strerror(errno));
  if (fstat(*file, &about) != 0 || !S_ISDIR(about.st_mode)) return RAMP_OK;
  close(*file);
  return ramp_fail(RAMP_CANNOT_OPEN, "%s is a folder where a file is needed", path);
}

static ramp_status open_stream(const char *path, gzFile *stream) {
  int file;
  ramp_status status = open_file(path, &file);
  if (status != RAMP_OK) return status;
  *stream = gzdopen(file, "rb");
  if (*stream) {
    gzbuffer(*stream, BUFFER);
    return RAMP_OK;
  }
  close(file);
  return ramp_data_no_memory(path);
}

/* zlib prefixes its message with the path or "<fd:3>", which helps nobody. */
static const char *reason(const char *message) {
  const char *colon = strrchr(message, ':');
  return colon && colon[1] == ' ' ? colon + 2 : message;
}

/* The status of a read that brought less than asked for: RAMP_OK at the end of the file.
   */
static ramp_status read_error(const ramp_source *source) {
  int code, system_error = errno;
  const char *message = gzerror(source->stream, &code);
  long long at = (long long)gzoffset(source->stream);
  switch (code) {
  case Z_OK:
  case Z_STREAM_END:
    return RAMP_OK;
  case Z_BUF_ERROR:
    return ramp_fail(RAMP_DAMAGED_FILE,
                     "%s is truncated: it ends at byte %lld, in the middle of gzip data",
                     source->path, at);
  case Z_MEM_ERROR:
    return ramp_data_no_memory(source->path);
  case Z_ERRNO:
    return ramp_fail(RAMP_CANNOT_OPEN, "%s cannot be read at byte %lld: %s", source->path,
                     at, strerror(system_error));
  default:
    return ramp_fail(RAMP_DAMAGED_FILE,
                     "%s is damaged: the gzip data before byte %lld are not valid (%s)",
                     source->path, at, reason(message));
  }
}

static int named_gz(const char *path) {
  size_t length = strlen(path);
  return length > 3 && strcmp(path + length - 3, ".gz") == 0;
}

static ramp_status look_at_first_byte(ramp_source *source) {
  source->first = gzgetc(source->stream);
  if (source->first < 0) {
    ramp_status status = read_error(source);
    if (status != RAMP_OK) return status;
    return ramp_fail(RAMP_INVALID_DATA, "%s is empty: it holds no byte of data",
                     source->path);
  }
  if (named_gz(source->path) && gzdirect(source->stream))
    return ramp_fail(RAMP_DAMAGED_FILE,
                     "%s is named .gz but is not gzip: bytes 1f 8b do not come first",
                     source->path);
  gzungetc(source->first, source->stream);
  return RAMP_OK;
}

ramp_status ramp_source_open(const char *path, ramp_source *source) {
  source->path = path;
  ramp_status status = open_stream(path, &source->stream);
  if (status != RAMP_OK) return status;
  status = look_at_first_byte(source);
  if (status != RAMP_OK) ramp_source_close(source);
  return status;
}

void ramp_source_close(ramp_source *source) { gzclose_r(source->stream); }

ramp_status ramp_source_take(ramp_source *source, void *bytes, size_t count,
                             size_t *taken) {
  *taken = 0;
  while (*taken < count) {
    size_t rest = count - *taken;
    unsigned portion = rest < INT_MAX ? (unsigned)rest : INT_MAX;
    int got = gzread(source->stream, (unsigned char *)bytes + *taken, portion);
    if (got > 0) *taken += (size_t)got;
    if (got < (int)portion) return read_error(source);
  }
  return RAMP_OK;
}

/* Doubles *room, but to no more than limit + 1; the one is for the zero behind the bytes.
   */
static int grow(unsigned char **bytes, size_t *room, uint64_t limit) {
  if (*room > SIZE_MAX / 2) return 0;
  size_t wanted = *room ? 2 * *room : FIRST_ROOM;
  if (wanted - 1 > limit) wanted = (size_t)limit + 1;
  unsigned char *larger = realloc(*bytes, wanted);
  if (!larger) return 0;
  *bytes = larger;
  *room = wanted;
  return 1;
}

ramp_status ramp_source_take_all(ramp_source *source, uint64_t limit,
                                 unsigned char **bytes, size_t *count) {
  size_t room = 0, taken = 0;
  ramp_status status = RAMP_OK;
  *bytes = NULL;
  *count = 0;
  do {
    if (!grow(bytes, &room, limit))
      status = ramp_data_no_memory(source->path);
    else
      status = ramp_source_take(source, *bytes + *count, room - 1 - *count, &taken);
    if (status != RAMP_OK) {
      free(*bytes);
      return status;
    }
    *count += taken;
  } while (*count == room - 1 && *count < limit);
  (*bytes)[*count] = 0;
  return RAMP_OK;
}
