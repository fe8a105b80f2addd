/* SPDX-License-Identifier: MIT */
/* The files of a report.  The page is the template report.html, which the build puts into
   the program, with every {{NAME}} replaced by what the part of that name writes. */
#include "report.h"
#include "allocate.h"
#include "gnuplot.h"
#include "output.h"
#include "report_parts.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char report_template[]; /* report.html */

static char *path_in(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = allocate(size, 1);
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

/* ------------------------------------------------------------------ before training */

static int folder_ready(const char *folder, int *made) {
  struct stat what;
  *made = mkdir(folder, 0777) == 0;
  if (*made) return EXIT_FINE;
  int cause = errno;
  if (stat(folder, &what) == 0 && S_ISDIR(what.st_mode)) return EXIT_FINE;
  if (cause == EEXIST)
    return fail(EXIT_FILE, "--output \"%s\" is a file: name a folder for the report",
                folder);
  return fail(EXIT_FILE, "cannot make the folder \"%s\" for the report: %s", folder,
              strerror(cause));
}

/* A file of the report can be opened; nothing stays of the attempt. */
static int file_ready(const char *folder, const char *name) {
  output_file file;
  char *path = path_in(folder, name);
  int code = output_open(&file, path);
  if (code == EXIT_FINE) output_discard(&file);
  free(path);
  return code;
}

static int gnuplot_ready(void) {
  static const char script[] = "set terminal unknown\n";
  char *nothing = NULL;
  size_t size;
  FILE *picture = checked(open_memstream(&nothing, &size));
  int code = gnuplot_run(script, strlen(script), picture);
  fclose(picture);
  free(nothing);
  return code;
}

int report_prepare(const char *folder, int *made) {
  int code = folder_ready(folder, made);
  if (code == EXIT_FINE) code = file_ready(folder, "index.html");
  if (code == EXIT_FINE) code = file_ready(folder, "results.json");
  if (code == EXIT_FINE) code = gnuplot_ready();
  if (code != EXIT_FINE && *made) rmdir(folder);
  return code;
}

/* ------------------------------------------------------------------ the page */

/* The part called by the `size` characters of name. */
static const report_part *find_part(const char *name, size_t size) {
  for (const report_part *part = report_parts; part->name; part++)
    if (strlen(part->name) == size && strncmp(part->name, name, size) == 0) return part;
  return NULL;
}

static int write_page(FILE *page, const comparison *c) {
  const char *at = report_template, *open;
  for (; (open = strstr(at, "{{"));) {
    const char *close = strstr(open, "}}");
    const report_part *part =
        close ? find_part(open + 2, (size_t)(close - open - 2)) : NULL;
    size_t plain = (size_t)(open - at) + (part ? 0 : 2);
    fwrite(at, 1, plain, page);
    int code = part ? part->write(page, c) : EXIT_FINE;
    if (code != EXIT_FINE) return code;
    at = part ? close + 2 : open + 2;
  }
  fputs(at, page);
  return EXIT_FINE;
}

/* Draws into memory, so that no file is open while gnuplot works. */
static int page_text(const comparison *c, char **text) {
  size_t size;
  FILE *page = checked(open_memstream(text, &size));
  int code = write_page(page, c);
  fclose(page);
  checked(*text);
  return code;
}

/* Both files or none: the first is renamed only when the second is written out as well.
   */
static int commit_both(output_file *page, output_file *json) {
  int written = fflush(json->stream) == 0 && !ferror(json->stream);
  int code = output_commit(written ? page : json);
  if (code == EXIT_FINE) return output_commit(json);
  output_discard(written ? json : page);
  return code;
}

static int write_both(const char *page_path, const char *page, const char *json_path,
                      const char *json) {
  output_file page_file, json_file;
  int code = output_open(&page_file, page_path);
  if (code != EXIT_FINE) return code;
  code = output_open(&json_file, json_path);
  if (code != EXIT_FINE) {
    output_discard(&page_file);
    return code;
  }
  fputs(page, page_file.stream);
  fputs(json, json_file.stream);
  return commit_both(&page_file, &json_file);
}

int report_write(const char *folder, const comparison *c) {
  char *page = NULL, *json = comparison_json(c);
  char *page_path = path_in(folder, "index.html");
  char *json_path = path_in(folder, "results.json");
  int code = page_text(c, &page);
  if (code == EXIT_FINE) code = write_both(page_path, page, json_path, json);
  free(page_path);
  free(json_path);
  free(page);
  free(json);
  return code;
}
