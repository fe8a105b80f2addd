/* SPDX-License-Identifier: MIT */
/* browser.c: see browser.h. */
#define _XOPEN_SOURCE 700
#include "browser.h"
#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *add_script(const char *page_path, const char *script, const char *folder) {
  size_t size;
  char *copy_path = path_join(folder, "probe.html"), *page = file_read(page_path, &size);
  FILE *copy = fopen(copy_path, "wb");
  assert_non_null(copy);
  fputs(page, copy);
  fputs(script, copy);
  assert_int_equal(fclose(copy), 0);
  free(page);
  return copy_path;
}

char *browser_probe(const char *page, const char *script, int width, const char *folder) {
  char *copy = add_script(page, script, folder), *dump = path_join(folder, "dump");
  char command[4096];
  if (system("command -v chromium >/dev/null") != 0)
    fail_msg("chromium is missing, without which nobody sees the page; on Debian: "
             "apt-get install chromium");
  snprintf(command, sizeof command,
           "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
           "--disable-background-networking --disable-component-update --disable-sync "
           "--user-data-dir='%s/profile' --window-size=%d,900 --dump-dom 'file://%s' "
           ">'%s' 2>'%s.err'",
           folder, width, copy, dump, dump);
  assert_int_equal(system(command), 0);
  size_t size;
  char *text = file_read(dump, &size), *start = strstr(text, "\nPROBE\n");
  if (!start)
    fail_msg("the page's script did not run; the document begins: %.300s", text);
  memmove(text, start, strlen(start) + 1);
  free(copy), free(dump);
  return text;
}
