/* SPDX-License-Identifier: MIT */
/* folder.c: the folders and files that a test makes, looks at and removes. */
#define _XOPEN_SOURCE 700
#include "run.h"

#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

char *folder_make(void) {
  const char *parent = getenv("TMPDIR");
  char *folder = path_join(parent && *parent ? parent : "/tmp", "ramp-test-XXXXXX");
  assert_non_null(mkdtemp(folder));
  return folder;
}

static int remove_entry(const char *path, const struct stat *status, int kind,
                        struct FTW *where) {
  (void)status, (void)kind, (void)where;
  return remove(path);
}

void folder_remove(char *folder) {
  assert_int_equal(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
  free(folder);
}

int folder_entries(const char *folder) {
  DIR *directory = opendir(folder);
  assert_non_null(directory);
  int entries = 0;
  for (struct dirent *entry; (entry = readdir(directory));)
    entries += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
  closedir(directory);
  return entries;
}

char *path_join(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = malloc(size);
  assert_non_null(path);
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

void file_write(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

char *file_read(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  *size = (size_t)ftell(file);
  rewind(file);
  char *bytes = malloc(*size + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, *size, file), *size);
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}

enum { PATIENCE_STEPS = 30000 }; /* of 2 ms: only a hang can reach it */

void wait_for_text(const char *path, const char *text) {
  const struct timespec pause = {0, 2000000};
  for (int i = 0; i < PATIENCE_STEPS; i++) {
    size_t size;
    char *now = file_read(path, &size);
    int found = strstr(now, text) != NULL;
    free(now);
    if (found) return;
    nanosleep(&pause, NULL);
  }
  fail_msg("\"%s\" never appeared in %s", text, path);
}
