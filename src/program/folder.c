/* SPDX-License-Identifier: MIT */
/* folder.c: see folder.h. */
#include "folder.h"
#include "allocate.h"

#include <errno.h>
#include <sys/stat.h>

char *folder_path(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = allocate(size, 1);
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

int folder_prepare(const char *folder, const char *option, int *made) {
  struct stat what;
  *made = mkdir(folder, 0777) == 0;
  if (*made) return EXIT_FINE;
  int cause = errno;
  if (stat(folder, &what) == 0 && S_ISDIR(what.st_mode)) return EXIT_FINE;
  if (cause == EEXIST)
    return fail(EXIT_FILE, "%s \"%s\" is a file: name a folder", option, folder);
  return fail(EXIT_FILE, "cannot make the folder \"%s\": %s", folder, strerror(cause));
}
